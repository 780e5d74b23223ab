"""Stands in for the U-Net of Nimbus: reflected borders, four poolings, skips cut to size, probabilities."""

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, before, after, padding):
        super().__init__()
        self.padding = padding
        self.convs = nn.ModuleList([nn.Conv2d(before, after, 1), nn.Conv2d(after, after, 3), nn.Conv2d(after, after, 3)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(after), nn.BatchNorm2d(after)])

    def forward(self, x):
        x = skip = self.convs[0](x)
        for conv, norm in zip(self.convs[1:], self.norms):
            x = torch.relu(norm(conv(functional.pad(x, (1, 1, 1, 1), mode=self.padding))))
        return x + skip


class UNet(nn.Module):
    def __init__(self, num_classes=2, layer_depth=5, filters_root=4, padding="reflect"):
        super().__init__()
        widths = [filters_root * 2**level for level in range(layer_depth)]
        self.down = nn.ModuleList(Block(before, after, padding) for before, after in zip([2, *widths], widths))
        pairs = list(zip(widths[:0:-1], widths[-2::-1]))
        self.lift = nn.ModuleList(nn.ConvTranspose2d(before, after, 2, stride=2) for before, after in pairs)
        self.up = nn.ModuleList(Block(before, after, padding) for before, after in pairs)
        self.last = nn.Conv2d(filters_root, num_classes, 1)

    def forward(self, x):
        skips = []
        for level, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if level else x)
            skips.append(x)
        skips.pop()
        for lift, block in zip(self.lift, self.up):
            x, skip = torch.relu(lift(x)), skips.pop()
            top, left = abs(skip.shape[2] - x.shape[2]) // 2, abs(skip.shape[3] - x.shape[3]) // 2
            x = block(torch.cat([skip[:, :, top : x.shape[2] + top, left : x.shape[3] + left], x], 1))
        return torch.sigmoid(self.last(x))
