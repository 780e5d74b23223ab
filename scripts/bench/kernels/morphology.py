import numpy as np
from scipy import ndimage as ndi
from skimage import filters, morphology, segmentation


def erode_edges(labels):
    """One layer as deepcell-toolbox takes it off."""
    out = labels.copy()
    out[segmentation.find_boundaries(out, mode="inner")] = 0
    return out


PEERS = {
    "erode-edges": {"skimage find_boundaries": lambda d: erode_edges(d.labels)},
    "dilate-square": {
        "skimage dilation": lambda d: morphology.dilation(d.unit, morphology.footprint_rectangle((5, 5))),
        "scipy maximum_filter": lambda d: ndi.maximum_filter(d.unit, 5),
    },
    "dilate-disk": {
        "skimage dilation": lambda d: morphology.dilation(d.unit, morphology.disk(5)),
        "decomposed disk": lambda d: morphology.dilation(d.unit, morphology.disk(5, decomposition="sequence")),
    },
    "top-hat": {"skimage white_tophat": lambda d: morphology.white_tophat(d.counts, morphology.disk(5))},
    "distance": {"scipy distance_transform_edt": lambda d: ndi.distance_transform_edt(d.mask)},
    "expand": {"skimage expand_labels": lambda d: segmentation.expand_labels(d.labels, 6)},
    "binary-open": {
        "skimage binary_opening": lambda d: morphology.binary_opening(d.mask, morphology.disk(5)),
    },
    "binary-dilate": {
        "skimage binary_dilation": lambda d: morphology.binary_dilation(d.mask, morphology.disk(2)),
        "scipy binary_dilation": lambda d: ndi.binary_dilation(d.mask, morphology.disk(2)),
    },
    "binary-holes": {"scipy binary_fill_holes": lambda d: ndi.binary_fill_holes(d.mask)},
    "small-mask-objects": {
        "skimage remove_small_objects": lambda d: morphology.remove_small_objects(d.mask.view(bool), max_size=39),
    },
    "boundaries": {"skimage find_boundaries": lambda d: segmentation.find_boundaries(d.labels)},
    "otsu-counts": {"skimage threshold_otsu": lambda d: np.array([filters.threshold_otsu(d.counts)], np.float64)},
    "otsu-unit": {"skimage threshold_otsu": lambda d: np.array([filters.threshold_otsu(d.unit)], np.float64)},
}
