import numpy as np
from scipy import ndimage as ndi
from skimage import measure

FOUR = ("label", "area", "centroid", "bbox", "eccentricity")
ALL = (
    *("label", "area", "bbox", "centroid", "axis_major_length", "axis_minor_length", "eccentricity", "orientation"),
    *("perimeter", "area_convex", "solidity", "extent", "euler_number"),
)


def prepare(d):
    """Forty uint16 planes from one, and the same with channels last; the same rule stands in features.mjs."""
    if hasattr(d, "stack"):
        return
    d.stack = np.stack([d.counts * np.uint16(2 * c + 1) for c in range(40)])
    d.last = np.ascontiguousarray(np.moveaxis(d.stack, 0, -1))
    d.floats = d.stack[:4].astype(np.float32)
    d.ids = np.arange(1, d.labels.max() + 1)


def four(d):
    table = measure.regionprops_table(d.labels, properties=FOUR)
    return table["area"], table["centroid-0"], table["centroid-1"], table["eccentricity"]


def every_property(d):
    table = measure.regionprops_table(d.labels, properties=ALL)
    return table["area"], table["centroid-0"], table["centroid-1"], table["euler_number"]


def shapes_and_means(d):
    table = measure.regionprops_table(d.labels, intensity_image=d.last, properties=(*FOUR, "mean_intensity"))
    return table["area"], table["centroid-0"], np.concatenate([table[f"mean_intensity-{c}"] for c in range(40)])


def counted(planes, d):
    flat = d.labels.ravel()
    area = np.bincount(flat)
    return np.concatenate([(np.bincount(flat, weights=plane.ravel()) / area)[1:] for plane in planes])


def of_scipy(names):
    def run(d):
        return np.concatenate([getattr(ndi, name)(plane, d.labels, d.ids) for plane in d.stack[:4] for name in names])

    return run


PEERS = {
    "prepare": prepare,
    "shapes and means": {"skimage regionprops_table": shapes_and_means},
    "means": {
        "numpy bincount": lambda d: counted(d.stack, d),
        "scipy mean": lambda d: np.concatenate([ndi.mean(plane, d.labels, d.ids) for plane in d.stack]),
    },
    "means float": {"numpy bincount": lambda d: counted(d.floats, d)},
    "medians": {"scipy median": of_scipy(["median"])},
    "spread": {"scipy minimum, maximum, standard_deviation": of_scipy(["minimum", "maximum", "standard_deviation"])},
    "four shapes": {"skimage regionprops_table": four},
    "all shapes": {"skimage regionprops_table": every_property},
}
