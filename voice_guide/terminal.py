"""What a terminal can do, and what is kept out of it."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import TextIO

__all__ = ["libraries_quiet", "quiet", "takes_codes"]


def takes_codes(stream: TextIO) -> bool:
    """Whether a stream is a terminal that can go back in its line, and hide its cursor."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what C libraries print out of the listener's terminal."""
    _QUIET.begin()
    try:
        yield
    finally:
        _QUIET.end()


@contextlib.contextmanager
def libraries_quiet() -> Iterator[None]:
    """Keep what C libraries print, such as ALSA of an underrun, or mpg123 of a damaged file, out of
    our lines.

    It is hidden only where ours have a descriptor of their own, as the command gives them.
    """
    ours = None
    with contextlib.suppress(AttributeError, OSError):  # a stand-in may have no descriptor
        ours = sys.stderr.fileno()
    with contextlib.nullcontext() if ours in (None, 2) else quiet():
        yield


class _Quiet:
    """The second descriptor goes nowhere as long as anybody, in any thread, wants it to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0
        self._kept = -1

    def begin(self) -> None:
        with self._lock:
            if self._wanted == 0:
                sys.stderr.flush()
                self._kept = os.dup(2)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)
            self._wanted += 1

    def end(self) -> None:
        with self._lock:
            self._wanted -= 1
            if self._wanted == 0:
                os.dup2(self._kept, 2)
                os.close(self._kept)


_QUIET = _Quiet()
