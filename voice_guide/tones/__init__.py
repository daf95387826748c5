"""The sound of the breath: one cycle at a time, and the bell.

Every cycle of a style begins and ends in the same state (level, pitch, phase
and place in the noise), so any cycle follows any other without a seam: a cycle
is rendered once and serves all its repeats, and a new pace needs no crossfade.

All sounds are float32 of shape (frames, 2), before their gain is set.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from voice_guide.tones.bell import BELL_LUFS, BELL_PEAK, bell, signal
from voice_guide.tones.curves import Audio, Phases
from voice_guide.tones.noise import breath, ocean
from voice_guide.tones.partials import bowl, chord, pad

__all__ = [
    "BELL_LUFS",
    "BELL_PEAK",
    "HIGHEST_HZ",
    "STYLES",
    "Audio",
    "Phases",
    "bell",
    "cycle",
    "signal",
]

HIGHEST_HZ = 2500
"""No tone has more than a hundredth of its power above this."""


def _none(phases: Phases, _sample_rate: int, _seed: int) -> Audio:
    return np.zeros((sum(phases), 2), np.float32)


STYLES: dict[str, Callable[[Phases, int, int], Audio]] = {
    "breath": breath,
    "ocean": ocean,
    "pad": pad,
    "chord": chord,
    "bowl": bowl,
    "none": _none,
}
"""Tone styles by name; the first is the default."""


@lru_cache(maxsize=4)  # a pace that doesn't fall on whole frames takes turns between a few
def cycle(style: str, phases: Phases, sample_rate: int, seed: int = 0) -> Audio:
    """Render one breath; the same one again costs nothing.

    Args:
        style: a name in ``STYLES``.
        phases: frames of inhale, hold, exhale, hold; each may be 0.
        sample_rate: in Hz.
        seed: chooses the noise; the same seed gives the same samples.

    Returns:
        float32 of shape (sum of phases, 2), read-only.
    """
    sound = STYLES[style](phases, sample_rate, seed)
    sound.flags.writeable = False
    return sound
