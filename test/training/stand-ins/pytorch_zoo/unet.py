"""Stands in for the class that a pickled network of the HPA Cell Segmentator names."""

import torch
from torch import nn
from torch.nn import functional


class UNet(nn.Module):
    """Scores of three classes from a pixel and its surroundings of 32²; sides must be multiples of 32, as for the published one."""

    def __init__(self):
        super().__init__()
        self.judge = nn.Conv2d(3, 3, 3, padding=1)
        self.wide = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        near = functional.relu(self.judge(x))
        far = functional.interpolate(functional.max_pool2d(self.wide(x), 32), scale_factor=32.0, mode="nearest")
        return near + far


class Fickle(UNet):
    """Gives something else every time, so that no graph can be its equal."""

    def forward(self, x):
        self.calls = getattr(self, "calls", 0) + 1
        return super().forward(x) * self.calls


class Probable(nn.Module):
    """With the softmax in it."""

    def __init__(self):
        super().__init__()
        self.scores = UNet()

    def forward(self, x):
        return torch.softmax(self.scores(x), 1)
