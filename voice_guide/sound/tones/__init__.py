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

_KINDS = 8
"""Of a phase, up to one of twice its length: each is 9 % longer than the one before."""

_USUAL_SECONDS = 2, 16
"""In breaths whose phases last as long, or are left out, sounds of one kind are more alike."""

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
    """What breaths have in common whose phases are nearly as long as one another's.

    They are about as loud, in all that follows from it: see ``sound.proof``.

    Attributes:
        style: of the tone.
        pace: of each phase, in parts of an octave.
        sample_rate: in Hz.
        seed: of the noise.
        usual: whether no phase is very short or long.
    """

    style: str
    pace: tuple[float, ...]
    sample_rate: int
    seed: int
    usual: bool


def kind(style: Tone, phases: Phases, sample_rate: int, seed: int = 0, top_up: int = 0) -> Kind:
    """Return of which kind a breath is, see ``cycle``."""
    pace = tuple(round(_KINDS * math.log2(frames or 0.5)) for frames in (*phases, top_up))
    shortest, longest = (seconds * sample_rate for seconds in _USUAL_SECONDS)
    usual = all(shortest <= frames <= longest for frames in phases if frames)
    return Kind(style, pace, sample_rate, seed, usual)


def _part(sound: Audio, at: int, top_up: int, sample_rate: int) -> None:
    """Let the level dip where the second inhale begins; a short one is parted less."""
    reach = round(ATTACK_SECONDS * sample_rate)
    depth = (1 - PARTED) * min(top_up / reach, 1.0)
    start = max(at - reach, 0)
    dip = sound[start : at + reach]
    away = np.abs(np.arange(start, start + len(dip), dtype=np.float32) - at) / reach
    dip *= (1 - np.float32(depth) * (1 - smooth(away)))[:, None]
