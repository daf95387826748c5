"""One calm line on the terminal: where the session is, and a bar that breathes.

The words change once a breath at most, so that a screen reader has nothing to
repeat; only the bar moves, and only its own cells are written. A terminal that
can't go back in its line gets a plain line now and then, and no bar.
"""

import shutil
import sys
from typing import Protocol, TextIO

from voice_guide.live.playback import Status
from voice_guide.terminal import takes_codes
from voice_guide.texts import visible

__all__ = ["Screen", "screen"]

BAR = 12
"""Letters that the bar of the breath is wide."""

TITLE = 10
"""How many letters of a title are enough to recognise it."""

PLAIN_WIDTH = 72
"""Letters of a line where there is no terminal that could tell its width."""

_HIDE, _SHOW, _CLEAR = "\x1b[?25l", "\x1b[?25h", "\r\x1b[2K"


class Screen(Protocol):
    """Where a session is shown."""

    blank: bool
    """Whether it shows nothing, whatever it is given."""

    def show(self, status: Status) -> None:
        """Bring the line up to date."""

    def close(self) -> None:
        """Leave the terminal clean."""


class _Blank:
    blank = True

    def show(self, status: Status) -> None:
        pass

    def close(self) -> None:
        pass


class _Line:
    blank = False

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._words = ""
        self._cells = -1

    def show(self, status: Status) -> None:
        width = max(shutil.get_terminal_size().columns - BAR - 4, 10)
        words, cells = _words(status, width), round(status.height * BAR)
        if not self._words:
            self._out.write(_HIDE)
        if words != self._words:
            self._out.write(f"{_CLEAR}{_bar(cells)}  {words}")
        elif cells != self._cells:
            self._out.write(f"\r{_bar(cells)}")
        self._out.flush()
        self._words, self._cells = words, cells

    def close(self) -> None:
        self._out.write(f"{_CLEAR}{_SHOW}")
        self._out.flush()
        self._words = ""


class _Plain:
    """What has changed but the breath, each in a line of its own."""

    blank = False

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown = ("", "", False)

    def show(self, status: Status) -> None:
        now = (status.section, status.away, status.paused)
        if now != self._shown:
            self._out.write(f"{_words(status, PLAIN_WIDTH)}\n")
            self._out.flush()
        self._shown = now

    def close(self) -> None:
        pass


def screen(quiet: bool) -> Screen:
    """Return the line on a terminal, and nothing elsewhere or when quiet is wished for."""
    if quiet or not sys.stderr.isatty():
        return _Blank()
    return _Line(sys.stderr) if takes_codes(sys.stderr) else _Plain(sys.stderr)


def _bar(cells: int) -> str:
    return "█" * cells + "·" * (BAR - cells)


def _words(status: Status, width: int) -> str:
    """The parts of the line, the most important first; the last go where there is no room."""
    section, breath = visible(status.section), f"breath {status.breath}"
    if status.away or status.paused:
        parts = [status.away or "paused (press space)", section, breath]
    else:
        parts = [section, breath, *filter(None, (status.pace, _left(status)))]
    while len(parts) > 1 and len(" · ".join(parts)) - _spare(section, parts) > width:
        parts.pop()
    if (over := len(" · ".join(parts)) - width) > 0:
        shorter = section[: max(len(section) - over - 1, 0)].rstrip() + "…"
        parts = [shorter if part == section else part for part in parts]
    return " · ".join(parts)[:width]


def _spare(section: str, parts: list[str]) -> int:
    """The letters that a title can do without."""
    return max(len(section) - TITLE, 0) if section in parts else 0


def _left(status: Status) -> str:
    if status.seconds_left is None:
        return ""
    minutes = round(status.seconds_left / 60)
    return f"about {minutes} min left" if minutes else "under a minute left"
