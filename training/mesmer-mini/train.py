"""Trains mesmer-mini. Goes on from its last checkpoint; the same arguments and library versions give the same model.

    python train.py --nuclei FOLDER --tissue FOLDER --work FOLDER [--rounds 16] [--leave-out 360x360,...] [--start FILE.onnx]
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
from torch.utils.data import DataLoader

from examples import IGNORE, Examples, decode
from network import Network
from resume import measure, resume
from scenes import read_nuclei, read_tissue
from targets import BACKGROUND, INTERIOR

BOUNDARY_WEIGHT = 2.0
DISTANCE_WEIGHT = 10.0
# What a background pixel counts for beyond its weight where the network is sure of an object: as much as a small nucleus' pixels do,
# or specks would be drawn wherever they might be nuclei.
FALSE_WEIGHT = 6.0
# Crops whose brightness sets the norms of a network that was read from an exported file.
MEASURED = 64


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nuclei", required=True)
    parser.add_argument("--tissue", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--rounds", type=int, default=16)
    parser.add_argument("--stop-after", type=int, default=None, help="end after this round; the schedule stays that of --rounds")
    parser.add_argument("--steps", type=int, default=200, help="in a round")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--loaders", type=int, default=None, help="processes that draw crops; with a GPU as many as threads, else none")
    parser.add_argument("--start", default=None, help="an exported file whose weights to start from")
    parser.add_argument("--leave-out", default="", help="size groups of nuclei images that are not trained on")
    return parser.parse_args()


def loss_of(maps, classes, inner, weights):
    """Of both compartments; pixels and compartments whose truth is not known count for nothing."""
    total = 0.0
    of_class = torch.tensor([BOUNDARY_WEIGHT, 1.0, 1.0], device=maps.device)
    # The maps put the cell first, the truth the nucleus.
    for start, channel in ((0, 1), (4, 0)):
        truth = classes[:, channel]
        known = truth != IGNORE
        truth = truth.long().clamp(max=BACKGROUND)
        weight = weights[:, channel] * known
        scores = maps[:, start + 1 : start + 4]
        claimed = scores.detach().softmax(1)[:, INTERIOR]
        by_class = weight * of_class[truth] * (1 + FALSE_WEIGHT * claimed * (truth == BACKGROUND))
        surprise = functional.cross_entropy(scores, truth, reduction="none")
        total = total + (by_class * surprise).sum() / by_class.sum().clamp(min=1)
        error = (maps[:, start] - inner[:, channel]) ** 2
        total = total + DISTANCE_WEIGHT * (weight * error).sum() / weight.sum().clamp(min=1)
    return total


def rate_at(step, steps, peak):
    warm = min(1.0, (step + 1) / (0.03 * steps))
    return peak * warm * 0.5 * (1 + math.cos(math.pi * step / steps)) + 1e-6


@torch.no_grad()
def average(mean, network, step):
    keep = min(0.998, (1 + step) / (10 + step))
    for kept, now in zip(mean.state_dict().values(), network.state_dict().values()):
        if kept.dtype.is_floating_point:
            kept.lerp_(now, 1 - keep)
        else:
            kept.copy_(now)


class Machine:
    """Where the network runs, and in which form its numbers lie there."""

    def __init__(self):
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        # Half the bits cost time on a CPU that has no instructions for them.
        self.short = self.device == "cuda" or torch.cpu._is_avx512_bf16_supported()
        self.layout = torch.channels_last if self.short else torch.contiguous_format

    def network(self):
        return Network().to(self.device, memory_format=self.layout)

    def batch(self, batch):
        x, *truth = decode(batch, self.device)
        return x.to(memory_format=self.layout), truth


class Training:
    """A network, its running mean and how far both have come; `done` is in rounds."""

    def __init__(self, machine, rate, checkpoint):
        self.machine, self.checkpoint, self.done = machine, checkpoint, 0
        self.network, self.mean = machine.network(), machine.network()
        self.mean.load_state_dict(self.network.state_dict())
        self.optimizer = torch.optim.AdamW(self.network.parameters(), rate, weight_decay=1e-4)

    def start_from(self, file, examples):
        """Takes the weights of an exported file; `examples` gives a batch by its number."""
        resume(self.network, file)
        count = math.ceil(MEASURED / examples.batch)
        measure(self.network, [self.machine.batch(examples[index])[0] for index in range(count)])
        self.mean.load_state_dict(self.network.state_dict())

    def load(self):
        state = torch.load(self.checkpoint, map_location=self.machine.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.done = state["rounds"]

    def save(self, rounds):
        partial = self.checkpoint.with_suffix(".partial")
        parts = {name: getattr(self, name).state_dict() for name in ("network", "mean", "optimizer")}
        torch.save({**parts, "rounds": rounds}, partial)
        os.replace(partial, self.checkpoint)

    def step(self, number, batch, rate):
        """The loss of one batch, of which the network has then learned."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        x, truth = self.machine.batch(batch)
        with torch.autocast(self.machine.device, torch.bfloat16, enabled=self.machine.short):
            maps = self.network(x)
        loss = loss_of(maps.float(), *truth)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        average(self.mean, self.network, number)
        return loss.detach()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    work = Path(options.work)
    work.mkdir(parents=True, exist_ok=True)

    left_out = tuple(filter(None, options.leave_out.split(",")))
    scenes = read_nuclei(options.nuclei, left_out) + read_tissue(options.tissue)
    print(json.dumps({"scenes": {k: sum(s.kind == k for s in scenes) for k in ("nuclei", "tissue")}}), flush=True)
    steps = options.rounds * options.steps
    last = min(options.rounds, options.stop_after or options.rounds) * options.steps
    examples = lambda wanted: Examples(scenes, options.size, options.batch, options.seed, wanted)
    training = Training(Machine(), options.rate, work / "checkpoint.pt")
    if training.checkpoint.exists():
        training.load()
        print(json.dumps({"resumed_after_round": training.done}), flush=True)
    elif options.start is not None:
        training.start_from(options.start, examples(range(MEASURED)))

    # A GPU waits for crops; where all of a CPU's threads are the network's, processes beside it would slow it down.
    loaders = options.loaders if options.loaders is not None else options.threads if training.machine.device == "cuda" else 0
    beside = {"num_workers": loaders, "prefetch_factor": 4} if loaders > 0 else {}
    first = training.done * options.steps
    feed = DataLoader(examples(range(first, last)), batch_size=None, collate_fn=lambda batch: batch, **beside)
    losses, started = [], time.time()
    training.network.train()
    for step, batch in enumerate(feed, first):
        losses.append(training.step(step, batch, rate_at(step, steps, options.rate)))
        if (step + 1) % options.steps > 0:
            continue
        number = (step + 1) // options.steps
        training.save(number)
        report = {"round": number, "of": options.rounds, "loss": round(float(torch.stack(losses).mean()), 4), "s": round(time.time() - started, 1)}
        losses, started = [], time.time()
        print(json.dumps(report), flush=True)
        with open(work / "log.jsonl", "a") as log:
            log.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
