"""The cover of a session: its own breath, drawn as waves."""

import math
import struct
import sys
import zlib

import numpy as np
from numpy.typing import NDArray

from voice_guide.plan.breath import Breath
from voice_guide.plan.plan import Plan

__all__ = ["draw_cover"]

SIZE = 600
"""In dots, each way: players show covers at 100 to 600."""

_PAPER = (247, 243, 234)
_WAVES = ((191, 214, 215), (126, 170, 176), (62, 111, 122))
"""From the back to the front, in red, green and blue: a pale sea."""

_FLOORS = (0.46, 0.30, 0.14)
_HEIGHT = 0.34
"""Of the waves, as shares of the picture; the lungs are empty at the floor."""

_BREATHS = 2
"""From side to side; more can't be told apart in a list of sessions."""

_SHIFT = 0.3
"""Of a breath, by which each wave comes after the one behind it."""


def draw_cover(plan: Plan) -> bytes:
    """Draw three of its breaths, from the beginning, the middle and the end.

    Returns:
        A PNG of ``SIZE`` by ``SIZE`` dots. The same session has the same one.
    """
    whole = [breath for breath in plan.breaths if breath.inhale and breath.exhale]
    dots = np.full((SIZE, SIZE), _dot(_PAPER), np.uint32)
    picture = dots.view(np.uint8).reshape(SIZE, SIZE, 4)[:, :, :3]
    if whole:
        rows, columns = np.arange(SIZE)[:, None], np.arange(SIZE)
        chosen = (whole[0], whole[len(whole) // 2], whole[-1])
        waves = zip(chosen, _FLOORS, _WAVES, strict=True)
        for number, (breath, floor, colour) in enumerate(waves):
            top = SIZE * (1 - floor - _HEIGHT * _curve(breath, number * _SHIFT))
            edge = np.floor(top).astype(int)  # the row that the wave fills in part
            behind = picture[edge, columns]
            np.copyto(dots, np.uint32(_dot(colour)), where=rows > edge)
            share = (edge + 1 - top)[:, None]
            picture[edge, columns] = np.rint(behind + share * (np.array(colour) - behind))
    return _png(picture)


def _dot(colour: tuple[int, int, int]) -> int:
    """Return a colour as one number, whose bytes are red, green, blue and nothing."""
    return int.from_bytes(bytes((*colour, 0)), sys.byteorder)


def _curve(breath: Breath, shift: float) -> NDArray[np.float64]:
    """Return how full the lungs are from the left to the right, 0 to 1."""
    share = (np.arange(SIZE) / SIZE * _BREATHS - shift) % 1.0
    full = [breath.fullness(at) for at in share * breath.frames]
    return np.array([(1 - math.cos(math.pi * value)) / 2 for value in full])


def _png(picture: NDArray[np.uint8]) -> bytes:
    """Return a picture (rows, columns, 3) as PNG (ISO/IEC 15948)."""
    rows, columns, _ = picture.shape
    lines = np.pad(picture.reshape(rows, -1), ((0, 0), (1, 0)))  # each after its filter: none
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
