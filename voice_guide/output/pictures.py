"""Pictures that others made: whether they can be shown, and how large they are."""

import struct
from pathlib import Path

from voice_guide.errors import RequestError
from voice_guide.files import read_bytes
from voice_guide.limits import MOST_COVER_BYTES

__all__ = ["check_cover", "is_jpeg", "read_cover", "size_of"]

_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Of a PNG's kinds of colour (ISO/IEC 15948, 11.2.2)."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that tell its size (ITU-T T.81, table B.1)."""


def read_cover(file: str | Path) -> bytes:
    """Return a picture to put into a file.

    Raises:
        RequestError: if it can't be read, is too large, or is no PNG or JPEG.
    """
    try:
        data = read_bytes(Path(file), MOST_COVER_BYTES)
    except OSError as error:
        reason = error.strerror or error.args[-1]
        raise RequestError(f"the cover {str(file)!r} can't be read: {reason}.") from error
    return check_cover(data, repr(str(file)))


def check_cover(picture: bytes, name: str) -> bytes:
    """Return a picture to put into a file.

    Raises:
        RequestError: if it is no PNG or JPEG.
    """
    width, height, _ = size_of(picture)
    if not width or not height:
        raise RequestError(
            f"the cover {name} is no picture that players show: give a PNG or a JPEG."
        )
    return picture


def is_jpeg(picture: bytes) -> bool:
    return picture.startswith(b"\xff\xd8\xff")


def size_of(picture: bytes) -> tuple[int, int, int]:
    """Return the width and height of a PNG or a JPEG in dots, and its bits a dot; zeros if none."""
    if picture.startswith(_PNG) and picture[12:16] == b"IHDR" and len(picture) >= 26:
        width, height, bits, colour = struct.unpack(">IIBB", picture[16:26])
        return width, height, bits * _CHANNELS.get(colour, 1)
    at = 2 if is_jpeg(picture) else len(picture)
    while at + 10 <= len(picture) and picture[at] == 0xFF:
        kind, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
        if kind in _FRAMES:
            bits, height, width, channels = struct.unpack(">BHHB", picture[at + 4 : at + 10])
            return width, height, bits * channels
        at += 2 + length
    return 0, 0, 0
