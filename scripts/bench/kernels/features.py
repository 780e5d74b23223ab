from skimage import measure

FOUR = ("label", "area", "centroid", "bbox", "eccentricity")
ALL = (
    *("label", "area", "bbox", "centroid", "axis_major_length", "axis_minor_length", "eccentricity", "orientation"),
    *("perimeter", "area_convex", "solidity", "extent", "euler_number"),
)


def four(d):
    table = measure.regionprops_table(d.labels, properties=FOUR)
    return table["area"], table["centroid-0"], table["centroid-1"], table["eccentricity"]


def every_property(d):
    table = measure.regionprops_table(d.labels, properties=ALL)
    return table["area"], table["centroid-0"], table["centroid-1"], table["euler_number"]


PEERS = {
    "four shapes": {"skimage regionprops_table": four},
    "all shapes": {"skimage regionprops_table": every_property},
}
