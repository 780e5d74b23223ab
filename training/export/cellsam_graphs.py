"""Writes CellSAM's three networks as ONNX graphs with records of the profile cellsam or cellsam-adv.

    python cellsam_graphs.py cellsam_general.pt --out FOLDER [--prefix cellsam]

gives FOLDER/cellsam-detector.onnx, cellsam-encoder.onnx and cellsam-decoder.onnx. Needs the packages cellSAM (with segment-anything),
torch, onnx and onnxruntime.
"""

import argparse
from pathlib import Path

from common import NO_PACKAGE, WEIGHTS, ExportError, Graph, finish, load_package, require, run, source_of
from record import DEEPCELL, metadata_of
from torch_graph import compare_states, export_module, load_state, run_module

PACKAGE = "git+https://github.com/vanvalenlab/cellSAM.git"
SIDE, MASK, EMBEDDING = 1024, 256, [1, 256, 64, 64]
ADV = "model_cp"
UNTRIED = (
    "this script was written against the published source and has run on small stand-ins of it only; encoder and decoder also on "
    "segment-anything's own network with random weights, the detector not. Whether the weights of version 1.2 hold model_cp tensors "
    "(profile cellsam-adv) is read off the file and was never seen. Before you trust the result, segment an image with the published "
    "program and with segment-cellsam in the mode compat and compare. `memory` in the records is an estimate."
)


def wrappers(torch):
    """The parts of the published model behind plain tensors."""

    class NestedTensor:
        """Images with the padding they do not have: what the detector takes, which knows it by its class's name."""

        def __init__(self, tensors):
            self.tensors = tensors
            self.mask = torch.zeros((tensors.shape[0], *tensors.shape[-2:]), dtype=torch.bool)

        def decompose(self):
            return self.tensors, self.mask

    class Detector(torch.nn.Module):
        def __init__(self, cellfinder):
            super().__init__()
            self.head = cellfinder.decode_head

        def forward(self, image):
            found = self.head(NestedTensor(image))
            return found["pred_logits"], found["pred_boxes"]

    class Encoder(torch.nn.Module):
        def __init__(self, sam):
            super().__init__()
            self.encoder = sam.image_encoder

        def forward(self, image):
            return self.encoder(image)

    class Decoder(torch.nn.Module):
        def __init__(self, sam):
            super().__init__()
            self.prompts, self.masks = sam.prompt_encoder, sam.mask_decoder

        def forward(self, embedding, boxes):
            sparse, dense = self.prompts(points=None, boxes=boxes, masks=None)
            return self.masks(
                image_embeddings=embedding,
                image_pe=self.prompts.get_dense_pe(),
                sparse_prompt_embeddings=sparse,
                dense_prompt_embeddings=dense,
                multimask_output=False,
            )

    return Detector, Encoder, Decoder


def load_model(weights):
    """The published model with every tensor of its used parts from the file (the package itself is content with fewer), and its profile."""
    torch = load_package("torch", "torch")
    package = load_package("cellSAM.model", PACKAGE)
    state = load_state(weights)
    adv = any(key.startswith(f"{ADV}.") for key in state)
    model = package.get_local_model(str(weights)).cpu().eval()
    if adv and getattr(model, ADV, None) is None:
        raise ExportError(NO_PACKAGE, f"{weights} has {ADV} tensors, which the installed cellSAM ignores; install {PACKAGE} anew")
    sam = ADV if adv else "model"
    for part in ("cellfinder", sam):
        wanted = getattr(model, part).state_dict()
        found = {key[len(part) + 1 :]: value for key, value in state.items() if key.startswith(f"{part}.")}
        compare_states(f"{part} of {weights}", wanted, found)
        for key, value in found.items():
            if not torch.equal(wanted[key].to(value.dtype), value):
                raise ExportError(WEIGHTS, f"{part}.{key} is another in the loaded model than in {weights}; update the package cellSAM")
    return model, getattr(model, sam), "cellsam-adv" if adv else "cellsam"


def record_of(part, profile, weights, inputs, outputs, memory):
    record = {
        "task": "segment-cellsam",
        "profile": profile,
        "licence": DEEPCELL,
        "source": source_of(weights),
        "citation": "U. Israel, M. Marks, R. Dilip et al., CellSAM: a foundation model for cell segmentation",
        "inputs": [{"name": name, "shape": shape} for name, shape in inputs.items()],
        "outputs": [{"name": name, "shape": shape, "role": name} for name, shape in outputs.items()],
        "memory": memory,
    }
    return {**record, "metadata": metadata_of(record, part=part)}


def boxes_of(torch, count):
    """Corners x0, y0, x1, y1 within the square."""
    corners = torch.rand(count, 2, 2) * SIDE
    return torch.cat([corners.amin(1), corners.amax(1)], 1)


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--out", default=".", help="folder for the files")
    parser.add_argument("--prefix", default="cellsam")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the unpacked .pt file, such as cellsam_general.pt")
    folder = require(options.out, "a folder that is there", folder=True)
    torch = load_package("torch", "torch")
    model, sam, profile = load_model(weights)
    detector, encoder, decoder = (make(part) for make, part in zip(wrappers(torch), (model.cellfinder, sam, sam)))
    torch.manual_seed(0)
    image = {"image": torch.randn(1, 3, SIDE, SIDE)}
    logits, boxes = run_module(detector, image)
    if logits.ndim != 3 or boxes.shape != (1, logits.shape[1], 4):
        raise ExportError(WEIGHTS, f"the detector gives {logits.shape} and {boxes.shape}, wanted (1, n, classes) and (1, n, 4)")
    picture = {"image": [1, 3, SIDE, SIDE]}
    found = {"logits": list(logits.shape), "boxes": list(boxes.shape)}
    prompted = {"embedding": EMBEDDING, "boxes": ["boxes", 4]}
    drawn = {"masks": ["boxes", 1, MASK, MASK], "iou": ["boxes", 1]}
    prompts = [{"embedding": torch.randn(EMBEDDING), "boxes": boxes_of(torch, count)} for count in (3, 1, 8)]
    many = {name: {0: "boxes"} for name in ("boxes", *drawn)}
    parts = [
        ("detector", detector, picture, found, "6 GiB", [image], {}),
        ("encoder", encoder, picture, {"embedding": EMBEDDING}, "6 GiB", [image], {}),
        ("decoder", decoder, prompted, drawn, "2 GiB", prompts, many),
    ]
    for part, network, inputs, outputs, memory, examples, dynamic in parts:
        graph = Graph(folder / f"{options.prefix}-{part}.onnx", record_of(part, profile, weights, inputs, outputs, memory))
        graphs.append(graph)
        export_module(network, graph, examples, dynamic)
    finish(graphs, "cellsam_graphs", UNTRIED)


if __name__ == "__main__":
    run("cellsam_graphs", main)
