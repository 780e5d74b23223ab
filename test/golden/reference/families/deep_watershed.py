"""Mesmer's post-processing as a chain of the library functions it is made of: from two maps to labels."""

import images
import numpy as np
import skimage
from golden_file import Golden
from scipy import ndimage as ndi
from skimage import feature, measure, morphology, segmentation

PROFILES = {
    "tf-cell": dict(maximaThreshold=0.075, maximaSmooth=0, interiorThreshold=0.2, interiorSmooth=2),
    "tf-nuclear": dict(maximaThreshold=0.1, maximaSmooth=0, interiorThreshold=0.2, interiorSmooth=2),
    "torch-cell": dict(maximaThreshold=0.1, maximaSmooth=1, interiorThreshold=0.075, interiorSmooth=1),
    "torch-nuclear": dict(maximaThreshold=0.1, maximaSmooth=0, interiorThreshold=0.075, interiorSmooth=1),
}
COMMON = dict(radius=2, smallObjects=15, fillHoles=15, pixelExpansion=0, labelErosion=0, maxima="h-maxima")


def bumps():
    """The four bumps that are easy to write down in any language."""
    r, c = np.mgrid[:48, :48].astype(np.float64)

    def bump(y, x, sigma):
        return np.exp(-((r - y) ** 2 + (c - x) ** 2) / (2 * sigma**2))

    maxima = [bump(14, 14, 3), 0.9 * bump(16, 26, 3), 0.8 * bump(36, 30, 3), 0.05 * bump(40, 8, 3)]
    interior = [bump(14, 14, 6), bump(16, 26, 6), bump(36, 30, 6), bump(40, 8, 2)]
    return np.maximum.reduce(maxima).astype(np.float32), np.maximum.reduce(interior).astype(np.float32)


def maps():
    """Name → (maxima, interior), float32."""
    out = {"bumps": bumps()}
    for name, seed, shape, count, radius in (("crowded", 91, (150, 130), 120, 6.0), ("sparse", 92, (97, 141), 25, 5.0)):
        maxima = images.blobs(seed, *shape, count, radius / 2)
        interior = images.blobs(seed, *shape, count, radius)
        interior[images.noise(seed + 10, *shape) < 0.01] = 0
        out[name] = (maxima.astype(np.float32), np.clip(interior, 0, 1).astype(np.float32))
    crowded = out["crowded"]
    out["noisy"] = tuple(
        (plane + 0.08 * images.noise(95 + k, *plane.shape)).astype(np.float32) for k, plane in enumerate(crowded)
    )
    out["quantised"] = tuple((np.round(plane * 12) / 12).astype(np.float32) for plane in crowded)
    out["nothing"] = (np.zeros((20, 31), np.float32), np.zeros((20, 31), np.float32))
    out["everything"] = (np.full((20, 31), 0.5, np.float32), np.ones((20, 31), np.float32))
    out["row"] = (crowded[0][60:61], crowded[1][60:61])
    out["column"] = (crowded[0][:, 70:71], crowded[1][:, 70:71])
    return out


def small_and_holes(labels, small, holes):
    old = skimage.__version__.startswith("0.24.")
    if labels.any():
        labels = morphology.remove_small_objects(labels, **({"min_size": small} if old else {"max_size": small - 1}))
    filled = labels.copy()
    for region in measure.regionprops(labels):
        if holes > 0 and region.euler_number < 1:
            patch = filled[region.slice]
            limit = {"area_threshold": holes} if old else {"max_size": holes - 1}
            whole = morphology.remove_small_holes(patch == region.label, connectivity=1, **limit)
            filled[region.slice] = np.where(whole, region.label, patch)
    return filled


def chain(maxima, interior, p):
    interior = ndi.gaussian_filter(interior, p["interiorSmooth"])
    if p["pixelExpansion"] > 0:
        side = 2 * p["pixelExpansion"] + 1
        interior = morphology.dilation(interior, np.ones((side, side), np.uint8))
    maxima = ndi.gaussian_filter(maxima, p["maximaSmooth"])
    if p["maxima"] == "h-maxima":
        found = morphology.h_maxima(maxima, p["maximaThreshold"], footprint=morphology.disk(p["radius"]))
    else:
        found = np.zeros(maxima.shape, np.uint8)
        peaks = feature.peak_local_max(
            maxima, min_distance=p["radius"], threshold_abs=p["maximaThreshold"], exclude_border=False
        )
        found[tuple(peaks.T)] = 1
    labels = segmentation.watershed(-interior, measure.label(found), mask=interior > p["interiorThreshold"])
    for _ in range(p["labelErosion"]):
        labels[segmentation.find_boundaries(labels, mode="inner")] = 0
    labels = small_and_holes(labels, p["smallObjects"], p["fillHoles"])
    return segmentation.relabel_sequential(labels)[0].astype(np.int32)


def deep_watershed(rule):
    golden = Golden(f"deep-watershed-{rule}")
    for name, (maxima, interior) in maps().items():
        settings = {profile: {**COMMON, **values} for profile, values in PROFILES.items()}
        tf = settings["tf-cell"]
        settings["expanded"] = {**tf, "pixelExpansion": 2}
        settings["eroded"] = {**tf, "labelErosion": 1}
        settings["eroded-twice"] = {**tf, "labelErosion": 2}
        settings["radius-10"] = {**tf, "radius": 10, "maximaThreshold": 0.05}
        settings["peaks"] = {**tf, "maxima": "peak-local-max", "radius": 5}
        settings["keeps-all"] = {**tf, "smallObjects": 0, "fillHoles": 0}
        settings["holes-60"] = {**tf, "smallObjects": 40, "fillHoles": 60}
        for profile, params in settings.items():
            expected = chain(maxima, interior, params)
            golden.add(f"{name} {profile}", params, maxima=maxima, interior=interior, expected=expected)
    return golden


NEW = [lambda: deep_watershed("raised")]
OLD = [lambda: deep_watershed("own")]
