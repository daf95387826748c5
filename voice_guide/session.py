"""A session with all that it needs: script, pace, clips and balance, ready to be heard."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass, field, replace
from fractions import Fraction

import numpy as np

from voice_guide.audio.fade import Fade
from voice_guide.audio.samples import Audio
from voice_guide.errors import LengthError, RequestError
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import NO_RAMP, Ramp, Variation
from voice_guide.plan.length import breaths_until_counted, fit_breaths, fit_minutes
from voice_guide.plan.plan import Plan
from voice_guide.plan.timeline import TAIL_SECONDS, Timeline
from voice_guide.scripting.model import (
    LEAST_COUNTED,
    Bell,
    Line,
    Rest,
    Script,
    count_rests,
    stretch,
    without_bells,
)
from voice_guide.scripting.optional import thinned
from voice_guide.settings import Settings, Tone, cache_folder, cache_limit, read_config
from voice_guide.sound.balance import PEAK_DBTP, balance, voice_lufs
from voice_guide.sound.bed import Bed, BedStream, open_bed
from voice_guide.sound.guard import Guard, Repeating
from voice_guide.sound.judge import Mended
from voice_guide.sound.render import Mix, Renderer
from voice_guide.units import clock, db_to_gain
from voice_guide.voices import NONE, open_voices
from voice_guide.voices.clips import Clips, Progress, SilentClips, likely_seconds
from voice_guide.voices.spoken import INNER_LU, SpokenClips
from voice_guide.voices.wishes import wished

__all__ = ["Session", "open_session"]


CUT_FADE_SECONDS = 0.5
"""Where an export is cut from a session, at moments that are all but silent."""


@dataclass
class Session:
    """One script at its pace, with its clips and its balance.

    ``excerpt`` is the part that is exported, from one frame to another: silence is put before it
    where it begins before 0. None is the whole.
    """

    script: Script
    pace: Pace
    settings: Settings
    clips: Clips
    mix: Mix
    _: KW_ONLY
    bed: Bed | None = None
    ramp: Ramp = NO_RAMP
    excerpt: tuple[int, int] | None = None
    as_written: Script | None = None  # before its rests were stretched
    mended: Mended = field(default_factory=Mended)  # by its guards

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

    def fit(self, elapsed: float = 0.0, breathed: int = 0) -> None:
        """Stretch the rests to the length that was asked for, once all speech is made.

        Args:
            elapsed: seconds of it that have gone by already.
            breathed: the breaths of these seconds.

        Raises:
            LengthError: if the script can't be that long or short.
        """

        def placed(script: Script) -> Timeline:
            return self._timeline(script, 0)

        if self.settings.fitted:
            self.as_written = self.script
        if self.settings.minutes is not None:
            self.script = fit_minutes(self.script, self.settings.minutes * 60 - elapsed, placed)
        elif self.settings.breaths is not None:
            self.script = fit_breaths(self.script, self.settings.breaths - breathed, placed)
        self._check_ramp()

    @property
    def notes(self) -> list[str]:
        """What the listener should know besides what they hear."""
        return [*self.clips.notes, *self._uncounted(), *self.mended.notes()]

    def _uncounted(self) -> Iterator[str]:
        """Say why nothing is counted though it was asked for, and what helps."""
        rests = (item for item in self.script.items() if isinstance(item, Rest))
        if not self.settings.count:
            return
        if self.settings.voice == NONE:
            yield "nothing is counted, as there is no voice: leave out --voice none or --count."
        elif not any(rest.is_counted for rest in rests):
            few = f"nothing is counted, as no rest has {LEAST_COUNTED} breaths"
            written = self.as_written or self.script
            more = breaths_until_counted(written)
            if more is None:
                yield f"{few}, however long {self.script.title!r} is."
            else:
                end = self._timeline(stretch(written, more), 0).end(self.estimate)
                minutes = math.ceil(end / self.settings.sample_rate / 60)
                yield f"{few}; a longer session has one, such as --minutes {minutes}."

    def check_heard(self) -> None:
        """Refuse a silent session; bells alone count only where a script has nothing else.

        Raises:
            RequestError: saying what could be heard.
        """
        spoken = self.settings.voice != NONE
        words = list(self.script.lines()) + self.numbers()
        bells = any(isinstance(item, Bell) for item in self.script.items())
        said = (spoken and any(line.said for line in words)) or (bells and not words)
        if not (said or self.bed or self.settings.tone != "none"):
            but = " except for its bells" if bells else ""
            raise RequestError(
                f"{self.script.title!r} would be silent{but}: it has no words, no tone and "
                "no bed. Choose a --voice or a --tone, or add a --bed."
            )

    def numbers(self) -> list[Line]:
        """The words that it counts with."""
        return self.script.numbers(self.pace, *self.ramp.paces)

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
        rate, likely = self.settings.sample_rate, likely_seconds(line.text, self.settings.rate)
        return self.clips.frames(line) or round(likely * rate)

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
            "or choose a longer session (--minutes, --breaths)."
        )

    def timeline(self, start: int | None = 0) -> Timeline:
        """Place the session's words from an item on, or, with None, breathe without them."""
        return self._timeline(None if start is None else self.script, start or 0)

    def _timeline(self, script: Script | None, start: int) -> Timeline:
        rate, frames = self.settings.sample_rate, self.clips.frames
        variation = Variation(self.settings.vary, self.settings.seed)
        return Timeline(
            script, self.pace, rate, frames, start=start, ramp=self.ramp, variation=variation
        )

    def plan(self) -> Plan:
        """The plan of what is exported."""
        rate, breaths = self.settings.sample_rate, tuple(self.timeline())
        plan = Plan(self.script, self.pace, rate, breaths, self.ramp)
        return plan.cut(*self.excerpt) if self.excerpt else plan

    def blocks(self, frames: int) -> Iterator[Audio]:
        """Render what is exported, in blocks of float32 (``frames`` or fewer, 2)."""
        renderer = self.renderer()
        guard = self.guard(renderer.read, renderer.repeating)
        if self.excerpt is None:
            yield from guard.blocks(frames)
            return
        first, last = self.excerpt
        fade_in = Fade(0, 1, round(CUT_FADE_SECONDS * self.settings.sample_rate))
        fade_out = Fade(1, 0, round(CUT_FADE_SECONDS * self.settings.sample_rate))
        for at in range(first, 0, frames):
            yield np.zeros((min(frames, -at), 2), np.float32)
        while guard.position < first:
            guard.read(min(frames, first - guard.position))
        while guard.position < last:
            fading = guard.position >= last - fade_out.left
            until = last if fading else last - fade_out.left
            block = guard.read(min(frames, until - guard.position))
            fade_in.apply(block)
            if fading:
                fade_out.apply(block)
            yield block

    def renderer(self, timeline: Timeline | None = None, bed: BedStream | None = None) -> Renderer:
        """Return what makes it heard; ``bed`` goes on, or else begins."""
        breaths = timeline or self.timeline()
        if bed is None and self.bed is not None:
            bed = self.bed.stream()
        return Renderer(breaths, self.clips.samples, self.mix, self.settings.sample_rate, bed)

    def guard(self, read: Callable[[int], Audio], repeating: Repeating = lambda _: None) -> Guard:
        """Return what stands between a stream of this session and the ear."""
        loudest = max(self.settings.loudness, voice_lufs(self.settings))
        ceiling = db_to_gain(PEAK_DBTP)
        rate = self.settings.sample_rate
        return Guard(read, rate, loudest, ceiling, self.mended, repeating)

    def with_tone(self, tone: Tone) -> Mix:
        """Return the balance with another tone style."""
        return balance(self.pace, replace(self.settings, tone=tone), self.bed)[0]


def open_session(script: Script, settings: Settings) -> Session:
    """Put a session together; nothing is spoken yet.

    Raises:
        PaceError: if the script forbids the pace.
        UnknownNameError: if there is no such voice.
        VoiceError: if it can't speak here, or not the script's language.
        RequestError, AudioError: if the bed can't be read.
    """
    if settings.night:
        script = without_bells(script)
    pace = settings.pace or script.pace
    ramp = settings.ramp or script.ramp
    script.check_pace(pace, ramp)
    bed = open_bed(settings.bed, settings.sample_rate) if settings.bed else None
    if any(line.inner for line in script.lines()):  # softer, and no less above the tone
        settings = replace(settings, duck=settings.duck + INNER_LU)
    mix, ceiling_db = balance(pace, settings, bed)
    clips: Clips
    if settings.voice == NONE:
        clips = SilentClips(settings.sample_rate, settings.rate)
    else:
        voices, missing = open_voices(
            settings.voice, script.language, settings.rate, settings.fallback
        )
        others, passed_over = wished(script, settings, voices)
        clips = SpokenClips(
            voices,
            cache_folder(),
            sample_rate=settings.sample_rate,
            lufs=voice_lufs(settings),
            ceiling=db_to_gain(math.floor(ceiling_db)),  # so that one cache serves all tones
            polish=settings.polish,
            night=settings.night,
            fallback=settings.fallback,
            wished=others,
            limit=cache_limit(read_config()),
            language=script.language,
        )
        clips.notes += missing + passed_over
    script = thinned(script, settings.talk)
    if settings.count:
        script = count_rests(script)
    return Session(script, pace, settings, clips, mix, bed=bed, ramp=ramp)
