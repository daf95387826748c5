"""The head of a script: KEY: VALUE rows between two rows of dashes, read as YAML."""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from voice_guide.errors import PaceError, did_you_mean, nearest
from voice_guide.languages import tag_of
from voice_guide.limits import MAX_HEAD_LETTERS, MAX_WORD_LETTERS
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.slips import KEYS, QUOTED, ROW, report_slips
from voice_guide.scripting.wordlist import (
    Entry,
    Report,
    Right,
    ends_of_list,
    read_list,
    usable,
)
from voice_guide.texts import plain

__all__ = ["read_head"]

_TEXTS = ("title", "about", "artist", "album", "cover")
"""Keys whose values are written by people for people, so that any sign may be part of them."""

_LIKE = 0.75
"""How like its right form a misspelt key is at least, of 1, so that nothing else can be meant."""

_PACE_WORDS = {
    *("in", "inhale", "out", "exhale", "and", "for", "breathe"),
    *("s", "sec", "secs", "second", "seconds", "count", "counts"),
}

_FENCE = re.compile(r"\s*-{3,}\s*")
_LIKE_A_FENCE = r"\\?(?:[-–—−]+|[=*_~]{3,}|`{3,}\s*(?:ya?ml)?|\.{3})"
"""What editors and chats make of the row of dashes; it is one where a known key follows."""

_UNSEEN = " \t\u00a0\u200b\u2060\ufeff"
_QUOTES = "\"'“”„‘’«»"
_NO_KEY = re.compile(r"inner:", re.IGNORECASE)
_BESIDE = r"(?i)[^/\\:\0]+\.(png|jpe?g)"
"""A file of the script's own folder, on any system."""

_SIMPLE = re.compile(
    rf"({'|'.join(key for key in KEYS if key != 'words')}): +"
    r"""("(?P<text>[^"\\]*)"|(?P<word>\w(?:[\w .,+-]|:(?=\w))*))"""
)
"""A row that means to YAML what anybody would read in it, as nearly all do: those of a text are in
quotes already. YAML's reader takes longer to load than all scripts to be read."""


_SURELY_A_HEAD = 2
"""Rows with known keys, after which words may go on without an empty row."""


def read_head(rows: Sequence[str], report: Report) -> tuple[dict[str, Any], int]:
    """Read the head of a script, if it has one.

    Args:
        rows: of the whole file.
        report: called with everything that is wrong.

    Returns:
        The script's fields that it gives, and the first row after it. Its ``words`` are
        entries, of which nothing is wrong.
    """
    first = next((row for row, text in enumerate(rows) if text.strip(_UNSEEN)), 0)
    if rows[first].startswith("```") and any(map(_FENCE.fullmatch, rows[first + 1 : first + 2])):
        first += 1  # the head as a chat shows it
    begin = rows[first].strip(_UNSEEN)
    if _FENCE.fullmatch(begin) or (_like_a_fence(begin) and _keyed(rows, first + 1)):
        begins = first + 1
        end = next((row for row in range(begins, len(rows)) if _closes(rows[row])), len(rows))
        if end == len(rows):
            report(first, 0, "the head has no end: close it with a line of ---")
            return {}, len(rows)
        body = end + 1
    else:
        _report_head_of_toml(rows, first, report)
        begins = first
        end = first
        while end < len(rows) and (after := _after(rows, end)) > end:
            end = after
        end = body = end if end < len(rows) else first
        if end < len(rows) and rows[end].strip() and end - first < _SURELY_A_HEAD:
            return {}, 0  # the words go on: it is a paragraph

    def told(row: int, column: int, message: str, right: Right | None = None) -> None:
        report(begins + row, column, message, right)

    letters = 0
    for row, text in enumerate(rows[begins:end]):
        letters += len(text)
        if letters > MAX_HEAD_LETTERS:
            told(row, 0, f"the head can have at most {MAX_HEAD_LETTERS} letters")
            return {}, body
    entries, others = read_list(rows[begins:end], told)
    fields = _fields(_plain(others), entries, told)
    if words := usable(entries, told):
        fields["words"] = [entry._replace(row=begins + entry.row) for entry in words]
    return fields, body


def _keyed(rows: Sequence[str], row: int) -> bool:
    return row < len(rows) and (_known(rows[row]) or ends_of_list(rows, row) > row)


def _closes(row: str) -> bool:
    """Whether a row ends a head: no row of a key or a word looks like it."""
    return bool(_FENCE.fullmatch(row)) or _like_a_fence(row.strip(_UNSEEN))


def _like_a_fence(row: str) -> bool:
    return not row[:1].isalnum() and bool(re.fullmatch(_LIKE_A_FENCE, row))


def _after(rows: Sequence[str], row: int) -> int:
    """Return the row after a row of a head, and after what belongs to it; the same for none."""
    after = ends_of_list(rows, row)
    return after if after > row else row + _known(rows[row])


def _known(row: str) -> bool:
    """Whether a row can only be one of a head: a known key at the left edge, and its value."""
    found = ROW.fullmatch(row.lstrip("\ufeff"))
    return bool(found and found[2].lower() in KEYS and found[4] and not _NO_KEY.match(row.strip()))


def _plain(rows: Sequence[str]) -> list[str]:
    """Return rows as YAML takes them: known keys in small letters, and any sign in a text.

    A text may go on in further rows, which are indented; there are as many rows as before.
    """
    plain: list[str] = []
    texts: dict[int, tuple[str, str]] = {}  # the key and the value that begin in a row
    last = -1
    for number, row in enumerate(rows):
        found = ROW.fullmatch(row.lstrip("\ufeff"))
        known = found is not None and found[2].lower() in KEYS
        if last >= 0 and row[:1].isspace() and row.strip() and not known:
            key, value = texts[last]
            texts[last] = (key, f"{value} {row.strip()}")
            row = ""
        elif found and known and not found[1]:
            key, value = found[2].lower(), found[4].strip()
            written = not value or value.startswith(("|", ">")) or QUOTED.fullmatch(value)
            last = -1 if written or key not in _TEXTS or not found[3].endswith(" ") else number
            if last == number:
                texts[number] = (key, value)
            row = key + found[3] + found[4]
        elif row.strip():
            last = -1
        plain.append(row)
    for number, (key, value) in texts.items():
        escaped = value.replace("\\", r"\\").replace('"', r"\"")
        plain[number] = f'{key}: "{escaped}"'
    return plain


def _report_head_of_toml(rows: Sequence[str], first: int, report: Report) -> None:
    if rows[first].strip() == "+++":
        report(first, 0, "the head goes between two lines of ---, with rows such as  title: Rest")


def _fields(head: Sequence[str], entries: list[Entry], report: Report) -> dict[str, Any]:
    simple = [_SIMPLE.fullmatch(row) for row in head]
    if not all(found or not row for row, found in zip(head, simple, strict=True)):
        return _fields_of_yaml(head, entries, report)
    fields: dict[str, Any] = {}
    for row, found in enumerate(simple):
        if found:
            text = found["text"] if found["word"] is None else found["word"]
            _field(fields, found[1], text, (row, 0), (row, found.start(2)), report)
    return fields


def _fields_of_yaml(head: Sequence[str], entries: list[Entry], report: Report) -> dict[str, Any]:
    import yaml

    try:
        root = yaml.compose("\n".join(head), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        _report_no_yaml(head, error, report)
        return {}
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        if not report_slips(head, report):
            report(0, 0, f"the head has to be rows of KEY: VALUE, with a key of {', '.join(KEYS)}")
        return {}
    fields: dict[str, Any] = {}
    given = {key.value for key, _ in root.value if isinstance(key, yaml.ScalarNode)}
    for key, value in root.value:
        row, column = key.start_mark.line, key.start_mark.column
        at = (value.start_mark.line, value.start_mark.column)
        if not isinstance(key, yaml.ScalarNode):
            report(row, column, f"a key is one word: use one of {', '.join(KEYS)}")
        elif key.value not in KEYS:
            near = nearest(key.value, KEYS, likeness=_LIKE)
            right = (column, len(key.value), near[0]) if near and near[0] not in given else None
            report(row, column, _unknown(key.value), right)
        elif key.value == "words" and isinstance(value, yaml.MappingNode):
            entries += _in_one_row(value)
        elif key.value == "words":
            report(*at, "words has a row for each word under it, as in    Siobhan: shi-vawn")
        elif not isinstance(value, yaml.ScalarNode) or head[at[0]][at[1] :].startswith("!"):
            report(row, column, f"{key.value} has to have one plain value")
        else:
            _field(fields, key.value, value.value, (row, column), at, report)
    return fields


def _in_one_row(words: Any) -> Iterator[Entry]:
    """Yield the words of a list in braces: {WORD: HOW IT IS SAID, ...}."""
    for written, said in words.value:
        word, way = (each.value if isinstance(each.value, str) else "" for each in (written, said))
        row, column = written.start_mark.line, written.start_mark.column
        yield Entry(plain(word), plain(way), row, column)


def _field(
    fields: dict[str, Any],
    key: str,
    value: str,
    key_at: tuple[int, int],
    value_at: tuple[int, int],
    report: Report,
) -> None:
    """Read the value of a known key into the fields; both are at a row and a column."""
    if key in fields:
        report(*key_at, f"{key} is given twice")
        return
    text = plain(value) if key in _TEXTS else plain(value).strip(_QUOTES)
    wrong = functools.partial(report, *value_at)
    if key in ("pace", "ramp"):
        try:
            fields[key] = Pace.parse(_pace(text)) if key == "pace" else Ramp.parse(text)
        except PaceError as error:
            wrong(str(error))
    elif key == "holds":
        if text.lower() in ("yes", "true", "no", "false"):
            fields[key] = text.lower() in ("yes", "true")
        else:
            wrong(f"holds has to be yes or no, not {text!r}")
    elif key in ("voice", "inner") and len(text) > MAX_WORD_LETTERS:
        wrong(f"{key} has {len(text)} letters; it can have at most {MAX_WORD_LETTERS}")
    elif key == "cover" and not re.fullmatch(_BESIDE, text):
        wrong(f"cover has to be a picture beside the script, such as cover.png, not {text!r}")
    elif key == "language":
        if tag := tag_of(text):
            fields[key] = tag
        else:
            wrong(f"language has to be a code such as en or en-GB, not {text!r}")
    elif text:
        fields[key] = text
    else:
        wrong(f"{key} is empty")


def _pace(text: str) -> str:
    """Return a pace that is given in words, such as ``4 seconds in, 6 out``, as it is written."""
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    numbers = re.findall(r"\d+(?:[.,]\d+)?", text)
    in_words = len(numbers) == 2 and words and words <= _PACE_WORDS
    return "-".join(numbers) if in_words else text


def _unknown(given: str) -> str:
    message = f"unknown key {given!r} in the head: use one of {', '.join(KEYS)}"
    return did_you_mean(message, nearest(given, KEYS, likeness=0.5))


def _report_no_yaml(head: Sequence[str], error: Exception, report: Report) -> None:
    """Say what to write instead of what YAML can't read, row by row."""
    if report_slips(head, report):
        return
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    row, column = (min(mark.line, len(head) - 1), mark.column) if mark else (0, 0)
    reason = getattr(error, "problem", None)
    report(row, column, f"the head is not valid YAML{f': {reason}' if reason else ''}")
