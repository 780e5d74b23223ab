"""Writes DeepCell Types' weights of 2026 as an ONNX graph with a record of the profile dct-2026-resmlp.

    python dct_resmlp.py deepcell-types_2026-06-15_resmlp.pt --out dct-2026.onnx

Needs the packages deepcell-types (0.1.0 or newer), torch, onnx, onnxruntime and onnxscript.
"""

import argparse
import inspect
from pathlib import Path

from common import WEIGHTS, ExportError, Graph, digest_of, finish, load_package, require, run, source_of
from dct_names import CITATION, PACKAGE, compare_names, names_by_index, noise_like_cells
from record import DEEPCELL, metadata_of
from torch_graph import compare_states, export_dynamo, load_plain

PUBLISHED = {
    "b819a7e0b177ad5330394eab3c6c7ad8": "deepcell-types_2026-06-15_resmlp.pt",
    "402e94c103c5e489a57433cd107009d3": "deepcell-types_2026-06-23_resmlp_ptft.pt",
}
SIDE = 32
OUTPUTS = ("ct_logits", "marker_pos_logits", "cls_embedding")
SIZES = ((3, 5, 0), (1, 1, 0), (2, 12, 3), (4, 2, 1))
"""Cells, channels and padding among them of the check; of the first the graph is made."""
UNTRIED = (
    "this script was written against the published source and has run on our own small networks of that structure only. "
    "Before you trust the result, compare some cells with `deepcell_types.predict`. `memory` in the record is an estimate."
)


def read_checkpoint(weights):
    """The state dict with what the file says beside it; raises where something is not there that no tensor tells."""
    checkpoint = load_plain(weights)
    parts = ("model", "config", "ct2idx", "canonical_channels")
    if not isinstance(checkpoint, dict) or any(part not in checkpoint for part in parts):
        keys = ", ".join(map(str, list(checkpoint)[:5])) if isinstance(checkpoint, dict) else type(checkpoint).__name__
        hint = "; if it is of 2025, use dct_clip.py" if isinstance(checkpoint, dict) and "logit_scale" in checkpoint else ""
        raise ExportError(WEIGHTS, f"{weights} holds {keys}, wanted {', '.join(parts)}{hint}")
    lacking = [key for key in ("n_heads", "compat_marker0_zero") if key not in checkpoint["config"]]
    if lacking:
        raise ExportError(WEIGHTS, f"the config of {weights} lacks {' and '.join(lacking)}, which no tensor tells")
    return checkpoint


def arguments_of(checkpoint):
    """What `create_model` is to be given, read off the tensors' shapes and the config."""
    state, config = checkpoint["model"], checkpoint["config"]

    def shape(key):
        if key not in state:
            raise ExportError(WEIGHTS, f"the weights have no tensor {key}, so they are of another network")
        return state[key].shape

    def count(prefix, part):
        return len({key.split(".")[part] for key in state if key.startswith(prefix)})

    channels = shape("channel_encoder.proj.weight")[0]
    heads = [key for key in state if key.startswith("domain_head.") and key.endswith(".weight")]
    return {
        "d_model": shape("cls_token")[-1],
        "n_heads": int(config["n_heads"]),
        "n_layers": count("transformer_layers.", 1),
        "n_celltypes": shape("ct_head.out.weight")[0],
        "n_domains": state[max(heads, key=lambda key: int(key.split(".")[1]))].shape[0] if heads else 0,
        "resnet_base_channels": shape("channel_encoder.stem.0.weight")[0],
        "spatial_pool_size": max(1, round(((shape("fusion.weight")[1] - channels) / 64) ** 0.5)),
        "use_conditioned_mp_head": "marker_pos_head.film_scale.weight" in state,
        "compat_marker0_zero": bool(config["compat_marker0_zero"]),
        "ct_head_arch": "resmlp",
        "ct_head_width": shape("ct_head.inp.0.weight")[0],
        "ct_head_depth": count("ct_head.blocks.", 2),
    }


def build(weights, checkpoint):
    """The installed package's network with the weights in it, its outputs cut to ours, and the names of types and markers."""
    torch, numpy = load_package("torch", "torch"), load_package("numpy", "numpy")
    create = load_package("deepcell_types.model", PACKAGE)
    if not hasattr(create, "create_model"):
        raise ExportError(WEIGHTS, f"the installed deepcell-types is of before 2026; pip install --upgrade {PACKAGE}")
    config = load_package("deepcell_types.config", PACKAGE).DCTConfig()
    types = names_by_index("cell types", checkpoint["ct2idx"])
    markers = [str(name) for name in checkpoint["canonical_channels"]]
    compare_names("cell types", types, names_by_index("cell types", config.ct2idx), "the installed deepcell-types")
    compare_names("markers", markers, names_by_index("markers", config.marker2idx), "the installed deepcell-types")
    state, told = checkpoint["model"], arguments_of(checkpoint)
    table = state["marker_embedder.embed_layer.weight"]
    if (told["n_celltypes"], table.shape[0]) != (len(types), len(markers) + 1):
        raise ExportError(
            WEIGHTS,
            f"{weights} names {len(types)} types and {len(markers)} markers, its tensors are for {told['n_celltypes']} and {table.shape[0] - 1}",
        )
    taken = inspect.signature(create.create_model).parameters
    network = create.create_model(
        config,
        numpy.zeros((len(markers), table.shape[1]), numpy.float32),
        **{key: value for key, value in told.items() if key in taken},
    )
    compare_states(str(weights), network.state_dict(), state)
    network.load_state_dict(state)

    class Cut(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network.eval()

        def forward(self, sample, spatial_context, ch_idx, padding_mask):
            found = self.network(sample, spatial_context, ch_idx, padding_mask)
            return tuple(getattr(found, name) for name in OUTPUTS)

    return Cut().eval(), types, markers, told


def record_of(weights, types, markers, told):
    per_channel = ["batch", "channels"]
    record = {
        "task": "phenotype-deepcell-types",
        "profile": "dct-2026-resmlp",
        "licence": DEEPCELL,
        "source": source_of(weights, "md5", PUBLISHED),
        "citation": CITATION,
        "mpp": 0.5,
        "inputs": [
            {"name": "sample", "shape": [*per_channel, 1, SIDE, SIDE]},
            {"name": "spatial_context", "shape": ["batch", 3, SIDE, SIDE]},
            {"name": "ch_idx", "shape": per_channel, "dtype": "int64", "channels": markers},
            {"name": "padding_mask", "shape": per_channel, "dtype": "bool"},
        ],
        "outputs": [
            {"name": "logits", "shape": ["batch", len(types)], "role": "logits", "classes": types},
            {"name": "marker_pos_logits", "shape": per_channel, "role": "marker-positivity-logits"},
            {"name": "cls_embedding", "shape": ["batch", told["d_model"]], "role": "embedding"},
        ],
        "vocabulary": types,
        "memory": "2 GiB",
    }
    facts = {"weights_md5": digest_of(weights, "md5"), "compat_marker0_zero": str(told["compat_marker0_zero"]).lower()}
    return {**record, "metadata": metadata_of(record, markers=",".join(markers), **facts)}


def example(batch, channels, padded, markers):
    torch = load_package("torch", "torch")
    values, own, near, distance, index, padding = noise_like_cells(batch, channels, markers, SIDE, padded)
    sample = (values * own.unsqueeze(1)).masked_fill(padding[:, :, None, None], -1).unsqueeze(2)
    context = torch.stack([own, near, distance / distance.amax((1, 2), keepdim=True)], 1)
    return {"sample": sample, "spatial_context": context, "ch_idx": index, "padding_mask": padding}


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--out", default="dct-2026.onnx")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the .pt file of DeepCell Types")
    torch = load_package("torch", "torch")
    network, types, markers, told = build(weights, read_checkpoint(weights))
    graphs.append(Graph(Path(options.out), record_of(weights, types, markers, told)))
    torch.manual_seed(0)
    examples = [example(batch, min(channels, len(markers)), padded, len(markers)) for batch, channels, padded in SIZES]
    both = {0: "batch", 1: "channels"}
    dynamic = {"sample": both, "spatial_context": {0: "batch"}, "ch_idx": both, "padding_mask": both}
    export_dynamo(network, graphs[0], examples, dynamic)
    finish(graphs, "dct_resmlp", UNTRIED)


if __name__ == "__main__":
    run("dct_resmlp", main)
