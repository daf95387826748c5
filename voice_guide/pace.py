"""The pace of breathing: seconds of inhale, hold, exhale, hold."""

import difflib
import re
from dataclasses import dataclass
from fractions import Fraction

from voice_guide.errors import PaceError

__all__ = ["PRESETS", "Pace"]

PRESETS = {
    "slow-exhale": "4-6",
    "long-exhale": "3-7",
    "coherent": "5.5-5.5",
    "box": "4-4-4-4",
    "4-7-8": "4-7-8",
}

SHORTEST_PHASE = 1  # seconds
LONGEST_PHASE = 30  # seconds

_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
_LOOKS_LIKE = (
    "a pace is the seconds of inhale and exhale, such as 4-6, with holds 4-7-8 "
    "(inhale, hold, exhale) or 4-4-4-4 (a hold after each), or a name: "
    f"{', '.join(PRESETS)}. Inhale and exhale take {SHORTEST_PHASE} to {LONGEST_PHASE} s, "
    f"holds 0 to {LONGEST_PHASE} s"
)


@dataclass(frozen=True)
class Pace:
    """One breath in seconds, exact, so that positions never drift.

    Raises:
        PaceError: if a phase is outside its range.
    """

    inhale: Fraction
    hold_in: Fraction
    exhale: Fraction
    hold_out: Fraction

    def __post_init__(self) -> None:
        for phase in (self.inhale, self.exhale):
            if not SHORTEST_PHASE <= phase <= LONGEST_PHASE:
                raise PaceError(f"{self} is out of range: {_LOOKS_LIKE}.")
        for hold in (self.hold_in, self.hold_out):
            if not 0 <= hold <= LONGEST_PHASE:
                raise PaceError(f"{self} is out of range: {_LOOKS_LIKE}.")

    @classmethod
    def parse(cls, text: str) -> "Pace":
        """Read ``4-6``, ``4-7-8``, ``4-4-4-4``, ``5.5-5.5`` or the name of a preset.

        Raises:
            PaceError: if the text is no pace, or one out of range.
        """
        written = PRESETS.get(text.strip().lower(), text.strip())
        parts = written.split("-")
        if not 2 <= len(parts) <= 4 or not all(map(_NUMBER.fullmatch, parts)):
            near = difflib.get_close_matches(text.strip().lower(), PRESETS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise PaceError(f"{text!r} is not a pace: {_LOOKS_LIKE}.{hint}")
        seconds = [Fraction(part) for part in parts]
        if len(seconds) == 2:
            inhale, exhale = seconds
            return cls(inhale, Fraction(0), exhale, Fraction(0))
        return cls(*seconds, *[Fraction(0)] * (4 - len(seconds)))

    @property
    def cycle(self) -> Fraction:
        """Seconds of one whole breath."""
        return sum(self.phases, Fraction(0))

    @property
    def phases(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """Seconds of inhale, hold, exhale, hold."""
        return self.inhale, self.hold_in, self.exhale, self.hold_out

    @property
    def has_holds(self) -> bool:
        return bool(self.hold_in or self.hold_out)

    def without_holds(self) -> "Pace":
        return Pace(self.inhale, Fraction(0), self.exhale, Fraction(0))

    def towards(self, other: "Pace", share: Fraction) -> "Pace":
        """Return a pace in between, ``share`` of the way to another, in whole milliseconds."""
        between = (a + (b - a) * share for a, b in zip(self.phases, other.phases, strict=True))
        return Pace(*(Fraction(round(phase * 1000), 1000) for phase in between))

    def __str__(self) -> str:
        phases = [self.inhale, self.hold_in, self.exhale, self.hold_out]
        if not self.has_holds:
            phases = [self.inhale, self.exhale]
        elif not self.hold_out:
            phases.pop()
        return "-".join(f"{float(phase):g}" for phase in phases)
