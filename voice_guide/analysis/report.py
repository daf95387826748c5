"""Everything that is known of a file, put together."""

import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from voice_guide.analysis.breath import BreathPace, away_from_words, breath_pace
from voice_guide.analysis.ducking import Ducking, ducking
from voice_guide.analysis.edges import Change, Silences, silences, steepest
from voice_guide.analysis.lines import HeardLine, hear_lines
from voice_guide.analysis.measures import Envelope, Mask, Measures, measure
from voice_guide.analysis.planned import SessionPlan, find_plan, read_plan
from voice_guide.analysis.tone import tone_loudness, undisturbed
from voice_guide.audio.decoding import telling
from voice_guide.errors import VoiceGuideError

__all__ = ["Analysis", "analyse", "analyse_as"]

_AS_IT_IS = 0.9
"""Likeness from which a breath is taken as heard throughout; where every second one has words,
two and two are alike by up to 0.88."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """A file, measured.

    Attributes
    ----------
    file : str
        As it was named.
    measures : Measures
        Of one pass over it: loudness, peaks, clicks.
    silences : Silences
        At its ends, in seconds, and the noise in them, in dBFS.
    onset : Change or None
        The steepest rise anywhere, words included; None in silence.
    fall : Change or None
        The steepest fall.
    tone_onset : Change or None
        The steepest rise without words; like ``onset`` when no line is heard.
    breath : BreathPace or None
        The pace it sounds, in seconds; None when there is none.
    tone_loudness : float
        In LUFS, of a whole breath without words; nan if none can be heard.
    mono_loss : float
        What is lost when all channels become one, in dB, without words if a plan tells where
        they are.
    ducking : Ducking or None
        How the tone makes room for words; None when no line is heard.
    plan : SessionPlan or None
        What it was made to be, if that is known.
    plan_note : str
        Which plan, or why there is none.
    lines : tuple of HeardLine
        Each line of the plan, and how it was heard.
    says : dict or None
        What the file says of itself: ``tags`` by name, ``chapters`` (title, start and end in
        seconds) and its ``cover``; None where PyAV isn't installed, or can't read it.
    """

    file: str
    measures: Measures
    silences: Silences
    onset: Change | None
    fall: Change | None
    tone_onset: Change | None
    breath: BreathPace | None
    tone_loudness: float
    mono_loss: float
    ducking: Ducking | None
    plan: SessionPlan | None
    plan_note: str
    lines: tuple[HeardLine, ...]
    says: dict[str, Any] | None

    @property
    def spoken(self) -> bool:
        """Whether any line was heard."""
        return any(line.heard for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as other programs read them, schema 1.

        Returns
        -------
        dict
            What ``voice-guide analyse --json`` prints. None: there is no such figure. Infinite
            loudness is None, too: silence has none, nor has what stands over silence.
        """
        measures = self.measures
        report = {
            "schema": 1,
            "file": self.file,
            "seconds": measures.seconds,
            "sample_rate": measures.sample_rate,
            "channels": measures.channels,
            "integrated_lufs": measures.integrated,
            "short_term_max_lufs": measures.highest_short_term,
            "momentary_max_lufs": measures.highest_momentary,
            "true_peak_dbtp": measures.true_peak,
            "sample_peak_dbfs": measures.sample_peak,
            "rms_dbfs": measures.rms,
            "dc": measures.dc,
            "clipped_runs": measures.clipped_runs,
            "head_seconds": self.silences.head,
            "tail_seconds": self.silences.tail,
            "noise_floor_dbfs": self.silences.noise_floor,
            "quietest_500_ms_dbfs": self.silences.quietest,
            "steepest_onset": _fields(self.onset),
            "steepest_tone_onset": _fields(self.tone_onset),
            "steepest_fall": _fields(self.fall),
            "clicks": [asdict(click) for click in measures.clicks],
            "breath": _fields(self.breath),
            "tone_lufs": self.tone_loudness,
            "mono_loss_db": self.mono_loss,
            "room": _fields(self.ducking),
            "plan": self.plan_note,
            "lines": [asdict(line) for line in self.lines],
            **(self.says or dict.fromkeys(("tags", "chapters", "cover"))),
        }
        return {key: _finite(value) for key, value in report.items()}


def analyse(file: str | Path, plan_file: str | Path | None = None) -> Analysis:
    """Measure a sound file, whoever made it.

    None of the code that renders sessions takes part in it.

    Parameters
    ----------
    file
        Any that libsndfile reads: WAV, FLAC, Ogg, Opus, MP3 and others; with PyAV, M4A, too.
    plan_file
        Its plan, as `Session.export` writes it. None looks for NAME.plan.json or NAME.json
        beside the file, which is only used if it fits.

    Returns
    -------
    Analysis
        Loudness as ITU-R BS.1770-4 and EBU R 128 say, true peak, clicks, the pace of the breath,
        and each line of the plan.

    Raises
    ------
    RequestError
        If a file isn't there.
    AudioError
        If it can't be measured, or the plan that was given isn't its own.
    """
    path = Path(file)
    plan = read_plan(Path(plan_file)) if plan_file is not None else None
    measures, says = _heard(path)
    note = "none"
    if plan is not None and plan_file is not None:
        plan.check_fit(measures, Path(plan_file))
        note = str(plan_file)
    elif (beside := find_plan(path)) is not None:
        try:
            plan = read_plan(beside)
            plan.check_fit(measures, beside)
            note = str(beside)
        except VoiceGuideError as error:
            plan, note = None, f"none: {error}"
    return replace(_put_together(path, measures, says, plan, note), file=str(file))


def analyse_as(path: Path, plan: SessionPlan, note: str) -> Analysis:
    """Measure a sound file that was made by a plan; ``note`` is what the plan is called.

    Raises:
        AudioError: if it can't be measured.
    """
    return _put_together(path, *_heard(path), plan, note)


def _heard(path: Path) -> tuple[Measures, dict[str, Any] | None]:
    with telling(str(path)) as telling_it:
        return measure(path), telling_it.result()


def _put_together(
    path: Path,
    measures: Measures,
    says: dict[str, Any] | None,
    plan: SessionPlan | None,
    note: str,
) -> Analysis:
    envelope = measures.envelope
    lines, alone = tuple[HeardLine, ...](), np.empty(0)
    if plan:
        alone = undisturbed(plan, envelope)
        lines = hear_lines(path, plan, envelope, alone)
    onset = steepest(envelope)
    spoken = any(line.heard for line in lines)
    return Analysis(
        file=str(path),
        measures=measures,
        silences=silences(envelope),
        onset=onset,
        fall=steepest(envelope, falling=True),
        tone_onset=_tone_onset(plan, envelope) if plan and spoken else onset,
        breath=_breath(plan, envelope, spoken),
        tone_loudness=tone_loudness(plan, envelope, spoken) if plan else math.nan,
        mono_loss=_mono_loss(envelope, plan.clear(envelope) if plan and spoken else None),
        ducking=ducking(envelope, plan, alone) if plan and spoken else None,
        plan=plan,
        plan_note=note,
        lines=lines,
        says=says,
    )


def _tone_onset(plan: SessionPlan, envelope: Envelope) -> Change | None:
    where = np.ones(len(envelope.power), np.bool_)
    for line in plan.lines:
        where[envelope.hop(max(line.start - 0.2, 0)) : envelope.hop(line.end + 0.2)] = False
    return steepest(envelope, where)


def _breath(plan: SessionPlan | None, envelope: Envelope, spoken: bool) -> BreathPace | None:
    """Look for it throughout, and between the words; of what is found the likelier one counts."""
    if plan is None:
        throughout = breath_pace(envelope, np.ones(len(envelope.power), np.bool_))
        if throughout and throughout.likeness >= _AS_IT_IS:
            return throughout
        return breath_pace(envelope, away_from_words(envelope))
    held = any(breath.phases[1] or breath.phases[3] for breath in plan.breaths)
    throughout = breath_pace(envelope, plan.clear(envelope, lines=False), held)
    if not spoken:
        return throughout
    between = breath_pace(envelope, plan.clear(envelope), held)
    if throughout and throughout.likeness < _AS_IT_IS:
        throughout = None
    found = [breath for breath in (throughout, between) if breath]
    return max(found, key=lambda b: (not math.isnan(b.inhale_share), b.likeness), default=None)


def _mono_loss(envelope: Envelope, where: Mask | None) -> float:
    power, mono = (
        float(np.sum(values if where is None else values[where]))
        for values in (envelope.power, envelope.mono)
    )
    return 10 * math.log10(power / max(mono, 1e-6 * power)) if power else 0.0


def _fields(value: Any) -> dict[str, Any] | None:
    return None if value is None else asdict(value)


def _finite(value: Any) -> Any:
    """Replace what JSON has no number for by None, at any depth."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value
