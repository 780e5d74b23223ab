import numpy as np
from skimage import transform


def resize(plane, scale, mode="reflect"):
    def run(d):
        n = round(d.size * scale)
        return transform.resize(getattr(d, plane), (n, n), order=1, mode=mode, preserve_range=True)

    return {"skimage resize": lambda d: run(d).astype(np.float32, copy=False)}


PEERS = {
    "bilinear down": resize("counts", 0.65),
    "bilinear up": resize("counts", 1.3),
    "bilinear down float": resize("unit", 0.65),
    "bilinear up float": resize("unit", 1.3, "constant"),
}
