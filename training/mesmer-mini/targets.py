"""What the network is taught: maps made from instance labels.

Labels are int32 arrays (rows, columns), 0 for background. The maps have the meaning of Mesmer's heads (Greenwald et al.,
Nature Biotechnology 2022): an inner distance that peaks at each object's centre, and three classes per pixel.
"""

import numpy as np
from scipy import ndimage

BOUNDARY, INTERIOR, BACKGROUND = 0, 1, 2
# How far a cell reaches around its nucleus where no outline is seen, by the nucleus' radius.
REACH = 0.7
# A nucleus of less than this share of the median area is a piece of one.
PIECE = 0.25


def touches_other(labels):
    """Object pixels with a 4-neighbour of another object."""
    out = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        ahead = [slice(None)] * 2
        behind = [slice(None)] * 2
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        a, b = labels[tuple(ahead)], labels[tuple(behind)]
        contact = (a != b) & (a > 0) & (b > 0)
        out[tuple(ahead)] |= contact
        out[tuple(behind)] |= contact
    return out


def pixel_classes(labels):
    """uint8 (rows, columns): boundary where objects touch and on the background pixels around them, interior, background.

    The rim lies outside the objects, so that an object of a few pixels keeps all of them as interior.
    """
    objects = labels > 0
    around = ndimage.binary_dilation(objects, np.ones((3, 3), bool)) & ~objects
    classes = np.full(labels.shape, BACKGROUND, np.uint8)
    classes[objects] = INTERIOR
    classes[around | touches_other(labels)] = BOUNDARY
    return classes


def emphasis(labels):
    """float32 (rows, columns) in [1, 24]: what a pixel's error counts for.

    A small object's pixels count more, so that one of 21 pixels weighs as much as one of 250: it would otherwise weigh nothing
    beside its neighbours. Pixels between two objects count twice, since an error there makes one of both.
    """
    area = np.bincount(labels.ravel())
    weight = np.clip(250 / np.maximum(area, 1), 1, 12).astype(np.float32)
    weight[0] = 1
    out = ndimage.grey_dilation(weight[labels], (3, 3))
    none = np.int32(2**31 - 1)
    highest = ndimage.maximum_filter(labels, 5)
    lowest = ndimage.minimum_filter(np.where(labels > 0, labels, none), 5)
    return np.where((lowest != none) & (lowest != highest), 2 * out, out)


def bare_cells(cells, nuclei):
    """Where cells lie that have next to no nucleus, their rims included: bool (rows, columns)."""
    area = np.bincount(cells.ravel())
    nuclear = np.bincount(cells.ravel(), (nuclei > 0).ravel(), area.size)
    bare = nuclear < 0.05 * area
    bare[0] = False
    around = ndimage.binary_dilation(bare[cells], np.ones((3, 3), bool))
    return around & (bare[cells] | (cells == 0))


def pieces(nuclei):
    """Which nuclei are so small beside the others that they are pieces of one, or debris, and not cut by the border: bool per id."""
    area = np.bincount(nuclei.ravel())
    area[0] = 0
    small = area < PIECE * np.median(area[area > 0]) if area.any() else area > 0
    for edge in (nuclei[0], nuclei[-1], nuclei[:, 0], nuclei[:, -1]):
        small[edge] = False
    return small & (area > 0)


def nuclear_cells(cells, nuclei):
    """Cells as they are outlined where no membrane shows one: what lies within 0.7 of its nucleus' radius of it and nearer to it than
    to any other; cells without a nucleus are left out. int32 (rows, columns), with the ids of `cells`, or of `nuclei` where no cells are
    known."""
    if not nuclei.any():
        return np.zeros_like(nuclei)
    distance, (row, column) = ndimage.distance_transform_edt(nuclei == 0, return_indices=True)
    radius = np.sqrt(np.bincount(nuclei.ravel()) / np.pi)
    nearest = nuclei[row, column]
    near = distance <= REACH * radius[nearest]
    if cells is None:
        return np.where(near, nearest, 0)
    # A nucleus belongs to the cell that most of it lies in.
    pairs = np.stack([nuclei.ravel(), cells.ravel()])[:, (nuclei > 0).ravel() & (cells > 0).ravel()]
    if pairs.size == 0:
        return np.zeros_like(cells)
    (nucleus, cell), count = np.unique(pairs, axis=1, return_counts=True)
    owner = np.zeros(radius.size, cells.dtype)
    order = np.argsort(count, kind="stable")
    owner[nucleus[order]] = cell[order]
    return np.where(near & (owner[nearest] == cells), cells, 0)


def inner_distance(labels):
    """float32 (rows, columns) in [0, 1]: 1 / (1 + d² / √area), d in pixels from the object's depth-weighted centre."""
    out = np.zeros(labels.shape, np.float32)
    count = int(labels.max())
    if count == 0:
        return out
    depth = ndimage.distance_transform_edt((labels > 0) & ~touches_other(labels)).astype(np.float32) + 0.5
    flat = labels.ravel()
    weight = np.bincount(flat, depth.ravel(), count + 1)
    area = np.bincount(flat, minlength=count + 1)
    rows, columns = np.indices(labels.shape, np.float32)
    safe = np.maximum(weight, 1e-6)
    centre_row = np.bincount(flat, (rows * depth).ravel(), count + 1) / safe
    centre_column = np.bincount(flat, (columns * depth).ravel(), count + 1) / safe
    squared = (rows - centre_row[labels]) ** 2 + (columns - centre_column[labels]) ** 2
    inside = labels > 0
    out[inside] = 1 / (1 + squared[inside] / np.sqrt(area[labels[inside]]))
    return out


def median_diameter(labels):
    """Median over the objects of the diameter of the circle of equal area, in pixels; NaN without objects."""
    area = np.bincount(labels.ravel())[1:]
    area = area[area > 0]
    return float(np.median(2 * np.sqrt(area / np.pi))) if area.size else float("nan")
