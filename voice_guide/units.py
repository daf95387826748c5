"""Conversions between the units that people use and those that the code uses.

Inside, time is counted in whole frames. Positions are rounded once, from an
exact value, so that an hour of breaths cannot drift.
"""

import math
import re
from fractions import Fraction

__all__ = ["clock", "counted", "db_to_gain", "gain_to_db", "hyphenated", "seconds_to_frames"]

_DASHES = dict.fromkeys(
    map(ord, "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u2212\ufe58\ufe63\uff0d"), "-"
)
"""A hyphen, or what editors and keyboards put in its place (Unicode's dashes and minus signs)."""


def seconds_to_frames(seconds: float | Fraction, sample_rate: int) -> int:
    """Return the frame nearest to ``seconds`` at ``sample_rate`` (Hz)."""
    return round(seconds * sample_rate)


def db_to_gain(db: float) -> float:
    """Return the amplitude factor of a level difference in dB."""
    return float(10.0 ** (db / 20.0))


def gain_to_db(gain: float) -> float:
    """Return the level difference in dB of an amplitude factor; -inf for 0."""
    return 20.0 * math.log10(gain) if gain > 0 else -math.inf


def clock(seconds: float) -> str:
    """Return a duration as people read it: ``8:05``, or ``1:02:03`` past an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def hyphenated(text: str) -> str:
    """Return a text in one row, with a plain hyphen alone for any dash: ``4 – 6`` as 4-6."""
    return re.sub(" ?- ?", "-", " ".join(text.translate(_DASHES).split()))


def counted(number: float | str, noun: str) -> str:
    """Return a number with its noun, as people say it: ``1 breath``, ``0.5 breaths``.

    ``number`` may be written already, as a range is.
    """
    shown = f"{number:.4g}" if isinstance(number, float) else str(number)
    return f"{shown} {noun}" if shown == "1" else f"{shown} {noun}s"
