"""Speech engines, each run in a process of its own; nothing here loads the rest."""

import os
import sys

__all__ = ["LIMIT", "NUMPY_THREADS", "environment"]

LIMIT = "SPEECH_WORKER_SECONDS"
"""The variable of the environment that says how long a worker may take for one answer."""

NUMPY_THREADS = "OPENBLAS_NUM_THREADS"
"""The variable that says in how many threads NumPy multiplies. More than one gain us nothing, and
each waits for work in a loop: two take a quarter more of the processor's time for an export."""


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process of ours, which finds what this one finds."""
    path = os.pathsep.join(sys.path)
    return {NUMPY_THREADS: "1", **os.environ, "PYTHONPATH": path, **more}
