"""One calm line on the terminal: where the session is, and a bar that breathes.

The words change once a breath at most, so that a screen reader has nothing to
repeat; only the bar moves, and only its own cells are written.
"""

import shutil
import sys
from typing import Protocol, TextIO

from voice_guide.live.playback import Status

__all__ = ["Screen", "screen"]

BAR = 12
_HIDE, _SHOW, _CLEAR = "\x1b[?25l", "\x1b[?25h", "\r\x1b[2K"


class Screen(Protocol):
    """Where a session is shown."""

    def show(self, status: Status) -> None:
        """Bring the line up to date."""

    def close(self) -> None:
        """Leave the terminal clean."""


class _Blank:
    def show(self, status: Status) -> None:
        pass

    def close(self) -> None:
        pass


class _Line:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._words = ""
        self._cells = -1
        out.write(_HIDE)

    def show(self, status: Status) -> None:
        words, cells = _words(status), round(status.height * BAR)
        if words != self._words:
            width = max(shutil.get_terminal_size().columns - BAR - 4, 10)
            self._out.write(f"{_CLEAR}{_bar(cells)}  {words[:width]}")
        elif cells != self._cells:
            self._out.write(f"\r{_bar(cells)}")
        self._out.flush()
        self._words, self._cells = words, cells

    def close(self) -> None:
        self._out.write(f"{_CLEAR}{_SHOW}")
        self._out.flush()


def screen(quiet: bool) -> Screen:
    """Return the line on a terminal, and nothing elsewhere or when quiet is wished for."""
    return _Line(sys.stderr) if sys.stderr.isatty() and not quiet else _Blank()


def _bar(cells: int) -> str:
    return "█" * cells + "·" * (BAR - cells)


def _words(status: Status) -> str:
    words = f"{status.section} · breath {status.breath}"
    if status.paused:
        return f"{words} · paused (space goes on)"
    if status.seconds_left is None:
        return words
    minutes = round(status.seconds_left / 60)
    left = f"about {minutes} min left" if minutes else "under a minute left"
    return f"{words} · {left}"
