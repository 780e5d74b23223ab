"""Writes the averaged weights of a checkpoint as ONNX with the signature dct-2026-resmlp, and checks ONNX Runtime against PyTorch.

    python export.py --cohort FOLDER --work FOLDER --out dct-mini.onnx
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from cohort import read_vocabulary
from network import Exported, Network

INPUTS = ("sample", "spatial_context", "ch_idx", "padding_mask")
OUTPUTS = ("logits", "marker_pos_logits", "cls_embedding")
TOLERANCE = 1e-4


def example(batch, channels, markers, generator):
    """Round cells at random places, their channels noise; the last channel of each is padding."""
    at = torch.arange(32.0) - 16
    radius = torch.rand(batch, 1, 1, generator=generator) * 8 + 3
    own = ((at[:, None] ** 2 + at[None] ** 2)[None] < radius**2).float()
    depth = (radius - (at[:, None] ** 2 + at[None] ** 2).sqrt()[None]).clamp(min=0) / radius
    spatial = torch.stack([own, (1 - own) * (at[None, None] > 9), own * depth], 1)
    sample = torch.rand(batch, channels, 1, 32, 32, generator=generator) * own[:, None, None]
    index = torch.stack([torch.randperm(markers, generator=generator)[:channels] for _ in range(batch)])
    index[:, -1] = -1
    sample[:, -1] = -1
    return sample, spatial, index, index < 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cohort", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    markers, types, known = read_vocabulary(options.cohort)
    state = torch.load(Path(options.work) / "checkpoint.pt", map_location="cpu", weights_only=True)
    network = Network(len(markers), known, len(types))
    network.load_state_dict(state["mean"])
    model = Exported(network).eval()
    generator = torch.Generator().manual_seed(1)
    torch.onnx.export(
        model,
        example(3, 5, len(markers), generator),
        options.out,
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes={
            **{name: {0: "batch", 1: "channels"} for name in ("sample", "ch_idx", "padding_mask", "marker_pos_logits")},
            **{name: {0: "batch"} for name in ("spatial_context", "logits", "cls_embedding")},
        },
        opset_version=17,
        dynamo=False,
    )
    written = onnx.load(options.out)
    del written.metadata_props[:]
    facts = {
        "fovea.task": "phenotype-deepcell-types",
        "fovea.profile": "dct-2026-resmlp",
        "fovea.mpp": "0.5",
        "fovea.vocabulary": ",".join(types),
        "fovea.markers": ",".join(markers),
        "fovea.known_markers": ",".join(markers[index] for index in known),
        "fovea.rounds": str(state["rounds"]),
    }
    for key, value in facts.items():
        entry = written.metadata_props.add()
        entry.key, entry.value = key, value
    written.producer_name, written.producer_version = "fovea training/dct-mini", ""
    onnx.checker.check_model(written)
    onnx.save(written, options.out)

    session = onnxruntime.InferenceSession(options.out, providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch, channels in ((1, 1), (2, 17), (5, 40)):
        inputs = example(batch, channels, len(markers), generator)
        with torch.no_grad():
            expected = model(*inputs)
        found = session.run(list(OUTPUTS), {name: array.numpy() for name, array in zip(INPUTS, inputs)})
        worst = max(worst, *(float(np.abs(a - b.numpy()).max()) for a, b in zip(found, expected)))
    report = {"file": options.out, "bytes": Path(options.out).stat().st_size, "rounds": state["rounds"], "worst_difference": worst}
    report["parameters"] = sum(parameter.numel() for parameter in network.parameters())
    print(json.dumps(report), flush=True)
    if worst > TOLERANCE:
        raise SystemExit(f"ONNX Runtime and PyTorch differ by {worst}, more than {TOLERANCE}")


if __name__ == "__main__":
    main()
