"""The cover of a session: its own breath, drawn as waves."""

import struct
import zlib
from typing import Any

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

_UP = 2
"""A PNG's filter by which a line is told as its difference from the one above (ISO/IEC 15948, 9.2):
nearly all of it is 0."""

_SHIFT = 0.3
"""Of a breath, by which each wave comes after the one behind it."""


def draw_cover(plan: Plan) -> bytes:
    """Draw three of its breaths, from the beginning, the middle and the end.

    Returns:
        A PNG of ``SIZE`` by ``SIZE`` dots. The same session has the same one.
    """
    whole = [breath for breath in plan.breaths if breath.inhale and breath.exhale]
    picture = np.empty((SIZE, SIZE), np.uint32)
    picture[:] = _packed(np.array(_PAPER))
    if whole:
        rows, columns = np.arange(SIZE, dtype=np.int16)[:, None], np.arange(SIZE)
        chosen = (whole[0], whole[len(whole) // 2], whole[-1])
        waves = zip(chosen, _FLOORS, _WAVES, strict=True)
        for number, (breath, floor, colour) in enumerate(waves):
            top = SIZE * (1 - floor - _HEIGHT * _curve(breath, number * _SHIFT))
            edge = np.floor(top).astype(np.int16)  # the row that the wave fills in part
            behind = _colours(picture[edge, columns])
            np.copyto(picture, _packed(np.array(colour)), where=rows > edge)
            share = (edge + 1 - top)[:, None]
            picture[edge, columns] = _packed(np.rint(behind + share * (np.array(colour) - behind)))
    return _png(_colours(picture))


def _packed(colours: NDArray[Any]) -> NDArray[np.uint32]:
    """Return colours (..., 3) as one number each, which is filled in sooner than three."""
    bytes_of = np.zeros((*colours.shape[:-1], 4), np.uint8)
    bytes_of[..., :3] = colours
    return bytes_of.view(np.uint32)[..., 0]


def _colours(packed: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return packed[..., None].view(np.uint8)[..., :3]


def _curve(breath: Breath, shift: float) -> NDArray[np.float64]:
    """Return how full the lungs are from the left to the right, 0 to 1."""
    share = (np.arange(SIZE) / SIZE * _BREATHS - shift) % 1.0
    full = np.array([breath.fullness(at) for at in (share * breath.frames).tolist()])
    return (1 - np.cos(np.pi * full)) / 2


def _png(picture: NDArray[np.uint8]) -> bytes:
    """Return a picture (rows, columns, 3) as PNG (ISO/IEC 15948)."""
    rows, columns, channels = picture.shape
    lines = np.full((rows, 1 + channels * columns), _UP, np.uint8)  # each after its filter
    for channel in range(channels):
        lines[:, 1 + channel :: channels] = picture[..., channel]
    lines[1:, 1:] -= lines[:-1, 1:].copy()
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines.data, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
