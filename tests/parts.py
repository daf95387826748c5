"""The parts that a test needs: where one is missing the test is skipped, but in CI it fails."""

import ctypes.util
import importlib.util
import os
import shutil

import pytest


def missing(*programs, modules=(), libraries=()):
    """Which of these are not installed, in words; empty if all are there."""
    found = {program: shutil.which(program) for program in programs}
    found |= {module: importlib.util.find_spec(module) for module in modules}
    found |= {library: ctypes.util.find_library(library) for library in libraries}
    return ", ".join(part for part, where in found.items() if not where)


def needs(*programs, modules=()):
    """Mark a test that needs programs or modules; in CI it runs, and fails where one is missing."""
    lacking = missing(*programs, modules=modules)
    return pytest.mark.skipif(bool(lacking) and not _ci(), reason=f"needs {lacking}")


def need(*programs, modules=(), libraries=(), **where):
    """Skip, or fail in CI, when a part is missing; a whole module with ``allow_module_level``."""
    if lacking := missing(*programs, modules=modules, libraries=libraries):
        if _ci():
            pytest.fail(f"CI has to have {lacking}")
        pytest.skip(f"needs {lacking}", **where)


def module(name):
    """Return a module that a whole file of tests needs."""
    need(modules=[name.partition(".")[0]], allow_module_level=True)
    return importlib.import_module(name)


def _ci():
    return os.environ.get("CI") == "true"
