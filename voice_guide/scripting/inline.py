"""Marks within a line of Markdown: emphasis, links, notes, tags. Most lines have none."""

import html
import re

__all__ = ["without_marks", "without_pictures"]

_NOTE = re.compile(r"\[(?:\^[^\]]*|\d+)\]")
_PICTURE = re.compile(r"!\[[^\]]*\](?:\([^()]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\[[^\]]*\])")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|center|code|del|div|em|emphasis|font|h[1-6]|i|ins|kbd|li|mark|"
    r"ol|p|prosody|q|s|say-as|small|span|speak|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|voice)"
    r"(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_ROW_BREAK = re.compile(r"<br\s*/?>|\\$", re.IGNORECASE | re.MULTILINE)
_STRUCK = re.compile(r"~~(?=\S).{1,400}?(?<=\S)~~")  # bounded, so that no text takes for ever
_CODE = re.compile(r"(`{1,3})(.{1,400}?)\1")
_STARS = re.compile(r"(\*{1,3})(?=[^\s*])(.{1,400}?)(?<=[^\s*])\1")
_UNDERSCORES = re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])(.{1,400}?)(?<=[^\s_])\1(?![\w_])")
_MARKED = re.compile(r"(==)(?=\S)(.{1,400}?)(?<=\S)\1")
_STRAY = re.compile(r"(?<![^\s(“\"])\*{1,3}(?=\w)|(?<=[^\W\d_])\*{1,3}(?=[\s.,;:!?…)”]|$)")
_PARTED = re.compile(r"([^\W\d_]{2,})[-\u2010\u00ad]\n(?=([^\W\d_]))")
_COMPOUNDS = {"self", "well", "half", "non", "ex", "deep", "full", "open", "soft", "slow"}
"""First halves of words that keep their hyphen, also at the end of a row."""

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_KEPT = 0xE000  # where letters are that have no meaning, for marks that are words
_KEPT_BACK = {_KEPT + code: code for code in range(128)}


def without_pictures(text: str) -> str:
    return _PICTURE.sub("", text)


def without_marks(text: str) -> str:
    """Return the words of a line as a reader would say them."""
    text = _PARTED.sub(_whole_word, text)
    text = _ESCAPED.sub(lambda mark: chr(_KEPT + ord(mark[1])), _ROW_BREAK.sub(" ", text))
    text = _NOTE.sub("", _LINK.sub(r"\1", without_pictures(text)))
    text = _STRUCK.sub("", _CODE.sub(r"\2", _ADDRESS.sub(r"\1", text)))
    text = _TAG.sub("", text)
    for _ in range(3):  # one within another
        before = text
        for mark in (_STARS, _UNDERSCORES, _MARKED):
            text = mark.sub(r"\2", text)
        if text == before:
            break
    return html.unescape(_STRAY.sub("", text).translate(_KEPT_BACK))


def _whole_word(match: re.Match[str]) -> str:
    """Put a word together again that was parted at the end of a row, as in a PDF."""
    first, after = match.groups()
    whole = after.islower() and first.lower() not in _COMPOUNDS
    return first if whole else f"{first}-"
