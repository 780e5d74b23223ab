"""Batches of crops with what the network is taught of them: cut, turned and recorded anew for every step."""

import numpy as np
import torch
from torch.utils.data import Dataset

import scenes as scenes_module
from augment import show_nuclei, show_tissue
from stains import FAINT, HAZY, cut, out_of_focus
from targets import BACKGROUND, bare_cells, emphasis, inner_distance, nuclear_cells, pieces, pixel_classes

IGNORE = 255
WEIGHT_UNIT = 10
# Mean share of crops from nuclei; the others are tissue.
NUCLEI_SHARE = 0.45
JITTER = {"nuclei": (0.65, 1.7), "tissue": (0.7, 2.0)}
# Share of crops of nuclei that start from their recorded scale and not from that of a typical nucleus: an image without a
# pixel size reaches the network as it is.
RECORDED = 0.5
# Share of crops of nuclei that are cut around a small one, where there is any.
AROUND_SMALL = 0.45


def unit(plane, ends):
    """Background to 0 and the bright end to 1, by percentiles of the whole scene."""
    low, high = ends
    return np.maximum(plane - low, 0) / max(high - low, 1e-6)


def combine(scene, planes, rng):
    """A membrane channel as users make them: one or a few stains, summed or the brightest; sometimes none."""
    if rng.random() < 0.12:
        return np.zeros_like(planes[0])
    chosen = rng.choice(scene.membranes, rng.integers(1, len(scene.membranes) + 1), replace=False)
    stains = [unit(planes[i], scene.ends[i]) * rng.uniform(0.4, 1) for i in chosen]
    return np.sum(stains, axis=0) if rng.random() < 0.5 else np.max(stains, axis=0)


def taught(labels, valid):
    """Classes, inner distance and weights of one compartment; uint8 (size, size) each."""
    classes = pixel_classes(labels)
    classes[~valid] = IGNORE
    weight = np.minimum(np.round(WEIGHT_UNIT * emphasis(labels)), 255).astype(np.uint8)
    return classes, np.round(255 * inner_distance(labels)).astype(np.uint8), weight


def teach(nuclei, cells, lost, bits, shows, valid):
    """Truth of the nuclei and the cells. A nucleus out of focus is none, and a bit of one makes no cell. Where the membrane shows no
    outlines, cells are what lies around nuclei, and where it shows some, a cell without a nucleus is background."""
    nuclei = np.where(lost[nuclei], 0, nuclei)
    sound = np.where(bits[nuclei], 0, nuclei)
    if shows == HAZY:
        cells = scenes_module.compact(nuclear_cells(cells, sound))
    classes, inner, weight = taught(cells, valid)
    if shows == FAINT:
        bare = bare_cells(cells, sound)
        classes[bare & valid] = BACKGROUND
        inner[bare] = 0
    return taught(nuclei, valid), (classes, inner, weight)


def make_example(scenes, size, rng, generator):
    """Input (2, size, size) float16 and classes, inner distances, weights (2, size, size) uint8, the nucleus first."""
    kind = "nuclei" if rng.random() < NUCLEI_SHARE else "tissue"
    of_kind = [scene for scene in scenes if scene.kind == kind] or scenes
    weights = np.array([scene.weight for scene in of_kind])
    scene = of_kind[rng.choice(len(of_kind), p=weights / weights.sum())]
    scale = 1.0 if scene.kind == "nuclei" and rng.random() < RECORDED else scene.scale
    about = None
    if len(scene.small) > 0 and rng.random() < AROUND_SMALL:
        about = scene.small[rng.integers(len(scene.small))]
    planes, nuclei, cells, valid = scenes_module.crop(scene, scale, rng, size, JITTER[scene.kind], about)
    light = torch.from_numpy(np.minimum(unit(planes[0], scene.ends[0]), 4).astype(np.float32))
    if cells is None:
        bits, shows = pieces(nuclei), HAZY
        lost = np.zeros_like(bits)
        image = show_nuclei(light, nuclei, rng, generator)
    else:
        whole, lost = nuclei, out_of_focus(nuclei, rng)
        nuclei, bits = cut(whole, rng)
        membrane = torch.from_numpy(np.minimum(combine(scene, planes, rng), 4).astype(np.float32))
        image, shows = show_tissue([light, membrane], whole, nuclei, cells, lost, bits, rng, generator)
    truth = teach(nuclei, cells, lost, bits, shows, valid)
    turn, flip = int(rng.integers(4)), bool(rng.integers(2))
    arrays = [image.numpy().astype(np.float16), *(np.stack(part) for part in zip(*truth))]
    arrays = [np.rot90(array, turn, (1, 2)) for array in arrays]
    return [array[:, :, ::-1] if flip else array for array in arrays]


class Examples(Dataset):
    """Step by step, each batch drawn by numbers of its own: whoever makes it and when, it is the same."""

    def __init__(self, scenes, size, batch, seed, steps):
        self.scenes, self.size, self.batch, self.seed, self.steps = scenes, size, batch, seed, steps

    def __len__(self):
        return len(self.steps)

    def __getitem__(self, index):
        step = self.steps[index]
        rng = np.random.default_rng([self.seed, step])
        generator = torch.Generator().manual_seed(self.seed * 10_000_000 + step)
        made = [make_example(self.scenes, self.size, rng, generator) for _ in range(self.batch)]
        return [np.stack(part) for part in zip(*made)]


def decode(batch, device):
    """A batch of `Examples` as the loss wants it, on a device."""
    image, classes, inner, weight = (torch.from_numpy(part).to(device, non_blocking=True) for part in batch)
    return image.float(), classes, inner.float() / 255, weight.float() / WEIGHT_UNIT
