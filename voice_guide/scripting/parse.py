"""The script language: reads one file's text, and reports everything wrong with it at once."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from voice_guide.errors import Problem, ScriptError
from voice_guide.limits import MAX_LINE_LETTERS, MAX_WORD_LETTERS
from voice_guide.scripting.directions import directed, directions
from voice_guide.scripting.head import read_head
from voice_guide.scripting.hints import rest_meant
from voice_guide.scripting.markup import heading_above, read_row, unmarked
from voice_guide.scripting.model import Anchor, Include, Item, Line, Place, Script, Section, Speaker

__all__ = ["parse"]


def parse(text: str, path: str, default_title: str = "Untitled") -> Script:
    """Read one script.

    Args:
        text: the file's content.
        path: its name, for messages only.
        default_title: the title where the front matter gives none.

    Raises:
        ScriptError: with every problem of the file, in order.
    """
    parser = _Parser(text, path)
    script = parser.script(default_title)
    if parser.problems:
        raise ScriptError(sorted(parser.problems, key=lambda p: (p.line, p.column)))
    return script


_ANCHORED = re.compile(r"(in|out|hold)\s*[:：]\s*", re.IGNORECASE)
_INNER = re.compile(r"(inner)\s*[:：]\s*", re.IGNORECASE)
_MARKS = re.compile(
    r"\[(?P<square>[^\[\]]*)\](?![(\[])|\((?P<round>[^()]*)\)"
    r"|<break\b(?:[^<>]*?\btime\s*=\s*[\"'](?P<time>[^\"'<>]*)[\"'])?[^<>]*>"
)
_NO_DIRECTION = re.compile(r"\^.*|\d+")  # the mark of a footnote
_TOO_LONG = re.compile(rf"\w{{{MAX_WORD_LETTERS + 1},}}")
_OPTIONAL = re.compile(r"\(([^()]*)\)")
_ESCAPES = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f]")
_PHRASE_ENDS = tuple('.,;:!?…—–"”’)')
_MOST_NOTES = 500
_FEWEST_PHRASES = 4
"""From so many rows on that end as phrases do, each is a line, and no part of a paragraph."""


class _Words(NamedTuple):
    """Words of a row, and where they begin."""

    text: str
    row: int
    column: int


class _Parser:
    """One pass over the lines of a script, collecting problems as it goes."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.rows = [_ESCAPES.sub(" ", row).rstrip() for row in text.split("\n")]
        self.front, self.body = read_head(self.rows, self._report)
        self.voice = ""  # of the last [voice NAME]
        self.rows_without_comments = self._without_comments()

    def script(self, default_title: str) -> Script:
        fields = dict(self.front)
        fields.setdefault("title", self._first_heading() or default_title)
        sections = [s for s in self._sections(fields["title"]) if s.items]
        if not sections and not self.problems:
            self._report(0, 0, "the script says nothing: write a line for the voice")
        return Script(sections=tuple(sections), notes=tuple(self.notes), **fields)

    def _first_heading(self) -> str:
        """Return the title that stands over everything, as in most Markdown."""
        first = next(filter(str.strip, self.rows_without_comments), "").strip()
        return unmarked(first[1:].strip("# ")) if re.match(r"#\s", first) else ""

    def _report(self, row: int, column: int, message: str) -> None:
        self.problems.append(self._place(row, column).problem(message))

    def _note(self, row: int, column: int, message: str) -> None:
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(self._place(row, column).problem(message))

    def _place(self, row: int, column: int) -> Place:
        source = self.rows[row] if row < len(self.rows) else ""
        return Place(self.path, row + 1, column + 1, source)

    def _without_comments(self) -> list[str]:
        """Blank out HTML comments, keeping every column where it was."""
        text = "\n".join(self.rows[self.body :])
        kept, at = "", 0
        while (opened := text.find("<!--", at)) >= 0:
            kept += text[at:opened]
            closed = text.find("-->", opened + len("<!--"))
            if closed < 0:
                row = text.count("\n", 0, opened)
                column = opened - (text.rfind("\n", 0, opened) + 1)
                self._report(self.body + row, column, "the comment has no end: close it with -->")
                return kept.split("\n")
            at = closed + len("-->")
            kept += re.sub(r"[^\n]", " ", text[opened:at])
        return (kept + text[at:]).split("\n")

    def _sections(self, title: str) -> Iterator[Section]:
        items: list[Item] = []
        paragraph: list[_Words] = []
        listed = False

        def finish() -> None:
            self._paragraph(paragraph, items)
            paragraph.clear()

        for row, text in enumerate(self.rows_without_comments, start=self.body):
            kind, words, column = read_row(text, within=bool(paragraph) and not listed)
            listed = kind == "item" or (listed and bool(paragraph))
            if kind == "underline" and len(paragraph) == 1 and heading_above(paragraph[0].text):
                kind, words, column = "heading", paragraph.pop().text, 0
            if kind == "heading":
                finish()
                yield Section(title, tuple(items))
                title, items = unmarked(words), []
            elif kind in ("underline", "nothing") or not words:
                finish()
            elif words.startswith("#"):
                finish()
                self._report(row, column, "a section starts with '## ' and its title")
            elif words.startswith("[") and "]" not in words:
                finish()
                self._report(row, column, "a direction ends with ]")
            else:
                if kind == "item" or _ANCHORED.match(words) or _INNER.match(words):
                    finish()
                self._row(_Words(words, row, column), paragraph, items)
        finish()
        yield Section(title, tuple(items))

    def _row(self, words: _Words, paragraph: list[_Words], items: list[Item]) -> None:
        """Read a row, and what stands in brackets among its words."""
        text, row, column = words
        continued = paragraph and not paragraph[-1].text.endswith(_PHRASE_ENDS)
        if not continued and not text.startswith("[") and (meant := rest_meant(text, alone=True)):
            self._paragraph(paragraph, items)
            paragraph.clear()
            self._direct(meant.strip("[]"), meant, row, column, items)
            return
        at = 0
        for match in _MARKS.finditer(text):
            found: list[Item] = []
            if not self._mark(match, text, row, column + match.start(), found):
                continue
            self._add(text[at : match.start()], row, column + at, paragraph)
            if found:
                self._paragraph(paragraph, items)
                paragraph.clear()
            items += found
            at = match.end()
        self._add(text[at:], row, column + at, paragraph)

    def _mark(
        self, match: re.Match[str], text: str, row: int, column: int, found: list[Item]
    ) -> bool:
        """Read what stands in brackets; return whether it is no words."""
        inside, alone = match["square"], match[0] == text.strip()
        if inside is None:
            meant = rest_meant(
                match["round"] or match["time"] or "", alone=match["time"] is not None
            )
            if meant:
                self._direct(meant.strip("[]"), meant, row, column, found)
            return meant is not None or match["round"] is None
        if not alone and (_NO_DIRECTION.fullmatch(inside) or not directed(inside)):
            return False
        self._direct(inside, "", row, column, found)
        return True

    def _direct(self, inside: str, written: str, row: int, column: int, items: list[Item]) -> None:
        """Read a direction, and note in which form it could be read."""
        place = self._place(row, column)
        try:
            found, meant = directions(inside, place)
        except ValueError as error:
            self._report(row, column, str(error))
            return
        if meant or written:
            self._note(row, column, f"read as {meant or written}")
        for item in found:
            if isinstance(item, Speaker):
                self.voice = item.voice
            elif isinstance(item, Include):
                items.append(replace(item, voice=self.voice))
            else:
                items.append(item)

    def _add(self, text: str, row: int, column: int, paragraph: list[_Words]) -> None:
        """Add words to the paragraph, if there are any."""
        if not text.strip():
            return
        for match in _TOO_LONG.finditer(text):
            long = f"this word has {len(match[0])} letters"
            message = f"{long}; it can have at most {MAX_WORD_LETTERS}"
            self._report(row, column + match.start(), message)
        column += len(text) - len(text.lstrip())
        paragraph.append(_Words(text.strip(), row, column))

    def _paragraph(self, rows: Sequence[_Words], items: list[Item]) -> None:
        """Make one line of a paragraph; or a line of each row, where each is a phrase."""
        if not rows:
            return
        text = "\n".join(words.text for words in rows)
        if len(text) <= 2 * MAX_LINE_LETTERS:  # else it is refused anyway
            text = unmarked(text)
        phrases = [before for before, after in itertools.pairwise(rows) if _parted(before, after)]
        anchor = _ANCHORED.match(text) or _INNER.match(text) or _OPTIONAL.fullmatch(text)
        if len(rows) < _FEWEST_PHRASES or len(phrases) < len(rows) - 1 or anchor:
            self._utterance(text, rows[0].row, rows[0].column, items)
            return
        first = rows[0]
        self._note(first.row, first.column, f"read as {len(rows)} lines, one for each row")
        for words in rows:
            self._utterance(unmarked(words.text), words.row, words.column, items)

    def _utterance(self, text: str, row: int, column: int, items: list[Item]) -> None:
        anchor: Anchor | None = None
        if match := _ANCHORED.match(text):
            word = match[1].lower()
            anchor = "in" if word == "in" else "out" if word == "out" else "hold"
            text = text[match.end() :]
        inner = _INNER.match(text)
        text = text[inner.end() :] if inner else text
        if optional := _OPTIONAL.fullmatch(text):
            text = optional[1].strip()
        if match := _ANCHORED.match(text) or _INNER.match(text):
            message = (
                f"{match[1]}: comes too late: put in:, out: or hold: first, then inner:, "
                "then the words, or the words in brackets"
            )
            self._report(row, column, message)
            return
        if len(text) > MAX_LINE_LETTERS:
            message = (
                f"this line has {len(text)} letters; it can have at most {MAX_LINE_LETTERS}: "
                "put empty lines between its sentences"
            )
            self._report(row, column, message)
            return
        if not any(map(str.isalnum, text)):
            self._report(row, column, "nothing here can be spoken: write words or delete it")
            return
        place = self._place(row, column)
        voice = (self.front.get("inner") if inner else None) or self.voice
        items.append(
            Line(
                text,
                anchor,
                optional=optional is not None,
                place=place,
                inner=inner is not None,
                voice=voice,
            )
        )


def _parted(before: _Words, after: _Words) -> bool:
    """Whether one row ends as a phrase does, and the next begins as one."""
    return before.text.endswith(_PHRASE_ENDS) or after.text[:1].isupper()
