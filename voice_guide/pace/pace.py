"""The pace of breathing: seconds of inhale, hold, exhale, hold."""

import contextlib
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from fractions import Fraction

from voice_guide.errors import PaceError, did_you_mean, nearest
from voice_guide.limits import LONGEST_PHASE_SECONDS, SHORTEST_PHASE_SECONDS
from voice_guide.units import hyphenated

__all__ = ["PRESETS", "USUAL", "Pace"]

PRESETS = {
    "slow-exhale": "4-6",
    "long-exhale": "3-7",
    "coherent": "5.5-5.5",
    "box": "4-4-4-4",
    "4-7-8": "4-7-8",
    "sigh": "2+1-6",
}

_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_UNIT = r"(?i)(?<=[0-9])\s*s(ec(ond)?s?)?\b"
_BETWEEN = r"[^\w.+]+"
_LOOKS_LIKE = (
    "a pace is the seconds of inhale and exhale, such as 4-6; with holds, 4-7-8 "
    "(inhale, hold, exhale) or 4-4-4-4 (a hold after each); with a second inhale on top of the "
    "first, 2+1-6; or a name: "
    f"{', '.join(PRESETS)}. Inhale and exhale last {SHORTEST_PHASE_SECONDS} to "
    f"{LONGEST_PHASE_SECONDS} s, holds 0 to {LONGEST_PHASE_SECONDS} s"
)


@dataclass(frozen=True)
class Pace:
    """One breath in seconds, exact, so that positions never drift.

    Attributes
    ----------
    inhale : Fraction
        1 to 30 seconds.
    hold_in : Fraction
        0 to 30 seconds after the inhale.
    exhale : Fraction
        1 to 30 seconds.
    hold_out : Fraction
        0 to 30 seconds after the exhale.
    top_up : Fraction
        The seconds at the end of the inhale that are a second one, as in a sigh; 0 for none.

    Raises
    ------
    PaceError
        If a phase is outside its range.
    """

    inhale: Fraction
    hold_in: Fraction
    exhale: Fraction
    hold_out: Fraction
    top_up: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        ways, holds = (self.inhale, self.exhale), (self.hold_in, self.hold_out)
        if not (
            all(SHORTEST_PHASE_SECONDS <= way <= LONGEST_PHASE_SECONDS for way in ways)
            and all(0 <= hold <= LONGEST_PHASE_SECONDS for hold in holds)
            and 0 <= self.top_up <= self.inhale - SHORTEST_PHASE_SECONDS
        ):
            raise PaceError(f"{self} is out of range: {_LOOKS_LIKE}.")

    @classmethod
    def parse(cls, text: str, also: Iterable[str] = ()) -> "Pace":
        """Read ``4-6``, ``4-7-8``, ``4-4-4-4``, ``5.5-5.5`` or the name of a preset.

        Any dash is taken, with spaces around it, and a decimal comma.

        Parameters
        ----------
        text
            Seconds, or a name.
        also
            More names that may be meant by one that is wrong.

        Raises
        ------
        PaceError
            If the text isn't a pace, or is out of range.
        """
        plain = hyphenated(text.strip())
        written = PRESETS.get(plain.lower(), _DECIMAL_COMMA.sub(".", plain))
        inhale, *others = written.split("-")
        inhales = inhale.split("+")
        known = all(map(_NUMBER.fullmatch, (*inhales, *others)))
        if not known or len(inhales) > 2 or not 1 <= len(others) <= 3:
            message = f"{text!r} is not a pace: {_LOOKS_LIKE}."
            raise PaceError(did_you_mean(message, _meant(text, also)))
        top_up = Fraction(inhales[1]) if len(inhales) == 2 else Fraction(0)
        if len(inhales) == 2 and not top_up:
            raise PaceError(f"{text} is out of range: {_LOOKS_LIKE}.")
        after = [Fraction(part) for part in others]
        if len(after) == 1:
            after.insert(0, Fraction(0))
        hold_in, exhale, hold_out = (*after, Fraction(0))[:3]
        return cls(Fraction(inhales[0]) + top_up, hold_in, exhale, hold_out, top_up)

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
        """Whether the breath is held at all."""
        return bool(self.hold_in or self.hold_out)

    @property
    def brief(self) -> str:
        """To a tenth of a second, for a glance."""
        return str(Pace(*(Fraction(round(seconds * 10), 10) for seconds in astuple(self))))

    def without_holds(self) -> "Pace":
        return replace(self, hold_in=Fraction(0), hold_out=Fraction(0))

    def towards(self, other: "Pace", share: Fraction) -> "Pace":
        """Return a pace in between, ``share`` of the way to another, in whole milliseconds."""
        both = zip(astuple(self), astuple(other), strict=True)
        return Pace(*(_milliseconds(a + (b - a) * share) for a, b in both))

    def scaled(self, factor: Fraction) -> "Pace":
        """Return the same shape, longer or shorter, in whole milliseconds."""
        return Pace(*(_milliseconds(seconds * factor) for seconds in astuple(self)))

    def longer_exhale(self, seconds: Fraction) -> "Pace":
        return replace(self, exhale=_milliseconds(self.exhale + seconds))

    def __str__(self) -> str:
        phases = list(self.phases)
        if not self.has_holds:
            phases = [self.inhale, self.exhale]
        elif not self.hold_out:
            phases.pop()
        inhale, *others = (f"{float(phase):g}" for phase in phases)
        if self.top_up:
            inhale = f"{float(self.inhale - self.top_up):g}+{float(self.top_up):g}"
        return "-".join([inhale, *others])


def _meant(text: str, also: Iterable[str]) -> list[str]:
    """What was probably meant: the same numbers with a hyphen between them, or a name."""
    bare = re.sub(_UNIT, "", text)
    for numbers in (_DECIMAL_COMMA.sub(".", bare), bare):
        written = re.sub(_BETWEEN, "-", numbers).strip("-")
        if written != text and re.fullmatch(r"[0-9.+]+(-[0-9.+]+){1,3}", written):
            with contextlib.suppress(PaceError):
                return [str(Pace.parse(written))]
    return nearest(text.strip(), [*PRESETS, *also])


def _milliseconds(seconds: Fraction) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)


USUAL = Pace.parse(PRESETS["slow-exhale"])
"""What is breathed where nobody has chosen another."""
