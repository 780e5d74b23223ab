"""Measures every channel of every cell of a cohort once, so that training reads numbers instead of pixels.

    python prepare.py --cohort FOLDER [--variants 3]

Writes measures.f16 (variants, N, C, MEASURES) and around.f32 (N, SURROUNDINGS) beside each field. The first variant is the field as it is; in
the others most channels of each cell are changed as another stain, camera or brightest cell of the field would have changed them.
"""

import argparse

import numpy as np
import torch

from cohort import WINDOW, read_fields, read_vocabulary
from measures import MEASURES, Measures

VARIANTS = 3


def change(pixels, rng):
    """Gain, gamma and haze by channel for the pixels (C, N) of one cell."""
    shape = (len(pixels), 1)
    gain = 2 ** rng.uniform(-0.6, 0.6, shape).astype(np.float32)
    gamma = 2 ** rng.uniform(-0.35, 0.35, shape).astype(np.float32)
    haze = np.maximum(0, rng.uniform(-0.06, 0.06, shape)).astype(np.float32)
    return np.where(rng.random(shape) < 0.7, np.clip(pixels**gamma * gain + haze, 0, 1), pixels)


@torch.no_grad()
def measure(field, measures, variants, rng):
    count, channels = field.positive.shape
    context = torch.from_numpy(field.context / np.float32(65535))
    weights, sizes = measures.regions(context)
    around = measures.surroundings(context, sizes).numpy()
    found = np.empty((variants, count, channels, MEASURES), np.float16)
    for cell in range(count):
        # Only the cell's own pixels: the others are 0 and weigh nothing.
        own = np.flatnonzero(field.context[cell, 0])
        y, x = np.divmod(own, WINDOW)
        pixels = field.planes[:, field.y[cell] + y, field.x[cell] + x] / np.float32(65535)
        shown = np.concatenate([pixels, *(change(pixels, rng) for _ in range(variants - 1))])
        numbers = measures.channels(torch.from_numpy(shown)[None], weights[cell : cell + 1][:, :, own], sizes[cell : cell + 1])
        found[:, cell] = numbers.reshape(variants, channels, MEASURES).numpy()
    return found, around


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cohort", required=True)
    parser.add_argument("--variants", type=int, default=VARIANTS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--share", default="0/1", help="1/2 measures every second field only, so that two processes can share the work")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    markers, _, _ = read_vocabulary(options.cohort)
    measures = Measures()
    turn, of = map(int, options.share.split("/"))
    for part in ("demo", "select", "test", "train"):
        done = lambda path: (path / "around.f32").exists() or int(path.name[-3:]) % of != turn
        for field in read_fields(options.cohort, part, markers, skip=done):
            rng = np.random.default_rng(field.facts["number"])
            found, around = measure(field, measures, options.variants if part == "train" else 1, rng)
            found.tofile(field.path / "measures.f16")
            around.tofile(field.path / "around.f32")


if __name__ == "__main__":
    main()
