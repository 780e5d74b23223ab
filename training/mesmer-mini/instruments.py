"""What a camera and a counter of ions make of light."""

import numpy as np
import torch
from torch.nn import functional

from filters import blur, smooth_field

# A channel is sparse where at least this share of what it holds lies beside an empty pixel; it is then smoothed by this many
# micrometres (plugins/segment-mesmer/sparse.ts does the same).
SPARSE, SPARSE_UM = 0.4, 1.0
MPP = 0.5
CAMERA, IONS, COARSE_IONS = range(3)
# Micrometres per pixel: multiplexed ion beam imaging, and imaging mass cytometry.
PIXEL_UM = {IONS: (0.35, 0.6), COARSE_IONS: (0.7, 1.1)}
IONS_AT_BRIGHT_END = {IONS: (0.4, 25), COARSE_IONS: (1, 60)}


def is_sparse(plane):
    """Whether single counts lie apart, as few ions per pixel do: by right and lower neighbours, (rows, columns)."""
    on = plane > 0
    here = on[:-1, :-1]
    count = int(here.sum())
    return count > 0 and int((here & ~(on[1:, :-1] & on[:-1, 1:])).sum()) >= SPARSE * count


def smoothed(plane, mpp=MPP):
    """A plane as the step shows it to the network, and whether it was sparse and therefore smoothed."""
    sparse = is_sparse(plane)
    return (blur(plane, SPARSE_UM / mpp) if sparse else plane), sparse


def instrument_of(rng):
    return int(rng.choice([CAMERA, IONS, COARSE_IONS], p=[0.5, 0.27, 0.23]))


def poisson(plane, mean, generator):
    return torch.poisson(plane.clamp(min=0) * mean, generator=generator) / mean


def light(plane, rng, hard):
    """The light that reaches any detector: uneven, out of focus."""
    if hard and rng.random() < 0.5:
        plane = plane.clamp(min=0) ** float(rng.uniform(0.7, 1.5))
    if hard and rng.random() < 0.4:
        plane = plane * smooth_field(plane.shape[-1], rng, 0.25)
    if rng.random() < (0.4 if hard else 0.15):
        plane = blur(plane, float(rng.uniform(0.4, 1.5 if hard else 0.9)))
    return plane


def camera(plane, rng, generator, hard):
    choice = rng.random()
    if choice < 0.35:
        plane = poisson(plane, float(rng.uniform(25, 300)), generator)
    elif choice < 0.65:
        noise = float(rng.uniform(0.004, 0.05 if hard else 0.02))
        plane = plane + noise * torch.randn(plane.shape, generator=generator)
    if rng.random() < 0.15:
        plane = plane + float(rng.uniform(0.02, 0.25))
    return plane.clamp(min=0)


def ions(plane, mpp, bright, rng, generator):
    """Few ions per pixel of `mpp` micrometres, with stray counts, put on the network's grid as the step does: smoothed where it
    is sparse, then resampled. Returns the plane and whether it was sparse."""
    size = plane.shape[-1]
    side = max(8, round(size * MPP / mpp))
    coarse = functional.interpolate(plane[None, None], (side, side), mode="bilinear", antialias=True)[0, 0]
    mean = float(np.exp(rng.uniform(*np.log(bright))))
    rate = coarse + float(rng.choice([0, 0, 0.01, 0.04])) / mean
    if rng.random() < 0.4:
        # Ions come in bursts.
        spread = float(rng.uniform(0.2, 0.7))
        rate = rate * torch.exp(spread * torch.randn(rate.shape, generator=generator) - spread**2 / 2)
    counts = poisson(rate, mean, generator)
    if rng.random() < 0.15:
        hot = torch.rand(counts.shape, generator=generator) < 0.001
        counts = torch.where(hot, counts + float(rng.uniform(0.5, 3)), counts)
    if rng.random() < 0.2:
        counts = blur(counts, float(rng.uniform(0.3, 0.9)))
    counts, sparse = smoothed(counts, mpp)
    return functional.interpolate(counts[None, None], (size, size), mode="bilinear", antialias=side > size)[0, 0], sparse


def record_nuclei(plane, rng, generator):
    """A photograph, the image of another photograph: as recorded again, harder or milder, or now and then as counts."""
    if not bool(plane.any()):
        return plane
    hard = rng.random() < 0.4
    plane = light(plane, rng, hard)
    if rng.random() < 0.1:
        counted, _ = ions(plane, MPP, IONS_AT_BRIGHT_END[IONS], rng, generator)
        return counted
    return smoothed(camera(plane, rng, generator, hard))[0]


def record_tissue(planes, rng, generator):
    """Channels of one field (1 = the scene's bright end) by one instrument. Returns them and which of them were sparse."""
    instrument = instrument_of(rng)
    hard = rng.random() < 0.55
    mpp = None if instrument == CAMERA else float(rng.uniform(*PIXEL_UM[instrument]))
    out, sparse = [], []
    for plane in planes:
        if not bool(plane.any()):
            found, alone = plane, False
        elif instrument == CAMERA:
            found, alone = smoothed(camera(light(plane, rng, hard), rng, generator, hard))
        else:
            found, alone = ions(light(plane, rng, hard), mpp, IONS_AT_BRIGHT_END[instrument], rng, generator)
        out.append(found)
        sparse.append(alone)
    return out, sparse
