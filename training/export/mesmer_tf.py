"""Writes TF Mesmer (MultiplexSegmentation-9) as an ONNX graph with a record of the profile mesmer-tf-9.

    python mesmer_tf.py MultiplexSegmentation --out mesmer-tf-9.onnx [--outputs a,b,c,d]

The argument is the unpacked folder that holds saved_model.pb. Needs the packages tensorflow, tf2onnx, onnx and onnxruntime; deepcell is not
needed.
"""

import argparse
from pathlib import Path

from common import USAGE, WEIGHTS, ExportError, Graph, finish, load_package, require, run, source_of
from record import DEEPCELL, metadata_of

TILE = 256
INPUT_SHAPE = [None, TILE, TILE, 2]
PIXELWISE = ("boundary", "interior", "background")
OUTPUTS = {
    "semantic_0": ["cell-distance"],
    "semantic_1": [f"cell-{kind}" for kind in PIXELWISE],
    "semantic_2": ["nucleus-distance"],
    "semantic_3": [f"nucleus-{kind}" for kind in PIXELWISE],
}
OPSET = 17
UNTRIED = (
    "this script was written against the published source and has run on small stand-ins of TensorFlow, tf2onnx and the model only. The "
    "check of parity sees a wrong conversion; what it cannot see is whether the four outputs mean what the record says (whole cell first, "
    "then nucleus). Before you trust the result, segment an image whose nuclei and cells you know. `memory` in the record is an estimate."
)


def record_of(weights):
    record = {
        "task": "segment-mesmer",
        "profile": "mesmer-tf-9",
        "licence": DEEPCELL,
        "source": source_of(weights),
        "citation": "N. F. Greenwald et al., Nature Biotechnology 40, 555–565 (2022)",
        "mpp": 0.5,
        "tile": TILE,
        "inputs": [{"name": "image", "shape": ["batch", TILE, TILE, 2], "channels": ["nuclear", "membrane"]}],
        "outputs": [
            {"name": name, "shape": ["batch", TILE, TILE, len(classes)], "role": "maps", "classes": classes}
            for name, classes in OUTPUTS.items()
        ],
        "memory": "2 GiB",
    }
    return {**record, "metadata": metadata_of(record)}


def lengths(spec):
    return [None if length is None else int(length) for length in spec.shape]


def serving(loaded, names):
    """The saved model's function of one image batch, and its input's name, after both sides were compared with what Mesmer has."""
    signatures = getattr(loaded, "signatures", {})
    if "serving_default" not in signatures:
        raise ExportError(WEIGHTS, f"the saved model has no signature serving_default, but {', '.join(signatures) or 'none'}")
    function = signatures["serving_default"]
    _, inputs = function.structured_input_signature
    shapes = {name: lengths(spec) for name, spec in inputs.items()}
    if len(shapes) != 1 or list(shapes.values())[0][1:] != INPUT_SHAPE[1:]:
        raise ExportError(WEIGHTS, f"the saved model takes {shapes}, wanted one image of {INPUT_SHAPE}")
    found = {name: lengths(spec) for name, spec in function.structured_outputs.items()}
    wanted = [len(classes) for classes in OUTPUTS.values()]
    if [found.get(name, [None])[-1] for name in names] != wanted:
        raise ExportError(
            WEIGHTS,
            f"the saved model gives {found}, wanted {', '.join(names)} of {wanted} channels; if they have other names, give them "
            "as --outputs: cell distance, cell classes, nucleus distance, nucleus classes",
        )
    return function, next(iter(shapes))


def convert(loaded, names, tensorflow, converter):
    """A loaded model as an ONNX model, its tensors named as in the record, in the order of `names`."""
    function, given = serving(loaded, names)
    spec = tensorflow.TensorSpec(INPUT_SHAPE, tensorflow.float32, name="image")

    @tensorflow.function(input_signature=[spec])
    def forward(image):
        maps = function(**{given: image})
        return [maps[name] for name in names]

    model, _ = converter.from_function(forward, input_signature=[spec], opset=OPSET)
    return rename(model)


def rename(model):
    """Gives inputs and outputs the record's names and words for lengths; identities lead to the old ones, whatever they were."""
    helper = load_package("onnx", "onnx").helper
    graph = model.graph
    if len(graph.input) != 1 or len(graph.output) != len(OUTPUTS):
        raise ExportError(WEIGHTS, f"the converted graph has {len(graph.input)} inputs and {len(graph.output)} outputs, wanted 1 and 4")
    old = {"image": graph.input[0].name, **dict(zip(OUTPUTS, [output.name for output in graph.output]))}
    taken = {name for node in graph.node for name in (*node.input, *node.output)}
    inner = {name: name if name == old[name] or name not in taken else None for name in old}
    if None in inner.values():
        raise ExportError(WEIGHTS, f"the converted graph uses the names {', '.join(old)} for other tensors")
    nodes = list(graph.node)
    if old["image"] != "image":
        nodes.insert(0, helper.make_node("Identity", ["image"], [old["image"]]))
    nodes += [helper.make_node("Identity", [old[name]], [name]) for name in OUTPUTS if old[name] != name]
    shapes = {"image": 2, **{name: len(classes) for name, classes in OUTPUTS.items()}}
    infos = [helper.make_tensor_value_info(name, 1, ["batch", TILE, TILE, depth]) for name, depth in shapes.items()]
    for side, new in ((graph.node, nodes), (graph.input, infos[:1]), (graph.output, infos[1:])):
        del side[:]
        side.extend(new)
    return model


def cases_of(loaded, names, tensorflow, numpy):
    """What the saved model itself gives for random batches."""
    function, given = serving(loaded, names)
    random = numpy.random.default_rng(0)
    cases = []
    for batch in (2, 1):
        image = random.random((batch, TILE, TILE, 2), dtype=numpy.float32)
        maps = function(**{given: tensorflow.constant(image)})
        cases.append(({"image": image}, [maps[name].numpy() for name in names]))
    return cases


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--out", default="mesmer-tf-9.onnx")
    parser.add_argument("--outputs", default=",".join(OUTPUTS), help="the saved model's names of the four outputs, in Mesmer's order")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the unpacked folder of MultiplexSegmentation-9.tar.gz", folder=True)
    require(weights / "saved_model.pb", "the folder that holds saved_model.pb itself")
    names = options.outputs.split(",")
    if len(set(names)) != len(OUTPUTS):
        raise ExportError(USAGE, f"--outputs names {len(set(names))} outputs, wanted 4")
    tensorflow = load_package("tensorflow", "tensorflow")
    converter = load_package("tf2onnx.convert", "tf2onnx")
    onnx, numpy = load_package("onnx", "onnx"), load_package("numpy", "numpy")
    loaded = tensorflow.saved_model.load(str(weights))
    graphs.append(Graph(Path(options.out), record_of(weights)))
    model = convert(loaded, names, tensorflow, converter)
    onnx.save(model, str(graphs[0].partial))
    graphs[0].cases = cases_of(loaded, names, tensorflow, numpy)
    finish(graphs, "mesmer_tf", UNTRIED)


if __name__ == "__main__":
    run("mesmer_tf", main)
