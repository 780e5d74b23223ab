"""Reads what `fovea export patches` wrote: batches of windows around cells, cut while you go through them.

    from read_patches import batches

    for batch in batches("patches", size=64, seed=1):
        batch["sample"]   # float32 (N, C, 1, 32, 32) or (N, C, 3, 64, 64), by the profile
        batch["context"]  # float32 (N, 3, 32, 32): own pixels, others' pixels, distance; profile dct-2026-resmlp only
        batch["index"]    # int64 (C,): canonical markers in the registry of the profile's year, -1 for none
        batch["type"]     # list of N names, "" for a cell without one

All cells of a batch are of one field of view, since panels may differ. Needs numpy, scipy and zarr (2 or 3). The numbers are those that
Fovea's own step sees. This file may be copied and changed as you like.
"""

import json
from pathlib import Path

import numpy as np
import zarr
from scipy.ndimage import distance_transform_edt

PROFILES = {
    "dct-2026-resmlp": {"size": 32, "layout": "masked", "swap": False, "channels": None},
    "dct-2025-clip": {"size": 64, "layout": "raw-self-neighbour", "swap": True, "channels": 75},
    "paper": {"size": 64, "layout": "raw-self-neighbour", "swap": False, "channels": 75},
}


class Field:
    """One field of view: `markers`, `index`, `ids`, `types`, and windows by number of the cell."""

    def __init__(self, path):
        group = zarr.open_group(str(path), mode="r")
        facts = group.attrs["fovea_patches"]
        self.name, self.profile = Path(path).stem, PROFILES[facts["profile"]]
        self.markers = [channel["marker"] for channel in facts["channels"]]
        self.index = np.array([channel["index"] for channel in facts["channels"]], np.int64)
        half = self.profile["size"] // 2
        planes = [scaled(plane, channel) for plane, channel in zip(group["image"][:], facts["channels"])]
        self.planes = np.pad(np.stack(planes), ((0, 0), (half, half), (half, half)))
        self.labels = np.pad(group["labels"][:], half)
        self.ids = group["cells/id"][:]
        self.y, self.x = group["cells/y"][:] + half, group["cells/x"][:] + half
        names = [*group.attrs["types"], ""]
        self.types = [names[code] for code in group["cells/type"][:]]

    def __len__(self):
        return len(self.ids)

    def window(self, cell):
        """Sample and context of a cell; the context is None where the profile has none."""
        size = self.profile["size"]
        at = (slice(self.y[cell], self.y[cell] + size), slice(self.x[cell], self.x[cell] + size))
        values, labels = self.planes[(slice(None), *at)], self.labels[at]
        own = (labels == self.ids[cell]).astype(np.float32)
        other = ((labels != self.ids[cell]) & (labels != 0)).astype(np.float32)
        if self.profile["layout"] == "masked":
            distance = distance_transform_edt(own)
            return (values * own)[:, None], np.stack([own, other, distance / max(distance.max(), 1e-12)]).astype(np.float32)
        turn = np.transpose if self.profile["swap"] else np.asarray
        sample = np.full((self.profile["channels"], 3, size, size), -1, np.float32)
        for channel, value in enumerate(values):
            sample[channel] = value, turn(own), turn(other)
        return sample, None


def scaled(plane, channel):
    """A plane as the model sees it: clipped, least value 0, largest 1."""
    plane = plane.astype(np.float32)
    high = np.float32(0 if channel["high"] is None else channel["high"])
    return (np.minimum(plane, high) - np.float32(channel["low"])) / np.float32(channel["range"])


def fields(folder):
    """The fields of view of an export, one in memory at a time."""
    folder = Path(folder)
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8"))["fovs"]:
        yield Field(folder / f"{entry['fov']}.zarr")


def batches(folder, size=64, seed=None):
    """Batches of up to `size` cells; in order without a `seed`, else cells shuffled within each field of view."""
    random = None if seed is None else np.random.default_rng(seed)
    for field in fields(folder):
        order = np.arange(len(field)) if random is None else random.permutation(len(field))
        for first in range(0, len(order), size):
            cells = order[first : first + size]
            windows = [field.window(cell) for cell in cells]
            context = None if windows[0][1] is None else np.stack([window[1] for window in windows])
            yield {
                "fov": field.name,
                "id": field.ids[cells],
                "sample": np.stack([window[0] for window in windows]),
                "context": context,
                "index": field.index,
                "marker": field.markers,
                "type": [field.types[cell] for cell in cells],
            }
