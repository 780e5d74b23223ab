"""Writes regions.json: shapes and intensities of small, awkward label images, measured by scikit-image and numpy.

Run through scripts/make-goldens.mjs, or by hand in an environment with scikit-image==0.26.0:
    python test/golden/reference/make_region_goldens.py
The scenes are made from formulas and a seeded generator, so that a second run writes the same bytes.
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
from skimage.measure import regionprops

OUT = Path(__file__).with_name("regions.json")
FLOATS = (
    "axis_major_length",
    "axis_minor_length",
    "eccentricity",
    "orientation",
    "perimeter",
    "solidity",
    "extent",
)


def from_rows(rows, **ids):
    """A scene drawn as text: '.' is background, other letters are looked up in `ids`."""
    return np.array([[ids.get(c, 0) for c in row] for row in rows], np.int32)


def scenes():
    yield "empty", np.zeros((5, 7), np.int32)
    yield "whole image", np.full((6, 9), 3, np.int32)
    yield "single pixel image", np.ones((1, 1), np.int32)
    yield "one row", np.array([[4, 4, 0, 2, 2, 2, 4, 0, 9]], np.int32)
    yield "one column", np.array([[4, 4, 0, 2, 2, 2, 4, 0, 9]], np.int32).T.copy()
    yield "pixels and lines", from_rows(
        ["a.bbbbb..", "..c....d.", "..c...d..", "..c..d..e", "f...d..ee", "ff......."],
        a=7, b=8, c=12, d=30, e=31, f=70001,
    )
    yield "rings and holes", from_rows(
        ["aaaa.bbbbb", "a..a.b.b.b", "a..a.bbbbb", "aaaa.b...b", ".....bb.bb", "c.c...ccc.", ".c...ccccc", "c.c..cc.cc"],
        a=1, b=2, c=5,
    )
    yield "nested and touching", from_rows(
        ["aaaaaaaa", "abbbbbba", "abccccba", "abcaacba", "abccccba", "abbbbbba", "aaaaaaaa", "ddddeeee"],
        a=100000, b=300000, c=65536, d=65535, e=1,
    )
    yield "parts far apart", from_rows(
        ["aa......bb", "aa........", "..........", "......a..b", "b.....aa.."], a=2, b=1
    )
    yield "concave", from_rows(
        ["aaaaaa.bbbb..c", "a......b..b.cc", "a......b..bccc", "aaaaaa.b..bcc.", "a......b..bc..", "a.......bb.cc."],
        a=3, b=4, c=6,
    )
    rng = np.random.default_rng(17)
    yield "noise", rng.integers(0, 6, (11, 13), dtype=np.int32)
    yield "sparse noise", (rng.random((23, 17)) < 0.2) * rng.integers(1, 5, (23, 17), dtype=np.int32)
    y, x = np.mgrid[:40, :48]
    discs = np.zeros((40, 48), np.int32)
    for label in range(1, 31):
        cy, cx, ry, rx, angle = rng.uniform(0, 40), rng.uniform(0, 48), *rng.uniform(1.5, 8, 2), rng.uniform(0, np.pi)
        u = (y - cy) * np.cos(angle) + (x - cx) * np.sin(angle)
        v = (x - cx) * np.cos(angle) - (y - cy) * np.sin(angle)
        discs[(u / ry) ** 2 + (v / rx) ** 2 < 1] = label * 11
    yield "crowded ellipses", discs


def shape_of(region):
    found = {
        "id": int(region.label),
        "area": int(region.area),
        "bbox": [int(v) for v in region.bbox],
        "centroid": [float(v) for v in region.centroid],
        "area_convex": int(region.area_convex),
        "euler_number": int(region.euler_number),
    }
    return found | {name: float(getattr(region, name)) for name in FLOATS}


def intensity_of(values):
    return {
        "sum": float(values.sum(dtype=np.float64)),
        "mean": float(values.mean(dtype=np.float64)),
        "median": float(np.median(values.astype(np.float64))),
        "min": float(values.min()),
        "max": float(values.max()),
    }


def planes_for(shape):
    """Planes as the test makes them again from the same integer formula: uint16 up to its limit, int16 with negatives."""
    y, x = (v.astype(np.int64) for v in np.mgrid[: shape[0], : shape[1]])
    mixed = (y * 7919 + x * 104729 + (y * x) % 13 * 6007) % 65536
    return {
        "uint16": mixed.astype(np.uint16),
        "int16": (mixed - 32768).astype(np.int16),
        "float32": (mixed.astype(np.float32) / np.float32(7)),
        "uint8": (mixed % 3).astype(np.uint8),
    }


def main():
    cases = []
    for name, labels in scenes():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            regions = regionprops(labels)
        shapes = sorted((shape_of(region) for region in regions), key=lambda shape: shape["id"])
        intensities = {
            dtype: [intensity_of(plane[labels == shape["id"]]) for shape in shapes]
            for dtype, plane in planes_for(labels.shape).items()
        }
        cases.append(
            {
                "name": name,
                "height": labels.shape[0],
                "width": labels.shape[1],
                "labels": labels.ravel().tolist(),
                "shapes": shapes,
                "intensities": intensities if name in ("noise", "crowded ellipses", "one row") else {},
            }
        )
    made_by = {package: version(package) for package in ("scikit-image", "numpy", "scipy")}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    OUT.write_text(f'{{"madeBy":{json.dumps(made_by)},\n"cases":[\n{lines}\n]}}\n')
    print(f"{OUT}: {len(cases)} scenes, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
