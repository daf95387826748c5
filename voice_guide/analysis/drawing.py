"""One picture of a file: its waveform, the breath, loudness over time, and the lines."""

import math
import textwrap
from pathlib import Path
from typing import Any

import numpy as np

from voice_guide.analysis.measures import Values
from voice_guide.analysis.report import Analysis
from voice_guide.errors import PictureError
from voice_guide.lettering import lettered
from voice_guide.units import clock, counted

__all__ = ["draw"]

_POINTS = 2400  # of a curve, at most
_QUIETEST = -60.0  # LUFS, at the foot of the picture
_LETTERS_AN_INCH = 17  # of the small print
_FEWEST_LETTERS = 9  # in a row, under which words are left out
_INK, _WAVE, _AIR, _WORDS, _FAULT = "#2b3a42", "#7fa8b0", "#9cc3c9", "#3d6b74", "#c0533e"
_BELL, _PALE = "#c08a3e", "#c9d3d6"


def draw(analysis: Analysis, path: Path) -> str:
    """Write a picture; the suffix chooses its format.

    Returns:
        The letters that no font of this computer has.

    Raises:
        PictureError: if matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PictureError from error
    said = (analysis.file, *(line.text for line in analysis.lines))
    with lettered("".join(said)) as (_, missing):
        _drawn(analysis, Figure).savefig(path, format="png")
    return missing


def _drawn(analysis: Analysis, new_figure: Any) -> Any:
    """Return the figure of a file."""
    measures = analysis.measures
    # A long file is drawn wider, up to what can be looked at in one piece.
    width = min(max(14, measures.seconds / 25), 30)
    figure = new_figure(figsize=(width, 7.6), dpi=110)
    rows = figure.subplots(4, 1, sharex=True, height_ratios=[2.2, 1.5, 2.4, 1.5])
    for axis in rows:
        axis.spines[["top", "right"]].set_visible(False)
        axis.spines[["left", "bottom"]].set_color(_PALE)
        axis.tick_params(colors=_INK, labelsize=8, color=_PALE)
        axis.set_xlim(0, measures.seconds)
    figure.text(0.5 / width, 0.965, analysis.file, color=_INK, fontsize=12, va="center")
    figure.text(0.5 / width, 0.932, _figures(analysis), color=_WORDS, fontsize=9, va="center")
    _waveform(rows[0], analysis)
    _breath(rows[1], analysis)
    _loudness(rows[2], analysis)
    _lines(rows[3], analysis, width)
    ticks = _ticks(measures.seconds)
    rows[3].set_xticks(ticks, [clock(tick) for tick in ticks])
    figure.subplots_adjust(left=0.8 / width, right=1 - 0.25 / width, top=0.9, bottom=0.05)
    return figure


def _figures(analysis: Analysis) -> str:
    measures, breath = analysis.measures, analysis.breath
    parts = [
        clock(measures.seconds),
        f"{measures.integrated:.1f} LUFS",
        f"{measures.true_peak:.1f} dBTP",
        counted(len(measures.clicks), "click"),
        f"{measures.clipped_runs} clipped",
    ]
    if breath:
        parts.append(f"{breath.seconds:.2f} s a breath")
    return "   ·   ".join(parts)


def _reduced(values: Values, how: Any) -> Values:
    """As few values as the picture has points, each ``how`` (np.max, …) of its stretch."""
    if len(values) <= _POINTS:
        return values
    starts = np.linspace(0, len(values), _POINTS, endpoint=False).astype(int)
    return np.asarray(how.reduceat(values, starts))


def _times(count: int, seconds: float) -> Values:
    return (np.arange(count) + 0.5) * seconds / max(count, 1)


def _waveform(axis: Any, analysis: Analysis) -> None:
    measures = analysis.measures
    low = _reduced(measures.envelope.lowest, np.minimum)
    high = _reduced(measures.envelope.highest, np.maximum)
    top = min(max(0.05, 1.15 * 10 ** (measures.sample_peak / 20)), 1.05)
    axis.fill_between(_times(len(low), measures.seconds), low, high, color=_WAVE, linewidth=0)
    axis.set_ylim(-top, top)
    axis.set_ylabel("waveform", color=_INK, fontsize=8)
    for click in measures.clicks[:200]:
        axis.axvline(click.seconds, color=_FAULT, linewidth=0.8)
    if measures.clicks:
        axis.text(measures.clicks[0].seconds, top, " click", color=_FAULT, fontsize=8, va="top")


def _breath(axis: Any, analysis: Analysis) -> None:
    """The breath as planned, filled; its inhales and turns as measured, marked."""
    axis.set_ylim(0, 1.25)
    axis.set_yticks([])
    axis.set_ylabel("breath", color=_INK, fontsize=8)
    curve = np.sin(np.linspace(0, math.pi / 2, 20)) ** 2
    for planned in analysis.plan.breaths if analysis.plan else ():
        ends = planned.start + np.cumsum((0.0, *planned.phases))
        times = np.concatenate(
            [np.linspace(ends[0], ends[1], 20), np.linspace(ends[2], ends[3], 20)]
        )
        heights = np.concatenate([curve, curve[::-1]])
        axis.fill_between(times, heights, color=_AIR, alpha=0.55, linewidth=0)
    for bell in analysis.plan.bells if analysis.plan else ():
        axis.plot([bell], [1.1], marker="o", color=_BELL, markersize=4)
    breath, seconds = analysis.breath, analysis.measures.seconds
    if breath is None or math.isnan(breath.inhale_share):
        _say_why(axis, "no breath was found in the sound")
        return
    start = breath.start_seconds
    while start + breath.seconds <= seconds + 0.1:
        turn = start + breath.inhale_share * breath.seconds
        axis.plot([start, turn, start + breath.seconds], [0, 1, 0], color=_WORDS, linewidth=0.9)
        start += breath.seconds
    if not analysis.plan:
        return
    words = "filled: planned   line: measured"
    axis.text(
        1, 1.02, words, transform=axis.transAxes, color=_INK, fontsize=7, ha="right", va="bottom"
    )


def _loudness(axis: Any, analysis: Analysis) -> None:
    measures = analysis.measures
    hop = measures.envelope.hop_seconds
    axis.set_ylim(_QUIETEST, 0)
    axis.set_ylabel("LUFS", color=_INK, fontsize=8)
    axis.grid(axis="y", color=_PALE, linewidth=0.5)
    drawn = (
        (measures.momentary, 0.4, _WAVE, 0.8, "momentary"),
        (measures.short_term, 3, _INK, 1.4, "short-term"),
    )
    for values, window, colour, width, name in drawn:
        if len(values):
            points = _reduced(np.maximum(values, _QUIETEST), np.maximum)
            times = window / 2 + _times(len(points), len(values) * hop)
            axis.plot(times, points, color=colour, linewidth=width, label=name)
    if math.isfinite(measures.integrated):
        axis.axhline(
            measures.integrated, color=_BELL, linewidth=1, linestyle="--", label="integrated"
        )
    axis.legend(
        loc="lower right",
        bbox_to_anchor=(1, 0.97),
        fontsize=7,
        frameon=False,
        ncols=3,
        labelcolor=_INK,
        borderpad=0,
    )


def _lines(axis: Any, analysis: Analysis, width: float) -> None:
    """Each line where it is planned; its loudness over the tone as its height."""
    axis.set_ylabel("LU above\nthe tone", color=_INK, fontsize=8)
    axis.set_ylim(0, 60)
    axis.set_yticks([0, 20, 40])
    if not analysis.lines:
        _say_why(axis, "the plan has no lines" if analysis.plan else "no lines without a plan")
        return
    axis.axhline(20, color=_BELL, linewidth=0.8, linestyle="--")
    letters = _LETTERS_AN_INCH * (width - 1) / analysis.measures.seconds  # a second
    following = [line.start for line in analysis.lines[1:]] + [analysis.measures.seconds]
    room = [
        int((after - line.start) * letters)
        for line, after in zip(analysis.lines, following, strict=True)
    ]
    with_words = min(room) >= _FEWEST_LETTERS
    for line, fitting in zip(analysis.lines, room, strict=True):
        ratio = line.voice_to_tone
        height = 42 if math.isinf(ratio) else 0 if math.isnan(ratio) else min(max(ratio, 0), 42)
        colour = _WORDS if line.heard and height >= 19 else _FAULT
        shift = line.onset_ms / 1000 if line.heard else 0.0
        axis.fill_between(
            [line.start + shift, line.end], height or 2, color=colour, alpha=0.55, linewidth=0
        )
        if with_words:
            words = "\n".join(textwrap.wrap(line.text, min(fitting, 26)))
            axis.text(line.start, 60, words, color=_INK, fontsize=7, va="top")


def _say_why(axis: Any, words: str) -> None:
    """Say in an empty row why it is empty."""
    axis.text(0.01, 0.9, words, transform=axis.transAxes, color=_INK, fontsize=8, va="top")


def _ticks(seconds: float) -> list[float]:
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
    step = next((step for step in steps if seconds / step <= 20), 7200)
    return [step * number for number in range(int(seconds / step) + 1)]
