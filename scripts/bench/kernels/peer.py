"""The reference side of bench-kernels.mjs: reads one JSON command a line, answers one JSON line.

    {"do": "versions"}
    {"do": "inputs", "size": 2048, "folder": "…"}            writes NAME.bin, answers {"arrays": {name: [dtype, shape]}}
    {"do": "peers", "family": "…", "case": "…"}              answers {"names": […]}, the reference first
    {"do": "run", "family": "…", "case": "…", "peer": "…"}   times one call, answers {"seconds": …}
    {"do": "result", "folder": "…"}                          writes the arrays of the last call
    {"do": "memory", "family": "…", "case": "…", "peer": "…"} answers {"bytes": peak RSS added by one call}
"""

import ctypes
import gc
import importlib
import json
import sys
import time
import warnings
from pathlib import Path
from types import SimpleNamespace

import inputs
import numpy as np

warnings.simplefilter("ignore")
data = SimpleNamespace()
result = None


def peers(family):
    return importlib.import_module(family).PEERS


def prepare(size, folder):
    global data
    data = SimpleNamespace(size=size, **inputs.base(size))
    described = {}
    for name, array in vars(data).items():
        if isinstance(array, np.ndarray):
            np.ascontiguousarray(array).tofile(Path(folder) / f"{name}.bin")
            described[name] = [str(array.dtype), list(array.shape)]
    return {"arrays": described}


def call(message):
    global result
    function = peers(message["family"])[message["case"]][message["peer"]]
    # A peer may prepare what a user would have at hand (the arrays of its own layout) outside the timed call.
    before = peers(message["family"]).get("prepare")
    if before is not None:
        before(data)
    started = time.perf_counter()
    result = function(data)
    return {"seconds": time.perf_counter() - started}


def peak(message):
    """High-water mark of resident memory over one call, without what was there before (Linux)."""
    global result
    result = None
    gc.collect()
    # What earlier calls freed and the allocator kept would hide what this one takes.
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    call(message)
    return {"bytes": max(0, status("VmHWM") - before)}


def status(name):
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return 1024 * int(line.split()[1])


def write(folder):
    arrays = result if isinstance(result, tuple) else (result,)
    described = []
    for i, array in enumerate(arrays):
        array = np.ascontiguousarray(array)
        array = array.astype(np.uint8) if array.dtype == bool else array
        array.tofile(Path(folder) / f"result-{i}.bin")
        described.append([str(array.dtype), list(array.shape)])
    return {"arrays": described}


def versions():
    import scipy
    import skimage

    return {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-image": skimage.__version__}


COMMANDS = {
    "peers": lambda m: {"names": list(peers(m["family"]).get(m["case"], {}))},
    "versions": lambda m: versions(),
    "inputs": lambda m: prepare(m["size"], m["folder"]),
    "run": call,
    "memory": peak,
    "result": lambda m: write(m["folder"]),
}

for line in sys.stdin:
    message = json.loads(line)
    try:
        answer = COMMANDS[message["do"]](message)
    except Exception as error:  # noqa: BLE001 - every failure is reported to the other side
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
