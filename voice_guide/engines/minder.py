"""Ends speech programs whose session was ended by force: run as a program, told by a pipe.

A row of standard input is the number of a process that has been started, or, with a minus, of
one that has ended. When the pipe closes, however that came, what is still at work is ended.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable

__all__ = ["end", "mind"]


def mind(rows: Iterable[str]) -> None:
    """Follow what is started and ended, and end the rest."""
    at_work: set[int] = set()
    for row in rows:
        number = int(row)
        if number > 0:
            at_work.add(number)
        else:
            at_work.discard(-number)
    for number in at_work:
        end(number)


def end(number: int) -> None:
    """End a process that leads a group of its own, and where groups can be ended, its group."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.kill(number, signal.SIGTERM)
        else:
            os.killpg(number, signal.SIGKILL)


if __name__ == "__main__":
    mind(sys.stdin)
