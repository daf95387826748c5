"""Whether a line is right beside what else sounds, wherever in a cell it begins.

Cells may begin at any of its frames, so it is looked at in parts of one: what a cell has at most is
what all the parts have that it touches, and what it has at least is what those have that lie in it.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from operator import add, le, mul
from typing import NamedTuple

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.sound.bounds import BEFORE, CLICK, CONTEXT, LENGTHS, NO_SOUND, RISE, THUMP, Bounds
from voice_guide.sound.cells import SIDE, Values, between, wave
from voice_guide.units import db_to_gain

__all__ = ["UNBOUNDED", "Reach", "Room", "calm_in", "is_right", "rooms"]

_PARTS = 16
"""Of a cell."""

_SILENT = 2 * CONTEXT * _PARTS
"""Parts of silence around a line: more than a bound is about, and than counts for it."""


class Reach(NamedTuple):
    """How far a sound reaches.

    Attributes:
        peak: of its samples.
        swing: the highest mean of a thump's length, in any channel.
        offset: the same of all the context.
        levels: for each of ``LENGTHS``, the highest.
    """

    peak: float
    swing: float
    offset: float
    levels: tuple[float, ...]

    def times(self, gain: float) -> "Reach":
        levels = tuple(level * gain for level in self.levels)
        return Reach(self.peak * gain, self.swing * gain, self.offset * gain, levels)

    def and_(self, other: "Reach") -> "Reach":
        """Of both together."""
        return self._with(other, add)

    def or_(self, other: "Reach") -> "Reach":
        """Of either."""
        return self._with(other, max)

    def by(self, factors: "Reach") -> "Reach":
        """With each of these as much further."""
        return self._with(factors, mul)

    def _with(self, other: "Reach", do: Callable[[float, float], float]) -> "Reach":
        levels = tuple(map(do, self.levels, other.levels))
        swing, offset = do(self.swing, other.swing), do(self.offset, other.offset)
        return Reach(do(self.peak, other.peak), swing, offset, levels)

    def is_within(self, other: "Reach") -> bool:
        means = self.swing <= other.swing and self.offset <= other.offset
        return self.peak <= other.peak and means and all(map(le, self.levels, other.levels))


UNBOUNDED = Reach(math.inf, math.inf, math.inf, (math.inf,) * len(LENGTHS))


class Room(NamedTuple):
    """What may sound beside a line: ``within`` while it sounds, and ``around`` before and after."""

    within: Reach
    around: Reach

    def holds(self, within: Reach, around: Reach) -> bool:
        """Whether there is room for so much."""
        return within.is_within(self.within) and around.is_within(self.around)


@lru_cache(maxsize=4)
def rooms(lufs: float, peak: float) -> tuple[Room, ...]:
    """Return the rooms that a voice leaves to all else, from the narrowest on.

    Any tone leaves the first to a line, as loud as at night. In the second, most lines are right
    that any voice says, over a tone and a usual bed; the others are for a bed that rumbles, and for
    one that trembles so low that it is hardly heard.

    Args:
        lufs: its loudness.
        peak: what its own peak leaves of that of the mix, as an amplitude.
    """
    voice, each = db_to_gain(lufs), len(LENGTHS)

    def room(
        peak: float, within: float, around: float, swing: float = 0.24, offset: float = 0.2
    ) -> Room:
        beside = Reach(peak, math.inf, math.inf, (within * voice,) * each)
        means = swing * voice, offset * voice
        return Room(beside, Reach(math.inf, *means, (around * voice,) * each))

    return (
        room(min(0.2 * voice, peak), 0.1, 0.6),
        room(peak, 0.16, 0.7),
        room(peak, 0.22, 0.7),
        room(peak, 0.22, 0.7, 0.26, 0.235),
    )


def calm_in(clip: Audio, bounds: Bounds, ceiling: float) -> int:
    """Return in how many of the rooms of its voice a line is right.

    Args:
        clip: of the line, float32 (frames,).
        bounds: of the mix.
        ceiling: what the true peak of a line doesn't pass, as an amplitude.
    """
    widest_first = [*enumerate(rooms(bounds.lufs, bounds.ceiling - ceiling), 1)][::-1]
    return next((number for number, room in widest_first if is_right(clip, bounds, room)), 0)


def is_right(clip: Audio, bounds: Bounds, room: Room) -> bool:
    """Return whether a mix is known to be right where a line sounds, and just before and after.

    Args:
        clip: of the line, float32 (frames,).
        bounds: of the mix; what is right is so at any higher loudness.
        room: what sounds beside it, at most.
    """
    part = bounds.cell // _PARTS
    silence = np.zeros(_SILENT, np.float32)
    rows = np.pad(clip, (0, -len(clip) % part)).reshape(-1, part)
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.concatenate([silence, np.einsum("ij,ij->i", rows, rows), silence])
    if not squares.max() <= NO_SOUND**2:
        return False  # nor if that is no number
    sums = np.concatenate([silence, np.einsum("ij->i", rows), silence])
    energy = _running(squares / bounds.cell)
    return (
        _mean(THUMP, sums, squares, part) + room.around.swing <= bounds.thump
        and _mean(CONTEXT, sums, squares, part) + room.around.offset <= bounds.most_offset
        and _has_no_level(energy, bounds, room)
        and _has_no_peak(clip, bounds, room.within)
    )


def _mean(cells: int, sums: Values, squares: Values, part: int) -> float:
    """Return the highest mean of so many cells, from any frame on.

    Args:
        cells: how many.
        sums, squares: of each part, and of silence around.
        part: its frames.
    """
    length = cells * _PARTS
    run = _running(sums)
    whole = np.abs(run[length:-1] - run[1:-length])
    edges = np.sqrt(part * squares)  # a part of which some is in it: by Cauchy and Schwarz
    return float((whole + edges[:-length] + edges[length:]).max()) / (length * part)


def _has_no_level(energy: Values, bounds: Bounds, room: Room) -> bool:
    """Return whether nothing is too loud, or too sudden; see ``Bounds.for_levels``.

    Args:
        energy: running sums of the parts' shares in a cell's power.
    """
    least = energy[_PARTS:] - energy[1 : 1 - _PARTS]  # of a cell that begins in each part
    first = BEFORE * _PARTS
    for number, (cells, most, sudden) in enumerate(bounds.loudest):
        length = cells * _PARTS
        now = (energy[first + length + 1 :] - energy[first : -length - 1]) / cells
        now = (now**0.5 + room.within.levels[number]) ** 2 + room.around.levels[number] ** 2
        over = np.flatnonzero(now > sudden)
        if not len(over):
            continue
        before = least[first + over[:, None] - _PARTS * np.arange(1, BEFORE + 1)].max(axis=1)
        # Of one cell, what sounds beside it has at most twice the power of two.
        before = np.maximum(before**0.5 - 2**0.5 * room.within.levels[0], 0) ** 2
        if (now[over] > np.clip(before * RISE, sudden, most)).any():
            return False
    return True


def _has_no_peak(clip: Audio, bounds: Bounds, within: Reach) -> bool:
    """Return whether no true peak passes the ceiling, and nothing is a click."""
    at = np.flatnonzero(np.abs(clip) > bounds.near - within.peak)
    if not len(at):
        return True
    if at[0] < SIDE or at[-1] >= len(clip) - SIDE:
        return False
    # The two cells that count end with the one that the wave is worked out in, or are those before:
    # wherever that ends within a part, they have at least what lies in them in any case.
    cell, part = bounds.cell, bounds.cell // _PARTS
    energy = np.pad(np.square(clip), 4 * cell).cumsum(dtype=np.float64)
    last = at[:, None] + SIDE + 4 * cell + np.arange(0, cell, part)
    two = energy[last] - energy[last + part - 1 - 2 * cell]
    two_before = energy[last - 2 * cell] - energy[last + part - 1 - 4 * cell]
    powers = np.maximum(two, two_before).min(axis=1) / (2 * cell)
    levels = np.sqrt(np.maximum(powers, 0)) - within.levels[0]
    around = clip[at[:, None] + np.arange(-SIDE, SIDE + 1)]
    reach = wave(around, between(bounds.sample_rate)) + within.peak
    return bool((reach <= np.minimum(bounds.ceiling, CLICK * levels)).all())


def _running(values: Values) -> Values:
    """Return running sums, from 0 on."""
    return np.concatenate([[0.0], values.cumsum(dtype=np.float64)])
