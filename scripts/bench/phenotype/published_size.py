"""Writes an ONNX graph of the structure and the size of DeepCell Types of 2026, with weights drawn at random, and its record.

    python published_size.py FOLDER < names.json        {"markers": [...], "types": [...]}

The structure is that of the tests' stand-ins, whose default sizes are the published ones; the graph is made as published weights are,
by training/export. It says what the network costs, and nothing of any cell.
"""

import json
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(root / "test/training/stand-ins"), str(root / "training/export")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from common import run  # noqa: E402
from dct_resmlp import main  # noqa: E402
from deepcell_types import config  # noqa: E402
from deepcell_types.model import create_model  # noqa: E402

TEXT = 328
"""Numbers by which a marker is described, in a table that is not trained."""

folder = Path(sys.argv[1])
names = json.load(sys.stdin)
config.MARKERS, config.TYPES = names["markers"], names["types"]
torch.manual_seed(1)
described = config.DCTConfig()
network = create_model(described, np.random.default_rng(1).normal(size=(len(config.MARKERS), TEXT)).astype(np.float32))
weights = folder / "published-size.pt"
torch.save(
    {
        "model": network.state_dict(),
        "config": {"n_heads": 8, "compat_marker0_zero": True},
        "ct2idx": described.ct2idx,
        "canonical_channels": list(config.MARKERS),
    },
    weights,
)
sys.argv = ["dct_resmlp.py", str(weights), "--out", str(folder / "published-size.onnx")]
run("dct_resmlp", main)
