"""The goldens of the first kernels."""

import images
import numpy as np
from golden_file import Golden
from scipy import ndimage as ndi
from skimage import feature, filters, measure, morphology, segmentation, transform

SIGMAS = (0.5, 1, 1.5, 2, 3, 4, 5)


def resample():
    golden = Golden("resample")
    inputs = {
        "formula-5x6": images.formula(5, 6).astype(np.uint8),
        "counts": images.counts(1, 61, 47),
        "noise-float": (images.noise(2, 53, 67) * 300 - 20).astype(np.float32),
        "constant": np.full((20, 30), 7.3, np.float32),
        "row": images.noise(3, 1, 40).astype(np.float32),
        "column": images.noise(4, 40, 1).astype(np.float32),
        "two-by-two": np.array([[0, 65535], [65535, 0]], np.uint16),
        "single": np.array([[9]], np.uint16),
    }
    for name, image in inputs.items():
        for scale in (0.03, 0.25, 0.5, 0.65, 0.754, 0.9, 1, 1.3, 1.326, 2, 3.7):
            out = transform.rescale(image.astype(np.float64), scale, order=1, mode="reflect", preserve_range=True)
            golden.add(f"{name} ×{scale}", {"scale": scale}, plane=image, expected=out.astype(np.float32))
    for name, shape in {"taller-narrower": (90, 20), "flatter-wider": (7, 133), "one-pixel": (1, 1)}.items():
        out = transform.resize(inputs["counts"].astype(np.float64), shape, order=1, mode="reflect", preserve_range=True)
        golden.add(f"counts to {name}", {"shape": shape}, plane=inputs["counts"], expected=out.astype(np.float32))
    return golden


def nearest():
    golden = Golden("nearest")
    inputs = {
        "ramp": np.arange(36, dtype=np.uint8).reshape(6, 6),
        "uint16": images.counts(5, 61, 47),
        "int32": images.label_images()["above-65535"],
        "float32": images.noise(6, 33, 29).astype(np.float32),
        "int16": images.planes()["int16"],
        "single": np.array([[9]], np.uint16),
    }
    for name, image in inputs.items():
        for scale in (0.03, 0.377 / 0.5, 0.5, 0.65, 0.9, 1, 1.3, 0.5 / 0.377, 2, 3.7):
            out = transform.rescale(image, scale, order=0, preserve_range=True, anti_aliasing=False)
            golden.add(f"{name} ×{scale:.4g}", {"scale": scale}, plane=image, expected=out.astype(image.dtype))
    index = np.arange(2048, dtype=np.int32)[None]
    for size in (1, 2, 3, 1023, 1024, 1544, 2047, 2716, 4096, 5001):
        out = transform.resize(index, (1, size), order=0, preserve_range=True, anti_aliasing=False)
        golden.add(f"2048 to {size}", {"shape": [1, size]}, plane=index, expected=out.astype(np.int32))
    return golden


def rescaled_size(name):
    """Output sizes only; both library versions must round alike."""
    golden = Golden(name)
    for scale in (0.001, 0.25, 0.3, 0.5, 0.65, 0.754, 0.9, 1, 1.1, 1.3, 1.5, 2.5):
        sizes = np.arange(1, 41, dtype=np.int32)
        out = [transform.rescale(np.zeros((1, n)), scale, order=0, anti_aliasing=False).shape[1] for n in sizes]
        golden.add(f"×{scale}", {"scale": scale}, sizes=sizes, expected=np.array(out, np.int32))
    return golden


def percentiles():
    golden = Golden("percentile")
    percents = [0, 0.1, 1, 25, 50, 75, 90, 99, 99.5, 99.9, 100]
    for name, plane in images.planes().items():
        values = plane.ravel().astype(np.float64)
        arrays = {"all": [np.percentile(values, p, method="linear") for p in percents]}
        if (values != 0).any():
            arrays["nonZero"] = [np.percentile(values[values != 0], p, method="linear") for p in percents]
        golden.add(name, {"percents": percents}, plane=plane, **{k: np.array(v) for k, v in arrays.items()})
    return golden


def clip_and_scale():
    golden = Golden("clip-and-scale")
    for name, plane in images.planes().items():
        if name in ("float-wide", "float-tight"):
            continue
        for percent in (50, 99, 100):
            high = float(np.percentile(plane.astype(np.float64), percent))
            x = np.minimum(plane.astype(np.float32), np.float32(high))
            span = x.max() - x.min()
            out = (x - x.min()) / span if span > 0 else np.zeros_like(x)
            golden.add(f"{name} P{percent}", {"high": high}, plane=plane, expected=out)
    return golden


def smooth():
    golden = Golden("gaussian")
    planes = images.planes()
    for name in ("counts-uint16", "float-blobs", "float-normal", "row", "column", "single", "constant-float", "two"):
        plane = planes[name][:64, :72]
        sigmas = SIGMAS + (0, 0.163, 0.7, 2.3, 7.9) if name == "counts-uint16" else (0.5, 2, 5, 3.3)
        for sigma in sigmas:
            out = ndi.gaussian_filter(plane.astype(np.float32), sigma, mode="reflect", truncate=4)
            params = {"sigma": sigma, "exact": sigma in SIGMAS + (0,)}
            golden.add(f"{name} σ={sigma}", params, plane=plane, expected=out)
    return golden


def thresholds():
    golden = Golden("otsu")
    for name, plane in images.planes().items():
        if name in ("int32", "uint32", "float-tight"):
            continue
        golden.add(name, {"bins": 256}, plane=plane, expected=np.array([filters.threshold_otsu(plane)], np.float64))
    blobs = images.planes()["float-blobs"]
    for bins in (2, 16, 1000):
        golden.add(f"float-blobs {bins}", {"bins": bins}, plane=blobs, expected=np.array([filters.threshold_otsu(blobs, bins)], np.float64))
    return golden


def labels():
    golden = Golden("label")
    for name, mask in images.masks().items():
        four, eight = (measure.label(mask, connectivity=c).astype(np.int32) for c in (1, 2))
        golden.add(name, {}, mask=mask, four=four, eight=eight)
    return golden


def distances():
    golden = Golden("edt")
    for name, mask in images.masks().items():
        golden.add(name, {}, mask=mask, expected=ndi.distance_transform_edt(mask))
    golden.add("full-32", {}, mask=np.ones((32, 32), bool), expected=ndi.distance_transform_edt(np.ones((32, 32), bool)))
    return golden


def peaks():
    golden = Golden("peaks")
    inputs = {
        "blobs": images.blobs(81, 90, 84, 40).astype(np.float32),
        "noise": images.noise(82, 60, 64).astype(np.float32),
        "quantised-2": images.noise(83, 50, 54, 2).astype(np.float32),
        "quantised-5": images.noise(84, 90, 94, 5).astype(np.float32),
        "sparse": (images.noise(85, 60, 64) < 0.02).astype(np.float32),
        "constant": np.full((12, 13), 2, np.float32),
        "row": images.noise(86, 1, 90, 9).astype(np.float32),
        "column": images.noise(87, 90, 1, 9).astype(np.float32),
        "single": np.array([[4]], np.float32),
        "distance": ndi.distance_transform_edt(images.masks()["blobs"]),
        "negative": -images.blobs(88, 50, 54, 20).astype(np.float32),
    }
    for name, plane in inputs.items():
        for distance in (1, 2, 3, 5, 10):
            for threshold, border in ((None, True), (None, False), (0.3, False)):
                found = feature.peak_local_max(plane, distance, threshold_abs=threshold, exclude_border=border)
                flat = (found[:, 0] * plane.shape[1] + found[:, 1]).astype(np.int32)
                params = {"minDistance": distance, "thresholdAbs": threshold, "excludeBorder": border}
                golden.add(f"{name} {distance} {threshold} {border}", params, plane=plane, expected=flat)
    return golden


def watersheds(rule):
    golden = Golden(f"watershed-{rule}")
    for name, (landscape, markers, mask) in images.landscapes().items():
        out = segmentation.watershed(landscape, markers, mask=mask).astype(np.int32)
        extra = {} if mask is None else {"mask": mask}
        golden.add(name, {}, landscape=landscape, markers=markers, expected=out, **extra)
    return golden


def binary():
    golden = Golden("binary-morphology")
    for name, mask in images.masks().items():
        golden.add(f"{name} holes", {}, mask=mask, filled=ndi.binary_fill_holes(mask))
        for radius in (0, 1, 2, 5):
            footprint = morphology.disk(radius)
            eroded = morphology.binary_erosion(mask, footprint)
            dilated = morphology.binary_dilation(mask, footprint)
            golden.add(f"{name} disk {radius}", {"radius": radius}, mask=mask, eroded=eroded, dilated=dilated, disk=footprint)
    return golden


def label_edits():
    golden = Golden("label-edits")
    for name, image in images.label_images().items():
        golden.add(
            name,
            {},
            labels=image,
            relabelled=segmentation.relabel_sequential(image)[0].astype(np.int32),
            cleared=segmentation.clear_border(image),
            boundaries=segmentation.find_boundaries(image, connectivity=1, mode="inner", background=0),
        )
    return golden


def expand():
    golden = Golden("expand")
    for name, image in images.label_images().items():
        for distance in (0, 1, 1.5, 3, 8, 200):
            out = segmentation.expand_labels(image, distance).astype(np.int32)
            golden.add(f"{name} {distance}", {"distance": distance}, labels=image, expected=out)
    return golden


def clean():
    """removeSmall and fillHoles, by the functions and the version that deepcell-toolbox calls."""
    golden = Golden("label-cleaning")
    for name, image in images.label_images().items():
        for size in (1, 4, 15, 40):
            small = morphology.remove_small_objects(image, min_size=size) if image.any() else image
            # Boxes near the int32 limit of ids would make regionprops allocate one slot per id.
            dense, forward, back = segmentation.relabel_sequential(image)
            filled = dense.copy()
            for region in measure.regionprops(dense):
                if region.euler_number < 1:
                    patch = filled[region.slice]
                    whole = morphology.remove_small_holes(patch == region.label, area_threshold=size, connectivity=1)
                    filled[region.slice] = np.where(whole, region.label, patch)
            ids = np.array(back[np.arange(dense.max() + 1)], np.int32)
            golden.add(f"{name} {size}", {"size": size}, labels=image, small=small, filled=ids[filled])
    return golden


def halve():
    """2×2 means, by numpy on a plane padded with NaN to even sides."""
    golden = Golden("halve")
    for name, plane in images.planes().items():
        height, width = plane.shape
        padded = np.full((height + height % 2, width + width % 2), np.nan)
        padded[:height, :width] = plane
        blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2).transpose(0, 2, 1, 3)
        mean = np.nanmean(blocks.reshape(*blocks.shape[:2], 4), axis=2)
        out = mean if plane.dtype == np.float32 else np.rint(mean)
        golden.add(name, {}, plane=plane, mean=out.astype(plane.dtype), first=plane[::2, ::2])
    return golden


def write_weights(path):
    lines = [
        "/**",
        " * Gaussian weights of taps 0..R (R = ⌊4σ + 0.5⌋) for common sigmas, by sigma in pixels.",
        f" * Written by scripts/make-goldens.mjs with numpy {np.__version__}: its exp differs from Math.exp in the last bit",
        " * of some weights.",
        " */",
        "export const GAUSSIAN_WEIGHTS: ReadonlyMap<number, Float64Array> = new Map([",
    ]
    for sigma in SIGMAS:
        radius = int(4 * sigma + 0.5)
        x = np.arange(-radius, radius + 1)
        weights = np.exp(-0.5 / (sigma * sigma) * x**2)
        weights /= weights.sum()
        taps = ", ".join(repr(float(w)) for w in weights[radius:])
        lines.append(f"  [{sigma}, Float64Array.of({taps})],")
    path.write_text("\n".join(lines) + "\n]);\n")


NEW = [
    *(resample, nearest, lambda: rescaled_size("rescaled-size"), percentiles, clip_and_scale, smooth, thresholds),
    *(labels, distances, peaks, lambda: watersheds("raised"), binary, label_edits, expand, halve),
]
OLD = [lambda: watersheds("own"), clean, lambda: rescaled_size("rescaled-size-024")]
