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

import augment
from network import Exported, Network
from resume import measure, resume
from targets import bare_cells, emphasis
from train import loss_of

folder = Path(sys.argv[1])
planes = torch.from_numpy(np.fromfile(folder / "planes.f32", "<f4").reshape(-1, 64, 64))
report = {"sparse": [augment.is_sparse(plane) for plane in planes]}
np.stack([augment.blur(plane, augment.SPARSE_UM / augment.MPP).numpy() for plane in planes]).tofile(folder / "smoothed.f32")

# A square of 144 pixels beside one of 4 with a gap of two columns, and one of 16 far away.
labels = np.zeros((40, 40), np.int32)
labels[4:16, 4:16], labels[8:10, 18:20], labels[30:34, 30:34] = 1, 2, 3
weight = emphasis(labels)
report["weights"] = {"large": weight[6, 6], "gap": weight[9, 17], "small": weight[31, 31], "rim": weight[29, 31], "empty": weight[25, 10]}
report["weights"] = {name: float(value) for name, value in report["weights"].items()}

nuclei = np.where(labels == 1, 7, 0)
bare = bare_cells(labels, nuclei)
report["bare"] = {"nucleated": bool(bare[4:16, 4:16].any()), "others": bool(bare[labels > 1].all()), "pixels": int(bare.sum())}

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
    resume(Network((16, 32, 96, 160, 192)), exported)
except ValueError as error:
    report["refused"] = str(error)
print(json.dumps(report))
