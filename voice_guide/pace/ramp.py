"""How the pace moves through a session: ramps, and the variation of living breath."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from voice_guide.errors import PaceError
from voice_guide.limits import LONGEST_RAMP_MINUTES
from voice_guide.pace.pace import USUAL, Pace
from voice_guide.units import clock, hyphenated

__all__ = ["NO_RAMP", "STEADY", "Ramp", "Variation"]

VARIED_TOGETHER = 8
"""Breaths whose mean is the pace."""

_SECONDS = {"s": 1, "m": 60}
_TIME = r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([sm])"
_LOOKS_LIKE = (
    "a ramp is a pace to start at and the time it takes to glide to the session's own, "
    f"such as 3-4:5m, 4-5:90s or 3-3:2.5m, up to {LONGEST_RAMP_MINUTES}m; or none"
)


@dataclass(frozen=True)
class Ramp:
    """A pace to start at, and the time it takes to glide to another.

    Attributes
    ----------
    start : Pace
        Of the first breath.
    seconds : Fraction
        Of the glide, up to two hours; 0 for none.
    """

    start: Pace
    seconds: Fraction

    @property
    def paces(self) -> tuple[Pace, ...]:
        """The paces that are breathed on its way: its start, or none where it takes no time."""
        return (self.start,) if self.seconds else ()

    @classmethod
    def parse(cls, text: str, pace_of: Callable[[str], Pace] = Pace.parse) -> "Ramp":
        """Read ``3-4:5m``, ``4-5:90s`` or ``none``.

        Parameters
        ----------
        text
            A pace, a colon and a time in minutes (m) or seconds (s).
        pace_of
            Reads the pace.

        Raises
        ------
        PaceError
            If the text isn't a ramp, or is out of range.
        """
        written = hyphenated(text.strip().lower())
        if written == "none":
            return NO_RAMP
        pace, colon, time = written.rpartition(":")
        match = re.fullmatch(_TIME, time.strip().replace(",", "."))
        if not colon or not match:
            raise PaceError(f"{text!r} is not a ramp: {_LOOKS_LIKE}.")
        seconds = Fraction(match[1]) * _SECONDS[match[2]]
        if not 0 < seconds <= LONGEST_RAMP_MINUTES * 60:
            raise PaceError(f"{text!r} is out of range: {_LOOKS_LIKE}.")
        return cls(pace_of(pace), seconds)

    def toward(self, target: Pace, elapsed: Fraction) -> Pace:
        """Return the pace of a breath that begins ``elapsed`` seconds into the ramp.

        The breaths a minute change evenly with time, from the first breath, which has the pace
        of the start, to the first one after the ramp, which has the target's. Every phase goes
        the same part of its way. Phases are whole milliseconds, as a pace can be written.
        """
        if elapsed >= self.seconds:
            return target
        # With the rate 1 / cycle on a straight line, the cycle has come this part of its way:
        share = elapsed / self.seconds
        before, after = self.start.cycle, target.cycle
        return self.start.towards(target, before * share / (after + (before - after) * share))

    def to(self, target: Pace) -> str:
        """Say where the breath goes, for people: ``from 3-4 to 4-6 in 5:00``."""
        if not self.seconds:
            return f"at {target}"
        return f"from {self.start} to {target} in {clock(float(self.seconds))}"

    def __str__(self) -> str:
        if not self.seconds:
            return "none"
        minutes = self.seconds / 60
        whole = minutes.denominator == 1
        return f"{self.start}:{minutes}m" if whole else f"{self.start}:{float(self.seconds):g}s"


NO_RAMP = Ramp(USUAL, Fraction(0))
"""The target at once; its own start is never breathed."""


class Variation(NamedTuple):
    """How single breaths are longer or shorter than the pace, as living breath is.

    Args:
        percent: the most that a breath differs; 0 for none.
        seed: chooses the order.
    """

    percent: float = 0.0
    seed: int = 0

    def factor(self, number: int) -> Fraction:
        """Return the length of a breath, as a part of its pace.

        Of every eight breaths in a row, counted from the first, each has another length, from
        the shortest to the longest in equal steps and in an order of chance: together they last
        eight times the pace exactly, so that nothing drifts.
        """
        if not self.percent:
            return Fraction(1)
        import random

        group, place = divmod(number, VARIED_TOGETHER)
        chance = random.Random(f"{self.seed} {group}")  # noqa: S311 - the same on every machine
        order = sorted(range(VARIED_TOGETHER), key=lambda _: chance.random())
        most = Fraction(round(self.percent * 100), 10_000)
        return 1 + most * Fraction(2 * order[place] - VARIED_TOGETHER + 1, VARIED_TOGETHER - 1)


STEADY = Variation()
