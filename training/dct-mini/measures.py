"""What is measured of every channel of a cell: fixed, so that training need not repeat it. It is part of the exported graph."""

import math

import torch
from torch import nn
from torch.nn import functional

SIDE = 32
REGIONS = 8
SECTORS = 8
THRESHOLDS = (0.06, 0.18, 0.5)
#: Measures of a channel, and facts about the cell's surroundings.
MEASURES = 2 * REGIONS + SECTORS + len(THRESHOLDS) + 2
SURROUNDINGS = 14


def _shrink(mask, pixels):
    """The mask without its outermost `pixels` layers (of 8 neighbours); beyond the window is outside."""
    return 1 - functional.max_pool2d(functional.pad(1 - mask, (pixels,) * 4, value=1.0), 2 * pixels + 1, 1)


def _near(mask, pixels):
    return functional.max_pool2d(mask, 2 * pixels + 1, 1, pixels)


class Measures(nn.Module):
    """(sample, spatial context, padding) → (measures (B, C, MEASURES), surroundings (B, SURROUNDINGS)); 0 for padding channels."""

    def __init__(self):
        super().__init__()
        at = torch.arange(SIDE, dtype=torch.float32) - SIDE // 2
        y, x = torch.meshgrid(at, at, indexing="ij")
        sector = torch.floor((torch.atan2(y, x) + math.pi) / (2 * math.pi) * SECTORS).long().clamp(max=SECTORS - 1)
        self.register_buffer("sectors", functional.one_hot(sector, SECTORS).permute(2, 0, 1)[None].float(), persistent=False)
        self.register_buffer("y", y[None] / SIDE, persistent=False)
        self.register_buffer("x", x[None] / SIDE, persistent=False)

    def regions(self, spatial):
        """Weights (B, REGIONS + SECTORS, 1024) that sum to 1 or 0, and the regions' sizes (B, REGIONS)."""
        own, other, depth = spatial[:, :1], spatial[:, 1:2], spatial[:, 2:]
        inner = _shrink(own, 1)
        inmost = _shrink(own, 3)
        close = own * _near(other, 2)
        band = own - _shrink(own, 2)
        parts = [own, own - inner, inner - inmost, inmost, close, own - close, own * _near(other, 4), own * (depth > 0.6)]
        parts = torch.cat([*parts, band * self.sectors], 1).flatten(2)
        sizes = parts.sum(2, keepdim=True)
        return parts / sizes.clamp(min=1), sizes[:, :, 0]

    def surroundings(self, spatial, sizes):
        own, other = spatial[:, 0], spatial[:, 1]
        area = own.sum((1, 2)).clamp(min=1)
        meanY, meanX = (own * self.y).sum((1, 2)) / area, (own * self.x).sum((1, 2)) / area
        yy = (own * self.y * self.y).sum((1, 2)) / area - meanY * meanY
        xx = (own * self.x * self.x).sum((1, 2)) / area - meanX * meanX
        yx = (own * self.y * self.x).sum((1, 2)) / area - meanY * meanX
        spread = torch.sqrt((yy - xx) ** 2 + 4 * yx * yx + 1e-9)
        extent = yy + xx + 1e-4
        shares = sizes[:, 1:REGIONS] / area[:, None]
        held = sizes[:, REGIONS:].clamp(max=1).mean(1)
        facts = [area / 200, torch.sqrt(area) / 20, spread / extent, 20 * (extent - spread), 20 * (extent + spread), other.mean((1, 2)), held]
        return torch.cat([torch.stack(facts, 1), shares], 1)

    @staticmethod
    def channels(pixels, weights, sizes):
        """Measures (B, C, MEASURES) of pixels (B, C, N) by weights (B, REGIONS + SECTORS, N). Pixels beyond the cell may be left out."""
        roots = torch.sqrt(pixels + 1e-4) - 0.01
        parts = torch.matmul(roots, weights.transpose(1, 2))
        means = torch.matmul(pixels, weights[:, :REGIONS].transpose(1, 2))
        # A sector without a pixel shows what the whole cell shows.
        band = torch.where(sizes[:, None, REGIONS:] > 0, parts[:, :, REGIONS:], parts[:, :, :1])
        band = torch.sort(band, 2)[0]
        area = sizes[:, None, :1].clamp(min=1)
        steep = pixels * 20
        shares = [(steep - 20 * t).clamp(0, 1).sum(2, keepdim=True) / area for t in THRESHOLDS]
        square = torch.sqrt((pixels * pixels).sum(2, keepdim=True) / area + 1e-6)
        return torch.cat([means, parts[:, :, :REGIONS], band, *shares, square, pixels.amax(2, keepdim=True)], 2)

    def forward(self, sample, spatial, padding):
        pixels = torch.where(padding[:, :, None], torch.zeros_like(sample[:, :, 0, 0, :1]), sample.flatten(2)).clamp(0, 1)
        weights, sizes = self.regions(spatial)
        return self.channels(pixels, weights, sizes), self.surroundings(spatial, sizes)
