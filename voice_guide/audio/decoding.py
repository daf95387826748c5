"""Sound that comes through a pipe: from a file that is not to be sought, or out of FFmpeg.

FFmpeg is asked, in a process of its own, for what libsndfile can't read or doesn't tell.
"""

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, BinaryIO

from voice_guide.engines import environment

__all__ = ["NO_DECODER", "UndecodableError", "can_decode", "decoded", "fed", "is_m4a", "telling"]

NO_DECODER = ": reading M4A takes PyAV; install it with  pip install 'voice-guide[m4a]'"

_COMMAND = [sys.executable, "-P", "-m", "voice_guide.engines.decoder"]
_MOST_TOLD_BYTES = 8_000_000
_TELLING_SECONDS = 20.0
"""For reading a file's head; it takes a tenth of one."""


class UndecodableError(Exception):
    """FFmpeg can't read a file, or not to its end."""


def is_m4a(head: bytes) -> bool:
    """Whether a file that begins like this is MPEG-4 (ISO/IEC 14496-12, 4.3)."""
    return head[4:8] == b"ftyp"


def can_decode() -> bool:
    return find_spec("av") is not None


@contextlib.contextmanager
def decoded(path: str) -> Iterator[int]:
    """Give a pipe from which a file's sound comes, as an AU stream.

    Raises:
        UndecodableError: if what came through it, and was read to its end, is not all.
    """
    with _decoder("decode", path) as process:
        assert process.stdout  # noqa: S101 - it is a pipe
        reading = os.dup(process.stdout.fileno())  # libsndfile closes what it was given
        process.stdout.close()
        yield reading
        with contextlib.suppress(subprocess.TimeoutExpired):
            if process.wait(timeout=1):
                raise UndecodableError


@contextlib.contextmanager
def fed(source: BinaryIO) -> Iterator[int]:
    """Give a pipe through which a file comes, so that nobody seeks in it; it is closed then."""
    reading, writing = os.pipe()
    feeder = threading.Thread(target=_feed, args=(source, writing), daemon=True)
    feeder.start()
    try:
        yield reading
    finally:
        feeder.join()


def _feed(source: BinaryIO, writing: int) -> None:
    """Send a file down a pipe, until it ends or nobody reads any more."""
    with source, contextlib.suppress(BrokenPipeError), open(writing, "wb") as out:
        while part := source.read(1 << 16):
            out.write(part)


@contextlib.contextmanager
def telling(path: str) -> Iterator["Telling"]:
    """Begin to find out what a file says of itself, while something else is done."""
    if not can_decode() or not os.path.isfile(path):  # a pipe or a device is not even opened
        yield Telling(None)
        return
    with _decoder("tell", path) as process:
        yield Telling(process)


class Telling:
    """What a file says of itself, as soon as it is known."""

    def __init__(self, process: "subprocess.Popen[bytes] | None") -> None:
        self._process = process

    def result(self) -> dict[str, Any] | None:
        """Return ``tags``, ``chapters`` and ``cover``; None where that can't be found out."""
        if self._process is None:
            return None
        try:
            out, _ = self._process.communicate(timeout=_TELLING_SECONDS)
            told = json.loads(out[:_MOST_TOLD_BYTES])
        except (subprocess.TimeoutExpired, ValueError):
            return None
        return told if isinstance(told, dict) else None


@contextlib.contextmanager
def _decoder(order: str, path: str) -> Iterator["subprocess.Popen[bytes]"]:
    name = base64.b64encode(os.fsencode(path)).decode()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
        [*_COMMAND, order, name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
