"""What a session will measure, worked out from its plan: no sound is rendered for it.

Voice, tone and bell have nothing in common, so their energies add. Each sound is measured once,
in cells of 100 ms, and its energy laid wherever the plan has it; a few numbers a second are kept.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio import meter
from voice_guide.audio.samples import Audio, in_two, smooth
from voice_guide.plan.plan import Plan
from voice_guide.plan.timeline import TAIL_SECONDS
from voice_guide.scripting.model import Line
from voice_guide.sound import tones
from voice_guide.sound.ducking import DUCK_SECONDS, RELEASE_SECONDS, turned_down
from voice_guide.sound.render import FADE_IN_SECONDS, FADE_OUT_SECONDS, Mix
from voice_guide.sound.tones import Phases
from voice_guide.voices.clips import Clips

__all__ = ["Energies", "estimate", "integrated", "rms", "sounding"]

Energies = NDArray[np.float64]
"""(2, cells) of 100 ms: BS.1770's K-weighted energy, summed over channels, and mean square."""

_A_SECOND = 10  # cells


def estimate(plan: Plan, clips: Clips, mix: Mix) -> Energies:
    """Add up the energies of everything that a session holds."""
    rate = plan.sample_rate
    total = np.zeros((2, math.ceil(plan.frames * _A_SECOND / rate)))
    background = np.zeros_like(total)  # the tone and the bell
    measured: dict[tuple[Phases, int], Energies] = {}
    for at, phases, top_up in _cycles(plan):
        cycle = phases, top_up
        if cycle not in measured:  # a pace that doesn't fall on whole frames has a few
            tone = tones.cycle(mix.tone, phases, rate, mix.seed, top_up)
            measured[cycle] = _energies(in_two(tone) if mix.mono else tone, rate)
        _lay(background, measured[cycle] * mix.tone_gain**2, at / rate)
    bell = _energies(tones.bell(rate), rate) * mix.bell_gain**2
    spoken: dict[tuple[str, bool, str], Energies] = {}
    seconds = (np.arange(total.shape[1]) + 0.5) / _A_SECOND
    down = np.zeros(total.shape[1])  # 1 where the background is turned down whole
    for _, cue in plan.cues():
        start, end = cue.start / rate, cue.end / rate
        if not isinstance(cue.item, Line):
            _lay(background, bell, start)
            continue
        said = cue.item.text, cue.item.inner, cue.item.voice
        if said not in spoken:
            clip = clips.samples(cue.item)
            spoken[said] = _energies(np.stack([clip, clip], axis=1), rate)
        _lay(total, spoken[said], start)
        part = slice(
            max(int((start - DUCK_SECONDS) * _A_SECOND), 0),
            int((end + RELEASE_SECONDS) * _A_SECOND) + 1,
        )
        down[part] = np.maximum(down[part], turned_down(seconds[part], start, end))
    background *= (1 - (1 - mix.duck_gain) * down) ** 2
    background *= smooth(seconds / FADE_IN_SECONDS) ** 2
    left = plan.frames / rate - TAIL_SECONDS + FADE_OUT_SECONDS - seconds
    total += background
    total *= smooth(left / FADE_OUT_SECONDS) ** 2
    return total


def integrated(energies: Energies) -> float:
    """Return the integrated loudness in LUFS, gated (ITU-R BS.1770-4); -inf for silence."""
    return meter.integrated(energies[0])


def rms(energies: Energies) -> float:
    """Return the RMS of the whole in dBFS, silence included."""
    return float(10 * np.log10(max(energies[1].mean(), 1e-15)))


def sounding(energies: Energies, dbfs: float) -> tuple[float, float] | None:
    """Return the second at which a level is first reached, and last; None if it never is."""
    loud = np.flatnonzero(energies[1] >= 10 ** (dbfs / 10))
    return (loud[0] / _A_SECOND, (loud[-1] + 1) / _A_SECOND) if len(loud) else None


def _cycles(plan: Plan) -> Iterator[tuple[int, Phases, int]]:
    """Each breath's first frame and shape; the tail goes on with what is left of the tone."""
    for breath in plan.breaths:
        yield breath.start, breath.phases, breath.top_up
    tail = TAIL_SECONDS * plan.sample_rate
    yield plan.frames - tail, (0, 0, 0, tail), 0


def _energies(audio: Audio, sample_rate: int) -> Energies:
    """Measure a sound, float32 (frames, 2), in cells from its first frame."""
    cell = round(sample_rate / _A_SECOND)
    padded = np.pad(audio, ((0, -len(audio) % cell), (0, 0)))
    cells = padded.reshape(-1, 2 * cell)
    powers = np.mean(np.square(cells, dtype=np.float64), axis=1)
    return np.stack([meter.energies(padded, sample_rate), powers])


def _lay(total: Energies, energies: Energies, second: float) -> None:
    """Add the energies of a sound that starts between two cells, sharing each out to both."""
    first, late = divmod(second * _A_SECOND, 1)
    for at, share in ((int(first), 1 - late), (int(first) + 1, late)):
        part = total[:, at : at + energies.shape[1]]
        part += share * energies[:, : part.shape[1]]
