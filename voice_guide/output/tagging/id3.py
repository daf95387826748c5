"""ID3v2.3, the tag of MP3 files, and of WAV files as a chunk (id3.org/id3v2.3.0).

Version 2.3 is what every player reads; chapters are its addendum (id3v2-chapters-1.0).
"""

import struct
from collections.abc import Iterator, Sequence

from voice_guide.languages import alpha3
from voice_guide.output.tags import Tags

__all__ = ["id3"]

_UTF_16, _LATIN_1 = b"\1", b"\0"
_FRONT_COVER = b"\3"
_TOP, _ORDERED = 2, 1
_MOST_ENTRIES = 255
"""Of a table of contents, whose number of entries is one byte."""

_NO_OFFSET = 2**32 - 1
"""A chapter's place in bytes, which isn't told: players take the milliseconds."""


def id3(tags: Tags, chapters: bool = True) -> bytes:
    """Return a whole tag, as it stands at the beginning of an MP3 file.

    Args:
        tags: what it tells.
        chapters: whether they are in it; a WAV file has them elsewhere.
    """
    frames = b"".join(_frames(tags))
    if chapters:
        frames += b"".join(_chapters(list(tags.times())))
    size = len(frames)
    seven = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + seven + frames


def _frames(tags: Tags) -> Iterator[bytes]:
    language = alpha3(tags.language)
    year, _, day = tags.date.partition("-")
    texts = {
        b"TIT2": tags.title,
        b"TPE1": tags.artist,
        b"TALB": tags.album,
        b"TIT3": tags.description,
        b"TLAN": language,
        b"TLEN": str(tags.milliseconds(tags.frames)),
        b"TSSE": tags.software,
        b"TYER": year,
        b"TDAT": "".join(reversed(day.split("-"))) if "-" in day else "",  # day and month
    }
    for name, text in texts.items():
        if text:
            yield _text(name, text)
    yield _frame(b"TXXX", _UTF_16 + _ended("PACE") + _written(tags.pace))
    comment = _UTF_16 + language.encode() + _ended("") + _written(tags.comment)
    yield _frame(b"COMM", comment)
    if tags.cover:
        mime = tags.cover_type.encode() + b"\0"
        yield _frame(b"APIC", _LATIN_1 + mime + _FRONT_COVER + b"\0" + tags.cover)


def _chapters(times: Sequence[tuple[str, int, int]]) -> Iterator[bytes]:
    """Yield the table of contents, then each chapter in its order."""
    names = [f"chp{number}" for number in range(len(times))]
    groups = [names[at : at + _MOST_ENTRIES] for at in range(0, len(names), _MOST_ENTRIES)]
    if len(groups) == 1:
        yield _contents("toc", _TOP | _ORDERED, names)
    elif groups:
        parts = [f"toc{number}" for number in range(len(groups))]
        yield _contents("toc", _TOP | _ORDERED, parts)
        for part, group in zip(parts, groups, strict=True):
            yield _contents(part, _ORDERED, group)
    for name, (title, start, end) in zip(names, times, strict=True):
        where = struct.pack(">IIII", start, end, _NO_OFFSET, _NO_OFFSET)
        yield _frame(b"CHAP", name.encode() + b"\0" + where + _text(b"TIT2", title))


def _contents(name: str, flags: int, entries: Sequence[str]) -> bytes:
    listed = b"".join(entry.encode() + b"\0" for entry in entries)
    return _frame(b"CTOC", name.encode() + b"\0" + bytes([flags, len(entries)]) + listed)


def _text(name: bytes, text: str) -> bytes:
    return _frame(name, _UTF_16 + _written(text))


def _frame(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">IH", len(body), 0) + body


def _written(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _ended(text: str) -> bytes:
    return _written(text) + b"\0\0"
