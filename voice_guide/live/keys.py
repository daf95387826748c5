"""Keys from the terminal, one press at a time; the terminal is always put back as it was."""

import contextlib
import importlib
import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Any, Protocol

from voice_guide.errors import VoiceGuideError

__all__ = ["Keys", "keys", "need_terminal"]

REST_SECONDS = 0.05
"""How long a press may take to arrive whole."""

_NAMES = {
    b"\x1b[A": "up",
    b"\x1b[B": "down",
    b"\x1b[C": "right",
    b"\x1b[D": "left",
    b"\x1bOA": "up",
    b"\x1bOB": "down",
    b"\x1bOC": "right",
    b"\x1bOD": "left",
    b" ": "space",
    b"=": "+",  # the same key without shift
    b"_": "-",
    b"\r": "enter",
    b"\n": "enter",
}
_WINDOWS_ARROWS = {"H": "up", "P": "down", "M": "right", "K": "left"}
_CUT_SHORT = re.compile(rb"\x1b([\[O][0-9;]*)?\Z")  # the rest of an arrow is on its way
_PRESS = re.compile(rb"\x1b[\[O][0-9;]*[A-Za-z~]|\x1b|[^\x1b]", re.DOTALL)


def _name(press: bytes) -> str:
    return _NAMES.get(press, press.decode("utf-8", "replace").lower())


class Keys(Protocol):
    """Where presses come from."""

    def read(self, seconds: float) -> list[str]:
        """Wait that long at most for presses, and return their names."""


class _NoKeys:
    """Without a terminal there are none."""

    def read(self, seconds: float) -> list[str]:
        time.sleep(seconds)
        return []


class _TerminalKeys:
    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._open = True

    def read(self, seconds: float) -> list[str]:
        if not self._open:
            time.sleep(seconds)
            return []
        data = self._next(seconds)
        while _CUT_SHORT.search(data) and (rest := self._next(REST_SECONDS)):
            data += rest
        return [_name(press) for press in _PRESS.findall(data)]

    def _next(self, seconds: float) -> bytes:
        import select

        if not select.select([self._handle], [], [], seconds)[0]:
            return b""
        data = b""
        with contextlib.suppress(OSError):
            data = os.read(self._handle, 1024)
        self._open = bool(data)  # nothing: the terminal has gone
        return data


class _WindowsKeys:
    def read(self, seconds: float) -> list[str]:
        console: Any = importlib.import_module("msvcrt")
        deadline = time.monotonic() + seconds
        while not console.kbhit():
            if time.monotonic() > deadline:
                return []
            time.sleep(0.02)
        press = console.getwch()
        if press in "\x00\xe0":
            return [_WINDOWS_ARROWS.get(console.getwch(), "")]
        return [_name(press.encode())]


@contextlib.contextmanager
def keys() -> Iterator[Keys]:
    """Read single presses, unseen, while the block runs."""
    if not _at_terminal():
        yield _NoKeys()
        return
    if sys.platform == "win32":
        yield _WindowsKeys()
        return
    handle = sys.stdin.fileno()
    import termios
    import tty

    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle)  # Ctrl-C stays an interrupt
        yield _TerminalKeys(handle)
    finally:
        with contextlib.suppress(termios.error):  # the terminal has gone
            termios.tcsetattr(handle, termios.TCSADRAIN, before)


def _at_terminal() -> bool:
    """Whether there is a terminal whose presses are this program's."""
    if not sys.stdin or not sys.stdin.isatty():
        return False
    return sys.platform == "win32" or not _in_background(sys.stdin.fileno())


def need_terminal(purpose: str, instead: str = "") -> None:
    """Refuse to go on where nobody can press a key.

    Args:
        purpose: what the terminal is for, as in ``to tap at``.
        instead: a sentence on what can be done without one.

    Raises:
        VoiceGuideError: if there is no terminal.
    """
    if not _at_terminal():
        raise VoiceGuideError(
            f"there is no terminal {purpose}: start this in one, without a pipe or a "
            f"redirection.\n{instead}".rstrip()
        )


def _in_background(handle: int) -> bool:
    """Whether another program has the terminal; to change it now would stop this one."""
    try:
        return os.tcgetpgrp(handle) != os.getpgrp()
    except OSError:  # it controls no program
        return False
