"""Rows of a script's head that aren't KEY: VALUE, each with what to write instead."""

import re
from collections.abc import Sequence

from voice_guide.scripting.wordlist import Report

__all__ = ["KEYS", "QUOTED", "ROW", "report_slips"]

KEYS = (
    "title",
    "about",
    "language",
    "pace",
    "ramp",
    "holds",
    "voice",
    "inner",
    "artist",
    "album",
    "cover",
    "words",
)

ROW = re.compile(r"(\s*)([A-Za-z][\w-]*)(\s*:\s*)(.*)")
QUOTED = re.compile(r""" (?: "(?:[^"\\]|\\.)*" | '(?:[^']|'')*' ) \s* (?:\#.*)? """, re.VERBOSE)
_SPECIAL = tuple("\"'@%`!&*[]{},#|>?-:")
"""Signs at the beginning of a value that YAML takes for its own."""


def report_slips(head: Sequence[str], report: Report) -> bool:
    """Report each row that isn't KEY: VALUE; return whether there was any."""
    slips = [(row, *slip) for row, text in enumerate(head) if (slip := _slip(text))]
    for row, column, message, right in slips:
        report(row, column, message, (0, len(head[row]), right) if right else None)
    return bool(slips)


def _slip(text: str) -> tuple[int, str, str] | None:
    """Return where a row is wrong, what to write, and the right row, if there is only one."""
    found = ROW.fullmatch(text)
    if not found:
        word, _, rest = text.partition(" ")
        if word.lower() in KEYS and rest.strip():
            right = f"{word.lower()}: {rest.strip(' =')}"
            only = right if rest.strip().startswith("=") else ""
            return 0, f"a colon is missing: write  {right}", only
        if word and not word.startswith(("#", "-", "?", "{", "[")):
            keys = ", ".join(KEYS)
            return 0, f"a row of the head has to be KEY: VALUE, with a key of {keys}", ""
        return None
    indent, key, colon, value = found.groups()
    key, value = key.lower(), value.strip()
    if key not in KEYS:
        if not indent:
            return None
        told = "this row continues the one above: write both as one, with the value in quotes"
        return len(indent), told, ""
    right = f"{key}: {value}"
    if indent:
        return len(indent), f"a row of the head starts at the left edge: write  {right}", right
    if value and not colon.endswith(" "):
        return len(key), f"a space is missing after the colon: write  {right}", right
    at = len(key) + len(colon)
    if value and not QUOTED.fullmatch(value):
        if value.startswith(("|", ">")):
            return None
        if value.startswith(_SPECIAL):
            quoted = _in_quotes(key, value)
            needs = f"a value that begins with {value[0]} needs quotes: write  {quoted}"
            return at, needs, quoted
        if re.search(r":(\s|$)", value) or re.search(r"\s#", value):
            sign = ":" if re.search(r":(\s|$)", value) else "#"
            quoted = _in_quotes(key, value)
            return at, f"a value with {sign} in it needs quotes: write  {quoted}", quoted
    return None


def _in_quotes(key: str, value: str) -> str:
    value = value.strip()
    double = '"' not in value and "\\" not in value
    quoted = f'"{value}"' if double else "'" + value.replace("'", "''") + "'"
    return f"{key}: {quoted}"
