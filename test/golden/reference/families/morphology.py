"""Goldens of grey and binary morphology, boundaries and distances."""

import images
import numpy as np
from golden_file import Golden
from skimage import morphology, segmentation


def eroded_edges():
    """deepcell-toolbox's erode_edges: inner boundaries cleared layer by layer (connectivity 1), and the same with corners."""
    golden = Golden("erode-edges")
    for name, image in images.label_images().items():
        for connectivity in (1, 2):
            out = image.copy()
            arrays = {}
            for layer in (1, 2, 3, 4):
                out[segmentation.find_boundaries(out, mode="inner", connectivity=connectivity)] = 0
                arrays[f"layers{layer}"] = out.copy()
            golden.add(f"{name} {4 * connectivity}", {"connectivity": 4 * connectivity}, labels=image, **arrays)
    return golden


def grey_planes():
    """Some of every dtype, cut so that many radii fit into a small file."""
    planes = images.planes()
    names = ("counts-uint16", "formula-uint8", "int8", "int16", "uint32", "int32", "float-normal", "float-quantised", "float-minus-zero")
    out = {name: planes[name][:37, :41] for name in names}
    for name in ("constant-float", "single", "two", "row", "column"):
        out[name] = planes[name]
    out["infinite"] = np.where(images.noise(91, 23, 19) < 0.1, np.inf, np.where(images.noise(92, 23, 19) < 0.1, -np.inf, 1)).astype(np.float32)
    return out


def footprint(shape, radius):
    return morphology.footprint_rectangle((2 * radius + 1, 2 * radius + 1)) if shape == "square" else morphology.disk(radius)


def grey():
    golden = Golden("grey-morphology")
    for name, plane in grey_planes().items():
        for shape in ("square", "disk"):
            for radius in (1, 2, 5, 45) if name in ("counts-uint16", "infinite") else (0, 1, 4):
                element = footprint(shape, radius)
                arrays = dict(
                    dilated=morphology.dilation(plane, element),
                    eroded=morphology.erosion(plane, element),
                    opened=morphology.opening(plane, element),
                    closed=morphology.closing(plane, element),
                )
                if name != "infinite":
                    arrays["topHat"] = morphology.white_tophat(plane, element)
                golden.add(f"{name} {shape} {radius}", {"shape": shape, "radius": radius}, plane=plane, **arrays)
    return golden


def boundary_kinds():
    golden = Golden("find-boundaries")
    for name, image in images.label_images().items():
        for connectivity in (1, 2):
            for mode in ("thick", "inner", "outer"):
                for background in (0, 3):
                    found = segmentation.find_boundaries(image, connectivity, mode, background)
                    params = {"connectivity": 4 * connectivity, "mode": mode, "background": background}
                    golden.add(f"{name} {connectivity} {mode} {background}", params, labels=image, expected=found)
    return golden


def opened_and_closed():
    golden = Golden("binary-open-close")
    for name, mask in images.masks().items():
        for radius in (0, 1, 2, 5, 30):
            disk = morphology.disk(radius)
            arrays = {"opened": morphology.binary_opening(mask, disk), "closed": morphology.binary_closing(mask, disk)}
            golden.add(f"{name} {radius}", {"radius": radius}, mask=mask, **arrays)
    return golden


def small_parts():
    """By the rule up to 0.25, in which an area of exactly the size stays: max_size is one less."""
    golden = Golden("small-masks")
    for name, mask in images.masks().items():
        for connectivity in (1, 2):
            for size in (1, 2, 5, 40):
                options = {"max_size": size - 1, "connectivity": connectivity}
                arrays = {"kept": morphology.remove_small_objects(mask, **options), "filled": morphology.remove_small_holes(mask, **options)}
                golden.add(f"{name} {connectivity} {size}", {"connectivity": 4 * connectivity, "size": size}, mask=mask, **arrays)
    return golden


NEW = [eroded_edges, grey, boundary_kinds, opened_and_closed, small_parts]
