"""What a writer wrote: a script as sections of lines, rests, bells and other practices.

``stretch`` gives the rests that have a range more breaths.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass, field, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from voice_guide.errors import PaceError, Problem, RequestError
from voice_guide.pace.pace import USUAL, Pace
from voice_guide.pace.ramp import NO_RAMP, Ramp
from voice_guide.scripting.words import Words

if TYPE_CHECKING:
    from voice_guide.bundle.contents import Bundle

__all__ = [
    "BELL_SECONDS",
    "LEAST_COUNTED",
    "MORE_NUMBERS",
    "Anchor",
    "Bell",
    "Count",
    "Include",
    "Item",
    "Line",
    "Place",
    "RampTo",
    "Rest",
    "Script",
    "Section",
    "Speaker",
    "TimedRest",
    "Written",
    "count_rests",
    "for_sleep",
    "stretch",
    "without_bells",
]


DRIFT_BREATHS = 12
"""What follows the last words of a session for falling asleep."""

LEAST_COUNTED = 3
"""Breaths of a rest that is counted: one before the counting, and one after it."""

MORE_NUMBERS = 3
"""Words for counting beyond the longest phase."""

Anchor = Literal["in", "out", "hold"]


class Place(NamedTuple):
    """Where something stands in a file; line and column count from 1."""

    path: str
    line: int
    column: int = 1
    source: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def problem(self, message: str) -> Problem:
        return Problem(self.path, self.line, self.column, message, self.source)


@dataclass(frozen=True)
class Line:
    """One utterance of the voice. Without an anchor it starts with an exhale.

    The session can do without one that is ``optional``; one that is not ``said`` keeps its time.
    What is ``inner`` is said inside: softer, and by a voice of its own if the script names one.
    ``voice`` is who it is given to; empty: whoever speaks the rest. ``words`` are those of its
    script's lists that it has. Of one that is ``vetted``, its writer wants no hints.
    """

    text: str
    anchor: Anchor | None = None
    _: KW_ONLY
    optional: bool = False
    said: bool = True
    place: Place | None = field(default=None, compare=False)
    inner: bool = False
    voice: str = ""
    words: Words = ()
    vetted: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Rest:
    """Whole breaths without the voice: ``low`` as written, up to ``high`` when stretched.

    Of one that is ``counted``, the voice counts the second breath.
    """

    low: int
    high: int
    counted: bool = False
    place: Place | None = field(default=None, compare=False)

    @property
    def is_counted(self) -> bool:
        """Whether it is also long enough as it stands."""
        return self.counted and self.low >= LEAST_COUNTED


@dataclass(frozen=True)
class Count:
    """Whole breaths through which the voice counts the seconds."""

    breaths: int
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TimedRest:
    """Measured seconds without the voice."""

    seconds: float
    place: Place | None = field(default=None, compare=False)


BELL_SECONDS = 8
"""How long a bell rings; the voice waits for the first half of it."""


@dataclass(frozen=True)
class Bell:
    """One soft bell."""


class RampTo(NamedTuple):
    """Another pace from here on, reached within ``seconds``."""

    pace: Pace
    seconds: Fraction


@dataclass(frozen=True)
class Include:
    """Another practice, to be put here."""

    name: str
    place: Place = field(compare=False)
    voice: str = ""  # of what has none of its own


class Speaker(NamedTuple):
    """The voice of all that follows in its script, up to the next of these."""

    voice: str


Item = Line | Rest | Count | TimedRest | Bell | RampTo | Include


class Section(NamedTuple):
    """A titled part of a script: a chapter in an export."""

    title: str
    items: tuple[Item, ...]


class Written(NamedTuple):
    """The text of a script.

    Attributes:
        name: by which others include it.
        text: as it was read.
        ours: whether it comes with Voice Guide.
        path: of its file; None if it has none on this computer, as in a bundle.
    """

    name: str
    text: str
    ours: bool
    path: Path | None = None


@dataclass(frozen=True)
class Script:
    """A practice or a session, as written."""

    title: str
    sections: tuple[Section, ...]
    _: KW_ONLY
    about: str = ""
    language: str = "en"
    pace: Pace = USUAL
    ramp: Ramp = NO_RAMP
    holds: bool = True
    voice: str = ""  # the one that it wishes; empty: the listener's
    inner: str = ""  # the voice of what is said inside; empty: that of the rest
    words: Words = ()  # how some are said in its lines, and in those of what it includes
    artist: str = ""  # who made it, as a file of it says; empty: whoever speaks
    album: str = ""  # what it belongs to; empty: it stands alone
    cover: str = ""  # a picture beside it, by its path; empty: one is drawn
    notes: tuple[Problem, ...] = field(default=(), compare=False)  # what was read in another form
    files: tuple[Written, ...] = field(default=(), compare=False, repr=False)  # its own, others'
    bundle: "Bundle | None" = field(default=None, compare=False, repr=False)  # that it is from

    def items(self) -> Iterator[Item]:
        for section in self.sections:
            yield from section.items

    def lines(self) -> Iterator[Line]:
        return (item for item in self.items() if isinstance(item, Line))

    def texts(self) -> list[str]:
        """What its lines say, each once, in order."""
        return list(dict.fromkeys(line.text for line in self.lines()))

    def numbers(self, *paces: Pace) -> list[Line]:
        """The words that count, as far as a phase lasts, and some more for a listener's change."""

        def counts(item: Item) -> bool:
            return isinstance(item, Count) or (isinstance(item, Rest) and item.counted)

        if not any(map(counts, self.items())):
            return []
        every = (*paces, *self._ramped())
        longest = math.ceil(max(phase for pace in every for phase in pace.phases))
        return [Line(str(number + 1)) for number in range(longest + MORE_NUMBERS)]

    def with_items(self, change: Callable[[tuple[Item, ...]], Iterable[Item]]) -> "Script":
        """Return the script with other items in each section; one that is left empty goes."""
        sections = (s._replace(items=tuple(change(s.items))) for s in self.sections)
        return replace(self, sections=tuple(section for section in sections if section.items))

    def starts(self) -> list[int]:
        """The number of each section's first item, of all items."""
        lengths = (len(section.items) for section in self.sections)
        return list(accumulate(lengths, initial=0))[:-1]

    def check_pace(self, pace: Pace, ramp: Ramp = NO_RAMP) -> None:
        """Refuse holds where the script forbids them, at either end of a ramp too.

        Raises:
            PaceError: naming the nearest pace that is allowed.
        """
        for asked in (pace, *ramp.paces, *self._ramped()):
            if asked.has_holds and not self.holds:
                raise PaceError(
                    f"{self.title!r} never holds the breath (holds: no), so it can't have the pace "
                    f"{asked}; the nearest pace without holds is {asked.without_holds()}."
                )

    def _ramped(self) -> Iterator[Pace]:
        """The paces to which it glides on its way."""
        return (item.pace for item in self.items() if isinstance(item, RampTo))


def for_sleep(script: Script) -> Script:
    """Return the script without its closing bells, and with quiet breaths to drift off on."""
    *before, last = script.sections
    items = list(last.items)
    while items and not isinstance(items[-1], Line):
        items.pop()
    closing = [Section(last.title, tuple(items))] if items else []
    quiet = Section("Drifting off", (Rest(DRIFT_BREATHS, DRIFT_BREATHS),))
    return replace(script, sections=(*before, *closing, quiet))


def count_rests(script: Script) -> Script:
    """Return the script with its rests counted, but for those after the last line."""
    left = sum(1 for _ in script.lines())

    def counted(item: Item) -> Item:
        nonlocal left
        left -= isinstance(item, Line)
        return replace(item, counted=True) if isinstance(item, Rest) and left else item

    return script.with_items(lambda items: map(counted, items))


def without_bells(script: Script) -> Script:
    """Return the script with all that it says and rests, and no bell.

    Raises:
        RequestError: if nothing is left.
    """
    quiet = script.with_items(lambda items: (i for i in items if not isinstance(i, Bell)))
    if not quiet.sections:
        raise RequestError(f"{script.title!r} has nothing but bells, and --night leaves them out.")
    return quiet


def stretch(script: Script, breaths: int) -> Script:
    """Return the script with ``breaths`` more of rest, shared among the ranges.

    Each range gets its part in proportion to its width, by largest remainder;
    ``breaths`` lies between 0 and the sum of all widths.
    """
    widths = [item.high - item.low for item in script.items() if isinstance(item, Rest)]
    total = sum(widths)
    if not 0 <= breaths <= total:
        raise ValueError(f"{breaths} more breaths asked for, 0 to {total} allowed")
    if not total:
        return script
    shares = [breaths * width // total for width in widths]
    by_remainder = sorted(range(len(widths)), key=lambda i: -(breaths * widths[i] % total))
    for i in by_remainder[: breaths - sum(shares)]:
        shares[i] += 1
    share = iter(shares)

    def settled(item: Item) -> Item:
        if not isinstance(item, Rest):
            return item
        length = item.low + next(share)
        return replace(item, low=length, high=length)

    return script.with_items(lambda items: map(settled, items))
