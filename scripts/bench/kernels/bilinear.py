import numpy as np
from skimage import transform


def resize(plane, scale, mode="reflect"):
    def run(d):
        n = round(d.size * scale)
        return transform.resize(getattr(d, plane), (n, n), order=1, mode=mode, preserve_range=True)

    return {"skimage resize": lambda d: run(d).astype(np.float32, copy=False)}


def blocks(d, factor=4):
    return np.rint(transform.downscale_local_mean(d.counts, (factor, factor))).astype(np.uint16)


def quarters(a):
    return (a[::2, ::2] + a[::2, 1::2] + (a[1::2, ::2] + a[1::2, 1::2])) / 4


def sliced(d):
    """Sums of the four strided views in uint32, rounded half to even."""
    a = d.counts
    s = a[::2, ::2].astype(np.uint32) + a[::2, 1::2] + a[1::2, ::2] + a[1::2, 1::2]
    return ((s + 1 + ((s >> 2) & 1)) >> 2).astype(np.uint16)


# The anti-aliased cases and the area × 0.65 have no peer in this environment: theirs are PyTorch and OpenCV.
PEERS = {
    "area blocks": {"skimage downscale_local_mean": blocks},
    "bilinear down": resize("counts", 0.65),
    "bilinear up": resize("counts", 1.3),
    "bilinear down float": resize("unit", 0.65),
    "bilinear up float": resize("unit", 1.3, "constant"),    "halve means": {"skimage downscale_local_mean": lambda d: blocks(d, 2), "numpy slices": sliced},
    "halve means float": {
        "skimage downscale_local_mean": lambda d: transform.downscale_local_mean(d.unit.astype(np.float64), (2, 2)).astype(np.float32),
        "numpy slices": lambda d: quarters(d.unit.astype(np.float64)).astype(np.float32),
    },
    "halve labels": {"numpy slice copied": lambda d: np.ascontiguousarray(d.labels[::2, ::2])},
}
