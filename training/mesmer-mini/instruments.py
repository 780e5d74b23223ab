"""What a camera and a counter of ions make of light."""

import numpy as np
import torch
from torch.nn import functional

from filters import blur, smooth_field

# A channel is sparse where at least this share of what it holds lies beside an empty pixel, grainy where at least this share of its
# spread is from pixel to pixel. Where one is sparse or the nuclear one grainy, all are smoothed by this many micrometres
# (plugins/segment-mesmer/ions.ts does the same).
SPARSE, GRAINY, IONS_UM = 0.4, 0.4, 1.0
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


def is_grainy(plane):
    """Whether pixels differ from their neighbours as counts of few ions do: their distance from the mean of the four around them, by the
    plane's standard deviation and by what it would be in noise alone; (rows, columns), without its brightest 0.2 %."""
    plane = plane.clamp(max=float(np.percentile(plane, 99.8)))
    inner = plane[1:-1, 1:-1]
    around = (plane[:-2, 1:-1] + plane[2:, 1:-1] + plane[1:-1, :-2] + plane[1:-1, 2:]) / 4
    return float(((inner - around) ** 2).mean()) / 1.25 >= GRAINY**2 * float(inner.var(correction=0)) > 0


def smoothed(planes, mpp):
    """Planes, the nuclear one first, as the step shows them to the network, and which of them were sparse."""
    sparse = [is_sparse(plane) for plane in planes]
    ions = any(sparse) or is_grainy(planes[0])
    return [blur(plane, IONS_UM / mpp) if ions else plane for plane in planes], sparse


def instrument_of(rng):
    return int(rng.choice([CAMERA, IONS, COARSE_IONS], p=[0.4, 0.37, 0.23]))


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
    """Few ions per pixel of `mpp` micrometres, with stray counts, on the instrument's own pixels."""
    side = max(8, round(plane.shape[-1] * MPP / mpp))
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
    return blur(counts, float(rng.uniform(0.3, 0.9))) if rng.random() < 0.2 else counts


def on_grid(plane, size):
    """A plane of an instrument's own pixels on the network's grid, as the step resamples it."""
    smaller = plane.shape[-1] > size
    return functional.interpolate(plane[None, None], (size, size), mode="bilinear", antialias=smaller)[0, 0]


def record_nuclei(planes, rng, generator):
    """A photograph and what is shown beside it, the image of another photograph: as recorded again, harder or milder, or now and then as
    counts."""
    out = []
    for plane in planes:
        if bool(plane.any()):
            hard = rng.random() < 0.4
            plane = light(plane, rng, hard)
            counted = rng.random() < 0.1
            plane = ions(plane, MPP, IONS_AT_BRIGHT_END[IONS], rng, generator) if counted else camera(plane, rng, generator, hard)
        out.append(plane)
    return smoothed(out, MPP)[0]


def record_tissue(planes, rng, generator):
    """Channels of one field (1 = the scene's bright end) by one instrument. Returns them and which of them were sparse."""
    instrument, hard = instrument_of(rng), rng.random() < 0.55
    mpp = MPP if instrument == CAMERA else float(rng.uniform(*PIXEL_UM[instrument]))
    out = []
    for plane in planes:
        if bool(plane.any()):
            plane = light(plane, rng, hard)
            if instrument == CAMERA:
                plane = camera(plane, rng, generator, hard)
            else:
                plane = ions(plane, mpp, IONS_AT_BRIGHT_END[instrument], rng, generator)
        elif instrument != CAMERA:
            plane = on_grid(plane, max(8, round(plane.shape[-1] * MPP / mpp)))
        out.append(plane)
    shown, sparse = smoothed(out, mpp)
    return [on_grid(plane, planes[0].shape[-1]) for plane in shown], sparse
