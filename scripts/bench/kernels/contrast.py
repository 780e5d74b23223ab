import numpy as np
from skimage import exposure


def percentile(plane):
    return np.percentile(plane[plane > 0], 99)


def normalise(plane):
    x = np.minimum(plane.astype(np.float32), np.float32(percentile(plane)))
    return (x - x.min()) / (x.max() - x.min())


def normalise_tuned(counts):
    """One bincount, then a look-up table for all 65,536 values."""
    bins = np.bincount(counts.ravel(), minlength=65536)
    bins[0] = 0
    total = bins.cumsum()
    virtual = (total[-1] - 1) * 0.99
    lower = int(virtual)
    a, b = (np.searchsorted(total, rank, side="right") for rank in (lower, lower + 1))
    high = np.float32(a + (b - a) * (virtual - lower))
    table = np.minimum(np.arange(65536, dtype=np.float32), high)
    low = np.float32(counts.min())
    return ((table - low) / (min(table[counts.max()], high) - low)).take(counts)


def cut_hot_pixels(d):
    middle = np.median(d.counts)
    deviation = np.median(np.abs(d.counts - middle))
    cap = middle + 5 * 1.4826 * (deviation if deviation else 1)
    out = d.counts.copy()
    out[out > cap] = cap
    return out


PEERS = {
    "percentile": {"numpy": lambda d: np.array([percentile(d.counts)])},
    "normalise": {
        "numpy": lambda d: normalise(d.counts),
        "numpy bincount, take": lambda d: normalise_tuned(d.counts),
    },
    "normalise float": {"numpy": lambda d: normalise(d.interior)},
    "hot pixels": {"numpy": cut_hot_pixels},
    "clahe 128": {"skimage equalize_adapthist": lambda d: exposure.equalize_adapthist(d.unit, kernel_size=128)},
    "clahe 100": {"skimage equalize_adapthist": lambda d: exposure.equalize_adapthist(d.unit, kernel_size=100)},
}
