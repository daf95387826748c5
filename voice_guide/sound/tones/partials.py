"""Tones of soft sines: ``pad`` and ``chord``, which glide, and ``bowl``, struck at each turn."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio, smooth
from voice_guide.sound.tones.curves import (
    ATTACK_SECONDS,
    FLOOR,
    PIECE,
    Curves,
    Phases,
    draw,
    in_pieces,
    is_silent,
    lines,
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
    sines = []
    for hertz, glide, beats, bright, warm in partials:
        opened = (hertz / partials[0][0]) ** (opening * (curves.height - 1))
        gain = curves.level * opened * (bright + (warm - bright) * curves.warmth)
        sines.append(_sine(hertz, gain, glide * curves.height, beats, curves))
    return _sum(sines, curves.frames)


_BOWL = ((1.0, 1.0), (2.71, 0.55), (5.15, 0.16))  # ratio to the root, gain
_HIGH_BOWL, _LOW_BOWL = 262.0, 175.0  # Hz: C4 drawing in, F3 letting go
_BEAT = 0.35
"""In Hz: the slow beating of a hand-made bowl."""


def bowl(phases: Phases, sample_rate: int, _seed: int) -> Audio:
    """A high bowl, rubbed while breathing in; a low one, struck softly to breathe out."""
    curves = Curves(phases, sample_rate)
    let_go = curves.let_go[curves.exhale]
    after = let_go * max(phases[2], 1) / (ATTACK_SECONDS * sample_rate)
    ringing_off = 1 - smooth(np.maximum(after, 6 * let_go))
    rubbed = curves.phased(smooth(curves.drawn[curves.inhale] / 0.85), 1, ringing_off, 0)
    dying = np.exp(-2.6 * np.clip(let_go, 0, 1)) * (1 - smooth((let_go - 0.7) / 0.3))
    ringing = FLOOR + (1 - FLOOR) * smooth(after) * dying
    struck = curves.phased(FLOOR, FLOOR, ringing, FLOOR)
    seconds = curves.frames / sample_rate
    sines = []
    for number, (ratio, gain) in enumerate(_BOWL):
        beats = round(_BEAT * (number + 1) * seconds)
        for root, level, bright in (
            (_HIGH_BOWL, 0.75 * rubbed, 1.6),
            (_LOW_BOWL, struck, 1.0),
        ):
            partial = level * gain * bright**number
            sines.append(_sine(root * ratio, partial, curves.height / 12, beats, curves))
    return _sum(sines, curves.frames)


_Sine = tuple[Audio, Audio]
"""The lines of a partial's level, (lines, 2), and of its angle in each channel, (lines, 4)."""


def _sine(
    hertz: float, gain: NDArray[Any], glide: NDArray[Any], beats: int, curves: Curves
) -> _Sine:
    """Return a partial and a softer twin that beats against it, drifting between the channels.

    Args:
        hertz: where it starts and ends.
        gain: at each point of the curves.
        glide: octaves above that, at each point.
        beats: how often the twin overtakes it in a cycle, whole; below 0 to drift the other way.
        curves: of this cycle.
    """
    speed = hertz * 2.0**glide
    turns = np.concatenate([[0], np.cumsum((speed[1:] + speed[:-1]) / 2 * np.diff(curves.at))])
    turns /= curves.sample_rate
    whole = np.interp(curves.frames, curves.at, turns)
    turns *= max(round(whole), 1) / whole
    # Each partial begins at its own place in the beat, so that they never all swell together.
    twin = 1 + _TWIN * np.exp(2j * np.pi * hertz / 89) * curves.circling(beats)
    ahead = (np.angle(twin) + _OFFSET) / (2 * np.pi)
    sides = np.column_stack([turns + ahead, turns - ahead])
    begun = sides[:-1] - np.floor(sides[:-1])  # small enough for float32
    angle = lines(2 * np.pi * begun, 2 * np.pi * np.diff(sides, axis=0))
    return lines(gain * np.abs(twin)), angle


def _sum(sines: Iterable[_Sine], frames: int) -> Audio:
    """Return all partials together, (frames, 2)."""
    out = np.empty((frames, 2), np.float32)
    drawn, levels = np.empty((2, PIECE, 2), np.float32)
    for piece in in_pieces(frames):
        sound = out[piece]
        sound.fill(0)
        for level, angle in sines:
            if is_silent(level, piece):
                continue
            sine = draw(angle, piece, drawn)
            np.sin(sine, out=sine)
            sine *= draw(level, piece, levels)
            sound += sine
    return out
