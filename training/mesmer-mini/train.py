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
from targets import BACKGROUND

BOUNDARY_WEIGHT = 2.0
DISTANCE_WEIGHT = 10.0
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
        by_class = weight * of_class[truth]
        scores = functional.cross_entropy(maps[:, start + 1 : start + 4], truth, reduction="none")
        total = total + (by_class * scores).sum() / by_class.sum().clamp(min=1)
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


def save(path, state):
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # Half the bits cost time on a CPU that has no instructions for them.
    short = device == "cuda" or torch.cpu._is_avx512_bf16_supported()
    layout = torch.channels_last if short else torch.contiguous_format
    work = Path(options.work)
    work.mkdir(parents=True, exist_ok=True)
    checkpoint = work / "checkpoint.pt"

    left_out = tuple(filter(None, options.leave_out.split(",")))
    scenes = read_nuclei(options.nuclei, left_out) + read_tissue(options.tissue)
    print(json.dumps({"scenes": {k: sum(s.kind == k for s in scenes) for k in ("nuclei", "tissue")}}), flush=True)
    network = Network().to(device, memory_format=layout)
    if options.start is not None:
        resume(network, options.start)
    mean = Network().to(device, memory_format=layout)
    mean.load_state_dict(network.state_dict())
    optimizer = torch.optim.AdamW(network.parameters(), options.rate, weight_decay=1e-4)
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(state["network"])
        mean.load_state_dict(state["mean"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["rounds"]
        print(json.dumps({"resumed_after_round": done}), flush=True)

    steps = options.rounds * options.steps
    last = min(options.rounds, options.stop_after or options.rounds) * options.steps
    examples = lambda wanted: Examples(scenes, options.size, options.batch, options.seed, wanted)
    if done == 0 and options.start is not None:
        count = math.ceil(MEASURED / options.batch)
        some = examples(range(count))
        measure(network, [decode(some[index], device)[0].to(memory_format=layout) for index in range(count)])
        mean.load_state_dict(network.state_dict())
    # A GPU waits for crops; where all of a CPU's threads are the network's, processes beside it would slow it down.
    loaders = options.loaders if options.loaders is not None else options.threads if device == "cuda" else 0
    beside = {"num_workers": loaders, "prefetch_factor": 4} if loaders > 0 else {}
    feed = DataLoader(examples(range(done * options.steps, last)), batch_size=None, collate_fn=lambda batch: batch, **beside)
    losses, started = [], time.time()
    network.train()
    for step, batch in enumerate(feed, done * options.steps):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps, options.rate)
        x, *truth = decode(batch, device)
        x = x.to(memory_format=layout)
        with torch.autocast(device, torch.bfloat16, enabled=short):
            maps = network(x)
        loss = loss_of(maps.float(), *truth)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        average(mean, network, step)
        losses.append(loss.detach())
        if (step + 1) % options.steps > 0:
            continue
        number = (step + 1) // options.steps
        save(checkpoint, {"network": network.state_dict(), "mean": mean.state_dict(), "optimizer": optimizer.state_dict(), "rounds": number})
        report = {"round": number, "of": options.rounds, "loss": round(float(torch.stack(losses).mean()), 4), "s": round(time.time() - started, 1)}
        losses, started = [], time.time()
        print(json.dumps(report), flush=True)
        with open(work / "log.jsonl", "a") as log:
            log.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
