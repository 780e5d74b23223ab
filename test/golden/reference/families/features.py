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


PERCENTS = (0, 2.5, 25, 50, 90, 99.9, 100)


def of_every_type(seed, shape):
    """Name → plane: the whole range of each integer type, ties, negative zeros, values that do not fit float32 sums."""
    noise = images.noise(seed, *shape)
    planes = {}
    for name in ("uint8", "int8", "uint16", "int16", "uint32", "int32"):
        info = np.iinfo(name)
        planes[name] = np.clip(np.floor(info.min + noise * (float(info.max) - info.min + 1)), info.min, info.max).astype(name)
    planes["float32"] = ((noise - 0.3) * 1e6).astype(np.float32)
    planes["uint16-ties"] = np.floor(noise * 4).astype(np.uint16)
    planes["uint16-saturated"] = np.full(shape, 65535, np.uint16)
    planes["float32-ties"] = (np.floor(noise * 5 - 2) * np.float32(-0.1)).astype(np.float32)
    return planes


def plane_statistics():
    golden = Golden("plane-statistics")
    for name in ("empty", "one-label", "single", "row", "column", "above-65535", "crumbs", "pockets"):
        labels = images.label_images()[name]
        ids = np.unique(labels[labels > 0])
        for kind, plane in of_every_type(len(name), labels.shape).items():
            values = [plane[labels == i].astype(np.float64) for i in ids]
            arrays = {key: [getattr(np, key)(v) for v in values] for key in ("sum", "mean", "median", "min", "max", "std")}
            ranked = np.array([np.percentile(v, PERCENTS, method="linear") for v in values]).reshape(-1, len(PERCENTS))
            arrays = {key: np.array(column, np.float64) for key, column in arrays.items()}
            golden.add(f"{name}, {kind}", {"percents": PERCENTS}, labels=labels, plane=plane, percentiles=ranked.T, **arrays)
    return golden


NEW = [region_tables, plane_statistics]
