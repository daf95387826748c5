"""Tones of soft sines: ``pad`` and ``chord``, which glide, and ``bowl``, struck at each turn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio, smooth
from voice_guide.sound.tones.curves import (
    ATTACK_SECONDS,
    FLOOR,
    Curves,
    Phases,
    Piecewise,
    in_pieces,
)

__all__ = ["bowl", "chord", "pad"]

_OFFSET = 0.25
"""Radians by which a partial is ahead in one channel and behind in the other."""

_TWIN = 0.25
"""How loud the twin of a partial is that makes it breathe a little: by 4 dB, slowly."""


_THIRD, _SEMITONE = 3 / 12, np.log2(16 / 15)  # octaves

_PAD = (  # Hz, octaves of glide, beats, gain while breathing in, gain while breathing out
    (196.0, _THIRD, 1, 0.35, 1.00),  # G3: the third partial and up pass a phone's speaker
    (294.0, _THIRD, -2, 0.50, 0.80),
    (392.0, _THIRD, 3, 0.80, 0.60),
    (588.0, _THIRD, -4, 0.70, 0.32),
    (784.0, _THIRD, 5, 0.50, 0.14),
    (1176.0, _THIRD, -6, 0.24, 0.03),
)

_CHORD = (  # likewise
    (174.6, 0.0, 1, 0.35, 1.00),  # F3, the root
    (261.9, 0.0, -1, 0.60, 0.70),  # C4, the fifth
    (349.2, 0.0, 1, 0.30, 0.35),
    (436.5, _SEMITONE, -1, 0.80, 0.45),  # A4, the tenth; full of breath it is B flat
    (523.8, 0.0, 1, 0.60, 0.10),
    (873.0, _SEMITONE, -1, 0.55, 0.03),
)


def pad(phases: Phases, sample_rate: int, _seed: int) -> Audio:
    """Soft partials that glide up and down together, by a minor third."""
    return _gliding(_PAD, 1.0, Curves(phases, sample_rate))


def chord(phases: Phases, sample_rate: int, _seed: int) -> Audio:
    """Root, fifth and tenth: they open one by one, the tenth is held up, and sinks home."""
    return _gliding(_CHORD, 1.5, Curves(phases, sample_rate))


def _gliding(
    partials: Sequence[tuple[float, float, int, float, float]], opening: float, curves: Curves
) -> Audio:
    """Return partials that open as the breath is drawn: the higher, the later, by ``opening``."""
    made = []
    for hertz, glide, beats, bright, warm in partials:
        opened = (hertz / partials[0][0]) ** (opening * (curves.height - 1))
        gain = curves.level * opened * (bright + (warm - bright) * curves.warmth)
        made.append(_Partial(hertz, gain, glide * curves.height, beats, curves))
    return _sum(made, curves)


_BOWL = ((1.0, 1.0), (2.71, 0.55), (5.15, 0.16))  # ratio to the root, gain
_HIGH_BOWL, _LOW_BOWL = 262.0, 175.0  # Hz: C4 drawing in, F3 letting go
_BEAT = 0.35
"""In Hz: the slow beating of a hand-made bowl."""


def bowl(phases: Phases, sample_rate: int, _seed: int) -> Audio:
    """A high bowl, rubbed while breathing in; a low one, struck softly to breathe out."""
    curves, made = Curves(phases, sample_rate), []
    after = curves.let_go * max(phases[2], 1) / (ATTACK_SECONDS * sample_rate)
    ringing_off = 1 - smooth(np.maximum(after, 6 * curves.let_go))
    rubbed = curves.phased(smooth(curves.drawn / 0.85), 1, ringing_off, 0)
    dying = np.exp(-2.6 * np.clip(curves.let_go, 0, 1)) * (1 - smooth((curves.let_go - 0.7) / 0.3))
    struck = FLOOR + (1 - FLOOR) * smooth(after) * dying
    seconds = curves.frames / sample_rate
    for number, (ratio, gain) in enumerate(_BOWL):
        beats = round(_BEAT * (number + 1) * seconds)
        for root, level, bright in (
            (_HIGH_BOWL, 0.75 * rubbed, 1.6),
            (_LOW_BOWL, struck, 1.0),
        ):
            partial = level * gain * bright**number
            made.append(_Partial(root * ratio, partial, curves.height / 12, beats, curves))
    return _sum(made, curves)


class _Partial:
    """A partial and a softer twin that beats against it, drifting between the channels.

    Args:
        hertz: where it starts and ends.
        gain: at each point of the curves.
        glide: octaves above that, at each point.
        beats: how often the twin overtakes it in a cycle, whole; below 0 to drift the other way.
        curves: of this cycle.
    """

    def __init__(
        self,
        hertz: float,
        gain: NDArray[Any],
        glide: NDArray[Any],
        beats: int,
        curves: Curves,
    ) -> None:
        speed = hertz * 2.0**glide
        turns = np.concatenate([[0], np.cumsum((speed[1:] + speed[:-1]) / 2 * np.diff(curves.at))])
        turns /= curves.sample_rate
        whole = np.interp(curves.frames, curves.at, turns)
        turns *= max(round(whole), 1) / whole
        # Each partial begins at its own place in the beat, so that they never all swell together.
        beat = beats * curves.at / max(curves.frames, 1) + hertz / 89
        twin = 1 + _TWIN * np.exp(2j * np.pi * beat)
        self.loud = Piecewise(gain * np.abs(twin))
        ahead = (np.angle(twin) + _OFFSET) / (2 * np.pi)
        self.angles = [_angle(turns + side * ahead) for side in (1, -1)]


def _angle(turns: NDArray[np.float64]) -> Piecewise:
    """Return radians, small enough for float32, from turns at each point."""
    starts = 2 * np.pi * (turns[:-1] - np.floor(turns[:-1]))
    return Piecewise(starts, 2 * np.pi * np.diff(turns))


def _sum(partials: Sequence[_Partial], curves: Curves) -> Audio:
    """Return all of them together, (frames, 2)."""

    def piece(start: int, frames: int) -> Audio:
        channels = np.zeros((2, frames), np.float32)
        for partial in partials:
            loud = partial.loud.read(start, frames)
            for channel, angle in zip(channels, partial.angles, strict=True):
                sine = angle.read(start, frames)
                np.sin(sine, out=sine)
                sine *= loud
                channel += sine
        return channels

    return in_pieces(curves.frames, piece)
