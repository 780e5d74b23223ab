import numpy as np
from skimage import measure

SIZE, CELLS, CHANNELS = 64, 256, 40


def prepare(d):
    """The first cells whose patch lies within the image; 40 channels made of one, shifted. The same rules stand in patches.mjs."""
    if hasattr(d, "windows"):
        return
    table = measure.regionprops_table(d.labels, properties=("label", "centroid"))
    y, x = table["centroid-0"], table["centroid-1"]
    half = SIZE // 2
    inside = (y >= half) & (y < d.size - half) & (x >= half) & (x < d.size - half)
    chosen = np.flatnonzero(inside)[:CELLS]
    d.windows = [(table["label"][i], int(y[i]) - half, int(x[i]) - half) for i in chosen]
    flat = d.counts.ravel()
    d.channels = np.stack([np.roll(flat, -c).reshape(d.counts.shape) for c in range(CHANNELS)])
    d.batch = np.empty((len(d.windows), CHANNELS, 3, SIZE, SIZE), np.float32)
    d.masked = np.empty((len(d.windows), CHANNELS, 1, SIZE, SIZE), np.float32)


def stacked(d):
    """Cell by cell, channel by channel, stacked at the end."""
    patches = []
    for cell, top, left in d.windows:
        window = np.s_[top : top + SIZE, left : left + SIZE]
        labels = d.labels[window]
        own = (labels == cell).astype(np.float32)
        other = ((labels != cell) & (labels != 0)).astype(np.float32)
        patches.append(np.stack([np.stack([d.channels[c][window].astype(np.float32), own, other]) for c in range(CHANNELS)]))
    return np.stack(patches)


def assigned(d):
    """Straight into one batch that is kept, all channels of a cell at once."""
    for n, (cell, top, left) in enumerate(d.windows):
        labels = d.labels[top : top + SIZE, left : left + SIZE]
        d.batch[n, :, 0] = d.channels[:, top : top + SIZE, left : left + SIZE]
        d.batch[n, :, 1] = labels == cell
        d.batch[n, :, 2] = (labels != cell) & (labels != 0)
    return d.batch


def masked(d):
    for n, (cell, top, left) in enumerate(d.windows):
        own = d.labels[top : top + SIZE, left : left + SIZE] == cell
        np.multiply(d.channels[:, top : top + SIZE, left : left + SIZE], own, out=d.masked[n, :, 0], casting="unsafe")
    return d.masked


PEERS = {
    "prepare": prepare,
    "raw-self-neighbour": {"numpy stack": stacked, "numpy, one kept batch": assigned},
    "masked": {"numpy, one kept batch": masked},
}
