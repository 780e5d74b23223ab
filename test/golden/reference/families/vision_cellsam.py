"""What CellSAM's two image networks are shown of a tile, and how the masks of its decoder become a tile's: in PyTorch and numpy."""

import numpy as np
import torch
from golden_file import Golden

torch.set_num_threads(1)

SIDE = 1024
EVERY = 61


def per_channel(values):
    return torch.tensor(values, dtype=torch.float32)[:, None, None]


SAM_MEAN, SAM_STD = per_channel([123.675, 116.28, 103.53]), per_channel([58.395, 57.12, 57.375])
MEAN, STD = per_channel([0.485, 0.456, 0.406]), per_channel([0.229, 0.224, 0.225])


def resized(tile):
    """(3, h, w) to (3, 1024, 1024)."""
    options = {"size": (SIDE, SIDE), "mode": "bilinear", "antialias": True, "align_corners": False}
    return torch.nn.functional.interpolate(torch.from_numpy(tile)[None], **options)[0]


def standardised(x):
    x = (x - MEAN) / STD
    low, high = x.amin((1, 2), keepdim=True), x.amax((1, 2), keepdim=True)
    return (x - low) / (high - low + 1e-6)


def detector(tile, adv):
    x = resized(tile).mul(255).byte()
    x = (x - SAM_MEAN) / SAM_STD
    if not adv:
        return x
    x = standardised(x)
    if x[1].max() == 0:
        x[1] = x[2]
    if x[2].max() == 0:
        x[2] = x[1]
    return x


def encoder(tile, adv):
    x = resized(tile).numpy()
    lit = x[x != 0]
    if len(lit) > 0:
        low, high = map(float, np.percentile(lit, [0.0, 99.5]))
        x = np.clip(x, low, high)
        x = (x - low) / (high - low) if low != high else np.clip(x, 0.0, 1.0)
    x = torch.from_numpy(np.asarray(x, np.float32))
    if adv:
        x = standardised(x)
    return (x - MEAN) / STD


def unit(seed, height, width, zeros):
    """Values in 0..1, both ends taken, smooth along one axis, a part of them 0."""
    rng = np.random.default_rng(seed)
    r, c = np.mgrid[:height, :width]
    image = 0.5 + 0.3 * np.sin(r / 5.0) * np.cos(c / 7.0) + 0.2 * rng.random((height, width))
    image[rng.random((height, width)) < zeros] = 0
    image -= image.min()
    return (image / image.max()).astype(np.float32)


def inputs():
    golden = Golden("cellsam-inputs")
    flat = np.full((24, 31), 0.7, np.float32)
    cases = {
        "two channels": [unit(1, 40, 53, 0.3), unit(2, 40, 53, 0.1)],
        "whole cell alone": [None, unit(3, 33, 64, 0.4)],
        "nuclear alone": [unit(4, 33, 64, 0.4), None],
        "taller than the square": [unit(5, 1100, 24, 0.2), unit(6, 1100, 24, 0)],
        "one value": [None, flat],
        "one value and noise": [flat, unit(7, 24, 31, 0.5)],
        "one row": [unit(8, 1, 90, 0.2), unit(9, 1, 90, 0.2)],
    }
    for name, (nuclear, membrane) in cases.items():
        blank = np.zeros_like(membrane if nuclear is None else nuclear)
        tile = np.stack([blank, *(blank if plane is None else plane for plane in (nuclear, membrane))])
        planes = {key: plane for key, plane in (("nuclear", nuclear), ("membrane", membrane)) if plane is not None}
        for adv in (False, True):
            seen = {"detector": detector(tile, adv), "encoder": encoder(tile, adv)}
            sampled = {key: x.numpy()[:, ::EVERY, ::EVERY].reshape(-1, 17) for key, x in seen.items()}
            golden.add(f"{name}, adv {adv}", {"adv": adv, "every": EVERY}, **planes, **sampled)
    return golden


def logits(seed, blobs):
    """256 × 256 logits in quarters: round bumps on a ground of -8."""
    rng = np.random.default_rng(seed)
    r, c = np.mgrid[:256, :256]
    out = np.full((256, 256), -8.0)
    for _ in range(blobs):
        y, x, radius = 256 * rng.random(), 256 * rng.random(), 4 + 20 * rng.random()
        out = np.maximum(out, 6 - 14 * np.hypot(r - y, c - x) / (2 * radius))
    return (np.round(4 * out) / 4).astype(np.float32)


def masks():
    golden = Golden("cellsam-masks")
    for name, low in {"one": logits(1, 1), "many": logits(2, 14), "none": np.full((256, 256), -8, np.float32)}.items():
        for size in ((512, 512), (224, 512), (312, 212), (1024, 1024), (700, 1500), (113, 1)):
            x = torch.from_numpy(low)[None, None]
            for target in ((SIDE, SIDE), size):
                x = torch.nn.functional.interpolate(x, size=target, mode="bilinear", align_corners=False)
            golden.add(f"{name} to {size}", {}, logits=low, expected=(torch.sigmoid(x) > 0.4)[0, 0].numpy())
    return golden


VISION = [inputs, masks]
