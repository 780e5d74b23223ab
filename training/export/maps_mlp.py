"""Writes a MAPS checkpoint as an ONNX graph with a record of the profile maps or dct-maps. Scaling is in the graph, softmax is not.

    python maps_mlp.py best_checkpoint.pt --features train.csv --classes classes.txt --licence ID [--non-commercial] --out maps.onnx
    python maps_mlp.py maps.pth --deepcell-types --out maps.onnx

Needs torch, onnx, onnxruntime and the package MAPS; for the baseline of DeepCell Types that package instead, whose names it takes.
`--features` is the table MAPS was trained on, of which the header is read, or a text with a name a line; `--classes` such a text.
"""

import argparse
import csv
from pathlib import Path

from common import USAGE, WEIGHTS, ExportError, Graph, digest_of, finish, load_package, require, run, source_of
from dct_names import PACKAGE as DCT_PACKAGE
from dct_names import names_by_index
from record import DEEPCELL, metadata_of
from torch_graph import compare_states, export_module, load_plain

PACKAGE = "git+https://github.com/mahmoodlab/MAPS.git"
PARTS = ("model_parameters", "train_data_mean", "train_data_std")
LABEL = "cell_label"
SIZE = "cellSize"
BATCHES = (5, 1, 300)
UNTRIED = (
    "this script was written against the published source and has run on our own small networks of that structure only. "
    "That the features' names are in the order of the training is your word (--features) or the installed package's."
)


def read_names(path, what):
    """A name a line; of a CSV the header, without the column of labels."""
    with require(path, what).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file)) if Path(path).suffix == ".csv" else [[line.strip()] for line in file if line.strip()]
    names = [name for name in rows[0] if name != LABEL] if rows and Path(path).suffix == ".csv" else [row[0] for row in rows]
    if not names or len(set(names)) != len(names) or not all(names):
        raise ExportError(USAGE, f"{path} has {len(names)} names, some of them empty or repeated; name {what}")
    return names


def read_checkpoint(weights):
    numpy, torch = load_package("numpy", "numpy"), load_package("torch", "torch")
    checkpoint = load_plain(weights)
    if not isinstance(checkpoint, dict) or any(part not in checkpoint for part in PARTS):
        keys = ", ".join(map(str, list(checkpoint)[:5])) if isinstance(checkpoint, dict) else type(checkpoint).__name__
        raise ExportError(WEIGHTS, f"{weights} holds {keys}, wanted {', '.join(PARTS)}")
    state = checkpoint[PARTS[0]]
    mean, std = (numpy.asarray(torch.as_tensor(checkpoint[part]), numpy.float64).reshape(-1) for part in PARTS[1:])
    if not (numpy.isfinite(mean).all() and numpy.isfinite(std).all() and (std >= 0).all()):
        raise ExportError(WEIGHTS, f"mean or deviation of {weights} is not finite")
    scaling = checkpoint.get("run_config") or {}
    if scaling.get("znorm") is False:
        mean, std = numpy.zeros_like(mean), numpy.ones_like(std)
    return state, mean, numpy.where(std == 0, 1.0, std)


def build(weights, state, deepcell):
    """The package's network with the weights in it, as MAPS runs it: in double precision."""
    torch = load_package("torch", "torch")
    linear = [value for key, value in state.items() if key.endswith("weight")] if isinstance(state, dict) else []
    if not linear or not all(torch.is_tensor(value) and value.ndim == 2 for value in linear):
        raise ExportError(WEIGHTS, f"{weights} holds no linear layers in {PARTS[0]}")
    sizes = {"input_dim": linear[0].shape[1], "hidden_dim": linear[0].shape[0], "num_classes": linear[-1].shape[0]}
    if deepcell:
        network = load_package("deepcell_types.baselines.maps.model", DCT_PACKAGE).MAPSModel(**sizes)
    else:
        network = load_package("maps.cell_phenotyping.networks", PACKAGE).MLP(**sizes)
    compare_states(str(weights), network.state_dict(), state)
    network = network.double()
    network.load_state_dict(state)
    return network.eval(), sizes


def names_of(options, sizes):
    if options.deepcell_types:
        config = load_package("deepcell_types.config", DCT_PACKAGE).DCTConfig()
        features = [*names_by_index("markers", config.marker2idx), SIZE]
        classes = names_by_index("cell types", config.ct2idx)
    else:
        if options.features is None or options.classes is None:
            raise ExportError(USAGE, "a MAPS checkpoint holds no names; give --features and --classes, or --deepcell-types")
        features = read_names(options.features, "the table MAPS was trained on, or a text of its features")
        classes = read_names(options.classes, "a text with the classes in the order of their numbers")
    for what, names, wanted in (("features", features, sizes["input_dim"]), ("classes", classes, sizes["num_classes"])):
        if len(names) != wanted:
            raise ExportError(USAGE, f"{len(names)} names of {what} were found, the weights are for {wanted}")
    return features, classes


def record_of(weights, options, features, classes):
    if options.licence is None and not options.deepcell_types:
        raise ExportError(USAGE, "give the weights' --licence, as their source states it")
    licence = DEEPCELL if options.licence is None else {"id": options.licence, "commercial": not options.non_commercial}
    record = {
        "task": "phenotype-table",
        "profile": "dct-maps" if options.deepcell_types else "maps",
        "licence": licence,
        "source": source_of(weights),
        "citation": "M. Shaban et al., Nature Communications 15, 28 (2024)",
        **({"mpp": 0.5} if options.deepcell_types else {}),
        "inputs": [{"name": "features", "shape": ["batch", len(features)], "channels": features}],
        "outputs": [{"name": "logits", "shape": ["batch", len(classes)], "role": "logits", "classes": classes}],
        "vocabulary": classes,
        "memory": "512 MiB",
    }
    return {**record, "metadata": metadata_of(record, weights_md5=digest_of(weights, "md5"))}


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--features", help="the table of the training, or a text with a name a line")
    parser.add_argument("--classes", help="a text with a name a line")
    parser.add_argument("--deepcell-types", action="store_true", help="the baseline of DeepCell Types")
    parser.add_argument("--licence", help="of the weights")
    parser.add_argument("--non-commercial", action="store_true", help="--licence forbids commercial use")
    parser.add_argument("--out", default="maps.onnx")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the checkpoint of MAPS")
    torch, numpy = load_package("torch", "torch"), load_package("numpy", "numpy")
    state, mean, std = read_checkpoint(weights)
    network, sizes = build(weights, state, options.deepcell_types)
    if len(mean) != sizes["input_dim"] or len(std) != sizes["input_dim"]:
        raise ExportError(WEIGHTS, f"{weights} has {len(mean)} means and {len(std)} deviations for {sizes['input_dim']} features")
    features, classes = names_of(options, sizes)
    graphs.append(Graph(Path(options.out), record_of(weights, options, features, classes)))
    generator = numpy.random.default_rng(0)
    tables = [(mean + std * generator.normal(size=(batch, len(mean)))).astype(numpy.float32) for batch in BATCHES]
    # What MAPS itself does, in double precision, before the network becomes a part of the graph in single.
    with torch.no_grad():
        wanted = [network(torch.from_numpy((table.astype(numpy.float64) - mean) / std / 255))[0].numpy() for table in tables]

    class Scaled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network
            self.register_buffer("mean", torch.from_numpy(mean))
            self.register_buffer("std", torch.from_numpy(std))

        def forward(self, features):
            return self.network((features - self.mean) / self.std / 255)[0]

    rows = {0: "batch"}
    export_module(Scaled(), graphs[0], [{"features": torch.from_numpy(tables[0])}], {"features": rows, "logits": rows})
    graphs[0].cases = [({"features": table}, [logits]) for table, logits in zip(tables, wanted)]
    finish(graphs, "maps_mlp", UNTRIED)


if __name__ == "__main__":
    run("maps_mlp", main)
