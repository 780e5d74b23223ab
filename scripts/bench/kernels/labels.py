import numpy as np
from scipy import ndimage as ndi
from skimage import feature, measure, morphology, segmentation


def prepare(d):
    """Labels as a watershed leaves them; the same rule stands in labels.mjs."""
    if hasattr(d, "rough"):
        return
    flat = d.labels.ravel().copy()
    i = np.arange(flat.size)
    specks = flat % 7 == 3
    flat[specks & (i % 64 != 0)] = 0
    flat[~specks & (i % 211 == 0)] = 0
    d.gapped = np.where(d.labels % 7 == 3, 0, d.labels)
    d.rough = flat.reshape(d.labels.shape)


def fill_holes(labels, size):
    """Object by object with regionprops, as deepcell-toolbox users run it."""
    filled = labels.copy()
    for region in measure.regionprops(labels):
        if region.euler_number < 1:
            patch = filled[region.slice]
            whole = morphology.remove_small_holes(patch == region.label, max_size=size - 1, connectivity=1)
            filled[region.slice] = np.where(whole, region.label, patch)
    return filled


def peaks(d):
    found = feature.peak_local_max(d.inner, min_distance=5, threshold_abs=0.3, exclude_border=False)
    return (found[:, 0] * d.size + found[:, 1]).astype(np.int32)


def mesmer(d):
    """deepcell-toolbox's chain with Mesmer's whole-cell parameters, on today's library."""
    interior = ndi.gaussian_filter(d.interior, 2)
    markers = measure.label(morphology.h_maxima(d.inner, 0.075, footprint=morphology.disk(2)))
    labels = segmentation.watershed(-interior, markers, mask=interior > 0.2)
    labels = morphology.remove_small_objects(labels, max_size=14)
    return segmentation.relabel_sequential(fill_holes(labels, 15))[0].astype(np.int32)


PEERS = {
    "prepare": prepare,
    "h-maxima": {"skimage h_maxima": lambda d: morphology.h_maxima(d.inner, 0.075, footprint=morphology.disk(2))},
    "watershed-own": {"skimage watershed": lambda d: segmentation.watershed(-d.interior, d.markers, mask=d.mask)},
    "watershed-raised": {"skimage watershed": lambda d: segmentation.watershed(-d.interior, d.markers, mask=d.mask)},
    "label": {"skimage label": lambda d: measure.label(d.mask).astype(np.int32, copy=False)},
    "small": {"skimage remove_small_objects": lambda d: morphology.remove_small_objects(d.rough, max_size=14)},
    "holes": {"regionprops loop": lambda d: fill_holes(d.rough, 15)},
    "relabel": {"skimage relabel_sequential": lambda d: segmentation.relabel_sequential(d.gapped)[0]},
    "mesmer": {"scipy, scikit-image": mesmer},
    "peaks": {"skimage peak_local_max": peaks},
}
