"""The format of a golden file: NAME.json beside NAME.bin.gz.

The JSON holds the versions of the libraries and, per case, its parameters and the dtype, shape and byte offset of its
arrays. The binary holds their little-endian bytes, each on an 8-byte boundary, equal arrays stored once.
"""

import gzip
import importlib
import json
import platform

import numpy as np


LIBRARIES = {"scipy": "scipy", "scikit-image": "skimage", "torch": "torch", "opencv": "cv2"}


def library_versions():
    """Versions of the libraries of this environment; it has either scipy and scikit-image, or torch and OpenCV."""
    found = {}
    for name, module in LIBRARIES.items():
        try:
            found[name] = str(importlib.import_module(module).__version__)
        except ImportError:
            continue
    return found


class Golden:
    def __init__(self, name):
        self.name, self.cases, self.bytes, self.offsets = name, [], bytearray(), {}

    def add(self, case, params, **arrays):
        entry = {}
        for key, array in arrays.items():
            array = np.asarray(array)
            array = np.ascontiguousarray(array.astype(np.uint8) if array.dtype == bool else array)
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            entry[key] = {"dtype": str(array.dtype), "shape": list(array.shape), "offset": self.store(little.tobytes())}
        self.cases.append({"name": case, "params": params, "arrays": entry})

    def store(self, raw):
        """Appends bytes unless the same ones are there already, and returns where they start."""
        if raw not in self.offsets:
            self.bytes.extend(bytes(-len(self.bytes) % 8))
            self.offsets[raw] = len(self.bytes)
            self.bytes.extend(raw)
        return self.offsets[raw]

    def write(self, folder):
        versions = {"python": platform.python_version(), "numpy": np.__version__, **library_versions()}
        cases = ",\n".join("    " + json.dumps(case) for case in self.cases)
        head = json.dumps({"versions": versions})[:-1]
        (folder / f"{self.name}.json").write_text(f'{head},\n  "cases": [\n{cases}\n  ]\n}}\n')
        (folder / f"{self.name}.bin.gz").write_bytes(gzip.compress(bytes(self.bytes), 9, mtime=0))
