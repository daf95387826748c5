"""A breath from taps at the start of each in-breath and each out-breath.

Taps come a little early or late, some twice, and some not at all. They are
therefore read as the likeliest walk around the breath: in, out, in, out …, on
which a turn may be missed, and a tap left out, at a price.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from voice_guide.errors import MeasureError
from voice_guide.listener.measured import Measured
from voice_guide.units import counted

__all__ = ["measured", "turns"]

DOUBLE_SECONDS = 0.5
"""A tap sooner than this after another is the same one, twice."""

FEWEST_BREATHS = 3
"""The fewest that are taken for a pace."""

_MOST_MISSED = 3
"""Turns in a row."""

_MOST_EXTRA = 2
"""The most taps in a row that aren't a turn."""

_SLACK = 0.12
"""Standard deviation of a step around its length, as a share of it."""

_MISSED, _EXTRA = 2.0, 4.0
"""The price of a missed turn and of an extra tap: exp(-2), one in seven, and one in fifty."""

_USUAL_RATIO, _RATIO_SLACK = 1.3, 0.4
"""Exhale to inhale: what most people breathe, and the standard deviation of its logarithm."""

_GUESSES = 16
"""Neighbouring steps, from the first, that are tried as an inhale and an exhale."""


@dataclass(frozen=True)
class _Walk:
    """Taps, by their number, each with its turn: 0, 1, 2 …; even is in, odd is out."""

    cost: float = math.inf
    taps: list[int] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)


def measured(times: Sequence[float]) -> Measured:
    """Return the breath that was tapped.

    Args:
        times: of the taps in seconds, rising; the first is the start of an in-breath.

    Raises:
        MeasureError: if they are too few.
    """
    times = _once(times)
    walk, at = _likeliest(times), np.asarray(times)
    if not walk.turns or walk.turns[-1] < 2 * FEWEST_BREATHS:
        raise MeasureError(
            f"{counted(len(times), 'tap')}: that is too few, as it takes {FEWEST_BREATHS} whole "
            "breaths. Tap as each breath in, and each breath out, begins."
        )
    cycle, inhale = _fitted(at, walk)
    place = dict(zip(walk.turns, at[walk.taps], strict=True))
    lengths = [place[turn + 2] - place[turn] for turn in place if turn + 2 in place]
    return Measured(cycle, float(np.std(lengths)), walk.turns[-1] // 2, inhale)


def turns(times: Sequence[float]) -> int:
    """Return how many turns of the breath were tapped so far, missed ones included."""
    times = _once(times)
    walk = _likeliest(times)
    return walk.turns[-1] + 1 if walk.turns else len(times)


def _once(times: Sequence[float]) -> list[float]:
    """Leave out the second of two taps that are one."""
    kept: list[float] = []
    for time in times:
        if not kept or time - kept[-1] >= DOUBLE_SECONDS:
            kept.append(time)
    return kept


def _likeliest(times: Sequence[float]) -> _Walk:
    """The cheapest walk of all that start with two neighbouring steps as inhale and exhale."""
    steps = [b - a for a, b in itertools.pairwise(times)]
    best = _Walk()
    for first, second in list(itertools.pairwise(steps))[:_GUESSES]:
        for inhale, exhale in ((first, second), (second, first)):
            walk = _walked(times, inhale, exhale)
            if len(walk.turns) > 2:
                cycle, inhale = _fitted(np.asarray(times), walk)
                if DOUBLE_SECONDS < inhale < cycle - DOUBLE_SECONDS:
                    walk = _walked(times, inhale, cycle - inhale)
            best = min(best, walk, key=lambda walk: walk.cost)
    return best


def _walked(times: Sequence[float], inhale: float, exhale: float) -> _Walk:
    """The cheapest walk when both lengths are known; it begins with the first tap, an inhale."""
    cycle = inhale + exhale
    unusual = math.log(exhale / inhale / _USUAL_RATIO) / _RATIO_SLACK
    costs = {(0, 0): unusual**2 / 2}  # of getting to a tap at a turn that is even or odd
    came: dict[tuple[int, int], tuple[int, int, int]] = {}
    for tap in range(1, len(times)):
        for before in range(max(tap - 1 - _MOST_EXTRA, 0), tap):
            step = times[tap] - times[before]
            for odd in (0, 1):
                if (before, odd) not in costs:
                    continue
                for missed in range(_MOST_MISSED + 1):
                    length = (missed + 1) // 2 * cycle
                    length += (exhale if odd else inhale) if missed % 2 == 0 else 0.0
                    cost = costs[before, odd] + (math.log(step / length) / _SLACK) ** 2 / 2
                    cost += _MISSED * missed + _EXTRA * (tap - before - 1)
                    state = (tap, (odd + missed + 1) % 2)
                    if cost < costs.get(state, math.inf):
                        costs[state], came[state] = cost, (before, odd, missed + 1)
    last = len(times) - 1
    extra = [(tap, odd) for tap, odd in costs if last - tap <= _MOST_EXTRA]
    at = min(extra, key=lambda state: costs[state] + _EXTRA * (last - state[0]), default=(0, 0))
    total, taps, skips = costs[at] + _EXTRA * (last - at[0]), [at[0]], []
    while at in came:
        before, odd, skip = came[at]
        at = (before, odd)
        taps.append(before)
        skips.append(skip)
    numbers = np.cumsum([0, *reversed(skips)])
    return _Walk(total, taps[::-1], [int(number) for number in numbers])


def _fitted(at: np.ndarray, walk: _Walk) -> tuple[float, float]:
    """The cycle and the inhale in seconds, by least squares over all taps of a walk."""
    turn = np.asarray(walk.turns)
    rows = np.stack([np.ones(len(turn)), turn // 2, turn % 2], axis=1)
    (_, cycle, inhale), *_ = np.linalg.lstsq(rows, at[walk.taps], rcond=None)
    return float(cycle), float(inhale)
