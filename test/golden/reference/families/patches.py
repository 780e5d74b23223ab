"""Patches around cells: numpy on padded planes, scipy's distances."""

import images
import numpy as np
from golden_file import Golden
from scipy import ndimage as ndi


def cut(plane, top, left, size, mode, value=0):
    """A window of a plane that is padded far enough on every side."""
    reach = size + max(0, -top, -left, top + 1, left + 1)
    padded = np.pad(plane, reach, mode=mode, **({"constant_values": value} if mode == "constant" else {}))
    return padded[top + reach : top + reach + size, left + reach : left + reach + size]


def scenes():
    labels = images.label_images()
    for name in ("above-65535", "row", "column"):
        if name in labels:
            yield name, labels[name]
    rng = np.random.default_rng(601)
    yield "blocks", np.kron(rng.integers(0, 9, (9, 7)), np.ones((5, 6), np.int32)).astype(np.int32)


def patches():
    golden = Golden("patches")
    for name, labels in scenes():
        rng = np.random.default_rng(602)
        planes = [rng.integers(0, 65536, labels.shape).astype(np.uint16), rng.random(labels.shape).astype(np.float32)]
        ids = np.unique(labels[labels > 0])[:7]
        for size in (1, 6, 9, 32):
            centres = [np.argwhere(labels == i).mean(0) for i in ids]
            top, left = (np.array([int(np.floor(c[k])) - size // 2 for c in centres], np.int32) for k in (0, 1))
            windows = list(zip(ids, top, left))
            own = np.array([cut(labels, y, x, size, "constant") == i for i, y, x in windows], np.float32)
            all_cells = np.array([cut(labels, y, x, size, "constant") > 0 for _, y, x in windows], np.float32)
            other = all_cells - own
            arrays = {}
            for key, mode, value in (("zero", "constant", 0), ("seven", "constant", 7), ("mirrored", "reflect", 0)):
                arrays[key] = np.array([[cut(p, y, x, size, mode, value) for p in planes] for _, y, x in windows], np.float32)
            depth = np.array([ndi.distance_transform_edt(m) for m in own])
            depth /= np.maximum(depth.max((1, 2), keepdims=True), 1e-300)
            context = np.stack([own, other, depth], 1).astype(np.float32)
            cells = np.stack([ids, top, left]).astype(np.int32)
            flat = {k: v.reshape(len(ids), -1) for k, v in {**arrays, "context": context}.items()}
            golden.add(
                f"{name} {size}", {"size": size}, labels=labels, counts=planes[0], unit=planes[1], cells=cells, **flat
            )
    return golden


NEW = [patches]
