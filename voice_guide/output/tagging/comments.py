"""Vorbis comments, the tags of FLAC, Ogg Vorbis and Opus, and the pictures that go with them.

xiph.org/vorbis/doc/v-comment.html; wiki.xiph.org/Chapter_Extension; RFC 9639, 8.8.
"""

import base64
import struct

from voice_guide.output.pictures import size_of
from voice_guide.output.tags import Tags, clock_ms

__all__ = ["comments", "picture"]

_FRONT_COVER = 3


def comments(tags: Tags, pictured: bool) -> bytes:
    """Return a block of comments: who wrote it, how many there are, and each.

    Args:
        tags: what they say.
        pictured: whether the cover is one of them, as it is in Ogg.
    """
    rows = [
        ("TITLE", tags.title),
        ("ARTIST", tags.artist),
        ("ALBUM", tags.album),
        ("DATE", tags.date),
        ("DESCRIPTION", tags.description),
        ("COMMENT", tags.comment),
        ("LANGUAGE", tags.language),
        ("LENGTH", tags.length),
        ("PACE", tags.pace),
        ("ENCODER", tags.software),
    ]
    for number, (title, start, _) in enumerate(tags.times()):
        rows.append((f"CHAPTER{number:03}", clock_ms(start)))
        rows.append((f"CHAPTER{number:03}NAME", title))
    if pictured and tags.cover:
        rows.append(("METADATA_BLOCK_PICTURE", base64.b64encode(picture(tags)).decode()))
    told = [_counted(f"{name}={text}".encode()) for name, text in rows if text]
    return _counted(tags.software.encode()) + struct.pack("<I", len(told)) + b"".join(told)


def picture(tags: Tags) -> bytes:
    """Return the cover as FLAC has it, with its size as the file itself says it."""
    mime = tags.cover_type.encode()
    width, height, depth = size_of(tags.cover)
    return b"".join(
        (
            struct.pack(">II", _FRONT_COVER, len(mime)) + mime,
            struct.pack(">I", 0),  # no description
            struct.pack(">IIII", width, height, depth, 0),  # not of a palette
            struct.pack(">I", len(tags.cover)) + tags.cover,
        )
    )


def _counted(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text
