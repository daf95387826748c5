"""What level, pitch and timbre do in the course of a breath: curves that the styles share."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio, smooth
from voice_guide.units import db_to_gain

__all__ = [
    "ATTACK_SECONDS",
    "FLOOR",
    "PIECE",
    "STRIDE",
    "Curves",
    "Phases",
    "draw",
    "in_pieces",
    "is_silent",
    "lines",
]

Phases = tuple[int, int, int, int]
"""Frames of inhale, hold, exhale, hold; each may be 0."""

FLOOR = db_to_gain(-34)
"""What is left of the tone between two breaths."""

HELD = db_to_gain(-7)
"""The level at the top of the inhale, and while the breath is held."""

ATTACK_SECONDS = 0.45
"""The quickest rise of a tone; from a tenth to nine tenths it takes 0.6 of this."""

STRIDE = 64
"""Frames between two points of a curve, which is straight in between."""

PIECE = 16384
"""Frames that are made at once, whole strides: so many stay in a processor's own memory."""

_BETWEEN = np.arange(STRIDE, dtype=np.float32) / np.float32(STRIDE)
_LINE = np.stack([_BETWEEN, np.ones(STRIDE, np.float32)])
_BOTH = np.repeat(_LINE, 2, axis=1)
_EACH = np.kron(_LINE, np.eye(2, dtype=np.float32))
"""Products with these are straight lines: the same one in both channels, and one for each."""


def lines(starts: NDArray[Any], steps: NDArray[Any] | None = None) -> Audio:
    """Return the straight lines of a curve, how far each goes and where it starts.

    Args:
        starts: of shape (lines + 1,) or, for each channel, (lines + 1, 2): the points of a curve.
        steps: how far each line goes, if not to the next point: (lines,) or (lines, 2).

    Returns:
        float32 of shape (lines, 2) or (lines, 4), for ``draw``.
    """
    if steps is None:
        starts, steps = starts[:-1], np.diff(starts, axis=0)
    return np.column_stack([steps, starts]).astype(np.float32)


def in_pieces(frames: int) -> Iterator[slice]:
    """Yield the frames of ``PIECE`` after ``PIECE``; the last may be shorter."""
    for start in range(0, frames, PIECE):
        yield slice(start, min(start + PIECE, frames))


def draw(lines: Audio, piece: slice, out: Audio) -> Audio:
    """Return the frames of a piece of a curve, (frames, 2).

    A product of matrices rounds here as it would in steps, and takes a fifth of the time.

    Args:
        lines: of the whole curve, from ``lines``.
        piece: of ``in_pieces``.
        out: where to draw it, (``PIECE``, 2).
    """
    some = _within(lines, piece)
    table = _BOTH if some.shape[1] == len(_BOTH) else _EACH
    np.matmul(some, table, out=out.reshape(-1, 2 * STRIDE)[: len(some)])
    return out[: piece.stop - piece.start]


def is_silent(lines: Audio, piece: slice) -> bool:
    """Whether a curve is 0 throughout a piece."""
    return not _within(lines, piece).any()


def _within(lines: Audio, piece: slice) -> Audio:
    return lines[piece.start // STRIDE : -(-piece.stop // STRIDE)]


class Curves:
    """The curves of one cycle, at a point every ``STRIDE`` frames and one past its end.

    Attributes:
        at: the frame of each point.
        inhale, exhale: which points lie in them.
        drawn, let_go: how much of the inhale, and of the exhale, has gone by; below 0 before it,
            above 1 after it.
        level: swells up to the turn, and then dies away to the floor.
        height: from 0 up to 1 while breathing in, and back down while breathing out.
        warmth: 0 while breathing in and holding, 1 while breathing out.
    """

    def __init__(self, phases: Phases, sample_rate: int) -> None:
        inhale, hold_in, exhale, _ = phases
        turn = inhale + hold_in
        self.frames, self.sample_rate = sum(phases), sample_rate
        self.at = np.arange(0, self.frames + 2 * STRIDE, STRIDE)
        self.drawn, self.let_go = self.at / max(inhale, 1), (self.at - turn) / max(exhale, 1)
        self.attack = min(max(0.14, ATTACK_SECONDS * sample_rate / max(exhale, 1)), 0.6)
        ends = (-(-end // STRIDE) for end in (0, inhale, turn, turn + exhale))
        inside = [slice(*points) for points in pairwise((*ends, len(self.at)))]
        self.inhale, _, self.exhale, _ = self._inside = inside

        drawn, let_go = self.drawn[self.inhale], self.let_go[self.exhale]
        swell = FLOOR + (0.8 - FLOOR) * smooth(drawn / 0.78)
        swell -= (0.8 - HELD) * smooth((drawn - 0.78) / 0.22)
        rise = HELD + (1 - HELD) * smooth(let_go / self.attack)
        dying = 1 - smooth((let_go - self.attack * 0.6) / (1 - self.attack * 0.6))
        fall = FLOOR + (1 - FLOOR) * dying**1.15
        self.level = self.phased(swell, HELD, np.minimum(rise, fall), FLOOR)

        falling = 1 - smooth(np.clip(let_go, 0, 1) ** 0.8)
        self.height = self.phased(smooth(drawn), 1, falling, 0)

        turning = max(min(ATTACK_SECONDS * sample_rate, exhale / 5), 1)
        at = self.at[self.exhale]
        warm = smooth((at - turn) / turning) * smooth((turn + exhale - at) / turning)
        self.warmth = self.phased(0, 0, warm, 0)

    def phased(
        self,
        inhale: NDArray[Any] | float,
        hold_in: NDArray[Any] | float,
        exhale: NDArray[Any] | float,
        hold_out: NDArray[Any] | float,
    ) -> NDArray[np.float64]:
        """Put a curve together from what it is in each phase, at its points or throughout."""
        curve = np.empty(len(self.at))
        for part, values in zip(self._inside, (inhale, hold_in, exhale, hold_out), strict=True):
            curve[part] = values
        return curve

    def circling(self, times: int) -> NDArray[np.complex128]:
        """Return a point on a circle of 1, which goes round it so often in the cycle.

        Each value is a product of two, of which few have to be worked out.
        """
        speed = 2j * np.pi * times / max(self.frames, 1)
        far, near = np.exp(speed * self.at[::STRIDE]), np.exp(speed * self.at[:STRIDE])
        return np.outer(far, near).reshape(-1)[: len(self.at)]
