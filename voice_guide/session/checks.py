"""What keeps a session from being what was asked for, said before it is heard."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from voice_guide.errors import LengthError, RequestError
from voice_guide.pace.ramp import Ramp
from voice_guide.plan.length import breaths_until_counted
from voice_guide.plan.timeline import TAIL_SECONDS
from voice_guide.scripting.model import LEAST_COUNTED, Bell, Rest, stretch
from voice_guide.units import clock
from voice_guide.voices import NONE

if TYPE_CHECKING:
    from voice_guide.session.session import Session

__all__ = ["check_heard", "check_ramp", "uncounted"]


def check_heard(session: "Session") -> None:
    """Refuse a silent session; bells alone count only where a script has nothing else.

    Raises:
        RequestError: saying what could be heard.
    """
    spoken = session.settings.voice != NONE
    words = list(session.script.lines()) + session.numbers()
    bells = any(isinstance(item, Bell) for item in session.script.items())
    said = (spoken and any(line.said for line in words)) or (bells and not words)
    if not (said or session.bed or session.settings.tone != "none"):
        but = " except for its bells" if bells else ""
        raise RequestError(
            f"{session.script.title!r} would be silent{but}: it has no words, no tone and "
            "no bed. Choose a --voice or a --tone, or add a --bed."
        )


def check_ramp(session: "Session") -> None:
    """Refuse a ramp that the session is too short for.

    Raises:
        LengthError: naming the longest that fits.
    """

    def fits(seconds: Fraction) -> bool:
        if session.settings.minutes is not None:
            return seconds <= session.settings.minutes * 60 - TAIL_SECONDS
        ramped = replace(session, ramp=Ramp(session.ramp.start, seconds))
        return seconds * session.settings.sample_rate <= ramped.timeline().end(session.estimate)

    if not session.ramp.seconds or fits(session.ramp.seconds):
        return
    whole = range(1, math.ceil(session.ramp.seconds))
    longest = bisect_left(whole, True, key=lambda seconds: not fits(Fraction(seconds)))
    asked = clock(float(session.ramp.seconds))
    raise LengthError(
        f"{session.script.title!r} is too short for a ramp of {asked}: "
        f"the longest that fits is {Ramp(session.ramp.start, Fraction(longest))}, "
        "or choose a longer session (--minutes, --breaths)."
    )


def uncounted(session: "Session") -> Iterator[str]:
    """Say why nothing is counted though it was asked for, and what helps."""
    rests = (item for item in session.script.items() if isinstance(item, Rest))
    if not session.settings.count:
        return
    if session.settings.voice == NONE:
        yield "nothing is counted, as there is no voice: leave out --voice none or --count."
    elif not any(rest.is_counted for rest in rests):
        few = f"nothing is counted, as no rest has {LEAST_COUNTED} breaths"
        written = session.as_written or session.script
        more = breaths_until_counted(written)
        if more is None:
            yield f"{few}, however long {session.script.title!r} is."
        else:
            end = session.placed(stretch(written, more)).end(session.estimate)
            minutes = math.ceil(end / session.settings.sample_rate / 60)
            yield f"{few}; a longer session has one, such as --minutes {minutes}."
