"""Writes the golden arrays of the image kernels with the reference libraries.

Run by scripts/make-goldens.mjs, once per environment: `new` (scikit-image 0.26) writes most files, `old` (0.24) the `own` watershed
and the cleaning of labels, `vision` what PyTorch and OpenCV define. Each file in families/ adds its own as lists of functions named
NEW, OLD or VISION; only vision_*.py are loaded where scikit-image is absent. Usage: make_goldens.py OUT_DIR new|old|vision [WEIGHTS_TS].
"""

import importlib
import sys
import warnings
from pathlib import Path


def main():
    warnings.simplefilter("ignore")
    folder, environment = Path(sys.argv[1]), sys.argv[2]
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((Path(__file__).parent / "families").glob("*.py")):
        if file.stem.startswith("vision_") != (environment == "vision"):
            continue
        family = importlib.import_module(f"families.{file.stem}")
        for make in getattr(family, environment.upper(), []):
            golden = make()
            golden.write(folder)
            print(f"{golden.name}: {len(golden.cases)} cases")
        if hasattr(family, "write_weights") and len(sys.argv) > 3:
            family.write_weights(Path(sys.argv[3]))


main()
