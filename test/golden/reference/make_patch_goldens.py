"""Writes the golden arrays of cell patches: what DeepCell Types feeds its networks, computed with scikit-image, scipy and numpy.

Run by scripts/make-goldens.mjs in the environment of requirements.txt. Usage: make_patch_goldens.py OUT_DIR
"""

import sys
from pathlib import Path

import numpy as np
from golden_file import Golden
from scipy.ndimage import distance_transform_edt
from skimage.measure import regionprops
from skimage.transform import rescale

PROFILES = {
    "dct-2026-resmlp": {"percent": 99.9, "size": 32, "order": 1, "swap": False, "channels": None},
    "dct-2025-clip": {"percent": 99.0, "size": 64, "order": 1, "swap": True, "channels": 75},
    "paper": {"percent": 99.0, "size": 64, "order": 0, "swap": False, "channels": 75},
}


def field(height, width, dtype, seed):
    """Three channels (one of them dark, one with a hot pixel) and cells, one of which touches the border and one of which is tiny."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    labels = np.zeros((height, width), np.int32)
    for cell, (cy, cx, ry, rx) in enumerate(
        [(3, 4, 6, 5), (22, 15, 9, 7), (20, 31, 8, 8), (38, 40, 5, 11), (height - 2, width - 3, 7, 7), (48, 12, 3, 4)]
    ):
        inside = ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 <= 1
        labels[inside & (labels == 0)] = 3 * cell + 2
    labels[55, 30] = 2**24 + 1  # one pixel, and an id that float32 does not hold
    smooth = 400 * np.exp(-(((y - 20) / 14) ** 2) - (((x - 30) / 18) ** 2))
    image = np.stack([random.poisson(smooth + 3), np.zeros((height, width)), random.poisson(20 + (labels % 5) * 60)])
    image[2, 30, 30] = 9000
    return image.astype(dtype), labels


def prepared(image, labels, scale, profile):
    """The image as float32 and the labels on the profile's grid, clipped and mapped to 0..1."""
    image = image.astype(np.float32)
    smooth = scale < 1 and profile["order"] == 1
    planes = np.stack(
        [rescale(p, scale, order=profile["order"], preserve_range=True, anti_aliasing=smooth).astype(np.float32) for p in image]
    )
    # Ids go through float64, which holds them all; the published code uses float32.
    cells = rescale(labels.astype(np.float64), scale, order=0, preserve_range=True, anti_aliasing=False).astype(np.int32)
    for plane in planes:
        if (plane != 0).any():
            np.minimum(plane, np.percentile(plane[plane != 0], profile["percent"]), out=plane)
        span = plane.max() - plane.min()
        plane[...] = (plane - plane.min()) / (span if span > 0 else np.float32(1))
    return planes, cells


def windows(planes, cells, profile):
    """Per cell in ascending order: its first row and column, the sample and, in windows of 32, the context."""
    size, half = profile["size"], profile["size"] // 2
    padded = np.pad(planes, ((0, 0), (half, half), (half, half)))
    around = np.pad(cells, half)
    corners, samples, contexts = [], [], []
    for region in regionprops(around):
        top, left = (int(c) - half for c in region.centroid)
        window = (slice(top, top + size), slice(left, left + size))
        own = (around[window] == region.label).astype(np.float32)
        other = ((around[window] != region.label) & (around[window] != 0)).astype(np.float32)
        values = padded[(slice(None), *window)]
        corners.append((top - half, left - half))
        if profile["channels"] is None:
            distance = distance_transform_edt(own)
            samples.append((values * own)[:, None])
            contexts.append(np.stack([own, other, distance / max(distance.max(), 1e-12)]).astype(np.float32))
        else:
            turn = np.transpose if profile["swap"] else np.asarray
            sample = np.full((profile["channels"], 3, size, size), -1, np.float32)
            sample[: len(values)] = np.stack([np.stack([value, turn(own), turn(other)]) for value in values])
            samples.append(sample)
    return np.array(corners, np.int32), np.stack(samples), np.stack(contexts) if contexts else None


def main(folder):
    golden = Golden("cell-patches")
    for name, profile in PROFILES.items():
        for mpp, dtype in [(0.5, np.uint16), (0.5, np.float32), (0.377, np.uint16), (0.65, np.float32)]:
            image, labels = field(60, 52, dtype, 7)
            planes, cells = prepared(image, labels, mpp / 0.5, profile)
            corners, sample, context = windows(planes, cells, profile)
            ids = np.unique(cells[cells > 0]).astype(np.int32)
            lost = np.setdiff1d(labels[labels > 0], ids).astype(np.int32)
            # Of 75 channels the first unused one stands for the rest, which are alike.
            assert sample.shape[1] == len(image) or (sample[:, len(image) :] == -1).all()
            arrays = {"ids": ids, "lost": lost, "y": corners[:, 0], "x": corners[:, 1], "sample": sample[:, : len(image)]}
            arrays |= {} if context is None else {"context": context}
            arrays = {key: array if array.ndim < 3 else array.reshape(len(ids), -1) for key, array in arrays.items()}
            image = image.reshape(len(image), -1)
            golden.add(f"{name}, {mpp} um, {dtype.__name__}", {"profile": name, "mpp": mpp}, image=image, labels=labels, **arrays)
    golden.write(folder)


main(Path(sys.argv[1]))
