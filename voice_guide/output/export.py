"""Writing a session to a file, or as a stream of WAV to standard output."""

import contextlib
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from voice_guide.audio.samples import Audio
from voice_guide.errors import OutputError, RequestError
from voice_guide.files import blaming, check_path, replacing_all
from voice_guide.output.formats import STDOUT, Form, form_of
from voice_guide.output.tags import Tags
from voice_guide.output.wav import stream
from voice_guide.output.writing import write_sound
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line
from voice_guide.voices.clips import Progress

if TYPE_CHECKING:
    from voice_guide.output.bundle import Packing
    from voice_guide.output.order import Order

__all__ = ["STDOUT", "check_target", "export"]

WITHOUT_WORDS = (
    "the voice doesn't tell when it says each word, so the captions have whole lines; espeak does"
)

BLOCK_FRAMES = 65536
"""What is rendered and written at once."""


class _Session(Protocol):
    """What can be written: a `Session`, or whatever else has blocks of samples."""

    def blocks(self, frames: int, *, stems: bool = False) -> Iterator[Audio]:
        """Yield float32 of shape (``frames`` or fewer, 2), or 10 with stems."""

    def said(self, line: Line) -> list[tuple[int, int]]:
        """Return the letters at which words of a line begin, and their frames in its clip."""


def check_target(
    target: str,
    subtype: str | None,
    sample_rate: int,
    overwrite: bool,
    quality: str | None = None,
) -> Form:
    """Refuse what can't be written before any work is done.

    Raises:
        RequestError: for a suffix, a sample format, a sample rate or a quality that is not offered.
        OutputError: if the folder or the file stands in the way.
    """
    form = form_of(target, subtype, sample_rate, quality)
    if target == STDOUT:
        _check_stdout()
    else:
        check_path(Path(target), overwrite)
    return form


def _check_stdout() -> None:
    if sys.stdout.isatty():
        raise RequestError(
            "sound can't be shown in a terminal: send it to a file or to a program, as in\n"
            "  voice-guide export -o - > session.wav\n"
            "  voice-guide export -o - | ffmpeg -i - session.ac3"
        )


def export(
    session: _Session,
    plan: Plan,
    asked: "Order",
    tags: Tags,
    packing: "Packing | None" = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> list[str]:
    """Render a session whose speech is made, with all that goes beside it: all of it, or nothing.

    Args:
        asked: what is to be made.
        tags: what the file says of itself; a stream says nothing.
        packing: what goes into its bundle, if it has one.
        overwrite: whether existing files may be replaced.
        progress: called with the frames done so far, and how many there are.

    Returns:
        What there is to say of it, in a sentence each.

    Raises:
        RequestError: see ``check_page``, and ``draw`` of the plan.
        OutputError: see ``replacing_all``.
    """
    beside, remarks = asked.beside, list[str]()
    texts, page = beside.texts(plan, asked.target, session.said), beside.page
    if page is not None:
        from voice_guide.output.page import check_page, write_page

        check_page(plan, asked.form)
    target = None if asked.target == STDOUT else Path(asked.target)
    paths = [*beside.paths(asked.target), *([target] if target else [])]
    # The sound is moved last: whoever waits for it finds the rest beside it.
    with replacing_all(paths, overwrite) as parts:
        for path, text in texts.items():
            with blaming(path):
                parts[path].write_text(text, encoding="utf-8", newline="\n")
        if beside.words and not any(map(session.said, plan.script.lines())):
            remarks.append(WITHOUT_WORDS)
        if beside.picture:
            with blaming(beside.picture):
                remarks += _drawn(plan, parts[beside.picture])
        if beside.bundle and packing:
            from voice_guide.output.bundle import write_bundle

            with blaming(beside.bundle):
                write_bundle(parts[beside.bundle], packing, plan)
        blocks = _blocks(session, plan, progress, beside.stems)
        if target is not None:
            if beside.stems:
                from voice_guide.output.stems import stem_paths, with_stems

                stems = {path: parts[path] for path in stem_paths(asked.target)}
                blocks = with_stems(blocks, stems, asked.form, plan)
            with blaming(target), contextlib.closing(blocks):  # which closes the stems
                write_sound(blocks, parts[target], asked.form, tags)
            if page is not None:
                with blaming(page):
                    write_page(parts[page], plan, parts[target], asked.form, tags)
            if beside.report:
                from voice_guide.output.report import write_report

                with blaming(beside.report):
                    write_report(parts[beside.report], parts[target], plan, asked)
        else:
            with _broken_pipe_is_an_end():
                sample_format = asked.form.sample_format
                stream(blocks, plan.frames, plan.sample_rate, sample_format, sys.stdout.buffer)
    return remarks


def _drawn(plan: Plan, part: Path) -> list[str]:
    """Draw a plan, and say which letters couldn't be."""
    from voice_guide.lettering import without_font
    from voice_guide.plan.picture import draw

    missing = draw(plan, part)
    return [without_font(missing)] if missing else []


def _blocks(
    session: _Session, plan: Plan, progress: Progress | None, stems: bool
) -> Generator[Audio]:
    done = 0
    for block in session.blocks(BLOCK_FRAMES, stems=stems):
        yield block
        done += len(block)
        if progress:
            progress(done, plan.frames)


@contextlib.contextmanager
def _broken_pipe_is_an_end() -> Iterator[None]:
    """Tell a reader that has gone away as such."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"standard output can't be written: {error.strerror}.") from error
