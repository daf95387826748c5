"""Tags in FLAC: blocks before the sound (RFC 9639, section 8)."""

import struct
from pathlib import Path

from voice_guide.output.tagging.comments import comments, picture
from voice_guide.output.tags import Tags

__all__ = ["room_for", "tag_flac"]

_PADDING, _COMMENTS, _PICTURE = 1, 4, 6
_LAST = 0x80
_HEAD = 4
"""Bytes of a block's head: its kind, and the size of its body."""


def room_for(tags: Tags) -> int:
    """Return how many letters a comment has to have, to keep room for tags until they are known
    to be needed: the whole file would have to be copied to make it afterwards.
    """
    return sum(_HEAD + len(body) for _, body in _blocks(tags)) + _HEAD


def tag_flac(path: Path, tags: Tags) -> None:
    """Put tags into the room that was kept for them.

    Raises:
        OSError: if it can't be written.
    """
    with path.open("r+b") as file:
        file.seek(4)  # after fLaC
        first = file.read(_HEAD)
        start = end = 4 + _HEAD + int.from_bytes(first[1:], "big")  # of what follows STREAMINFO
        last = first[0] & _LAST
        while not last:
            file.seek(end)
            head = file.read(_HEAD)
            last = head[0] & _LAST
            end += _HEAD + int.from_bytes(head[1:], "big")
        blocks = _blocks(tags)
        left = end - start - sum(_HEAD + len(body) for _, body in blocks) - _HEAD
        file.seek(start)
        for kind, body in blocks:
            file.write(_head(kind, len(body)) + body)
        file.write(_head(_PADDING | _LAST, left) + bytes(left))


def _blocks(tags: Tags) -> list[tuple[int, bytes]]:
    blocks = [(_COMMENTS, comments(tags, pictured=False))]
    return blocks + ([(_PICTURE, picture(tags))] if tags.cover else [])


def _head(kind: int, size: int) -> bytes:
    return struct.pack(">I", kind << 24 | size)
