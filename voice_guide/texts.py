"""Texts that others wrote, before they reach a screen or a voice.

A file may hold anything: codes that clear a screen or name its window, and signs that turn
the direction of writing, so that a line reads as something else than it is.
"""

import re

__all__ = ["CARE", "plain", "sounding", "straight", "visible"]

CARE = (
    "This is not a treatment. If you are in danger, please call your local emergency number "
    "or a crisis line."
)
"""Said wherever a session goes: by the command line, and inside its files."""

_CONTROLS = r"\x00-\x1f\x7f-\x9f"
"""C0 but for the row's end and the tab, DEL, and C1, which some terminals obey as well."""

_UNSEEN = "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f"
"""Of the direction of writing (Unicode's annex 9), of rows and paragraphs, and invisible tags."""

_NO_LETTERS = r"\ud800-\udfff"
"""Bytes of a name that are no UTF-8, as Python carries them."""

_SOUNDLESS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphens, and spaces without a width; joiners stay, as Persian and Hindi need them."""

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u02bc\u2018`\u00b4", "'"))
"""What editors make of an apostrophe, and what people type for one."""

_SHOWN = f"(?![\\n\\t])[{_CONTROLS}{_UNSEEN}{_NO_LETTERS}]"
_REPLACED = f"[{_CONTROLS}{_NO_LETTERS}]"
"""None of what they find is printable; ``re`` compiles them for the few texts that aren't."""


def visible(text: str) -> str:
    r"""Return a text in which what a terminal would obey can be read, as in ``\x1b[2J``.

    Rows and tabs stay. A text that is shown already stays as it is.
    """
    return text if text.replace("\n", " ").isprintable() else re.sub(_SHOWN, _escaped, text)


def plain(text: str) -> str:
    """Return a text in one row, with spaces for its control characters and � for no letters."""
    if not text.isprintable():
        text = re.sub(_REPLACED, lambda found: " " if found[0] < "\ud800" else "�", text)
    return " ".join(text.split())


def sounding(text: str) -> str:
    """Return a text without signs that have no sound, and would part a word for a voice."""
    return text.translate(_SOUNDLESS)


def straight(text: str) -> str:
    """Return a text, as long as before, in which each apostrophe is the one that is typed."""
    return text.translate(_APOSTROPHES)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
