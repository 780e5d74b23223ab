"""Stands in for the few names of TensorFlow that the export uses. A saved model is a JSON text in saved_model.pb."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy

float32 = "float32"


class TensorSpec:
    def __init__(self, shape, dtype, name=None):
        self.shape, self.dtype, self.name = shape, dtype, name


class Tensor:
    def __init__(self, values):
        self.values = values

    def numpy(self):
        return self.values


class Symbol:
    """A map in a graph that is traced: gain times a channel of the input, alone or between zeros and the rest up to 1."""

    def __init__(self, channel, gain, classes):
        self.channel, self.gain, self.classes = channel, gain, classes


constant = Tensor


def function(input_signature):
    def decorate(forward):
        forward.input_signature = input_signature
        return forward

    return decorate


class Signature:
    """The serving function of a saved model: keyword arguments in, a dict out, in no order to rely on."""

    def __init__(self, told):
        self.told = told
        self.structured_input_signature = ((), {told["input"]: TensorSpec([None, 256, 256, told["depth"]], float32)})
        self.structured_outputs = {name: TensorSpec([None, 256, 256, each[2]], float32) for name, each in told["outputs"].items()}

    def __call__(self, **given):
        (image,) = (given[self.told["input"]],)
        return {name: self.map_of(image, *each) for name, each in reversed(self.told["outputs"].items())}

    def map_of(self, image, channel, gain, classes):
        if not isinstance(image, Tensor):
            return Symbol(channel, gain, classes)
        level = image.values[..., channel : channel + 1] * numpy.float32(gain)
        return Tensor(level if classes == 1 else numpy.concatenate([level * 0, level, 1 - level], -1))


def load(path):
    told = json.loads((Path(path) / "saved_model.pb").read_text())
    return SimpleNamespace(signatures={told.get("signature", "serving_default"): Signature(told)})


saved_model = SimpleNamespace(load=load)
