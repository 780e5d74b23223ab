import numpy as np
from scipy import ndimage as ndi

PAD = 64


def prepare(d):
    """Forty uint16 planes from one, padded with zeros, and 256 cells; the same rules stand in patches.mjs."""
    if hasattr(d, "padded"):
        return
    planes = np.stack([d.counts * np.uint16(2 * c + 1) for c in range(40)])
    d.padded = np.pad(planes, ((0, 0), (PAD, PAD), (PAD, PAD)))
    d.padded_floats = d.padded.astype(np.float32)
    d.padded_labels = np.pad(d.labels, PAD)
    boxes = ndi.find_objects(d.labels)
    ids = [(27 * n) % len(boxes) + 1 for n in range(256)]
    middle = lambda s: (s.start + s.stop) >> 1
    d.cells = [(i, middle(boxes[i - 1][0]) + PAD, middle(boxes[i - 1][1]) + PAD) for i in ids]
    d.batch3 = np.empty((256, 40, 3, 64, 64), np.float32)
    d.batch1 = np.empty((256, 40, 32, 32), np.float32)


def windows(d, half):
    for n, (i, y, x) in enumerate(d.cells):
        window = (slice(y - half, y + half), slice(x - half, x + half))
        labels = d.padded_labels[window]
        yield n, (slice(None), *window), labels == i, (labels != i) & (labels != 0)


def stacked(source):
    def run(d):
        planes = getattr(d, source)
        cells = []
        for _, window, own, other in windows(d, 32):
            raw = planes[window].astype(np.float32)
            masks = own.astype(np.float32), other.astype(np.float32)
            cells.append(np.stack([np.stack([channel, *masks]) for channel in raw]))
        return np.stack(cells)

    return run


def assigned(source):
    def run(d):
        planes = getattr(d, source)
        for n, window, own, other in windows(d, 32):
            d.batch3[n, :, 0] = planes[window]
            d.batch3[n, :, 1] = own
            d.batch3[n, :, 2] = other
        return d.batch3

    return run


def masked_stacked(d):
    return np.stack([d.padded_floats[window] * own.astype(np.float32) for _, window, own, _ in windows(d, 16)])


def masked_assigned(d):
    for n, window, own, _ in windows(d, 16):
        np.multiply(d.padded_floats[window], own, out=d.batch1[n])
    return d.batch1


def contexts(d):
    cells = []
    for _, _, own, other in windows(d, 16):
        distance = ndi.distance_transform_edt(own)
        cells.append(np.stack([own, other, distance / max(distance.max(), 1e-30)]).astype(np.float32))
    return np.stack(cells)


PEERS = {
    "prepare": prepare,
    "raw and masks": {"numpy stack": stacked("padded"), "numpy assign": assigned("padded")},
    "raw and masks float": {"numpy stack": stacked("padded_floats"), "numpy assign": assigned("padded_floats")},
    "masked": {"numpy stack": masked_stacked, "numpy assign": masked_assigned},
    "contexts": {"scipy edt, numpy stack": contexts},
}
