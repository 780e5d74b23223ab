from scipy import ndimage as ndi
from skimage import morphology, segmentation


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
}
