"""Keys from the terminal, one press at a time; the terminal is always put back as it was."""

import contextlib
import importlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from voice_guide.errors import VoiceGuideError

__all__ = ["Keys", "NoKeys", "keys", "need_terminal"]

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


class NoKeys:
    """Without a terminal there are none."""

    def read(self, seconds: float) -> list[str]:
        time.sleep(seconds)
        return []


class _TerminalKeys:
    """A terminal is this program's while it is in front; it is given back for a stop by Ctrl-Z.

    Args:
        handle: of the terminal.
        leave: what is done before a stop.
        come_back: what is done when the program goes on.
    """

    def __init__(
        self, handle: int, leave: Callable[[], None], come_back: Callable[[], None]
    ) -> None:
        self._handle = handle
        self._leave, self._come_back = leave, come_back
        self._open = True
        self._before: list[Any] | None = None  # how the terminal was
        self._taken = False
        self._stop_asked = False
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> "_TerminalKeys":
        # Where a shell without jobs has it ignored, Ctrl-Z stays so.
        if signal.getsignal(signal.SIGTSTP) == signal.SIG_DFL:
            self._handlers[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, self._ask_for_stop)
        self._handlers[signal.SIGCONT] = signal.signal(signal.SIGCONT, self._went_on)
        self._take()
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._give_back()

    def read(self, seconds: float) -> list[str]:
        if self._stop_asked:
            self._stop()
        if not self._open or not self._take():
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

    def _take(self) -> bool:
        """Make presses come singly and unseen; return whether the terminal is ours."""
        import termios
        import tty

        if _in_background(self._handle):
            return False
        if not self._taken:
            with contextlib.suppress(termios.error):  # the terminal has gone
                self._before = self._before or termios.tcgetattr(self._handle)
                tty.setcbreak(self._handle)  # Ctrl-C stays an interrupt
            self._taken = True
        return True

    def _give_back(self) -> None:
        import termios

        if self._taken and self._before and not _in_background(self._handle):
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._handle, termios.TCSADRAIN, self._before)
        self._taken = False

    def _ask_for_stop(self, *_signal: object) -> None:
        self._stop_asked = True

    def _went_on(self, *_signal: object) -> None:
        """The shell has set the terminal as it likes it."""
        self._taken = False

    def _stop(self) -> None:
        self._stop_asked = False
        self._leave()
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)  # stops here until the shell continues it
        signal.signal(signal.SIGTSTP, self._ask_for_stop)
        self._come_back()


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


def _nothing() -> None:
    pass


@contextlib.contextmanager
def keys(
    leave: Callable[[], None] = _nothing,
    come_back: Callable[[], None] = _nothing,
    beside_stdin: bool = False,
) -> Iterator[Keys]:
    """Read single presses, unseen, while the block runs.

    Args:
        leave: called before the program is stopped by Ctrl-Z.
        come_back: called when it goes on.
        beside_stdin: from the terminal itself, as standard input was something else.
    """
    with contextlib.ExitStack() as stack:
        if beside_stdin:
            handle = _terminal_itself(stack)
        else:
            handle = sys.stdin.fileno() if _has_terminal() else None
        if handle is None:
            yield NoKeys()
        elif sys.platform == "win32":
            yield _WindowsKeys()
        else:
            yield stack.enter_context(_TerminalKeys(handle, leave, come_back))


def _terminal_itself(stack: contextlib.ExitStack) -> int | None:
    try:
        name = "CONIN$" if sys.platform == "win32" else "/dev/tty"
        return stack.enter_context(open(name, "rb", buffering=0)).fileno()
    except OSError:
        return None


def _has_terminal() -> bool:
    return bool(sys.stdin) and sys.stdin.isatty()


def _at_terminal() -> bool:
    """Whether there is a terminal whose presses are this program's."""
    if not _has_terminal():
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
            f"there is no terminal {purpose}: run this in one, without a pipe or a "
            f"redirection.\n{instead}".rstrip()
        )


def _in_background(handle: int) -> bool:
    """Whether another program has the terminal; to change it now would stop this one."""
    try:
        return os.tcgetpgrp(handle) != os.getpgrp()
    except OSError:  # it controls no program
        return False
