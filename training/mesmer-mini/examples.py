"""A round's crops: cut, scaled and turned once, kept in memory-mapped arrays, used for a few passes."""

import multiprocessing
from pathlib import Path

import numpy as np

import scenes as scenes_module
from targets import bare_cells, emphasis, inner_distance, pixel_classes

IGNORE = 255
WEIGHT_UNIT = 32
# Mean share of crops from nuclei and from tissue.
NUCLEI_SHARE = 0.74
JITTER = {"nuclei": (0.65, 1.7), "tissue": (0.7, 1.9)}
# Share of crops of nuclei that start from their recorded scale and not from that of a typical nucleus: an image without a
# pixel size reaches the network as it is.
RECORDED = 0.5

_scenes = []
_folder = None
_size = 0


def arrays(folder, count, size, mode):
    """light: uint16, 2 channels, 16384 = the scene's bright end; the others: uint8, nucleus then cell, weights
    in 32nds; bare: 1 where a cell lies without a nucleus."""
    shapes = {"light": (np.uint16, 2), "bare": (np.uint8, 1)} | {name: (np.uint8, 2) for name in ("classes", "inner", "weight")}
    return {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", mode, dtype, (count, channels, size, size))
        if mode == "w+"
        else np.load(folder / f"{name}.npy", mmap_mode=mode)
        for name, (dtype, channels) in shapes.items()
    }


def start_worker(scenes, folder, size):
    global _scenes, _folder, _size
    _scenes, _folder, _size = scenes, folder, size


def unit(plane, scene_plane):
    """Background to 0 and the bright end to 1, by percentiles of the whole scene."""
    low, high = np.percentile(scene_plane[::3, ::3], (1, 99.8))
    return np.maximum(plane - low, 0) / max(high - low, 1e-6)


def combine(scene, planes, rng):
    """A membrane channel as users make them: one or a few stains, summed or the brightest; sometimes none."""
    if scene.kind == "nuclei":
        # No membrane was recorded: an empty channel, or one that shows what has nothing to do with cells.
        return np.zeros_like(planes[0]) if rng.random() < 0.8 else np.full_like(planes[0], rng.uniform(0, 0.3))
    if rng.random() < 0.12:
        return np.zeros_like(planes[0])
    chosen = rng.choice(scene.membranes, rng.integers(1, len(scene.membranes) + 1), replace=False)
    stains = [unit(planes[i], scene.planes[i]) * rng.uniform(0.4, 1) for i in chosen]
    return np.sum(stains, axis=0) if rng.random() < 0.5 else np.max(stains, axis=0)


def make_one(task):
    index, seed = task
    rng = np.random.default_rng(seed)
    kind = "nuclei" if rng.random() < NUCLEI_SHARE else "tissue"
    of_kind = [scene for scene in _scenes if scene.kind == kind] or _scenes
    weights = np.array([scene.weight for scene in of_kind])
    scene = of_kind[rng.choice(len(of_kind), p=weights / weights.sum())]
    scale = 1.0 if scene.kind == "nuclei" and rng.random() < RECORDED else scene.scale
    planes, nuclei, cells, valid = scenes_module.crop(scene, scale, rng, _size, JITTER[scene.kind])
    out = arrays(_folder, 0, _size, "r+")
    light = np.stack([unit(planes[0], scene.planes[0]), combine(scene, planes, rng)])
    out["light"][index] = np.clip(light * 16384, 0, 65535).astype(np.uint16)
    out["bare"][index, 0] = 0 if cells is None else bare_cells(cells, nuclei)
    for channel, labels in enumerate((nuclei, cells)):
        if labels is None:
            out["classes"][index, channel] = IGNORE
            out["inner"][index, channel] = 0
            out["weight"][index, channel] = WEIGHT_UNIT
            continue
        classes = pixel_classes(labels)
        classes[~valid] = IGNORE
        out["classes"][index, channel] = classes
        out["inner"][index, channel] = np.round(255 * inner_distance(labels))
        out["weight"][index, channel] = np.round(WEIGHT_UNIT * emphasis(labels))
    return kind == "tissue"


def make_pool(scenes, folder, count, size, seed, processes):
    """Writes `count` crops; the same scenes and seed give the same crops. Returns the arrays and which are tissue."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    arrays(folder, count, size, "w+")
    tasks = [(index, [seed, index]) for index in range(count)]
    context = multiprocessing.get_context("fork")
    with context.Pool(processes, start_worker, (scenes, folder, size)) as workers:
        tissue = np.array(workers.map(make_one, tasks, chunksize=16))
    return arrays(folder, count, size, "r"), tissue
