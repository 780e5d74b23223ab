"""Checks of training/dct-mini that need PyTorch; prints what was found as JSON for dct-mini.test.ts to judge.

    python dct_mini.py FOLDER    # writes a checkpoint, exports it, cuts cells out of a field that FOLDER holds
"""

import contextlib
import io
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "dct-mini"))

import numpy as np
import torch

import export
import prepare
from cohort import read_fields, read_vocabulary, windows
from measured import read_measured
from measures import Measures
from network import Exported, Network
from score import macro_f1

folder = Path(sys.argv[1])
markers, types, known = read_vocabulary(folder)
torch.manual_seed(3)
network = Network(len(markers), known, len(types)).eval()
model = Exported(network).eval()
report = {}


@torch.no_grad()
def run(sample, spatial, index, padding):
    return [output.numpy() for output in model(*(torch.as_tensor(a) for a in (sample, spatial, index, padding)))]


# A square of 6 × 6 pixels, its rim twice as bright as the rest, nothing beside it.
own = torch.zeros(1, 1, 32, 32)
own[..., 13:19, 13:19] = 1
inner = torch.zeros_like(own)
inner[..., 14:18, 14:18] = 1
bright = 0.8 * own - 0.4 * inner
numbers, around = Measures()(bright[:, None], torch.cat([own, 0 * own, inner], 1), torch.zeros(1, 1, dtype=torch.bool))
report["square"] = {"mean": float(numbers[0, 0, 0]), "rim": float(numbers[0, 0, 1]), "highest": float(numbers[0, 0, -1]), "area": float(around[0, 0])}

field = next(read_fields(folder, "train", markers))
found, facts = prepare.measure(field, Measures(), 2, np.random.default_rng(0))
cells = np.arange(min(12, len(field.ids)))
arrays = windows(field, cells, np.arange(len(field.channels)))
with torch.no_grad():
    direct, _ = Measures()(*(torch.from_numpy(arrays[n]) for n in (0, 1, 3)))
report["prepared"] = float(np.abs(direct.numpy() - found[0, cells]).max())
report["changed"] = float(np.abs(found[1].astype(np.float32) - found[0]).max())
found.tofile(field.path / "measures.f16")
facts.tofile(field.path / "around.f32")
report["read"] = list(read_measured(folder, "train", markers)[0].measures.shape) == list(found.shape)

whole = run(*arrays)
turned = np.random.default_rng(1).permutation(len(field.channels))
shuffled = run(arrays[0][:, turned], arrays[1], arrays[2][:, turned], arrays[3])
report["shuffled"] = float(np.abs(whole[0] - shuffled[0]).max())
report["shuffled_markers"] = float(np.abs(whole[1][:, turned] - shuffled[1]).max())
more = (len(cells), 3)
filled = (
    np.concatenate([arrays[0], np.full((*more, 1, 32, 32), -1, np.float32)], 1),
    arrays[1],
    np.concatenate([arrays[2], np.full(more, -1)], 1),
    np.concatenate([arrays[3], np.ones(more, bool)], 1),
)
report["padded"] = float(np.abs(whole[0] - run(*filled)[0]).max())
strange = np.setdiff1d(np.arange(len(markers)), known)[:1]
stranger = (
    np.concatenate([arrays[0], arrays[0][:, :1]], 1),
    arrays[1],
    np.concatenate([arrays[2], np.tile(strange, (len(cells), 1))], 1),
    np.zeros((len(cells), len(field.channels) + 1), bool),
)
report["stranger"] = float(np.abs(whole[0] - run(*stranger)[0]).max())
renamed = run(arrays[0], arrays[1], np.roll(arrays[2], 1, 1), arrays[3])
report["renamed"] = float(np.abs(whole[0] - renamed[0]).max())
report["macro_f1"] = macro_f1(np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1]))[0]

torch.save({"mean": network.state_dict(), "rounds": 0}, folder / "checkpoint.pt")
sys.argv = ["export.py", "--cohort", str(folder), "--work", str(folder), "--out", str(folder / "dct-mini.onnx")]
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    export.main()
report["export"] = json.loads(printed.getvalue())
print(json.dumps(report))
