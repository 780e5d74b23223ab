"""Percentiles in float32, ranges mapped to ranges, medians and hot pixels; arithmetic as numpy does it on each dtype."""

import images
import numpy as np
from golden_file import Golden
from skimage import exposure

PERCENTS = (0, 0.1, 1, 25, 37.5, 50, 75, 90, 99, 99.5, 99.9, 100)


def single_percentiles():
    golden = Golden("percentile-float32")
    for name, plane in images.planes().items():
        if plane.dtype == np.float32:
            found = [float(np.percentile(plane.ravel(), p)) for p in PERCENTS]
            golden.add(name, {"percents": PERCENTS}, plane=plane, expected=np.array(found))
    return golden


def clipped():
    golden = Golden("clip-percentile")
    for name, plane in images.planes().items():
        for percent in (50, 90, 99.9):
            out = plane.copy()
            if (plane != 0).any():
                threshold = np.percentile(plane[plane != 0], percent)
                with np.errstate(all="ignore"):
                    out[out > threshold] = threshold
            golden.add(f"{name} {percent}", {"percent": percent}, plane=plane, expected=out)
    return golden


def rescaled():
    golden = Golden("rescale-intensity")
    for name, plane in images.planes().items():
        spans = {"own": "image", "given": (3, 90), "signed": (-20.5, 40.25), "point": (5, 5)}
        for label, span in spans.items():
            for target in ("float32", (0, 1), (-2.5, 7.75), (10, 255)):
                out = exposure.rescale_intensity(plane, in_range=span, out_range=target).astype(np.float32)
                params = {}
                if span != "image":
                    params["inRange"] = span
                if target != "float32":
                    params["outRange"] = target
                golden.add(f"{name} {label} {target}", params, plane=plane, expected=out)
    return golden


def hot_pixels():
    golden = Golden("hot-pixels")
    for name, plane in images.planes().items():
        middle = np.median(plane)
        deviation = np.median(np.abs(plane - middle))
        for z in (0.5, 3, 5):
            cap = middle + (z * 1.4826) * (deviation if deviation != 0 else type(deviation)(1))
            out = plane.copy()
            over = out > cap
            out[over] = cap
            found = np.array([middle, deviation, cap, over.sum()], np.float64)
            golden.add(f"{name} z {z}", {"z": z}, plane=plane, expected=out, found=found)
    return golden


NEW = [single_percentiles, clipped, rescaled, hot_pixels]
