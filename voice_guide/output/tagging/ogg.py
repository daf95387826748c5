"""Tags in Ogg: the second packet of a Vorbis or an Opus stream (RFC 3533, RFC 7845).

Its pages are written anew, under one serial number for all files, so that the same sound gives the
same bytes: encoders take a random one.
"""

import itertools
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from voice_guide.output.tagging.comments import comments
from voice_guide.output.tags import Tags

__all__ = ["tag_ogg"]

SERIAL = 0x56475549
"""Of every stream; it tells streams in one file apart, and there is only one."""

_HEAD = struct.Struct("<4sBBqIIIB")
_CONTINUED = 1
_MOST_SEGMENTS, _SEGMENT = 255, 255
_NO_PACKET_ENDS = -1
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class _Page(NamedTuple):
    flags: int
    granule: int
    lacing: bytes
    body: bytes


def tag_ogg(source: Path, target: Path, tags: Tags) -> None:
    """Write a stream anew, with other comments.

    Raises:
        OSError: if it can't be read or written.
    """
    with source.open("rb") as read, target.open("wb") as out:
        pages = _pages(read)
        number = 0

        def write(page: _Page) -> None:
            nonlocal number
            out.write(_packed(page, number))
            number += 1

        first = next(pages)
        write(first)
        told = comments(tags, pictured=True)
        opus = first.body.startswith(b"OpusHead")
        packets = [b"OpusTags" + told if opus else b"\3vorbis" + told + b"\1"]
        packets += _packets(pages, 1 if opus else 2)[1:]  # Vorbis has its tables in a third one
        for page in itertools.chain(_paged(packets), pages):
            write(page)


def _pages(file: BinaryIO) -> Iterator[_Page]:
    while head := file.read(_HEAD.size):
        _, _, flags, granule, _, _, _, segments = _HEAD.unpack(head)
        lacing = file.read(segments)
        yield _Page(flags, granule, lacing, file.read(sum(lacing)))


def _packed(page: _Page, number: int) -> bytes:
    count = len(page.lacing)
    head = _HEAD.pack(b"OggS", 0, page.flags, page.granule, SERIAL, number, 0, count)
    data = head + page.lacing + page.body
    check = struct.pack("<I", _crc(data))
    return data[:22] + check + data[26:]


def _crc(data: bytes) -> int:
    """Return Ogg's checksum: zlib's of the reversed bits, from 0 and not inverted, reversed."""
    crc = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(crc.to_bytes(4, "little").translate(_REVERSED), "big")


def _packets(pages: Iterator[_Page], count: int) -> list[bytes]:
    """Take packets that end with a page, as headers do."""
    packets: list[bytes] = []
    packet = b""
    while len(packets) < count:
        page, at = next(pages), 0
        for size in page.lacing:
            packet += page.body[at : at + size]
            at += size
            if size < _SEGMENT:
                packets.append(packet)
                packet = b""
    return packets


def _paged(packets: list[bytes]) -> Iterator[_Page]:
    """Lay packets into pages, one after the other; the last page ends with the last packet."""
    lacing, body = b"", b"".join(packets)
    for packet in packets:
        lacing += bytes([_SEGMENT]) * (len(packet) // _SEGMENT) + bytes([len(packet) % _SEGMENT])
    at, continued = 0, False
    for first in range(0, len(lacing), _MOST_SEGMENTS):
        laced = lacing[first : first + _MOST_SEGMENTS]
        size = sum(laced)
        ends = any(segment < _SEGMENT for segment in laced)
        granule = 0 if ends else _NO_PACKET_ENDS
        yield _Page(_CONTINUED if continued else 0, granule, laced, body[at : at + size])
        at += size
        continued = laced[-1] == _SEGMENT
