"""Reads the fields that make-cohort.mjs wrote, and cuts cells out of them as dct-2026-resmlp presents them."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WINDOW = 32
EDGE = 16


@dataclass
class Field:
    name: str
    channels: np.ndarray  # index of each channel among the canonical markers
    missing: np.ndarray  # bool by channel: left out when this field is tested with 30 % of its markers missing
    planes: np.ndarray  # uint16 (C, H + 32, W + 32), 1 is 65,535, edge of zeros
    labels: np.ndarray  # int32, the same size
    ids: np.ndarray
    y: np.ndarray  # first row and column of each window within the padded planes
    x: np.ndarray
    types: np.ndarray  # −1 where an object lies on no cell
    context: np.ndarray  # uint16 (N, 3, 32, 32)
    positive: np.ndarray  # uint8 (N, C)
    facts: dict
    path: Path


def read_vocabulary(folder):
    """(canonical markers, types, indices of the markers that occur in training)."""
    vocabulary = json.loads((Path(folder) / "vocabulary.json").read_text())
    order = {name: index for index, name in enumerate(vocabulary["markers"])}
    return vocabulary["markers"], vocabulary["types"], sorted(order[name] for name in vocabulary["known"])


def read_expression(folder, fact):
    """float (types, canonical markers): "levels", how brightly a positive cell of the type shows the marker, or "shares", how many do."""
    vocabulary = json.loads((Path(folder) / "vocabulary.json").read_text())
    table = np.zeros((len(vocabulary["types"]), len(vocabulary["markers"])))
    for name, by_type in vocabulary[fact].items():
        for kind, value in by_type.items():
            table[vocabulary["types"].index(kind), vocabulary["markers"].index(name)] = value
    return table


def read_field(path, markers):
    facts = json.loads((path / "field.json").read_text())
    height, width, count = facts["height"], facts["width"], len(facts["ids"])
    order = {name: index for index, name in enumerate(markers)}
    planes = np.fromfile(path / "planes.u16", "<u2").reshape(-1, height, width)
    labels = np.fromfile(path / "labels.i32", "<i4").reshape(height, width)
    edges = ((EDGE, EDGE), (EDGE, EDGE))
    return Field(
        name=path.name,
        channels=np.array([order[name] for name in facts["channels"]]),
        missing=np.array([name in facts["missing"] for name in facts["channels"]]),
        planes=np.pad(planes, ((0, 0), *edges)),
        labels=np.pad(labels, edges),
        ids=np.array(facts["ids"], np.int32),
        y=np.array(facts["y"]) + EDGE,
        x=np.array(facts["x"]) + EDGE,
        types=np.array(facts["types"]),
        context=np.fromfile(path / "context.u16", "<u2").reshape(count, 3, WINDOW, WINDOW),
        positive=np.fromfile(path / "positive.u8", np.uint8).reshape(count, -1),
        facts=facts,
        path=path,
    )


def read_fields(folder, part, markers, skip=lambda path: False):
    """The fields of one part, one after the other, in the order of their numbers."""
    for path in sorted(path.parent for path in Path(folder).glob(f"{part}-*/field.json")):
        if not skip(path):
            yield read_field(path, markers)


def cut(field, cell, channels):
    """float32 (channels, 32, 32): the planes within the cell's own pixels, 0 elsewhere."""
    y, x = field.y[cell], field.x[cell]
    own = field.labels[y : y + WINDOW, x : x + WINDOW] == field.ids[cell]
    return field.planes[channels, y : y + WINDOW, x : x + WINDOW] * (own / np.float32(65535)).astype(np.float32)


def windows(field, cells, channels):
    """(sample, context, index, padding) of cells of one field: the model's inputs, without padding channels."""
    sample = np.stack([cut(field, cell, channels) for cell in cells])[:, :, None]
    index = np.tile(field.channels[channels], (len(cells), 1))
    return sample, field.context[cells] / np.float32(65535), index, np.zeros(index.shape, bool)
