"""Writes torch-mesmer's weights as an ONNX graph with a record of the profile torch-mesmer-2026-06-30.

    python mesmer_torch.py torch-mesmer_2026-06-30.pth --out torch-mesmer.onnx [--cell-first]

Needs the packages torch-mesmer, torch, onnx and onnxruntime.
"""

import argparse
from pathlib import Path

from common import WEIGHTS, ExportError, Graph, finish, load_package, require, run, source_of
from record import DEEPCELL, metadata_of
from torch_graph import compare_states, export_module, load_state, run_module

PACKAGE = "git+https://github.com/vanvalenlab/torch-mesmer.git"
PUBLISHED_MD5 = "e150dafce8d746449e19ab473a3d08dd"
TILE = 256
KINDS = ("distance", "boundary", "interior", "background")
UNTRIED = (
    "this script was written against the published source and has run on small stand-ins of it only. Before you trust the result, "
    "segment an image whose nuclei and cells you know: upstream's pages disagree on whether nuclei or cells come first among the "
    "eight maps, and this record says what its training code does (nuclei first; --cell-first says the other). "
    "`memory` in the record is an estimate."
)


def record_of(weights, cell_first):
    parts = ("cell", "nucleus") if cell_first else ("nucleus", "cell")
    classes = [f"{part}-{kind}" for part in parts for kind in KINDS]
    record = {
        "task": "segment-mesmer",
        "profile": "torch-mesmer-2026-06-30",
        "licence": DEEPCELL,
        "source": source_of(weights, "md5", PUBLISHED_MD5),
        "citation": "N. F. Greenwald et al., Nature Biotechnology 40, 555–565 (2022)",
        "mpp": 0.5,
        "tile": TILE,
        "inputs": [{"name": "image", "shape": ["batch", 2, TILE, TILE], "channels": ["nuclear", "membrane"]}],
        "outputs": [{"name": "maps", "shape": ["batch", len(classes), TILE, TILE], "role": "maps", "classes": classes}],
        "memory": "8 GiB",
    }
    return {**record, "metadata": metadata_of(record)}


def build(weights):
    """The published network with the weights in it."""
    torch = load_package("torch", "torch")
    network_class = load_package("torch_mesmer.model", PACKAGE).PanopticNet
    state = load_state(weights)
    network = network_class(
        crop_size=TILE,
        backbone="resnet50",
        pyramid_levels=["P3", "P4", "P5", "P6", "P7"],
        backbone_levels=["C3", "C4", "C5"],
        n_semantic_classes=[1, 3, 1, 3],
        use_imagenet=False,
    ).eval()
    # Some versions make the heads' upsampling layers in the first forward pass; before it there is no place for their weights.
    (maps,) = run_module(network, {"image": torch.zeros(1, 2, TILE, TILE)})
    if maps.shape != (1, 2 * len(KINDS), TILE, TILE):
        raise ExportError(WEIGHTS, f"the installed torch-mesmer's network gives {maps.shape}, wanted (1, 8, {TILE}, {TILE})")
    compare_states(str(weights), network.state_dict(), state)
    network.load_state_dict(state)
    return network


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--out", default="torch-mesmer.onnx")
    parser.add_argument("--cell-first", action="store_true", help="the cell's maps come first, then the nucleus'")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the .pth file of torch-mesmer")
    torch = load_package("torch", "torch")
    network = build(weights)
    graphs.append(Graph(Path(options.out), record_of(weights, options.cell_first)))
    torch.manual_seed(0)
    examples = [{"image": torch.rand(batch, 2, TILE, TILE)} for batch in (2, 1)]
    export_module(network, graphs[0], examples, {"image": {0: "batch"}, "maps": {0: "batch"}})
    finish(graphs, "mesmer_torch", UNTRIED)


if __name__ == "__main__":
    run("mesmer_torch", main)
