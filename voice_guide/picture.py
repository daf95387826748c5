"""A picture of a plan: the breath as a curve, each line where it is spoken, one row a minute."""

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from voice_guide.errors import PictureError
from voice_guide.plan import Plan
from voice_guide.script import Line
from voice_guide.timeline import Breath, Cue
from voice_guide.units import clock

__all__ = ["DARK", "LIGHT", "Colours", "draw"]

ROW_SECONDS = 60
WIDTH, MARGIN, HEAD = 15.0, 0.45, 0.9  # inches
UNIT = 0.6  # inches from empty to full lungs
GAP = 0.42  # inches between two rows, for the clock
COURSE = 0.9  # inches of the course of the pace
LINE = 0.28  # of a unit, from one line of text to the next
EDGE_SECONDS = 1.5  # of the margin, into which words may reach
LETTERS_A_SECOND = 3.3  # that fit side by side in a row
SMALL, TEXT, TITLE = 7.5, 8.5, 13  # points


@dataclass(frozen=True)
class Colours:
    """What a picture is drawn with; ``faint`` is for what can be overlooked."""

    paper: str
    ink: str
    faint: str
    inhale: str
    exhale: str
    words: str
    bell: str


LIGHT = Colours("#fbfaf7", "#2b3a42", "#8a979c", "#a9d0d3", "#cfe0df", "#2f6470", "#b07a2c")
DARK = Colours("#141c21", "#e4ebec", "#7d8c92", "#3f7f88", "#2a5159", "#a5d6d9", "#e0b060")


def draw(plan: Plan, path: Path, colours: Colours = LIGHT) -> None:
    """Write a picture of the plan as PNG, as high as the session is long.

    Raises:
        PictureError: if matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PictureError from error
    rows = list(_rows(plan))
    course = COURSE + GAP if len(rows) > 1 else 0
    height = HEAD + course + sum(row.inches + GAP for row in rows) + 0.1
    figure = Figure(figsize=(WIDTH, height), dpi=110, facecolor=colours.paper)

    def axes(top: float, inches: float) -> Any:
        width = 1 - 2 * MARGIN / WIDTH
        box = (MARGIN / WIDTH, 1 - (top + inches) / height, width, inches / height)
        made = figure.add_axes(box, facecolor="none")
        made.spines[["top", "left", "right"]].set_visible(False)
        made.spines["bottom"].set_color(colours.faint)
        made.tick_params(colors=colours.faint, labelsize=SMALL)
        return made

    for inches, words, size, colour in (
        (0.36, plan.script.title, TITLE, colours.ink),
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
    figure.savefig(path)


@dataclass(frozen=True)
class _Row:
    """A minute of the session: its first second, and how deep the words reach below the breath."""

    start: int
    depth: float
    cues: tuple[tuple[Cue, str], ...]  # with the words as they are broken into lines
    rests: tuple[tuple[int, int, int], ...]  # those that begin in it

    @property
    def end(self) -> int:
        return self.start + ROW_SECONDS

    @property
    def inches(self) -> float:
        return (1.35 + self.depth) * UNIT


def _rows(plan: Plan) -> Iterator[_Row]:
    rate, cues = plan.sample_rate, [cue for _, cue in plan.cues()]
    starts = [*(cue.start for cue in cues), plan.frames]
    rests = list(_rests(plan))
    for start in range(0, math.ceil(plan.end / rate), ROW_SECONDS):  # none for the silent tail
        minute = range(start * rate, (start + ROW_SECONDS) * rate)
        written = []
        for cue, after in zip(cues, starts[1:], strict=True):
            if cue.start in minute:
                end = min(after / rate, start + ROW_SECONDS + EDGE_SECONDS)
                room = (end - cue.start / rate) * LETTERS_A_SECOND
                text = cue.item.text if isinstance(cue.item, Line) else ""
                lines = textwrap.wrap(text, round(min(max(room, 9), 26)))
                written.append((cue, "\n".join(lines)))
        deepest = max((words.count("\n") + 1 for _, words in written if words), default=0)
        begun = tuple(rest for rest in rests if rest[0] in minute)
        yield _Row(start, 0.25 + LINE * deepest, tuple(written), begun)


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
    axis.set(xlim=(row.start, row.end), ylim=(-row.depth, 1.35), yticks=[])
    ticks = range(row.start, row.end + 1, 10)
    axis.set_xticks(ticks, [clock(tick) for tick in ticks])
    breaths = [breath for breath in plan.breaths if _meets(breath.start, breath.end, plan, row)]
    for breath in breaths:
        for times, heights, colour in _curves(breath, plan.sample_rate, colours):
            axis.fill_between(times, heights, color=colour, linewidth=0)
    _write_sections_and_rests(axis, plan, row, colours)
    for _, cue in plan.cues():
        if isinstance(cue.item, Line) and _meets(cue.start, cue.end, plan, row):
            ends = [cue.start / plan.sample_rate, cue.end / plan.sample_rate]
            axis.plot(ends, [-0.1, -0.1], color=colours.words, linewidth=3, solid_capstyle="butt")
    for cue, words in row.cues:
        at = cue.start / plan.sample_rate
        if words:
            _write(axis, at, -0.2, words, colours.words)
        else:
            axis.plot([at], [0.6], marker="o", color=colours.bell, markersize=6)
            _write(axis, at + 0.5, 0.72, "bell", colours.bell)


def _write_sections_and_rests(axis: Any, plan: Plan, row: _Row, colours: Colours) -> None:
    """Titles above the breath in which a section starts; the length of each rest in its midst."""
    for title, frame in plan.sections:
        at = frame / plan.sample_rate
        if row.start <= at < row.end:
            _write(axis, at, 1.35, title, colours.ink, weight="bold")
    for first, last, breaths in row.rests:
        many = f"rest, {breaths} breath{'s' if breaths > 1 else ''}"
        middle = min((first + last) / 2, (first + row.end * plan.sample_rate) / 2)
        _write(axis, middle / plan.sample_rate, -0.05, many, colours.faint, ha="center")


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
    """How full the lungs are, 0 to 1, against seconds: drawing in and holding, letting go."""
    start, turn = breath.start / rate, (breath.start + breath.inhale + breath.hold_in) / rate
    inhale, exhale = breath.inhale / rate, breath.exhale / rate
    steps = [step / 24 for step in range(25)]
    swell = [(1 - math.cos(math.pi * step)) / 2 for step in steps]
    yield [*(start + inhale * step for step in steps), turn], [*swell, 1.0], colours.inhale
    yield [turn + exhale * step for step in steps], swell[::-1], colours.exhale


def _meets(start: int, end: int, plan: Plan, row: _Row) -> bool:
    return start < row.end * plan.sample_rate and end > row.start * plan.sample_rate


def _write(axis: Any, x: float, y: float, words: str, colour: str, **options: str) -> None:
    axis.text(x, y, words, color=colour, fontsize=TEXT, va="top", linespacing=1.25, **options)
