"""Writes the golden arrays of feature models (XGBoost, MAPS, DeepCell Types' features) and of what Nimbus takes from OpenCV and numpy.

Run by scripts/make-goldens.mjs in an environment of its own (requirements-table-models.txt). Usage: make_table_model_goldens.py OUT_DIR
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cv2
import golden_file
import numpy as np
import xgboost
from golden_file import Golden
from skimage.transform import rescale


def cells(rows, features, seed):
    """float32 features with gaps, and three classes that hang on the first two of them."""
    random = np.random.default_rng(seed)
    values = random.gamma(1.0, 1.0, (rows, features)).astype(np.float32)
    classes = (values[:, 0] > 1).astype(int) + (values[:, 1] > 1.2).astype(int)
    values[random.random(values.shape) < 0.2] = np.nan
    return values, classes


def boosters():
    values, classes = cells(500, 6, 6)
    names = ["CD3", "CD8", "CD20", "PanCK", "SMA", "CD45"]
    common = {"max_depth": 4, "nthread": 1, "seed": 0, "tree_method": "exact"}
    named = xgboost.DMatrix(values, classes, feature_names=names)
    yield "softprob", xgboost.train({**common, "objective": "multi:softprob", "num_class": 3}, named, 6), named
    plain = xgboost.DMatrix(values, classes > 0)
    yield "logistic", xgboost.train({**common, "objective": "binary:logistic", "scale_pos_weight": 2.0}, plain, 5), plain
    forest = {**common, "objective": "multi:softmax", "num_class": 3, "num_parallel_tree": 2, "subsample": 0.7, "base_score": 0.25}
    yield "forest", xgboost.train(forest, named, 3), named


def trees():
    """Models as save_model writes them, and Booster.predict on rows they have not seen, gaps and thresholds themselves among them."""
    golden = Golden("xgboost-trees")
    for name, booster, matrix in boosters():
        raw = bytes(booster.save_raw("json"))
        rows, _ = cells(200, 6, 7)
        rows[0] = np.nan
        splits = [tree["split_conditions"] for tree in json.loads(raw)["learner"]["gradient_booster"]["model"]["trees"]]
        limits = np.array([limit for tree in splits for limit in tree], np.float32)[:60]
        rows = np.concatenate([rows, np.resize(limits, (10, 6))])
        data = xgboost.DMatrix(rows, feature_names=matrix.feature_names)
        if name == "forest":
            # softmax predicts the class; its probabilities are those of softprob.
            booster.set_param({"objective": "multi:softprob"})
        found = booster.predict(data)
        found = np.column_stack([1 - found, found]) if found.ndim == 1 else found
        golden.add(name, {}, model=np.frombuffer(raw, np.uint8), rows=rows, probabilities=found.astype(np.float32))
    return golden


def table(*shape):
    """Small numbers that any language can make: ((7 i + 13 j) mod 11 - 5) / 10."""
    i, j = np.indices(shape)
    return ((7 * i + 13 * j) % 11 - 5) / 10


def maps():
    """A perceptron with the scaling of MAPS, in float64; test/models/make_table_models.py writes the same as ONNX."""
    golden = Golden("maps-perceptron")
    mean, std = np.array([40.0, 25.0, 60.0, 180.0]), np.array([20.0, 12.5, 40.0, 60.0])
    rows = np.random.default_rng(8).gamma(2.0, 40.0, (50, 4))
    scaled = ((rows - mean) / std) / 255
    hidden = np.maximum(scaled @ (40 * table(4, 8)) + table(1, 8)[0], 0)
    logits = hidden @ table(8, 3) + np.array([0.1, 0.0, -0.1])
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    golden.add("4 features", {}, rows=rows, probabilities=powers / powers.sum(axis=1, keepdims=True))
    return golden


def features():
    """Means of cells over planes brought to 0.5 µm, clipped at the 99.9th percentile of what is not 0 and scaled to 0..1; areas there."""
    golden = Golden("dct-features")
    random = np.random.default_rng(9)
    for mpp in (0.5, 0.65, 0.377):
        height, width = 48, 60
        planes = [random.gamma(0.7, 300, (height, width)).astype(np.uint16) for _ in range(3)]
        planes[1][random.random((height, width)) < 0.6] = 0
        labels = np.zeros((height, width), np.int32)
        for k, (y, x) in enumerate([(3, 4), (3, 30), (20, 8), (22, 40), (36, 20)]):
            labels[y : y + 9, x : x + 11] = 3 * k + 2
        scale = mpp / 0.5
        small = labels if scale == 1 else rescale(labels, scale, order=0, anti_aliasing=False, preserve_range=True)
        small = np.rint(small).astype(np.int32)
        found = []
        for plane in planes:
            x = plane.astype(np.float32)
            x = x if scale == 1 else rescale(x, scale, order=1, mode="reflect", preserve_range=True).astype(np.float32)
            x = np.minimum(x, np.percentile(x[x != 0], 99.9))
            x = (x - x.min()) / (x.max() - x.min())
            sums = np.bincount(small.ravel(), weights=x.ravel().astype(np.float64))
            found.append(sums / np.maximum(np.bincount(small.ravel()), 1))
        ids = np.unique(labels[labels > 0]).astype(np.int32)
        area = np.bincount(small.ravel(), minlength=ids.max() + 1)[ids].astype(np.int32)
        golden.add(
            f"mpp {mpp}",
            {"mpp": mpp},
            **{f"plane{c}": plane for c, plane in enumerate(planes)},
            **{"labels": labels, "ids": ids, "area": area, "means": np.array(found)[:, ids].T},
        )
    return golden


def linear():
    golden = Golden("linear-opencv")
    random = np.random.default_rng(10)
    plane = random.random((37, 50)).astype(np.float32)
    for height, width in ((18, 25), (12, 16), (37, 50), (74, 100), (50, 37), (1, 1)):
        found = cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)
        golden.add(f"{height}x{width}", {}, plane=plane, resized=found)
    return golden


def bright():
    """The 99.9 % quantile of what is above 0, as Nimbus normalises."""
    golden = Golden("bright-level")
    random = np.random.default_rng(11)
    dense = random.gamma(2.0, 200, (80, 90))
    sparse = np.where(random.random((80, 90)) < 0.03, dense, 0)
    for name, plane in {
        "uint16": dense.astype(np.uint16),
        "float32": dense.astype(np.float32),
        "sparse": sparse.astype(np.uint16),
        "below zero": (dense - 300).astype(np.float32),
    }.items():
        golden.add(name, {}, plane=plane, level=np.array([np.quantile(plane[plane > 0].astype(np.float64), 0.999)]))
    return golden


def main():
    folder = Path(sys.argv[1])
    golden_file.LIBRARIES = {}
    versions = {name: version(name) for name in ("scipy", "scikit-image", "xgboost-cpu", "opencv-python-headless")}
    golden_file.library_versions = lambda: versions
    for golden in (trees(), maps(), features(), linear(), bright()):
        golden.write(folder)


main()
