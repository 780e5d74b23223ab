"""Export of a PyTorch module to ONNX, and what the module itself gives for the inputs that the check is to use."""

import inspect
import logging
import warnings

from common import NO_PACKAGE, USAGE, WEIGHTS, ExportError, load_package

OPSET = 17
DYNAMO_OPSET = 18


def array_classes():
    """What an array of numpy needs to be read back, by the names that files of numpy 1 and of numpy 2 have for it."""
    numpy = load_package("numpy", "numpy")
    rebuild = numpy.zeros(1).__reduce__()[0]
    scalar = numpy.float64(0).__reduce__()[0]
    known = [numpy.ndarray, numpy.dtype, type(numpy.dtype("float64")), type(numpy.dtype("float32")), type(numpy.dtype("int64"))]
    for module in ("numpy.core.multiarray", "numpy._core.multiarray"):
        known += [(rebuild, f"{module}._reconstruct"), (scalar, f"{module}.scalar")]
    return known


def load_plain(path):
    """A checkpoint of tensors, arrays, numbers and texts, in dicts and lists; nothing else is unpickled and no code of the file runs."""
    torch = load_package("torch", "torch")
    try:
        with torch.serialization.safe_globals(array_classes()):
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # Whatever torch raises here, the file is not what it should be. Its own advice is to run the file's code.
        raise ExportError(WEIGHTS, f"{path} is no checkpoint of plain tensors: it is cut short, or holds classes of its own") from error


def load_state(path):
    """A checkpoint that is a plain dict of tensors by name."""
    torch = load_package("torch", "torch")
    state = load_plain(path)
    if not isinstance(state, dict) or not state or not all(torch.is_tensor(value) for value in state.values()):
        keys = ", ".join(map(str, list(state)[:5])) if isinstance(state, dict) else type(state).__name__
        raise ExportError(WEIGHTS, f"{path} holds no state dict of tensors ({keys or 'nothing'}); name the weights file itself")
    return state


def compare_states(what, wanted, found):
    """Raises unless both dicts have the same names with the same shapes; the message counts and shows the differences."""
    lists = {
        "missing": sorted(set(wanted) - set(found)),
        "not known": sorted(set(found) - set(wanted)),
        "of another shape": sorted(key for key in set(wanted) & set(found) if wanted[key].shape != found[key].shape),
    }
    problems = [f"{len(keys)} {how} ({', '.join(keys[:3])}{', …' if len(keys) > 3 else ''})" for how, keys in lists.items() if keys]
    if problems:
        raise ExportError(WEIGHTS, f"{what} has another structure than the network: tensors {'; '.join(problems)}")


def as_tuple(value):
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def run_module(module, inputs):
    """The module's outputs for inputs by name, as arrays."""
    torch = load_package("torch", "torch")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        return [output.detach().numpy() for output in as_tuple(module(*inputs.values()))]


def export_module(module, graph, examples, dynamic):
    """
    Writes `module` to the graph's partial file and adds a case per example. `examples` are dicts of tensors by input name, the
    first of which is traced; `dynamic` names axes that may vary: {tensor: {axis: word}}.
    """
    torch = load_package("torch", "torch")
    if not graph.out.parent.is_dir():
        raise ExportError(USAGE, f"there is no folder {graph.out.parent}; make it first")
    module = module.cpu().float().eval()
    first = examples[0]
    # The exporter that traces: the newer one is the default since PyTorch 2.9 and not known before 2.5.
    choice = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            tuple(first.values()),
            str(graph.partial),
            input_names=list(first),
            output_names=[output["name"] for output in graph.record["outputs"]],
            dynamic_axes=dynamic,
            opset_version=OPSET,
            **choice,
        )
    for example in examples:
        feeds = {name: value.numpy() for name, value in example.items()}
        graph.cases.append((feeds, run_module(module, example)))


def export_dynamo(module, graph, examples, dynamic):
    """
    As `export_module`, by the exporter that captures the program: it keeps lengths open that the tracing one would fix, such as the
    number of tokens of an attention. Its first example must have no length of 1 where that may vary. One file, opset 18.
    """
    torch = load_package("torch", "torch")
    load_package("onnxscript", "onnxscript")
    if "external_data" not in inspect.signature(torch.onnx.export).parameters:
        raise ExportError(NO_PACKAGE, f"PyTorch {torch.__version__} cannot export this; pip install --upgrade torch onnxscript")
    if not graph.out.parent.is_dir():
        raise ExportError(USAGE, f"there is no folder {graph.out.parent}; make it first")
    module = module.cpu().float().eval()
    first = examples[0]
    words = sorted({word for axes in dynamic.values() for word in axes.values()})
    lengths = {word: torch.export.Dim(word, min=1, max=65_535) for word in words}
    shapes = tuple({axis: lengths[word] for axis, word in dynamic.get(name, {}).items()} for name in first)
    # The fused path of PyTorch's own encoder has no counterpart in ONNX.
    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module,
                tuple(first.values()),
                str(graph.partial),
                input_names=list(first),
                output_names=[output["name"] for output in graph.record["outputs"]],
                dynamic_shapes=shapes,
                opset_version=DYNAMO_OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    finally:
        torch.backends.mha.set_fastpath_enabled(fused)
    for example in examples:
        feeds = {name: value.numpy() for name, value in example.items()}
        graph.cases.append((feeds, run_module(module, example)))
