"""Markdown in a script: its marks are taken off, and the words stay as a reader would say them.

A parser of Markdown would tell the row of a paragraph, but not the column of what stands inside
it, and errors of a script name both. So each row is looked at by itself: what kind it is, and
where its words begin; what stands around words within a line is taken off at the end.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

from voice_guide.texts import sounding

__all__ = ["Row", "heading_above", "read_row", "unmarked", "vetted_rows", "without_comments"]


class Row(NamedTuple):
    """What a row of Markdown is: its words, and where they begin."""

    kind: Literal["words", "item", "heading", "underline", "nothing"]
    words: str = ""
    column: int = 0


_QUOTE = re.compile(r"(\s*>)+\s?")
_ITEM = re.compile(
    r"(?:[-–—*+•◦▪‣·●○■\uf0b7]|\(?(\d{1,3})[.)](?=\s+[*_“\"]*[^\W\d])|\(?[a-z]\))\s+"
    r"(?:\[[ xX]\]\s+)?(?=\S)"
)
_BLOCK = re.compile(
    r"</?(?:p|li|div|h[1-6]|ul|ol|blockquote|table|tr|section|body|html)\b[^<>]*>", re.IGNORECASE
)
_HEADING = re.compile(r"(?:#{1,6}\s+|#{2,6})([^#\s].*)")
_UNDERLINE = re.compile(r"={2,}|-{2,}")
_RULE = re.compile(r"([-*_])(?:\s*\1){2,}")
_FENCE = re.compile(r"(?:```|~~~).*")
_TABLE_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
_DEFINITION = re.compile(r"\[\^[^\]]*\]:.*|\[[^\]]+\]:\s+<?\w+:\S+.*")
_SENTENCE_ENDS = tuple(".,;:!?…—–")
_LONGEST_HEADING = 60  # letters


def read_row(text: str, *, within: bool) -> Row:
    """Tell what a row is.

    Args:
        text: of the row.
        within: whether a line has begun above it.
    """
    quote = _QUOTE.match(text)
    at = quote.end() if quote else 0
    at += len(text[at:]) - len(text[at:].lstrip())
    words = text[at:].rstrip()
    if _FENCE.fullmatch(words) or _TABLE_RULE.fullmatch(words) or _DEFINITION.fullmatch(words):
        return Row("nothing")
    if _UNDERLINE.fullmatch(words):
        return Row("underline")
    if _RULE.fullmatch(words) or (words.startswith("![") and _is_picture(words)):
        return Row("nothing")
    if heading := _HEADING.fullmatch(words):
        return Row("heading", heading[1].rstrip("# "), at)
    if words.startswith("|") and words.endswith("|") and len(words) > 1:
        cells = [cell.strip() for cell in words.strip("|").split("|")]
        return Row("item", ", ".join(filter(None, cells)), at)
    if _BLOCK.match(words):  # a paragraph of a page that was pasted
        return Row("item", words, at) if unmarked(words) else Row("nothing")
    if (item := _ITEM.match(words)) and not (within and item[1] and item[1] != "1"):
        return Row("item", words[item.end() :], at + item.end())
    return Row("words", words, at)


def _is_picture(words: str) -> bool:
    from voice_guide.scripting.inline import without_pictures

    return not without_pictures(words).strip()


def heading_above(words: str) -> bool:
    """Whether the words over a row of dashes are a heading; a sentence is one to be said."""
    return len(words) <= _LONGEST_HEADING and not words.endswith(_SENTENCE_ENDS)


def without_comments(text: str) -> tuple[str, tuple[int, int] | None]:
    """Blank out HTML comments, keeping everything else where it was.

    Returns:
        The text, to the first comment that has no end; and the row and the column of that.
    """
    kept: list[str] = []
    at = 0
    while (opened := text.find("<!--", at)) >= 0:
        kept.append(text[at:opened])
        closed = text.find("-->", opened + len("<!--"))
        if closed < 0:
            row = text.count("\n", 0, opened)
            return "".join(kept), (row, opened - (text.rfind("\n", 0, opened) + 1))
        at = closed + len("-->")
        kept.append(re.sub(r"[^\n]", " ", text[opened:at]))
    return "".join([*kept, text[at:]]), None


def vetted_rows(text: str) -> set[int]:
    """Return the rows of which their writer wants no hints: ``<!-- check: ok -->`` says so.

    It counts for the words in its own row; where it stands alone, for those in the row below; and
    for all of them, where it stands alone before anything else.
    """
    rows = text.split("\n")
    vetted: set[int] = set()
    if not _VETTED.search(text):
        return vetted
    first = next((row for row, words in enumerate(rows) if words.strip()), 0)
    for row, words in enumerate(rows):
        if not _VETTED.search(words):
            continue
        alone = not _VETTED.sub("", words).strip()
        if alone and row == first and not "".join(rows[row + 1 : row + 2]).strip():
            return set(range(len(rows)))
        vetted.add(row + 1 if alone else row)
    return vetted


_VETTED = re.compile(r"<!--\s*check:\s*ok\s*-->", re.IGNORECASE)
_MARK = re.compile(r"[\\<&\[`*_~=]|[-\u2010\u00ad]\n")
"""What every mark within a line has."""


def unmarked(text: str) -> str:
    """Return the words of a line without what marks them: emphasis, links, notes, tags."""
    if _MARK.search(text):
        from voice_guide.scripting.inline import without_marks

        text = without_marks(text)
    return unicodedata.normalize("NFC", " ".join(sounding(text).split()))
