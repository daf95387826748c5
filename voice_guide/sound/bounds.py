"""What a sound may be, so that nothing in it startles.

It is looked at in cells of about 5 ms. What is right never reaches a bound: each lies beyond all
that was measured in both sessions with eleven voices (flite, Pico, hibari, Piper's joe, and eSpeak
with its whisper among them) and in every tone at paces from 1-1 to 10-14. All levels are in dB
over the loudness of the voice.
"""

import math
from collections.abc import Iterator

import numpy as np

from voice_guide.sound.cells import Values, cell_frames
from voice_guide.units import db_to_gain

__all__ = [
    "BEFORE",
    "CLICK",
    "CONTEXT",
    "LENGTHS",
    "NO_SOUND",
    "RISE",
    "THUMP",
    "THUMP_DB",
    "Bounds",
]

CONTEXT = 64
"""Cells before another that may count for it: a third of a second."""

_LOUDEST = ((2, 11.5, 6.0), (16, 10.0, 7.5), (32, 7.5, 7.5), (64, 6.0, 6.0))
"""For how many cells together, how loud they may be, and how loud after silence: 9.4, 8.1, 6.1 and
4.5 were measured, and after 40 ms that were below -10 it was 4.4 and 6.2 in the first two."""

LENGTHS = tuple(cells for cells, _, _ in _LOUDEST)
"""The numbers of cells whose levels are bounded."""

RISE, BEFORE = db_to_gain(15) ** 2, 8
"""What is louder than it may be after silence has so much more power at most (15 dB) than any of
the cells before, so many. 11 dB were measured."""

THUMP, THUMP_DB = 8, -8.0
"""For how many cells a mean, and how high, is a thump: at most -17.9 was measured, by waves."""

_OFFSET_DB = -11.0
"""A higher mean of all the context is direct current: at most -34 was measured."""

_MOST_BETWEEN = math.sqrt(2)
"""How far a wave rises over its samples, if it is no higher than a quarter of the sample rate."""

NO_SOUND = 8.0
"""A sample beyond this, where 1 is full scale, is damage, and no loud sound."""

CLICK = db_to_gain(22)
"""What rises so far above the level of its 10 ms is a click, as loud speech rises by 17.7 dB at
most."""


class Bounds:
    """The bounds of one session.

    Args:
        sample_rate: in Hz.
        lufs: the loudness of the voice, or of what is heard in its place.
        ceiling: the highest true peak, as an amplitude.

    Attributes:
        cell: frames of one.
        loudest: how many cells together, how loud they may be, and after silence, as powers.
        calm: the power of a cell up to which none of these is reached.
        thump: of a mean of ``THUMP`` cells, as an amplitude.
        most_offset: of a mean of the context.
        near: what a sample may be without the wave beside it passing the ceiling.
    """

    def __init__(self, sample_rate: int, *, lufs: float, ceiling: float) -> None:
        self.sample_rate, self.lufs, self.ceiling = sample_rate, lufs, ceiling
        self.cell = cell_frames(sample_rate)
        self.loudest = [
            (cells, db_to_gain(lufs + most) ** 2, db_to_gain(lufs + sudden) ** 2)
            for cells, most, sudden in _LOUDEST
        ]
        self.calm = min(sudden for _, _, sudden in self.loudest)
        self.thump = db_to_gain(lufs + THUMP_DB)
        self.most_offset = db_to_gain(lufs + _OFFSET_DB)
        self.near = ceiling / _MOST_BETWEEN

    def for_levels(self, powers: Values) -> Iterator[Values]:
        """Yield the gains that leave nothing too loud, or too sudden.

        Args:
            powers: of the context, and of the cells.
        """
        sums = powers.cumsum(dtype=np.float64)
        cells = len(powers) - CONTEXT
        for length, most, sudden in self.loudest:
            now = (sums[CONTEXT:] - sums[CONTEXT - length : -length]) / length
            if now.max() <= sudden:
                continue
            over = np.flatnonzero(now > sudden)
            before = powers[CONTEXT - length + over[:, None] - np.arange(BEFORE)].max(axis=1)
            allowed = np.clip(before * RISE, sudden, most)
            if (now[over] > allowed).any():
                needs = np.ones(cells)
                needs[over] = np.sqrt(allowed / np.maximum(now[over], allowed))
                yield needs
