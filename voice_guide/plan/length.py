"""Giving a session the length that was asked for."""

import sys
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from voice_guide.errors import LengthError
from voice_guide.plan.breath import Breath
from voice_guide.plan.timeline import TAIL_SECONDS, Timeline
from voice_guide.scripting.model import LEAST_COUNTED, Rest, Script, stretch
from voice_guide.units import clock, counted

__all__ = ["breaths_until_counted", "fit_breaths", "fit_minutes", "most_breaths"]

NEAR_BREATHS = 8
"""How far from the likeliest number of breaths another is looked for."""


class _Length(NamedTuple):
    """A length to reach, in frames or in breaths.

    Attributes:
        wanted: the length.
        at: the length of a session with this last breath.
        breath: what one breath more adds.
        slack: by how much it may be missed.
        refusal: says what can't be, of the shortest and the longest possible session.
    """

    wanted: int
    at: Callable[[Breath], int]
    breath: Callable[[Breath], int]
    slack: Callable[[Breath], float]
    refusal: Callable[[Breath, Breath], str]


def fit_minutes(script: Script, seconds: float, timeline: Callable[[Script], Timeline]) -> Script:
    """Stretch the rests of a script so that the session lasts ``seconds``, tail included.

    The result is within half a breath, the last one's, of what was asked for.

    Args:
        script: its rests may have ranges.
        seconds: the length to reach.
        timeline: places a script as the session will.

    Raises:
        LengthError: if the script can't be that long or short; names the range.
    """
    first = timeline(script)
    rate = first.sample_rate

    def refusal(*ends: Breath) -> str:
        possible = (end.end / rate + TAIL_SECONDS for end in ends)
        least, greatest = (f"{end / 60:.2f} ({clock(end)})" for end in possible)
        return (
            f"{script.title!r} can't last {counted(seconds / 60, 'minute')} "
            f"{first.ramp.to(first.pace)}: "
            f"the shortest is {least}, the longest {greatest}."
        )

    length = _Length(
        wanted=round(min((seconds - TAIL_SECONDS) * rate, sys.maxsize)),
        at=lambda last: last.end,
        breath=lambda last: last.frames,
        slack=lambda last: last.frames / 2,
        refusal=refusal,
    )
    return _fitted(script, length, timeline)


def fit_breaths(script: Script, breaths: int, timeline: Callable[[Script], Timeline]) -> Script:
    """Stretch the rests of a script so that the session has exactly so many breaths.

    Args, Raises: as ``fit``.
    """

    def refusal(*ends: Breath) -> str:
        least, greatest = (end.number + 1 for end in ends)
        return (
            f"{script.title!r} can't last {counted(breaths, 'breath')}: "
            f"the shortest has {least}, the longest {greatest}."
        )

    length = _Length(
        wanted=breaths,
        at=lambda last: last.number + 1,
        breath=lambda last: 1,
        slack=lambda last: 0,
        refusal=refusal,
    )
    return _fitted(script, length, timeline)


def _fitted(script: Script, length: _Length, timeline: Callable[[Script], Timeline]) -> Script:
    @cache
    def last(breaths: int) -> Breath:
        return deque(timeline(stretch(script, breaths)), maxlen=1).pop()

    wanted, at = length.wanted, length.at
    most = most_breaths(script)
    shortest, longest = last(0), last(most)
    too_short = wanted < at(shortest) - length.slack(shortest)
    if too_short or wanted > at(longest) + length.slack(longest):
        raise LengthError(length.refusal(shortest, longest), too_short)
    # It grows with the breaths of rest, nearly in a straight line.
    low, high = 0, most
    while high - low > 1:
        part = (wanted - at(last(low))) / max(at(last(high)) - at(last(low)), 1)
        middle = min(max(low + round(part * (high - low)), low + 1), high - 1)
        low, high = (middle, high) if at(last(middle)) <= wanted else (low, middle)
    # Where breaths differ, a line may need one more or less of them at another place.
    near = range(max(low - NEAR_BREATHS, 0), min(low + NEAR_BREATHS, most) + 1)
    for breaths in sorted(near, key=lambda breaths: abs(breaths - low)):
        if abs(at(last(breaths)) - wanted) <= length.slack(last(breaths)):
            return stretch(script, breaths)
    missing = (wanted - at(last(low))) / length.breath(last(low))
    return _longer(stretch(script, low), max(round(missing), 0))


def _longer(script: Script, breaths: int) -> Script:
    """Return the script with quiet breaths added to its end."""
    rest = [Rest(breaths, breaths)] if breaths else []
    *before, section = script.sections
    longer = section._replace(items=(*section.items, *rest))
    return replace(script, sections=(*before, longer))


def most_breaths(script: Script) -> int:
    """How many breaths the rests of a script can have beyond their least."""
    return sum(item.high - item.low for item in script.items() if isinstance(item, Rest))


def breaths_until_counted(script: Script) -> int | None:
    """How many more breaths of rest it takes until one is counted; None where none ever is."""
    rests = [item for item in script.items() if isinstance(item, Rest)]
    if not any(rest.counted and rest.high >= LEAST_COUNTED for rest in rests):
        return None

    def counts(breaths: int) -> bool:
        items = stretch(script, breaths).items()
        return any(isinstance(item, Rest) and item.is_counted for item in items)

    return bisect_left(range(most_breaths(script)), True, key=counts)
