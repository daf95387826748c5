"""A picture of a plan: the breath as a curve, each line where it is spoken, one row a minute."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Any

from voice_guide.errors import PictureError, RequestError
from voice_guide.lettering import Label, Measure, Room, lettered
from voice_guide.limits import LONGEST_PICTURE_HOURS
from voice_guide.plan.breath import Breath
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line
from voice_guide.units import clock, counted

__all__ = ["DARK", "LIGHT", "Colours", "draw"]

ROW_SECONDS = 60  # of the session
DPI = 110  # dots an inch: the picture is 1650 wide
WIDTH, MARGIN, HEAD = 15.0, 0.45, 0.9  # inches
EMPTY = 0.05  # units, so that a hold after the exhale can be seen
STEPS = 24  # of the curve of each phase
UNIT = 0.6  # inches from empty to full lungs
GAP = 0.42  # inches between two rows, for the clock
COURSE = 0.9  # inches of the course of the pace
LINE = 0.28  # of a unit, from one line of text to the next
BELOW, ABOVE = -0.2, 1.35  # units from empty lungs to words, and to the titles of sections
EDGE_SECONDS = 1.5  # of the margin, into which words may reach
LEAST_SECONDS, MOST_SECONDS = 2.7, 8.0  # of a row, into which words are broken
SECONDS_AN_INCH = ROW_SECONDS / (WIDTH - 2 * MARGIN)
SMALL, TEXT, TITLE = 7.5, 8.5, 13  # points


@dataclass(frozen=True, kw_only=True)
class Colours:
    """What a picture is drawn with; ``faint`` is for what can be overlooked."""

    paper: str
    ink: str
    faint: str
    inhale: str
    hold: str
    exhale: str
    words: str
    bell: str


LIGHT = Colours(
    paper="#fbfaf7",
    ink="#2b3a42",
    faint="#7f8c91",
    inhale="#a9d0d3",
    hold="#e0d2b4",
    exhale="#cfe0df",
    words="#2f6470",
    bell="#b07a2c",
)
DARK = Colours(
    paper="#141c21",
    ink="#e4ebec",
    faint="#7d8c92",
    inhale="#3f7f88",
    hold="#5f5638",
    exhale="#2a5159",
    words="#a5d6d9",
    bell="#e0b060",
)


def draw(plan: Plan, path: Path, colours: Colours = LIGHT) -> str:
    """Write a picture of the plan as PNG, as high as the session is long.

    Returns:
        The letters that no font of this computer has.

    Raises:
        PictureError: if matplotlib is not installed.
        RequestError: if the session is too long to be drawn.
    """
    if plan.seconds > 3600 * LONGEST_PICTURE_HOURS:
        raise RequestError(
            f"a picture can show up to {LONGEST_PICTURE_HOURS} hours, one minute per row, but this "
            f"session lasts {clock(plan.seconds)}. To see what is said when, leave the picture out."
        )
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PictureError from error
    said = (*plan.script.texts(), plan.script.title, *(title for title, _ in plan.sections))
    with lettered("".join(said)) as (families, missing):
        _draw(plan, families, colours, Figure).savefig(path, format="png")
    return missing


def _draw(plan: Plan, families: list[str], colours: Colours, new_figure: Any) -> Any:
    """Return the figure of a plan."""
    rows = list(_rows(plan, Measure(new_figure(dpi=DPI), families, TEXT), colours))
    course = COURSE + GAP if len(rows) > 1 else 0
    height = HEAD + course + sum(row.inches + GAP for row in rows) + 0.1
    figure = new_figure(figsize=(WIDTH, height), dpi=DPI, facecolor=colours.paper)
    heading = Measure(figure, families, TITLE).shortened(plan.script.title, WIDTH - 2 * MARGIN)

    def axes(top: float, inches: float) -> Any:
        width = 1 - 2 * MARGIN / WIDTH
        box = (MARGIN / WIDTH, 1 - (top + inches) / height, width, inches / height)
        made = figure.add_axes(box, facecolor="none")
        made.spines[["top", "left", "right"]].set_visible(False)
        made.spines["bottom"].set_color(colours.faint)
        made.tick_params(colors=colours.faint, labelsize=SMALL)
        return made

    for inches, words, size, colour in (
        (0.36, heading, TITLE, colours.ink),
        (0.6, plan.summary, TEXT, colours.faint),
    ):
        figure.text(MARGIN / WIDTH, 1 - inches / height, words, fontsize=size, color=colour)
    top = HEAD
    if course:
        _draw_course(axes(top, COURSE), plan, colours)
        top += course
    for row in rows:
        _draw_row(axes(top, row.inches), plan, row, colours)
        top += row.inches + GAP
    return figure


@dataclass(frozen=True)
class _Row:
    """A minute of the session: its first second, its words, and how far they reach, in units."""

    start: int
    labels: tuple[Label, ...]
    bells: tuple[float, ...]  # seconds
    top: float
    bottom: float

    @property
    def end(self) -> int:
        return self.start + ROW_SECONDS

    @property
    def inches(self) -> float:
        return (self.top - self.bottom) * UNIT


def _rows(plan: Plan, measure: Measure, colours: Colours) -> Iterator[_Row]:
    rate, rests = plan.sample_rate, list(_rests(plan))
    cues = [cue for _, cue in plan.cues()]
    ends = [*(cue.start / rate for cue in cues), plan.frames / rate][1:]
    for start in range(0, math.ceil(plan.end / rate), ROW_SECONDS):  # none for the silent tail
        room = Room(start - EDGE_SECONDS / 2, start + ROW_SECONDS + EDGE_SECONDS, LINE)
        minute = range(start * rate, (start + ROW_SECONDS) * rate)
        writer = _Writer(room, measure)
        bells = []
        for cue, end in zip(cues, ends, strict=True):
            at = cue.start / rate
            if cue.start not in minute:
                continue
            if isinstance(cue.item, Line):
                seconds = min(end, room.right) - at - room.gap
                seconds = min(max(seconds, LEAST_SECONDS), MOST_SECONDS)
                writer.write(at, BELOW, cue.item.text, colours.words, seconds)
            else:
                bells.append(at)
                writer.write(at + 0.5, 0.72, "bell", colours.bell)
        for title, frame in plan.sections:
            if frame in minute:
                writer.write_above(frame / rate, ABOVE, title, colours.ink)
        for first, last, breaths in rests:
            if first in minute:
                middle = min((first + last) / 2, (first + minute.stop) / 2) / rate
                many = f"rest, {counted(breaths, 'breath')}"
                writer.write(middle - writer.seconds(many) / 2, -0.05, many, colours.faint)
        top, bottom = max(room.top, ABOVE), min(room.bottom, 0.0) - 0.25
        yield _Row(start, tuple(writer.labels), tuple(bells), top, bottom)


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


def _draw_course(axis: Any, plan: Plan, colours: Colours) -> None:
    """The breaths a minute over the whole session, and where each section starts."""
    rate = plan.sample_rate
    starts = [breath.start / rate / 60 for breath in plan.breaths]
    paces = [60 * rate / breath.frames for breath in plan.breaths]
    low, high = math.floor(min(paces) - 0.5), math.ceil(max(paces) + 0.5)
    axis.fill_between(starts, low, paces, step="post", color=colours.exhale, linewidth=0)
    axis.step(starts, paces, where="post", color=colours.words, linewidth=1.5)
    for _, frame in plan.sections:
        axis.axvline(frame / rate / 60, color=colours.faint, linewidth=0.6, dashes=(2, 3))
    axis.set(xlim=(0, plan.seconds / 60), ylim=(low, high), yticks=[low, high])
    every = max(1, round(plan.seconds / 60 / 12))
    ticks = range(0, int(plan.seconds / 60) + 1, every)
    axis.set_xticks(ticks, [clock(60 * tick) for tick in ticks])
    axis.set_title("breaths a minute", loc="left", fontsize=SMALL, color=colours.faint, pad=3)


def _draw_row(axis: Any, plan: Plan, row: _Row, colours: Colours) -> None:
    from matplotlib.collections import PolyCollection

    axis.set(xlim=(row.start, row.end), ylim=(row.bottom, row.top), yticks=[])
    ticks = range(row.start, row.end + 1, 10)
    axis.set_xticks(ticks, [clock(tick) for tick in ticks])
    shapes: dict[str, list[list[tuple[float, float]]]] = {}
    for breath in plan.breaths:
        if _meets(breath.start, breath.end, plan, row):
            for times, heights, colour in _curves(breath, plan.sample_rate, colours):
                outline = [(times[0], 0.0), *zip(times, heights, strict=True), (times[-1], 0.0)]
                shapes.setdefault(colour, []).append(outline)
    for colour, outlines in shapes.items():  # one for all of a colour is drawn much faster
        axis.add_collection(
            PolyCollection(outlines, facecolors=colour, linewidths=0), autolim=False
        )
    for _, cue in plan.cues():
        if isinstance(cue.item, Line) and _meets(cue.start, cue.end, plan, row):
            ends = [cue.start / plan.sample_rate, cue.end / plan.sample_rate]
            axis.plot(ends, [-0.1, -0.1], color=colours.words, linewidth=3, solid_capstyle="butt")
    for at in row.bells:
        axis.plot([at], [0.6], marker="o", color=colours.bell, markersize=6)
    for label in row.labels:
        axis.text(
            label.x,
            label.y,
            label.words,
            color=label.colour,
            fontsize=TEXT,
            va="top",
            weight=label.weight,
            linespacing=1.25,
        )


def _rests(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """First frame, last frame and number of the breaths in a row that hold no word."""
    spoken = [(c.start, c.end) for _, c in plan.cues() if isinstance(c.item, Line)]

    def silent(breath: Breath) -> bool:
        return not any(start < breath.end and breath.start < end for start, end in spoken)

    for rest, run in groupby(plan.breaths, silent):
        if rest:
            breaths = list(run)
            yield breaths[0].start, breaths[-1].end, len(breaths)


def _curves(
    breath: Breath, rate: int, colours: Colours
) -> Iterator[tuple[list[float], list[float], str]]:
    """How full the lungs are, 0 to 1 with rounded turns, against seconds, phase by phase."""
    turns = pairwise(accumulate(breath.phases, initial=0))
    phases = (colours.inhale, colours.hold, colours.exhale, colours.hold)
    for (first, last), colour in zip(turns, phases, strict=True):
        frames = [first + (last - first) * step / STEPS for step in range(STEPS + 1)]
        heights = [(1 - math.cos(math.pi * breath.fullness(at))) / 2 for at in frames]
        yield (
            [(breath.start + at) / rate for at in frames],
            [max(height, EMPTY) for height in heights],
            colour,
        )


def _meets(start: int, end: int, plan: Plan, row: _Row) -> bool:
    return start < row.end * plan.sample_rate and end > row.start * plan.sample_rate
