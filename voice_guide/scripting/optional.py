"""Guidance that fades: fewer of the lines that a script can do without."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Literal

from voice_guide.scripting.model import Item, Line, Script

__all__ = ["Talk", "thinned"]

Talk = Literal["full", "less", "least"]
"""How much is said."""

Passage = tuple[Item, ...]


def thinned(script: Script, talk: Talk) -> Script:
    """Return the script with some of its optional lines silent; they keep their time.

    Optional lines that follow one another stay or go together. With ``less``, those that only
    repeat what was said before go, and of the others the later half; with ``least`` all go.
    """
    if talk == "full":
        return script
    optional = dict.fromkeys(
        passage
        for s in script.sections
        for passage in _passages(s.items)
        if _is_optional(passage[0])
    )
    said = list(optional)[: (len(optional) + 1) // 2] if talk == "less" else []

    def heard(passage: Passage) -> Iterator[Item]:
        silent = _is_optional(passage[0]) and passage not in said
        if passage in said:
            said.remove(passage)  # a repetition is not said
        for item in passage:
            yield replace(item, said=False) if silent and isinstance(item, Line) else item

    return script.with_items(lambda items: (i for p in _passages(items) for i in heard(p)))


def _passages(items: Passage) -> Iterator[Passage]:
    """Cut a section where optional lines begin and end."""
    return (tuple(passage) for _, passage in groupby(items, _is_optional))


def _is_optional(item: Item) -> bool:
    return isinstance(item, Line) and item.optional
