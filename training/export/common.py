"""What every export has in common: errors with their exit codes, packages, digests, the check of parity and the closing words."""

import hashlib
import importlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from record import SIDES, record_text

PARITY, USAGE, NO_PACKAGE, WEIGHTS = 1, 2, 3, 4
TOLERANCE = 1e-4
"""Of a value: absolute up to 1, relative above."""


class ExportError(Exception):
    """Something that the user can do something about; `code` is what the script exits with."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


@dataclass
class Graph:
    """One network on its way into a file: `partial` holds its ONNX, `cases` pairs of feeds and of what the framework gives for them."""

    out: Path
    record: dict
    cases: list = field(default_factory=list)

    @property
    def partial(self):
        return self.out.with_name(f"{self.out.name}.partial")


def load_package(module, install):
    """Imports a module of a package that is not ours; `install` is what pip is to be given."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        own = error.name is not None and module.split(".")[0] == error.name.split(".")[0]
        what = f"{module} cannot be imported" if own else f"{module} cannot be imported: it needs {error.name}"
        raise ExportError(NO_PACKAGE, f"{what}; install it into this environment: pip install {install}") from error
    except ImportError as error:
        raise ExportError(NO_PACKAGE, f"{module} cannot be imported: {error}; try pip install --upgrade {install}") from error


def digest_of(path, kind="sha256"):
    """The digest of a file, or of all files of a folder with their names, in order."""
    path = Path(path)
    total = hashlib.new(kind)
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file():
                total.update(f"{each.relative_to(path).as_posix()} {digest_of(each, kind)}\n".encode())
        return total.hexdigest()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            total.update(piece)
    return total.hexdigest()


def require(path, what, folder=False):
    path = Path(path)
    if path.is_dir() if folder else path.is_file():
        return path
    raise ExportError(USAGE, f"{path} is no {'folder' if folder else 'file'}; name {what}")


def source_of(path, kind=None, published=None):
    """What a record says of the weights: their digest, and whether it is that of the published file, or of one of several, by name."""
    known = ""
    if isinstance(published, dict):
        name = published.get(digest_of(path, kind))
        known = f"; is {'NOT a published file' if name is None else f'the published file {name}'}"
    elif published is not None:
        known = f"; {'is' if digest_of(path, kind) == published else 'is NOT'} the published file"
    return f"exported by training/export from {Path(path).name}, SHA-256 {digest_of(path)}{known}"


def stamp(graph, script):
    """Puts the metadata into a graph's file, after what its signature is was compared with the record."""
    onnx = load_package("onnx", "onnx")
    model = onnx.load(str(graph.partial))
    problems = []
    for side, infos in zip(SIDES, (model.graph.input, model.graph.output)):
        found = {info.name: [dim.dim_value or dim.dim_param for dim in info.type.tensor_type.shape.dim] for info in infos}
        for tensor in graph.record[side]:
            shape, real = tensor["shape"], found.pop(tensor["name"], None)
            fits = real is not None and len(real) == len(shape)
            fits = fits and all(a == b or isinstance(a, str) or isinstance(b, str) for a, b in zip(shape, real))
            if not fits:
                problems.append(f"{tensor['name']} is {real}, wanted {shape}")
        problems += [f"{name} {shape} is not expected" for name, shape in found.items()]
    if problems:
        raise ExportError(WEIGHTS, f"the exported graph of {graph.out.name} has another signature: {'; '.join(problems)}")
    # The newer exporter writes into every node where in which file of this computer it comes from.
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        del part.metadata_props[:]
    del model.graph.metadata_props[:], model.metadata_props[:]
    for key, value in graph.record["metadata"].items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    model.producer_name, model.producer_version = f"fovea training/export/{script}", ""
    onnx.checker.check_model(model)
    onnx.save(model, str(graph.partial))


def worst_difference(graph):
    """The largest difference between ONNX Runtime and the framework over all cases; raises where it is more than TOLERANCE."""
    numpy, onnxruntime = load_package("numpy", "numpy"), load_package("onnxruntime", "onnxruntime")
    session = onnxruntime.InferenceSession(str(graph.partial), providers=["CPUExecutionProvider"])
    names = [output["name"] for output in graph.record["outputs"]]
    worst = 0.0
    for feeds, expected in graph.cases:
        for name, found, wanted in zip(names, session.run(names, feeds), expected, strict=True):
            wanted = numpy.asarray(wanted)
            if found.shape != wanted.shape:
                raise ExportError(PARITY, f"{graph.out.name}: {name} is {found.shape} in ONNX Runtime and {wanted.shape} before")
            if not (numpy.isfinite(wanted).all() and numpy.isfinite(found).all()):
                raise ExportError(PARITY, f"{graph.out.name}: {name} is not finite, so nothing can be compared")
            worst = max(worst, float((numpy.abs(found - wanted) / numpy.maximum(1, numpy.abs(wanted))).max()))
    if not graph.cases or worst > TOLERANCE:
        raise ExportError(
            PARITY,
            f"{graph.out.name}: ONNX Runtime differs from the framework by {worst:.3g}, more than {TOLERANCE:g}; nothing is kept",
        )
    return worst


def finish(graphs, script, untried):
    """Checks all graphs and, when all pass, puts them and their records in place. Says what was done and what nobody has tried."""
    worst = {}
    for graph in graphs:
        stamp(graph, script)
        worst[graph.out] = worst_difference(graph)
    for graph in graphs:
        graph.partial.replace(graph.out)
        facts = {"file": graph.out.name, "sha256": digest_of(graph.out), "bytes": graph.out.stat().st_size}
        graph.out.with_name(f"{graph.out.name}.yaml").write_text(record_text({**graph.record, **facts}), encoding="utf-8")
        print(json.dumps({**facts, "file": str(graph.out), "cases": len(graph.cases), "worst_difference": worst[graph.out]}))
    for graph in graphs:
        print(f"Next: fovea models add {graph.out.stem} {graph.out}")
    print(f"Not tried on real weights: {untried}")


def run(script, main):
    """Runs a script's `main(arguments)`, which gives its graphs; takes half-made files away and turns errors into exit codes."""
    graphs = []
    try:
        main(sys.argv[1:], graphs)
    except ExportError as error:
        print(f"{script}: {error}", file=sys.stderr)
        raise SystemExit(error.code) from None
    finally:
        for graph in graphs:
            graph.partial.unlink(missing_ok=True)
