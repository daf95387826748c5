"""The script language: reads one file's text, and reports everything wrong with it at once."""

import re
from collections.abc import Iterator
from dataclasses import replace

from voice_guide.errors import Problem, ScriptError
from voice_guide.limits import MAX_LINE_LETTERS, MAX_WORD_LETTERS
from voice_guide.scripting.directions import directed, direction
from voice_guide.scripting.head import read_head
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
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?!\()")
_TOO_LONG = re.compile(rf"\w{{{MAX_WORD_LETTERS + 1},}}")
_OPTIONAL = re.compile(r"\(([^()]*)\)")
_ESCAPES = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f]")


class _Parser:
    """One pass over the lines of a script, collecting problems as it goes."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.rows = [_ESCAPES.sub(" ", row) for row in text.split("\n")]
        self.front, self.body = read_head(self.rows, self._report)
        self.voice = ""  # of the last [voice NAME]
        self.rows_without_comments = self._without_comments()

    def script(self, default_title: str) -> Script:
        fields = dict(self.front)
        fields.setdefault("title", default_title)
        sections = [s for s in self._sections(fields["title"]) if s.items]
        if not sections and not self.problems:
            self._report(0, 0, "the script says nothing: write a line for the voice")
        return Script(sections=tuple(sections), **fields)

    def _report(self, row: int, column: int, message: str) -> None:
        self.problems.append(self._place(row, column).problem(message))

    def _place(self, row: int, column: int) -> Place:
        source = self.rows[row] if row < len(self.rows) else ""
        return Place(self.path, row + 1, column + 1, source.rstrip())

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
        paragraph: list[str] = []
        started = (0, 0)

        def finish() -> None:
            if paragraph:
                self._utterance(" ".join(paragraph), *started, items)
                paragraph.clear()

        for row, text in enumerate(self.rows_without_comments, start=self.body):
            stripped = text.strip()
            column = len(text) - len(text.lstrip())
            if stripped.startswith("#"):
                finish()
                heading = re.fullmatch(r"##\s+(.*\S)", stripped)
                if not heading:
                    self._report(row, column, "a section starts with '## ' and its title")
                    continue
                yield Section(title, tuple(items))
                title, items = heading[1], []
            elif stripped.startswith("["):
                finish()
                self._direction(stripped, row, column, items)
            elif not stripped:
                finish()
            else:
                if _ANCHORED.match(stripped) or _INNER.match(stripped):
                    finish()
                if not paragraph:
                    started = (row, column)
                self._check_words(row, text)
                paragraph.append(" ".join(stripped.split()))
        finish()
        yield Section(title, tuple(items))

    def _check_words(self, row: int, text: str) -> None:
        for match in _BRACKETED.finditer(text):
            if meant := directed(match[1]):
                message = f"a direction has to be alone on its line: put {meant} on its own"
                self._report(row, match.start(), message)
        for match in _TOO_LONG.finditer(text):
            long = f"this word has {len(match[0])} letters"
            message = f"{long}; it can have at most {MAX_WORD_LETTERS}"
            self._report(row, match.start(), message)

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
        said = Line(text, anchor, optional is not None, place=place, inner=inner is not None)
        items.append(replace(said, voice=voice))

    def _direction(self, text: str, row: int, column: int, items: list[Item]) -> None:
        inside, bracket, after = text[1:].partition("]")
        if not bracket:
            self._report(row, column, "a direction ends with ]")
            return
        if after.strip():
            at = column + text.index("]") + 1
            self._report(row, at, "a direction has to be alone on its line")
            return
        try:
            item = direction(inside, self._place(row, column))
        except ValueError as error:
            self._report(row, column, str(error))
            return
        if isinstance(item, Speaker):
            self.voice = item.voice
        elif isinstance(item, Include):
            items.append(replace(item, voice=self.voice))
        else:
            items.append(item)
