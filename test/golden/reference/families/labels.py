"""h-maxima, whose definition is in the two scikit-image versions alike."""

import images
import numpy as np
from golden_file import Golden
from skimage import morphology


def surfaces():
    """Name → float32 plane: slopes, plateaus, ties, tiny and large values."""
    smooth = images.blobs(101, 70, 83, 40, 5.0)
    r, c = np.mgrid[:40, :47]
    return {
        "blobs": smooth,
        "noisy": smooth + 0.05 * images.noise(102, 70, 83),
        "quantised": np.round(smooth * 8) / 8,
        "noise": images.noise(103, 50, 61),
        "noise-quantised": images.noise(104, 50, 61, 5) / 5,
        "negative": -smooth,
        "large": 1e6 * smooth,
        "tiny": 1e-6 * smooth,
        "ramp": (r + c) / 100,
        "ramp-steps": np.floor((r + 2 * c) / 7) / 20,
        "rings": np.cos(np.hypot(r - 20, c - 23) / 2),
        "constant": np.full((12, 13), 0.5),
        "zeros": np.zeros((12, 13)),
        "row": images.blobs(105, 1, 90, 12, 4.0),
        "column": images.noise(106, 77, 1, 9) / 9,
        "single": np.array([[3.0]]),
        "two": np.array([[1.0, 2.0]]),
    }


def h_maxima():
    golden = Golden("h-maxima")
    for name, plane in surfaces().items():
        plane = plane.astype(np.float32)
        for radius in (1, 2, 3, 10):
            for h in (1e-7, 0.01, 0.075, 0.3, 1.0):
                out = morphology.h_maxima(plane, h, footprint=morphology.disk(radius))
                golden.add(f"{name} h={h} r={radius}", {"h": h, "radius": radius}, plane=plane, expected=out)
    return golden


NEW = [h_maxima]
