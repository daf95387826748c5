"""Drawing a plan: the breath as a curve over time, each line where it is spoken."""

import math
import textwrap
from pathlib import Path

from voice_guide.errors import VoiceGuideError
from voice_guide.plan import Plan
from voice_guide.script import Line
from voice_guide.timeline import Breath
from voice_guide.units import clock

__all__ = ["draw"]

ROW_SECONDS = 60
LETTERS_A_SECOND = 3.7  # that fit side by side in a row
INK, AIR, WORDS, BELL = "#2b3a42", "#9cc3c9", "#3d6b74", "#c08a3e"


def draw(plan: Plan, path: Path) -> None:
    """Write a picture of the plan, one row a minute; the suffix chooses its format.

    Raises:
        VoiceGuideError: if matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise VoiceGuideError(
            "drawing needs matplotlib: install it with  pip install 'voice-guide[picture]'"
        ) from error
    breathed = plan.breaths[-1].end if plan.breaths else 0  # the silent tail needs no row
    rows = max(1, math.ceil(breathed / plan.sample_rate / ROW_SECONDS))
    figure = Figure(figsize=(15, 0.9 + 1.75 * rows), dpi=110)
    axes = figure.subplots(rows, 1, squeeze=False)[:, 0]
    figure.suptitle(
        f"{plan.script.title}   {plan.summary}",
        color=INK,
        x=0.03,
        ha="left",
    )
    times, heights = _curve(plan)
    for row, axis in enumerate(axes):
        start = row * ROW_SECONDS
        axis.set(xlim=(start, start + ROW_SECONDS), ylim=(-1.75, 1.3), yticks=[])
        ticks = range(start, start + ROW_SECONDS + 1, 10)
        axis.set_xticks(ticks, [clock(tick) for tick in ticks], color=INK, fontsize=8)
        axis.spines[["top", "left", "right"]].set_visible(False)
        axis.fill_between(times, heights, color=AIR, alpha=0.55, linewidth=0)
        _write_cues(axis, plan, start)
    figure.subplots_adjust(left=0.03, right=0.98, top=1 - 0.7 / (0.9 + 1.75 * rows), bottom=0.04)
    figure.savefig(path)


def _curve(plan: Plan) -> tuple[list[float], list[float]]:
    """The fill of the lungs, 0 to 1, against seconds."""
    times: list[float] = []
    heights: list[float] = []

    def add(frame: float, height: float) -> None:
        times.append(frame / plan.sample_rate)
        heights.append(height)

    for breath in plan.breaths:
        turn = breath.start + breath.inhale + breath.hold_in
        for step in range(21):
            add(breath.start + breath.inhale * step / 20, (1 - math.cos(math.pi * step / 20)) / 2)
        for step in range(21):
            add(turn + breath.exhale * step / 20, (1 + math.cos(math.pi * step / 20)) / 2)
    return times, heights


def _write_cues(axis: "object", plan: Plan, row_start: int) -> None:
    seen: set[int] = set()
    cues = list(plan.cues())
    starts = [cue.start for _, cue in cues[1:]] + [plan.frames]
    for (breath, cue), following in zip(cues, starts, strict=True):
        at, end = cue.start / plan.sample_rate, cue.end / plan.sample_rate
        new_section = cue.section not in seen
        seen.add(cue.section)
        if not row_start <= at < row_start + ROW_SECONDS:
            continue
        if new_section:
            title = plan.script.sections[cue.section].title
            _text(axis, _seconds(breath, plan), 1.08, title, INK, weight="bold")
        if isinstance(cue.item, Line):
            axis.plot([at, end], [-0.12, -0.12], color=WORDS, linewidth=3)  # type: ignore[attr-defined]
            room = (following - cue.start) / plan.sample_rate * LETTERS_A_SECOND
            words = "\n".join(textwrap.wrap(cue.item.text, round(min(max(room, 12), 26))))
            _text(axis, at, -0.28, words, WORDS, top=True)
        else:
            axis.plot([at], [0.5], marker="o", color=BELL)  # type: ignore[attr-defined]
            _text(axis, at + 0.5, 0.5, "bell", BELL)


def _seconds(breath: Breath, plan: Plan) -> float:
    return breath.start / plan.sample_rate


def _text(
    axis: "object",
    x: float,
    y: float,
    words: str,
    colour: str,
    weight: str = "normal",
    top: bool = False,
) -> None:
    place = "top" if top else "center"
    axis.text(x, y, words, color=colour, fontsize=8, weight=weight, va=place)  # type: ignore[attr-defined]
