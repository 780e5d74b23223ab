"""Writes hpa-nuclei.onnx and hpa-cells.onnx: stand-ins for the HPA Cell Segmentator's U-Nets whose answer is known.

The same signature, input (1, 3, height, width) float32 of normalised channels, output the softmax of three classes, and the same need for
sides that are multiples of 32; but each pixel is judged by itself. With u0, u1, u2 the channels as 0-1, the scores are

  hpa-nuclei:  background 0, border -10,           object 40 (mean(u0, u1, u2) - 0.5)
  hpa-cells:   background 0, border 60 (u1 - 0.5), object 40 (u0 - 0.5)

Usage: python make_hpa.py [FOLDER], with onnx and numpy installed.
"""

import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

MEAN = np.array([124, 117, 104]) / 255
DEVIATION = 1 / (0.0167 * 255)


def graph(name, weights, offsets):
    """Softmax of weights @ u + offsets, u being the input with its normalisation undone."""
    kernel = np.asarray(weights, np.float64) * DEVIATION
    bias = np.asarray(offsets, np.float64) + np.asarray(weights, np.float64) @ MEAN
    constants = {
        "kernel": kernel.astype(np.float32).reshape(3, 3, 1, 1),
        "bias": bias.astype(np.float32),
        "scales": np.array([1, 1, 32, 32], np.float32),
        "zero": np.zeros(1, np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["input", "kernel", "bias"], ["judged"], kernel_shape=[1, 1]),
        # Nothing is added, but only where the sides are multiples of 32 do the shapes agree, as in a U-Net of five halvings.
        helper.make_node("MaxPool", ["judged"], ["small"], kernel_shape=[32, 32], strides=[32, 32]),
        helper.make_node("Resize", ["small", "", "scales"], ["large"], mode="nearest"),
        helper.make_node("Mul", ["large", "zero"], ["nothing"]),
        helper.make_node("Add", ["judged", "nothing"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    shape = [1, 3, "height", "width"]
    made = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(values, key) for key, values in constants.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], producer_name="fovea-tests")
    model.ir_version = 8
    checker.check_model(model, full_check=True)
    return model


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    third = 40 / 3
    save(graph("hpa-nuclei", [[0, 0, 0], [0, 0, 0], [third] * 3], [0, -10, -20]), folder / "hpa-nuclei.onnx")
    save(graph("hpa-cells", [[0, 0, 0], [0, 60, 0], [40, 0, 0]], [0, -30, -20]), folder / "hpa-cells.onnx")


main()
