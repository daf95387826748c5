"""The sound of the breath: one cycle at a time, and the bell.

Every cycle of a style begins and ends in the same state (level, pitch, phase
and place in the noise), so any cycle follows any other without a seam: a cycle
is rendered once and serves all its repeats, and a new pace needs no crossfade.

All sounds are float32 of shape (frames, 2), before their gain is set.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache

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
    "Phases",
    "bell",
    "cycle",
    "kinds",
]

HIGHEST_HZ = 2500
"""No tone has more than a hundredth of its power above this."""

_KINDS = 8, 16
"""Of a phase, up to one of twice its length: each is 9 % longer than the one before, or 4 %."""

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


def kinds(
    style: Tone, phases: Phases, sample_rate: int, seed: int = 0, top_up: int = 0
) -> list[Hashable]:
    """Return what breaths have in common whose phases are nearly, and very nearly, as long.

    They are about as loud, in all that follows from it: see ``sound.proof.ALIKE``. Of ``ocean``
    those that are very nearly as long aren't more so, as the foam flickers in each as it likes.
    """
    which = style, sample_rate, seed
    times = np.log2([frames or 0.5 for frames in (*phases, top_up)])
    several = _KINDS[:1] if style == "ocean" else _KINDS
    return [(*which, each, *np.rint(each * times).tolist()) for each in several]


def _part(sound: Audio, at: int, top_up: int, sample_rate: int) -> None:
    """Let the level dip where the second inhale begins; a short one is parted less."""
    reach = round(ATTACK_SECONDS * sample_rate)
    depth = (1 - PARTED) * min(top_up / reach, 1.0)
    start = max(at - reach, 0)
    dip = sound[start : at + reach]
    away = np.abs(np.arange(start, start + len(dip), dtype=np.float32) - at) / reach
    dip *= (1 - np.float32(depth) * (1 - smooth(away)))[:, None]
