"""When each word of a text is said: cue points in the WAV file that an engine writes.

A point's number is the place of the word's first letter in the text, its position the frame
(Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", page 59).
"""

import re
import struct
from collections.abc import Iterable

__all__ = ["Marks", "marks_of", "put_marks", "to_words"]

Marks = list[tuple[int, int]]
"""Letters of a text, from 0, and the frames at which the words that begin there are said."""

_POINT = struct.Struct("<II4sIII")


def to_words(text: str, marks: Iterable[tuple[int, int]]) -> Marks:
    """Return marks at the first letters of words: each has the first of its own.

    Args:
        text: whose words are parted by spaces.
        marks: anywhere in a word, or in the space before it.
    """
    words = [found.span() for found in re.finditer(r"\S+", text)]
    first: Marks = []
    for letter, frame in marks:
        begin = next((begin for begin, end in words if letter < end), None)
        if begin is not None and (not first or (begin > first[-1][0] and frame > first[-1][1])):
            first.append((begin, frame))
    return first


def put_marks(file: str, marks: Marks) -> None:
    """Add cue points to a WAV file that has none."""
    points = b"".join(_POINT.pack(letter, at, b"data", 0, 0, at) for letter, at in marks)
    chunk = b"cue " + struct.pack("<II", 4 + len(points), len(marks)) + points
    with open(file, "r+b") as wav:
        end = wav.seek(0, 2)
        wav.write(bytes(end % 2) + chunk)
        size = wav.tell() - 8
        wav.seek(4)
        wav.write(struct.pack("<I", size))


def marks_of(data: bytes, text: str) -> Marks:
    """Return the marks in a WAV file, if they can be of this text; else none."""
    at = 12
    while data[:4] == b"RIFF" and at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"cue ":
            body = data[at + 12 : at + 8 + size]
            points = _POINT.iter_unpack(body[: len(body) // _POINT.size * _POINT.size])
            marks = [(point[0], point[5]) for point in points]
            return marks if marks == to_words(text, marks) else []
        at += 8 + size + size % 2
    return []
