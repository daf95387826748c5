"""A pace measured from a person: how it is rounded, and described."""

from dataclasses import dataclass
from fractions import Fraction

from voice_guide.errors import MeasureError
from voice_guide.limits import LONGEST_PHASE_SECONDS, SHORTEST_PHASE_SECONDS
from voice_guide.pace.pace import Pace
from voice_guide.units import counted

__all__ = ["Measured"]

_STEP = Fraction(1, 20)
"""Seconds to which a pace is rounded: at 20 breaths a minute a breath is off by 0.8 % at most."""


@dataclass(frozen=True)
class Measured:
    """Somebody's breath.

    Attributes:
        cycle: seconds of one breath, on average.
        spread: standard deviation of single breaths around it, in seconds.
        breaths: how many were measured.
        inhale: seconds of the inhale, on average; None where it couldn't be made out.
    """

    cycle: float
    spread: float
    breaths: int
    inhale: float | None = None

    @property
    def per_minute(self) -> float:
        return 60 / self.cycle

    def pace(self, like: Pace) -> Pace:
        """The pace to start from; where the turn is not known, it is where ``like`` has it.

        Raises:
            MeasureError: if nobody can be led at this pace.
        """
        cycle = _rounded(self.cycle)
        share = float(like.inhale / (like.inhale + like.exhale))
        inhale = _rounded(share * self.cycle if self.inhale is None else self.inhale)
        if not all(
            SHORTEST_PHASE_SECONDS <= phase <= LONGEST_PHASE_SECONDS
            for phase in (inhale, cycle - inhale)
        ):
            raise MeasureError(
                f"{counted(f'{self.per_minute:.3g}', 'breath')} a minute, inhaling for "
                f"{float(inhale):g} s, is outside the range of a pace, which is "
                f"{SHORTEST_PHASE_SECONDS} to {LONGEST_PHASE_SECONDS} s in and the same out. "
                "If that is not how you breathe, measure again."
            )
        return Pace(inhale, Fraction(0), cycle - inhale, Fraction(0))


def _rounded(seconds: float) -> Fraction:
    return round(Fraction(seconds) / _STEP) * _STEP
