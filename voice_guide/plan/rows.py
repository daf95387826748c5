"""What stands in each row of a picture: a minute's breaths, and its words, none over others."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from voice_guide.lettering import Label, Measure, Room
from voice_guide.plan.breath import Breath, Cue
from voice_guide.plan.colours import Colours
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line
from voice_guide.units import counted

__all__ = ["MARGIN", "UNIT", "WIDTH", "Row", "rows"]

ROW_SECONDS = 60  # of the session
WIDTH, MARGIN = 15.0, 0.45  # inches
UNIT = 0.6  # inches from empty to full lungs
LINE = 0.28  # of a unit, from one line of text to the next
BELOW, ABOVE = -0.2, 1.35  # units from empty lungs to words, and to the titles of sections
EDGE_SECONDS = 1.5  # of the margin, into which words may reach
LEAST_SECONDS, MOST_SECONDS = 2.7, 8.0  # of a row, into which words are broken
SECONDS_AN_INCH = ROW_SECONDS / (WIDTH - 2 * MARGIN)

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A minute of the session: its first second, what is in it, and how far its words reach."""

    start: int
    breaths: list[Breath]
    said: list[Cue]
    labels: list[Label]
    bells: list[float]  # seconds
    top: float  # units
    bottom: float

    @property
    def end(self) -> int:
        return self.start + ROW_SECONDS

    @property
    def inches(self) -> float:
        return (self.top - self.bottom) * UNIT


def rows(plan: Plan, measure: Measure, colours: Colours) -> Iterator[Row]:
    rate, cues = plan.sample_rate, [cue for _, cue in plan.cues()]
    minute = ROW_SECONDS * rate
    ends = [*(cue.start / rate for cue in cues), plan.frames / rate][1:]
    breaths = _by_minute(minute, ((breath, breath.start, breath.end) for breath in plan.breaths))
    lines = ((cue, cue.start, cue.end) for cue in cues if isinstance(cue.item, Line))
    said = _by_minute(minute, lines)
    begun = _by_minute(
        minute, ((both, both[0].start, both[0].start + 1) for both in zip(cues, ends, strict=True))
    )
    titles = _by_minute(minute, ((each, each[1], each[1] + 1) for each in plan.sections))
    rests = _by_minute(minute, ((rest, rest[0], rest[0] + 1) for rest in _rests(plan)))
    for number in range(math.ceil(plan.end / minute)):  # none for the silent tail
        start = number * ROW_SECONDS
        room = Room(start - EDGE_SECONDS / 2, start + ROW_SECONDS + EDGE_SECONDS, LINE)
        writer = _Writer(room, measure)
        bells = []
        for cue, end in begun[number]:
            at = cue.start / rate
            if isinstance(cue.item, Line):
                seconds = min(end, room.right) - at - room.gap
                seconds = min(max(seconds, LEAST_SECONDS), MOST_SECONDS)
                writer.write(at, BELOW, cue.item.text, colours.words, seconds)
            else:
                bells.append(at)
                writer.write(at + 0.5, 0.72, "bell", colours.bell)
        for title, frame in titles[number]:
            writer.write_above(frame / rate, ABOVE, title, colours.ink)
        for first, last, many in rests[number]:
            middle = min((first + last) / 2, (first + (number + 1) * minute) / 2) / rate
            words = f"rest, {counted(many, 'breath')}"
            writer.write(middle - writer.seconds(words) / 2, -0.05, words, colours.faint)
        top, bottom = max(room.top, ABOVE), min(room.bottom, 0.0) - 0.25
        yield Row(
            start=start,
            breaths=breaths[number],
            said=said[number],
            labels=writer.labels,
            bells=bells,
            top=top,
            bottom=bottom,
        )


def _by_minute(minute: int, spans: Iterable[tuple[_T, int, int]]) -> defaultdict[int, list[_T]]:
    """Return what each minute has a part of, of things from one frame to another."""
    found: defaultdict[int, list[_T]] = defaultdict(list)
    for each, start, end in spans:
        for number in range(start // minute, math.ceil(end / minute)):
            found[number].append(each)
    return found


class _Writer:
    """Puts labels into the room of a row."""

    def __init__(self, room: Room, measure: Measure) -> None:
        self.labels: list[Label] = []
        self._room, self._measure = room, measure

    def write(self, x: float, y: float, words: str, colour: str, seconds: float = 0.0) -> None:
        """Write words broken into lines of so many seconds, or in one line."""
        if seconds:
            words = self._measure.wrapped(words, seconds / SECONDS_AN_INCH)
        x, y = self._room.put(x, y, self.seconds(words), words.count("\n") + 1)
        self.labels.append(Label(x, y, words, colour))

    def write_above(self, x: float, y: float, words: str, colour: str) -> None:
        """Write a title, above others that it meets."""
        width = (self._room.right - self._room.left) / SECONDS_AN_INCH
        words = self._measure.wrapped(words, width, "bold")
        lines = words.count("\n") + 1
        y += (lines - 1) * LINE
        x, y = self._room.put(x, y, self.seconds(words, "bold"), lines, upwards=True)
        self.labels.append(Label(x, y, words, colour, "bold"))

    def seconds(self, words: str, weight: str = "normal") -> float:
        return self._measure(words, weight) * SECONDS_AN_INCH


def _rests(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """First frame, last frame and number of the breaths in a row that hold no word."""
    spoken = [(c.start, c.end) for _, c in plan.cues() if isinstance(c.item, Line)]

    def silent(breath: Breath) -> bool:
        return not any(start < breath.end and breath.start < end for start, end in spoken)

    for rest, run in groupby(plan.breaths, silent):
        if rest:
            breaths = list(run)
            yield breaths[0].start, breaths[-1].end, len(breaths)
