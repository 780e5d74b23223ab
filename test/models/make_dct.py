"""Writes small ONNX graphs with the signatures of DeepCell Types' networks whose right answer is known in closed form.

    python make_dct.py            needs numpy and onnx; writes beside itself

dct-resmlp-tiny  profile dct-2026-resmlp: sample (B,C,1,32,32), spatial_context (B,3,32,32), ch_idx and padding_mask (B,C)
dct-clip-tiny    profile dct-2025-clip: sample (B,75,3,64,64), ch_idx and padding_mask (B,75); its own order of the markers

What they compute stands in test/support/dct-models.ts, once more, in plain arithmetic.
"""

import re
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).parent
TYPES = ["Bcell", "CD4T", "CD8T", "Macrophage", "Tumor"]
TELLING = {"CD20": 0, "CD4": 1, "CD8": 2, "CD68": 3, "PanCK": 4}
"""Markers that weigh 8 for one type and nothing for the others; the rest weigh eighths, so that all weights are exact in float32."""


def markers(year):
    """The names in the order of core/vocabulary; those of 2025 backwards, since each such model has an order of its own."""
    text = (HERE / "../../core/vocabulary/markers.ts").read_text(encoding="utf-8")
    names = re.search(rf"markers{year}[^`]*`([^`]*)`", text).group(1).split()
    return names if year == 2026 else names[::-1]


def table(names):
    """(1 + markers) × types; row 0 is padding."""
    rows = [[((7 * i + 3 * k) % 5 - 2) / 8 for k in range(len(TYPES))] for i in range(len(names))]
    for name, k in TELLING.items():
        rows[names.index(name)] = [8 if each == k else 0 for each in range(len(TYPES))]
    return np.array([[0] * len(TYPES), *rows], np.float32)


class Net:
    """Nodes and constants as they come up; every method gives the name of a tensor."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, values, dtype=np.float32):
        name = f"constant_{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def op(self, kind, *inputs, out=None, **attributes):
        name = out or f"{kind}_{len(self.nodes)}".lower()
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def total(self, tensor, axes, out=None):
        return self.op("ReduceSum", tensor, self.constant(axes, np.int64), out=out, keepdims=0)

    def plane(self, tensor, index, axis):
        """One index along an axis, which is dropped."""
        return self.op("Gather", tensor, self.constant(index, np.int64), axis=axis)

    def weights(self, names):
        """(B,C,types): the table's rows for ch_idx + 1."""
        rows = self.op("Add", "ch_idx", self.constant(1, np.int64))
        return self.op("Gather", self.constant(table(names)), rows, axis=0)

    def scores(self, means, names):
        """(B,types): Σ over channels of mean × weight."""
        column = self.op("Unsqueeze", means, self.constant([2], np.int64))
        return self.total(self.op("Mul", column, self.weights(names)), [1])


def save(name, net, inputs, outputs, facts):
    graph = helper.make_graph(
        net.nodes,
        name,
        [helper.make_tensor_value_info(key, kind, shape) for key, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in outputs.items()],
        net.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], producer_name="fovea test/models")
    model.ir_version = 9
    for key, value in {"task": "phenotype-deepcell-types", "vocabulary": ",".join(TYPES), "mpp": "0.5", **facts}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = f"fovea.{key}", value
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, HERE / f"{name}.onnx")


def resmlp():
    net, names = Net(), markers(2026)
    own, neighbour, distance = (net.plane("spatial_context", index, 1) for index in range(3))
    area = net.total(own, [1, 2])
    divisor = net.op("Unsqueeze", net.op("Max", area, net.constant(1)), net.constant([1], np.int64))
    real = net.op("Sub", net.constant(1), net.op("Cast", "padding_mask", to=TensorProto.FLOAT))
    sums = net.op("Mul", net.total("sample", [2, 3, 4]), real)
    means = net.op("Div", sums, divisor)
    net.op("Identity", net.scores(means, names), out="logits")
    net.op("Mul", net.op("Sub", means, net.constant(0.5)), net.constant(8), out="marker_pos_logits")
    rows, columns = (net.constant(np.arange(32).reshape(shape)) for shape in ((32, 1), (1, 32)))
    parts = [
        *(area, net.total(neighbour, [1, 2]), net.op("ReduceMax", distance, net.constant([1, 2], np.int64), keepdims=0)),
        *(net.total(distance, [1, 2]), net.total(net.op("Mul", own, rows), [1, 2]), net.total(net.op("Mul", own, columns), [1, 2])),
        *(net.total(real, [1]), net.total(sums, [1])),
    ]
    columns = [net.op("Unsqueeze", part, net.constant([1], np.int64)) for part in parts]
    net.op("Concat", *columns, out="cls_embedding", axis=1)
    save(
        "dct-resmlp-tiny",
        net,
        {
            "sample": (TensorProto.FLOAT, ["batch", "channels", 1, 32, 32]),
            "spatial_context": (TensorProto.FLOAT, ["batch", 3, 32, 32]),
            "ch_idx": (TensorProto.INT64, ["batch", "channels"]),
            "padding_mask": (TensorProto.BOOL, ["batch", "channels"]),
        },
        {"logits": ["batch", 5], "marker_pos_logits": ["batch", "channels"], "cls_embedding": ["batch", 8]},
        {
            "profile": "dct-2026-resmlp",
            "markers": ",".join(names),
            "outputs": f"logits={','.join(TYPES)};marker_pos_logits=marker-positivity-logits;cls_embedding=embedding",
        },
    )


def clip():
    net, names = Net(), markers(2025)
    raw, own = (net.plane("sample", index, 2) for index in range(2))
    masked = net.total(net.op("Mul", raw, own), [2, 3])
    area = net.op("Max", net.total(own, [2, 3]), net.constant(1))
    real = net.op("Sub", net.constant(1), net.op("Cast", "padding_mask", to=TensorProto.FLOAT))
    means = net.op("Mul", net.op("Div", masked, area), real)
    # How far a cell reaches along rows and along columns of the mask as it is given, from the first channel.
    first, size = net.plane(own, 0, 1), net.plane(area, 0, 1)
    squares = (np.arange(64) - 31.5) ** 2
    along = [net.total(net.op("Mul", first, net.constant(squares.reshape(shape))), [1, 2]) for shape in ((64, 1), (1, 64))]
    longer = net.op("Div", net.op("Sub", *along), net.op("Mul", size, net.constant(16)))
    longer = net.op("Unsqueeze", longer, net.constant([1], np.int64))
    shift = net.op("Mul", longer, net.constant([[-1, 0, 0, 0, 1]]))
    net.op("Add", net.scores(means, names), shift, out="logits")
    # Padding has a mean of 0, which is not above the largest, and then it is put to 0.
    largest = net.op("ReduceMax", means, net.constant([1], np.int64), keepdims=1)
    share = net.op("Exp", net.op("Mul", net.op("Sub", means, largest), net.constant(4)))
    net.op("Mul", share, real, out="marker_positivity")
    save(
        "dct-clip-tiny",
        net,
        {
            "sample": (TensorProto.FLOAT, ["batch", 75, 3, 64, 64]),
            "ch_idx": (TensorProto.INT64, ["batch", 75]),
            "padding_mask": (TensorProto.BOOL, ["batch", 75]),
        },
        {"logits": ["batch", 5], "marker_positivity": ["batch", 75]},
        {
            "profile": "dct-2025-clip",
            "markers": ",".join(names),
            "outputs": f"logits={','.join(TYPES)};marker_positivity=marker-positivity",
        },
    )


resmlp()
clip()
