"""``voice-guide check --watch``: looking again as soon as a file is saved."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from voice_guide.cli.echo import echo
from voice_guide.errors import RequestError
from voice_guide.terminal import takes_codes

__all__ = ["watch"]

POLL_SECONDS = 0.5
"""Between two looks at the files: no system tells of changes on all of its disks."""

SETTLED_SECONDS = 0.2
"""So long a file stays the same once it is written, or is there again after it was replaced."""

Stamp = tuple[int, int, int]
"""When a file was changed, how large it is, and which one: another takes its place on saving."""


def watch(files: Sequence[str], look_over: Callable[[], object]) -> None:
    """Look over scripts now, and again whenever one changes, or what it is made from.

    It ends when it is interrupted.

    Raises:
        RequestError: if a script has no file that could change.
    """
    from voice_guide.config import config_file
    from voice_guide.options.words import words_file
    from voice_guide.scripting.library import is_piped
    from voice_guide.scripting.loading import parts

    for file in files:
        if (is_piped(file) and os.path.exists(file)) or file == "-":
            raise RequestError(f"{file!r} can't be watched, as it is read only once: give a file.")
    own = (config_file(), words_file())
    while True:
        watched = {*own, *(path for file in files for path in parts(file))}
        seen = _stamps(watched)  # before they are read, so that no change is missed
        _clear()
        look_over()
        echo(f"\nChecked at {time.strftime('%H:%M:%S')}, and again when you save. Ctrl-C ends it.")
        _wait(watched, seen)


def _wait(watched: Iterable[Path], seen: dict[Path, Stamp | None]) -> None:
    """Wait until a file has changed, and whoever writes it has finished."""
    while (now := _stamps(watched)) == seen:
        time.sleep(POLL_SECONDS)
    while True:
        time.sleep(SETTLED_SECONDS)
        before, now = now, _stamps(watched)
        if before == now:
            return


def _stamps(paths: Iterable[Path]) -> dict[Path, Stamp | None]:
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> Stamp | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # gone, perhaps for a moment
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _clear() -> None:
    """Empty the screen; where that can't be, a row of dashes parts what was said before."""
    if takes_codes(sys.stdout):
        click.clear()
    else:
        echo("-" * 40)
