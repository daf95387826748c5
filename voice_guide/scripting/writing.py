"""A script as text: the form in which whatever was read can be read again."""

import json
from collections.abc import Iterator

from voice_guide.scripting.model import (
    Bell,
    Count,
    Include,
    Item,
    Line,
    RampTo,
    Rest,
    Section,
    TimedRest,
)
from voice_guide.scripting.words import Words
from voice_guide.units import counted

__all__ = ["escaped", "head", "written"]


def head(words: Words = (), **values: str) -> str:
    """Return the head of a script with these values; nothing for those that are empty.

    Args:
        words: its list of words.
        values: of its keys.
    """
    rows = [
        f"{key}: {json.dumps(value, ensure_ascii=False) if key in ('title', 'about') else value}"
        for key, value in values.items()
        if value
    ]
    said = [f'  "{word.written}": "{word.said}"' for word in words if '"' not in word.written]
    return "\n".join(["---", *rows, *(["words:", *said] if said else []), "---", ""])


def written(sections: tuple[Section, ...], title: str) -> str:
    """Return the sections of a script as a writer would write them.

    Args:
        sections: without practices that are included with voices of their own.
        title: of the script, which its first section may go without.
    """
    blocks: list[str] = []
    for number, section in enumerate(sections):
        if number or section.title != title:
            blocks.append(f"## {section.title}")
        blocks += _blocks(section.items)
    return "\n\n".join(blocks) + "\n"


def _blocks(items: tuple[Item, ...]) -> Iterator[str]:
    """Yield the paragraphs; the lines of one breath stand together."""
    paired = ""
    for item in items:
        text = _item(item)
        if isinstance(item, Line) and item.anchor in ("hold", "out") and paired:
            paired += f"\n{text}"
        elif isinstance(item, Line) and item.anchor == "in":
            if paired:
                yield paired
            paired = text
        else:
            if paired:
                yield paired
            paired = ""
            yield text
    if paired:
        yield paired


def _item(item: Item) -> str:
    match item:
        case Line(text, anchor):
            words = f"({escaped(text)})" if item.optional else escaped(text)
            before = f"{anchor}: " if anchor else ""
            return before + ("inner: " if item.inner else "") + words
        case Rest(low, high):
            return f"[{counted(low if low == high else f'{low}-{high}', 'breath')}]"
        case Count(breaths):
            return f"[count {counted(breaths, 'breath')}]"
        case TimedRest(seconds):
            return f"[{counted(seconds, 'second')}]"
        case Bell():
            return "[bell]"
        case RampTo():
            return f"[ramp to {item.pace} over {counted(float(item.seconds), 'second')}]"
        case Include(name):
            return f"[practice {name}]"


def escaped(text: str) -> str:
    """Return words so that no mark among them is taken for one of Markdown's."""
    return "".join(f"\\{letter}" if letter in "\\*_`<>~[]|#" else letter for letter in text)
