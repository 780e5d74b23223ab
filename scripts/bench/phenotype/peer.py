"""Windows around cells as DeepCell Types' published code makes them, by scikit-image, scipy and numpy; one JSON line a command.

    {"do": "load", "folder": "…", "mpp": 0.5}
    {"do": "run", "profile": "dct-2026-resmlp"}                   answers {"prepare": s, "cut": s, "cells": n}
    {"do": "digest", "profile": "…", "cells": 300}                answers {"sample": SHA-256, "context": SHA-256}
    {"do": "write", "profile": "…", "cells": 300, "file": "…"}    writes the samples of the first cells
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt
from skimage.measure import regionprops
from skimage.transform import rescale

PROFILES = {
    "dct-2026-resmlp": {"percent": 99.9, "size": 32, "channels": None, "batch": 256},
    "dct-2025-clip": {"percent": 99.0, "size": 64, "channels": 75, "batch": 32},
}
state = {}


def load(folder, mpp):
    folder = Path(folder)
    field = json.loads((folder / "field.json").read_text())
    shape = (field["side"], field["side"])
    planes = [np.fromfile(folder / f"{c}.u16", "<u2").reshape(shape) for c in range(len(field["channels"]))]
    state.update(image=np.stack(planes), labels=np.fromfile(folder / "labels.i32", "<i4").reshape(shape), scale=mpp / 0.5)
    return {}


def prepare(profile):
    """The whole image as float32 on the grid of 0.5 µm, clipped and mapped to 0..1, and the labels there; both padded."""
    scale, half = state["scale"], profile["size"] // 2
    image = rescale(state["image"].astype(np.float32), scale, preserve_range=True, channel_axis=0)
    labels = state["labels"].astype(np.float32)
    labels = rescale(labels, scale, order=0, preserve_range=True, anti_aliasing=False).astype(np.int32)
    for plane in image:
        present = plane[plane != 0]
        if present.size > 0:
            np.minimum(plane, np.percentile(present, profile["percent"]), out=plane)
        span = plane.max() - plane.min()
        plane[...] = (plane - plane.min()) / (span if span > 0 else np.float32(1))
    return np.pad(image, ((0, 0), (half, half), (half, half))), np.pad(labels, half)


def cells(profile, image, labels):
    """Of each cell, in ascending order, what goes into a batch."""
    half = profile["size"] // 2
    for region in regionprops(labels):
        row, column = (int(c) for c in region.centroid)
        window = (slice(row - half, row + half), slice(column - half, column + half))
        raw, around = image[(slice(None), *window)], labels[window]
        own = (around == region.label).astype(np.float32)
        other = ((around != region.label) & (around != 0)).astype(np.float32)
        if profile["channels"] is None:
            distance = distance_transform_edt(own)
            most = distance.max()
            context = np.stack([own, other, (distance / most if most > 0 else distance).astype(np.float32)])
            yield (raw * own)[:, None], context
        else:
            # The published code swaps rows and columns of the masks.
            masks = [np.broadcast_to(mask.T, raw.shape) for mask in (own, other)]
            sample = np.stack([raw, *masks], axis=1)
            unused = profile["channels"] - len(raw)
            yield np.pad(sample, ((0, unused), (0, 0), (0, 0), (0, 0)), constant_values=-1.0), None


def batches(profile, image, labels):
    samples, contexts = [], []
    for sample, context in cells(profile, image, labels):
        samples.append(sample)
        contexts.append(context)
        if len(samples) == profile["batch"]:
            yield np.stack(samples), None if context is None else np.stack(contexts)
            samples, contexts = [], []
    if samples:
        yield np.stack(samples), None if contexts[0] is None else np.stack(contexts)


def run(profile):
    profile = PROFILES[profile]
    started = time.perf_counter()
    image, labels = prepare(profile)
    between = time.perf_counter()
    count = sum(len(sample) for sample, _ in batches(profile, image, labels))
    return {"prepare": between - started, "cut": time.perf_counter() - between, "cells": count}


def first(profile, count):
    """Batches of the first cells."""
    for sample, context in batches(profile, *prepare(profile)):
        if count <= 0:
            return
        yield sample[:count], None if context is None else context[:count]
        count -= len(sample)


def digest(profile, cells):
    hashes = hashlib.sha256(), hashlib.sha256()
    for arrays in first(PROFILES[profile], cells):
        for sha, array in zip(hashes, arrays):
            sha.update(b"" if array is None else np.ascontiguousarray(array).tobytes())
    return {"sample": hashes[0].hexdigest(), "context": hashes[1].hexdigest()}


def write(profile, cells, file):
    with open(file, "wb") as out:
        for sample, _ in first(PROFILES[profile], cells):
            np.ascontiguousarray(sample).tofile(out)
    return {}


for line in sys.stdin:
    message = json.loads(line)
    command = {"load": load, "run": run, "digest": digest, "write": write}[message.pop("do")]
    try:
        answer = command(**message)
    except Exception as error:  # noqa: BLE001 - every failure is reported to the other side
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
