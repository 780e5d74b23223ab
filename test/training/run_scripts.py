"""Runs scripts of training/export one after the other in one process, since importing PyTorch is what takes time.

Reads [[script, arguments], …] as JSON from the standard input and writes [{ "code", "stdout", "stderr" }, …].
"""

import contextlib
import importlib
import io
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "export"))


def outcome(script, arguments):
    run = importlib.import_module("common").run
    stdout, stderr, code = io.StringIO(), io.StringIO(), 0
    sys.argv = [script, *arguments]
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            run(script, importlib.import_module(script).main)
        except SystemExit as end:
            code = end.code
    return {"code": code, "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}


print(json.dumps([outcome(*each) for each in json.load(sys.stdin)]))
