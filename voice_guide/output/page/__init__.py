"""A session as one page: it plays without a network, and shows the breath and the words with it."""

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from voice_guide.audio.wavhead import SAMPLE_BYTES
from voice_guide.errors import RequestError
from voice_guide.leftovers import part_beside
from voice_guide.limits import MOST_PAGE_BYTES
from voice_guide.output.formats import FORMATS, Form
from voice_guide.output.mp3 import write_mp3
from voice_guide.output.tags import Tags
from voice_guide.plan.breath import Cue
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line
from voice_guide.texts import CARE, plain
from voice_guide.units import clock

__all__ = ["check_page", "write_page"]

TYPES = {
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
}
"""What a browser calls the sound in a page, by the ending of its file."""

READ_BYTES = 3 << 18
"""Of the sound, at once; a multiple of three, so that no piece of base64 is padded but the last."""

BLOCK_FRAMES = 65536
"""Of a sound that is packed for a page, at once."""

MP3_KBITS = 128
"""Of the sound that a page has of a .wav or .flac file, which would be ten times as large."""


def check_page(plan: Plan, form: Form) -> None:
    """Refuse more sound than browsers can be expected to hold, before any is made.

    Raises:
        RequestError: with how much it would be.
    """
    if _is_packed(form, plan.sample_rate):
        kbits = MP3_KBITS
    else:
        kbits = form.kbits or 16 * SAMPLE_BYTES[form.sample_format] * plan.sample_rate // 1000
    if (size := 125 * kbits * plan.seconds) > MOST_PAGE_BYTES:
        raise RequestError(
            f"a page holds up to {MOST_PAGE_BYTES / 1e6:g} MB of sound, and this would be "
            f"{size / 1e6:.0f} MB: make a shorter session, or an .opus file of --quality low."
        )


def write_page(part: Path, plan: Plan, sound: Path, form: Form, tags: Tags) -> None:
    """Write the page of a session whose file is made.

    It asks nothing of any other place: its own policy (CSP) allows its one style, its one script,
    named by their hashes, and the sound that it holds. Of what a browser needn't have whole, it
    holds an MP3.

    Args:
        part: where it goes.
        plan: of the session.
        sound: its file.
        form: of that file.
        tags: of that file.

    Raises:
        OSError: if the one can't be read, or the other can't be written.
    """
    with _packed(part, sound, form, tags) as (held, kind):
        before, after = _around(plan, kind)
        with part.open("wb") as out, held.open("rb") as file:
            out.write(before.encode())
            while piece := file.read(READ_BYTES):
                out.write(base64.b64encode(piece))
            out.write(after.encode())


def _is_packed(form: Form, sample_rate: int) -> bool:
    """Whether the page holds an MP3 of what the file has whole."""
    return not form.kbits and sample_rate in FORMATS[".mp3"].rates


@contextlib.contextmanager
def _packed(part: Path, sound: Path, form: Form, tags: Tags) -> Iterator[tuple[Path, str]]:
    """Give what the page is to hold, and what browsers call it."""
    if not _is_packed(form, tags.sample_rate):
        yield sound, TYPES[form.suffix]
        return
    import soundfile

    packed = part_beside(part)
    try:
        with soundfile.SoundFile(sound) as file:
            blocks = file.blocks(BLOCK_FRAMES, dtype="float32", always_2d=True)
            write_mp3(packed, MP3_KBITS, tags, blocks)
        yield packed, TYPES[".mp3"]
    finally:
        packed.unlink(missing_ok=True)


def _around(plan: Plan, kind: str) -> tuple[str, str]:
    """Return the page before and after the sound."""
    style, script = _part("page.css"), _part("page.js")
    values = {
        "STYLE_HASH": _policy(style),
        "SCRIPT_HASH": _policy(script),
        "TITLE": escape(plain(plan.script.title)),
        "SUMMARY": escape(plan.summary),
        "CARE": escape(CARE),
        "LANGUAGE": _language(plan),
        "LINES": "\n".join(_lines(plan)),
        "PLAN": _data(plan),
        "TYPE": kind,
        "STYLE": style,
        "SCRIPT": script,
    }
    before, after = (
        re.sub(r"\{\{(\w+)\}\}", lambda name: values[name[1]], half)
        for half in _part("page.html").split("{{SOUND}}")
    )
    return before, after


def _part(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def _policy(text: str) -> str:
    """What a policy calls a style or a script that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _language(plan: Plan) -> str:
    return f'lang="{escape(plan.script.language)}"'


def _said(plan: Plan) -> Iterator[tuple[Cue, str]]:
    for _, cue in plan.cues():
        if isinstance(cue.item, Line) and cue.item.said:
            yield cue, plain(cue.item.text)


def _lines(plan: Plan) -> Iterator[str]:
    """Yield the words as HTML, section by section; the page's script finds them by their order."""
    said = list(_said(plan))
    for number, (title, _) in enumerate(plan.sections):
        lines = [(cue, text) for cue, text in said if cue.section == number]
        if lines:
            yield f"<h3 {_language(plan)}>{escape(plain(title))}</h3>\n<ul {_language(plan)}>"
            for cue, text in lines:
                at = clock(max(cue.start, 0) / plan.sample_rate)
                yield f'<li class="line"><time>{at}</time> {escape(text)}</li>'
            yield "</ul>"


def _data(plan: Plan) -> str:
    """What the page's script needs, in seconds, as JSON that can't end its element."""

    def seconds(frames: int) -> float:
        return round(frames / plan.sample_rate, 4)

    data: dict[str, Any] = {
        "title": plain(plan.script.title),
        "language": plan.script.language,
        "seconds": seconds(plan.frames),
        "breaths": [list(map(seconds, (b.start, *b.phases))) for b in plan.breaths],
        "lines": [[seconds(cue.start), seconds(cue.end), text] for cue, text in _said(plan)],
        "chapters": [[seconds(s), plain(t)] for t, s in plan.sections if s < plan.end],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
