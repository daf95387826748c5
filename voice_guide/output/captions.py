"""Captions, exact to the plan: what is said as it is said, and the breath for who can't hear it.

WebVTT (w3.org/TR/webvtt1), SubRip, LRC and Advanced SubStation Alpha. The last two count in
hundredths of a second, and so come within 5 ms of the plan. All but SubRip can also tell when each
word is said: WebVTT by timestamps inside a cue, LRC as its "enhanced" format does, ASS by ``\\k``.
"""

import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voice_guide.languages import general
from voice_guide.output.tags import clock_ms
from voice_guide.plan.breath import Breath
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line
from voice_guide.texts import plain

__all__ = ["Caption", "Captions", "Said", "ass", "captions_of", "lrc", "srt", "vtt"]

ROW_LETTERS, ROWS = 42, 2
"""At most, in one caption: what the guides of broadcasters agree on for reading at ease."""

_BREATH = {
    "de": ("einatmen", "halten", "ausatmen"),
    "en": ("breathe in", "hold", "breathe out"),
    "es": ("inhala", "mantén", "exhala"),
    "fr": ("inspirez", "retenez", "expirez"),
    "it": ("inspira", "trattieni", "espira"),
    "nl": ("adem in", "houd vast", "adem uit"),
    "pt": ("inspire", "segure", "expire"),
}
_IN_ANY_LANGUAGE = ("↑", "–", "↓")


@dataclass(frozen=True)
class Caption:
    """Rows that are shown from one millisecond to another; ``breath``: not what is said.

    ``words`` are places in the rows, joined by a line feed, and the millisecond at which the word
    that begins there is said.
    """

    start: int
    end: int
    rows: tuple[str, ...]
    breath: bool = False
    words: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> Iterator[tuple[int, str]]:
        """Yield what is said in it together, and from when on."""
        text = "\n".join(self.rows)
        begins = [(0, self.start), *((at, ms) for at, ms in self.words if at), (len(text), 0)]
        for (at, ms), (end, _) in itertools.pairwise(begins):
            yield ms, text[at:end]


@dataclass(frozen=True)
class Captions:
    """All captions of a session, in the order of their time."""

    title: str
    language: str
    cues: tuple[Caption, ...]


Said = Callable[[Line], list[tuple[int, int]]]
"""Returns the letters at which words of a line's text begin, and the frames of its clip."""


def captions_of(plan: Plan, breath: bool = False, said: Said | None = None) -> Captions:
    """Return the captions of a session.

    Args:
        plan: whose lines each have one, or more where they are long.
        breath: whether each breath has captions, too.
        said: tells when each word is said.
    """
    rate, language = plan.sample_rate, plan.script.language
    cues: list[Caption] = []
    for _, cue in plan.cues():
        if isinstance(cue.item, Line) and cue.item.said:
            own = said(cue.item) if said else []
            placed = [(letter, cue.start + frame) for letter, frame in own]
            cues += _line(plain(cue.item.text), cue.start, cue.end, rate, placed)
    if breath:
        words = _BREATH.get(general(language), _IN_ANY_LANGUAGE)
        for each in plan.breaths:
            cues += _phases(each, words, rate)
    cues.sort(key=lambda cue: (cue.start, cue.breath))
    return Captions(plain(plan.script.title), language, tuple(cues))


def _line(
    text: str, start: int, end: int, rate: int, words: list[tuple[int, int]]
) -> Iterator[Caption]:
    """Yield the captions of a line; of a long one, each has its share of the time.

    Where it is known when words are said, each ends as the first word of the next begins.
    """
    rows = _wrapped(text)
    parts = [tuple(rows[at : at + ROWS]) for at in range(0, len(rows), ROWS)]
    letters = [0, *itertools.accumulate(sum(map(len, part)) for part in parts)]
    turns = [start + (end - start) * so_far / letters[-1] for so_far in letters]
    shown = _places(text, rows)
    placed = [(*shown[letter], frame) for letter, frame in words]
    for number in range(1, len(parts)):
        known = (frame for row, at, frame in placed if (row, at) == (number * ROWS, 0))
        turns[number] = next(known, turns[number])
    for number, (part, (first, last)) in enumerate(
        zip(parts, itertools.pairwise(turns), strict=True)
    ):
        begins = [0, *itertools.accumulate(len(row) + 1 for row in part)]
        own = tuple(
            (begins[row - number * ROWS] + at, _ms(frame, rate))
            for row, at, frame in placed
            if row // ROWS == number and first < frame < last
        )
        yield Caption(_ms(first, rate), _ms(last, rate), part, words=own)


def _places(text: str, rows: list[str]) -> list[tuple[int, int]]:
    """Return the row of each letter of a text, and its place in it."""
    places: list[tuple[int, int]] = []
    for number, row in enumerate(rows):
        if len(places) < len(text) and places and text[len(places)] == " ":
            places.append((number, 0))
        places += [(number, at) for at in range(len(row))]
    return places


def _phases(breath: Breath, words: tuple[str, str, str], rate: int) -> Iterator[Caption]:
    inhale, hold, exhale = words
    turns = itertools.accumulate(breath.phases, initial=breath.start)
    for word, (first, last) in zip(
        (inhale, hold, exhale, hold), itertools.pairwise(turns), strict=True
    ):
        if last > first:
            yield Caption(_ms(first, rate), _ms(last, rate), (f"({word})",), breath=True)


def _ms(frame: float, rate: int) -> int:
    return max(round(frame * 1000 / rate), 0)


def _wrapped(text: str) -> list[str]:
    """Break a text into as few rows as it takes, about equally long."""
    rows = _filled(text, ROW_LETTERS)
    for width in range(ROW_LETTERS - 1, ROW_LETTERS // 2, -1):
        narrower = _filled(text, width)
        if len(narrower) > len(rows) or max(map(_width, narrower)) > width:
            break
        rows = narrower
    return rows


def _filled(text: str, width: int) -> list[str]:
    """Fill one row after the other with words; what has no spaces is broken anywhere."""
    rows: list[str] = []
    for word in text.split():
        if rows and _width(rows[-1]) + 1 + _width(word) <= width:
            rows[-1] += f" {word}"
            continue
        rows.append("")
        for letter in word:
            # A mark stays with its letter.
            if _width(rows[-1]) + _width(letter) > width and not unicodedata.combining(letter):
                rows.append("")
            rows[-1] += letter
    return rows


def _width(text: str) -> int:
    """Return how wide a text is, in Latin letters: one of China or Japan takes two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def vtt(captions: Captions) -> str:
    """Return captions as WebVTT, for web pages and most players."""
    blocks = ["WEBVTT"]
    for cue in captions.cues:
        where = " line:0" if cue.breath else ""
        words = "".join(
            f"<{clock_ms(ms)}>" * (cue.start < ms < cue.end) + _without_tags(piece)
            for ms, piece in cue.pieces()
        )
        blocks.append(f"{clock_ms(cue.start)} --> {clock_ms(cue.end)}{where}\n{words}")
    return "\n\n".join(blocks) + "\n"


def _without_tags(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def srt(captions: Captions) -> str:
    """Return captions as SubRip, which everything reads."""
    blocks = []
    for number, cue in enumerate(captions.cues, start=1):
        times = f"{clock_ms(cue.start)} --> {clock_ms(cue.end)}".replace(".", ",")
        blocks.append(f"{number}\n{times}\n" + "\n".join(cue.rows) + "\n")
    return "\n".join(blocks)


def lrc(captions: Captions) -> str:
    """Return captions as LRC, the lyrics of music players: one row at a time, until the next.

    A breath that turns while a line is said doesn't take its place.
    """
    rows = [f"[ti:{_without_brackets(captions.title)}]", "[re:Voice Guide]"]
    shown = 0  # until then
    lines = [cue for cue in captions.cues if not cue.breath]
    starts = {cue.start for cue in lines}
    for cue in captions.cues:
        if cue.breath and (cue.start < shown or cue.start in starts):
            continue
        if shown and cue.start > shown and not cue.breath:
            rows.append(f"[{_hundredths(shown)}]")  # nothing is said
        words = "".join(
            f"<{_hundredths(ms)}>" * bool(cue.words) + _without_brackets(piece.replace("\n", " "))
            for ms, piece in cue.pieces()
        )
        rows.append(f"[{_hundredths(cue.start)}]{words}")
        shown = 0 if cue.breath else cue.end
    if shown:
        rows.append(f"[{_hundredths(shown)}]")
    return "\n".join(rows) + "\n"


def _hundredths(ms: int) -> str:
    minutes, rest = divmod(_in_hundredths(ms), 6000)
    return f"{minutes:02}:{rest // 100:02}.{rest % 100:02}"


def _without_brackets(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


_STYLE = (
    "Style: {name},Sans,{size},&H00{colour},&H00C0C0C0,&H00303030,&H80000000,0,{italic},0,0,"
    "100,100,0,0,1,2,0,{place},60,60,60,1"
)
"""A colour is in blue, green and red; the place is that of a number on the keypad."""

_ASS_HEAD = """\
[Script Info]
Title: {title}
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 720
WrapStyle: 2

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, \
Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
{said}
{breath}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_SAID = _STYLE.format(name="Said", size=48, colour="FFFFFF", italic=0, place=2)
_BREATHED = _STYLE.format(name="Breath", size=40, colour="E6DCBF", italic=1, place=8)


def ass(captions: Captions) -> str:
    """Return captions as Advanced SubStation Alpha, for video."""
    events = []
    for cue in captions.cues:
        style = "Breath" if cue.breath else "Said"
        words = "".join(
            f"{{\\k{hundredths}}}" * bool(cue.words) + _without_codes(piece).replace("\n", "\\N")
            for hundredths, piece in _lasting(cue)
        )
        times = f"{_ass_time(cue.start)},{_ass_time(cue.end)}"
        events.append(f"Dialogue: 0,{times},{style},,0,0,0,,{words}\n")
    head = _ASS_HEAD.format(title=captions.title, said=_SAID, breath=_BREATHED)
    return head + "".join(events)


def _lasting(cue: Caption) -> Iterator[tuple[int, str]]:
    """Yield the pieces of a caption with their lengths, which add up to the times they begin."""
    pieces = list(cue.pieces())
    turns = [_in_hundredths(ms) for ms in (*(ms for ms, _ in pieces), cue.end)]
    for (first, last), (_, piece) in zip(itertools.pairwise(turns), pieces, strict=True):
        yield last - first, piece


def _in_hundredths(ms: int) -> int:
    return math.floor(ms / 10 + 0.5)


def _ass_time(ms: int) -> str:
    seconds, rest = divmod(_in_hundredths(ms), 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:02}"


def _without_codes(text: str) -> str:
    """Return a text in which no brace and no backslash means anything."""
    return re.sub(r"\\(?=[Nnh{}])", "\\\\\u2060", text).replace("{", "\\{").replace("}", "\\}")
