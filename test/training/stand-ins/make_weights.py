"""Writes weights of the stand-ins into a folder: right ones, and ones with each kind of fault.

    PYTHONPATH=<this folder> python make_weights.py FOLDER
"""

import json
import sys
from pathlib import Path

import torch

from cellSAM.model import CellSAM
from pytorch_zoo.unet import Fickle, Probable, UNet
from torch_mesmer.model import PanopticNet


def without(state, part):
    return {key: value for key, value in state.items() if part not in key}


def saved_model(folder, **changes):
    """Cell maps are of the membrane, which is channel 1; each map has a gain of its own, so that none can stand for another."""
    told = {"input": "input_1", "depth": 2, "outputs": {
        "semantic_2": [0, 0.7, 1], "semantic_0": [1, 0.5, 1], "semantic_3": [0, 0.8, 3], "semantic_1": [1, 0.6, 3],
    }}
    folder.mkdir()
    (folder / "saved_model.pb").write_text(json.dumps({**told, **changes}))


def main():
    folder = Path(sys.argv[1])
    torch.manual_seed(7)
    mesmer = PanopticNet(use_imagenet=False, pyramid_levels=["P3", "P4", "P5", "P6", "P7"])
    mesmer(torch.zeros(1, 2, 8, 8))
    torch.save(mesmer.state_dict(), folder / "mesmer.pth")
    torch.save(without(mesmer.state_dict(), "heads.2"), folder / "mesmer-short.pth")
    torch.save({"model": mesmer.state_dict(), "epoch": 3}, folder / "mesmer-nested.pth")

    plain, adv = CellSAM().state_dict(), CellSAM(adv=True).state_dict()
    torch.save(plain, folder / "cellsam.pt")
    torch.save(adv, folder / "cellsam-adv.pt")
    torch.save(adv, folder / "cellsam-adv-for-old-package.pt")
    torch.save(without(plain, "cellfinder"), folder / "cellsam-short.pt")

    torch.jit.save(torch.jit.script(Probable()), folder / "hpa-script.pt")
    for name, network in {"hpa-scores": UNet(), "hpa-fickle": Fickle(), "hpa-none": {"weights": 1}}.items():
        torch.save(network, folder / f"{name}.pth")

    saved_model(folder / "mesmer-tf")
    saved_model(folder / "mesmer-tf-renamed", outputs={"a": [1, 0.5, 1], "b": [1, 0.6, 3], "c": [0, 0.7, 1], "d": [0, 0.8, 3]})
    saved_model(folder / "mesmer-tf-other", depth=1)
    saved_model(folder / "mesmer-tf-unsigned", signature="predict")


main()
