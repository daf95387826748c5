"""What has one right form in a script, written so: ``mended`` gives the text."""

import contextlib
import re

from voice_guide.errors import ScriptError
from voice_guide.scripting.findings import Mend
from voice_guide.scripting.model import Section
from voice_guide.scripting.parse import mends, parse

__all__ = ["mended"]

_ROW_ENDS = re.compile(r"(\r\n|\r|\n)")
_MOST_ROUNDS = 20
"""How often what has come into view is mended, too: of a script, only so many problems are told."""


def mended(text: str, path: str) -> str:
    """Return a script in which all that has one right form is written so.

    These are the forms that ``Script.notes`` tell, and what is misspelt so that only one thing can
    be meant. Whatever could be read before reads the same; ends of rows stay as they are.

    Args:
        text: of the script, with any ends of rows, and perhaps a byte-order mark.
        path: its name.
    """
    mark = text[: text.startswith("\ufeff")]
    text = text.removeprefix(mark)
    for _ in range(_MOST_ROUNDS):
        found = mends(_plain(text), path)
        better = _with(text, found)
        if not _says_the_same(text, better, path):  # a row that means another thing by itself
            better = _with(text, [mend for mend in found if mend.letters])
        if better == text or not _says_the_same(text, better, path):
            break
        text = better
    return mark + text


def _plain(text: str) -> str:
    return _ROW_ENDS.sub("\n", text)


def _with(text: str, found: list[Mend]) -> str:
    """Put in the right forms, from the end on, so that the places of the others stay."""
    rows = _ROW_ENDS.split(text)  # each, and its end
    for row, column, letters, right in reversed(found):
        end = rows[2 * row - 1] if row else "\n"
        written = rows[2 * row]
        right = right.replace("\n", end)
        rows[2 * row] = written[:column] + right + written[column + letters :]
    return "".join(rows)


def _says_the_same(before: str, after: str, path: str) -> bool:
    """Whether a script that can be read says the same afterwards; else, whether it may."""
    sections = _sections(before, path)
    return sections is None or sections == _sections(after, path)


def _sections(text: str, path: str) -> tuple[Section, ...] | None:
    with contextlib.suppress(ScriptError):
        return parse(_plain(text), path).sections
    return None
