"""What would startle in a sound, and how far it has to be turned down: for the last guard.

A sound is judged in cells of about 5 ms. What is right never reaches a bound: each lies beyond all
that was measured in both sessions with eleven voices (flite, Pico, hibari, Piper's joe, and eSpeak
with its whisper among them) and in every tone at paces from 1-1 to 10-14. All levels are in dB
over the loudness of the voice.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio
from voice_guide.units import db_to_gain

__all__ = ["CONTEXT", "Judge", "Mended", "cell_frames"]

CONTEXT = 64
"""Cells before another that may count for it: a third of a second."""

_CELL_SECONDS = 0.005

_LOUDEST = ((2, 11.5, 6.0), (16, 10.0, 7.5), (32, 7.5, 7.5), (64, 6.0, 6.0))
"""For how many cells together, how loud they may be, and how loud after silence: 9.4, 8.1, 6.1 and
4.5 were measured, and after 40 ms that were below -10 it was 4.4 and 6.2 in the first two."""

_RISE_DB, _BEFORE = 15.0, 8
"""What is louder than it may be after silence has so many dB at most over any of the cells before,
so many. 11 were measured."""

_THUMP, _THUMP_DB = 8, -8.0
"""For how many cells a mean, and how high, is a thump: at most -17.9 was measured, by waves."""

_THUMPED_DB = _THUMP_DB - 6
"""How high what is left of it may be: up to three cells have passed before it shows, and what they
had and this make no more than 1.2 dB above the bound."""

_OFFSET_DB = -11.0
"""A higher mean of all the context is direct current: at most -34 was measured."""

_MOST_BETWEEN = math.sqrt(2)
"""How far a wave rises over its samples, if it is no higher than a quarter of the sample rate."""

_SIDE = 12
"""Samples on each side that a place between two is worked out from."""

_NO_SOUND = 8.0
"""A sample beyond this, where 1 is full scale, is damage, and no loud sound."""

_LIMITED = 0.85
"""What is limited stays so far under its bound: in noise, more than this is not found of a wave."""

_CLICK, _CLICKED = db_to_gain(22), db_to_gain(12)
"""What rises so far above the level of its 10 ms is a click, as loud speech rises by 17.7 dB at
most; and what is left of it."""

_Values = NDArray[Any]


@dataclass
class Mended:
    """What had to be done, in seconds; one may be shared by several."""

    damaged: float = 0.0
    offset: float = 0.0
    loud: float = 0.0

    def notes(self) -> Iterator[str]:
        """Say it, and what may help."""
        found = (
            ("samples that are not sound", self.damaged),
            ("direct current", self.offset),
            ("sound that was too loud or too sudden", self.loud),
        )
        told = [f"{what} ({max(round(s, 1), 0.1):g} s)" for what, s in found if s]
        if told:
            yield (
                f"some of it was turned down so as not to startle you: {', '.join(told)}. "
                "A recording or the bed may be damaged, or a clip that was kept: "
                "voice-guide cache --clear removes those."
            )


def cell_frames(sample_rate: int) -> int:
    """Return the length of a cell: a power of two, so that usual blocks are whole cells."""
    return int(1 << round(math.log2(_CELL_SECONDS * sample_rate)))


class Judge:
    """Looks at a sound cell by cell, in order.

    Args:
        sample_rate: in Hz.
        lufs: the loudness of the voice, or of what is heard in its place.
        ceiling: the highest true peak, as an amplitude.
        mended: is told what has to be done.
    """

    def __init__(self, sample_rate: int, lufs: float, ceiling: float, mended: Mended) -> None:
        self._cell, self._ceiling, self._mended = cell_frames(sample_rate), ceiling, mended
        self._cell_seconds = self._cell / sample_rate
        self._loudest = [
            (cells, db_to_gain(lufs + most) ** 2, db_to_gain(lufs + sudden) ** 2)
            for cells, most, sudden in _LOUDEST
        ]
        self._calm = min(sudden for _, _, sudden in self._loudest)
        self._thump = db_to_gain(lufs + _THUMP_DB)
        self._thumped = db_to_gain(lufs + _THUMPED_DB)
        self._most_offset = db_to_gain(lufs + _OFFSET_DB)
        self._near = ceiling / _MOST_BETWEEN
        self._near_power = self._near**2 / (2 * self._cell)  # of a cell with one such sample
        self._no_power = _NO_SOUND**2 / (2 * self._cell)
        self._mean_of = np.tile(np.eye(2, dtype=np.float32), (self._cell, 1)) / self._cell
        self._between = _between(sample_rate)
        self._powers = np.zeros(CONTEXT)  # of the last cells
        self._means = np.zeros((CONTEXT, 2))  # theirs, as they came
        self._swings = np.zeros((_THUMP, 2))  # and without direct current
        self._offset = np.zeros((1, 2))  # that is taken out at the end of the last cell
        self._last = np.zeros((2 * _SIDE, 2), np.float32)  # frames

    def pass_over(self, rows: Audio) -> None:
        """Remember cells, at least ``CONTEXT``, that are known to be right."""
        last = rows[-CONTEXT:]
        self._powers, self._means = _powers(last), last @ self._mean_of
        self._swings, self._last = self._means[-_THUMP:], self._frames_after(last)

    def look(self, rows: Audio) -> tuple[Audio, _Values | None]:
        """Judge cells.

        Most are cleared by a bound that costs little: no sample is higher than the power of its
        cell allows, and no running mean than the highest of its values.

        Args:
            rows: float32 (cells, 2 * frames of a cell), left and right in turn.

        Returns:
            The cells without what is no sound, and without direct current; and the gain that each
            needs, at most 1, or None where all is right.
        """
        needs: list[_Values] = []
        with np.errstate(over="ignore", invalid="ignore"):
            powers = _powers(rows)
        if not powers.max() <= self._no_power:  # nor if that is no number
            bad = ~(np.abs(rows) <= _NO_SOUND)
            if bad.any():
                rows = np.where(bad, np.float32(0), rows)
                powers = _powers(rows)
                needs.append(np.where(bad.any(axis=1), 0.0, 1.0))
                self._mended.damaged += self._seconds(needs[0] == 0)
        steady, swings = self._without_offset(rows, rows @ self._mean_of)
        if steady is not rows:
            rows, powers = steady, _powers(steady)
        powers = np.concatenate([self._powers, powers])
        loud = [
            *self._for_thumps(swings),
            *self._for_levels(powers),
            *self._for_peaks(rows, powers),
        ]
        if loud:
            self._mended.loud += self._seconds(np.minimum.reduce(loud) < 1)
        self._powers = powers[-CONTEXT:]
        self._last = self._frames_after(rows)
        needs += loud
        return rows, np.minimum.reduce(needs) if needs else None

    def _seconds(self, cells: _Values) -> float:
        return float(np.count_nonzero(cells) * self._cell_seconds)

    @property
    def calm(self) -> bool:
        """Whether nothing is taken out of the sound as it is now."""
        return not self._offset.any()

    def _frames_after(self, rows: Audio) -> Audio:
        """Return the last frames, so many as a place between two depends on, after some cells."""
        frames = rows[-(2 * _SIDE // self._cell + 1) :].reshape(-1, 2)
        return np.concatenate([self._last, frames])[-2 * _SIDE :]

    def _without_offset(self, rows: Audio, means: _Values) -> tuple[Audio, _Values]:
        """Return the cells without direct current, and what is left of their means."""
        every = np.concatenate([self._means, means])
        self._means = every[-CONTEXT:]
        offsets = _running(every, CONTEXT)
        if self._offset.any() or _highest(offsets) > self._most_offset:
            # From nothing at the bound to all of it at twice that, so that it never jumps.
            share = np.clip(np.abs(offsets) / self._most_offset - 1, 0, 1)
            ends = np.concatenate([self._offset, offsets * share])
            self._offset = ends[-1:]
            way = np.arange(1, self._cell + 1)[:, None] / self._cell
            taken = ends[:-1, None] * (1 - way) + ends[1:, None] * way
            rows = rows - taken.reshape(rows.shape).astype(np.float32)
            means = means - taken.mean(axis=1)
            self._mended.offset += self._seconds(np.any(ends[1:], axis=1))
        return rows, means

    def _for_thumps(self, means: _Values) -> Iterator[_Values]:
        """Yield the gains that leave no thump, if there is one."""
        swings = np.concatenate([self._swings, means])
        self._swings = swings[-_THUMP:]
        if _highest(_running(swings, _THUMP)) <= self._thump:
            return
        thumps = np.abs(_running(swings, _THUMP)).max(axis=1) > self._thump
        every = np.abs(swings).max(axis=1)
        highest = np.lib.stride_tricks.sliding_window_view(every, _THUMP)[1:].max(axis=1)
        yield np.where(thumps, self._thumped / np.maximum(highest, self._thump), 1.0)

    def _for_levels(self, powers: _Values) -> Iterator[_Values]:
        """Yield the gains that leave nothing too loud, or too sudden.

        Args:
            powers: of the context, and of the cells.
        """
        if powers.max() <= self._calm:
            return
        sums = powers.cumsum(dtype=np.float64)
        cells = len(powers) - CONTEXT
        for length, most, sudden in self._loudest:
            now = (sums[CONTEXT:] - sums[CONTEXT - length : -length]) / length
            if now.max() <= sudden:
                continue
            over = np.flatnonzero(now > sudden)
            before = powers[CONTEXT - length + over[:, None] - np.arange(_BEFORE)].max(axis=1)
            allowed = np.clip(before * db_to_gain(_RISE_DB) ** 2, sudden, most)
            if (now[over] > allowed).any():
                needs = np.ones(cells)
                needs[over] = np.sqrt(allowed / np.maximum(now[over], allowed))
                yield needs

    def _for_peaks(self, rows: Audio, powers: _Values) -> Iterator[_Values]:
        """Yield the gains that leave no true peak above the ceiling, and no click.

        It looks ``_SIDE`` frames back, as the wave depends on so many on both sides.

        Args:
            rows: the cells.
            powers: of the context, and of the cells.
        """
        near, width = self._near_places(rows, powers[CONTEXT:]), rows.shape[1]
        if not len(near):
            return
        now = _running(powers, 2)
        levels = np.sqrt(np.maximum(now[-len(rows) :], now[-len(rows) - 2 : -2]))
        most = np.minimum(self._ceiling, _CLICK * levels)
        cells = near // width
        over = cells[self._wave(rows, near) > most[cells]]
        if not len(over):
            return
        every = (np.unique(over)[:, None] * width + np.arange(width)).ravel()
        at, peaks = every // width, self._wave(rows, every)
        most = np.where(peaks > _CLICK * levels[at], _CLICKED * levels[at], self._ceiling)
        needs = np.ones(len(rows))
        np.minimum.at(needs, at, _LIMITED * most / np.maximum(peaks, most))
        yield needs

    def _near_places(self, rows: Audio, powers: _Values) -> NDArray[np.intp]:
        """Return where samples are so high that the wave beside them may reach the ceiling.

        Counted from ``_SIDE`` frames before the cells, to as many before their end.
        """
        places = [np.flatnonzero(np.abs(self._last[_SIDE:].ravel()) > self._near)]
        if powers.max() > self._near_power and _highest(rows) > self._near:
            sound = rows.reshape(-1)
            high = (np.flatnonzero(sound > self._near), np.flatnonzero(sound < -self._near))
            places += [2 * _SIDE + found for found in high]
        every = np.concatenate(places)
        return every[every < rows.size]

    def _wave(self, rows: Audio, places: NDArray[np.intp]) -> Audio:
        """Return how high samples reach, and the wave on both sides of them."""
        at = places[:, None] + 2 * np.arange(-2 * _SIDE, 1)
        around = rows.reshape(-1)[np.maximum(at, 0)]
        around[at < 0] = self._last.reshape(-1)[at[at < 0]]
        before, after = around[:, :-1] @ self._between, around[:, 1:] @ self._between
        beside = np.maximum(np.abs(before), np.abs(after)).max(axis=1, initial=0)
        return np.asarray(np.maximum(beside, np.abs(around[:, _SIDE])), np.float32)


def _powers(rows: Audio) -> _Values:
    """Return the mean of the squares of each row."""
    squares: _Values = np.matmul(rows[:, None], rows[:, :, None])[:, 0, 0]
    return squares / np.float32(rows.shape[1])


def _running(values: _Values, length: int) -> _Values:
    """Return the mean of each value and those before it, ``length`` in all."""
    sums = values.cumsum(axis=0, dtype=np.float64)
    means: _Values = (sums[length:] - sums[:-length]) / length
    return means


def _highest(values: _Values) -> float:
    """How far values reach from 0; no number if one of them is none."""
    return max(float(values.max()), -float(values.min()))


def _between(sample_rate: int) -> Audio:
    """Return what takes ``2 * _SIDE`` samples to places between the two in their middle.

    A sinc under a Hann window, for as many places as reach 192 kHz (ITU-R BS.1770-4, annex 2).
    """
    times = max(192_000 // sample_rate, 2)
    away = np.arange(2 * _SIDE)[:, None] - (_SIDE - 1) - np.arange(1, times) / times
    return np.asarray(np.sinc(away) * np.cos(np.pi * away / (2 * _SIDE)) ** 2, np.float32)
