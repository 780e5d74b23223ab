"""Writes nimbus-tiny.onnx: a stand-in with Nimbus' signature whose answer is known in closed form.

Input (batch, 2, height, width) float32: a marker as 0-1 and the mask of cells without their inner outlines. Output (batch, 1, height, width):

  0.5 · (marker correlated with KERNEL) + 0.3 · (mean of the marker over blocks of 16 × 16) + 0.1 · mask

The kernel is like none of its turned or mirrored forms, so that a turn that is not taken back shows. Beyond the edges the marker is zero. The
blocks need sides that are multiples of 16, as four poolings do, and show where tiles are not cut on their grid.

    python make_nimbus.py [FOLDER]            needs numpy and onnx
"""

import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

KERNEL = np.array([[1, 2, 0, 0, 0], [0, 4, 1, 0, 0], [0, 0, 8, 3, 0], [0, 0, 0, 0, 0], [5, 0, 0, 0, 1]], np.float64) / 25


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    constants = {
        "kernel": (0.5 * KERNEL).astype(np.float32).reshape(1, 1, 5, 5),
        "scales": np.array([1, 1, 16, 16], np.float32),
        "block_share": np.array([0.3], np.float32),
        "mask_share": np.array([0.1], np.float32),
        "sizes": np.array([1, 1], np.int64),
    }
    nodes = [
        helper.make_node("Split", ["image", "sizes"], ["marker", "mask"], axis=1),
        helper.make_node("Conv", ["marker", "kernel"], ["smooth"], kernel_shape=[5, 5], pads=[2, 2, 2, 2]),
        helper.make_node("AveragePool", ["marker"], ["small"], kernel_shape=[16, 16], strides=[16, 16]),
        helper.make_node("Resize", ["small", "", "scales"], ["blocks"], mode="nearest", nearest_mode="floor", coordinate_transformation_mode="asymmetric"),
        helper.make_node("Mul", ["blocks", "block_share"], ["shared"]),
        helper.make_node("Mul", ["mask", "mask_share"], ["inside"]),
        helper.make_node("Add", ["smooth", "shared"], ["both"]),
        helper.make_node("Add", ["both", "inside"], ["positivity"]),
    ]
    made = helper.make_graph(
        nodes,
        "nimbus-tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 2, "height", "width"])],
        [helper.make_tensor_value_info("positivity", TensorProto.FLOAT, ["batch", 1, "height", "width"])],
        [numpy_helper.from_array(values, key) for key, values in constants.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], producer_name="fovea-tests")
    model.ir_version = 8
    checker.check_model(model, full_check=True)
    save(model, folder / "nimbus-tiny.onnx")


main()
