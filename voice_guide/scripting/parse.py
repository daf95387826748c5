"""The script language: reads one file's text, and reports everything wrong with it at once."""

import contextlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from voice_guide.errors import Problem, ScriptError, TooLongError
from voice_guide.limits import (
    MAX_ITEMS,
    MAX_LETTERS_IN_ALL,
    MAX_LINE_LETTERS,
    MAX_ROWS,
    MAX_WORD_LETTERS,
    MOST_PROBLEMS,
)
from voice_guide.scripting.directions import directed, directions
from voice_guide.scripting.head import read_head
from voice_guide.scripting.hints import rest_meant
from voice_guide.scripting.markup import heading_above, read_row, unmarked, without_comments
from voice_guide.scripting.model import Anchor, Include, Item, Line, Place, Script, Section, Speaker
from voice_guide.scripting.words import Words, listed, occurring

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
    with contextlib.suppress(_EnoughError):
        script = parser.script(default_title)
    if parser.problems:
        error = TooLongError if parser.too_long else ScriptError
        raise error(sorted(parser.problems, key=lambda p: (p.line, p.column)))
    return script


_ANCHORED = re.compile(r"(in|out|hold)\s*[:：]\s*", re.IGNORECASE)
_INNER = re.compile(r"(inner)\s*[:：]\s*", re.IGNORECASE)
_MARKS = re.compile(
    r"(?<!\\)\[(?P<square>[^\[\]]*)\](?!\(|\[[^\[\]]*\])|\((?P<round>[^()]*)\)"
    r"|<break\b(?:[^<>]*?\btime\s*=\s*[\"'](?P<time>[^\"'<>]*)[\"'])?[^<>]*>"
)
_NO_DIRECTION = re.compile(r"\^.*|\d+")  # the mark of a footnote
_TOO_LONG = re.compile(rf"\w{{{MAX_WORD_LETTERS + 1},}}")
_OPTIONAL = re.compile(r"\(([^()]*)\)")
_ESCAPES = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PHRASE_ENDS = tuple('.,;:!?…—–"”’)')
_FEWEST_PHRASES = 4
"""From so many rows on that end as phrases do, each is a line, and no part of a paragraph."""

_MOST_NOTES = 500
"""On one script; there may be a thousand rests that are written otherwise."""

_MARKED_UP = 2
"""How many times its letters a line may have as it is written, with the marks of Markdown."""


class _EnoughError(Exception):
    """Nothing more is read of a script that is too large, or that has too many problems."""


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
        self.too_long = False
        self.notes: list[Problem] = []
        self.rows = [_ESCAPES.sub(" ", row).rstrip() for row in text.split("\n")]
        self.front: dict[str, Any] = {}
        self.body = 0  # the first row after the head
        self.rows_without_comments: list[str] = []
        self.words: Words = ()
        self.voice = ""  # of the last [voice NAME]
        self.written = self.letters = self.items = 0  # so far: letters with their marks, and said

    def script(self, default_title: str) -> Script:
        self._bound(len(self.rows), MAX_ROWS, "rows", 0, 0)
        self.front, self.body = read_head(self.rows, self._report)
        self.words = tuple(
            listed(entry.written, entry.said, self._place(entry.row, entry.column))
            for entry in self.front.pop("words", ())
        )
        text, opened = without_comments("\n".join(self.rows[self.body :]))
        self.rows_without_comments = text.split("\n")
        if opened is not None:
            row, column = opened
            message = "the comment has no end: close it with -->"
            self._report(self.body + row, column, message)
        fields = dict(self.front)
        fields.setdefault("title", self._first_heading() or default_title)
        sections = [s for s in self._sections(fields["title"]) if s.items]
        if not sections and not self.problems:
            self._report(0, 0, "the script says nothing: write a line for the voice")
        notes = tuple(self.notes)
        return Script(sections=tuple(sections), notes=notes, words=self.words, **fields)

    def _first_heading(self) -> str:
        """Return the title that stands over everything, as in most Markdown."""
        first = next(filter(str.strip, self.rows_without_comments), "").strip()
        if not re.match(r"#\s", first) or len(first) > MAX_WORD_LETTERS:
            return ""
        return unmarked(first[1:].strip("# "))

    def _report(self, row: int, column: int, message: str) -> None:
        self.problems.append(self._place(row, column).problem(message))
        if len(self.problems) > MOST_PROBLEMS:
            raise _EnoughError

    def _note(self, row: int, column: int, message: str) -> None:
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(self._place(row, column).problem(message))

    def _place(self, row: int, column: int) -> Place:
        source = self.rows[row] if row < len(self.rows) else ""
        return Place(self.path, row + 1, column + 1, source)

    def _sections(self, title: str) -> Iterator[Section]:
        items: list[Item] = []
        paragraph: list[_Words] = []
        listed = False

        for row, text in enumerate(self.rows_without_comments, start=self.body):
            if len(text) > _MARKED_UP * MAX_LINE_LETTERS and len(text.strip()) > MAX_LINE_LETTERS:
                self.too_long = True
                self._report(row, 0, _too_long(len(text.strip())))
                raise _EnoughError
            kind, words, column = read_row(text, within=bool(paragraph) and not listed)
            listed = kind == "item" or (listed and bool(paragraph))
            if kind == "underline" and len(paragraph) == 1 and heading_above(paragraph[0].text):
                kind, words, column = "heading", paragraph.pop().text, 0
            if kind == "heading" and len(words) > MAX_WORD_LETTERS:
                self._finish(paragraph, items)
                most = f"it can have at most {MAX_WORD_LETTERS}"
                self._report(row, column, f"this title has {len(words)} letters; {most}")
            elif kind == "heading":
                self._finish(paragraph, items)
                yield Section(title, tuple(items))
                title, items = unmarked(words), []
            elif kind in ("underline", "nothing") or not words:
                self._finish(paragraph, items)
            elif words.startswith("#"):
                self._finish(paragraph, items)
                self._report(row, column, "a section starts with '## ' and its title")
            elif words.startswith("[") and "]" not in words:
                self._finish(paragraph, items)
                self._report(row, column, "a direction ends with ]")
            else:
                if kind == "item" or _ANCHORED.match(words) or _INNER.match(words):
                    self._finish(paragraph, items)
                self._row(_Words(words, row, column), paragraph, items)
        self._finish(paragraph, items)
        yield Section(title, tuple(items))

    def _row(self, words: _Words, paragraph: list[_Words], items: list[Item]) -> None:
        """Read a row, and the directions among its words; each ends the line before it."""
        text, row, column = words
        continued = paragraph and not paragraph[-1].text.endswith(_PHRASE_ENDS)
        if not continued and not text.startswith("[") and (meant := rest_meant(text, alone=True)):
            self._finish(paragraph, items)
            self._direct(meant, text, row, column, items)
            return
        at = 0
        for match in _MARKS.finditer(text):
            written = _written(match, text)
            if written is None:
                continue
            self._add(text[at : match.start()], row, column + at, paragraph)
            at = match.end()
            if written:
                self._finish(paragraph, items)
                self._direct(written, match[0], row, column + match.start(), items)
        self._add(text[at:], row, column + at, paragraph)

    def _direct(self, written: str, given: str, row: int, column: int, items: list[Item]) -> None:
        """Read a direction, and note in which form it could be read if it was given in another."""
        place = self._place(row, column)
        try:
            found, meant = directions(written[1:-1], place)
        except ValueError as error:
            self._report(row, column, str(error))
            return
        if meant or written != given:
            self._note(row, column, f"read as {meant or written}")
        for item in found:
            if isinstance(item, Speaker):
                self.voice = item.voice
            elif isinstance(item, Include):
                self._put(replace(item, voice=self.voice), items, row, column)
            else:
                self._put(item, items, row, column)

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

    def _finish(self, paragraph: list[_Words], items: list[Item]) -> None:
        """End a paragraph, if one has begun."""
        if paragraph:
            self._paragraph(tuple(paragraph), items)
            paragraph.clear()

    def _paragraph(self, rows: Sequence[_Words], items: list[Item]) -> None:
        """Make one line of a paragraph; or a line of each row, where each is a phrase."""
        written = "\n".join(words.text for words in rows)
        if len(written) > _MARKED_UP * MAX_LINE_LETTERS:
            self._report(rows[0].row, rows[0].column, _too_long(len(written)))
            return
        self.written += len(written)
        most = _MARKED_UP * MAX_LETTERS_IN_ALL
        self._bound(self.written, most, "letters with their marks", rows[0].row, 0)
        text = unmarked(written)
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
            self._report(row, column, _too_long(len(text)))
            return
        if not any(map(str.isalnum, text)):
            self._report(row, column, "nothing here can be spoken: write words or delete it")
            return
        place = self._place(row, column)
        voice = (self.front.get("inner") if inner else None) or self.voice
        said = Line(
            text,
            anchor,
            optional=optional is not None,
            place=place,
            inner=inner is not None,
            voice=voice,
            words=occurring(self.words, text),
        )
        self._put(said, items, row, column)

    def _put(self, item: Item, items: list[Item], row: int, column: int) -> None:
        """Add an item, unless the script has become longer than any session may be."""
        items.append(item)
        self.items += 1
        self.letters += len(item.text) if isinstance(item, Line) else 0
        self._bound(self.letters, MAX_LETTERS_IN_ALL, "letters of speech", row, column)
        self._bound(self.items, MAX_ITEMS, "lines, rests and bells", row, column)

    def _bound(self, many: int, most: int, of: str, row: int, column: int) -> None:
        if many > most:
            self.too_long = True
            self._report(row, column, f"here the session goes over {most} {of}: split it in two")
            raise _EnoughError


def _written(match: re.Match[str], text: str) -> str | None:
    """Return the direction that a part of a row stands for, as it is written.

    Empty for a break without a length, which is no word either; None for words.
    """
    inside = match["square"]
    if inside is None and match["round"] is not None:
        return rest_meant(match["round"], alone=False)
    if inside is None:
        return rest_meant(match["time"] or "", alone=True) or ""
    if match[0] != text.strip() and (_NO_DIRECTION.fullmatch(inside) or not directed(inside)):
        return None
    return match[0]


def _too_long(letters: int) -> str:
    return (
        f"this line has {letters} letters; it can have at most {MAX_LINE_LETTERS}: "
        "put empty lines between its sentences"
    )


def _parted(before: _Words, after: _Words) -> bool:
    """Whether one row ends as a phrase does, and the next begins as one."""
    return before.text.endswith(_PHRASE_ENDS) or after.text[:1].isupper()
