"""Trains mesmer-mini. Goes on from its last checkpoint; the same arguments and library versions give the same model.

    python train.py --nuclei FOLDER --tissue FOLDER --work FOLDER [--rounds 25] [--leave-out 360x360,...] [--start FILE.onnx]
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

import augment
from network import Network
from pool import IGNORE, WEIGHT_UNIT, make_pool
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
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--stop-after", type=int, default=None, help="end after this round; the schedule stays that of --rounds")
    parser.add_argument("--crops", type=int, default=1500)
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--start", default=None, help="an exported file whose weights to start from")
    parser.add_argument("--leave-out", default="", help="size groups of nuclei images that are not trained on")
    return parser.parse_args()


def loss_of(maps, classes, inner, weights):
    """Of both compartments; pixels and compartments whose truth is not known count for nothing."""
    total = 0.0
    of_class = torch.tensor([BOUNDARY_WEIGHT, 1.0, 1.0], device=maps.device)
    # The maps put the cell first, the pool the nucleus.
    for start, channel in ((0, 1), (4, 0)):
        truth = classes[:, channel]
        known = truth != IGNORE
        if not bool(known.any()):
            continue
        truth = truth.long().clamp(max=BACKGROUND)
        weight = weights[:, channel] * known
        by_class = weight * of_class[truth]
        scores = functional.cross_entropy(maps[:, start + 1 : start + 4], truth, reduction="none")
        total = total + (by_class * scores).sum() / by_class.sum()
        error = (maps[:, start] - inner[:, channel]) ** 2
        total = total + DISTANCE_WEIGHT * (weight * error).sum() / weight.sum()
    return total


def batch_of(pool, tissue, chosen, rng, generator):
    """Input, classes, inner distances and weights of some crops, each recorded anew and turned."""
    images, classes, inner, weights = [], [], [], []
    for index in chosen:
        turn, flip = int(rng.integers(4)), bool(rng.integers(2))
        crop = {name: np.array(values[index]) for name, values in pool.items()}
        image, clear = augment.make_input(crop["light"], crop["classes"][1] < BACKGROUND, rng, generator, tissue[index])
        if not clear:
            unseen = crop["bare"][0] > 0
            crop["classes"][1][unseen] = BACKGROUND
            crop["inner"][1][unseen] = 0
        maps = (
            image,
            torch.from_numpy(crop["classes"]),
            torch.from_numpy(crop["inner"]).float() / 255,
            torch.from_numpy(crop["weight"]).float() / WEIGHT_UNIT,
        )
        maps = [torch.rot90(m, turn, (1, 2)) for m in maps]
        maps = [m.flip(2) if flip else m for m in maps]
        for group, map_ in zip((images, classes, inner, weights), maps):
            group.append(map_)
    return tuple(map(torch.stack, (images, classes, inner, weights)))


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

    per_round = options.crops * options.passes // options.batch
    steps = options.rounds * per_round
    last = min(options.rounds, options.stop_after or options.rounds)
    for number in range(done, last):
        started = time.time()
        pool, tissue = make_pool(scenes, work / "pool", options.crops, options.size, options.seed * 1000 + number, options.threads)
        made = time.time() - started
        rng = np.random.default_rng([options.seed, number])
        generator = torch.Generator().manual_seed(options.seed * 1000 + number)
        order = np.concatenate([rng.permutation(options.crops) for _ in range(options.passes)])
        if number == 0 and options.start is not None:
            some = [order[i : i + options.batch] for i in range(0, min(len(order), MEASURED), options.batch)]
            measure(network, [batch_of(pool, tissue, part, rng, generator)[0].to(device, memory_format=layout) for part in some])
            mean.load_state_dict(network.state_dict())
        losses = []
        network.train()
        for batch in range(per_round):
            step = number * per_round + batch
            for group in optimizer.param_groups:
                group["lr"] = rate_at(step, steps, options.rate)
            chosen = order[batch * options.batch : (batch + 1) * options.batch]
            x, *truth = batch_of(pool, tissue, chosen, rng, generator)
            x = x.to(device, memory_format=layout)
            with torch.autocast(device, torch.bfloat16, enabled=short):
                maps = network(x)
            loss = loss_of(maps.float(), *(part.to(device) for part in truth))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            average(mean, network, step)
            losses.append(float(loss.detach()))
        save(checkpoint, {"network": network.state_dict(), "mean": mean.state_dict(), "optimizer": optimizer.state_dict(), "rounds": number + 1})
        report = {"round": number + 1, "of": options.rounds, "loss": round(float(np.mean(losses)), 4), "pool_s": round(made, 1), "s": round(time.time() - started, 1)}
        print(json.dumps(report), flush=True)
        with open(work / "log.jsonl", "a") as log:
            log.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
