"""Which mixes are right because each of their parts is: known without a look at them.

Each sound is looked at once, alone, and each place where it follows another. For the tone and the
bell that gives how far they reach; a sum of sounds reaches no further than the sum of what they
do, whatever their gains are, up to 1, and from whichever frame they sound. A line is right where
there is room for all of that: it was looked at when it was made, or is now (see ``calm``).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar
from weakref import ref

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.sound.bounds import CONTEXT, LENGTHS, THUMP, Bounds
from voice_guide.sound.calm import Reach, Room, is_right, usual
from voice_guide.sound.cells import Values, highest, powers_of, running

__all__ = ["Part", "Proof"]

_K = TypeVar("_K")
_V = TypeVar("_V")

_STEPS = 4
"""Of a cell, as sounds begin anywhere in one."""

_GAIN_MOVES = 0.08
"""How far a gain goes from its middle in the length of a thump, at most 57 ms: the fastest is half
a cosine of 0.6 s."""

_ROOM = 1.25
"""A line is looked at with so much more beside it than there is, as each breath is another."""

_AT_ONCE = 65536
"""Frames that are looked at together: so many stay in a processor's own memory."""

_KEPT = 16
"""Sounds that are remembered, and places where one follows another."""


@dataclass(frozen=True, eq=False)
class Part:
    """A sound of a mix, from one frame to another.

    ``gain`` is its amplitude factor, and ``ducked`` what is left of that while a line sounds: None
    for the lines themselves, which are mono (frames,), and nothing is done to them. ``calm_at`` is
    the loudness in LUFS at which a line ``is_calm``, if that is known.
    """

    sound: Audio
    start: int
    end: int
    _: KW_ONLY
    gain: float = 1.0
    ducked: float | None = None
    calm_at: float | None = None


_NOTHING = Reach(0.0, 0.0, 0.0, (0.0,) * len(LENGTHS))
_UNBOUNDED = Reach(math.inf, math.inf, math.inf, (math.inf,) * len(LENGTHS))


class Proof:
    """Looks at sounds, each once.

    Args:
        bounds: of the mix.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds, self._cell = bounds, bounds.cell
        self._most = Reach(
            bounds.near,
            bounds.thump,
            bounds.most_offset,
            tuple(sudden**0.5 for _, _, sudden in bounds.loudest),
        )
        self._step = self._cell // _STEPS  # frames
        self._mean_of = np.tile(np.eye(2, dtype=np.float32), (self._step, 1)) / self._step
        self._reaches: dict[tuple[int, ...], tuple[tuple[ref[Audio], ...], Reach]] = {}
        self._lines: dict[int, tuple[ref[Part], Reach, bool]] = {}

    def holds(self, parts: Sequence[Part]) -> bool:
        """Return whether a mix of these is known to be right."""
        lines, lanes = _sorted(parts)
        within = around = _NOTHING
        for lane in lanes:
            reach = self._reach(*_heard(lane)).times(lane[0].gain)
            around = around.and_(reach)
            within = within.and_(reach.times(lane[0].ducked or 0))
        if not around.is_within(self._most):
            return False
        apart = CONTEXT * self._cell
        if any(line.end + apart > following.start for line, following in pairwise(lines)):
            return False
        return all(self._is_right(line, within, around) for line in lines)

    def _reach(self, *sounds: Audio) -> Reach:
        """Return how far stereo sounds reach, one right after the other."""
        key = tuple(map(id, sounds))
        kept = self._reaches.get(key)
        if kept is not None and all(a() is b for a, b in zip(kept[0], sounds, strict=True)):
            return kept[1]
        *before, last = sounds
        with np.errstate(over="ignore", invalid="ignore"):
            if before:
                context = CONTEXT * self._cell
                between = np.concatenate([before[-1][-context:], last[:context]])
                each = self._reach(*before).or_(self._reach(last))
                reach = each.or_(self._measured(between))
            else:
                reach = self._measured(last)
        _keep(self._reaches, key, (tuple(map(ref, sounds)), reach))
        return reach

    def _measured(self, sound: Audio) -> Reach:
        """Return how far a sound reaches, from any frame on and at any gain."""
        pieces = [sound[at : at + _AT_ONCE] for at in range(0, len(sound), _AT_ONCE)]
        peaks, means, powers = zip(*map(self._in_steps, pieces), strict=True)
        peak, sums, run = max(peaks), _sums(means), _sums(powers)
        if not math.isfinite(run[-1]):
            return _UNBOUNDED
        # A length that begins within half a cell ends in one half more.
        levels = tuple(
            float((run[halves + 1 :] - run[: -halves - 1]).max() / halves) ** 0.5
            for halves in (2 * cells for cells in LENGTHS)
        )
        length = _STEPS * THUMP
        thumps = np.abs(sums[:, length:] - sums[:, :-length]) / length
        # What begins, and ends, half a step away from one has so much more.
        swing = float(thumps.max()) + peak / length + _GAIN_MOVES * levels[0]
        # A context is so many thumps, each of which is one of those that begin near it.
        near = np.maximum.reduceat(thumps, range(0, thumps.shape[1], length), axis=1)
        offset = float(running(near.T, CONTEXT // THUMP).max())
        offset += peak / (_STEPS * CONTEXT) + _GAIN_MOVES * levels[-1]
        return Reach(peak, swing, offset, levels)

    def _in_steps(self, sound: Audio) -> tuple[float, Values, Values]:
        """Return the peak, both channels' means, (2, steps), and the power of each half cell."""
        lacking = -len(sound) % (self._cell // 2)
        if lacking:
            sound = np.concatenate([sound, np.zeros((lacking, 2), np.float32)])
        means = sound.reshape(-1, 2 * self._step) @ self._mean_of
        return highest(sound), means.T, powers_of(sound.reshape(-1, self._cell))

    def _is_right(self, line: Part, within: Reach, around: Reach) -> bool:
        if len(line.sound) != line.end - line.start:
            return False
        if line.calm_at is not None and usual(line.calm_at).holds(within, around):
            return True
        kept = self._lines.get(id(line))
        if kept is not None and kept[0]() is line:
            _, room, right = kept
            if not right or around.is_within(room):
                return right
        within, around = within.times(_ROOM), around.times(_ROOM)
        right = is_right(line.sound, self._bounds, Room(within, around))
        _keep(self._lines, id(line), (ref(line), around, right))
        return right


def _sorted(parts: Sequence[Part]) -> tuple[list[Part], list[list[Part]]]:
    """Return the lines in order, and the other sounds in lanes, each of which goes on unbroken."""
    lines: list[Part] = []
    lanes: list[list[Part]] = []
    for part in sorted(parts, key=attrgetter("start")):
        if part.ducked is None:
            lines.append(part)
            continue
        at = part.start, part.gain, part.ducked
        for lane in lanes:
            if (lane[-1].end, lane[-1].gain, lane[-1].ducked) == at:
                lane.append(part)
                break
        else:
            lanes.append([part])
    return lines, lanes


def _heard(lane: list[Part]) -> Iterator[Audio]:
    """Yield the sounds of a lane, twice what follows upon itself."""
    for part in lane:
        yield part.sound
        if part.end - part.start > len(part.sound):
            yield part.sound


def _sums(values: Sequence[Values]) -> Values:
    """Return running sums, with silence on both sides that is longer than any length."""
    silence = np.zeros((*values[0].shape[:-1], _STEPS * (max(LENGTHS) + 1)))
    return np.concatenate([silence, *values, silence], axis=-1).cumsum(axis=-1)


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > _KEPT:
        del kept[next(iter(kept))]
