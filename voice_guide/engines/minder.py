"""Ends speech programs whose session was ended by force: run as a program, told by a pipe.

Each program is started in a folder of its own. A row of standard input is the name of that folder
before, the name and the number of the process once it is known, and the name and ``-`` when it has
ended. When the pipe closes, however that came, what is still at work is ended.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["end", "mind"]


def mind(rows: Iterable[str]) -> None:
    """Follow what is started and ended, and end the rest."""
    at_work: dict[str, str] = {}
    for row in rows:
        folder, _, number = row.strip().partition(" ")
        at_work[folder] = number
        if number == "-":
            del at_work[folder]
    for folder, number in at_work.items():
        for each in [int(number)] if number else _started_in(folder):
            end(each)


def _started_in(folder: str) -> Iterator[int]:
    """Yield the processes in a folder, where the system tells (Linux has /proc).

    A program has entered it before its copy of the pipe is closed, so none comes later.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if Path(os.readlink(process / "cwd")).name == folder:
                yield int(process.name)


def end(number: int) -> None:
    """End a process that leads a group of its own, and where groups can be ended, its group."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.kill(number, signal.SIGTERM)
        else:
            os.killpg(number, signal.SIGKILL)


if __name__ == "__main__":
    mind(sys.stdin)
