"""Trains dct-mini. Goes on from its last checkpoint; the same arguments and library versions give the same model.

    python train.py --cohort FOLDER --work FOLDER [--rounds 48] [--steps 125]
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from cohort import read_expression, read_vocabulary
from measured import read_measured
from network import Network
from score import macro_f1, predict

# Channels of the cells of one batch, at most; each cell has at least half of them.
LENGTHS = (8, 14, 20, 26, 32, 38)
#: Standard deviation of the noise on standardised measures; on surroundings three times as much.
NOISE = 0.1
# Panels around these are common.
CORE = ("CD45", "CD3", "CD4", "CD8", "FoxP3", "CD20", "CD68", "CD11c", "CD56", "CD31", "Vimentin", "PanCK", "E-cadherin", "Ki67", "Na-K-ATPase")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cohort", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--rounds", type=int, default=48)
    parser.add_argument("--stop-after", type=int, default=None, help="end after this round; the schedule stays that of --rounds")
    parser.add_argument("--steps", type=int, default=125, help="batches of a round")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="its operations are small: more threads mostly wait for each other")
    return parser.parse_args()


class Sampler:
    """Cells drawn with odds that fall with the square root of how common their type is, each with a panel of its own.

    Many of a cell's channels are those of other cells, of any field and type, that show the marker as strongly: there are few fields, and
    what a field's channels have in common (background, staining, noise) would else tell the network which types to expect.
    """

    def __init__(self, fields, core, levels):
        flat = lambda of: np.concatenate([of(field) for field in fields])
        every = lambda field: np.broadcast_to(field.channels, field.positive.shape)
        self.measures = np.concatenate([field.measures for field in fields], 1)
        self.around, self.positive, self.channels = flat(lambda field: field.around), flat(lambda field: field.positive), flat(every)
        types = flat(lambda field: field.types)
        self.cells = np.flatnonzero(types >= 0)
        self.types = types[self.cells]
        self.core = np.isin(self.channels, core)
        # Where the channels of each marker are among all channels of all cells: stained in three grades, unstained, and unstained in a
        # field in which no cell is stained, where the brightest pixel is background too.
        empty = flat(lambda field: np.broadcast_to(field.positive.mean(0) < 0.01, field.positive.shape))
        grade = np.where(self.positive > 0, 2 + np.digitize(levels[types[:, None], self.channels], (0.45, 0.75)), empty)
        self.kind = np.where(types[:, None] >= 0, 5 * self.channels + grade, -1).ravel()
        self.order = np.argsort(self.kind, kind="stable")
        self.bounds = np.searchsorted(self.kind[self.order], np.arange(5 * levels.shape[1] + 1))
        odds = 1 / np.sqrt(np.maximum(np.bincount(self.types), 50))[self.types]
        self.cumulative = np.cumsum(odds / odds.sum())

    def batch(self, count, rng):
        length = LENGTHS[rng.integers(len(LENGTHS))]
        drawn = np.minimum(np.searchsorted(self.cumulative, rng.random(count)), len(self.cells) - 1)
        cells = self.cells[drawn][:, None]
        variants, total, channels, wide = self.measures.shape
        cored = rng.random((count, 1)) < 0.2
        rank = rng.random((count, channels)) - (self.core[cells[:, 0]] & cored)
        column = np.argsort(rank, 1)[:, :length]
        used = np.arange(length) < rng.integers(math.ceil(length / 2), length + 1, (count, 1))
        index = np.where(used, self.channels[cells, column], -1)
        # Some cells are shown as they are, some with every channel changed, most with a mixture.
        variant = rng.integers(variants, size=column.shape) * (rng.random((count, 1)) < 0.75)
        own = cells * channels + column
        kind = self.kind[own]
        other = self.bounds[kind] + np.floor(rng.random(own.shape) * (self.bounds[kind + 1] - self.bounds[kind])).astype(np.int64)
        borrowed = rng.random(own.shape) < rng.uniform(0.5, 1.5, (count, 1))
        place = np.where(borrowed, self.order[other], own)
        measures = self.measures.reshape(variants, total * channels, wide)[variant, place].astype(np.float32)
        positive = self.positive.ravel()[place].astype(np.float32)
        # Some channels lose their name: the network learns to tell stained from unstained without it.
        nameless = (rng.random(index.shape) < 0.04) & used
        return measures, self.around[cells[:, 0]], index, nameless, positive, self.types[drawn]


def standardise(network, fields):
    """Means and spreads of measures and surroundings over the training cells, once."""
    measures = np.concatenate([field.measures[0].reshape(-1, field.measures.shape[-1])[::7] for field in fields]).astype(np.float32)
    around = np.concatenate([field.around for field in fields])
    numbers = [np.concatenate([of(measures, 0), of(around, 0)]) for of in (np.mean, np.std)]
    network.centre.copy_(torch.from_numpy(numbers[0]))
    network.spread.copy_(torch.from_numpy(numbers[1]) + 1e-3)


def rate_at(step, steps, peak):
    warm = min(1.0, (step + 1) / (0.03 * steps))
    return peak * warm * 0.5 * (1 + math.cos(math.pi * step / steps)) + 1e-6


@torch.no_grad()
def average(mean, network, step):
    keep = min(0.998, (1 + step) / (10 + step))
    for kept, now in zip(mean.state_dict().values(), network.state_dict().values()):
        if kept.dtype.is_floating_point:
            kept.lerp_(now, 1 - keep)


def save(path, state):
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    work = Path(options.work)
    work.mkdir(parents=True, exist_ok=True)
    checkpoint = work / "checkpoint.pt"
    markers, types, known = read_vocabulary(options.cohort)
    nameless_as = int(np.setdiff1d(np.arange(len(markers)), known)[0])
    fields = read_measured(options.cohort, "train", markers)
    sampler = Sampler(fields, [markers.index(name) for name in CORE], read_expression(options.cohort, "levels"))
    select = read_measured(options.cohort, "select", markers)
    counts = np.bincount(sampler.types, minlength=len(types)).tolist()
    print(json.dumps({"fields": len(fields), "cells": len(sampler.cells), "types": dict(zip(types, counts))}), flush=True)

    network = Network(len(markers), known, len(types))
    standardise(network, fields)
    mean = Network(len(markers), known, len(types))
    mean.load_state_dict(network.state_dict())
    optimizer = torch.optim.AdamW(network.parameters(), options.rate, weight_decay=1e-2)
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        network.load_state_dict(state["network"])
        mean.load_state_dict(state["mean"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["rounds"]
        print(json.dumps({"resumed_after_round": done}), flush=True)

    steps = options.rounds * options.steps
    for number in range(done, min(options.rounds, options.stop_after or options.rounds)):
        started = time.time()
        rng = np.random.default_rng([options.seed, number])
        torch.manual_seed(options.seed * 1000 + number)
        network.train()
        losses = []
        for turn in range(options.steps):
            step = number * options.steps + turn
            for group in optimizer.param_groups:
                group["lr"] = rate_at(step, steps, options.rate)
            measures, around, index, nameless, positive, truth = map(torch.from_numpy, sampler.batch(options.batch, rng))
            padding = index < 0
            # Noise on what is measured hides small differences between fields that say nothing about cells.
            measures = measures + NOISE * torch.randn_like(measures) * network.spread[: measures.shape[-1]]
            around = around + 3 * NOISE * torch.randn_like(around) * network.spread[measures.shape[-1] :]
            logits, stained, _, votes = network(measures, around, torch.where(nameless, nameless_as, index), padding)
            loss = functional.cross_entropy(logits, truth, label_smoothing=0.02)
            # The votes must do without the rest, too.
            loss = (loss + functional.cross_entropy(votes, truth, label_smoothing=0.02)) / 2
            marked = functional.binary_cross_entropy_with_logits(stained[~padding], positive[~padding])
            optimizer.zero_grad(set_to_none=True)
            (loss + 2 * marked).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            average(mean, network, step)
            losses.append((float(loss.detach()), float(marked.detach())))
        state = {"network": network.state_dict(), "mean": mean.state_dict(), "optimizer": optimizer.state_dict(), "rounds": number + 1}
        save(checkpoint, state)
        report = {
            "round": number + 1,
            "of": options.rounds,
            "loss": [round(float(value), 4) for value in np.mean(losses, 0)],
            "macro_f1": round(macro_f1(*predict(mean.eval(), select))[0], 4),
            "s": round(time.time() - started, 1),
        }
        print(json.dumps(report), flush=True)
        with open(work / "log.jsonl", "a") as log:
            log.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
