"""The lines of a session, as they are in the file: when, how fast, and how far above the tone."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

import numpy as np

from voice_guide.analysis.measures import Envelope, Values, opened
from voice_guide.analysis.planned import PlannedLine, SessionPlan
from voice_guide.analysis.tone import gated
from voice_guide.analysis.voice_activity import extent

__all__ = ["HeardLine", "hear_lines"]

_SEARCH_SECONDS = 0.6
"""How far from the plan a line is looked for on both sides, unless its neighbours are nearer."""

_LEAST_SECONDS = 0.1
"""Before a line, in any case: the quiet end of a counted number may lie under the next."""


@dataclass(frozen=True)
class HeardLine:
    """A line, and what was found of it; nan where that can't be told.

    Attributes:
        text: the words.
        start, end: planned, in seconds.
        onset_ms: the voice's beginning in the file, against the plan; positive is late.
        end_ms: its end likewise; a voice dies away, so it is mostly early.
        words_per_minute: from the first sound to the last.
        loudness: of the voice alone, LUFS.
        voice_to_tone: in LU, over the line; inf where there is no tone.
    """

    text: str
    start: float
    end: float
    _: KW_ONLY
    onset_ms: float = math.nan
    end_ms: float = math.nan
    words_per_minute: float = math.nan
    loudness: float = math.nan
    voice_to_tone: float = math.nan

    @property
    def heard(self) -> bool:
        return not math.isnan(self.onset_ms)


def hear_lines(
    path: Path, plan: SessionPlan, envelope: Envelope, alone: Values
) -> tuple[HeardLine, ...]:
    """Look for each line of the plan in the file.

    Args:
        path: of the file.
        plan: of the session.
        envelope: of the file.
        alone: the energy of the undisturbed tone, for each hop; nan where it isn't known.
    """
    found = []
    with opened(path) as file:
        for line, (first, last) in zip(plan.lines, _stretches(plan.lines), strict=True):
            start = round(first * file.sample_rate)
            samples = file.stretch(start, round(last * file.sample_rate) - start)
            heard = extent(samples.astype(np.float64).mean(axis=1), file.sample_rate)
            if heard is None:
                found.append(HeardLine(line.text, line.start, line.end))
                continue
            begin, end = (start / file.sample_rate + seconds for seconds in heard)
            found.append(_heard(line, begin, end, envelope, alone))
    return tuple(found)


def _stretches(lines: Sequence[PlannedLine]) -> Iterator[tuple[float, float]]:
    """Where each line is looked for, in seconds: around its place, beside its neighbours."""
    ended = 0.0
    for line, after in itertools.zip_longest(lines, lines[1:]):
        first = max(line.start - _SEARCH_SECONDS, min(ended, line.start - _LEAST_SECONDS), 0)
        last = line.end + _SEARCH_SECONDS
        yield first, last if after is None else min(last, after.start)
        ended = line.end


def _heard(
    line: PlannedLine, begin: float, end: float, envelope: Envelope, alone: Values
) -> HeardLine:
    first, last = envelope.hop(begin), max(envelope.hop(end), envelope.hop(begin) + 1)
    together = envelope.energy[first:last]
    left = _left_of_tone(envelope, alone, (begin, line.start), max(end, line.end))
    under = alone[first:last] * left
    voice = np.maximum(together - under, 0)
    tone_power = float(np.mean(under)) if len(under) else 0.0
    ratio = math.inf
    if math.isnan(tone_power):
        ratio = math.nan
    elif tone_power > 1e-10:  # -100 LUFS is no tone
        ratio = 10 * math.log10(max(float(np.mean(voice)), 1e-15) / tone_power)
    last = envelope.hop(begin + line.end - line.start)  # a clip is levelled as a whole
    below = np.nan_to_num(alone[first:last]) * left
    voice_alone = np.maximum(envelope.energy[first:last] - below, 0)
    words = len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", line.text))
    return HeardLine(
        line.text,
        line.start,
        line.end,
        onset_ms=1000 * (begin - line.start),
        end_ms=1000 * (end - line.end),
        words_per_minute=60 * words / (end - begin),
        loudness=gated(voice_alone, envelope),
        voice_to_tone=ratio,
    )


def _left_of_tone(
    envelope: Envelope, alone: Values, starts: tuple[float, float], end: float
) -> float:
    """What is left of the tone's energy when it has made room for a line: 1 if it doesn't.

    Read off where the tone is lowered and no one speaks yet: just before the words are heard, or
    are planned, as a first sound may be under the tone; just after the line if that is unknown.
    """
    shares: list[float] = []
    for start in (*(start - 0.06 for start in starts), end + 0.02):
        first = envelope.hop(start)
        usual = float(np.mean(alone[first : first + 5])) if 0 <= first < len(alone) - 5 else 0.0
        if usual > 0 and len(shares) < len(starts):
            shares.append(float(np.mean(envelope.energy[first : first + 5])) / usual)
    return min([*shares, 1.0])
