"""Goldens of what is measured per object."""

import images
import numpy as np
from golden_file import Golden
from skimage import measure


def region_tables():
    """Every property of every label image that scikit-image's regionprops has too."""
    golden = Golden("regions-table")
    columns = ("area", "area_convex", "axis_major_length", "axis_minor_length", "eccentricity", "orientation")
    columns += ("perimeter", "solidity", "extent", "euler_number", "equivalent_diameter_area")
    grids = {"bbox": 4, "centroid": 2, "moments": 16, "moments_central": 16, "moments_normalized": 16, "moments_hu": 7}
    for name, labels in images.label_images().items():
        # The library keeps a list as long as the largest id, so ids are closed up for it.
        ids, dense = np.unique(np.append(labels.ravel(), 0), return_inverse=True)
        regions = measure.regionprops(dense[:-1].reshape(labels.shape))
        arrays = {key: np.array([getattr(r, key) for r in regions], np.float64) for key in columns}
        for key, length in grids.items():
            arrays[key] = np.array([np.ravel(getattr(r, key)) for r in regions], np.float64).reshape(-1, length)
        golden.add(name, {}, labels=labels, ids=ids[1:].astype(np.int32), **arrays)
    return golden


NEW = [region_tables]
