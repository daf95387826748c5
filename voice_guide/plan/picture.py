"""A picture of a plan: the breath as a curve, each line where it is spoken, one row a minute."""

import math
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from voice_guide.errors import PictureError, RequestError
from voice_guide.lettering import Measure, lettered
from voice_guide.limits import LONGEST_PICTURE_HOURS
from voice_guide.plan.breath import Breath
from voice_guide.plan.colours import DARK, LIGHT, Colours
from voice_guide.plan.plan import Plan
from voice_guide.plan.rows import MARGIN, UNIT, WIDTH, Row, rows
from voice_guide.units import clock

__all__ = ["DARK", "LIGHT", "Colours", "draw"]

DPI = 110  # dots an inch: the picture is 1650 wide
HEAD = 0.9  # inches of the title
EMPTY = 0.05  # units, so that a hold after the exhale can be seen
STEPS = 24  # of the curve of each phase
FILLING = [max((1 - math.cos(math.pi * n / STEPS)) / 2, EMPTY) for n in range(STEPS + 1)]
TICK_SECONDS = 10
TICK, THIN = 3.5, 0.8  # points: how long a tick of the clock is, and how wide a thin line
GAP = 0.42  # inches between two rows, for the clock
COURSE = 0.9  # inches of the course of the pace
SMALL, TEXT, TITLE = 7.5, 8.5, 13  # points


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
    minutes = list(rows(plan, Measure(new_figure(dpi=DPI), families, TEXT), colours))
    course = COURSE + GAP if len(minutes) > 1 else 0
    height = HEAD + course + sum(row.inches + GAP for row in minutes) + 0.1
    figure = new_figure(figsize=(WIDTH, height), dpi=DPI, facecolor=colours.paper)
    heading = Measure(figure, families, TITLE).shortened(plan.script.title, WIDTH - 2 * MARGIN)
    for inches, words, size, colour in (
        (0.36, heading, TITLE, colours.ink),
        (0.6, plan.summary, TEXT, colours.faint),
    ):
        figure.text(MARGIN / WIDTH, 1 - inches / height, words, fontsize=size, color=colour)

    def box(top: float, inches: float) -> tuple[float, float, float, float]:
        width = 1 - 2 * MARGIN / WIDTH
        return MARGIN / WIDTH, 1 - (top + inches) / height, width, inches / height

    top = HEAD
    if course:
        _draw_course(figure.add_axes(box(top, COURSE), facecolor="none"), plan, colours)
        top += course
    sheet = figure.add_axes((0, 0, 1, 1))  # one for all rows is drawn much faster
    sheet.set(xticks=[], yticks=[])
    sheet.set_axis_off()
    for row in minutes:
        _draw_row(sheet, plan, row, box(top, row.inches), colours)
        top += row.inches + GAP
    return figure


def _draw_course(axis: Any, plan: Plan, colours: Colours) -> None:
    """The breaths a minute over the whole session, and where each section starts."""
    rate = plan.sample_rate
    axis.spines[["top", "left", "right"]].set_visible(False)
    axis.spines["bottom"].set_color(colours.faint)
    axis.tick_params(colors=colours.faint, labelsize=SMALL)
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


def _draw_row(
    sheet: Any, plan: Plan, row: Row, box: tuple[float, float, float, float], colours: Colours
) -> None:
    """Draw a row into a box of the sheet: its left edge, its lower one, width and height, of 1."""
    from matplotlib.collections import PolyCollection
    from matplotlib.lines import Line2D
    from matplotlib.markers import TICKDOWN
    from matplotlib.transforms import Bbox, BboxTransformFrom, BboxTransformTo, TransformedBbox

    inside = TransformedBbox(Bbox.from_bounds(*box), sheet.figure.transFigure)
    units = Bbox.from_extents(row.start, row.bottom, row.end, row.top)
    placed = BboxTransformFrom(units) + BboxTransformTo(inside)

    def add(artist: Any, clipped: bool = True) -> None:
        sheet.add_artist(artist)
        artist.set_clip_box(inside if clipped else None)

    def line(*points: tuple[float, float], colour: str, **how: Any) -> Line2D:
        return Line2D(*zip(*points, strict=True), color=colour, transform=placed, **how)

    def write(x: float, y: float, words: str, colour: str, **how: Any) -> None:
        sheet.text(x, y, words, color=colour, va="top", transform=placed, **how)

    shapes: dict[str, list[list[tuple[float, float]]]] = {}
    for breath in row.breaths:
        for colour, outline in _outlines(breath, plan.sample_rate, colours):
            shapes.setdefault(colour, []).append(outline)
    for colour, outlines in shapes.items():  # one for all of a colour, too
        add(PolyCollection(outlines, facecolors=colour, linewidths=0, transform=placed))
    for cue in row.said:
        ends = ((at / plan.sample_rate, -0.1) for at in (cue.start, cue.end))
        add(line(*ends, colour=colours.words, linewidth=3, solid_capstyle="butt"))
    for at in row.bells:
        add(line((at, 0.6), colour=colours.bell, marker="o", markersize=6))
    for label in row.labels:
        how: Any = {"fontsize": TEXT, "weight": label.weight, "linespacing": 1.25}
        write(label.x, label.y, label.words, label.colour, **how)
    feet = [(at, row.bottom) for at in range(row.start, row.end + 1, TICK_SECONDS)]
    how = {"marker": TICKDOWN, "markersize": TICK, "markeredgewidth": THIN, "linestyle": "none"}
    add(line(*feet, colour=colours.faint, **how), clipped=False)
    how = {"linewidth": THIN, "solid_capstyle": "projecting"}
    add(line(feet[0], feet[-1], colour=colours.faint, **how), clipped=False)
    for at, y in feet:
        below = y - 2 * TICK / 72 / UNIT
        write(at, below, clock(at), colours.faint, fontsize=SMALL, ha="center")


def _outlines(
    breath: Breath, rate: int, colours: Colours
) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """How full the lungs are, 0 to 1 with rounded turns, against seconds, phase by phase."""
    turns = pairwise(accumulate(breath.phases, initial=breath.start))
    phases = (
        (colours.inhale, FILLING),
        (colours.hold, [1.0, 1.0]),
        (colours.exhale, FILLING[::-1]),
        (colours.hold, [EMPTY, EMPTY]),
    )
    for (first, last), (colour, heights) in zip(turns, phases, strict=True):
        if first < last:
            step = (last - first) / (len(heights) - 1)
            curve = [((first + step * n) / rate, height) for n, height in enumerate(heights)]
            yield colour, [(first / rate, 0.0), *curve, (last / rate, 0.0)]
