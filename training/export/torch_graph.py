"""Export of a PyTorch module to ONNX, and what the module itself gives for the inputs that the check is to use."""

import inspect
import warnings

from common import USAGE, WEIGHTS, ExportError, load_package

OPSET = 17


def load_state(path):
    """A checkpoint that is a plain dict of tensors by name; nothing else is unpickled."""
    torch = load_package("torch", "torch")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # Whatever torch raises here, the file is not what it should be. Its own advice is to run the file's code.
        raise ExportError(WEIGHTS, f"{path} is no checkpoint of plain tensors: it is cut short, or holds classes of its own") from error
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
    with torch.no_grad():
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
