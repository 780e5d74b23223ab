"""Writes weights of the stand-ins of DeepCell Types, Nimbus and MAPS into a folder: right ones, and ones with each kind of fault.

    PYTHONPATH=<this folder> python make_dct_weights.py FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from deepcell_types.config import MARKERS, TYPES, DCTConfig
from deepcell_types.model import CellTypeCLIPModel, create_model
from maps.cell_phenotyping.networks import MLP
from nimbus_inference.unet import UNet


def lively(network):
    """Normalisations that do something, so that a graph without them would show."""
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d, nn.LayerNorm)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.running_mean, -0.2, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return network


def resmlp(folder):
    vectors = np.random.default_rng(1).normal(size=(len(MARKERS), 6)).astype(np.float32)
    sizes = {"d_model": 32, "n_heads": 4, "n_layers": 2, "resnet_base_channels": 8, "ct_head_width": 24, "ct_head_depth": 2}
    network = lively(create_model(DCTConfig(), vectors, **sizes))
    right = {
        "model": network.state_dict(),
        "config": {"n_heads": 4, "compat_marker0_zero": True, "seed": 7, "split_file": None},
        "ct2idx": {name: index for index, name in reversed(list(enumerate(TYPES)))},
        "canonical_channels": list(MARKERS),
    }
    swapped = [MARKERS[1], MARKERS[0], *MARKERS[2:]]
    short = {key: value for key, value in right["model"].items() if "final_norm" not in key}
    for name, changes in {
        "resmlp": {},
        "resmlp-marker0": {"config": {"n_heads": 4, "compat_marker0_zero": False}},
        "resmlp-swapped": {"canonical_channels": swapped},
        "resmlp-renamed": {"ct2idx": {**right["ct2idx"], "Tumour": 4, "Tumor": 5}},
        "resmlp-heads": {"config": {"compat_marker0_zero": True}},
        "resmlp-short": {"model": short},
    }.items():
        torch.save({**right, **changes}, folder / f"{name}.pt")


def clip(folder):
    generator = np.random.default_rng(2)
    markers = list(reversed(MARKERS))
    vectors = {kind: dict(zip(names, generator.normal(size=(len(names), 10)))) for kind, names in (("markers", markers), ("types", TYPES))}
    tables = {kind: np.array(list(each.values()), np.float32) for kind, each in vectors.items()}
    network = CellTypeCLIPModel(32, 10, tables["types"], tables["markers"], 4, len(TYPES), 3)
    state = lively(network).state_dict()
    torch.save(state, folder / "clip.pt")
    # Another number of domains is another head that nothing of ours depends on.
    other = {key: torch.zeros(9, *value.shape[1:]) if "domain" in key else value for key, value in state.items()}
    torch.save({**other, "image_encoder.domain_classification_head.norm.weight": torch.zeros(3)}, folder / "clip-domains.pt")
    for kind, each in vectors.items():
        plain = {name: vector.tolist() for name, vector in each.items()}
        (folder / f"{kind}.json").write_text(json.dumps(plain))
        shuffled = dict(sorted(plain.items()))
        (folder / f"{kind}-sorted.json").write_text(json.dumps(shuffled))
        (folder / f"{kind}-other.json").write_text(json.dumps({name: [x + 1 for x in vector] for name, vector in plain.items()}))


def maps(folder):
    generator = np.random.default_rng(3)
    network = MLP(6, 16, 5).double()
    mean, std = generator.uniform(1, 300, 6), generator.uniform(1, 90, 6)
    std[2] = 0
    right = {"model_parameters": network.state_dict(), "train_data_mean": mean, "train_data_std": std}
    torch.save(right, folder / "maps.pt")
    torch.save({**right, "train_data_mean": mean[:5]}, folder / "maps-five.pt")
    torch.save(network.state_dict(), folder / "maps-bare.pt")
    (folder / "train.csv").write_text("CD3,CD4,CD8,CD20,PanCK,cellSize,cell_label\n1,2,3,4,5,60,0\n")
    (folder / "classes.txt").write_text("\n".join(TYPES))
    (folder / "few.txt").write_text("Bcell\nTumor\n")
    big = MLP(len(MARKERS) + 1, 16, len(TYPES)).double()
    scaling = {"train_data_mean": np.full(len(MARKERS) + 1, 3.0), "train_data_std": np.ones(len(MARKERS) + 1)}
    baseline = {"epoch": 3, "model_parameters": big.state_dict(), **scaling, "val_loss": 0.5, "macro_accuracy": np.float64(0.5)}
    torch.save({**baseline, "run_config": {"znorm": False, "seed": 7}}, folder / "maps-dct.pth")


def main():
    folder = Path(sys.argv[1])
    torch.manual_seed(7)
    resmlp(folder)
    clip(folder)
    maps(folder)
    torch.save(lively(UNet(num_classes=1)).state_dict(), folder / "nimbus.pt")
    torch.save(lively(UNet(num_classes=2)).state_dict(), folder / "nimbus-two.pt")


main()
