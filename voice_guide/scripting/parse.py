"""The script language: reads one file's text, and reports everything wrong with it at once."""

import contextlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from voice_guide.errors import ScriptError, TooLongError
from voice_guide.limits import (
    MAX_ITEMS,
    MAX_LETTERS_IN_ALL,
    MAX_LINE_LETTERS,
    MAX_ROWS,
    MAX_WORD_LETTERS,
)
from voice_guide.scripting.directions import directions, respelled
from voice_guide.scripting.findings import EnoughError, Findings, Mend
from voice_guide.scripting.head import read_head
from voice_guide.scripting.hints import anchored, rest_meant
from voice_guide.scripting.marks import marks
from voice_guide.scripting.markup import (
    heading_above,
    read_row,
    unmarked,
    vetted_rows,
    without_comments,
)
from voice_guide.scripting.model import Anchor, Include, Item, Line, Script, Section, Speaker
from voice_guide.scripting.words import Words, listed, occurring

__all__ = ["mends", "parse"]


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
    with contextlib.suppress(EnoughError):
        script = parser.script(default_title)
    if parser.problems:
        error = TooLongError if parser.too_long else ScriptError
        raise error(sorted(parser.problems, key=lambda p: (p.line, p.column)))
    return script


def mends(text: str, path: str) -> list[Mend]:
    """Return what has one right form in a script, whether it can be read already or not."""
    parser = _Parser(text, path)
    parser.most = _MOST_MENDED
    with contextlib.suppress(EnoughError):
        parser.script("")
    return sorted(parser.mends)


_ANCHORED = re.compile(r"(in|out|hold)\s*[:：]\s*", re.IGNORECASE)
_INNER = re.compile(r"(inner)\s*[:：]\s*", re.IGNORECASE)
_TOO_LONG = re.compile(rf"\w{{{MAX_WORD_LETTERS + 1},}}")
_OPTIONAL = re.compile(r"\(([^()]*)\)")
_ESCAPES = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HOLLOW = re.compile(r"^([^\S\n]*)o(?=\t)", re.MULTILINE)  # a point of a list, in Word
_PHRASE_ENDS = tuple('.,;:!?…—–"”’)')
_STOP = re.compile(r"[.,;:!?](?=\s|$)")
_FEWEST_PHRASES = 4
"""From so many rows on that end as phrases do, each is a line, and no part of a paragraph."""

_MOST_MENDED = 1000
"""Problems at once: a script with more is hardly one."""

_MARKED_UP = 2
"""How many times its letters a line may have as it is written, with the marks of Markdown."""


class _Words(NamedTuple):
    """Words of a row, and where they begin."""

    text: str
    row: int
    column: int


class _Parser(Findings):
    """One pass over the lines of a script, collecting problems as it goes."""

    def __init__(self, text: str, path: str) -> None:
        self.vetted: set[int] = set()  # rows of which their writer wants no hints
        rows = _HOLLOW.sub(r"\1•", text).split("\n")
        super().__init__(path, [_ESCAPES.sub(" ", row).rstrip() for row in rows])
        self.front: dict[str, Any] = {}
        self.body = 0  # the first row after the head
        self.rows_without_comments: list[str] = []
        self.words: Words = ()
        self.voice = ""  # of the last [voice NAME]
        self.written = self.letters = self.items = 0  # so far: letters with their marks, and said

    def script(self, default_title: str) -> Script:
        self.bound(len(self.rows), MAX_ROWS, "rows", 0, 0)
        self.front, self.body = read_head(self.rows, self.report)
        self.words = tuple(
            listed(entry.written, entry.said, self.place(entry.row, entry.column))
            for entry in self.front.pop("words", ())
        )
        written = "\n".join(self.rows[self.body :])
        self.vetted = {self.body + row for row in vetted_rows(written)}
        text, opened = without_comments(written)
        self.rows_without_comments = text.split("\n")
        if opened is not None:
            row, column = opened
            message = "the comment has no end: close it with -->"
            self.report(self.body + row, column, message)
        fields = dict(self.front)
        fields.setdefault("title", self._first_heading() or default_title)
        sections = [s for s in self._sections(fields["title"]) if s.items]
        if not sections and not self.problems:
            self.report(0, 0, "the script says nothing: write a line for the voice")
        notes = tuple(self.notes)
        return Script(sections=tuple(sections), notes=notes, words=self.words, **fields)

    def _first_heading(self) -> str:
        """Return the title that stands over everything, as in most Markdown."""
        first = next(filter(str.strip, self.rows_without_comments), "").strip()
        if not re.match(r"#\s", first) or len(first) > MAX_WORD_LETTERS:
            return ""
        return unmarked(first[1:].strip("# "))

    def _sections(self, title: str) -> Iterator[Section]:
        items: list[Item] = []
        paragraph: list[_Words] = []
        listed = False

        for row, text in enumerate(self.rows_without_comments, start=self.body):
            if len(text) > _MARKED_UP * MAX_LINE_LETTERS and len(text.strip()) > MAX_LINE_LETTERS:
                self.too_long = True
                self.report(row, 0, _too_long(len(text.strip())))
                raise EnoughError
            if text.lstrip().startswith("//"):
                self._finish(paragraph, items)
                self._remember(text, row)
                continue
            kind, words, column = read_row(text, within=bool(paragraph) and not listed)
            listed = kind == "item" or (listed and bool(paragraph))
            if kind == "underline" and len(paragraph) == 1 and heading_above(paragraph[0].text):
                kind, words, column = "heading", paragraph.pop().text, 0
            if kind == "heading" and len(words) > MAX_WORD_LETTERS:
                self._finish(paragraph, items)
                most = f"it can have at most {MAX_WORD_LETTERS}"
                self.report(row, column, f"this title has {len(words)} letters; {most}")
            elif kind == "heading":
                self._finish(paragraph, items)
                yield Section(title, tuple(items))
                title, items = unmarked(words), []
            elif kind in ("underline", "nothing") or not words:
                self._finish(paragraph, items)
            elif words.startswith("#"):
                self._finish(paragraph, items)
                self.report(row, column, "a section starts with '## ' and its title")
            elif words.startswith("[") and "]" not in words:
                self._finish(paragraph, items)
                right = respelled(words[1:])
                mend = (column, len(words), right) if right else None
                self.report(row, column, "a direction ends with ]", mend)
            else:
                if kind == "item" or _INNER.match(words) or anchored(words):
                    self._finish(paragraph, items)
                self._row(_Words(words, row, column), paragraph, items)
        self._finish(paragraph, items)
        yield Section(title, tuple(items))

    def _remember(self, text: str, row: int) -> None:
        """Leave out what programmers and their friends write for themselves."""
        column = len(text) - len(text.lstrip())
        self.note(row, column, "read as a note for you: nobody hears it")
        words = text[column:].strip("/ ")
        if "--" not in words and ">" not in words:
            self.mends.append(Mend(row, column, len(text) - column, f"<!-- {words} -->"))

    def _row(self, words: _Words, paragraph: list[_Words], items: list[Item]) -> None:
        """Read a row, and the directions among its words; each ends the line before it."""
        text, row, column = words
        continued = paragraph and not paragraph[-1].text.endswith(_PHRASE_ENDS)
        if not continued and not text.startswith("[") and (meant := rest_meant(text, alone=True)):
            self._finish(paragraph, items)
            self._direct(meant, text, row, column, items)
            return
        at = 0
        for mark in marks(text):
            before, begin, at = text[at : mark.start].rstrip(), at, mark.end
            if mark.written and (stop := _STOP.match(text, at)):  # of the words before it
                at = stop.end()
                before += stop[0] if before and not before.endswith(_PHRASE_ENDS) else ""
            self._add(before, row, column + begin, paragraph)
            if mark.written:
                self._finish(paragraph, items)
                self._direct(mark.written, mark.given, row, column + mark.start, items)
        self._add(text[at:], row, column + at, paragraph)

    def _direct(self, written: str, given: str, row: int, column: int, items: list[Item]) -> None:
        """Read a direction, and note in which form it could be read if it was given in another."""
        place = self.place(row, column)
        end = column + len(given)
        stands = self.rows[row][column:end] == given  # a table's cells have been moved
        try:
            found, meant = directions(written[1:-1], place)
        except ValueError as error:
            right = respelled(written[1:-1]) if stands else ""
            self.report(row, column, str(error), (column, len(given), right) if right else None)
            return
        if meant or written != given:
            right = meant or written
            self.note(row, column, f"read as {right}")
            if stands:
                self.mends.append(Mend(row, column, len(given), right.replace(" and ", " ")))
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
            self.report(row, column + match.start(), message)
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
            self.report(rows[0].row, rows[0].column, _too_long(len(written)))
            return
        self.written += len(written)
        most = _MARKED_UP * MAX_LETTERS_IN_ALL
        self.bound(self.written, most, "letters with their marks", rows[0].row, 0)
        text = unmarked(written)
        phrases = [before for before, after in itertools.pairwise(rows) if _parted(before, after)]
        single = anchored(text) or _INNER.match(text) or _OPTIONAL.fullmatch(text)
        if len(rows) < _FEWEST_PHRASES or len(phrases) < len(rows) - 1 or single:
            self._utterance(text, rows, items)
            return
        first = rows[0]
        self.note(first.row, first.column, f"read as {len(rows)} lines, one for each row")
        self.mends += [Mend(words.row, 0, 0, "\n") for words in rows[1:]]
        for words in rows:
            self._utterance(unmarked(words.text), [words], items)

    def _utterance(self, text: str, rows: Sequence[_Words], items: list[Item]) -> None:
        _, row, column = rows[0]
        anchor: Anchor | None = None
        if named := anchored(text):
            anchor, end = named
            if not _ANCHORED.match(text):
                self.note(row, column, f"read as {anchor}:")
                if rows[0].text.startswith(text[:end]):
                    self.mends.append(Mend(row, column, end, f"{anchor}: "))
            text = text[end:]
        inner = _INNER.match(text)
        text = text[inner.end() :] if inner else text
        if optional := _OPTIONAL.fullmatch(text):
            text = optional[1].strip()
        if match := _ANCHORED.match(text) or _INNER.match(text):
            message = (
                f"{match[1]}: comes too late: put in:, out: or hold: first, then inner:, "
                "then the words, or the words in brackets"
            )
            self.report(row, column, message)
            return
        if len(text) > MAX_LINE_LETTERS:
            self.report(row, column, _too_long(len(text)))
            return
        if not any(map(str.isalnum, text)):
            self.report(row, column, "nothing here can be spoken: write words or delete it")
            return
        place = self.place(row, column)
        voice = (self.front.get("inner") if inner else None) or self.voice
        said = Line(
            text,
            anchor,
            optional=optional is not None,
            place=place,
            inner=inner is not None,
            voice=voice,
            words=occurring(self.words, text),
            vetted=not self.vetted.isdisjoint(words.row for words in rows),
        )
        self._put(said, items, row, column)

    def _put(self, item: Item, items: list[Item], row: int, column: int) -> None:
        """Add an item, unless the script has become longer than any session may be."""
        items.append(item)
        self.items += 1
        self.letters += len(item.text) if isinstance(item, Line) else 0
        self.bound(self.letters, MAX_LETTERS_IN_ALL, "letters of speech", row, column)
        self.bound(self.items, MAX_ITEMS, "lines, rests and bells", row, column)


def _too_long(letters: int) -> str:
    return (
        f"this line has {letters} letters; it can have at most {MAX_LINE_LETTERS}: "
        "put empty lines between its sentences"
    )


def _parted(before: _Words, after: _Words) -> bool:
    """Whether one row ends as a phrase does, and the next begins as one."""
    return before.text.endswith(_PHRASE_ENDS) or after.text[:1].isupper()
