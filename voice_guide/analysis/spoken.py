"""The lines of a session, as they are in the file: when, how fast, and how far above the tone."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voice_guide.analysis.plan import PlannedLine, SessionPlan
from voice_guide.analysis.stream import Envelope, Mask, Values, loudness, opened, sliding

__all__ = ["HeardLine", "gated", "hear_lines", "tone_shape"]

_SEARCH_SECONDS = 0.6
"""How far from the plan a line is looked for on both sides; neighbours are never nearer."""

_PLACES = 100  # of each phase, in which the tone is averaged
_CLEAR_DB = 8.0  # above the faintest moment beside the voice, so that the tone isn't taken for it
_QUIET_DB = 35.0  # under the loudest of a line, nothing counts as voice
_GAP_SECONDS = 0.06  # a stop in a word is shorter
_RISE_DB = 10.0  # within 50 ms, where a voice begins; a tone rises more slowly
_SWING_DB = 15.0  # from the faintest to the loudest moment, at least, where someone speaks


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
    onset_ms: float
    end_ms: float
    words_per_minute: float
    loudness: float
    voice_to_tone: float

    @property
    def heard(self) -> bool:
        return not math.isnan(self.onset_ms)


def hear_lines(path: Path, plan: SessionPlan, envelope: Envelope) -> tuple[HeardLine, ...]:
    """Look for each line of the plan in the file."""
    places = plan.places(envelope)
    tone = tone_shape(envelope, places, plan.clear(envelope))
    found = []
    with opened(path) as file:
        for line in plan.lines:
            first = max(round((line.start - _SEARCH_SECONDS) * file.samplerate), 0)
            last = min(round((line.end + _SEARCH_SECONDS) * file.samplerate), file.frames)
            extent = None
            if last > first:
                file.seek(first)
                samples = file.read(last - first, dtype="float64", always_2d=True).mean(axis=1)
                extent = _extent(samples, file.samplerate, line.start - first / file.samplerate)
            if extent is None:
                found.append(HeardLine(line.text, line.start, line.end, *[math.nan] * 5))
                continue
            begin, end = (first / file.samplerate + seconds for seconds in extent)
            found.append(_heard(line, begin, end, envelope, places, tone))
    return tuple(found)


def _extent(samples: Values, sample_rate: int, planned: float) -> tuple[float, float] | None:
    """The voice's first and last moment in seconds, or None where nobody seems to speak.

    The level is that of the samples' differences, in which hiss and consonants outweigh a low
    tone; or of the samples, where a dark voice is better told from a bright tone by them. From
    the first loud moment the beginning is searched backwards, up to a gap.
    """
    cell = max(sample_rate // 1000, 1)
    differences = np.diff(samples, prepend=samples[:1])
    powers, plain = _powers(differences, cell), _powers(samples, cell)
    if _contrast(plain) > 5 * _contrast(powers):
        powers = plain
    if len(powers) < 1000 * _SEARCH_SECONDS:
        return None
    level = 10 * np.log10(np.maximum(powers, 1e-14))
    loudest = float(np.percentile(level, 98))
    faintest = float(sliding(level, 20).min())
    if loudest - faintest < _SWING_DB:
        return None
    sounding = np.flatnonzero(level > loudest - 12)
    first, last = int(sounding[0]), int(sounding[-1])
    gap = round(1000 * _GAP_SECONDS)
    voiced = level > _threshold(level[max(first - 300, 0) : first + 20], loudest)
    while (earlier := np.flatnonzero(voiced[max(first - gap, 0) : first])).size:
        first = max(first - gap, 0) + int(earlier[0])
    voiced = level > _threshold(level[max(last - 20, 0) : last + 300], loudest)
    while (later := np.flatnonzero(voiced[last + 1 : last + 1 + gap])).size:
        last = last + 1 + int(later[-1])
    scale = cell / sample_rate
    if abs(first * scale - planned) >= _SEARCH_SECONDS - 0.01:
        return None  # this isn't the line, or it sounds all along
    if _rise(powers[max(first - 60, 0) : first + 250]) < _RISE_DB:
        return None  # a tone that swells
    return (first + 1.5) * scale, (last + 1.5) * scale


def _powers(samples: Values, cell: int) -> Values:
    """The mean square of 3 ms, at every ``cell``, which is a millisecond."""
    cells = samples[: len(samples) // cell * cell].reshape(-1, cell)
    return sliding(np.mean(cells**2, axis=1), 3)


def _contrast(powers: Values) -> float:
    """How far the loudest lies over what comes before the words; from 50 dB on, no matter."""
    before = float(np.median(powers[: round(900 * _SEARCH_SECONDS)])) if len(powers) else 0.0
    return min(float(np.percentile(powers, 98)) / max(before, 1e-14), 1e5) if len(powers) else 0.0


def _rise(powers: Values) -> float:
    """The largest rise in dB within 50 ms, of the level of 20 ms."""
    level = 10 * np.log10(np.maximum(sliding(powers, 20), 1e-14))
    return float((level[50:] - level[:-50]).max(initial=0))


def _threshold(beside: Values, loudest: float) -> float:
    """The level in dB from which sound beside a word belongs to it."""
    return max(float(sliding(beside, min(20, len(beside))).min()) + _CLEAR_DB, loudest - _QUIET_DB)


def _heard(
    line: PlannedLine, begin: float, end: float, envelope: Envelope, places: Values, tone: Values
) -> HeardLine:
    first, last = envelope.hop(begin), max(envelope.hop(end), envelope.hop(begin) + 1)
    together = envelope.energy[first:last]
    alone = _tone_at(places, tone)
    left = _left_of_tone(envelope, alone, first, last)
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


def tone_shape(envelope: Envelope, places: Values, clear: Mask) -> Values:
    """The K-weighted energy of the breath alone at each place of its cycle, (400,).

    nan where it is unknown.

    Breaths repeat, so those without words tell what sounds under the words of others.
    """
    known = clear & ~np.isnan(places)
    cells = np.minimum((places[known] * _PLACES).astype(int), 4 * _PLACES - 1)
    sums = np.bincount(cells, envelope.energy[known], 4 * _PLACES)
    counts = np.bincount(cells, minlength=4 * _PLACES)
    with np.errstate(invalid="ignore", divide="ignore"):
        shape = sums / counts
    for phase in range(4):  # a phase that is never heard alone stays unknown
        part = shape[phase * _PLACES : (phase + 1) * _PLACES]
        seen = np.flatnonzero(~np.isnan(part))
        if len(seen) > _PLACES // 2:
            part[:] = np.interp(np.arange(_PLACES), seen, part[seen])
    return shape


def _tone_at(places: Values, tone: Values) -> Values:
    """The undisturbed tone of each hop; before and after all breaths it is unknown."""
    cells = np.minimum((np.nan_to_num(places) * _PLACES).astype(int), 4 * _PLACES - 1)
    return np.where(np.isnan(places), np.nan, tone[cells])


def _left_of_tone(envelope: Envelope, alone: Values, first: int, last: int) -> float:
    """What is left of the tone's energy when it has made room for a line: 1 if it doesn't.

    Read off just before and just after the line, where the tone is lowered and no one speaks.
    """
    shares = []
    for start, end in ((first - 6, first - 1), (last + 2, last + 7)):
        if start < 0 or end > len(alone):
            continue
        usual = float(np.mean(alone[start:end]))
        if usual > 0:
            shares.append(float(np.mean(envelope.energy[start:end])) / usual)
    return min([share for share in shares if not math.isnan(share)] + [1.0])


def gated(energy: Values, envelope: Envelope) -> float:
    """Integrated loudness in LUFS of a stretch of energies (BS.1770-4's two gates).

    A stretch under 3 s is taken to repeat, as gating needs blocks of 400 ms.
    """
    if not len(energy):
        return -math.inf
    block = envelope.hop(0.4)
    energy = np.tile(energy, max(math.ceil(envelope.hop(3) / len(energy)), 1))
    blocks = sliding(energy, block)[:: max(block // 4, 1)]
    blocks = blocks[loudness(blocks) > -70]
    if not len(blocks):
        return -math.inf
    blocks = blocks[loudness(blocks) > loudness(blocks.mean()) - 10]
    return float(loudness(blocks.mean()))
