"""Writes maps-tiny.onnx and means-nan.onnx: models of features whose answers are known.

  maps-tiny  scores of 3 classes from 4 features with the scaling of MAPS inside; make_table_model_goldens.py computes the same with numpy
  means-nan  probabilities of 2 classes from 3 features: 1 and 0 where the second feature is NaN, else 0 and 1; NaN in the third comes out

    python make_table_models.py [FOLDER]      needs numpy and onnx
"""

import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save


def table(*shape):
    i, j = np.indices(shape)
    return ((7 * i + 13 * j) % 11 - 5) / 10


def write(path, nodes, features, output, classes, constants, metadata):
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", features])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", classes])],
        [numpy_helper.from_array(np.asarray(values), key) for key, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="fovea-tests")
    model.ir_version = 8
    for key, value in metadata.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    checker.check_model(model, full_check=True)
    save(model, path)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    std = np.array([20, 12.5, 40, 60])
    write(
        folder / "maps-tiny.onnx",
        [
            helper.make_node("Sub", ["features", "mean"], ["centred"]),
            helper.make_node("Div", ["centred", "spread"], ["scaled"]),
            helper.make_node("Gemm", ["scaled", "w1", "b1"], ["first"]),
            helper.make_node("Relu", ["first"], ["hidden"]),
            helper.make_node("Gemm", ["hidden", "w2", "b2"], ["scores"]),
        ],
        4,
        "scores",
        3,
        {
            "mean": np.array([40, 25, 60, 180], np.float32),
            "spread": (std * 255).astype(np.float32),
            "w1": (40 * table(4, 8)).astype(np.float32),
            "b1": table(1, 8)[0].astype(np.float32),
            "w2": table(8, 3).astype(np.float32),
            "b2": np.array([0.1, 0, -0.1], np.float32),
        },
        {"fovea.profile": "maps", "fovea.channels": "CD3,CD20,PanCK,cellSize", "fovea.vocabulary": "Tcell,Bcell,Tumor"},
    )
    write(
        folder / "means-nan.onnx",
        [
            helper.make_node("Split", ["features", "sizes"], ["a", "b", "c"], axis=1),
            helper.make_node("IsNaN", ["b"], ["missing"]),
            helper.make_node("Cast", ["missing"], ["gone"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["c", "zero"], ["nothing"]),
            helper.make_node("Add", ["gone", "nothing"], ["first"]),
            helper.make_node("Sub", ["one", "first"], ["second"]),
            helper.make_node("Concat", ["first", "second"], ["probabilities"], axis=1),
        ],
        3,
        "probabilities",
        2,
        {"sizes": np.array([1, 1, 1], np.int64), "zero": np.array([0], np.float32), "one": np.array([1], np.float32)},
        {},
    )


main()
