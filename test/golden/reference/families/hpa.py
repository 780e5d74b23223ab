"""Cells and nuclei from the maps of the HPA Cell Segmentator's nets, on drawn maps; as published and mended."""

import images
import numpy as np
from golden_file import Golden
from scipy import ndimage as ndi
from skimage import filters, measure, morphology, segmentation

# At an eighth of the published resolution, more or less.
SIZES = {"seed": 6, "hole": 16, "part": 2, "nucleus": 24, "cell": 70, "radius": 2}


def keep(labels, least):
    return morphology.remove_small_objects(labels, max_size=least - 1) if least > 0 else labels


def part(cells, fixed):
    """Cells without their outlines and holes; the mended form keeps a cell that another encloses."""
    inner = (cells > 0) & ~segmentation.find_boundaries(cells)
    filled = ndi.binary_fill_holes(inner)
    if fixed:
        holes, count = ndi.label(filled & ~inner)
        for hole in range(1, count + 1):
            where = holes == hole
            if len(set(cells[where]) - {0}) > 1:
                filled[where] = False
    return ndi.label(filled)[0]


def label_cell(nucleus_border, nucleus, cell_border, cell, fixed, exclude):
    """What `label_cell` of CellProfiling/HPA-Cell-Segmentation 7b6dbc6 computes, step by step, but with labels of 32 bits."""
    borders = nucleus_border.astype(np.int64) + cell_border if fixed else nucleus_border + cell_border
    seeds = (nucleus / 255 > 0.15) & (1 - borders / 255 > 0.05)
    markers = ndi.label(keep(seeds, SIZES["seed"]))[0]
    mask = morphology.remove_small_holes(nucleus / 255 > 0.4, max_size=SIZES["hole"] - 1)
    mask = keep(mask, SIZES["part"]).astype(np.uint8)
    nuclei = measure.label(keep(segmentation.watershed(mask, markers, mask=mask, watershed_line=True), SIZES["nucleus"]))
    limit = max(0.22, 0.5 * filters.threshold_otsu(cell / 255))
    border = cell_border / 255 > 0.05
    region = cell / 255 > limit
    if exclude:
        region &= ~border
    landscape = -cell.astype(np.float64)
    cells = keep(segmentation.watershed(landscape, nuclei, mask=region), SIZES["cell"])
    cells = part(morphology.closing(cells, morphology.disk(SIZES["radius"])), fixed)
    cells = part(segmentation.watershed(landscape, cells, mask=(cells > 0) | border), fixed)
    cells = measure.label(keep(measure.label(cells > 0), SIZES["cell"]))
    inside = keep(measure.label((cells > 0) & (nuclei > 0)), SIZES["nucleus"])
    return cells * (inside > 0), cells


def byte(values):
    """0-255 in steps of 5: many ties, small files."""
    return (5 * np.rint(np.clip(values, 0, 1) * 51)).astype(np.uint8)


def tissue(seed, height, width, centres, reach):
    """Cells around centres, nuclei in their middle, borders where two are equally near; ragged by smoothed noise."""
    r, c = np.mgrid[:height, :width]
    away = np.sort(np.hypot(r[..., None] - centres[:, 0], c[..., None] - centres[:, 1]), axis=2)
    rough = ndi.gaussian_filter(images.noise(seed, height, width) - 0.5, 2) * 30
    rise = lambda x: 1 / (1 + np.exp(-x))
    near = away[..., 0] + rough
    ridge = np.exp(-(((away[..., 1] - away[..., 0]) / 2.5) ** 2)) * rise(reach - near)
    rim = np.exp(-((near - 0.5 * reach) ** 2)) + 0.4 * (images.noise(seed + 1, height, width) > 0.97)
    cell = rise((reach - near) / 1.5) * (1 - 0.8 * ridge)
    return byte(0.6 * rim), byte(rise((0.45 * reach - near) / 0.7)), byte(ridge), byte(cell)


def scattered(seed, height, width, number):
    return np.random.default_rng(seed).random((number, 2)) * (height, width)


def lattice(height, width, pitch):
    return np.stack(np.meshgrid(np.arange(pitch / 2, height, pitch), np.arange(pitch / 2, width, pitch), indexing="ij"), -1).reshape(-1, 2)


def cloud(seed, height, width, sigma):
    """Smoothed noise in every map: ragged cells, holes, cells within cells."""
    maps = [ndi.gaussian_filter(images.noise(seed + i, height, width), sigma) for i in range(4)]
    unit = [(m - m.min()) / (m.max() - m.min()) for m in maps]
    return [byte(1.8 * (unit[0] - 0.4)), byte(unit[1]), byte(3 * (unit[2] - 0.6)), byte(1.4 * (unit[3] - 0.2))]


def scenes():
    return {
        "scattered": tissue(301, 120, 150, scattered(302, 120, 150, 24), 14),
        "tall": tissue(303, 210, 60, scattered(304, 210, 60, 18), 13),
        "above 255": tissue(305, 204, 288, lattice(204, 288, 13.5), 8),
        "cloud": cloud(310, 130, 140, 5.0),
        "fine cloud": cloud(320, 120, 110, 3.0),
        "coarse cloud": cloud(330, 160, 170, 8.0),
    }


def label_cells():
    golden = Golden("hpa-label-cells")
    for name, (nucleus_border, nucleus, cell_border, cell) in scenes().items():
        for fixed in (False, True):
            for exclude in (False, True):
                nuclei, cells = label_cell(nucleus_border, nucleus, cell_border, cell, fixed, exclude)
                golden.add(
                    f"{name}, {'fixed' if fixed else 'compat'}{', borders excluded' if exclude else ''}",
                    {"mode": "fixed" if fixed else "compat", "excludeBorders": exclude, **SIZES},
                    nucleusBorder=nucleus_border,
                    nucleus=nucleus,
                    cellBorder=cell_border,
                    cell=cell,
                    cells=cells.astype(np.int32),
                    nuclei=nuclei.astype(np.int32),
                )
    return golden


NEW = [label_cells]
