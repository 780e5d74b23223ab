"""Writes a U-Net of the HPA Cell Segmentator as an ONNX graph with a record of the profile hpa-unet.

    python hpa_unet.py nuclei_model.pt --part nuclei --out hpa-nuclei.onnx
    python hpa_unet.py cell_model.pt --part cells --out hpa-cells.onnx [--two-channels]
    python hpa_unet.py dpn_unet_nuclei_v1.pth --part nuclei --unpickle --licence ID

The first two are the TorchScript files of the bioimage.io packages and need torch, onnx and onnxruntime only. A .pth is a whole pickled
module: loading it runs code that is in it, hence --unpickle, and needs the package hpacellseg.
"""

import argparse
from pathlib import Path

from common import USAGE, WEIGHTS, ExportError, Graph, digest_of, finish, load_package, require, run, source_of
from record import CC_BY, metadata_of
from torch_graph import as_tuple, export_module

PACKAGE = "git+https://github.com/CellProfiling/HPA-Cell-Segmentation.git"
PUBLISHED = {
    "8d3af116378b12d54a15d880b942c2d7e74ba52e11421a7ba16c702d1a112ba5": ("nuclei", "10.5281/zenodo.6200999"),
    "7e94848c41f2a8a2e881a194fbd0228af15d3df864313c53bf3b130e90ca0275": ("cells", "10.5281/zenodo.6200635"),
}
MPP = 0.3205104
SIDES = ((64, 96), (128, 32))
UNTRIED = (
    "this script was written against the published source and has run on small stand-ins of it only. That the TorchScript files hold the "
    "softmax and no normalisation is what their packages say; the script looks at the softmax and cannot look at the other. "
    "`memory` in the record is an estimate."
)


def with_softmax(network):
    """The network itself where its output is probabilities already, else with a softmax over classes behind it."""
    torch = load_package("torch", "torch")
    torch.manual_seed(0)
    with torch.no_grad():
        (found, *more) = as_tuple(network(3 * torch.randn(1, 3, *SIDES[0])))
    if more or tuple(found.shape) != (1, 3, *SIDES[0]):
        shapes = [tuple(each.shape) for each in (found, *more)]
        raise ExportError(WEIGHTS, f"the network gives {shapes} for an input of (1, 3, 64, 96), wanted three maps of that size")
    sums = found.sum(1)
    if bool((found >= 0).all()) and bool(torch.allclose(sums, torch.ones_like(sums), atol=1e-4)):
        return network
    return torch.nn.Sequential(network, torch.nn.Softmax(dim=1))


def load_network(path, unpickle):
    torch = load_package("torch", "torch")
    try:
        return torch.jit.load(str(path), map_location="cpu").eval()
    except RuntimeError:
        pass
    if not unpickle:
        raise ExportError(
            USAGE,
            f"{path} is no TorchScript. If it is a pickled module of the HPA Cell Segmentator that you trust, give --unpickle: "
            "loading it runs the code in it",
        )
    try:
        network = torch.load(path, map_location="cpu", weights_only=False)
    except ModuleNotFoundError as error:
        load_package(error.name, PACKAGE)
        raise
    except Exception as error:
        raise ExportError(WEIGHTS, f"{path} cannot be unpickled: {error}") from error
    network = getattr(network, "module", network) if type(network).__name__ == "DataParallel" else network
    if not isinstance(network, torch.nn.Module):
        raise ExportError(WEIGHTS, f"{path} holds {type(network).__name__}, wanted a whole network (torch.nn.Module)")
    return network.eval()


def licence_of(weights, options):
    """The licence that goes with the published files; of others only the user can know it."""
    part, doi = PUBLISHED.get(digest_of(weights), (None, None))
    if part is not None and part != options.part:
        raise ExportError(USAGE, f"{weights} is the published network of {part}; give --part {part}")
    if options.licence is not None:
        return {"id": options.licence, "commercial": not options.non_commercial}, doi
    if part is None:
        raise ExportError(USAGE, f"{weights} is none of the files of bioimage.io, so give its --licence, as its source states it")
    return CC_BY, doi


def record_of(weights, options):
    licence, doi = licence_of(weights, options)
    second = "zeros" if options.two_channels else "er"
    channels = ["nuclei"] * 3 if options.part == "nuclei" else ["microtubules", second, "nuclei"]
    shape = [1, 3, "height", "width"]
    record = {
        "task": "segment-hpa",
        "profile": "hpa-unet",
        "licence": licence,
        "source": source_of(weights) + ("" if doi is None else f"; published as {doi}"),
        "citation": "P. J. Thul et al., Science 356, eaal3321 (2017)",
        "mpp": MPP,
        "inputs": [{"name": "input", "shape": shape, "channels": channels}],
        "outputs": [{"name": "probabilities", "shape": shape, "role": "probabilities", "classes": ["background", "border", "object"]}],
        "memory": "4 GiB",
    }
    return {**record, "metadata": metadata_of(record, part=options.part)}


def main(arguments, graphs):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--part", required=True, choices=("nuclei", "cells"))
    parser.add_argument("--two-channels", action="store_true", help="the cells' network without an ER channel")
    parser.add_argument("--unpickle", action="store_true", help="the file is a pickled module that you trust")
    parser.add_argument("--licence", help="of weights other than those of bioimage.io")
    parser.add_argument("--non-commercial", action="store_true", help="--licence forbids commercial use")
    parser.add_argument("--out")
    options = parser.parse_args(arguments)
    weights = require(options.weights, "the network's .pt or .pth file")
    torch = load_package("torch", "torch")
    record = record_of(weights, options)
    network = with_softmax(load_network(weights, options.unpickle))
    graphs.append(Graph(Path(options.out or f"hpa-{options.part}.onnx"), record))
    examples = [{"input": 3 * torch.randn(1, 3, *sides)} for sides in SIDES]
    axes = {2: "height", 3: "width"}
    export_module(network, graphs[0], examples, {"input": axes, "probabilities": axes})
    finish(graphs, "hpa_unet", UNTRIED)


if __name__ == "__main__":
    run("hpa_unet", main)
