"""A crop of a scene as the network is shown it: varied, recorded by an instrument, preprocessed as the step does."""

import torch

from instruments import record_nuclei, record_tissue
from stains import HAZY, haze, stain, vary_nuclei

LOW, HIGH = 0.01, 0.998


def stretch(plane, least):
    """From the 1st to the 99.8th percentile onto [0, 1], then the square root, which makes the noise of counted photons or ions
    alike at every brightness."""
    low, high = torch.quantile(plane.flatten()[::7], torch.tensor([LOW, HIGH]))
    span = max(float(high - low), least)
    if span <= 0:
        return torch.zeros_like(plane)
    return ((plane - low) / span).clamp(0, 1).sqrt()


def stretched(planes, rng):
    """The percentiles of a whole image, not of a crop that may hold no bright object."""
    return torch.stack([stretch(plane, float(rng.uniform(0.5, 1)) if bool(plane.any()) else 0.0) for plane in planes])


def show_nuclei(light, nuclei, rng, generator):
    """float32 (size, size), 1 = the scene's bright end, and int32 labels → the network's input, with a membrane that shows nothing."""
    planes = [light, haze(torch.from_numpy((nuclei > 0).astype("float32")), rng)]
    return stretched(record_nuclei(planes, rng, generator), rng)


def show_tissue(light, whole, nuclei, cells, lost, bits, rng, generator):
    """float32 (2, size, size), 1 = the scene's bright end → the network's input and what its membrane channel shows.

    `whole`, `nuclei` and `cells` are int32 labels, the first of nuclei before some were cut; `lost` says which are out of focus and
    `bits` which were cut.
    """
    within = [torch.from_numpy((labels > 0).astype("float32")) for labels in (cells, nuclei)]
    membrane, shows = stain(light[1], *within, rng, generator)
    recorded, sparse = record_tissue([vary_nuclei(light[0], whole, nuclei, lost, bits, rng), membrane], rng, generator)
    if sparse[1]:
        # Ions so few that none has a neighbour show where a stain is, and no outline to rely on.
        shows = HAZY
    if rng.random() < 0.1:
        # Stain of one channel seen in the other.
        a, b = recorded
        recorded = [a, b + float(rng.uniform(0.05, 0.3)) * a] if rng.random() < 0.5 else [a + 0.15 * b, b]
    return stretched(recorded, rng), shows
