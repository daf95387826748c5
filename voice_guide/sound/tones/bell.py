"""The bell."""

from functools import lru_cache

import numpy as np

from voice_guide.audio.samples import Audio, smooth
from voice_guide.scripting.model import BELL_SECONDS

__all__ = ["BELL_LUFS", "BELL_PEAK", "bell"]

_BELL = ((1.0, 1.0, 2.4), (2.0, 0.45, 1.7), (2.76, 0.3, 1.3), (4.07, 0.12, 0.8))
"""Ratio, gain and decay time in seconds of each partial."""

_BELL_ROOT = 440.0  # Hz

_ATTACK_SECONDS = 0.1

_PIECE, _ROW = 16384, 128
"""Frames that are made at once, and in one row: so many stay in a processor's own memory."""

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
    out = np.zeros((frames, 2), np.float32)
    within, rows = np.arange(_ROW) / sample_rate, np.arange(0, _PIECE, _ROW) / sample_rate
    for start in range(0, frames, _PIECE):
        part = out[start : start + _PIECE]
        seconds = np.arange(start, start + len(part)) / sample_rate
        envelope = 1 - smooth(seconds / BELL_SECONDS)
        if seconds[0] < _ATTACK_SECONDS:
            envelope *= smooth(seconds / _ATTACK_SECONDS)
        for number, (ratio, gain, decay) in enumerate(_BELL):
            # A power of a complex number is a sine that dies away, and a product of two of them.
            speed = complex(-1 / decay, 2 * np.pi * _BELL_ROOT * ratio)
            short = np.exp(speed * within)
            short = np.stack([short.real, short.imag])
            long = gain * np.exp(speed * (start / sample_rate + rows))
            ahead = -0.25 if number % 2 == 0 else 0.25
            for channel, side in zip(part.T, (ahead, -ahead), strict=True):
                turned = long * np.exp(1j * side)
                sine = np.stack([turned.imag, turned.real], axis=1) @ short
                channel += envelope * sine.reshape(-1)[: len(part)]
    out.flags.writeable = False
    return out
