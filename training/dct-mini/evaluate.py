"""Scores the exported file, from pixels and through ONNX Runtime, beside the baselines; prints the tables of the model card as JSON lines.

    python evaluate.py --cohort FOLDER --work FOLDER --model dct-mini.onnx
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import xgboost

from baseline import PANEL, columns
from cohort import read_expression, read_fields, read_vocabulary, windows
from export import INPUTS, OUTPUTS
from measured import read_measured
from score import macro_f1, shown

BATCH = 64


def open_session(model, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def run(session, arrays):
    return session.run(list(OUTPUTS), dict(zip(INPUTS, arrays)))


def padded(arrays, by):
    """The same cells with `by` more channels of padding."""
    sample, context, index, padding = arrays
    more = (len(sample), by)
    return (
        np.concatenate([sample, np.full((*more, 1, 32, 32), -1, np.float32)], 1),
        context,
        np.concatenate([index, np.full(more, -1, np.int64)], 1),
        np.concatenate([padding, np.ones(more, bool)], 1),
    )


def network_predictions(session, field, drop):
    """(types, marker logits, seconds) for the cells of a field that lie on one; channels in the order of their markers, as the step sends them."""
    cells = np.flatnonzero(field.types >= 0)
    channels = shown(field, drop)
    channels = channels[np.argsort(field.channels[channels])]
    found, stained, seconds = [], [], 0.0
    for start in range(0, len(cells), BATCH):
        arrays = windows(field, cells[start : start + BATCH], channels)
        started = time.perf_counter()
        logits, marked, _ = run(session, arrays)
        seconds += time.perf_counter() - started
        found.append(logits.argmax(1))
        stained.append(marked)
    return np.concatenate(found), np.concatenate(stained), field.positive[cells][:, channels], seconds


def ideal_predictions(shares, prior, field, drop):
    """Types by naive Bayes out of which markers each cell truly shows: about what the markers given allow for."""
    cells, channels = np.flatnonzero(field.types >= 0), shown(field, drop)
    shows = field.positive[cells][:, channels].astype(float)
    share = shares[:, field.channels[channels]]
    return (shows @ np.log(share).T + (1 - shows) @ np.log(1 - share).T + prior).argmax(1)


def table(types, truth, found):
    """F1 by type with what its cells are mostly taken for instead."""
    mean, scores = macro_f1(truth, found)
    lines = {}
    for kind, score in scores.items():
        wrong = np.bincount(found[(truth == kind) & (found != kind)], minlength=len(types))
        lines[types[kind]] = {"cells": int(np.sum(truth == kind)), "f1": round(score, 3), "taken_for": types[int(wrong.argmax())] if wrong.any() else None}
    return {"macro_f1": round(mean, 4), "cells": len(truth), "accuracy": round(float(np.mean(truth == found)), 4), "types": lines}


def exactness(model, field):
    """Largest differences of logits when padding, order, batch and threads change; 0 is bit-identical."""
    one, two = open_session(model, 1), open_session(model, 2)
    cells, channels = np.arange(min(64, len(field.ids))), np.argsort(field.channels)
    arrays = windows(field, cells, channels)
    whole = run(one, arrays)[0]
    slices = lambda size: np.concatenate([run(one, [a[n : n + size] for a in arrays])[0] for n in range(0, len(cells), size)])
    turned = np.random.default_rng(1).permutation(len(channels))
    unsorted = [arrays[0][:, turned], arrays[1], arrays[2][:, turned], arrays[3][:, turned]]
    worst = lambda other: float(np.abs(whole - other).max())
    report = {f"padding_{by}": worst(run(one, padded(arrays, by))[0]) for by in (1, 3, 40)}
    report |= {f"batch_{size}": worst(slices(size)) for size in (1, 2, 7)}
    report |= {"threads_2": worst(run(two, arrays)[0]), "channels_shuffled_unsorted": worst(run(one, unsorted)[0])}
    return report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cohort", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--model", required=True)
    options = parser.parse_args()
    markers, types, known = read_vocabulary(options.cohort)
    wanted = {"fixed": [markers.index(name) for name in PANEL], "all": known}
    boosters = {name: xgboost.Booster(model_file=str(Path(options.work) / f"baseline-{name}.json")) for name in wanted}
    session = open_session(options.model)
    levels, shares = (read_expression(options.cohort, fact) for fact in ("levels", "shares"))
    # Dim cells are positive a little less often than the table says.
    shares = np.clip(np.where(levels > 0.3, shares, np.where(levels >= 0.15, 0.85 * shares, 0)), 0.004, 0.985)
    counts = np.bincount(np.concatenate([f.types[f.types >= 0] for f in read_measured(options.cohort, "train", markers)]), minlength=len(types))
    prior = 0.5 * np.log(np.maximum(counts, 1) / counts.sum())
    say = lambda **line: print(json.dumps(line), flush=True)

    for part, drop in (("test", True), ("test", False), ("demo", False)):
        measured = {field.name: field for field in read_measured(options.cohort, part, markers)}
        truth, groups, stained, positive, channels, seconds = [], [], [], [], [], 0.0
        found = {"dct-mini": [], "ideal": [], **{f"xgboost-{name}": [] for name in wanted}}
        for field in read_fields(options.cohort, part, markers):
            cells = np.flatnonzero(field.types >= 0)
            kinds, marked, real, took = network_predictions(session, field, drop)
            found["dct-mini"].append(kinds)
            found["ideal"].append(ideal_predictions(shares, prior, field, drop))
            for name, booster in boosters.items():
                data = columns(measured[field.name], cells, wanted[name], shown(field, drop))
                matrix = xgboost.DMatrix(data, feature_names=[markers[index] for index in wanted[name]])
                found[f"xgboost-{name}"].append(booster.predict(matrix).argmax(1))
            truth.append(field.types[cells])
            stained.append(marked.ravel() > 0)
            positive.append(real.ravel() > 0)
            seconds += took
            channels.append(marked.shape[1])
            outlines = "true outlines" if field.facts["errors"] is None else "spoilt outlines"
            groups.append(np.full(len(cells), outlines + (", ion counts" if field.facts["ions"] > 0 else ", camera")))
        truth, groups = np.concatenate(truth), np.concatenate(groups)
        condition = f"{part}, {'30 % of the markers missing' if drop else 'whole panel'}"
        for name, kinds in found.items():
            kinds = np.concatenate(kinds)
            say(condition=condition, model=name, **table(types, truth, kinds))
            if name == "dct-mini":
                for group in np.unique(groups):
                    here = groups == group
                    say(condition=condition, model=name, group=group, cells=int(here.sum()), macro_f1=round(macro_f1(truth[here], kinds[here])[0], 4))
        stained, positive = np.concatenate(stained), np.concatenate(positive)
        f1 = 2 * np.sum(stained & positive) / (stained.sum() + positive.sum())
        cost = 1000 * seconds / len(truth)
        say(condition=condition, positivity_f1=round(float(f1), 4), stained_share=round(float(positive.mean()), 4))
        say(condition=condition, channels=round(float(np.mean(channels)), 1), ms_per_cell_one_thread=round(cost, 3))
    say(exactness=exactness(options.model, next(read_fields(options.cohort, "test", markers))))


if __name__ == "__main__":
    main()
