"""A progress bar on a terminal; elsewhere a line now and then, when something takes long."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from voice_guide.cli.echo import echo
from voice_guide.terminal import takes_codes
from voice_guide.texts import visible

__all__ = ["progress"]

SILENT_SECONDS = 10.0
"""Whoever waits longer without a word takes a program for dead."""

Tell = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


@contextmanager
def progress(label: str) -> Iterator[Tell]:
    """Give a function to call with how much is done, and of how much."""
    if not takes_codes(sys.stderr):
        yield _now_and_then(label)
        return
    with click.progressbar(length=1, label=visible(label), file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield tell


def _now_and_then(label: str) -> Tell:
    told = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told >= SILENT_SECONDS:
            told = time.monotonic()
            echo(f"{label}: {100 * done // max(of, 1)} %", err=True)

    return tell
