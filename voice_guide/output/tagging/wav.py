"""Chunks after a WAV file's samples: LIST INFO, cue, LIST adtl, and an ID3 tag.

Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991), chapter 3.
"""

import os
import struct
from pathlib import Path

from voice_guide.output.tagging.id3 import id3
from voice_guide.output.tags import Tags

__all__ = ["add_chunks", "chunks_of"]

_MOST = 2**32 - 1
_UTF_8 = 65001
"""Microsoft's number of the code page."""


def add_chunks(path: Path, chunks: bytes) -> None:
    """Put chunks at the end of a WAV or RF64 file; its samples stay where they are.

    Raises:
        OSError: if it can't be written.
    """
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(b"\0" * (file.tell() % 2) + chunks)
        size = file.tell() - 8
        file.seek(0)
        if file.read(4) == b"RF64":  # the size stands in ds64, the first chunk (EBU Tech 3306)
            file.seek(20)
            file.write(struct.pack("<Q", size))
        else:
            file.write(struct.pack("<I", size))


def chunks_of(tags: Tags) -> bytes:
    """Return the chunks that tell what a file says of itself."""
    return b"".join(_chunk(name, body) for name, body in _chunks(tags))


def _chunks(tags: Tags) -> list[tuple[bytes, bytes]]:
    info = {
        b"INAM": tags.title,
        b"IART": tags.artist,
        b"IPRD": tags.album,
        b"ISBJ": tags.description,
        b"ICMT": tags.comment,
        b"ILNG": tags.language,
        b"ICRD": tags.date,
        b"ISFT": tags.software,
    }
    told = b"".join(_chunk(name, _ended(text)) for name, text in info.items() if text)
    chunks = [(b"LIST", b"INFO" + told)]
    chapters = [chapter for chapter in tags.chapters if chapter.start <= _MOST]
    if chapters:
        points, names, lengths = struct.pack("<I", len(chapters)), b"", b""
        for number, chapter in enumerate(chapters, start=1):
            # Its place in the order of playing, and in the one data chunk: both in frames.
            points += struct.pack("<II4sIII", number, chapter.start, b"data", 0, 0, chapter.start)
            length = min(chapter.end - chapter.start, _MOST)
            number_of = struct.pack("<I", number)
            names += _chunk(b"labl", number_of + _ended(chapter.title))
            region = struct.pack("<I4sHHHH", length, b"rgn ", 0, 0, 0, _UTF_8)
            lengths += _chunk(b"ltxt", number_of + region + _ended(chapter.title))
        # All names first: FFmpeg 5 reads no further than the first length.
        chunks += [(b"cue ", points), (b"LIST", b"adtl" + names + lengths)]
    return [*chunks, (b"id3 ", id3(tags, chapters=False))]


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _ended(text: str) -> bytes:
    return text.encode() + b"\0"
