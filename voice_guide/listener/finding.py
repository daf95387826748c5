"""The search for one's own resonance pace: slow paces, one after another, each rated.

The paces and their length are those of the usual protocol of heart rate variability
biofeedback (Lehrer 2013: 6.5 to 4.5 breaths a minute, two minutes each).
"""

from collections.abc import Mapping

from voice_guide.listener.measured import Measured
from voice_guide.pace.pace import Pace
from voice_guide.scripting.model import Item, Line, Rest, Script, Section

__all__ = ["HIGHEST", "LOWEST", "MINUTES", "STEPS", "best", "pace_at", "script"]

STEPS = (6.5, 6.0, 5.5, 5.0, 4.5)
"""Breaths a minute."""

MINUTES = 2.0
"""How long each pace is heard."""

LOWEST, HIGHEST = 1, 5
"""The ratings."""

_RATIO = Pace.parse("4-6")

_WELCOME = (
    "You will hear five slow paces, one after another.",
    "Follow the sound, in and out. Breathe easily, not deeply.",
    "Keep your eyes open or closed, as you like. To stop at any time, press q.",
)
_QUESTION = (
    "How was that? Press a key, from one, not for me, to five, just right.",
    "Take your time. One to five, whenever you are ready.",
)
_PATIENCE = 3
"""Breaths that follow each question."""


def pace_at(per_minute: float) -> Pace:
    """The pace at a rate in breaths a minute, with an exhale half as long again as the inhale."""
    return Measured(60 / per_minute, 0.0, 0).pace(_RATIO)


def script(step: int, minutes: float) -> Script:
    """What is heard at one of ``STEPS``, by its number: its pace for that long, and a question."""
    rate = f"{STEPS[step]:g} breaths a minute"
    pace = pace_at(STEPS[step])
    breaths = max(round(minutes * 60 / float(pace.cycle)), 1)
    welcome = _WELCOME if step == 0 else ()
    first = f"This is {rate}." if step == 0 else f"Now a little slower: {rate}."
    items: list[Item] = [*map(Line, (*welcome, first)), Rest(breaths, breaths)]
    for question in _QUESTION:
        items += [Line(question), Rest(_PATIENCE, _PATIENCE)]
    return Script(rate, (Section(rate, tuple(items)),), pace=pace, holds=False)


def best(ratings: Mapping[float, int]) -> float:
    """Return the pace, in breaths a minute, that was rated highest: of equal ones the slowest."""
    return min(ratings, key=lambda rate: (-ratings[rate], rate))
