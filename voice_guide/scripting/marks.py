"""Directions among the words of a row, in brackets of any kind or as a break of SSML."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from voice_guide.scripting.directions import directed
from voice_guide.scripting.hints import rest_meant

__all__ = ["Mark", "marks"]

_MARKS = re.compile(
    r"(?<!\\)\[(?P<square>[^\[\]]*)\](?!\(|\[[^\[\]]*\])|\((?P<round>[^()]*)\)"
    r"|<break\b(?:[^<>]*?\btime\s*=\s*[\"'](?P<time>[^\"'<>]*)[\"'])?[^<>]*>"
    r"|(?<!\{)\{{1,3}(?P<curly>[^{}]*)\}{1,3}|<(?P<pointed>[^<>/]*)>"
)
_ENDED = r"[.!?…][\"'”’]*\s*$"
_NO_DIRECTION = re.compile(r"\^.*|\d+")  # the mark of a footnote


class Mark(NamedTuple):
    """A direction in a row: where it begins and ends, as it is given, and as it is written.

    A break without a length is written as nothing: it is no word, either.
    """

    start: int
    end: int
    given: str
    written: str


def marks(text: str) -> Iterator[Mark]:
    """Yield the directions of a row, in order."""
    for match in _MARKS.finditer(text):
        if (written := _written(match, text)) is not None:
            yield Mark(match.start(), match.end(), match[0], written)


def _written(match: re.Match[str], text: str) -> str | None:
    """Return the direction that a part of a row stands for; None for words."""
    inside = match["square"]
    if match["round"] is not None:
        before, after = text[: match.start()], text[match.end() :]
        alone = bool(before and not after.strip() and re.search(_ENDED, before))
        return rest_meant(match["round"], alone=alone)  # as after a sentence, to stay with it
    if match["curly"] is not None or match["pointed"] is not None:
        return rest_meant(match["curly"] or match["pointed"] or "", alone=True)
    if inside is None:
        return rest_meant(match["time"] or "", alone=True) or ""
    if match[0] != text.strip() and (_NO_DIRECTION.fullmatch(inside) or not directed(inside)):
        return None
    return match[0]
