"""Which mixes are right because each of their parts is: known without a look at them.

Each sound is looked at once, alone. For the tone and the bell that gives how far they reach; a sum
of sounds reaches no further than the sum of what they do, whatever their gains are, up to 1, and
from whichever frame they sound. A line is right where there is room for all of that: it was looked
at when it was made, or is now (see ``calm``).
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import chain, pairwise
from typing import TypeVar
from weakref import ref

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.sound.bounds import CONTEXT, LENGTHS, THUMP, Bounds
from voice_guide.sound.calm import Reach, Room, is_right, usual
from voice_guide.sound.cells import Values, highest, powers_of

__all__ = ["Part", "Proof"]

_T = TypeVar("_T")

_PARTS_OF_A_CELL = 4
"""A mean is taken of steps of so many to a cell, as sounds begin anywhere in one."""

_GAIN_MOVES = 0.08
"""How far a gain goes from its middle in the length of a thump, at most 57 ms: the fastest is half
a cosine of 0.6 s."""

_ROOM = 1.25
"""A line is looked at with so much more beside it than there is, as each breath is another."""

_AT_ONCE = 32768
"""Frames whose means are worked out at once: with more, all cores begin to spin."""

_KEPT = 16
"""Sounds that are remembered."""


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


_NOTHING = Reach(0.0, 0.0, np.zeros(len(LENGTHS)))


class Proof:
    """Looks at sounds, each once.

    Args:
        bounds: of the mix.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds, self._cell = bounds, bounds.cell
        self._most = Reach(
            bounds.near,
            min(bounds.thump, bounds.most_offset),
            np.sqrt([sudden for _, _, sudden in bounds.loudest]),
        )
        self._reaches: dict[int, tuple[ref[Audio], Reach]] = {}
        self._lines: dict[int, tuple[ref[Part], Reach, bool]] = {}

    def holds(self, parts: Sequence[Part]) -> bool:
        """Return whether a mix of these is known to be right."""
        within = around = _NOTHING
        lines = []
        for part in parts:
            if part.ducked is None:
                lines.append(part)
            else:
                reach = self._reach(part.sound).times(part.gain)
                around = around.and_(reach)
                within = within.and_(reach.times(part.ducked))
        if not around.is_within(self._most):
            return False
        lines.sort(key=lambda part: part.start)
        apart = CONTEXT * self._cell
        if any(line.end + apart > following.start for line, following in pairwise(lines)):
            return False
        return all(self._is_right(line, within, around) for line in lines)

    def _reach(self, sound: Audio) -> Reach:
        """Return how far a stereo sound reaches."""
        kept = self._reaches.get(id(sound))
        if kept is not None and kept[0]() is sound:
            return kept[1]
        with np.errstate(over="ignore", invalid="ignore"):
            reach = self._over_and_over(sound)
        _keep(self._reaches, id(sound), (ref(sound), reach))
        return reach

    def _over_and_over(self, sound: Audio) -> Reach:
        """Measure a sound, also where it follows upon itself."""
        context = CONTEXT * self._cell
        over = np.concatenate([sound[-context:], sound[:context]])
        once, again = self._measured(sound), self._measured(over)
        levels = np.maximum(once.levels, again.levels)
        return Reach(once.peak, max(once.swing, again.swing), levels)

    def _measured(self, sound: Audio) -> Reach:
        whole = len(sound) - len(sound) % self._cell
        parts = [sound[:whole]] if whole else []
        if whole < len(sound):
            parts.append(np.zeros((self._cell, 2), np.float32))
            parts[-1][: len(sound) - whole] = sound[whole:]
        peak = highest(sound)
        size = self._cell // _PARTS_OF_A_CELL
        mean_of = np.tile(np.eye(2, dtype=np.float32), (size, 1)) / size
        steps = chain.from_iterable(
            np.array_split(part.reshape(-1, 2 * size), len(part) // _AT_ONCE + 1) for part in parts
        )
        means = np.concatenate([some @ mean_of for some in steps])
        powers = [powers_of(part.reshape(-1, 2 * self._cell)) for part in parts]
        sums = _sums(np.concatenate(powers), max(LENGTHS) + 1)
        # A length that begins within a cell lies in one cell more.
        levels = np.array(
            [((sums[cells + 1 :] - sums[: -cells - 1]).max() / cells) ** 0.5 for cells in LENGTHS]
        )
        return Reach(peak, self._swing(means, peak, levels), levels)

    def _swing(self, means: Values, peak: float, levels: Values) -> float:
        """Return the highest mean of a thump's length, from any sample on and at any gain."""
        length = THUMP * _PARTS_OF_A_CELL
        sums = _sums(means, length)
        whole = highest(sums[length:] - sums[:-length]) / length
        edges = 2 * peak / length
        return whole + edges + _GAIN_MOVES * float(levels[0])

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


def _sums(values: Values, silent: int) -> Values:
    """Return running sums, with so many values of silence on both sides."""
    edges = ((silent, silent), *((0, 0) for _ in values.shape[1:]))
    return np.pad(values, edges).cumsum(axis=0, dtype=np.float64)


def _keep(kept: dict[int, _T], key: int, value: _T) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > _KEPT:
        del kept[next(iter(kept))]
