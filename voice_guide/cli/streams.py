"""Standard input and output as the program finds them: open or closed, full, gone away."""

import codecs
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from voice_guide.errors import OutputError, VoiceGuideError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["prepare", "shut"]


class _Output(io.FileIO):
    """Standard output; a failure to write is reported like any other error."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:  # a reader that has seen enough
            raise
        except OSError as error:
            raise OutputError(f"standard output can't be written: {error.strerror}.") from error


class _Messages(io.FileIO):
    """Standard error; where it can't be written, messages are dropped and the work goes on."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


_SIGNS = {"✓": "+", "✗": "-", "→": "->", "–": "-", "·": "-", "…": "...", "█": "#", "±": "+-"}
"""What stands for our own signs where they can't be written."""

_ERRORS = "voice-guide"


def _written_otherwise(error: UnicodeError) -> tuple[str, int]:
    """Give what an output can write instead of signs that its code page lacks, as on Windows."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_SIGNS.get(sign, "?") for sign in signs), error.end


def prepare() -> None:
    """Make sure of all three before the first word is written.

    Messages get a descriptor of their own: what C libraries print goes to the second one, and
    can be hidden there without ours.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed, as in 2>&-; the lowest free number is its own
            nothing = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(nothing, mode, closefd=False))  # noqa: SIM115
    codecs.register_error(_ERRORS, _written_otherwise)
    if sys.platform == "win32":  # where consoles aren't files
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors=_ERRORS)
    else:
        sys.stdout = _rewritten(sys.stdout, _Output(1, "w", closefd=False))
        sys.stderr = _rewritten(sys.stderr, _Messages(os.dup(2), "w"), lines=True)


def shut() -> None:
    """Write what is left; what can't be written is let go, as it was told before."""
    stdout = getattr(sys.stdout, "wrapped", sys.stdout)  # as Click does when a reader has gone
    try:
        stdout.flush()
    except (OSError, VoiceGuideError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _rewritten(old: TextIO, raw: io.FileIO, lines: bool = False) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        old.encoding,
        _ERRORS,
        line_buffering=lines or old.isatty(),
    )
