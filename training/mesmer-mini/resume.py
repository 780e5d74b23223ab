"""Takes up the weights of an exported file, so that training can go on where no checkpoint is at hand."""

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def resume(network, file):
    """Gives a network the weights of an ONNX file that export.py wrote of one with the same widths.

    An exported convolution has taken in its batch norm, so that the norms do nothing at first; `measure` gives them their part back.
    Throws ValueError where the convolutions' shapes differ.
    """
    graph = onnx.load(file).graph
    arrays = {tensor.name: np.array(numpy_helper.to_array(tensor)) for tensor in graph.initializer}
    exported = [[arrays[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"]
    convolutions = of_kind(network, nn.Conv2d)
    theirs, ours = [weight.shape for weight, _ in exported], [tuple(c.weight.shape) for c in convolutions]
    if theirs != ours:
        raise ValueError(f"{file} has convolutions {theirs}, the network {ours}")
    with torch.no_grad():
        for convolution, (weight, _) in zip(convolutions, exported):
            convolution.weight.copy_(torch.from_numpy(weight))
        convolutions[-1].bias.copy_(torch.from_numpy(exported[-1][1]))
        for norm, (_, bias) in zip(of_kind(network, nn.BatchNorm2d), exported):
            norm.running_mean.zero_()
            norm.running_var.fill_(1 - norm.eps)
            norm.weight.fill_(1)
            norm.bias.copy_(torch.from_numpy(bias))


@torch.no_grad()
def measure(network, batches):
    """Norms that did nothing then take out the mean and spread their inputs have in these images, and put them back: in
    evaluation the network computes what it did before, in training it is normalised as it was when it was made."""
    sums = {norm: [] for norm in of_kind(network, nn.BatchNorm2d)}

    def note(norm, inputs, _):
        x = inputs[0].double()
        sums[norm].append((x.mean((0, 2, 3)), (x * x).mean((0, 2, 3))))

    hooks = [norm.register_forward_hook(note) for norm in sums]
    network.eval()
    for batch in batches:
        network(batch)
    for hook in hooks:
        hook.remove()
    for norm, found in sums.items():
        mean, square = (torch.stack(part).mean(0) for part in zip(*found))
        variance = (square - mean * mean).clamp(min=1e-6)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_(torch.sqrt(variance + norm.eps))
        norm.bias.add_(mean.to(norm.bias.dtype))


def of_kind(network, kind):
    """A network's modules of one kind, as they follow each other when it runs."""
    parts = [*network.down, *reversed(network.up), network.out]
    return [module for part in parts for module in part.modules() if isinstance(module, kind)]
