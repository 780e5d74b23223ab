"""The images that kernels are timed on, made from a seed at any size: what a field of view and a segmenter's maps look like.

Every attribute is one contiguous array; both sides of the benchmark read the same bytes.
"""

import numpy as np
from scipy import ndimage as ndi


def base(size, seed=7):
    """Name → array of size × size: counts (uint16), unit (float32), labels (int32), mask (uint8), inner, interior (float32), markers (int32)."""
    rng = np.random.default_rng(seed)
    labels, distance = cells(size, rng)
    inside = labels > 0
    levels = np.concatenate([[0], rng.gamma(2.0, 900.0, labels.max())])
    light = ndi.gaussian_filter(levels[labels], 1.2) + 40 * (1 + rng.exponential(0.3, (size, size)))
    counts = rng.poisson(light).astype(np.float64)
    counts[rng.random((size, size)) < 0.15] = 0
    counts[rng.random((size, size)) < 2e-5] = 65535
    counts = np.minimum(counts, 65535).astype(np.uint16)
    clipped = np.minimum(counts.astype(np.float32), np.float32(np.percentile(counts[counts > 0], 99)))
    unit = (clipped - clipped.min()) / (clipped.max() - clipped.min())
    inner = 1 / (1 + 0.12 * distance) + rng.normal(0, 0.015, (size, size))
    inner = ndi.gaussian_filter(np.where(inside, inner, 0.02), 0.8).astype(np.float32)
    depth = ndi.distance_transform_edt(inside)
    interior = 1 / (1 + np.exp(1.5 - depth + rng.normal(0, 0.3, (size, size))))
    for y, x in rng.integers(2, size - 2, (size * size // 10_000, 2)):
        interior[y - 1 : y + 2, x - 1 : x + 2] = 0
    interior = interior.astype(np.float32)
    mask = (ndi.gaussian_filter(interior, 1.0) > 0.3).astype(np.uint8)
    peaks = (inner == ndi.maximum_filter(inner, 9)) & (mask == 1) & (inner > 0.4)
    markers = ndi.label(peaks, np.ones((3, 3)))[0].astype(np.int32)
    return dict(
        counts=counts, unit=unit.astype(np.float32), labels=labels, mask=mask, inner=inner, interior=interior, markers=markers
    )


def cells(size, rng):
    """Elliptical cells, 1,680 per megapixel, later ones over earlier; and each pixel's squared distance to its cell's centre."""
    labels = np.zeros((size, size), np.int32)
    distance = np.full((size, size), 1e3)
    number = max(1, round(size * size / 596))
    for i in range(1, number + 1):
        y, x = rng.random(2) * size
        a, b = rng.uniform(8, 13), rng.uniform(7, 10)
        angle = rng.uniform(0, np.pi)
        y0, y1 = max(0, int(y - 16)), min(size, int(y + 17))
        x0, x1 = max(0, int(x - 16)), min(size, int(x + 17))
        r, c = np.mgrid[y0:y1, x0:x1]
        u = (r - y) * np.cos(angle) + (c - x) * np.sin(angle)
        v = (c - x) * np.cos(angle) - (r - y) * np.sin(angle)
        within = (u / a) ** 2 + (v / b) ** 2 <= 1
        labels[y0:y1, x0:x1][within] = i
        distance[y0:y1, x0:x1][within] = ((r - y) ** 2 + (c - x) ** 2)[within]
    # Ids without gaps, in case a cell was covered whole.
    _, dense = np.unique(labels, return_inverse=True)
    return dense.reshape(size, size).astype(np.int32), distance
