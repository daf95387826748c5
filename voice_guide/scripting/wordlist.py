"""The list of words in a script's head: rows under ``words:``, each a word and how it is said."""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from voice_guide.scripting.words import fault, listed

__all__ = ["Entry", "Report", "Right", "ends_of_list", "read_list", "usable"]

Right = tuple[int, int, str]
"""A column, so many letters of the row from there, and the one right form of them."""


class Report(Protocol):
    """Told what is wrong, with its row and column, which count from 0."""

    def __call__(self, row: int, column: int, message: str, right: Right | None = None) -> None:
        """Take the message, and how it is right, if there is one right form."""


_OPENS = re.compile(r"words\s*:\s*(?:#.*)?", re.IGNORECASE)
_ROW = r"""(\s*-\s+|\s+)("[^"]+"|'[^']+'(?=\s*:)|.*?\S)\s*[:：](?:\s+(.*?))?(?:\s+\#.*)?\s*"""
_HOW = "write each word in a row of its own, indented, as in    Siobhan: shi-vawn"


class Entry(NamedTuple):
    """A word and how it is said, as they are written, and where."""

    written: str
    said: str
    row: int
    column: int


def read_list(rows: Sequence[str], report: Report) -> tuple[list[Entry], list[str]]:
    """Read the rows under ``words:``; return them, and all rows with empty ones in their place."""
    entries: list[Entry] = []
    others, opened, within = list(rows), -1, False
    for row, text in enumerate(rows):
        opens = _OPENS.fullmatch(text) is not None
        if opens and opened >= 0:
            report(row, 0, "words is given twice: put all of them under the first")
        within = opens or (within and (not text.strip() or _inside(text)))
        if not within:
            continue
        others[row] = ""
        if opens:
            opened = row
        elif text.strip() and not text.lstrip().startswith("#"):
            entries += _entry(text, row, report)
    if opened >= 0 and not any(map(_inside, rows[opened + 1 : opened + 2])):
        report(opened, 0, f"words is empty: {_HOW}")
    return entries, others


def ends_of_list(rows: Sequence[str], row: int) -> int:
    """Return the row after the list that begins in a row; the same one where none does."""
    if not _OPENS.fullmatch(rows[row]):
        return row
    row += 1
    while row < len(rows) and rows[row].strip() and _inside(rows[row]):
        row += 1
    return row


def usable(entries: Sequence[Entry], report: Report) -> list[Entry]:
    """Return the entries that can be used, and report what is wrong with the others."""
    good: dict[str, Entry] = {}
    for entry in entries:
        written = listed(entry.written, entry.said).written
        if wrong := fault(entry.written, entry.said):
            report(entry.row, entry.column, wrong)
        elif written in good:
            report(entry.row, entry.column, f"{entry.written} is given twice")
        else:
            good[written] = entry
    return list(good.values())


def _entry(text: str, row: int, report: Report) -> list[Entry]:
    indent = len(text) - len(text.lstrip())
    found = re.fullmatch(_ROW, text)
    if found:
        return [Entry(_bare(found[2]), _bare(found[3] or ""), row, indent)]
    words = re.split(r"\s*(?:[=→:]|->)\s*|\s+", text.strip(), maxsplit=1)
    if len(words) == 2:
        report(
            row,
            indent,
            f"between a word and how it is said stands a colon and a space: "
            f"write  {words[0]}: {words[1]}",
        )
    else:
        report(row, indent, f"this row of words says nothing: {_HOW}")
    return []


def _inside(text: str) -> bool:
    """Whether a row belongs to the list: it is indented, or has a dash before it."""
    return text[:1].isspace() or text.startswith("- ")


def _bare(text: str) -> str:
    """Return a text without the quotes around it."""
    quoted = len(text) > 1 and text[0] + text[-1] in ('""', "''", "“”", "„“", "‘’", "«»")
    return text[1:-1] if quoted else text
