"""A file of any kind that is known, made into a practice that can be read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from voice_guide.errors import PaceError, Problem, ScriptError, TooLongError
from voice_guide.limits import MAX_TAG_LETTERS
from voice_guide.pace.pace import Pace
from voice_guide.scripting.importing.captions import read_captions
from voice_guide.scripting.importing.programs import read_program
from voice_guide.scripting.importing.prose import read_prose
from voice_guide.scripting.importing.rows import Draft
from voice_guide.scripting.importing.tags import read_tags
from voice_guide.scripting.model import Item, Line, Rest, Script, TimedRest
from voice_guide.scripting.parse import parse
from voice_guide.scripting.words import laid_over
from voice_guide.scripting.writing import head, written
from voice_guide.units import counted

__all__ = ["Imported", "read"]

_LONGEST_LINE = 200  # letters: some 15 seconds
_LEAST_LETTERS = 40  # of a sentence that stands alone
_SENTENCES = re.compile(r"(?<=[.!?…。！？])[\"”’)]*\s+")
_MOST_ROUNDS = 200
"""How often what can't be read is left out before the rest is tried again."""


@dataclass(frozen=True)
class Imported:
    """A practice as text, what it was made from, and what was changed, guessed or left out.

    ``notes`` are the rows of the file, from 1, and what is said of them.
    """

    text: str
    kind: str
    notes: tuple[tuple[int, str], ...]


def read(text: str, path: str, pace: str = "", title: str = "", language: str = "") -> Imported:
    """Make a practice of a text of any kind that is known.

    Args:
        text: of the file.
        path: its name, for messages.
        pace: of the practice; the file's own, or 4-6, where it is empty.
        title: the same.
        language: the same.

    Raises:
        ScriptError: if nothing in it can be read, or its own pace is none.
        PaceError: if the pace that is given is none.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    draft = _draft(text, path)
    script = _parsed(draft, path)
    breathing = Pace.parse(pace) if pace else _pace(draft, script, path)
    rests = _Rests(breathing, draft)
    sections = [s._replace(items=tuple(rests.whole(s.items))) for s in script.sections]
    name = title or draft.title or (script.title if script.title != "Untitled" else "")
    about = script.about
    words = laid_over(draft.words, script.words)
    spoken = language or _language(draft) or script.language
    top = head(words, title=name, about=about, language=spoken, pace=str(breathing))
    body = written(tuple(sections), script.title)
    notes = sorted(dict.fromkeys(draft.notes))
    return Imported(f"{top}\n{body}", draft.kind, tuple(notes))


def _pace(draft: Draft, script: Script, path: str) -> Pace:
    try:
        return Pace.parse(draft.pace or str(script.pace))
    except PaceError as error:
        told = f"{error} Choose another with --pace."
        raise ScriptError([Problem(path, 1, 1, told)]) from error


def _language(draft: Draft) -> str:
    """Return the language that a file says it is in, if that is one that a script can have."""
    tag = re.fullmatch(r"[a-zA-Z]{2,3}([-_]\w+)*", draft.language)
    return draft.language if tag and len(draft.language) <= MAX_TAG_LETTERS else ""


def _draft(text: str, path: str) -> Draft:
    """Read a text by what it is, told by its beginning."""
    start = text.lstrip()[:400].lower()
    if start.startswith("webvtt") or re.match(r"(?:\d+\s*\n)?[\d:]+[.,]\d+ *-->", start):
        return read_captions(text)
    if re.match(r"[\[{]\s*[\[{\"\d]", start) and start.rstrip()[-1:] and _is_json(text):
        return read_program(text, path)
    if re.match(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<speak\b", start, re.DOTALL):
        return read_tags(text, "SSML")
    if re.match(r"<!doctype html|<html\b|<(?:body|div|p|h[1-6]|article|section)\b", start):
        return read_tags(text, "HTML")
    return read_prose(text)


def _is_json(text: str) -> bool:
    return text.rstrip()[-1:] in "]}"


def _parsed(draft: Draft, path: str) -> Script:
    """Read the rows of a draft; what can't be read is left out, and noted."""
    rows = draft.rows
    for _ in range(_MOST_ROUNDS):
        try:
            script = parse("\n".join(row for row, _ in rows), path)
        except TooLongError as error:
            (*_, problem) = error.problems
            line = rows[min(problem.line, len(rows)) - 1][1]
            raise ScriptError([problem._replace(line=line)]) from error
        except ScriptError as error:
            if not any(row.strip() for row, _ in rows):
                raise ScriptError([Problem(path, 1, 1, "has no words to be said")]) from error
            for problem in error.problems:
                at = min(problem.line, len(rows)) - 1
                row, line = rows[at]
                rows[at] = (_without(row, problem.column - 1), line)
                draft.note(line, f"left out: {(row.strip() or problem.message)[:80]}")
        else:
            draft.notes += [
                (rows[note.line - 1][1], note.message)
                for note in script.notes
                if "second" not in note.message  # these become breaths, which is told
            ]
            return script
    raise ScriptError([Problem(path, 1, 1, "has too much in it that is no practice")])


def _without(row: str, column: int) -> str:
    """Return a row without what stands in brackets at a column, or without all from there on."""
    inside = re.match(r"\[[^\[\]]*\]", row[column:])
    return row[:column] + (row[column + inside.end() :] if inside else "")


class _Rests:
    """Puts whole breaths in place of seconds, and sentences in place of long paragraphs."""

    def __init__(self, pace: Pace, draft: Draft) -> None:
        self._breath, self._draft = sum(pace.phases), draft

    def whole(self, items: tuple[Item, ...]) -> Iterator[Item]:
        for item in items:
            if isinstance(item, TimedRest):
                breaths = round(Fraction(str(item.seconds)) / Fraction(self._breath))
                captions = self._draft.kind == "captions"
                if breaths or not captions:
                    breaths = max(breaths, 1)
                    self._note(
                        item, f"{item.seconds:g} s of rest, made {counted(breaths, 'breath')}"
                    )
                    yield Rest(breaths, breaths)
            elif isinstance(item, Line) and len(item.text) > _LONGEST_LINE:
                sentences = list(_sentences(item.text))
                if len(sentences) > 1:
                    told = f"a long paragraph, made into {counted(len(sentences), 'line')}"
                    self._note(item, told)
                for number, sentence in enumerate(sentences):
                    anchor = item.anchor if not number else None
                    yield replace(item, text=sentence, anchor=anchor)
            else:
                yield item

    def _note(self, item: Line | TimedRest, message: str) -> None:
        if item.place:
            self._draft.note(self._draft.rows[item.place.line - 1][1], message)


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a paragraph; a short one stays with the next."""
    kept = ""
    for sentence in _SENTENCES.split(text):
        kept = f"{kept} {sentence}".strip()
        if len(kept) >= _LEAST_LETTERS:
            yield kept
            kept = ""
    if kept:
        yield kept
