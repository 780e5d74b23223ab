import numpy as np
from skimage import transform


def resize(plane, scale, mode="reflect"):
    def run(d):
        n = round(d.size * scale)
        return transform.resize(getattr(d, plane), (n, n), order=1, mode=mode, preserve_range=True)

    return {"skimage resize": lambda d: run(d).astype(np.float32, copy=False)}


def blocks(d, factor=4):
    return np.rint(transform.downscale_local_mean(d.counts, (factor, factor))).astype(np.uint16)


# The anti-aliased cases and the area × 0.65 have no peer in this environment: theirs are PyTorch and OpenCV.
PEERS = {
    "area blocks": {"skimage downscale_local_mean": blocks},
    "bilinear down": resize("counts", 0.65),
    "bilinear up": resize("counts", 1.3),
    "bilinear down float": resize("unit", 0.65),
    "bilinear up float": resize("unit", 1.3, "constant"),
}
