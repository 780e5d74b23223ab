"""Writes the averaged weights of a checkpoint as ONNX with Mesmer's signature, and checks ONNX Runtime against PyTorch.

    python export.py --work FOLDER --out mesmer-mini.onnx
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from network import Exported, Network

OUTPUTS = {
    "semantic_0": ["cell-distance"],
    "semantic_1": ["cell-boundary", "cell-interior", "cell-background"],
    "semantic_2": ["nucleus-distance"],
    "semantic_3": ["nucleus-boundary", "nucleus-interior", "nucleus-background"],
}
TOLERANCE = 1e-4


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    state = torch.load(Path(options.work) / "checkpoint.pt", map_location="cpu", weights_only=True)
    network = Network()
    network.load_state_dict(state["mean"])
    model = Exported(network).eval()
    example = torch.rand(2, 256, 256, 2)
    torch.onnx.export(
        model,
        (example,),
        options.out,
        input_names=["image"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "batch"} for name in ("image", *OUTPUTS)},
        opset_version=17,
        dynamo=False,
    )
    written = onnx.load(options.out)
    del written.metadata_props[:]
    facts = {
        "fovea.task": "segment-mesmer",
        "fovea.profile": "mesmer-mini",
        "fovea.channels": "nuclear,membrane",
        "fovea.outputs": ";".join(f"{name}={','.join(classes)}" for name, classes in OUTPUTS.items()),
        "fovea.mpp": "0.5",
        "fovea.rounds": str(state["rounds"]),
    }
    for key, value in facts.items():
        entry = written.metadata_props.add()
        entry.key, entry.value = key, value
    written.producer_name, written.producer_version = "fovea training/mesmer-mini", ""
    onnx.checker.check_model(written)
    onnx.save(written, options.out)

    session = onnxruntime.InferenceSession(options.out, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = model(example)
    worst = max(
        float(np.abs(found - wanted.numpy()).max())
        for found, wanted in zip(session.run(list(OUTPUTS), {"image": example.numpy()}), expected)
    )
    report = {"file": options.out, "bytes": Path(options.out).stat().st_size, "rounds": state["rounds"], "worst_difference": worst}
    print(json.dumps(report), flush=True)
    if worst > TOLERANCE:
        raise SystemExit(f"ONNX Runtime and PyTorch differ by {worst}, more than {TOLERANCE}")


if __name__ == "__main__":
    main()
