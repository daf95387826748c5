"""A session with all that it needs: script, pace, clips and balance, ready to be heard."""

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from voice_guide import tones
from voice_guide.bed import Bed, BedStream, open_bed
from voice_guide.course import NO_RAMP, Ramp, Variation
from voice_guide.errors import LengthError
from voice_guide.fit import fit
from voice_guide.loudness import of_cycle
from voice_guide.pace import Pace
from voice_guide.plan import Plan
from voice_guide.render import Mix, Renderer
from voice_guide.script import Count, Line, RampTo, Rest, Script, count_rests
from voice_guide.settings import Settings, cache_folder
from voice_guide.talk import fade
from voice_guide.timeline import TAIL_SECONDS, Timeline
from voice_guide.units import clock, db_to_gain, gain_to_db, seconds_to_frames
from voice_guide.voices import NONE, open_voice
from voice_guide.voices.clips import Clips, Progress, SilentClips, SpokenClips

__all__ = ["Session", "open_session"]

TONE_BELOW_VOICE_LU = 14.0
"""The tone in rests, under the voice."""

BELL_BELOW_VOICE_LU = 9.0
"""The bell's loudest moment, under the voice."""

TWICE_LU = 3.0
"""Two sounds of one loudness together, over one of them: the tone and a bed."""
MORE_NUMBERS = 3
"""Words for counting beyond the longest phase."""

PEAK_DBTP = -1.0
"""No true peak of the mix is above this."""

CLIP_PEAK_DBTP = -2.0
"""What a clip may reach at most, so that the tone under it has room."""


@dataclass
class Session:
    """One script at its pace, with its clips and its balance."""

    script: Script
    pace: Pace
    settings: Settings
    clips: Clips
    mix: Mix
    bed: Bed | None = None
    ramp: Ramp = NO_RAMP

    def speak(self, progress: Progress | None = None) -> None:
        """Make all speech, then stretch the rests to the length that was asked for.

        Raises:
            SpeechError: if a line can't be spoken.
            LengthError: if the script can't be that long or short.
        """
        try:
            self.clips.prepare([*self.script.lines(), *self.numbers()], progress)
        finally:
            self.clips.close()
        self.fit()

    def fit(self, elapsed: float = 0.0) -> None:
        """Stretch the rests to the length that was asked for, once all speech is made.

        Args:
            elapsed: seconds of it that have gone by already.

        Raises:
            LengthError: if the script can't be that long or short.
        """
        if self.settings.minutes is not None:
            seconds = self.settings.minutes * 60 - elapsed
            self.script = fit(self.script, seconds, lambda script: self._timeline(script, 0))
        self._check_ramp()

    def numbers(self) -> list[Line]:
        """The words that count, as far as a phase lasts, and some more for a listener's change."""
        items = list(self.script.items())
        if not any(isinstance(i, Count) or (isinstance(i, Rest) and i.counted) for i in items):
            return []
        paces = (self.pace, self.ramp.start, *(i.pace for i in items if isinstance(i, RampTo)))
        longest = math.ceil(max(phase for pace in paces for phase in pace.phases))
        return [Line(str(number + 1)) for number in range(longest + MORE_NUMBERS)]

    def recall(self) -> bool:
        """Return whether all speech is made already; then the length is settled, too.

        Raises:
            LengthError: if the script can't be that long or short.
        """
        made = self.clips.recall([*self.script.lines(), *self.numbers()])
        if made:
            self.fit()
        else:
            self._check_ramp()
        return made

    def estimate(self, line: Line) -> int:
        """The length of a line's clip in frames, also while it is not made."""
        made = self.clips.frames(line)
        return made or len(line.text.split()) * self.settings.sample_rate // 2

    def _check_ramp(self) -> None:
        """Refuse a ramp that the session is too short for.

        Raises:
            LengthError: naming the longest that fits.
        """

        def fits(seconds: Fraction) -> bool:
            if self.settings.minutes is not None:
                return seconds <= self.settings.minutes * 60 - TAIL_SECONDS
            ramped = replace(self, ramp=Ramp(self.ramp.start, seconds))
            return seconds * self.settings.sample_rate <= ramped.timeline().end(self.estimate)

        if fits(self.ramp.seconds):
            return
        whole = range(1, math.ceil(self.ramp.seconds))
        longest = bisect_left(whole, True, key=lambda seconds: not fits(Fraction(seconds)))
        raise LengthError(
            f"{self.script.title!r} is too short for a ramp of {clock(float(self.ramp.seconds))}: "
            f"the longest that fits is {Ramp(self.ramp.start, Fraction(longest))}, "
            "or a longer session (--minutes)."
        )

    def timeline(self, start: int | None = 0) -> Timeline:
        """Place the session's words from an item on, or, with None, breathe without them."""
        return self._timeline(None if start is None else self.script, start or 0)

    def _timeline(self, script: Script | None, start: int) -> Timeline:
        rate, frames = self.settings.sample_rate, self.clips.frames
        variation = Variation(self.settings.vary, self.settings.seed)
        return Timeline(script, self.pace, rate, frames, start, self.ramp, variation)

    def plan(self) -> Plan:
        rate, breaths = self.settings.sample_rate, tuple(self.timeline())
        return Plan(self.script, self.pace, rate, breaths, self.ramp)

    def renderer(self, timeline: Timeline | None = None, bed: BedStream | None = None) -> Renderer:
        """Return what makes it heard; ``bed`` goes on, or else begins."""
        breaths = timeline or self.timeline()
        if bed is None and self.bed is not None:
            bed = self.bed.stream()
        return Renderer(breaths, self.clips.samples, self.mix, self.settings.sample_rate, bed)

    def with_tone(self, tone: str) -> Mix:
        """Return the balance with another tone style."""
        return _balance(self.pace, replace(self.settings, tone=tone), self.bed)[0]


def open_session(script: Script, settings: Settings) -> Session:
    """Put a session together; nothing is spoken yet.

    Raises:
        PaceError: if the script forbids the pace.
        UnknownNameError: if there is no such voice.
        RequestError, AudioError: if the bed can't be read.
    """
    pace = settings.pace or script.pace
    ramp = settings.ramp or script.ramp
    script.check_pace(pace, ramp)
    bed = open_bed(settings.bed, settings.sample_rate) if settings.bed else None
    mix, ceiling_db = _balance(pace, settings, bed)
    clips: Clips
    if settings.voice == NONE:
        clips = SilentClips(settings.sample_rate, settings.rate)
    else:
        clips = SpokenClips(
            open_voice(settings.voice, script.language, settings.rate),
            settings.voice,
            cache_folder(),
            settings.sample_rate,
            settings.loudness,
            db_to_gain(ceiling_db),
            settings.polish,
        )
    script = fade(script, settings.talk)
    if settings.count:
        script = count_rests(script)
    return Session(script, pace, settings, clips, mix, bed, ramp)


def _balance(pace: Pace, settings: Settings, bed: Bed | None) -> tuple[Mix, float]:
    """Measure one breath; return the mix, and the ceiling of clips in dBTP.

    Loudness is anchored on the voice. Without a voice the tone itself is brought to it. A bed
    and the tone are as loud as each other, and together as the tone is alone.
    """
    rate, spoken = settings.sample_rate, settings.voice != NONE
    inhale, hold_in, exhale, hold_out = (seconds_to_frames(phase, rate) for phase in pace.phases)
    whole, top_up = (inhale, hold_in, exhale, hold_out), seconds_to_frames(pace.top_up, rate)
    breath = tones.cycle(settings.tone, whole, rate, settings.seed, top_up)
    room = db_to_gain(PEAK_DBTP)

    bell_lufs = settings.loudness - (BELL_BELOW_VOICE_LU if spoken else 0)
    bell_gain = db_to_gain(bell_lufs - tones.BELL_LUFS)
    bell_peak = tones.BELL_PEAK * bell_gain
    tone_lufs = settings.loudness - (TONE_BELOW_VOICE_LU if spoken else 0)
    natural, loudest = of_cycle(breath, rate)
    sounding = math.isfinite(natural)
    shared = TWICE_LU if bed is not None and sounding else 0
    tone_lufs -= shared
    ducked = settings.loudness - settings.duck - shared
    room -= bell_peak
    bed_gain = tone_gain = under_voice = 0.0
    bed_duck_gain = duck_gain = 1.0
    if bed is not None:
        most = room / 2 if sounding else room
        bed_gain = min(db_to_gain(tone_lufs - bed.lufs), most / bed.peak)
        if spoken:
            bed_duck_gain = min(1.0, db_to_gain(ducked - bed.loudest) / bed_gain)
        room -= bed.peak * bed_gain
        under_voice += bed.peak * bed_gain * bed_duck_gain
    if sounding:
        # Between samples, a sound below f Hz rises to 1 / cos(pi f / rate) of them at most.
        peak = float(np.abs(breath).max()) / math.cos(math.pi * tones.HIGHEST_HZ / rate)
        tone_gain = min(db_to_gain(tone_lufs - natural), room / peak)
        if spoken:
            duck_gain = min(1.0, db_to_gain(ducked - loudest) / tone_gain)
        under_voice += peak * tone_gain * duck_gain
    under_voice += bell_peak * duck_gain
    ceiling = max(db_to_gain(PEAK_DBTP) - under_voice, 0.1)
    mix = Mix(
        settings.tone, tone_gain, duck_gain, bell_gain, settings.seed, bed_gain, bed_duck_gain
    )
    return mix, min(CLIP_PEAK_DBTP, math.floor(gain_to_db(ceiling)))
