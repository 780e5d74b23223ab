"""A U-Net at half resolution with a fine last layer, and Mesmer's four outputs."""

import torch
from torch import nn
from torch.nn import functional

WIDTHS = (16, 32, 64, 128)
FINE = 8


def convolution(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


def double(inputs, outputs):
    return nn.Sequential(*convolution(inputs, outputs), *convolution(outputs, outputs))


class Network(nn.Module):
    """(B, 2, H, W) in [0, 1], H and W multiples of 16 → (B, 8, H, W): for the cell, then the nucleus, the inner distance
    and the scores of boundary, interior and background before softmax.

    Most of the work is done on 2 × 2 pixels at a time, which a CPU does three times as fast; the last layer sees the image
    again at full resolution.
    """

    def __init__(self, widths=WIDTHS, fine=FINE):
        super().__init__()
        inputs = (8, *widths[:-1])
        self.down = nn.ModuleList(double(a, b) for a, b in zip(inputs, widths))
        self.up = nn.ModuleList(double(a + b, a) for a, b in zip(widths[:-1], widths[1:]))
        self.widen = nn.Conv2d(widths[0], 4 * fine, 1)
        self.fine = nn.Sequential(*convolution(fine + 2, fine), nn.Conv2d(fine, 8, 1))

    def forward(self, image):
        x = functional.pixel_unshuffle(image, 2)
        kept = []
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else functional.max_pool2d(x, 2))
            kept.append(x)
        for level in reversed(range(len(self.up))):
            wide = functional.interpolate(x, scale_factor=2, mode="nearest")
            x = self.up[level](torch.cat([kept[level], wide], 1))
        return self.fine(torch.cat([functional.pixel_shuffle(self.widen(x), 2), image], 1))


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
