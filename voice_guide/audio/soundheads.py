"""What the heads of sound files say about their length, which libsndfile doesn't tell."""

import os
from typing import BinaryIO, Literal

__all__ = ["promised_bytes", "says_no_length"]

_ENDLESS_BYTES = 0x7FFF0000
"""From here on, the size in a WAV's header stands for a stream whose end was not known."""

_MOST_CHUNKS = 1000
"""Parts of a WAV or AIFF that are looked at; a recorder writes ten or so."""

_LENGTH_MARKS = (b"Xing", b"Info", b"VBRI")
"""One of them stands in the first frame of an MP3 that says how long it is."""

_MARK_BYTES = 256
"""How far into the first frame they lie, at most."""


def says_no_length(file: BinaryIO) -> bool:
    """Whether an MP3 has no mark of its length in its first frame."""
    with file:
        head = file.read(10)
        start = 0
        if head[:3] == b"ID3":  # four bytes of seven bits each are its size
            size = 0
            for byte in head[6:10]:
                size = size << 7 | byte & 0x7F
            start = len(head) + size
        file.seek(start)
        head = file.read(1 << 14)
    frame = head[max(head.find(b"\xff"), 0) :][:_MARK_BYTES]
    return not any(mark in frame for mark in _LENGTH_MARKS)


def promised_bytes(file: BinaryIO) -> tuple[int, int] | None:
    """Return the bytes of sound that a file's head promises, and those that are there.

    None where the head says nothing, as in a stream whose end was not known when it began.
    """
    found = _promised(file)
    return None if found is None or found[0] >= _ENDLESS_BYTES > found[1] else found


def _promised(file: BinaryIO) -> tuple[int, int] | None:
    head = file.read(24)
    length = file.seek(0, os.SEEK_END)
    if head[:4] == b".snd":  # AU: where the sound begins, and its size; 2**32 - 1 for unknown
        first, size = (int.from_bytes(head[at : at + 4], "big") for at in (4, 8))
        return size, max(length - first, 0)
    if head[:4] == b"riff":  # Wave 64: the size of the whole file after a name of 16 bytes
        return int.from_bytes(head[16:24], "little"), length
    if head[:4] not in (b"RIFF", b"RIFX", b"RF64", b"FORM"):
        return None
    order: Literal["big", "little"] = "big" if head[:4] in (b"RIFX", b"FORM") else "little"
    at, long_size = 12, 0
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        name, size = file.read(4), int.from_bytes(file.read(4), order)
        if name in (b"data", b"SSND"):
            return (long_size if head[:4] == b"RF64" else size), max(length - at - 8, 0)
        if name == b"ds64":
            long_size = int.from_bytes(file.read(16)[8:], "little")
        if not name:
            return None
        at += 8 + size + size % 2
    return None
