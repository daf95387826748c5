"""A progress bar on a terminal; elsewhere a line now and then, when something takes long."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

from voice_guide.cli.echo import echo
from voice_guide.terminal import takes_codes
from voice_guide.texts import visible

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

__all__ = ["progress"]

SILENT_SECONDS = 10.0
"""Whoever waits longer without a word takes a program for dead."""

LONGEST_NAME = 30
"""Letters of what is being made: with the bar and the time, it fits into 100 columns."""


class Tell(Protocol):
    """Called with how much is done, of how much, and what is being made now."""

    def __call__(self, done: int, of: int, now: str = "", /) -> None: ...


@contextmanager
def progress(label: str, counted: bool = False) -> Iterator[Tell]:
    """Give a function to call with how much is done, and of how much.

    Args:
        label: what is done.
        counted: whether the numbers are shown, and not the percentage.
    """
    if not takes_codes(sys.stderr):
        yield _now_and_then(label)
        return
    bar: ProgressBar[str]
    with click.progressbar(
        length=1,
        label=visible(label),
        file=sys.stderr,
        show_pos=counted,
        item_show_func=lambda now: visible(now or "")[-LONGEST_NAME:],
    ) as bar:

        def tell(done: int, of: int, now: str = "", /) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos, now)  # type: ignore[arg-type]

        yield tell


def _now_and_then(label: str) -> Tell:
    told = time.monotonic()

    def tell(done: int, of: int, now: str = "", /) -> None:
        nonlocal told
        if time.monotonic() - told >= SILENT_SECONDS:
            told = time.monotonic()
            what = f", {now}" if now else ""
            echo(f"{label}: {100 * done // max(of, 1)} %{what}", err=True)

    return tell
