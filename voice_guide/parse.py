"""The script language: reads one file's text, and reports everything wrong with it at once."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from voice_guide.course import Ramp
from voice_guide.directions import direction
from voice_guide.errors import PaceError, Problem, ScriptError, UnknownNameError
from voice_guide.pace import Pace
from voice_guide.script import Anchor, Include, Item, Line, Place, Script, Section, Speaker
from voice_guide.voices.wishes import check_wish

__all__ = ["MAX_BYTES", "parse"]

MAX_BYTES = 1024 * 1024


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


_KEYS = ("title", "about", "language", "pace", "ramp", "holds", "voice", "inner")
_ANCHORED = re.compile(r"(in|out|hold):\s*", re.IGNORECASE)
_INNER = re.compile(r"(inner):\s*", re.IGNORECASE)
_OPTIONAL = re.compile(r"\(([^()]*)\)")
_ESCAPES = re.compile(r"[^\S\n]|[\x00-\x08\x0b-\x1f\x7f]")


class _Parser:
    """One pass over the lines of a script, collecting problems as it goes."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.rows = [_ESCAPES.sub(" ", row) for row in text.split("\n")]
        self.front: dict[str, Any] = self._front_matter()
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

    def _front_matter(self) -> dict[str, Any]:
        """Read the YAML head; ``self.body`` becomes the first row after it."""
        self.body = 0
        if self.rows[0].rstrip() != "---":
            return {}
        ends = [i for i, row in enumerate(self.rows) if i and row.rstrip() == "---"]
        if not ends:
            self._report(0, 0, "the front matter has no end: close it with a line of ---")
            self.body = len(self.rows)
            return {}
        self.body = ends[0] + 1
        import yaml

        try:
            root = yaml.compose("\n".join(self.rows[1 : ends[0]]), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            row, column = (mark.line + 1, mark.column) if mark else (0, 0)
            self._report(row, column, f"the front matter is not YAML: {error.problem}")
            return {}
        except (yaml.YAMLError, RecursionError):
            self._report(1, 0, "the front matter is not YAML")
            return {}
        if root is None:
            return {}
        if not isinstance(root, yaml.MappingNode):
            self._report(1, 0, f"the front matter must be KEY: VALUE rows of {', '.join(_KEYS)}")
            return {}
        fields: dict[str, Any] = {}
        for key, value in root.value:
            row, column = key.start_mark.line + 1, key.start_mark.column
            if not isinstance(key, yaml.ScalarNode):
                self._report(row, column, f"a key is one word: allowed are {', '.join(_KEYS)}")
            elif key.value not in _KEYS:
                given = key.value
                self._report(
                    row,
                    column,
                    f"unknown front-matter key {given!r}: allowed are {', '.join(_KEYS)}"
                    + _nearest(given, _KEYS),
                )
            elif not isinstance(value, yaml.ScalarNode):
                self._report(row, column, f"{key.value} takes one plain value")
            elif key.value in fields:
                self._report(row, column, f"{key.value} is given twice")
            else:
                at = (value.start_mark.line + 1, value.start_mark.column)
                self._field(fields, key.value, value.value.strip(), at)
        return fields

    def _field(self, fields: dict[str, Any], key: str, text: str, at: tuple[int, int]) -> None:
        if key in ("pace", "ramp"):
            try:
                fields[key] = Pace.parse(text) if key == "pace" else Ramp.parse(text)
            except PaceError as error:
                self._report(*at, str(error))
        elif key == "holds":
            if text.lower() in ("yes", "true", "no", "false"):
                fields[key] = text.lower() in ("yes", "true")
            else:
                self._report(*at, f"holds is yes or no, not {text!r}")
        elif key in ("voice", "inner"):
            try:
                check_wish(text)
                fields[key] = text
            except UnknownNameError as error:
                self._report(*at, str(error).rstrip("."))
        elif key == "language":
            if re.fullmatch(r"[a-zA-Z]{2,3}(-[\w-]+)?", text):
                fields[key] = text
            else:
                self._report(*at, f"language is a code such as en or en-GB, not {text!r}")
        elif text:
            fields[key] = text
        else:
            self._report(*at, f"{key} is empty")

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
                paragraph.append(" ".join(stripped.split()))
        finish()
        yield Section(title, tuple(items))

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
                f"{match[1]}: stands too late: in:, out: or hold: comes first, then inner:, "
                "then the words, or the words in a bracket"
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
            self._report(row, at, "a direction stands alone on its line")
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


def _nearest(given: str, allowed: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(given.lower(), allowed, n=1, cutoff=0.5)
    return f". Did you mean {near[0]!r}?" if near else ""
