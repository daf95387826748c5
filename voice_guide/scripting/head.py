"""The head of a script: KEY: VALUE rows between two rows of dashes, read as YAML."""

import difflib
import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

from voice_guide.errors import PaceError, UnknownNameError
from voice_guide.languages import NAMES
from voice_guide.limits import MAX_HEAD_LETTERS
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.voices.wishes import check_wish

__all__ = ["Report", "read_head"]

Report = Callable[[int, int, str], None]
"""Told what is wrong, with its row and column; both count from 0."""

_KEYS = ("title", "about", "language", "pace", "ramp", "holds", "voice", "inner")
_TEXTS = ("title", "about")
"""Keys whose values are written by people for people, so that any sign may be part of them."""

_FENCE = re.compile(r"\s*-{3,}\s*")
_ROW = re.compile(r"(\s*)([A-Za-z][\w-]*)(\s*:\s*)(.*)")
_NO_KEY = re.compile(r"inner:", re.IGNORECASE)
_QUOTED = re.compile(r""" (?: "(?:[^"\\]|\\.)*" | '(?:[^']|'')*' ) \s* (?:\#.*)? """, re.VERBOSE)
_SPECIAL = tuple("\"'@%`!&*[]{},#|>?-:")
"""Signs at the beginning of a value that YAML takes for its own."""


def read_head(rows: Sequence[str], report: Report) -> tuple[dict[str, Any], int]:
    """Read the head of a script, if it has one.

    Args:
        rows: of the whole file.
        report: called with everything that is wrong.

    Returns:
        The script's fields that it gives, and the first row after it.
    """
    first = next((row for row, text in enumerate(rows) if text.strip(" \ufeff")), 0)
    opening = rows[first].strip(" \ufeff")
    if not _FENCE.fullmatch(opening):
        _report_head_without_fence(rows, first, report)
        return {}, 0
    ends = [row for row in range(first + 1, len(rows)) if _FENCE.fullmatch(rows[row])]
    if not ends:
        report(first, 0, "the head has no end: close it with a line of ---")
        return {}, len(rows)
    head = rows[first + 1 : ends[0]]

    def told(row: int, column: int, message: str) -> None:
        report(first + 1 + row, column, message)

    letters = 0
    for row, text in enumerate(head):
        letters += len(text)
        if letters > MAX_HEAD_LETTERS:
            told(row, 0, f"the head can have at most {MAX_HEAD_LETTERS} letters")
            return {}, ends[0] + 1
    return _fields(head, told), ends[0] + 1


def _report_head_without_fence(rows: Sequence[str], first: int, report: Report) -> None:
    """Report rows that belong to a head, and would be spoken as words."""
    opening = rows[first]
    found = _ROW.fullmatch(opening)
    if opening.strip() == "+++":
        report(first, 0, "the head goes between two lines of ---, with rows such as  title: Rest")
    elif found and found[2].lower() in _KEYS and not _NO_KEY.match(opening.strip()):
        report(first, 0, "this belongs to the head: put a line of --- above it, and one below")


def _fields(head: Sequence[str], report: Report) -> dict[str, Any]:
    import yaml

    try:
        root = yaml.compose("\n".join(head), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        _report_no_yaml(head, error, report)
        return {}
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        if not _report_slips(head, report):
            report(0, 0, f"the head has to be rows of KEY: VALUE, with a key of {', '.join(_KEYS)}")
        return {}
    fields: dict[str, Any] = {}
    for key, value in root.value:
        row, column = key.start_mark.line, key.start_mark.column
        at = (value.start_mark.line, value.start_mark.column)
        if not isinstance(key, yaml.ScalarNode):
            report(row, column, f"a key is one word: use one of {', '.join(_KEYS)}")
        elif key.value not in _KEYS:
            report(row, column, _unknown(key.value))
        elif key.value in _TEXTS and (lost := _lost(head[at[0]][at[1] :], value)):
            report(*at, lost + _in_quotes(key.value, head[at[0]][at[1] :]))
        elif not isinstance(value, yaml.ScalarNode):
            report(row, column, f"{key.value} has to have one plain value")
        elif key.value in fields:
            report(row, column, f"{key.value} is given twice")
        else:
            _field(fields, key.value, value.value.strip(), functools.partial(report, *at))
    return fields


def _field(fields: dict[str, Any], key: str, text: str, wrong: Callable[[str], None]) -> None:
    if key in ("pace", "ramp"):
        try:
            fields[key] = Pace.parse(text) if key == "pace" else Ramp.parse(text)
        except PaceError as error:
            wrong(str(error))
    elif key == "holds":
        if text.lower() in ("yes", "true", "no", "false"):
            fields[key] = text.lower() in ("yes", "true")
        else:
            wrong(f"holds has to be yes or no, not {text!r}")
    elif key in ("voice", "inner"):
        try:
            check_wish(text)
            fields[key] = text
        except UnknownNameError as error:
            wrong(str(error).rstrip("."))
    elif key == "language":
        if re.fullmatch(r"[a-zA-Z]{2,3}([-_][\w-]+)?", text):
            fields[key] = text
        else:
            named = next((tag for tag, name in NAMES.items() if name.lower() == text.lower()), "")
            meant = f". Did you mean {named!r}?" if named else ""
            wrong(f"language has to be a code such as en or en-GB, not {text!r}{meant}")
    elif text:
        fields[key] = text
    else:
        wrong(f"{key} is empty")


def _unknown(given: str) -> str:
    near = difflib.get_close_matches(given.lower(), _KEYS, n=1, cutoff=0.5)
    meant = f". Did you mean {near[0]!r}?" if near else ""
    return f"unknown key {given!r} in the head: use one of {', '.join(_KEYS)}{meant}"


def _lost(source: str, value: Any) -> str:
    """Say what YAML would leave out of a value; ``source`` is its row from where it begins."""
    import yaml

    if source.startswith(("!", "&", "*")):
        return f"a value that begins with {source[0]} loses its first word"
    plain = isinstance(value, yaml.ScalarNode) and value.style is None
    if plain and re.search(r"\s#", source):
        return "everything after # is left out"
    return "" if isinstance(value, yaml.ScalarNode) else f"a value can't begin with {source[:1]}"


def _report_no_yaml(head: Sequence[str], error: Exception, report: Report) -> None:
    """Say what to write instead of what YAML can't read, row by row."""
    if _report_slips(head, report):
        return
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    row, column = (min(mark.line, len(head) - 1), mark.column) if mark else (0, 0)
    reason = getattr(error, "problem", None)
    report(row, column, f"the head is not valid YAML{f': {reason}' if reason else ''}")


def _report_slips(head: Sequence[str], report: Report) -> bool:
    """Report each row that isn't KEY: VALUE; return whether there was any."""
    slips = [(row, *slip) for row, text in enumerate(head) if (slip := _slip(text))]
    for row, column, message in slips:
        report(row, column, message)
    return bool(slips)


def _slip(text: str) -> tuple[int, str] | None:
    """Return where a row is wrong, and what to write."""
    found = _ROW.fullmatch(text)
    if not found:
        word, _, rest = text.partition(" ")
        if word.lower() in _KEYS and rest.strip():
            return 0, f"a colon is missing: write  {word.lower()}: {rest.strip(' =')}"
        if word and not word.startswith(("#", "-", "?", "{", "[")):
            return 0, f"a row of the head has to be KEY: VALUE, with a key of {', '.join(_KEYS)}"
        return None
    indent, key, colon, value = found.groups()
    key, value = key.lower(), value.strip()
    if key not in _KEYS:
        if not indent:
            return None
        told = "this row continues the one above: write both as one, with the value in quotes"
        return len(indent), told
    if indent:
        return len(indent), f"a row of the head starts at the left edge: write  {key}: {value}"
    if value and not colon.endswith(" "):
        return len(key), f"a space is missing after the colon: write  {key}: {value}"
    at = len(key) + len(colon)
    if value and not _QUOTED.fullmatch(value):
        if value.startswith(("|", ">")):
            return None
        if value.startswith(_SPECIAL):
            return at, f"a value that begins with {value[0]} needs quotes" + _in_quotes(key, value)
        if re.search(r":(\s|$)", value) or re.search(r"\s#", value):
            sign = ":" if re.search(r":(\s|$)", value) else "#"
            return at, f"a value with {sign} in it needs quotes" + _in_quotes(key, value)
    return None


def _in_quotes(key: str, value: str) -> str:
    value = value.strip()
    double = '"' not in value and "\\" not in value
    quoted = f'"{value}"' if double else "'" + value.replace("'", "''") + "'"
    return f": write  {key}: {quoted}"
