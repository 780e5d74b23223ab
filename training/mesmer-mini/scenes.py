"""The training images: Data Science Bowl nuclei and synthetic tissue, read into memory at the scale the network works at."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from targets import median_diameter

# Pixels across a typical nucleus at 0.5 µm per pixel, the scale the network is made for.
NUCLEUS_PX = 18
SMALL = 40
# Share of upright crops that lie at a border of their image, per axis; as many of them end there as show what lies beyond, up to this
# share of half a crop, mirrored.
AT_BORDER, BEYOND = 0.3, 0.5
# The masks of nuclei hold none of fewer pixels: what a border leaves of one is no object then.
LEAST = 21


@dataclass
class Scene:
    """planes: float32 (channels, rows, columns), as recorded, `ends` the dark and bright end of each; `cells` is None where whole
    cells are not known; `small` holds centres (row, column) of nuclei of less than SMALL pixels that
    crops are cut around, none in tissue."""

    name: str
    kind: str
    planes: np.ndarray
    ends: np.ndarray
    membranes: tuple
    nuclei: np.ndarray
    cells: np.ndarray | None
    scale: float
    weight: float
    small: np.ndarray


def read_rows(folder):
    with open(folder / "index.csv", newline="") as file:
        return list(csv.DictReader(file))


def validation_rows(rows):
    """Every tenth row, counted from one: rows 10, 20, 30 …"""
    return {row["name"] for row in rows[9::10]}


def size_group(row):
    """Images of one size came from one experiment or a few alike."""
    return f"{row['height']}x{row['width']}"


def ends_of(planes):
    return np.array([np.percentile(plane[::3, ::3], (1, 99.8)) for plane in planes])


def small_ones(labels):
    area = np.bincount(labels.ravel())
    ids = np.nonzero((area > 0) & (area < SMALL))[0]
    ids = ids[ids > 0]
    return np.array(ndimage.center_of_mass(labels > 0, labels, ids)).reshape(-1, 2)


def read_nuclei(folder, leave_out=()):
    """Scenes of the training rows, without those of the size groups in `leave_out`."""
    folder = Path(folder)
    rows = read_rows(folder)
    held = validation_rows(rows)
    scenes = []
    for row in rows:
        if row["name"] in held or size_group(row) in leave_out:
            continue
        image = np.asarray(Image.open(folder / "images" / f"{row['name']}.png"), np.float32)
        labels = np.asarray(Image.open(folder / "labels" / f"{row['name']}.png")).astype(np.int32)
        diameter = median_diameter(labels)
        scale = 1.0 if not diameter > 0 else float(np.clip(NUCLEUS_PX / diameter, 0.25, 3))
        weight = max(1, int(row["nuclei"])) ** 0.5
        scenes.append(Scene(row["name"], "nuclei", image[None], ends_of(image[None]), (), labels, None, scale, weight, small_ones(labels)))
    return scenes


def read_tissue(folder):
    """Scenes written by make-tissue.mjs: one folder each with scene.json and raw little-endian planes."""
    scenes = []
    for path in sorted(Path(folder).glob("*/scene.json")):
        about = json.loads(path.read_text())
        shape = (about["height"], about["width"])
        read = lambda name, dtype: np.fromfile(path.parent / name, dtype).reshape(shape)
        planes = np.stack([read(f"{i}.u16", "<u2") for i in range(len(about["channels"]))]).astype(np.float32)
        nuclei, cells = read("nuclei.i32", "<i4"), read("cells.i32", "<i4")
        membranes = tuple(i for i, channel in enumerate(about["channels"]) if channel != "DAPI")
        scale = about["mpp"] / 0.5
        scenes.append(Scene(path.parent.name, "tissue", planes, ends_of(planes), membranes, nuclei, cells, scale, 1.0, np.empty((0, 2))))
    return scenes


def crop(scene, scale, rng, size, jitter, about=None):
    """A random crop at a random scale around `scale`: (planes, nuclei, cells) of size × size; planes float32, mirrored at
    their borders without the edge pixel twice, as the step's tiles are.

    With `about`, a point (row, column), the crop holds it somewhere."""
    scale = scale * float(np.exp(rng.uniform(*np.log(jitter))))
    aspect = float(np.exp(rng.normal(0, 0.08)))
    # Upright as often as not: a small image that is turned fills less of the crop.
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.5 else 0.0
    cosine, sine = np.cos(angle), np.sin(angle)
    matrix = np.array([[cosine, -sine], [sine, cosine]]) @ np.diag([aspect, 1 / aspect]) / scale
    height, width = scene.nuclei.shape
    reach = size / scale / 2
    lowest, highest = zip(*((min(reach, n / 2), max(n - reach, n / 2)) for n in (height, width)))
    centre = rng.uniform(lowest, highest)
    if about is not None:
        centre = np.clip(about + rng.uniform(-0.6, 0.6, 2) * reach, lowest, highest)
    elif angle == 0:
        centre = at_border(centre, np.array([aspect, 1 / aspect]) * reach, (height, width), rng)
    offset = centre - matrix @ np.full(2, (size - 1) / 2) - 0.5
    # Nearest labels leave jagged edges where they are enlarged; the image is smoothed as much as it is shrunk.
    shape = (size, size)
    sigma = max(0.0, (1 / scale - 1) / 2)
    box = cover(matrix, offset, size, height, width, int(np.ceil(4 * sigma)) + 2)
    local = offset - np.array([box[0].start, box[1].start])
    planes = []
    for plane in scene.planes:
        source = plane[box]
        if sigma > 0.1:
            source = ndimage.gaussian_filter(source, sigma, mode="reflect", truncate=3)
        planes.append(ndimage.affine_transform(source, matrix, local, shape, order=1, mode="mirror"))
    take = lambda labels: ndimage.affine_transform(labels[box], matrix, local, shape, order=0, mode="grid-constant", cval=0)
    outside = ndimage.affine_transform(
        np.ones([s.stop - s.start for s in box], np.float32), matrix, local, shape, order=0, mode="grid-constant", cval=0
    )
    cells = None if scene.cells is None else compact(take(scene.cells))
    nuclei = compact(take(scene.nuclei), LEAST if scene.kind == "nuclei" else 0)
    return np.stack(planes), nuclei, cells, outside > 0.5


def at_border(centre, reach, shape, rng):
    """Moves a crop's centre (row, column), now and then, so that the crop ends at a border of its image or reaches beyond; `reach` is
    half the crop's extent in the image's pixels. What the border leaves of a nucleus looks unlike a small nucleus, and people outline it
    otherwise than one that a crop happens to cut."""
    centre = centre.copy()
    for axis, n in enumerate(shape):
        if n < 2 * reach[axis] or rng.random() >= AT_BORDER:
            continue
        beyond = reach[axis] * (rng.uniform(0, BEYOND) if rng.random() < 0.5 else 0)
        centre[axis] = reach[axis] - beyond if rng.random() < 0.5 else n - reach[axis] + beyond
    return centre


def cover(matrix, offset, size, height, width, margin):
    """Slices of the source that a transformed square of `size` reads."""
    corners = np.array([[0, 0], [0, size], [size, 0], [size, size]], float) @ matrix.T + offset
    low = np.maximum(np.floor(corners.min(0)).astype(int) - margin, 0)
    high = np.minimum(np.ceil(corners.max(0)).astype(int) + margin + 1, [height, width])
    return slice(low[0], max(high[0], low[0] + 1)), slice(low[1], max(high[1], low[1] + 1))


def compact(labels, at_edge=0):
    """Ids 1 … n; objects that were cut to fewer than 4 pixels become background, and those at the crop's edge of fewer than `at_edge`."""
    area = np.bincount(labels.ravel())
    keep = area >= 4
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        keep[edge] &= area[edge] >= at_edge
    keep[0] = False
    ids = np.zeros(area.size, np.int32)
    ids[keep] = np.arange(1, keep.sum() + 1)
    return ids[labels]
