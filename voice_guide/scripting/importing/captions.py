"""Captions, SRT and WebVTT: each is a line, and the time between two is a rest."""

import re

from voice_guide.scripting.importing.rows import Draft, rest

__all__ = ["read_captions"]

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}.*")
_TAGS = re.compile(
    r"</?(?:[bicuv]|ruby|rt|lang|font)\b[^<>]*>|<[\d:.]+>|\{\\[^{}]*\}", re.IGNORECASE
)
_BLOCKS = ("WEBVTT", "NOTE", "STYLE", "REGION")


def read_captions(text: str) -> Draft:
    """Read captions; numbers, styles, and what names the speaker are left out."""
    draft = Draft("captions")
    ended: float | None = None
    words: list[str] = []
    line = 0
    inside = skipping = False

    def finish() -> None:
        if said := _TAGS.sub("", " ".join(words)).strip():
            draft.block(said, line)
        words.clear()

    for number, row in enumerate(text.split("\n"), start=1):
        if times := _TIMES.fullmatch(row):
            finish()
            begins, ends = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
            if ended is not None and begins > ended:
                draft.block(rest(round(begins - ended, 3)), number)
            ended = max(ends, ended or 0.0)
            line, inside, skipping = number + 1, True, False
        elif not row.strip():
            finish()
            inside = skipping = False
        elif inside:
            words.append(row.strip())
        elif row.startswith(_BLOCKS):
            skipping = True
        elif not skipping and not row.strip().isdecimal() and _is_words(row):
            draft.note(number, f"left out, as it has no time: {row.strip()}")
    finish()
    return draft


def _is_words(row: str) -> bool:
    return " " in row.strip()  # what names a caption is one word


def _seconds(clock: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, parts = clock
    whole = 3600 * int(hours or 0) + 60 * int(minutes or 0) + int(seconds or 0)
    return whole + int((parts or "0").ljust(3, "0")) / 1000
