"""Fields as prepare.py measured them: all that training, baseline and scores read."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from measures import MEASURES, SURROUNDINGS


@dataclass
class Measured:
    name: str
    channels: np.ndarray  # index of each channel among the canonical markers
    missing: np.ndarray  # bool by channel: left out when this field is tested with 30 % of its markers missing
    measures: np.ndarray  # float16 (variants, N, C, MEASURES)
    around: np.ndarray  # float32 (N, SURROUNDINGS)
    types: np.ndarray  # −1 where an object lies on no cell
    positive: np.ndarray  # uint8 (N, C)
    facts: dict


def read_measured(folder, part, markers):
    """The fields of one part that have been measured."""
    order = {name: index for index, name in enumerate(markers)}
    fields = []
    for path in sorted(path.parent for path in Path(folder).glob(f"{part}-*/around.f32")):
        facts = json.loads((path / "field.json").read_text())
        count, channels = len(facts["ids"]), len(facts["channels"])
        fields.append(
            Measured(
                name=path.name,
                channels=np.array([order[name] for name in facts["channels"]]),
                missing=np.array([name in facts["missing"] for name in facts["channels"]]),
                measures=np.fromfile(path / "measures.f16", np.float16).reshape(-1, count, channels, MEASURES),
                around=np.fromfile(path / "around.f32", np.float32).reshape(count, SURROUNDINGS),
                types=np.array(facts["types"]),
                positive=np.fromfile(path / "positive.u8", np.uint8).reshape(count, channels),
                facts=facts,
            )
        )
    return fields
