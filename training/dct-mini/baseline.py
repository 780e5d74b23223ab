"""The baseline: XGBoost on each cell's mean intensities, trained on the same cells as dct-mini, NaN where a panel lacks a marker.

    python baseline.py --cohort FOLDER --work FOLDER [--tiny FILE]

Writes baseline-fixed.json (the columns of PANEL) and baseline-all.json (a column for every marker of the cohort). --tiny writes a small
forest over PANEL, for tests of whatever reads such files.
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np
import xgboost

from cohort import read_vocabulary
from measured import read_measured

# A panel as one laboratory would have it for all its slides: the generator's own and one marker for most other types.
PANEL = (
    *("CD45", "CD3", "CD4", "CD8", "FoxP3", "CD20", "CD138", "CD56", "CD68", "CD163", "CD14", "CD11b", "CD11c", "HLA-Class-2", "CD15", "MPO"),
    *("Tryptase", "CD31", "PDPN", "SMA", "Desmin", "Vimentin", "PanCK", "E-cadherin", "EpCAM", "SOX10", "ARG1", "Ki67", "Na-K-ATPase"),
)


def columns(field, cells, wanted, shown=slice(None)):
    """float32 (cells, wanted): mean intensities by marker index, NaN where the field's shown channels lack it."""
    table = np.full((len(cells), len(wanted)), np.nan, np.float32)
    channels = np.arange(len(field.channels))[shown]
    for column, marker in enumerate(wanted):
        at = channels[field.channels[channels] == marker]
        if len(at) > 0:
            table[:, column] = field.measures[0, cells, at[0], 0]
    return table


def train(table, truth, types, rounds, depth):
    counts = np.bincount(truth, minlength=types)
    weight = 1 / np.sqrt(np.maximum(counts, 50))[truth]
    data = xgboost.DMatrix(table, truth, weight=weight / weight.mean())
    settings = {"objective": "multi:softprob", "num_class": types, "max_depth": depth, "eta": 0.15, "subsample": 0.8, "seed": 1}
    return xgboost.train({**settings, "nthread": os.cpu_count()}, data, rounds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cohort", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--rounds", type=int, default=80)
    parser.add_argument("--tiny", help="write a small forest here, and nothing else")
    options = parser.parse_args()
    markers, types, known = read_vocabulary(options.cohort)
    fixed = [markers.index(name) for name in PANEL]
    fields = read_measured(options.cohort, "train", markers)
    cells = [np.flatnonzero(field.types >= 0) for field in fields]
    truth = np.concatenate([field.types[each] for field, each in zip(fields, cells)])

    def forest(wanted, file, rounds, depth):
        table = np.concatenate([columns(field, each, wanted) for field, each in zip(fields, cells)])
        model = train(table, truth, len(types), rounds, depth)
        model.feature_names = [markers[index] for index in wanted]
        model.set_attr(classes=json.dumps(types))
        model.save_model(file)
        print(json.dumps({"file": str(file), "bytes": Path(file).stat().st_size, "columns": len(wanted)}), flush=True)

    if options.tiny is not None:
        forest(fixed, options.tiny, 5, 3)
        return
    forest(fixed, Path(options.work) / "baseline-fixed.json", options.rounds, 6)
    forest(known, Path(options.work) / "baseline-all.json", options.rounds, 6)


if __name__ == "__main__":
    main()
