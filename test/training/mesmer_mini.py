"""Checks of training/mesmer-mini that need PyTorch; prints what was found as JSON for mesmer-mini.test.ts to judge.

    python mesmer_mini.py FOLDER FILE.onnx    # FOLDER holds planes.f32 (N, 64, 64); smoothed ones are written to smoothed.f32
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "mesmer-mini"))

import numpy as np
import onnxruntime
import torch

import instruments
from examples import Examples, teach
from filters import blur
from network import Exported, Network
from resume import measure, resume
from scenes import LEAST, Scene, crop, ends_of, small_ones
from stains import CLEAR, FAINT, HAZY, cut, stain, vary_nuclei
from targets import INTERIOR, bare_cells, emphasis, nuclear_cells, pieces
from train import loss_of

folder = Path(sys.argv[1])
planes = torch.from_numpy(np.fromfile(folder / "planes.f32", "<f4").reshape(-1, 64, 64))
report = {"sparse": [instruments.is_sparse(plane) for plane in planes], "grainy": [instruments.is_grainy(plane) for plane in planes]}
np.stack([blur(plane, instruments.IONS_UM / instruments.MPP).numpy() for plane in planes]).tofile(folder / "smoothed.f32")

# A square of 144 pixels beside one of 4 with a gap of two columns, and one of 16 far away.
labels = np.zeros((40, 40), np.int32)
labels[4:16, 4:16], labels[8:10, 18:20], labels[30:34, 30:34] = 1, 2, 3
weight = emphasis(labels)
report["weights"] = {"large": weight[6, 6], "gap": weight[9, 17], "small": weight[31, 31], "rim": weight[29, 31], "empty": weight[25, 10]}
report["weights"] = {name: float(value) for name, value in report["weights"].items()}

nuclei = np.where(labels == 1, 7, 0)
bare = bare_cells(labels, nuclei)
report["bare"] = {"nucleated": bool(bare[4:16, 4:16].any()), "others": bool(bare[labels > 1].all()), "pixels": int(bare.sum())}

# Two cells side by side, their nuclei 8 and 6 across, and one without.
cells, nuclei = np.zeros((60, 60), np.int32), np.zeros((60, 60), np.int32)
cells[:30, :26], cells[:30, 26:50], cells[32:, :] = 5, 2, 9
nuclei[11:19, 11:19], nuclei[12:18, 29:35] = 1, 2
near = nuclear_cells(cells, nuclei)
row = near[15]
report["near"] = {
    "ids": sorted(np.unique(near).tolist()),
    "left": [int(np.argmax(row == 5)), int((row == 5).sum())],
    "right": [int(np.argmax(row == 2)), int((row == 2).sum())],
    "none": bool(nuclear_cells(cells, np.zeros_like(nuclei)).any()),
}

# Of five nuclei the third is a bit, and the fourth is cut by the border.
five = np.zeros((60, 60), np.int32)
five[5:15, 5:15], five[5:15, 30:40], five[30:34, 30:34], five[30:34, 56:], five[45:55, 5:15] = 1, 2, 3, 4, 5
kept, chosen, n = five, np.zeros(6, bool), 0
while not chosen[[1, 2, 5]].any():
    n += 1
    kept, chosen = cut(five, np.random.default_rng(n))
five.astype("<i4").tofile(folder / "five.i32")
nuclear_cells(None, five).astype("<i4").tofile(folder / "around.i32")
area = lambda labels, which: int(np.isin(labels, np.nonzero(which)[0]).sum())
report["bits"] = {
    "pieces": np.nonzero(pieces(five))[0].tolist(),
    "chosen": int(chosen.sum()),
    "whole": area(five, chosen),
    "kept": area(kept, chosen),
    "others": bool((kept[~chosen[five]] == five[~chosen[five]]).all()),
}

# The second nucleus lies out of focus.
light = (nuclei > 0).astype(np.float32)
lost = np.array([False, False, True])
share = lambda plane: float(plane[13:17, 30:34].mean() / plane[13:17, 12:18].mean())
vary = lambda lost, bits, n: vary_nuclei(torch.from_numpy(light), nuclei, nuclei, lost, bits, np.random.default_rng(n))
report["lost"] = [share(vary(lost, lost & False, n)) for n in range(20)]
report["dim"] = [share(vary(lost & False, bits, n)) for bits in (lost & False, lost) for n in range(20)]

# Where a nucleus was cut, or lies out of focus, is what lies between nuclei, and no hole.
half, haze = np.where(np.arange(60) < 15, nuclei, 0), 0.2 + 0.8 * light
levels = [vary_nuclei(torch.from_numpy(haze), nuclei, half, lost & False, lost | True, np.random.default_rng(n)) for n in range(20)]
report["cut"] = float(np.median([float(plane[12:18, 16:18].mean() / plane[45:55, 5:55].mean()) for plane in levels]))
dims = [vary_nuclei(torch.from_numpy(haze), nuclei, nuclei, lost, lost & False, np.random.default_rng(n)) for n in range(20)]
report["faded"] = float(np.median([float(plane[13:17, 30:34].mean() / plane[45:55, 5:55].mean()) for plane in dims]))

# What a membrane shows decides what is taught: every cell, those with a nucleus, or what lies around nuclei.
membrane = torch.from_numpy(cells.astype(np.float32) * 0)
report["empty"] = stain(membrane, membrane, membrane, np.random.default_rng(1), None)[1] == HAZY
report["taught"] = {}
for name, shows in (("clear", CLEAR), ("faint", FAINT), ("hazy", HAZY)):
    (of_nuclei, _, _), (of_cells, _, _) = teach(nuclei, cells, lost, np.zeros(3, bool), shows, np.ones(cells.shape, bool))
    at = {"bare": of_cells[36, 30], "corner": of_cells[3, 3], "around": of_cells[15, 10], "lost": of_nuclei[15, 31], "of lost": of_cells[15, 31]}
    report["taught"][name] = [place for place, found in at.items() if found == INTERIOR]

# The first nucleus is a bit: a nucleus, and no cell but where an outline shows it.
report["bit"] = {}
for name, shows in (("clear", CLEAR), ("faint", FAINT), ("hazy", HAZY)):
    (of_nuclei, _, _), (of_cells, _, _) = teach(nuclei, cells, lost & False, ~lost & (np.arange(3) == 1), shows, np.ones(cells.shape, bool))
    report["bit"][name] = [bool(of_nuclei[15, 15] == INTERIOR), bool(of_cells[15, 15] == INTERIOR), bool(of_cells[15, 31] == INTERIOR)]

# What the truth does not know must not teach anything, however wrong the maps are.
torch.manual_seed(1)
maps, truth = torch.randn(1, 8, 8, 8), torch.full((1, 2, 8, 8), 255, dtype=torch.uint8)
truth[:, 0, :4] = 2
inner, weights = torch.zeros(1, 2, 8, 8), torch.ones(1, 2, 8, 8)
loss = float(loss_of(maps, truth, inner, weights))
maps[:, :4] += 5
maps[:, :, 4:] -= 3
report["unknown"] = abs(float(loss_of(maps, truth, inner, weights)) - loss)
maps[:, 4, :4] += 1
report["known"] = abs(float(loss_of(maps, truth, inner, weights)) - loss)

# A background pixel that is taken for an object counts more than one that is taken for a boundary.
nothing = torch.full((1, 2, 8, 8), 2, dtype=torch.uint8)
report["claimed"] = {}
for name, taken in (("boundary", 0), ("interior", 1)):
    maps = torch.zeros(1, 8, 8, 8)
    maps[:, [3, 7]] = 20
    maps[0, 1 + taken, 4, 4] = 40
    report["claimed"][name] = float(loss_of(maps, nothing, inner, weights))

# Counts of a coarse instrument, put on the network's grid as the step does.
plane = torch.zeros(64, 64)
plane[16:48, 16:48] = 1
count = lambda mpp, bright: instruments.ions(plane, mpp, (bright, bright * 1.00001), np.random.default_rng(1), torch.Generator().manual_seed(1))
counted, few = count(1.0, 400), count(0.5, 0.4)
grid = instruments.on_grid(counted, 64)
report["ions"] = {
    "shapes": [list(counted.shape), list(grid.shape)],
    "inside": float(grid[20:44, 20:44].mean()),
    "outside": float(grid[:12].mean()),
}
many = count(0.5, 400)
# Ions of the first come in bursts, which makes it grainy.
report["smoothed"] = []
for shown in ([plane, few], [few, plane], [many, plane], [plane, many]):
    after, sparse = instruments.smoothed(shown, 0.5)
    report["smoothed"].append([sparse, [bool((a != b).any()) for a, b in zip(after, shown)]])

# Crops at the border of their image end there or show what lies beyond, which nothing is taught of.
shade = np.tile(np.arange(1, 201, dtype=np.float32), (200, 1))
whole = np.ones((200, 200), np.int32)
photograph = Scene("shade", "nuclei", shade[None], np.array([[0.0, 200.0]]), (), whole, None, 1.0, 1.0, np.empty((0, 2)))
report["borders"] = {"inside": 0, "at": 0, "beyond": 0, "mirrored": True, "unknown": True}
for n in range(400):
    planes, taken, _, valid = crop(photograph, 1.0, np.random.default_rng(n), 64, (0.99, 1.01))
    report["borders"]["unknown"] &= bool((valid == (taken > 0)).all())
    if not valid.all():
        report["borders"]["beyond"] += 1
        report["borders"]["mirrored"] &= bool(planes[0].min() >= 0.9 and planes[0].max() <= 200.1)
    else:
        report["borders"]["at" if planes[0].min() < 1.6 or planes[0].max() > 199.4 else "inside"] += 1

# What a crop leaves of nuclei at its edge is no object where the masks hold none as small; in drawn tissue it stays one.
dots = np.zeros((200, 200), np.int32)
for n, (row, column) in enumerate(np.argwhere(np.ones((20, 20), bool)) * 10 + 2):
    dots[row : row + 5, column : column + 5] = n + 1
report["least"] = {"pixels": LEAST}
for kind, drawn in (("nuclei", None), ("tissue", dots)):
    scene = Scene("dots", kind, shade[None], np.array([[0.0, 200.0]]), (), dots, drawn, 1.0, 1.0, np.empty((0, 2)))
    areas = {"inside": [], "edge": []}
    for n in range(20):
        _, taken, _, _ = crop(scene, 1.0, np.random.default_rng(n), 64, (0.6, 1.01))
        edge = np.unique(np.concatenate([taken[0], taken[-1], taken[:, 0], taken[:, -1]]))
        for each, area in enumerate(np.bincount(taken.ravel())[1:], 1):
            areas["edge" if each in edge else "inside"].append(int(area))
    report["least"][kind] = {place: min(found) for place, found in areas.items()}

# A batch belongs to its step: made again it is the same, and another is another.
recorded = np.stack([light, light * 0 + 1]) * 100
scene = Scene("drawn", "tissue", recorded, ends_of(recorded), (1,), nuclei, cells, 1.0, 1.0, small_ones(nuclei))
examples = Examples([scene], 64, 2, 7, range(5, 8))
first, again, other = examples[1], examples[1], examples[2]
report["batches"] = {
    "same": all(np.array_equal(a, b) for a, b in zip(first, again)),
    "other": not np.array_equal(first[0], other[0]),
    "resumed": all(np.array_equal(a, b) for a, b in zip(first, Examples([scene], 64, 2, 7, range(6, 8))[0])),
    "kinds": [f"{part.dtype}{list(part.shape)}" for part in first],
}

with torch.no_grad():
    outputs = Exported(Network()).eval()(torch.rand(2, 256, 256, 2))
report["shapes"] = [list(output.shape) for output in outputs]
report["sums"] = float((outputs[1].sum(-1) - 1).abs().max())

# An exported file's weights give its outputs again, before and after the norms have been given their part.
exported = Path(sys.argv[2])
network, image = Network(), torch.rand(1, 256, 256, 2)
resume(network, exported)
session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
wanted = session.run(None, {"image": image.numpy()})
report["resumed"] = []
with torch.no_grad():
    for again in range(2):
        found = Exported(network).eval()(image)
        report["resumed"].append(max(float(np.abs(a.numpy() - b).max()) for a, b in zip(found, wanted)))
        measure(network, [torch.rand(2, 2, 64, 64)])
norm = network.down[0][1]
report["spread"] = bool((norm.running_var - 1).abs().max() > 0.1)
try:
    resume(Network((16, 48, 96, 160, 192)), exported)
except ValueError as error:
    report["refused"] = str(error)
print(json.dumps(report))
