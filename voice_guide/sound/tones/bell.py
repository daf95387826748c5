"""The bell."""

from functools import lru_cache

import numpy as np

from voice_guide.audio.samples import Audio, smooth
from voice_guide.scripting.model import BELL_SECONDS

__all__ = ["BELL_LUFS", "BELL_PEAK", "bell"]

_BELL = ((1.0, 1.0, 2.4), (2.0, 0.45, 1.7), (2.76, 0.3, 1.3), (4.07, 0.12, 0.8))
"""Ratio, gain and decay time in seconds of each partial."""

_BELL_ROOT = 440.0  # Hz

_PIECE = 16384
"""Frames that are made at once: so many stay in a processor's own memory."""

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
    for start in range(0, frames, _PIECE):
        part = out[start : start + _PIECE]
        seconds = np.arange(start, start + len(part)) / sample_rate
        envelope = smooth(seconds / 0.1) * (1 - smooth(seconds / BELL_SECONDS))
        for number, (ratio, gain, decay) in enumerate(_BELL):
            level = gain * np.exp(-seconds / decay) * envelope
            angle = 2 * np.pi * _BELL_ROOT * ratio * seconds
            ahead = -0.25 if number % 2 == 0 else 0.25
            part[:, 0] += level * np.sin(angle + ahead)
            part[:, 1] += level * np.sin(angle - ahead)
    out.flags.writeable = False
    return out
