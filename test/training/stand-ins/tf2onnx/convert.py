"""Stands in for tf2onnx: traces a function of the stand-in of TensorFlow and names tensors as tf2onnx might."""

import numpy
from onnx import TensorProto, helper, numpy_helper


def from_function(function, input_signature, opset):
    (spec,) = input_signature
    nodes, outputs = [], []
    constants = {"one": numpy.float32(1), "zero": numpy.float32(0), "axis": numpy.array([3], numpy.int64)}
    for index, symbol in enumerate(function(spec)):
        name = "Identity" if index == 0 else f"Identity_{index}"
        level, cut = f"level_{index}", f"cut_{index}"
        constants[f"from_{index}"] = numpy.array([symbol.channel], numpy.int64)
        constants[f"to_{index}"] = numpy.array([symbol.channel + 1], numpy.int64)
        constants[f"gain_{index}"] = numpy.float32(symbol.gain)
        nodes.append(helper.make_node("Slice", ["image:0", f"from_{index}", f"to_{index}", "axis"], [cut]))
        nodes.append(helper.make_node("Mul", [cut, f"gain_{index}"], [name if symbol.classes == 1 else level]))
        if symbol.classes > 1:
            nodes.append(helper.make_node("Mul", [level, "zero"], [f"none_{index}"]))
            nodes.append(helper.make_node("Sub", ["one", level], [f"rest_{index}"]))
            nodes.append(helper.make_node("Concat", [f"none_{index}", level, f"rest_{index}"], [name], axis=3))
        shape = ["unk__1", *spec.shape[1:3], symbol.classes]
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    graph = helper.make_graph(
        nodes,
        "tf2onnx",
        [helper.make_tensor_value_info("image:0", TensorProto.FLOAT, ["unk__2", *spec.shape[1:]])],
        outputs,
        [numpy_helper.from_array(numpy.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="tf2onnx")
    model.ir_version = 8
    return model, None
