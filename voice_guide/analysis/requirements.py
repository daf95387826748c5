"""Pass or fail: what a publisher, or our own design, asks of a file."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from voice_guide.analysis.breath import BreathPace
from voice_guide.analysis.measures import Values
from voice_guide.analysis.planned import PlannedBreath
from voice_guide.analysis.report import Analysis
from voice_guide.errors import UnknownNameError

__all__ = ["PROFILES", "Criterion", "judge", "verdict"]

_VOICE_TO_TONE = 20.0  # LU; WCAG 2.2, 1.4.7
_SOFT_ONSET_MS = 20
"""A first sound under the tone is heard up to 15 ms late, at 2420 lines of four voices over five
tones; most within 1 ms."""

_FAINT_END_MS = 750.0  # a last consonant after a stop may be too faint to be told from the tone
_UNSURE_LU = 0.7
"""Of a voice against the tone under it, which is estimated: up to 0.6 too low at those lines, and
a little more where a bed of noise is under them."""


@dataclass(frozen=True)
class Criterion:
    """One thing asked, what was found, and whether that will do.

    Attributes
    ----------
    name : str
        What it is about.
    asked : str
        The limits, with their unit.
    found : str
        What was measured, with its unit.
    passed : bool
        Whether it is within the limits.
    """

    name: str
    asked: str
    found: str
    passed: bool


def judge(profile: str, analysis: Analysis) -> list[Criterion]:
    """Hold a file against a publisher's requirements.

    Parameters
    ----------
    profile
        gentle, podcast, acx, broadcast or wcag.
    analysis
        Of the file, by `analyse`; gentle and wcag need its plan.

    Returns
    -------
    list of Criterion
        The file passes if all of them do.

    Raises
    ------
    UnknownNameError
        If there is no such profile.
    """
    if profile not in PROFILES:
        raise UnknownNameError(f"there is no profile {profile!r}: choose {', '.join(PROFILES)}.")
    return PROFILES[profile](analysis)


def verdict(profile: str, criteria: Sequence[Criterion]) -> dict[str, object]:
    """Return what was judged as other programs read it, beside the figures of the file."""
    return {
        "profile": profile,
        "passed": all(criterion.passed for criterion in criteria),
        "criteria": [vars(criterion) for criterion in criteria],
    }


def _within(name: str, value: float, low: float, high: float, unit: str) -> Criterion:
    if math.isinf(low):
        asked = f"≤ {high:g} {unit}"
    elif math.isinf(high):
        asked = f"≥ {low:g} {unit}"
    else:
        asked = f"{low:g} to {high:g} {unit}"
    found = (
        "none" if math.isnan(value) else "silence" if math.isinf(value) else f"{value:.2f} {unit}"
    )
    # What is shown as the limit is within it.
    return Criterion(name, asked, found, low - 0.005 <= value <= high + 0.005)


def _at_most(name: str, value: float, high: float, unit: str) -> Criterion:
    return _within(name, value, -math.inf, high, unit)


def _at_least(name: str, value: float, low: float, unit: str) -> Criterion:
    return _within(name, value, low, math.inf, unit)


def _none_of(name: str, count: int) -> Criterion:
    return Criterion(name, "none", str(count) if count else "none", count == 0)


def _podcast(analysis: Analysis) -> list[Criterion]:
    """AES TD1004 and what the large directories ask: -16 LUFS in stereo."""
    measures = analysis.measures
    return [
        _within("integrated loudness", measures.integrated, -17, -15, "LUFS"),
        _at_most("true peak", measures.true_peak, -1, "dBTP"),
    ]


def _broadcast(analysis: Analysis) -> list[Criterion]:
    """EBU R 128."""
    measures = analysis.measures
    return [
        _within("integrated loudness", measures.integrated, -23.5, -22.5, "LUFS"),
        _at_most("true peak", measures.true_peak, -1, "dBTP"),
    ]


def _acx(analysis: Analysis) -> list[Criterion]:
    """ACX's audio submission requirements."""
    measures, silences = analysis.measures, analysis.silences
    return [
        _within("RMS", measures.rms, -23, -18, "dBFS"),
        _at_most("sample peak", measures.sample_peak, -3, "dBFS"),
        _at_most("noise floor", silences.noise_floor, -60, "dBFS"),
        _within("head", silences.head, 0.5, 1, "s"),
        _within("tail", silences.tail, 1, 5, "s"),
    ]


def _wcag(analysis: Analysis) -> list[Criterion]:
    """WCAG 2.2, success criterion 1.4.7: no background, or 20 dB below the speech."""
    if analysis.plan is None:
        return [_without_plan(analysis)]
    return [_heard(analysis), _voice_to_tone(analysis)]


def _gentle(analysis: Analysis) -> list[Criterion]:
    """Our own design: the sound, and the words in their places."""
    if analysis.plan is None:
        return [*_sound(analysis), _without_plan(analysis)]
    measures, plan = analysis.measures, analysis.plan
    criteria = _sound(analysis)
    off = abs(measures.seconds - plan.seconds)
    criteria.append(_at_most("length against the plan", off, 0.1, "s"))
    if analysis.breath and plan.breaths:
        criteria += _pace(analysis.breath, plan.breaths)
    if not analysis.spoken:
        lufs = measures.integrated
        return [*criteria, _within("loudness of the tone", lufs, -18.5, -17.5, "LUFS")]
    heard = [line for line in analysis.lines if line.heard]
    levels = [line.loudness for line in heard]
    farthest = max(levels, key=lambda level: abs(level + 18))
    offsets = [abs(line.onset_ms) for line in heard]
    criteria += [
        _heard(analysis),
        _within("loudness of the line farthest off", farthest, -18.5, -17.5, "LUFS"),
        _voice_to_tone(analysis),
        _at_most("onsets off, in the middle", statistics.median(offsets), 5, "ms"),
        _at_most("onset farthest off", max(offsets), _SOFT_ONSET_MS, "ms"),
        _at_most(
            "shorter than planned, at most",
            max(line.onset_ms - line.end_ms for line in heard),
            _FAINT_END_MS,
            "ms",
        ),
        _at_least("before the first word", heard[0].start + heard[0].onset_ms / 1000, 1.5, "s"),
    ]
    if math.isfinite(analysis.tone_loudness):
        below = statistics.median(levels) - analysis.tone_loudness
        criteria.append(_at_least("tone in rests, under the voice", below, 14 - _UNSURE_LU, "LU"))
    if analysis.ducking and not math.isnan(analysis.ducking.before):
        # Begun 600 ms before, and ended 1.5 s after; half of the way is half of the time.
        criteria += [
            _within("tone halfway down, before words", analysis.ducking.before, 0.25, 0.4, "s"),
            _within("tone halfway back, after words", analysis.ducking.after, 0.65, 0.9, "s"),
        ]
    return criteria


def _sound(analysis: Analysis) -> list[Criterion]:
    """What can be asked of any file."""
    measures, onset = analysis.measures, analysis.tone_onset
    sudden = onset is not None and onset.db >= 10 and onset.ms < 28 and analysis.plan is not None
    rise = f"{onset.db:.0f} dB in {onset.ms:.0f} ms" if onset else "none"
    levels = 10 * np.log10(np.maximum(measures.envelope.power, 1e-15))
    second = measures.envelope.hop(1)
    return [
        Criterion("channels", "2", str(measures.channels), measures.channels == 2),
        _at_least("sample rate", measures.sample_rate, 48000, "Hz"),
        _at_most("true peak", measures.true_peak, -1, "dBTP"),
        _at_most("lost in mono", analysis.mono_loss, 1, "dB"),
        _none_of("clipping", measures.clipped_runs),
        _none_of("clicks", len(measures.clicks)),
        _at_most("DC", abs(measures.dc) * 100, 0.1, "%"),
        # A bell's attack of 50 ms, half a cosine, takes 30 ms from 10 to 90 %.
        Criterion("steepest onset without words", "≥ 28 ms", rise, not sudden),
        _at_most("first 10 ms", float(levels[0]), -60, "dBFS"),
        _at_most("first second, against the next four", _swell(levels, second), -6, "dB"),
        _at_most("last second, against the two before", _swell(levels[::-1], second, 3), -12, "dB"),
        _at_most("last 10 ms", float(levels[-1]), -70, "dBFS"),
    ]


def _swell(levels: Values, second: int, until: int = 5) -> float:
    """How far the loudest of the first second lies under what follows; -inf in silence."""
    after = max(float(levels[second : until * second].max(initial=-150)), -100.0)
    begin = float(levels[:second].max())
    return begin - after if begin > -80 else -math.inf


def _pace(breath: BreathPace, planned: Sequence[PlannedBreath]) -> list[Criterion]:
    lengths = [sum(one.phases) for one in planned]
    length = statistics.median(lengths)
    off = 100 * abs(breath.seconds / length - 1)
    criteria = [_at_most("breath against the plan", off, 1, "%")]
    inhale, hold_in, *_ = planned[0].phases
    share = abs(breath.inhale_share - (inhale + hold_in) / lengths[0])
    if not math.isnan(share):  # its turn may lie under words
        criteria.append(_at_most("inhale share against the plan", share, 0.03, "of a breath"))
    return criteria


def _heard(analysis: Analysis) -> Criterion:
    count = sum(line.heard for line in analysis.lines)
    every = len(analysis.lines)
    return Criterion("lines heard", f"all {every}", str(count), count == every > 0)


def _voice_to_tone(analysis: Analysis) -> Criterion:
    ratios = [line.voice_to_tone for line in analysis.lines if line.heard]
    known = [ratio for ratio in ratios if not math.isnan(ratio)]
    least = min(known, default=math.nan)
    return Criterion(
        "voice over the tone, least",
        f"≥ {_VOICE_TO_TONE:g} LU (± {_UNSURE_LU:g} measured)",
        "unknown" if math.isnan(least) else "no tone" if math.isinf(least) else f"{least:.1f} LU",
        bool(known) and len(known) == len(ratios) and least >= _VOICE_TO_TONE - _UNSURE_LU,
    )


def _without_plan(analysis: Analysis) -> Criterion:
    told = f"{analysis.plan_note}; export with --plan, or give the plan with --plan"
    return Criterion("voice and breath", "their plan", told, False)


PROFILES: dict[str, Callable[[Analysis], list[Criterion]]] = {
    "gentle": _gentle,
    "podcast": _podcast,
    "acx": _acx,
    "broadcast": _broadcast,
    "wcag": _wcag,
}
