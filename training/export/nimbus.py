"""Writes Nimbus' weights as an ONNX graph with a record of the profile nimbus.

    python nimbus.py V1.pt --licence ID [--non-commercial] --out nimbus.onnx

Needs the packages Nimbus-Inference, torch, onnx and onnxruntime. The sides of an image must be multiples of 16, which the network's four
poolings ask for; the step pads to them.
"""

import argparse
from pathlib import Path

from common import USAGE, WEIGHTS, ExportError, Graph, digest_of, finish, load_package, require, run, source_of
from record import metadata_of
from torch_graph import compare_states, export_module, load_state, run_module

PACKAGE = "nimbus-inference"
MULTIPLE = 16
SIDES = ((2, 64, 96), (1, 128, 48), (1, 32, 32))
UNTRIED = (
    "this script was written against the published source and has run on our own small networks of that structure only. "
    "Only the network with reflected borders is written; the package takes another one, without borders, for images above 1024². "
    "`memory` in the record is an estimate for 512²."
)


def build(weights):
    torch = load_package("torch", "torch")
    network_class = load_package("nimbus_inference.unet", PACKAGE).UNet
    state = load_state(weights)
    network = network_class(num_classes=1, padding="reflect").eval()
    compare_states(str(weights), network.state_dict(), state)
    network.load_state_dict(state)
    (found,) = run_module(network, {"image": torch.rand(1, 2, MULTIPLE * 2, MULTIPLE * 3)})
    if found.shape != (1, 1, MULTIPLE * 2, MULTIPLE * 3) or found.min() < 0 or found.max() > 1:
        raise ExportError(WEIGHTS, f"the network gives {found.shape} from {found.min():.3g} to {found.max():.3g}, wanted one map of 0 to 1")
    return network


def record_of(weights, options):
    if options.licence is None:
        raise ExportError(USAGE, "give the weights' --licence, as their source states it (the package's repository says it of its code only)")
    sides = ["height", "width"]
    record = {
        "task": "marker-positivity-nimbus",
        "profile": "nimbus",
        "licence": {"id": options.licence, "commercial": not options.non_commercial},
        "source": source_of(weights),
        "citation": "J. L. Rumberger et al., Automated classification of cellular expression in multiplexed imaging data with Nimbus (2024)",
        "inputs": [{"name": "image", "shape": ["batch", 2, *sides], "channels": ["marker", "mask"]}],
        "outputs": [{"name": "positivity", "shape": ["batch", 1, *sides], "role": "marker-positivity"}],
        "memory": "4 GiB",
    }
    facts = {"multiple": str(MULTIPLE), "magnification": "10", "weights_md5": digest_of(weights, "md5")}
    return {**record, "metadata": metadata_of(record, **facts)}


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--licence", help="of the weights")
    parser.add_argument("--non-commercial", action="store_true", help="--licence forbids commercial use")
    parser.add_argument("--out", default="nimbus.onnx")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the V<n>.pt file of Nimbus")
    torch = load_package("torch", "torch")
    record = record_of(weights, options)
    network = build(weights)
    graphs.append(Graph(Path(options.out), record))
    torch.manual_seed(0)
    examples = []
    for batch, height, width in SIDES:
        image = torch.rand(batch, 2, height, width)
        image[:, 1] = (image[:, 1] > 0.5).float()
        examples.append({"image": image})
    axes = {0: "batch", 2: "height", 3: "width"}
    export_module(network, graphs[0], examples, {"image": axes, "positivity": axes})
    finish(graphs, "nimbus", UNTRIED)


if __name__ == "__main__":
    run("nimbus", main)
