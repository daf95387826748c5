"""Giving a session the length that was asked for."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from voice_guide.errors import LengthError
from voice_guide.script import Rest, Script, stretch
from voice_guide.timeline import TAIL_SECONDS, Breath, Timeline
from voice_guide.units import clock

__all__ = ["fit"]

NEAR_BREATHS = 8
"""How far from the likeliest number of breaths another is looked for."""


def fit(script: Script, seconds: float, timeline: Callable[[Script], Timeline]) -> Script:
    """Stretch the rests of a script so that the session lasts ``seconds``, tail included.

    The result is within half a breath, the last one's, of what was asked for.

    Args:
        script: its rests may have ranges.
        seconds: the length to reach.
        timeline: places a script as the session will.

    Raises:
        LengthError: if the script can't be that long or short; names the range.
    """

    @cache
    def last(breaths: int) -> Breath:
        return deque(timeline(stretch(script, breaths)), maxlen=1).pop()

    first = timeline(script)
    rate = first.sample_rate
    wanted = round((seconds - TAIL_SECONDS) * rate)
    most = sum(item.high - item.low for item in script.items() if isinstance(item, Rest))
    shortest, longest = last(0), last(most)
    if wanted < shortest.end - shortest.frames / 2 or wanted > longest.end + longest.frames / 2:
        ends = (end.end / rate + TAIL_SECONDS for end in (shortest, longest))
        least, greatest = (f"{end / 60:.2f} ({clock(end)})" for end in ends)
        raise LengthError(
            f"{script.title!r} can't last {seconds / 60:g} minutes {first.ramp.to(first.pace)}: "
            f"the shortest is {least}, the longest {greatest}."
        )
    # It grows with the breaths of rest, nearly in a straight line.
    low, high = 0, most
    while high - low > 1:
        part = (wanted - last(low).end) / max(last(high).end - last(low).end, 1)
        middle = min(max(low + round(part * (high - low)), low + 1), high - 1)
        low, high = (middle, high) if last(middle).end <= wanted else (low, middle)
    # Where breaths differ, a line may need one more or less of them at another place.
    near = range(max(low - NEAR_BREATHS, 0), min(low + NEAR_BREATHS, most) + 1)
    for breaths in sorted(near, key=lambda breaths: abs(breaths - low)):
        if abs(last(breaths).end - wanted) <= last(breaths).frames / 2:
            return stretch(script, breaths)
    missing = (wanted - last(low).end) / last(low).frames
    return _longer(stretch(script, low), max(round(missing), 0))


def _longer(script: Script, breaths: int) -> Script:
    """Return the script with quiet breaths added to its end."""
    rest = [Rest(breaths, breaths)] if breaths else []
    *before, section = script.sections
    return replace(script, sections=(*before, replace(section, items=(*section.items, *rest))))
