"""The parts that a test needs: where one is missing the test is skipped, but in CI it fails."""

import ctypes.util
import importlib.util
import os
import shutil

import pytest


def need(*programs, modules=()):
    """Skip, or fail in CI, when a program, a module or PortAudio is missing."""
    found = {program: shutil.which(program) for program in programs}
    found |= {module: importlib.util.find_spec(module) for module in modules}
    found["PortAudio"] = ctypes.util.find_library("portaudio")
    missing = ", ".join(part for part, where in found.items() if not where)
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI has to have {missing}")
    if missing:
        pytest.skip(f"needs {missing}")
