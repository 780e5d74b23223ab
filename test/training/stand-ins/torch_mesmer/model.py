"""Stands in for torch-mesmer's network: the call signature, eight maps, and heads that make their layers in the first pass."""

import torch
from torch import nn


class PanopticNet(nn.Module):
    """Each head's maps are a convolution of the image and a plane of row numbers, softmax or ReLU behind it."""

    def __init__(
        self,
        backbone="resnet50",
        feature_size=256,
        crop_size=256,
        use_imagenet=True,
        backbone_levels=("C3", "C4", "C5"),
        pyramid_levels=("P3", "P4", "P5"),
        interpolation="bilinear",
        n_semantic_classes=(1, 3, 1, 3),
        in_channels=4,
    ):
        super().__init__()
        if use_imagenet:
            raise RuntimeError("the weights of ImageNet would be downloaded")
        if len(pyramid_levels) != 5 or backbone != "resnet50":
            raise RuntimeError("not the network of the weights")
        self.crop_size, self.classes = crop_size, n_semantic_classes
        self.channel_conv = nn.Conv2d(3, 4, 3, padding=1)
        self.semantic_heads = nn.ModuleList(nn.Module() for _ in n_semantic_classes)

    def forward(self, x, format="channel_first"):
        rows = torch.arange(0, x.shape[2], dtype=x.dtype)
        location = (rows / torch.max(rows)).reshape(1, 1, -1, 1).tile([x.shape[0], 1, 1, x.shape[3]])
        features = self.channel_conv(torch.cat([x, location], dim=1))
        maps = []
        for head, count in zip(self.semantic_heads, self.classes):
            if not hasattr(head, "late"):
                head.late = nn.Conv2d(4, count, 1)
            found = head.late(features)
            maps.append(torch.relu(found) if count == 1 else torch.softmax(found, 1))
        return torch.cat(maps, dim=1)
