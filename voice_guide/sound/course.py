"""How far sounds reach: short ones, alone and after one another, and one that lasts."""

import math
from collections.abc import Sequence
from operator import add, sub
from typing import NamedTuple

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.sound.bounds import CONTEXT, LENGTHS, THUMP
from voice_guide.sound.calm import Reach
from voice_guide.sound.cells import Values, highest, powers_of

__all__ = ["Course", "Gauge", "LongGauge"]

_STEPS = 8
"""Of a cell, as sounds begin anywhere in one."""

_FINER = 2
"""Times as many are the levels of short sounds measured in, as little is left beside a tone."""

_AT_ONCE = 65536
"""Frames that are measured together: so many stay in a processor's own memory."""

_TOGETHER = 16
"""Pieces of a long sound, as what goes over into them is measured again with each."""

_GAIN_MOVES = 0.2
"""How far a gain goes in the length of a thump, at most 57 ms: the fastest is half a cosine of
0.6 s, while a session fades in over 1.5 s."""

_GAIN_TURNS = 2.0
"""How far it goes in all the context: down to nothing, and back."""

_MEANS = {THUMP: _GAIN_MOVES, CONTEXT: _GAIN_TURNS}
"""Of how many cells a mean is bounded, and how far a gain goes in those."""


class Course(NamedTuple):
    """What is measured of a sound, or of several that follow one another.

    Attributes:
        peak: of its samples.
        levels: for each of ``LENGTHS``, the highest.
        begins: for each of them, the power of its first cells, with silence before.
        ends: and of its last, with silence after.
        lowest: of the sums of its samples up to each, in both channels, from 0 on.
        highest: of the same.
        total: the last of them.
    """

    peak: float
    levels: Sequence[float]
    begins: Sequence[float]
    ends: Sequence[float]
    lowest: Sequence[float]
    highest: Sequence[float]
    total: Sequence[float]

    def then(self, other: "Course") -> "Course":
        """Of this and what follows at once; both are longer than the context."""
        between = map(math.sqrt, map(add, self.ends, other.begins))
        return Course(
            max(self.peak, other.peak),
            list(map(max, self.levels, other.levels, between)),
            self.begins,
            other.ends,
            list(map(min, self.lowest, map(add, self.total, other.lowest))),
            list(map(max, self.highest, map(add, self.total, other.highest))),
            list(map(add, self.total, other.total)),
        )

    def reach(self, cell: int) -> Reach:
        """Return how far it reaches at any gain up to 1 that moves as gains do, from any frame on.

        What is summed from one frame to another is the difference of two sums, and so at most how
        far they range. By Abel's summation, a gain that moves by some share adds as much of that.
        """
        ranging = max(map(sub, self.highest, self.lowest))
        beside = self.peak * cell / _STEPS  # what begins, and ends, half a step away from one
        swing = ((1 + _GAIN_MOVES) * ranging + beside) / (THUMP * cell)
        offset = ((1 + _GAIN_TURNS) * ranging + beside) / (CONTEXT * cell)
        return Reach(self.peak, swing, offset, tuple(self.levels))


_ANY = [math.inf] * len(LENGTHS)
_NO_COURSE = Course(math.inf, _ANY, _ANY, _ANY, [-math.inf] * 2, [math.inf] * 2, [0.0] * 2)


class Gauge:
    """Measures stereo sounds.

    Args:
        cell: frames.
        finer: how many times as many steps it measures levels in.
    """

    def __init__(self, cell: int, finer: int = _FINER) -> None:
        self._step, self._finer = cell // _STEPS, finer
        self._lengths = [cells * _STEPS * finer for cells in LENGTHS]
        self._sum_of = np.tile(np.eye(2, dtype=np.float32), (self._step, 1))

    def course(self, sound: Audio) -> Course:
        """Return the course of a sound, float32 (frames, 2)."""
        pieces = [sound[at : at + _AT_ONCE] for at in range(0, len(sound), _AT_ONCE)]
        pieces.reverse()  # what was made last is nearest to the processor
        with np.errstate(over="ignore", invalid="ignore"):
            peaks, sums, powers = zip(*[*map(self.in_steps, pieces)][::-1], strict=True)
            so_far = _running(np.concatenate(sums))
            run = self._summed(powers)
        if not math.isfinite(run[-1]):
            return _NO_COURSE
        longest = max(self._lengths) + 1
        return Course(
            max(peaks),
            self.levels(run),
            [run[longest + n + 1] / n for n in self._lengths],
            [(run[-1] - run[-longest - n - 2]) / n for n in self._lengths],
            so_far.min(axis=1).tolist(),
            so_far.max(axis=1).tolist(),
            so_far[:, -1].tolist(),
        )

    def in_steps(self, sound: Audio) -> tuple[float, Values, Values]:
        """Return the peak, both channels' sums, (steps, 2), and the power of each finer step."""
        lacking = -len(sound) % self._step
        if lacking:
            sound = np.concatenate([sound, np.zeros((lacking, 2), np.float32)])
        rows = sound.reshape(-1, 2 * self._step)
        finer = sound.reshape(-1, 2 * self._step // self._finer)
        return highest(sound), rows @ self._sum_of, powers_of(finer)

    def levels(self, run: Values) -> list[float]:
        """Return the highest level of each length, of running sums of the power of steps.

        A length that begins within a step ends in one step more.
        """
        return [math.sqrt((run[n + 1 :] - run[: -n - 1]).max() / n) for n in self._lengths]

    def _summed(self, powers: Sequence[Values]) -> Values:
        """Return running sums, from 0 on, with silence on both sides as long as a length can be."""
        silence = np.zeros(max(self._lengths) + 1)
        return np.concatenate([[0.0], silence, *powers, silence]).cumsum()


class LongGauge:
    """Measures a stereo sound that comes in blocks and lasts, in memory that doesn't grow with it.

    It may be heard from any frame on, at any gain up to 1 that moves as gains do (see ``Course``).

    Args:
        cell: frames.
    """

    def __init__(self, cell: int) -> None:
        self._gauge, self._cell = Gauge(cell, finer=1), cell
        self._rest = np.zeros((0, 2), np.float32)  # that is no step yet
        self._waiting: list[tuple[float, Values, Values]] = []  # pieces in steps
        self._sums = np.zeros((_STEPS * CONTEXT, 2))  # the last
        self._powers = np.zeros(_STEPS * CONTEXT)
        self._peak, self._levels = 0.0, [0.0] * len(LENGTHS)
        self._sum = dict.fromkeys(_MEANS, 0.0)  # of so many cells, the highest
        self._ranging = dict.fromkeys(_MEANS, 0.0)  # how far sums range in so many

    def add(self, sound: Audio) -> None:
        """Take the next frames, float32 (n, 2), finite."""
        for at in range(0, len(sound), _AT_ONCE):
            piece = sound[at : at + _AT_ONCE]
            if len(self._rest):
                piece = np.concatenate([self._rest, piece])
            whole = len(piece) - len(piece) % (self._cell // _STEPS)
            self._rest = piece[whole:]
            if whole:
                self._waiting.append(self._gauge.in_steps(piece[:whole]))
            if len(self._waiting) == _TOGETHER:
                self._take()

    def _take(self) -> None:
        """Measure the pieces that wait, and what goes over into them."""
        peaks, sums, powers = zip(*self._waiting, strict=True)
        self._waiting.clear()
        self._peak = max(self._peak, *peaks)
        every = np.concatenate([self._sums, *sums])
        self._sums = every[-len(self._sums) :]
        so_far = _running(every)
        for cells in _MEANS:
            steps = cells * _STEPS
            most = highest(so_far[:, steps:] - so_far[:, :-steps])
            self._sum[cells] = max(self._sum[cells], most)
            self._ranging[cells] = max(self._ranging[cells], _ranging(so_far, steps))
        run = np.concatenate([[0.0], self._powers, *powers]).cumsum()
        self._powers = np.concatenate([self._powers, *powers])[-len(self._powers) :]
        self._levels = list(map(max, self._levels, self._gauge.levels(run)))

    def reach(self) -> Reach:
        """Return how far it has reached."""
        if self._waiting:
            self._take()
        beside = self._peak * self._cell / _STEPS  # as in a course
        swing, offset = (
            (self._sum[cells] + beside + moves * (self._ranging[cells] + beside))
            / (cells * self._cell)
            for cells, moves in _MEANS.items()
        )
        return Reach(self._peak, swing, offset, tuple(self._levels))


def _running(sums: Values) -> Values:
    """Return running sums from 0 on, of shape (2, steps + 1), each channel's in one piece."""
    so_far = np.zeros((2, len(sums) + 1))
    so_far[:, 1:] = sums.T
    running: Values = so_far.cumsum(axis=1, out=so_far)
    return running


def _ranging(so_far: Values, steps: int) -> float:
    """Return how far values range within so many steps, or at most twice as many, in a channel."""
    begins = np.arange(0, so_far.shape[1], steps)
    high, low = (most.reduceat(so_far, begins, axis=1) for most in (np.maximum, np.minimum))
    two = np.maximum(high[:, 1:], high[:, :-1]) - np.minimum(low[:, 1:], low[:, :-1])
    return float(two.max())
