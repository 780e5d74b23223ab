"""What cells look like beyond the drawing: nuclei that differ, lie out of focus or are grainy; membranes that show little."""

import numpy as np
import torch
from scipy import ndimage
from torch.nn import functional

from filters import blur, smooth_field
from targets import touches_other

# What a membrane channel shows: every cell's outline, those of cells with a nucleus, or none.
CLEAR, FAINT, HAZY = range(3)


def blotches(size, rng):
    """Patches from a tenth of a cell to several cells across that took more or less stain."""
    count = int(rng.choice([5, 9, 17, 33, 65]))
    return smooth_field(size, rng, rng.uniform(0.4, 1.2), count, "bilinear")


def chromatin(size, rng):
    """A factor around 1 that makes nuclei grainy, the finer of its grains a pixel or two across."""
    grain = blur(torch.tensor(rng.normal(size=(size, size)), dtype=torch.float32), float(rng.uniform(0.6, 2.5)))
    return torch.exp(float(rng.uniform(0.1, 0.5)) * grain / grain.std())


def out_of_focus(nuclei, rng):
    """Some nuclei that lie below or above the section, as bool per id; most fields have none."""
    count = int(nuclei.max()) + 1
    share = float(rng.uniform(0.03, 0.25)) if rng.random() < 0.3 else 0.0
    lost = rng.random(count) < share
    lost[0] = False
    return lost


def cut(nuclei, rng):
    """Some nuclei that the section only touched: their middle alone is left. Returns labels and, as bool per id, which were cut."""
    count = int(nuclei.max()) + 1
    chosen = rng.random(count) < (rng.uniform(0.05, 0.4) if rng.random() < 0.5 else 0)
    chosen[0] = False
    if not chosen.any():
        return nuclei, chosen
    depth = ndimage.distance_transform_edt((nuclei > 0) & ~touches_other(nuclei))
    deepest = np.zeros(count)
    deepest[1:] = ndimage.maximum(depth, nuclei, np.arange(1, count))
    from_edge = rng.uniform(0.4, 0.7, count) * deepest
    kept = np.where(chosen[nuclei] & (depth <= from_edge[nuclei]), 0, nuclei)
    return kept, chosen


def between(plane, nuclei):
    """What a nuclear channel holds between the nuclei, (size, size): what is left where one lies elsewhere."""
    outside = torch.from_numpy((ndimage.grey_dilation(nuclei, (5, 5)) == 0).astype("float32"))
    low = torch.quantile(plane.flatten()[::7], 0.05)
    found = (blur(plane * outside, 6) + 0.01 * low) / (blur(outside, 6) + 0.01)
    return torch.minimum(found, plane)


def vary_nuclei(plane, whole, nuclei, lost, bits, rng):
    """Nuclei as bright as each other become unlike: cells that took more or less stain, a few very bright ones, grain, rims
    brighter than the middle, light of other planes of focus; those in `lost` are dim and blurred, and `bits` mostly dim, since
    the section holds little of them.

    `plane` is float32, `nuclei` int32 with ids 0 … n and `lost` and `bits` bool (n + 1). `whole` are the nuclei before some were cut.
    """
    if not nuclei.any():
        return plane
    ground = between(plane, whole)
    gone = ((whole > 0) & (nuclei == 0)).astype("float32")
    if gone.any():
        # The stain reaches past the outline.
        gone = np.where(nuclei > 0, 0, ndimage.grey_dilation(gone, (5, 5)))
        plane = torch.lerp(plane, ground, blur(torch.from_numpy(gone), 0.7))
    size = plane.shape[-1]
    inside = torch.from_numpy((nuclei > 0).astype("float32"))
    if rng.random() < 0.6 or lost.any() or bits.any():
        gain = np.exp(rng.normal(0, rng.uniform(0.05, 0.6), lost.size))
        if rng.random() < 0.3:
            gain[rng.random(lost.size) < 0.04] *= float(rng.uniform(2, 5))
        gain[lost] = rng.uniform(0.06, 0.3, int(lost.sum()))
        gain[bits] *= rng.uniform(0.25, 1, int(bits.sum()))
        # A nucleus' stain reaches past its outline, and so does its factor.
        near = np.where(nuclei > 0, nuclei, ndimage.grey_dilation(nuclei, (5, 5)))
        gain[0] = 1
        plane = ground + (plane - ground) * blur(torch.from_numpy(gain[near].astype("float32")), 0.7)
        if lost.any():
            dim = torch.from_numpy(ndimage.grey_dilation(lost[nuclei].astype("float32"), (5, 5)))
            plane = torch.lerp(plane, blur(plane, float(rng.uniform(1, 2.5))), dim)
    if rng.random() < 0.5:
        plane = plane * chromatin(size, rng)
    if rng.random() < 0.4:
        middle = blur(inside, float(rng.uniform(1.5, 3))) ** 2
        plane = plane * (1 - float(rng.uniform(0.2, 0.7)) * middle)
    if rng.random() < 0.3:
        plane = plane + float(rng.uniform(0.1, 0.7)) * blur(plane, float(rng.uniform(5, 14)))
    return plane


def fill(plane, cells, nuclei, rng):
    """Stain throughout the cytoplasm, nuclei dark, outlines hardly brighter."""
    held = cells * (1 - float(rng.uniform(0.4, 1)) * blur(nuclei, float(rng.uniform(0.5, 1.5))))
    outlines = blur(plane, float(rng.uniform(1, 2)))
    return blur(float(rng.uniform(0.3, 0.8)) * held + float(rng.uniform(0, 0.12)) * outlines, float(rng.uniform(0.5, 3)))


def haze(nuclei, rng):
    """What a membrane channel may hold beside nuclei whose cells are not known: mostly nothing, or the same everywhere, or stain that
    lies around nuclei and shows no outline. `nuclei` is 1 within them, (size, size)."""
    choice = rng.random()
    if choice < 0.55:
        return torch.zeros_like(nuclei)
    if choice < 0.7:
        return torch.full_like(nuclei, float(rng.uniform(0, 0.3)))
    size = nuclei.shape[-1]
    around = 1 - float(rng.uniform(0.2, 1)) * blur(nuclei, float(rng.uniform(0.5, 3)))
    if rng.random() < 0.4:
        around = around * blur(nuclei, float(rng.uniform(6, 16)))
    if rng.random() < 0.5:
        around = around * chromatin(size, rng)
    return (around * blotches(size, rng) + float(rng.uniform(0, 0.2))).clamp(0, 1.5)


def stain(plane, cells, nuclei, rng, generator):
    """A membrane as sections show it and drawings do not: thick, blotchy, leaking into the cells, at the detector's end, or
    spread over the tissue so that it shows where tissue is and no cell's outline.

    `cells` and `nuclei` are 1 within them and 0 outside, (size, size). Returns the plane and what it shows.
    """
    if not bool(plane.any()):
        return plane, HAZY
    if rng.random() < 0.55:
        return plane, CLEAR
    size = plane.shape[-1]
    if rng.random() < 0.5:
        if rng.random() < 0.5:
            spread = fill(plane, cells, nuclei, rng)
        else:
            spread = blur(plane + float(rng.uniform(0, 0.5)) * cells, float(rng.uniform(4, 9)))
        spread = spread * blotches(size, rng)
        if rng.random() < 0.4:
            # Fibres and debris, which have nothing to do with cells.
            spread = spread + float(rng.uniform(0.1, 0.6)) * spread.mean() * chromatin(size, rng) ** 3
        return (spread + blotches(size, rng) * float(rng.uniform(0, 0.15))).clamp(max=1.5), HAZY
    if rng.random() < 0.5:
        width = int(rng.choice([3, 5]))
        plane = functional.max_pool2d(plane[None, None], width, 1, width // 2)[0, 0]
    if rng.random() < 0.5:
        plane = plane + float(rng.uniform(0.05, 0.6)) * cells
    if rng.random() < 0.7:
        plane = plane * blotches(size, rng)
    if rng.random() < 0.15:
        # Several stains counted as there or not: a sum of masks.
        mean = float(np.exp(rng.uniform(*np.log((0.3, 3)))))
        plane = torch.poisson(plane.clamp(min=0) * mean, generator=generator).clamp(max=float(rng.choice([1, 2, 3])))
    elif rng.random() < 0.4:
        end = float(rng.uniform(0.15, 0.7))
        plane = plane.clamp(max=end) / end
    return plane, FAINT
