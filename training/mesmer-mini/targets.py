"""What the network is taught: maps made from instance labels.

Labels are int32 arrays (rows, columns), 0 for background. The maps have the meaning of Mesmer's heads (Greenwald et al.,
Nature Biotechnology 2022): an inner distance that peaks at each object's centre, and three classes per pixel.
"""

import numpy as np
from scipy import ndimage

BOUNDARY, INTERIOR, BACKGROUND = 0, 1, 2


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
    """float32 (rows, columns) in [1, 6]: what a pixel's error counts for.

    An object counts by the root of its size: one of a few pixels would otherwise weigh nothing beside its neighbours. Pixels
    between two objects count twice, since an error there makes one of both.
    """
    area = np.bincount(labels.ravel())
    weight = np.clip(np.sqrt(150 / np.maximum(area, 1)), 1, 3).astype(np.float32)
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
