"""SVOX Pico through py-nanotts, which reads a voice's files anew for each line."""

import contextlib
import ctypes
import functools
import sys
import wave
from pathlib import Path
from typing import Any

__all__ = ["speak"]

SAMPLE_RATE = 16000
"""In Hz; all voices of Pico have this one."""
M_MMAP_THRESHOLD = -3
"""Of mallopt(3): from this size on, memory comes from the system, and is all zeros."""

FRESH_BYTES = 1 << 20
"""Pico takes 2.5 MB for each line, and what it says depends on what it finds there."""


def speak(request: dict[str, Any], target: str) -> None:
    """Speak a text into a file."""
    engine, files = _engine()
    with contextlib.chdir(files):  # a path of theirs that is long, or not ASCII, is not understood
        samples = engine.speak(
            request["text"],
            voice=request["voice"],
            speed=_fraction(request["percent"]),
            volume=_fraction(request["loud"]),
            lingware_path=".",
        )
    if not samples:
        raise ValueError("it can't say any of these words")
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(samples)


def _fraction(percent: int) -> float:
    """As py-nanotts takes it, which multiplies by 100 and rounds up."""
    return (percent - 0.5) / 100


@functools.cache
def _engine() -> tuple[Any, Path]:
    """Return the engine, which begins each line with fresh memory, and the folder of its voices."""
    import py_nanotts

    if sys.platform == "linux":  # elsewhere, so much memory is fresh anyway
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, FRESH_BYTES)
    return py_nanotts._nanotts, Path(py_nanotts.__file__).with_name("lang")
