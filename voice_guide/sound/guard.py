"""The last guard before a file or an ear: turns down what would startle, and nothing else.

Sound that is right never reaches its bounds. For a voice at -18 LUFS, over all tones and voices,
10 ms were up to 6.8 dB louder than the voice, 85 ms up to 5.7 and 340 ms up to 2.5, and the mean
of a third of a second was up to 0.8 % of full scale away from 0.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio
from voice_guide.units import db_to_gain

__all__ = ["Guard", "Mended"]

_CELL_SECONDS = 0.01
"""What is judged as one; the nearest power of two, so that blocks of usual sizes fill it."""

_REACH = 2
"""Cells that the guard looks ahead, so that it has turned down when a fault comes."""

_LOUDEST = ((1, 10.0), (8, 8.0), (32, 5.0))
"""For how many cells together, and how many dB over the loudness of the voice, sound may be."""

_LONGEST = max(cells for cells, _ in _LOUDEST)

_OFFSET_CELLS = 32
"""Cells whose mean is direct current, and no wave: a third of a second."""

_OFFSET_DB = -11.0
"""Up to so much, of the loudness of the voice, a mean is the sound's own: limiters make it."""

_RECOVERY = db_to_gain(0.3)
"""A cell's gain over that of the one before, at most: 30 dB a second,"""

_DEEPEST = db_to_gain(-30)
"""and at once from silence up to this."""

_MOST_BETWEEN = math.sqrt(2)
"""How far a wave rises over its samples, if it is no higher than a quarter of the sample rate."""

_SIDE = 12
"""Samples on each side that a place between two is worked out from."""

_NO_SOUND = 8.0
"""A sample beyond this, where 1 is full scale, is damage, and no loud sound."""

_LIMITED = 0.85
"""What is limited stays so far under its bound: in noise, more than this is not found of a wave."""

_CLICK, _CLICKED = db_to_gain(22), db_to_gain(12)
"""What rises so far above the level of its 10 ms is a click, as speech rises by 18.4 dB at most;
and what is left of it."""


@dataclass
class Mended:
    """What guards had to do, in seconds."""

    damaged: float = 0.0
    offset: float = 0.0
    loud: float = 0.0

    def notes(self) -> Iterator[str]:
        """Say it, and what may help."""
        found = (
            ("samples that are not sound", self.damaged),
            ("direct current", self.offset),
            ("sound that was too loud", self.loud),
        )
        told = [f"{what} ({max(round(s, 1), 0.1):g} s)" for what, s in found if s]
        if told:
            yield (
                f"some of it was turned down so as not to startle you: {', '.join(told)}. "
                "A recording or the bed may be damaged, or a clip that was kept: "
                "voice-guide cache --clear removes those."
            )


class Guard:
    """Hands on a sound in the blocks that are asked for, a few cells after it has read it.

    Args:
        read: returns the next frames, float32 (n, 2); fewer than asked for only at the end.
        sample_rate: in Hz.
        lufs: the loudness of the voice, or of what is heard in its place.
        ceiling: the highest true peak, as an amplitude.
        mended: is told what had to be done.
    """

    def __init__(
        self,
        read: Callable[[int], Audio],
        sample_rate: int,
        lufs: float,
        ceiling: float,
        mended: Mended,
    ) -> None:
        self._source, self._rate, self._ceiling, self._mended = read, sample_rate, ceiling, mended
        self._cell = 1 << round(math.log2(_CELL_SECONDS * sample_rate))
        self._bounds = [(cells, db_to_gain(lufs + over) ** 2) for cells, over in _LOUDEST]
        self._offset_bound = db_to_gain(lufs + _OFFSET_DB)
        self._near = ceiling / _MOST_BETWEEN
        self._calm = min(self._near, *(math.sqrt(most) for _, most in self._bounds))
        self._of_channels = np.tile(np.eye(2, dtype=np.float32), (self._cell, 1)) / self._cell
        self._between = _between(sample_rate)
        self._over = False
        self._rest = np.zeros((0, 2), np.float32)  # that is no whole cell yet
        self._waiting: deque[Audio] = deque()  # that is judged, and not handed on yet
        self._ahead = 0  # frames of it
        self.position = 0  # of the frame that is read next
        self._cells = 0  # that are judged, from the beginning
        self._past: deque[Audio] = deque()  # the last of them
        self._means = np.zeros((_OFFSET_CELLS, 2), np.float32)
        self._offset = np.zeros((1, 2))  # that is taken out at the end of the last cell
        self._last = np.zeros((2 * _SIDE, 2), np.float32)  # frames
        self._was_near = False
        self._loud_until = 0  # the cell from which on no loud one is in any mean
        self._needs: dict[int, float] = {}  # the gain that a cell needs, where that is not 1
        self._gains: dict[int, float] = {}  # that they get, in the middle, where that is not 1
        self._settled = -1  # the last cell whose gain is settled

    def read(self, frames: int) -> Audio:
        """Return the next frames, float32 (n, 2); n < frames only at the end."""
        pieces = list(self._pieces(frames))
        if len(pieces) == 1:
            return pieces[0]
        return np.concatenate(pieces) if pieces else self._rest[:0]

    def blocks(self, frames: int) -> Iterator[Audio]:
        """Yield everything in blocks of at most so many frames, which costs less than to read."""
        while True:
            started = self.position
            yield from self._pieces(frames)
            if self.position == started:
                return

    def _pieces(self, frames: int) -> Iterator[Audio]:
        ahead = (_REACH + 1) * self._cell
        while not self._over and (missing := frames + ahead - self._ahead - len(self._rest)) > 0:
            block = self._source(missing)
            self._over = len(block) < missing
            self._rest = np.concatenate([self._rest, block]) if len(self._rest) else block
            self._judge()
        while frames > 0 and self._waiting:
            block = self._waiting.popleft()
            if len(block) > frames:
                self._waiting.appendleft(block[frames:])
                block = block[:frames]
            frames -= len(block)
            self._ahead -= len(block)
            yield self._turned_down(block)
            self.position += len(block)

    # --- what is needed -------------------------------------------------------------------

    def _judge(self) -> None:
        """Judge the cells that are whole now; at the end of the sound also what is left."""
        left = len(self._rest)
        cells = -(-left // self._cell) if self._over else left // self._cell
        if not cells:
            return
        whole = cells * self._cell
        sound = self._rest[:whole]
        if left < whole:
            sound = np.pad(sound, ((0, whole - left), (0, 0)))
        sound = np.ascontiguousarray(sound)
        rows = sound.reshape(cells, 2 * self._cell)
        highest = _highest(rows)
        if not highest <= _NO_SOUND:  # nor if that is no number
            rows = self._without_damage(rows)
            highest = _highest(rows)
        rows = self._levelled(rows)
        if highest > self._calm:
            self._loud_until = self._cells + cells + _LONGEST
        if self._cells < self._loud_until:
            self._bound(rows, highest)
        self._past.append(rows[-_LONGEST:])
        while sum(map(len, self._past)) - len(self._past[0]) >= _LONGEST:
            self._past.popleft()
        sound = rows.reshape(whole, 2)
        self._last = np.concatenate([self._last, sound[-2 * _SIDE :]])[-2 * _SIDE :]
        self._was_near = highest > self._near
        self._cells += cells
        self._waiting.append(sound[:left])
        self._ahead += min(left, whole)
        self._rest = self._rest[whole:]

    def _without_damage(self, rows: Audio) -> Audio:
        """Return silence where there is no sound."""
        bad = ~(np.abs(rows) <= _NO_SOUND)
        cells = np.flatnonzero(bad.any(axis=1))
        self._needs |= dict.fromkeys((self._cells + cells).tolist(), 0.0)
        self._mended.damaged += len(cells) * self._cell / self._rate
        return np.where(bad, np.float32(0), rows)

    def _levelled(self, rows: Audio) -> Audio:
        """Return the cells without direct current."""
        means = np.concatenate([self._means, rows @ self._of_channels])
        sums = means.cumsum(axis=0, dtype=np.float64)
        offsets = (sums[_OFFSET_CELLS:] - sums[:-_OFFSET_CELLS]) / _OFFSET_CELLS
        self._means = means[-_OFFSET_CELLS:]
        if _highest(offsets) <= self._offset_bound and not self._offset.any():
            return rows
        # From nothing at the bound to all of it at twice that, so that it never jumps.
        share = np.clip(np.abs(offsets) / self._offset_bound - 1, 0, 1)
        ends = np.concatenate([self._offset, offsets * share])
        self._offset = ends[-1:]
        way = np.arange(1, self._cell + 1)[:, None] / self._cell
        taken = ends[:-1, None] * (1 - way) + ends[1:, None] * way
        cells = np.count_nonzero(ends[1:].any(axis=1))
        self._mended.offset += cells * self._cell / self._rate
        return rows - taken.reshape(rows.shape).astype(np.float32)

    def _bound(self, rows: Audio, highest: float) -> None:
        """Note how far cells have to be turned down, for their loudness and their peaks."""
        needs: NDArray[Any] = np.ones(len(rows))
        cells = [_squares(some) for some in (*self._past, rows)]
        energies = np.concatenate(cells) / np.float32(rows.shape[1])
        if energies.max() > self._bounds[-1][1]:
            sums = np.concatenate([np.zeros(_LONGEST), energies]).cumsum()
            for length, bound in self._bounds:
                means = (sums[-len(rows) :] - sums[-len(rows) - length : -length]) / length
                needs = np.minimum(needs, np.sqrt(bound / np.maximum(means, bound)))
        if highest > self._near or self._was_near:
            around = np.concatenate([np.zeros(1), energies])
            levels = np.sqrt(np.maximum(around[-len(rows) :], around[-len(rows) - 1 : -1]))
            at, peaks = self._peaks(rows, np.minimum(self._ceiling, _CLICK * levels))
            most = np.where(peaks > _CLICK * levels[at], _CLICKED * levels[at], self._ceiling)
            np.minimum.at(needs, at, _LIMITED * most / np.maximum(peaks, most))
        found = np.flatnonzero(needs < 1)
        for cell in found.tolist():
            number = self._cells + cell
            self._needs[number] = min(float(needs[cell]), self._needs.get(number, 1.0))
        self._mended.loud += len(found) * self._cell / self._rate

    def _peaks(self, rows: Audio, most: NDArray[Any]) -> tuple[NDArray[np.intp], Audio]:
        """Return the cells that reach above their most, and how high the wave is all over them.

        It looks ``_SIDE`` frames back, as the wave depends on so many on both sides.
        """
        sound = np.concatenate([self._last, rows.reshape(-1, 2)]).ravel()
        own = sound[2 * _SIDE : -2 * _SIDE]
        near = np.flatnonzero((own > self._near) | (own < -self._near))
        cells = near // rows.shape[1]
        over = cells[self._wave(sound, near) > most[cells]]
        if not len(over):
            return over, own[:0]
        every = (np.unique(over)[:, None] * rows.shape[1] + np.arange(rows.shape[1])).ravel()
        return every // rows.shape[1], self._wave(sound, every)

    def _wave(self, sound: Audio, places: NDArray[np.intp]) -> Audio:
        """Return how high samples reach, and the wave on both sides of them."""
        around = sound[places[:, None] + 2 * np.arange(2 * _SIDE + 1)]
        before, after = around[:, :-1] @ self._between, around[:, 1:] @ self._between
        beside = np.maximum(np.abs(before), np.abs(after)).max(axis=1, initial=0)
        return np.asarray(np.maximum(beside, np.abs(around[:, _SIDE])), np.float32)

    # --- what is done ---------------------------------------------------------------------

    def _turned_down(self, sound: Audio) -> Audio:
        """Return what is handed on next, turned down where that is needed."""
        half = self._cell // 2
        first = (self.position - half) // self._cell
        last = (self.position + len(sound) - 1 - half) // self._cell + 1
        self._settle(last)
        if not self._gains:
            return sound
        middles = np.arange(first, last + 1) * self._cell + half
        gains = [self._gains.get(cell, 1.0) for cell in range(first, last + 1)]
        frames = np.arange(self.position, self.position + len(sound))
        curve = np.interp(frames, middles, gains).astype(np.float32)
        for cell in [cell for cell in self._gains if cell < last - 1]:
            del self._gains[cell]
        return sound * curve[:, None]

    def _settle(self, last: int) -> None:
        """Work out the gains of cells, each no higher than it and its neighbours need."""
        while self._settled < last:
            cell = self._settled + 1
            gain = max(self._gains.get(self._settled, 1.0), _DEEPEST) * _RECOVERY
            if gain >= _RECOVERY and not self._needs:
                self._settled = last
                return
            gain = min(gain, *(self._needs.get(cell + step, 1.0) for step in (-1, 0, 1)))
            if gain < 1:
                self._gains[cell] = gain
            self._needs.pop(cell - 2, None)
            self._settled = cell


def _squares(rows: Audio) -> Audio:
    """Return the sum of the squares of each row."""
    return np.asarray(np.matmul(rows[:, None], rows[:, :, None])[:, 0, 0])


def _highest(values: NDArray[Any]) -> float:
    """How far values reach from 0; no number if one of them is none."""
    return max(float(values.max()), -float(values.min()))


def _between(sample_rate: int) -> Audio:
    """Return what takes ``2 * _SIDE`` samples to places between the two in their middle.

    A sinc under a Hann window, for as many places as reach 192 kHz (ITU-R BS.1770-4, annex 2).
    """
    times = max(192_000 // sample_rate, 2)
    away = np.arange(2 * _SIDE)[:, None] - (_SIDE - 1) - np.arange(1, times) / times
    return np.asarray(np.sinc(away) * np.cos(np.pi * away / (2 * _SIDE)) ** 2, np.float32)
