import numpy as np
from skimage import transform

DOWN = 1544 / 2048
UP = 2716 / 2048


def side(d, scale):
    return round(d.size * scale)


def nearest(d, scale):
    n = side(d, scale)
    return transform.resize(d.counts, (n, n), order=0, preserve_range=True, anti_aliasing=False)


def take(d, scale):
    n = side(d, scale)
    index = np.floor(np.clip((np.arange(n) + 0.5) * (d.size / n) - 0.5, 0, d.size - 1) + 0.5).astype(np.intp)
    return d.counts.take(index, axis=0).take(index, axis=1)


def nearest_peers(scale):
    return {"skimage resize": lambda d: nearest(d, scale), "numpy take twice": lambda d: take(d, scale)}


PEERS = {
    "nearest down": nearest_peers(DOWN),
    "nearest up": nearest_peers(UP),
}
