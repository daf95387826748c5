"""The bell."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio, smooth
from voice_guide.scripting.model import BELL_SECONDS

__all__ = ["BELL_LUFS", "BELL_PEAK", "bell"]

_BELL = ((1.0, 1.0, 2.4), (2.0, 0.45, 1.7), (2.76, 0.3, 1.3), (4.07, 0.12, 0.8))
"""Ratio, gain and decay time in seconds of each partial."""

_ROOT = 440.0  # Hz

_RISE_SECONDS = 0.1
"""No hard stroke: it is there whole after this time."""

_AHEAD = 0.25
"""Radians by which a partial is ahead in one channel and behind in the other, and the next the
other way."""

_ROW, _ROWS = 256, 32
"""Frames of a row, and rows that are made at once: they stay in a processor's own memory."""

BELL_LUFS = -0.57
"""The bell's loudest moment, before its gain."""

BELL_PEAK = 1.71
"""The bell's true peak, before its gain."""


@lru_cache(maxsize=1)
def bell(sample_rate: int) -> Audio:
    """Render one soft bell of ``BELL_SECONDS``: no hard stroke, and a decay that reaches zero.

    Returns:
        float32 of shape (frames, 2), read-only.
    """
    frames = BELL_SECONDS * sample_rate
    out = np.zeros((-(-frames // _ROW), 2 * _ROW), np.float32)
    seconds = _ROW / sample_rate * np.arange(len(out))
    falling = _Spiral(0.5, complex(0, np.pi / BELL_SECONDS), (np.pi / 2, np.pi / 2), sample_rate)
    partials = [
        _Spiral(gain, complex(-1 / decay, 2 * np.pi * _ROOT * ratio), (side, -side), sample_rate)
        for (ratio, gain, decay), side in zip(_BELL, (-_AHEAD, _AHEAD) * 2, strict=True)
    ]
    for start in range(0, len(out), _ROWS):
        part, begun = out[start : start + _ROWS], seconds[start : start + _ROWS]
        envelope = 0.5 + falling.at(begun)
        if begun[0] < _RISE_SECONDS:
            rising = smooth((begun[:, None] + np.arange(_ROW) / sample_rate) / _RISE_SECONDS)
            envelope *= np.repeat(rising, 2, axis=1)
        for partial in partials:
            part += envelope * partial.at(begun)
    bell: Audio = out.reshape(-1, 2)[:frames]
    bell.flags.writeable = False
    return bell


class _Spiral:
    """A sine that turns and dies away.

    What it is in a frame of a row is a product of what it is where the row begins, and of what
    it does from there on: each of these is worked out once.

    Args:
        gain: at the beginning.
        speed: in a second, how it dies away, and how many radians it turns.
        ahead: radians by which it is ahead in each channel.
        sample_rate: in Hz.
    """

    def __init__(
        self, gain: float, speed: complex, ahead: tuple[float, float], sample_rate: int
    ) -> None:
        sides: NDArray[Any] = gain * np.exp(1j * np.array(ahead))
        row = np.exp(speed / sample_rate * np.arange(_ROW))[:, None] * sides
        self._speed, self._row = speed, np.stack([row.real.ravel(), row.imag.ravel()])

    def at(self, seconds: NDArray[Any]) -> NDArray[np.float64]:
        """Return the rows that begin then, left and right in turn: (rows, 2 * ``_ROW``)."""
        begun = np.exp(self._speed * seconds)
        return np.asarray(np.column_stack([begun.imag, begun.real]) @ self._row, np.float64)
