"""A session with all that it needs: script, pace, clips and balance, ready to be heard."""

from dataclasses import dataclass, replace

from voice_guide.balance import balance, voice_lufs
from voice_guide.bed import Bed, BedStream, open_bed
from voice_guide.pace import Pace
from voice_guide.plan import Plan
from voice_guide.render import Mix, Renderer
from voice_guide.script import Script, without_bells
from voice_guide.settings import Settings, cache_folder
from voice_guide.timeline import Timeline, fit
from voice_guide.units import db_to_gain
from voice_guide.voices import NONE, open_voice
from voice_guide.voices.clips import Clips, Progress, SilentClips, SpokenClips

__all__ = ["Session", "open_session"]


@dataclass
class Session:
    """One script at one pace, with its clips and its balance."""

    script: Script
    pace: Pace
    settings: Settings
    clips: Clips
    mix: Mix
    bed: Bed | None = None

    def speak(self, progress: Progress | None = None) -> None:
        """Make all speech, then stretch the rests to the length that was asked for.

        Raises:
            SpeechError: if a line can't be spoken.
            LengthError: if the script can't be that long or short.
        """
        try:
            self.clips.prepare(self.script.lines(), progress)
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
            seconds, rate = self.settings.minutes * 60 - elapsed, self.settings.sample_rate
            self.script = fit(self.script, seconds, self.pace, rate, self.clips.frames)

    def recall(self) -> bool:
        """Return whether all speech is made already; then the length is settled, too."""
        made = self.clips.recall(self.script.lines())
        if made:
            self.fit()
        return made

    def timeline(self) -> Timeline:
        return Timeline(self.script, self.pace, self.settings.sample_rate, self.clips.frames)

    def plan(self) -> Plan:
        return Plan(self.script, self.pace, self.settings.sample_rate, tuple(self.timeline()))

    def renderer(self, timeline: Timeline | None = None, bed: BedStream | None = None) -> Renderer:
        """Return what makes it heard; ``bed`` goes on, or else begins."""
        breaths = timeline or self.timeline()
        if bed is None and self.bed is not None:
            bed = self.bed.stream()
        return Renderer(breaths, self.clips.samples, self.mix, self.settings.sample_rate, bed)

    def with_tone(self, tone: str) -> Mix:
        """Return the balance with another tone style."""
        return balance(self.pace, replace(self.settings, tone=tone), self.bed)[0]


def open_session(script: Script, settings: Settings) -> Session:
    """Put a session together; nothing is spoken yet.

    Raises:
        PaceError: if the script forbids the pace.
        UnknownNameError: if there is no such voice.
        RequestError, AudioError: if the bed can't be read.
    """
    if settings.night:
        script = without_bells(script)
    pace = settings.pace or script.pace
    script.check_pace(pace)
    bed = open_bed(settings.bed, settings.sample_rate) if settings.bed else None
    mix, ceiling_db = balance(pace, settings, bed)
    clips: Clips
    if settings.voice == NONE:
        clips = SilentClips(settings.sample_rate, settings.rate)
    else:
        clips = SpokenClips(
            open_voice(settings.voice, script.language, settings.rate),
            settings.voice,
            cache_folder(),
            settings.sample_rate,
            voice_lufs(settings),
            db_to_gain(ceiling_db),
            settings.night,
        )
    return Session(script, pace, settings, clips, mix, bed)
