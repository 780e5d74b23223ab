"""Blur and slow variation of planes, float32 (rows, columns)."""

import torch
from torch.nn import functional


def blur(plane, sigma):
    radius = max(1, int(3 * sigma + 0.5))
    x = torch.arange(-radius, radius + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (x / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(plane[None, None], (radius,) * 4, mode="reflect")
    return functional.conv2d(functional.conv2d(padded, kernel.view(1, 1, 1, -1)), kernel.view(1, 1, -1, 1))[0, 0]


def smooth_field(size, rng, strength, count=5, mode="bicubic"):
    """A slowly varying factor around 1 on `count` × `count` points: uneven light or staining."""
    coarse = torch.tensor(rng.normal(0, strength, (1, 1, count, count)), dtype=torch.float32)
    return torch.exp(functional.interpolate(coarse, (size, size), mode=mode, align_corners=True))[0, 0]
