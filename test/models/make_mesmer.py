"""Writes small ONNX graphs with TF Mesmer's signature whose right answer is known in closed form.

    python make_mesmer.py            needs numpy and onnx; writes beside itself

mesmer-tiny      cell distance and interior are the membrane input, nucleus distance and interior the nuclear one
mesmer-shuffled  the same file with cell and nucleus exchanged, which its metadata tell
mesmer-nan       the nucleus distance is NaN where the nuclear input is above 0.9
mesmer-torch     mesmer-tiny with torch-mesmer's signature: channels first, one output, nucleus first
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).parent
OUTPUTS = {
    "semantic_0": ["cell-distance"],
    "semantic_1": ["cell-boundary", "cell-interior", "cell-background"],
    "semantic_2": ["nucleus-distance"],
    "semantic_3": ["nucleus-boundary", "nucleus-interior", "nucleus-background"],
}


def constant(name, values):
    return onnx.numpy_helper.from_array(np.asarray(values), name)


def channel(name, index, axis):
    starts, ends, axes = f"{name}_from", f"{name}_to", f"{name}_axis"
    constants = [constant(starts, [index]), constant(ends, [index + 1]), constant(axes, [axis])]
    return helper.make_node("Slice", ["image", starts, ends, axes], [name]), constants


def save(name, nodes, constants, input_shape, outputs, described):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, input_shape)],
        [helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in outputs.items()],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="fovea test/models")
    model.ir_version = 9
    for key, value in {
        "fovea.task": "segment-mesmer",
        "fovea.outputs": ";".join(f"{key}={','.join(classes)}" for key, classes in described.items()),
    }.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    onnx.save(model, HERE / f"{name}.onnx")


def tensorflow(name, cell, nucleus, distance=None):
    """`cell` and `nucleus`: which input channel either is; `distance`: nodes that make the nucleus distance of `nucleus`."""
    parts = [channel("c", cell, 3), channel("n", nucleus, 3)]
    nodes = [node for node, _ in parts]
    constants = [each for _, more in parts for each in more] + [constant("one", np.float32(1)), constant("zero", np.float32(0))]
    for short, first, second in (("c", "semantic_0", "semantic_1"), ("n", "semantic_2", "semantic_3")):
        nodes += [
            helper.make_node("Sub", ["one", short], [f"{short}_rest"]),
            helper.make_node("Mul", [short, "zero"], [f"{short}_none"]),
            helper.make_node("Concat", [f"{short}_none", short, f"{short}_rest"], [second], axis=3),
        ]
        if short == "n" and distance is not None:
            nodes += distance(first)
        else:
            nodes.append(helper.make_node("Identity", [short], [first]))
    shapes = {key: ["batch", 256, 256, len(classes)] for key, classes in OUTPUTS.items()}
    told = OUTPUTS
    if cell == 0:
        told = dict(zip(OUTPUTS, [OUTPUTS[key] for key in ("semantic_2", "semantic_3", "semantic_0", "semantic_1")]))
    extra = [constant("limit", np.float32(0.9))] if distance is not None else []
    save(name, nodes, constants + extra, ["batch", 256, 256, 2], shapes, told)


def torch_like():
    parts = [channel("n", 0, 1), channel("c", 1, 1)]
    nodes = [node for node, _ in parts]
    constants = [each for _, more in parts for each in more] + [constant("one", np.float32(1)), constant("zero", np.float32(0))]
    for short in ("n", "c"):
        nodes += [
            helper.make_node("Sub", ["one", short], [f"{short}_rest"]),
            helper.make_node("Mul", [short, "zero"], [f"{short}_none"]),
        ]
    order = ["n", "n_none", "n", "n_rest", "c", "c_none", "c", "c_rest"]
    nodes.append(helper.make_node("Concat", order, ["maps"], axis=1))
    classes = [f"{part}-{kind}" for part in ("nucleus", "cell") for kind in ("distance", "boundary", "interior", "background")]
    save("mesmer-torch", nodes, constants, ["batch", 2, 256, 256], {"maps": ["batch", 8, 256, 256]}, {"maps": classes})


# sqrt(0.9 - n) has no value where n is greater.
nan_distance = lambda name: [
    helper.make_node("Sub", ["limit", "n"], ["n_below"]),
    helper.make_node("Sqrt", ["n_below"], [name]),
]
tensorflow("mesmer-tiny", cell=1, nucleus=0)
tensorflow("mesmer-shuffled", cell=0, nucleus=1)
tensorflow("mesmer-nan", cell=1, nucleus=0, distance=nan_distance)
torch_like()
