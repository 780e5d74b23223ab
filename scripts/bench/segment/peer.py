"""Mesmer's path without its network, by numpy, scipy and scikit-image as deepcell-toolbox does it; one JSON line a command.

    {"do": "load", "folder": "…", "side": 2048, "tiles": 121}
    {"do": "run", "folder": "…"}     answers {"before": s, "after": s, "cells": n, "nuclei": n}; writes cells.i32 and nuclei.i32
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy import ndimage as ndi
from scipy.signal import windows
from skimage import exposure, measure, morphology, segmentation

TILE, STRIDE = 256, 192
OVERLAP = TILE - STRIDE
HEADS = {"semantic_0": 1, "semantic_1": 3, "semantic_2": 1, "semantic_3": 3}
THRESHOLDS = {"cells": ("semantic_0", "semantic_1", 0.075), "nuclei": ("semantic_2", "semantic_3", 0.1)}
state = {}


def load(folder, side, tiles):
    folder = Path(folder)
    state["planes"] = [np.fromfile(folder / f"{i}.u16", "<u2").reshape(side, side) for i in range(2)]
    state["heads"] = {
        name: np.fromfile(folder / f"{name}.f32", "<f4").reshape(tiles, TILE, TILE, channels) for name, channels in HEADS.items()
    }
    return {}


def contrast(plane):
    plane = plane.astype(np.float32)
    high = np.percentile(plane[plane > 0], 99.9)
    clipped = np.clip(plane, None, high)
    return exposure.equalize_adapthist(exposure.rescale_intensity(clipped, out_range=(0.0, 1.0)), kernel_size=128)


def before():
    image = np.stack([contrast(plane) for plane in state["planes"]], axis=-1)
    side = image.shape[0]
    count = int(np.ceil((side - TILE) / STRIDE)) + 1
    rest = TILE + STRIDE * (count - 1) - side
    pad = ((rest + 1) // 2, rest // 2)
    image = np.pad(image, [pad, pad, (0, 0)])
    batch = np.zeros((count * count, TILE, TILE, 2), np.float32)
    for n in range(count * count):
        y, x = STRIDE * (n // count), STRIDE * (n % count)
        batch[n] = image[y : y + TILE, x : x + TILE]
    return side, count, pad


def edge(i, count):
    triangle = windows.triang(2 * OVERLAP)[:OVERLAP]
    ramp = np.where(np.arange(OVERLAP) < OVERLAP // 2, (2 * triangle) ** 2 / 2, 1 - (2 * (triangle - 1)) ** 2 / 2)
    ramp = ramp / ramp.max()
    out = np.ones(TILE)
    if i > 0:
        out[:OVERLAP] = ramp
    if i < count - 1:
        out[-OVERLAP:] = ramp[::-1]
    return out


def blend(batch, side, count, pad):
    whole = np.zeros((TILE + STRIDE * (count - 1),) * 2 + (batch.shape[-1],))
    for n in range(count * count):
        r, c = divmod(n, count)
        window = np.outer(edge(r, count), edge(c, count))[..., None]
        whole[STRIDE * r : STRIDE * r + TILE, STRIDE * c : STRIDE * c + TILE] += batch[n] * window
    return whole.astype(np.float32)[pad[0] : pad[0] + side, pad[0] : pad[0] + side]


def fill_holes(labels, size):
    for prop in measure.regionprops(np.squeeze(labels)):
        patch = morphology.remove_small_holes(prop.image, max_size=size - 1)
        top, left, bottom, right = prop.bbox
        view = labels[top:bottom, left:right]
        view[patch] = prop.label
    return labels


def watershed(inner, interior, threshold):
    interior = ndi.gaussian_filter(interior, 2)
    markers = measure.label(morphology.h_maxima(inner, threshold, footprint=morphology.disk(2)))
    labels = segmentation.watershed(-interior, markers, mask=interior > 0.2)
    labels = morphology.remove_small_objects(labels, max_size=14)
    return segmentation.relabel_sequential(fill_holes(labels, 15))[0].astype(np.int32)


def run(folder):
    started = time.perf_counter()
    shape = before()
    between = time.perf_counter()
    maps = {name: blend(batch, *shape) for name, batch in state["heads"].items()}
    found = {
        name: watershed(maps[inner][..., 0], maps[classes][..., 1], threshold)
        for name, (inner, classes, threshold) in THRESHOLDS.items()
    }
    ended = time.perf_counter()
    for name, labels in found.items():
        labels.tofile(Path(folder) / f"{name}.i32")
    counts = {name: int(labels.max()) for name, labels in found.items()}
    return {"before": between - started, "after": ended - between, **counts}


for line in sys.stdin:
    message = json.loads(line)
    command = {"load": load, "run": run}[message.pop("do")]
    try:
        answer = command(**message)
    except Exception as error:  # noqa: BLE001 - every failure is reported to the other side
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
