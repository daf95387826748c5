"""The tone at its gain, a breath at a time."""

from collections import deque
from functools import lru_cache

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.settings import Tone
from voice_guide.sound import tones

__all__ = ["Cycles"]

_IN_TURN = 2
"""A pace that doesn't fall on whole frames takes turns between so many cycles."""


class Cycles:
    """Gives the pieces of one cycle after another.

    Those of a cycle that came just before are read-only, and the same as then, so that whatever is
    made of them can be kept. In a ramp no cycle is like another, and nothing is kept of it.

    Args:
        sample_rate: in Hz.

    Attributes:
        sound: the cycle that sounds, before its gain, float32 (frames, 2).
        kind: of it, None at first.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self.sound = np.zeros((0, 2), np.float32)
        self.kind: tones.Kind | None = None
        self._gain = np.float32(1)
        self._whole: Audio | None = None  # the same at its gain, where it came just before
        self._latest: deque[object] = deque(maxlen=_IN_TURN)
        self._at_gain = lru_cache(maxsize=_IN_TURN)(_at_gain)

    def go_on(
        self, style: Tone, phases: tones.Phases, *, seed: int, top_up: int, gain: float
    ) -> None:
        """Go on to the next cycle."""
        which = style, phases, self._rate, seed, top_up
        self.sound, self._gain = tones.cycle(*which), np.float32(gain)
        self.kind = tones.kind(*which)
        self._whole = self._at_gain(*which, gain) if (which, gain) in self._latest else None
        self._latest.append((which, gain))

    def piece(self, start: int, end: int) -> Audio:
        """Return the frames from one to another, float32 (n, 2)."""
        if self._whole is None:
            return self.sound[start:end] * self._gain
        return self._whole[start:end]


def _at_gain(
    style: Tone, phases: tones.Phases, sample_rate: int, seed: int, top_up: int, gain: float
) -> Audio:
    sound = tones.cycle(style, phases, sample_rate, seed, top_up) * np.float32(gain)
    sound.flags.writeable = False
    return sound
