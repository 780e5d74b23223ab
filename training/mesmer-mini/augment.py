"""What a microscope and a count detector do to light, and the model's own preprocessing."""

import numpy as np
import torch
from torch.nn import functional

LOW, HIGH = 0.01, 0.998
# A channel is sparse where at least this share of what it holds lies beside an empty pixel; it is then smoothed by this many
# micrometres (plugins/segment-mesmer/sparse.ts does the same).
SPARSE, SPARSE_UM = 0.4, 1.0
MPP = 0.5


def is_sparse(plane):
    """Whether single counts lie apart, as few ions per pixel do: by right and lower neighbours, (rows, columns)."""
    on = plane > 0
    here = on[:-1, :-1]
    count = int(here.sum())
    return count > 0 and int((here & ~(on[1:, :-1] & on[:-1, 1:])).sum()) >= SPARSE * count


def stretch(plane, least):
    """From the 1st to the 99.8th percentile onto [0, 1], then the square root, which makes the noise of counted photons or ions
    alike at every brightness. Sparse planes are smoothed first."""
    if is_sparse(plane):
        plane = blur(plane, SPARSE_UM / MPP)
    low, high = torch.quantile(plane.flatten()[::7], torch.tensor([LOW, HIGH]))
    span = max(float(high - low), least)
    if span <= 0:
        return torch.zeros_like(plane)
    return ((plane - low) / span).clamp(0, 1).sqrt()


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


def blotches(size, rng):
    """Patches from a tenth of a cell to several cells across that took more or less stain."""
    count = int(rng.choice([5, 9, 17, 33, 65]))
    return smooth_field(size, rng, rng.uniform(0.4, 1.2), count, "bilinear")


def stain(plane, cells, rng, generator):
    """A membrane as sections show it and drawings do not: thick, blotchy, leaking into the cells, at the detector's end, or
    spread over the tissue so that it shows where tissue is and no cell's outline.

    `cells` is 1 within whole cells and 0 outside, (size, size). Returns the plane and whether it was left as it is.
    """
    if not bool(plane.any()):
        return plane, False
    if rng.random() < 0.35:
        return plane, True
    if rng.random() < 0.4:
        spread = blur(plane + float(rng.uniform(0, 0.5)) * cells, float(rng.uniform(2.5, 8)))
        outside = blotches(plane.shape[-1], rng) * float(rng.uniform(0, 0.15))
        return (spread * blotches(plane.shape[-1], rng) + outside).clamp(max=1.5), False
    if rng.random() < 0.5:
        width = int(rng.choice([3, 5]))
        plane = functional.max_pool2d(plane[None, None], width, 1, width // 2)[0, 0]
    if rng.random() < 0.5:
        plane = plane + float(rng.uniform(0.05, 0.6)) * cells
    if rng.random() < 0.7:
        plane = plane * blotches(plane.shape[-1], rng)
    if rng.random() < 0.15:
        # Several stains counted as there or not: a sum of masks.
        mean = float(np.exp(rng.uniform(*np.log((0.3, 3)))))
        plane = torch.poisson(plane.clamp(min=0) * mean, generator=generator).clamp(max=float(rng.choice([1, 2, 3])))
    elif rng.random() < 0.4:
        end = float(rng.uniform(0.15, 0.7))
        plane = plane.clamp(max=end) / end
    return plane, False


def record(plane, rng, generator, tissue):
    """One channel of light (1 = the scene's bright end) as recorded by a camera or an ion counter, harder or milder."""
    if not bool(plane.any()):
        return plane
    size = plane.shape[-1]
    hard = rng.random() < (0.55 if tissue else 0.4)
    if hard and rng.random() < 0.5:
        plane = plane.clamp(min=0) ** float(rng.uniform(0.7, 1.5))
    if hard and rng.random() < 0.4:
        plane = plane * smooth_field(size, rng, 0.25)
    if rng.random() < (0.4 if hard else 0.15):
        plane = blur(plane, float(rng.uniform(0.4, 1.5 if hard else 0.9)))
    choice = rng.random()
    if choice < (0.35 if tissue else 0.06):
        # Few ions per pixel, as in MIBI and imaging mass cytometry, with stray counts.
        mean = float(np.exp(rng.uniform(*np.log((0.4, 12)))))
        stray = float(rng.choice([0, 0, 0.01, 0.04]))
        plane = torch.poisson(plane * mean + stray, generator=generator) / mean
        if rng.random() < 0.5:
            plane = blur(plane, float(rng.uniform(0.3, 0.9)))
    elif choice < 0.6:
        mean = float(rng.uniform(25, 300))
        plane = torch.poisson(plane * mean, generator=generator) / mean
    elif choice < 0.8:
        noise = float(rng.uniform(0.004, 0.05 if hard else 0.02))
        plane = plane + noise * torch.randn(plane.shape, generator=generator)
    if rng.random() < 0.15:
        plane = plane + float(rng.uniform(0.02, 0.25))
    return plane.clamp(min=0)


def make_input(light, cells, rng, generator, tissue):
    """uint16 (2, size, size) of a pool and where its cells are → the network's input, recorded and preprocessed, and whether
    membranes are so clear in it that they alone show a cell, be it without a nucleus."""
    planes = list(torch.from_numpy(light.astype("float32")) / 16384)
    clear = True
    if tissue:
        planes[1], clear = stain(planes[1], torch.from_numpy(cells.astype("float32")), rng, generator)
    recorded = [record(plane, rng, generator, tissue) for plane in planes]
    clear = clear and not is_sparse(recorded[1])
    if tissue and rng.random() < 0.1:
        # Stain of one channel seen in the other.
        a, b = recorded
        recorded = [a, b + float(rng.uniform(0.05, 0.3)) * a] if rng.random() < 0.5 else [a + 0.15 * b, b]
    # The percentiles of a whole image, not of a crop that may hold no bright object.
    stretched = [stretch(plane, float(rng.uniform(0.5, 1)) if bool(plane.any()) else 0.0) for plane in recorded]
    return torch.stack(stretched), clear
