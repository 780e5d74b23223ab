"""Writes cellsam-detector.onnx, cellsam-encoder.onnx and cellsam-decoder.onnx: graphs with the inputs and outputs of CellSAM's networks
whose right answers are known in closed form. They hold no weights and segment nothing but drawings.

detector  image (1, 3, 1024, 1024) → logits (1, 3500, 2), boxes (1, 3500, 4)
          Queries 0–1023 are the squares of a 32 × 32 grid, rows first, each with its own box. With v the mean over the square of the
          third channel, SAM's mean and deviation undone, in 0–1: the first class has the logit 20·(v - 0.5). All else is -20.
encoder   image (1, 3, 1024, 1024) → embedding (1, 256, 64, 64): the mean of the three channels over blocks of 16, in every plane.
decoder   embedding, boxes (boxes, 4) → masks (boxes, 1, 256, 256), iou (boxes, 1)
          A logit is the distance in pixels of 1024 from its middle to the nearest side of the box, negative outside. The IoU is
          0.75 + 0.2·tanh of the embedding's mean.

Usage: python make_cellsam.py   (needs the onnx package; rewrites the files beside this one)
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

GRID, QUERIES = 32, 3500


class Graph:
    """Nodes and constants in the order they are asked for."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, values, dtype=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def shape(self, *lengths):
        return self.constant(lengths, np.int64)

    def op(self, kind, *inputs, outputs=1, name=None, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)] if name is None else [name]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def save(self, name, inputs, outputs):
        infos = [
            [helper.make_tensor_value_info(tensor, TensorProto.FLOAT, shape) for tensor, shape in side.items()]
            for side in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, name, *infos, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="fovea")
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, str(Path(__file__).parent / f"{name}.onnx"))


def detector():
    g = Graph()
    third = g.op("Slice", "image", g.shape(2), g.shape(3), g.shape(1))
    mean = g.op("AveragePool", third, kernel_shape=[GRID, GRID], strides=[GRID, GRID])
    levels = g.op("Add", g.op("Mul", mean, g.constant(57.375)), g.constant(103.53))
    values = g.op("Div", levels, g.constant(255))
    logits = g.op("Mul", g.op("Sub", values, g.constant(0.5)), g.constant(20))
    first = g.op("Reshape", logits, g.shape(1, GRID * GRID, 1))
    low = g.constant(-20)
    room = g.shape(0, 0, 0, 0, QUERIES - GRID * GRID, 1)
    g.op("Pad", first, room, low, name="logits")
    centres = (np.arange(GRID) + 0.5) / GRID
    square, column = g.shape(GRID, GRID), g.shape(GRID * GRID, 1)
    x = g.op("Reshape", g.op("Expand", g.constant(centres[None, :]), square), column)
    y = g.op("Reshape", g.op("Expand", g.constant(centres[:, None]), square), column)
    side = g.op("Expand", g.constant([[1 / GRID]]), column)
    known = g.op("Unsqueeze", g.op("Concat", x, y, side, side, axis=1), g.shape(0))
    g.op("Pad", known, g.shape(0, 0, 0, 0, QUERIES - GRID * GRID, 0), name="boxes")
    g.save("cellsam-detector", {"image": [1, 3, 1024, 1024]}, {"logits": [1, QUERIES, 2], "boxes": [1, QUERIES, 4]})


def encoder():
    g = Graph()
    grey = g.op("ReduceMean", "image", axes=[1], keepdims=1)
    blocks = g.op("AveragePool", grey, kernel_shape=[16, 16], strides=[16, 16])
    g.op("Expand", blocks, g.shape(1, 256, 64, 64), name="embedding")
    g.save("cellsam-encoder", {"image": [1, 3, 1024, 1024]}, {"embedding": [1, 256, 64, 64]})


def decoder():
    g = Graph()
    x0, y0, x1, y1 = g.op("Split", "boxes", outputs=4, axis=1)
    middles = g.constant((np.arange(256)[None] + 0.5) * 4)
    across = g.op("Min", g.op("Sub", middles, x0), g.op("Sub", x1, middles))
    down = g.op("Min", g.op("Sub", middles, y0), g.op("Sub", y1, middles))
    inside = g.op("Min", g.op("Unsqueeze", across, g.shape(1)), g.op("Unsqueeze", down, g.shape(2)))
    g.op("Unsqueeze", inside, g.shape(1), name="masks")
    mean = g.op("Reshape", g.op("ReduceMean", "embedding", keepdims=1), g.shape(1, 1))
    trust = g.op("Add", g.op("Mul", g.op("Tanh", mean), g.constant(0.2)), g.constant(0.75))
    g.op("Add", g.op("Mul", x0, g.constant(0)), trust, name="iou")
    inputs = {"embedding": [1, 256, 64, 64], "boxes": ["boxes", 4]}
    g.save("cellsam-decoder", inputs, {"masks": ["boxes", 1, 256, 256], "iou": ["boxes", 1]})


detector()
encoder()
decoder()
