"""What would startle in a sound, and how far it has to be turned down: for the last guard."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio
from voice_guide.sound.bounds import CLICK, CONTEXT, NO_SOUND, THUMP, THUMP_DB, Bounds
from voice_guide.sound.cells import SIDE, Values, between, highest, powers_of, running, wave
from voice_guide.units import db_to_gain

__all__ = ["Judge", "Mended"]

_THUMPED_DB = THUMP_DB - 6
"""How high what is left of it may be: up to three cells have passed before it shows, and what they
had and this make no more than 1.2 dB above the bound."""

_LIMITED = 0.85
"""What is limited stays so far under its bound: in noise, more than this is not found of a wave."""

_CLICKED = db_to_gain(12)
"""What is left of a click, over the level of its 10 ms."""


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


class Judge:
    """Looks at a sound cell by cell, in order.

    Args:
        bounds: what a sound may be.
        mended: is told what has to be done.
    """

    def __init__(self, bounds: Bounds, mended: Mended) -> None:
        self._bounds, self._cell, self._mended = bounds, bounds.cell, mended
        self._cell_seconds = self._cell / bounds.sample_rate
        self._thumped = db_to_gain(bounds.lufs + _THUMPED_DB)
        self._near_power = bounds.near**2 / (2 * self._cell)  # of a cell with one such sample
        self._no_power = NO_SOUND**2 / (2 * self._cell)
        self._mean_of = np.tile(np.eye(2, dtype=np.float32), (self._cell, 1)) / self._cell
        self._between = between(bounds.sample_rate)
        self._passed: deque[Audio] = deque()  # the last of what was since the last look
        self._passed_frames = self._kept_frames = 0  # of all since then, and of these
        self._powers = np.zeros(CONTEXT)  # of the last cells
        self._means = np.zeros((CONTEXT, 2))  # theirs, as they came
        self._swings = np.zeros((THUMP, 2))  # and without direct current
        self._offset = np.zeros((1, 2))  # that is taken out at the end of the last cell
        self._last = np.zeros((2 * SIDE, 2), np.float32)  # frames

    def pass_over(self, sound: Audio) -> None:
        """Remember frames that are known to be right, as the context of what comes."""
        self._passed.append(sound)
        self._passed_frames += len(sound)
        self._kept_frames += len(sound)
        while self._kept_frames - len(self._passed[0]) >= (CONTEXT + 1) * self._cell:
            self._kept_frames -= len(self._passed.popleft())

    def _catch_up(self) -> Audio:
        """Work out the context from what was passed over; return the cell that has begun."""
        if not self._passed:
            return self._last[:0]
        sound = np.concatenate(self._passed)
        begun = len(sound) - self._passed_frames % self._cell
        self._passed.clear()
        self._passed_frames = self._kept_frames = 0
        cells = min(begun // self._cell, CONTEXT)
        if cells:
            last = sound[begun - cells * self._cell : begun].reshape(cells, -1)
            means = last @ self._mean_of
            self._powers = np.concatenate([self._powers, powers_of(last)])[-CONTEXT:]
            self._means = np.concatenate([self._means, means])[-CONTEXT:]
            self._swings = np.concatenate([self._swings, means])[-THUMP:]
            self._last = self._frames_after(last)
        return sound[begun:]

    def look(self, sound: Audio) -> tuple[Audio | None, Values | None]:
        """Judge what follows.

        Most of it is cleared by a bound that costs little: no sample is higher than the power of
        its cell allows, and no running mean than the highest of its values.

        Args:
            sound: float32 (frames, 2), to the end of a cell, or of all.

        Returns:
            The same without what is no sound, and without direct current, or None where it has
            none of these; and the gain that each cell needs, from the one that has begun on, at
            most 1, or None where all is right.
        """
        begun = self._catch_up()
        silence = np.zeros((-(len(begun) + len(sound)) % self._cell, 2), np.float32)
        whole = np.concatenate([begun, sound, silence]) if len(begun) or len(silence) else sound
        rows = np.ascontiguousarray(whole).reshape(-1, 2 * self._cell)
        mended, needs = self._judged(rows)
        if mended is rows:
            return None, needs
        return mended.reshape(-1, 2)[len(begun) : len(begun) + len(sound)], needs

    def _judged(self, rows: Audio) -> tuple[Audio, Values | None]:
        """Judge cells, float32 (cells, 2 * frames of one), left and right in turn."""
        needs: list[Values] = []
        with np.errstate(over="ignore", invalid="ignore"):
            powers = powers_of(rows)
        if not powers.max() <= self._no_power:  # nor if that is no number
            bad = ~(np.abs(rows) <= NO_SOUND)
            if bad.any():
                rows = np.where(bad, np.float32(0), rows)
                powers = powers_of(rows)
                needs.append(np.where(bad.any(axis=1), 0.0, 1.0))
                self._mended.damaged += self._seconds(needs[0] == 0)
        steady, swings = self._without_offset(rows, rows @ self._mean_of)
        if steady is not rows:
            rows, powers = steady, powers_of(steady)
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

    def _seconds(self, cells: Values) -> float:
        return float(np.count_nonzero(cells) * self._cell_seconds)

    def _frames_after(self, rows: Audio) -> Audio:
        """Return the last frames, so many as a place between two depends on, after some cells."""
        frames = rows[-(2 * SIDE // self._cell + 1) :].reshape(-1, 2)
        return np.concatenate([self._last, frames])[-2 * SIDE :]

    def _without_offset(self, rows: Audio, means: Values) -> tuple[Audio, Values]:
        """Return the cells without direct current, and what is left of their means."""
        every = np.concatenate([self._means, means])
        self._means = every[-CONTEXT:]
        most, taking = self._bounds.most_offset, self._offset.any()
        if not taking and highest(every) <= most:
            return rows, means
        offsets = running(every, CONTEXT)
        if taking or highest(offsets) > most:
            # From nothing at the bound to all of it at twice that, so that it never jumps.
            share = np.clip(np.abs(offsets) / most - 1, 0, 1)
            ends = np.concatenate([self._offset, offsets * share])
            self._offset = ends[-1:]
            way = np.arange(1, self._cell + 1)[:, None] / self._cell
            taken = ends[:-1, None] * (1 - way) + ends[1:, None] * way
            rows = rows - taken.reshape(rows.shape).astype(np.float32)
            means = means - taken.mean(axis=1)
            self._mended.offset += self._seconds(np.any(ends[1:], axis=1))
        return rows, means

    def _for_thumps(self, means: Values) -> Iterator[Values]:
        """Yield the gains that leave no thump, if there is one."""
        swings = np.concatenate([self._swings, means])
        self._swings = swings[-THUMP:]
        most = self._bounds.thump
        if highest(swings) <= most or highest(sways := running(swings, THUMP)) <= most:
            return
        thumps = np.abs(sways).max(axis=1) > most
        every = np.abs(swings).max(axis=1)
        reach = np.lib.stride_tricks.sliding_window_view(every, THUMP)[1:].max(axis=1)
        yield np.where(thumps, self._thumped / np.maximum(reach, most), 1.0)

    def _for_levels(self, powers: Values) -> Iterator[Values]:
        """Yield the gains that leave nothing too loud, or too sudden.

        Args:
            powers: of the context, and of the cells.
        """
        if powers.max() > self._bounds.calm:
            yield from self._bounds.for_levels(powers)

    def _for_peaks(self, rows: Audio, powers: Values) -> Iterator[Values]:
        """Yield the gains that leave no true peak above the ceiling, and no click.

        It looks ``SIDE`` frames back, as the wave depends on so many on both sides.

        Args:
            rows: the cells.
            powers: of the context, and of the cells.
        """
        near, width = self._near_places(rows, powers[CONTEXT:]), rows.shape[1]
        if not len(near):
            return
        now = running(powers, 2)
        levels = np.sqrt(np.maximum(now[-len(rows) :], now[-len(rows) - 2 : -2]))
        most = np.minimum(self._bounds.ceiling, CLICK * levels)
        cells = near // width
        over = cells[self._wave(rows, near) > most[cells]]
        if not len(over):
            return
        every = (np.unique(over)[:, None] * width + np.arange(width)).ravel()
        at, peaks = every // width, self._wave(rows, every)
        most = np.where(peaks > CLICK * levels[at], _CLICKED * levels[at], self._bounds.ceiling)
        needs = np.ones(len(rows))
        np.minimum.at(needs, at, _LIMITED * most / np.maximum(peaks, most))
        yield needs

    def _near_places(self, rows: Audio, powers: Values) -> NDArray[np.intp]:
        """Return where samples are so high that the wave beside them may reach the ceiling.

        Counted from ``SIDE`` frames before the cells, to as many before their end.
        """
        near, places = self._bounds.near, [np.empty(0, np.intp)]
        if highest(self._last[SIDE:]) > near:
            places.append(np.flatnonzero(np.abs(self._last[SIDE:].ravel()) > near))
        if powers.max() > self._near_power and highest(rows) > near:
            sound = rows.reshape(-1)
            places += [2 * SIDE + np.flatnonzero(high) for high in (sound > near, sound < -near)]
        every = np.concatenate(places)
        return every[every < rows.size]

    def _wave(self, rows: Audio, places: NDArray[np.intp]) -> Audio:
        """Return how high samples reach, and the wave on both sides of them."""
        at = places[:, None] + 2 * np.arange(-2 * SIDE, 1)
        around = rows.reshape(-1)[np.maximum(at, 0)]
        around[at < 0] = self._last.reshape(-1)[at[at < 0]]
        return wave(around, self._between)
