"""The sound of the breath: one cycle at a time, and the bell.

Every cycle of a style begins and ends in the same state (level, pitch, phase
and place in the noise), so any cycle follows any other without a seam: a cycle
is rendered once and serves all its repeats, and a new pace needs no crossfade.

All sounds are float32 of shape (frames, 2), before their gain is set.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from voice_guide.audio.samples import Audio, smooth
from voice_guide.settings import Tone
from voice_guide.sound.tones.bell import BELL_LUFS, BELL_PEAK, bell
from voice_guide.sound.tones.curves import ATTACK_SECONDS, Phases
from voice_guide.sound.tones.noise import breath, ocean
from voice_guide.sound.tones.partials import bowl, chord, pad
from voice_guide.units import db_to_gain

__all__ = [
    "BELL_LUFS",
    "BELL_PEAK",
    "HIGHEST_HZ",
    "STYLES",
    "Kind",
    "Phases",
    "bell",
    "cycle",
    "kind",
]

HIGHEST_HZ = 2500
"""No tone has more than a hundredth of its power above this."""

_USUAL_SECONDS = 2, 16
"""Breaths whose phases last as long, or are left out, are more alike than others."""

PARTED = db_to_gain(-16)
"""What is left of the tone between the two inhales of a sigh."""


def _none(phases: Phases, _sample_rate: int, _seed: int) -> Audio:
    return np.zeros((sum(phases), 2), np.float32)


STYLES: dict[Tone, Callable[[Phases, int, int], Audio]] = {
    "breath": breath,
    "ocean": ocean,
    "pad": pad,
    "chord": chord,
    "bowl": bowl,
    "none": _none,
}
"""Tone styles by name; the first is the default."""


@lru_cache(maxsize=2)  # a pace that doesn't fall on whole frames takes turns
def cycle(style: Tone, phases: Phases, sample_rate: int, seed: int = 0, top_up: int = 0) -> Audio:
    """Render one breath; the same one again costs nothing.

    Args:
        style: a name in ``STYLES``.
        phases: frames of inhale, hold, exhale, hold; each may be 0.
        sample_rate: in Hz.
        seed: chooses the noise; the same seed gives the same samples.
        top_up: frames at the end of the inhale that are heard as a second one.

    Returns:
        float32 of shape (sum of phases, 2), read-only.
    """
    sound = STYLES[style](phases, sample_rate, seed)
    if top_up:
        _part(sound, phases[0] - top_up, top_up, sample_rate)
    sound.flags.writeable = False
    return sound


class Kind(NamedTuple):
    """Tells which breaths are nearly alike: see ``sound.proof``.

    Attributes:
        style: of the tone.
        sample_rate: in Hz.
        seed: of the noise.
        usual: whether no phase is very short or long.
        pace: how long each phase is, in octaves.
    """

    style: str
    sample_rate: int
    seed: int
    usual: bool
    pace: tuple[float, ...]

    def away(self, other: "Kind") -> float:
        """Return how far the length of any phase is from that of the other's, in octaves.

        Infinite if they have something else not in common.
        """
        if self[:-1] != other[:-1]:
            return math.inf
        return max(abs(one - other) for one, other in zip(self.pace, other.pace, strict=True))


def kind(style: Tone, phases: Phases, sample_rate: int, seed: int = 0, top_up: int = 0) -> Kind:
    """Return of which kind a breath is, see ``cycle``."""
    pace = tuple(math.log2(frames or 0.5) for frames in (*phases, top_up))
    shortest, longest = (seconds * sample_rate for seconds in _USUAL_SECONDS)
    usual = all(shortest <= frames <= longest for frames in phases if frames)
    return Kind(style, sample_rate, seed, usual, pace)


def _part(sound: Audio, at: int, top_up: int, sample_rate: int) -> None:
    """Let the level dip where the second inhale begins; a short one is parted less."""
    reach = round(ATTACK_SECONDS * sample_rate)
    depth = (1 - PARTED) * min(top_up / reach, 1.0)
    start = max(at - reach, 0)
    dip = sound[start : at + reach]
    away = np.abs(np.arange(start, start + len(dip), dtype=np.float32) - at) / reach
    dip *= (1 - np.float32(depth) * (1 - smooth(away)))[:, None]
