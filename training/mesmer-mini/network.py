"""A U-Net with Mesmer's four outputs."""

import torch
from torch import nn
from torch.nn import functional

WIDTHS = (16, 48, 96, 160, 256)


def convolution(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


def double(inputs, outputs):
    return nn.Sequential(*convolution(inputs, outputs), *convolution(outputs, outputs))


class Network(nn.Module):
    """(B, 2, H, W) in [0, 1], H and W multiples of 16 → (B, 8, H, W): for the cell, then the nucleus, the inner distance
    and the scores of boundary, interior and background before softmax.

    Few channels where there are many pixels: half of the time goes into the two finest levels as it is.
    """

    def __init__(self, widths=WIDTHS):
        super().__init__()
        self.down = nn.ModuleList(double(a, b) for a, b in zip((2, *widths[:-1]), widths))
        self.up = nn.ModuleList(double(a + b, a) for a, b in zip(widths[:-1], widths[1:]))
        self.out = nn.Conv2d(widths[0], 8, 1)

    def forward(self, image):
        x, kept = image, []
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else functional.max_pool2d(x, 2))
            kept.append(x)
        for level in reversed(range(len(self.up))):
            wide = functional.interpolate(x, scale_factor=2, mode="nearest")
            x = self.up[level](torch.cat([kept[level], wide], 1))
        return self.out(x)


class Exported(nn.Module):
    """TF Mesmer's signature: (B, 256, 256, 2) → whole-cell inner distance, whole-cell classes, the same of the nucleus."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, image):
        maps = self.network(image.permute(0, 3, 1, 2))
        outputs = []
        for start in (0, 4):
            outputs.append(torch.relu(maps[:, start : start + 1]).permute(0, 2, 3, 1))
            outputs.append(torch.softmax(maps[:, start + 1 : start + 4], 1).permute(0, 2, 3, 1))
        return tuple(outputs)
