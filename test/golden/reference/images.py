"""The images that golden arrays are made from. Everything is drawn from fixed seeds or formulas."""

import numpy as np
from scipy import ndimage as ndi


def formula(height, width):
    """(7r + 13c + 3((rc) mod 5)) mod 32, a patterned image that is easy to write down in any language."""
    r, c = np.mgrid[:height, :width]
    return (7 * r + 13 * c + 3 * ((r * c) % 5)) % 32


def noise(seed, height, width, levels=None):
    """Uniform noise in 0..1, or rounded down to `levels` equal steps 0..levels-1."""
    values = np.random.default_rng(seed).random((height, width))
    return values if levels is None else np.floor(values * levels)


def blobs(seed, height, width, count, radius=6.0):
    """Smooth bumps of random place, size and height on a flat ground."""
    rng = np.random.default_rng(seed)
    r, c = np.mgrid[:height, :width]
    image = np.zeros((height, width))
    for _ in range(count):
        y, x = rng.random(2) * (height, width)
        sigma = radius * (0.5 + rng.random())
        image = np.maximum(image, (0.4 + rng.random()) * np.exp(-((r - y) ** 2 + (c - x) ** 2) / (2 * sigma**2)))
    return image


def counts(seed, height, width):
    """uint16 like a fluorescence channel: background, bumps, shot noise, saturated pixels, a fifth of zeros."""
    rng = np.random.default_rng(seed)
    image = rng.poisson(60 + 9000 * blobs(seed, height, width, 25)).astype(np.float64)
    image[rng.random((height, width)) < 0.2] = 0
    image[rng.random((height, width)) < 0.001] = 65535
    return np.minimum(image, 65535).astype(np.uint16)


def masks():
    """Name → bool mask, adversarial for labelling, distances and holes."""
    r, c = np.mgrid[:41, :53]
    spiral = np.zeros((21, 21), bool)
    for k in range(0, 10, 2):
        spiral[k, k : 21 - k] = spiral[k : 21 - k, 20 - k] = spiral[20 - k, k : 21 - k] = spiral[k + 2 : 21 - k, k] = True
        spiral[k + 2, k : k + 2] = True
    one = np.zeros((9, 11), bool)
    one[4, 7] = True
    return {
        "empty": np.zeros((13, 17), bool),
        "full": np.ones((13, 17), bool),
        "one-pixel": one,
        "one-hole": ~one,
        "single-true": np.ones((1, 1), bool),
        "single-false": np.zeros((1, 1), bool),
        "row": noise(1, 1, 64)[:] > 0.4,
        "column": noise(2, 64, 1)[:] > 0.4,
        "row-of-ones": np.ones((1, 9), bool),
        "column-of-ones": np.ones((9, 1), bool),
        "checkerboard": (r + c) % 2 == 0,
        "diagonals": (r - c) % 5 == 0,
        "comb": (c % 2 == 0) | (r == 40),
        "comb-down": (c % 2 == 0) | (r == 0),
        "spiral": spiral,
        "rings": (np.hypot(r - 20, c - 26).astype(int) // 3) % 2 == 0,
        "noise-30": noise(3, 61, 47) < 0.3,
        "noise-50": noise(4, 61, 47) < 0.5,
        "noise-59": noise(5, 61, 47) < 0.593,
        "noise-90": noise(6, 61, 47) < 0.9,
        "noise-99": noise(7, 61, 47) < 0.99,
        "blobs": blobs(8, 90, 70, 30) > 0.35,
        "lattice-far": ((r % 10 == 0) & (c % 10 == 0)),
        "lattice-holes": ~((r % 8 == 3) & (c % 8 == 5)),
    }


def label_images():
    """Name → int32 labels: gaps, ids above 65535, touching objects, borders, holes, parts."""
    cells = ndi.label(blobs(11, 96, 88, 40, 4.0) > 0.3)[0].astype(np.int32)
    rng = np.random.default_rng(12)
    gaps = np.zeros(cells.max() + 1, np.int32)
    gaps[1:] = np.sort(rng.choice(900, cells.max(), replace=False)) + 5
    large = np.zeros(cells.max() + 1, np.int32)
    large[1:] = rng.permutation(cells.max()) * 40_000 + 70_000
    huge = np.zeros(cells.max() + 1, np.int32)
    huge[1:] = 2**31 - 1 - rng.permutation(cells.max()) * 7
    # Voronoi-like touching cells with punched holes and crumbs.
    seeds = np.zeros((80, 72), np.int32)
    flat = rng.choice(seeds.size, 45, replace=False)
    seeds.flat[flat] = np.arange(1, 46)
    where = ndi.distance_transform_edt(seeds == 0, return_indices=True)[1]
    touching = seeds[tuple(where)].astype(np.int32)
    holes = touching.copy()
    holes[noise(13, 80, 72) < 0.12] = 0
    crumbs = holes.copy()
    move = noise(14, 80, 72) < 0.06
    crumbs[move] = rng.integers(0, 46, move.sum())
    sparse = np.zeros((70, 90), np.int32)
    sparse.flat[rng.choice(sparse.size, 25, replace=False)] = np.arange(1, 26)
    lattice = np.zeros((45, 45), np.int32)
    lattice[4::9, 4::9] = np.arange(1, 26).reshape(5, 5)
    pockets = np.zeros((30, 34), np.int32)
    for i in range(1, 27):
        pockets[i, i : i + 4] = 3
    pockets[2:12, 20:32] = 9
    pockets[4:7, 22:25] = 0
    pockets[8:10, 27:30] = 14
    pockets[20:28, 3:12] = 21
    pockets[22:25, 5:10] = 0
    pockets[23, 7] = 22
    return {
        "empty": np.zeros((12, 15), np.int32),
        "one-label": np.full((12, 15), 7, np.int32),
        "single": np.full((1, 1), 3, np.int32),
        "row": (noise(15, 1, 60, 5)).astype(np.int32),
        "column": (noise(16, 60, 1, 5)).astype(np.int32),
        "cells": cells,
        "gaps": gaps[cells],
        "above-65535": large[cells],
        "near-int32-limit": huge[cells],
        "touching": touching,
        "holes": holes,
        "crumbs": crumbs,
        "sparse": sparse,
        "lattice": lattice,
        "pockets": pockets,
        "noise": noise(17, 40, 50, 4).astype(np.int32),
    }


def landscapes():
    """Name → (float32 landscape, int32 markers, bool mask or None) for the watershed."""
    rng = np.random.default_rng(21)

    def seeds(shape, number, spread=None):
        out = np.zeros(shape, np.int32)
        out.flat[rng.choice(out.size, number, replace=False)] = rng.permutation(number) + 1 if spread is None else (
            rng.integers(1, spread, number)
        )
        return out

    out = {}
    smooth = -blobs(22, 110, 96, 40, 6.0)
    peaks, _ = ndi.label((smooth == ndi.minimum_filter(smooth, size=7)) & (smooth < -0.2))
    out["smooth"] = (smooth, peaks.astype(np.int32), smooth < -0.15)
    out["smooth-no-mask"] = (smooth, peaks.astype(np.int32), None)
    for levels in (2, 3, 8, 32):
        out[f"quantised-{levels}"] = (noise(30 + levels, 70, 64, levels), seeds((70, 64), 60), None)
        out[f"blobs-quantised-{levels}"] = (np.floor(smooth * levels), seeds(smooth.shape, 50), smooth < -0.1)
    out["flat"] = (np.zeros((60, 52)), seeds((60, 52), 40), None)
    out["flat-masked"] = (np.full((60, 52), 3.5), seeds((60, 52), 40), noise(41, 60, 52) < 0.8)
    out["ramp"] = (np.add.outer(np.arange(50.0), np.arange(40.0)), seeds((50, 40), 12), None)
    out["ramp-down"] = (-np.add.outer(np.arange(50.0), np.arange(40.0)) // 7, seeds((50, 40), 12), None)
    out["dense-markers"] = (noise(42, 50, 60, 6), seeds((50, 60), 900), None)
    out["repeated-labels"] = (noise(43, 50, 60, 6), seeds((50, 60), 200, 9), noise(44, 50, 60) < 0.9)
    out["large-labels"] = (noise(45, 40, 44), seeds((40, 44), 20) * 100_000, None)
    out["negative-and-zero"] = (np.where(noise(46, 40, 44) < 0.5, -0.0, 0.0) - (noise(47, 40, 44, 3) == 2), seeds((40, 44), 30), None)
    out["infinite"] = (np.where(noise(48, 40, 44) < 0.2, np.inf, noise(49, 40, 44, 4)), seeds((40, 44), 15), None)
    out["no-markers"] = (noise(50, 20, 22), np.zeros((20, 22), np.int32), None)
    out["all-markers"] = (noise(51, 20, 22), np.arange(1, 441, dtype=np.int32).reshape(20, 22), None)
    out["empty-mask"] = (noise(52, 20, 22), seeds((20, 22), 9), np.zeros((20, 22), bool))
    out["row"] = (noise(53, 1, 200, 5), seeds((1, 200), 12), None)
    out["column"] = (noise(54, 200, 1, 5), seeds((200, 1), 12), None)
    out["single"] = (np.zeros((1, 1)), np.ones((1, 1), np.int32), None)
    return {k: (a.astype(np.float32), m.astype(np.int32), mask) for k, (a, m, mask) in out.items()}


def planes():
    """Name → plane of a concrete dtype, for percentiles, thresholds and smoothing."""
    rng = np.random.default_rng(61)
    tight = np.float32(1) + np.float32(2**-23) * noise(62, 30, 31, 3).astype(np.float32)
    return {
        "counts-uint16": counts(63, 83, 79),
        "formula-uint8": formula(48, 64).astype(np.uint8),
        "int8": rng.integers(-128, 128, (40, 41)).astype(np.int8),
        "int16": rng.integers(-32768, 32768, (40, 41)).astype(np.int16),
        "int16-narrow": rng.integers(-40, 60, (40, 41)).astype(np.int16),
        "uint32": rng.integers(0, 2**32, (40, 41)).astype(np.uint32),
        "int32": rng.integers(-(2**31), 2**31, (40, 41)).astype(np.int32),
        "int32-narrow": rng.integers(-3000, 5000, (40, 41)).astype(np.int32),
        "float-blobs": blobs(64, 83, 79, 20).astype(np.float32),
        "float-normal": rng.normal(0, 1, (50, 51)).astype(np.float32),
        "float-wide": (rng.normal(0, 1, (50, 51)) * 10.0 ** rng.integers(-20, 20, (50, 51))).astype(np.float32),
        "float-quantised": noise(65, 50, 51, 4).astype(np.float32),
        "float-zeros": np.where(noise(66, 50, 51) < 0.7, 0, noise(67, 50, 51) * 300 - 20).astype(np.float32),
        "float-minus-zero": np.where(noise(68, 20, 21) < 0.5, -0.0, noise(69, 20, 21) - 0.5).astype(np.float32),
        "float-two-values": np.where(noise(70, 20, 21) < 0.5, 0.25, 0.75).astype(np.float32),
        "float-tight": tight,
        "constant-uint16": np.full((9, 8), 700, np.uint16),
        "constant-float": np.full((9, 8), -2.5, np.float32),
        "zeros-uint16": np.zeros((9, 8), np.uint16),
        "zeros-float": np.zeros((9, 8), np.float32),
        "single": np.array([[5]], np.uint16),
        "two": np.array([[3, 9]], np.uint16),
        "row": (noise(71, 1, 77) * 1000).astype(np.float32),
        "column": (noise(72, 77, 1) * 1000).astype(np.uint16),
    }
