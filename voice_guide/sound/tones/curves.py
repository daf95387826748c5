"""What level, pitch and timbre do in the course of a breath: curves that the styles share."""

from collections.abc import Callable
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
    "Piecewise",
    "in_pieces",
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
"""Frames that are made at once, a whole number of strides: so many stay in a processor's cache."""

_BETWEEN = np.arange(STRIDE, dtype=np.float32) / np.float32(STRIDE)


class Piecewise:
    """A curve that is straight from each point to the next, read a piece at a time.

    Args:
        starts: its value at each point.
        steps: how far it goes from each to the next, where that isn't to the next value.
    """

    def __init__(self, starts: NDArray[Any], steps: NDArray[Any] | None = None) -> None:
        if steps is None:
            starts, steps = starts[:-1], np.diff(starts)
        self._starts, self._steps = starts.astype(np.float32), steps.astype(np.float32)

    def read(self, start: int, frames: int) -> Audio:
        """Return its values from a frame on, which is a whole number of strides, (frames,)."""
        part = slice(start // STRIDE, -(-(start + frames) // STRIDE))
        out: Audio = self._steps[part, None] * _BETWEEN
        out += self._starts[part, None]
        return out.reshape(-1)[:frames]


def in_pieces(frames: int, piece: Callable[[int, int], Audio]) -> Audio:
    """Return a sound, (frames, 2), from its pieces.

    Args:
        frames: of all of it.
        piece: returns so many frames from one on, left and right, (2, frames).
    """
    out = np.empty((frames, 2), np.float32)
    for start in range(0, frames, PIECE):
        part = out[start : start + PIECE]
        for to, channel in zip(part.T, piece(start, len(part)), strict=True):
            to[:] = channel  # one after the other is much faster than both at once
    return out


class Curves:
    """The curves of one cycle, at a point every ``STRIDE`` frames and one past its end.

    Attributes:
        at: the frame of each point.
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
        self._inside = [self.at < inhale, self.at < turn, self.at < turn + exhale]

        swell = FLOOR + (0.8 - FLOOR) * smooth(self.drawn / 0.78)
        swell -= (0.8 - HELD) * smooth((self.drawn - 0.78) / 0.22)
        rise = HELD + (1 - HELD) * smooth(self.let_go / self.attack)
        dying = 1 - smooth((self.let_go - self.attack * 0.6) / (1 - self.attack * 0.6))
        fall = FLOOR + (1 - FLOOR) * dying**1.15
        self.level = self.phased(swell, HELD, np.minimum(rise, fall), FLOOR)

        falling = 1 - smooth(np.clip(self.let_go, 0, 1) ** 0.8)
        self.height = self.phased(smooth(self.drawn), 1, falling, 0)

        turning = max(min(ATTACK_SECONDS * sample_rate, exhale / 5), 1)
        warm = smooth((self.at - turn) / turning) * smooth((turn + exhale - self.at) / turning)
        self.warmth = np.where(self.at < turn, 0, warm)

    def phased(
        self,
        inhale: NDArray[Any],
        hold_in: NDArray[Any] | float,
        exhale: NDArray[Any],
        hold_out: NDArray[Any] | float,
    ) -> NDArray[Any]:
        """Put a curve together from what it is in each phase."""
        return np.select(self._inside, [inhale, hold_in, exhale], hold_out)
