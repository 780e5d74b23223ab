"""Writes DeepCell Types' weights of 2025 as an ONNX graph with a record of the profile dct-2025-clip.

    python dct_clip.py deepcell-types_2025-06-09.pt --out dct-2025.onnx [--markers FILE.json --types FILE.json]

Needs a deepcell-types of before 2026, torch, onnx, onnxruntime and onnxscript. The two files give the vector of each name, as that
package has them among its data (marker_embeddings-….json, celltype_embeddings-….json); they say which index is which name.
"""

import argparse
import inspect
import json
import warnings
from pathlib import Path

from common import NO_PACKAGE, USAGE, WEIGHTS, ExportError, Graph, digest_of, finish, load_package, require, run, source_of
from dct_names import CITATION, PACKAGE, name_rows, noise_like_cells
from record import DEEPCELL, metadata_of
from torch_graph import compare_states, export_dynamo, load_state

OLD_PACKAGE = f"{PACKAGE}@0a8108e5172ab6db45ea56e1c7f8cb48df873dc4"
PUBLISHED = {
    "19b669675c06816414e8677f542ff542": "deepcell-types_2025-06-09.pt",
    "331841fe78d9a5afec6e58d0035c40ef": "deepcell-types_2025-06-09_public-data-only.pt",
}
VECTORS = "deepseek-r1-70b-llama-distill-q4_K_M"
SIDE, CHANNELS, HEADS = 64, 75, 4
MARKER_TABLE = "image_encoder.marker_embedder.embed_layer.weight"
DOMAINS = "image_encoder.domain_classification_head."
SIZES = ((2, 70), (1, 74), (3, 30))
"""Cells and padding among their 75 channels."""
UNTRIED = (
    "this script was written against the published source and has run on our own small networks of that structure only. "
    "Before you trust the result, compare some cells with `deepcell_types.predict` of that version. "
    "`memory` in the record is an estimate."
)


def read_vectors(given, kind):
    """Names with their vectors, in the order of the file: the one that was given, or the installed package's."""
    if given is None:
        package = load_package("deepcell_types", OLD_PACKAGE)
        given = Path(package.__file__).parent / "dct_kit" / "config" / f"{kind}_embeddings-{VECTORS}.json"
        option = "--markers" if kind == "marker" else "--types"
        if not given.is_file():
            raise ExportError(USAGE, f"the installed deepcell-types has no {given.name}; name yours as {option}")
    try:
        vectors = json.loads(require(given, "the vectors by name, a JSON file").read_text(encoding="utf-8"))
    except ValueError as error:
        raise ExportError(WEIGHTS, f"{given} is no JSON: {error}") from error
    if not isinstance(vectors, dict) or not vectors or not all(isinstance(each, list) for each in vectors.values()):
        raise ExportError(WEIGHTS, f"{given} holds no vectors by name")
    return vectors, Path(given).name


def build(weights, state):
    """The installed package's network with the weights in it. Of the head that told domains apart, which no output sees, nothing is asked."""
    torch, numpy = load_package("torch", "torch"), load_package("numpy", "numpy")
    module = load_package("deepcell_types.model", OLD_PACKAGE)
    if not hasattr(module, "CellTypeCLIPModel"):
        raise ExportError(NO_PACKAGE, f"the installed deepcell-types is too new for these weights; pip install {OLD_PACKAGE}")
    lacking = [key for key in ("ct_embedding.weight", "text_adaptor.weight", MARKER_TABLE) if key not in state]
    if lacking:
        raise ExportError(WEIGHTS, f"{weights} has no tensor {lacking[0]}, so it is of another network; of 2026, use dct_resmlp.py")
    types, markers = state["ct_embedding.weight"].shape, state[MARKER_TABLE].shape
    domains = state.get(f"{DOMAINS}dense3.weight")
    told = {
        "n_filters": state["text_adaptor.weight"].shape[0],
        "n_heads": HEADS,
        "n_celltypes": types[0],
        "n_domains": 1 if domains is None else domains.shape[0],
        "embedding_dim": types[1],
        "ct_embeddings": numpy.zeros(tuple(types), numpy.float32),
        "marker_embeddings": numpy.zeros((markers[0] - 1, markers[1]), numpy.float32),
        "img_feature_extractor": "conv",
    }
    taken = inspect.signature(module.CellTypeCLIPModel).parameters
    network = module.CellTypeCLIPModel(**{key: value for key, value in told.items() if key in taken})
    ours, theirs = ({key: value for key, value in each.items() if not key.startswith(DOMAINS)} for each in (network.state_dict(), state))
    compare_states(str(weights), ours, theirs)
    network.load_state_dict(theirs, strict=False)

    class Cut(torch.nn.Module):
        """The package gives probabilities; logits are the cosines they come from, scaled, once more from its own parts."""

        def __init__(self):
            super().__init__()
            self.network = network.eval()

        def forward(self, sample, ch_idx, padding_mask):
            *_, positivity, probabilities, embedding = self.network(sample, ch_idx, padding_mask)
            names = self.network.text_adaptor(self.network.ct_embedding.weight)
            names = names / names.norm(dim=-1, keepdim=True)
            return self.network.logit_scale.exp() * embedding @ names.t(), positivity, embedding

    return Cut().eval()


def compare_probabilities(network, inputs):
    """Raises unless the softmax of our logits is what the package itself gives."""
    torch = load_package("torch", "torch")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        logits, *_ = network(*inputs.values())
        *_, probabilities, _ = network.network(*inputs.values())
    worst = float((torch.softmax(logits, -1) - probabilities).abs().max())
    if not worst < 1e-5:
        raise ExportError(WEIGHTS, f"the package's probabilities are not those of its own cosines (they differ by {worst:.3g})")


def record_of(weights, types, markers, width):
    per_channel = ["batch", CHANNELS]
    record = {
        "task": "phenotype-deepcell-types",
        "profile": "dct-2025-clip",
        "licence": DEEPCELL,
        "source": source_of(weights, "md5", PUBLISHED),
        "citation": CITATION,
        "mpp": 0.5,
        "inputs": [
            {"name": "sample", "shape": [*per_channel, 3, SIDE, SIDE]},
            {"name": "ch_idx", "shape": per_channel, "dtype": "int64", "channels": markers},
            {"name": "padding_mask", "shape": per_channel, "dtype": "bool"},
        ],
        "outputs": [
            {"name": "logits", "shape": ["batch", len(types)], "role": "logits", "classes": types},
            {"name": "marker_positivity", "shape": per_channel, "role": "marker-positivity"},
            {"name": "cls_embedding", "shape": ["batch", width], "role": "embedding"},
        ],
        "vocabulary": types,
        "memory": "3 GiB",
    }
    return {**record, "metadata": metadata_of(record, markers=",".join(markers), weights_md5=digest_of(weights, "md5"))}


def example(batch, padded, markers):
    """The intensities as they are, and the two masks with rows and columns exchanged, as the published code gives them."""
    torch = load_package("torch", "torch")
    padded = max(padded, CHANNELS - markers)
    values, own, near, _, index, padding = noise_like_cells(batch, CHANNELS, markers, SIDE, padded)
    masks = [each.transpose(1, 2).unsqueeze(1).expand(-1, CHANNELS, -1, -1) for each in (own, near)]
    sample = torch.stack([values, *masks], 2).masked_fill(padding[:, :, None, None, None], -1)
    return {"sample": sample.contiguous(), "ch_idx": index, "padding_mask": padding}


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--markers", help=f"marker_embeddings-{VECTORS}.json")
    parser.add_argument("--types", help=f"celltype_embeddings-{VECTORS}.json")
    parser.add_argument("--out", default="dct-2025.onnx")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the .pt file of DeepCell Types of 2025")
    torch = load_package("torch", "torch")
    state = load_state(weights)
    network = build(weights, state)
    markers = name_rows("marker table", state[MARKER_TABLE][1:], *read_vectors(options.markers, "marker"))
    types = name_rows("table of cell types", state["ct_embedding.weight"], *read_vectors(options.types, "celltype"))
    width = state["text_adaptor.weight"].shape[0]
    graphs.append(Graph(Path(options.out), record_of(weights, types, markers, width)))
    torch.manual_seed(0)
    examples = [example(batch, padded, len(markers)) for batch, padded in SIZES]
    compare_probabilities(network, examples[0])
    export_dynamo(network, graphs[0], examples, {name: {0: "batch"} for name in examples[0]})
    finish(graphs, "dct_clip", UNTRIED)


if __name__ == "__main__":
    run("dct_clip", main)
