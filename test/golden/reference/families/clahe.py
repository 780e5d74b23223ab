"""Contrast-limited adaptive histogram equalisation: blocks of every kind of size, flat, sparse and quantised planes."""

import images
import numpy as np
from golden_file import Golden
from skimage import exposure


def planes():
    r, c = np.mgrid[:64, :48]
    formula = ((7 * r + 13 * c + 3 * ((r * c) % 5)) % 32 / 31).astype(np.float32)
    counts = images.counts(301, 83, 79).astype(np.float32)
    rng = np.random.default_rng(302)
    return {
        "formula": formula,
        "counts": (np.minimum(counts, 400) / 400).astype(np.float32),
        "sparse": (rng.random((70, 51)) * (rng.random((70, 51)) < 0.1)).astype(np.float32),
        "noise": images.noise(303, 61, 97).astype(np.float32),
        "two levels": (images.noise(304, 40, 44) < 0.3).astype(np.float32),
        "tiny range": (0.25 + images.noise(305, 33, 35, 3) * 4e-5).astype(np.float32),
        "signed": (images.noise(306, 37, 41) * 2 - 1).astype(np.float32),
        "row": images.noise(307, 1, 90).astype(np.float32),
        "column": images.noise(308, 90, 1).astype(np.float32),
        "single": np.full((1, 1), 0.4, np.float32),
        "zeros": np.zeros((20, 22), np.float32),
        "constant": np.full((20, 22), 0.7, np.float32),
        "smooth": ((r + c) / 110).astype(np.float32),
    }


def clahe():
    golden = Golden("equalize-adaptive")
    sizes = [(16, 16), (1, 1), (2, 2), (5, 5), (7, 12), (8, 32), (13, 13), (64, 64), (128, 128), (200, 3)]
    for name, plane in planes().items():
        for size in sizes:
            out = exposure.equalize_adapthist(plane, kernel_size=size)
            golden.add(f"{name} {size}", {"kernelSize": size, "clipLimit": 0.01}, plane=plane, expected=out)
    for limit in (0, 0.002, 0.03, 0.5, 1, 2):
        for name in ("formula", "counts", "two levels"):
            out = exposure.equalize_adapthist(planes()[name], kernel_size=(16, 24), clip_limit=limit)
            golden.add(f"{name} limit {limit}", {"kernelSize": (16, 24), "clipLimit": limit}, plane=planes()[name], expected=out)
    return golden


NEW = [clahe]
