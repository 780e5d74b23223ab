"""The watershed with a line, on integers, and where markers of equal value meet; both rules."""

import images
import numpy as np
from golden_file import Golden
from skimage import segmentation


def ties(seed, shape, levels, number, labels, open_share):
    """A quantised landscape with many markers of few labels, in a ragged mask: most markers tie."""
    rng = np.random.default_rng(seed)
    landscape = rng.integers(0, levels, shape).astype(np.float32)
    markers = np.zeros(shape, np.int32)
    markers.flat[rng.choice(markers.size, number, replace=False)] = rng.integers(1, labels + 1, number)
    mask = rng.random(shape) < open_share
    return landscape, markers, mask


def tied():
    return {
        f"ties {seed}": ties(seed, *rest)
        for seed, *rest in [
            (201, (60, 62), 2, 300, 3, 0.95),
            (202, (60, 62), 3, 200, 200, 0.9),
            (203, (60, 62), 2, 80, 80, 0.65),
            (204, (40, 90), 5, 500, 2, 0.8),
            (205, (90, 40), 1, 60, 60, 1.0),
            (206, (3, 400), 3, 90, 90, 0.9),
            (207, (400, 2), 4, 70, 5, 0.95),
            (208, (80, 80), 12, 700, 700, 0.99),
        ]
    }


def integers():
    rng = np.random.default_rng(210)
    markers = np.zeros((44, 50), np.int32)
    markers.flat[rng.choice(markers.size, 40, replace=False)] = np.arange(40) + 1
    return {
        "uint8": (rng.integers(0, 256, (44, 50)).astype(np.uint8), markers, None),
        "uint16": (rng.integers(0, 65536, (44, 50)).astype(np.uint16), markers, None),
        "int16": (rng.integers(-300, 300, (44, 50)).astype(np.int16), markers, None),
        "int32": (rng.integers(-(2**31), 2**31, (44, 50)).astype(np.int32), markers, None),
        "uint32": (rng.integers(0, 2**32, (44, 50)).astype(np.uint32), markers, None),
        "negative labels": (rng.integers(0, 9, (44, 50)).astype(np.int8), -markers, None),
    }


def watersheds(rule):
    golden = Golden(f"watershed-line-{rule}")
    for name, (landscape, markers, mask) in {**images.landscapes(), **tied(), **integers()}.items():
        extra = {} if mask is None else {"mask": mask}
        plain, lined = (
            segmentation.watershed(landscape, markers, mask=mask, watershed_line=line).astype(np.int32) for line in (False, True)
        )
        golden.add(name, {}, landscape=landscape, markers=markers, plain=plain, lined=lined, **extra)
    return golden


NEW = [lambda: watersheds("raised")]
OLD = [lambda: watersheds("own")]
