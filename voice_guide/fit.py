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
    # Where a ramp moves a line to another breath, one of rest may add none, or two.
    near = range(max(low - 1, 0), min(high + 1, most) + 1)
    best = min(near, key=lambda breaths: abs(last(breaths).end - wanted))
    below = [breaths for breaths in near if last(breaths).end <= wanted]
    if below and abs(last(best).end - wanted) > last(best).frames / 2:
        return _longer(stretch(script, below[-1]))
    return stretch(script, best)


def _longer(script: Script) -> Script:
    """Return the script with one more quiet breath at its end."""
    *before, section = script.sections
    return replace(script, sections=(*before, replace(section, items=(*section.items, Rest(1, 1)))))
