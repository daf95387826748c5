"""A session with all that it needs: script, pace, clips and balance."""

from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass, field, replace
from os import PathLike
from typing import TYPE_CHECKING, NamedTuple, Unpack

from voice_guide.audio.samples import Audio
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import NO_RAMP, Ramp, Variation
from voice_guide.plan.length import fit_breaths, fit_minutes
from voice_guide.plan.plan import Plan
from voice_guide.plan.timeline import Timeline
from voice_guide.scripting.model import (
    Line,
    Script,
)
from voice_guide.session import checks
from voice_guide.settings import Settings, Tone
from voice_guide.sound.balance import PEAK_DBTP, balance, voice_lufs
from voice_guide.sound.bed import Bed, BedStream
from voice_guide.sound.guard import Guard, Parts
from voice_guide.sound.judge import Mended
from voice_guide.sound.render import Mix, Renderer
from voice_guide.texts import plain
from voice_guide.units import db_to_gain
from voice_guide.voices import NONE
from voice_guide.voices.clips import Clips, Progress, likely_seconds

if TYPE_CHECKING:
    from voice_guide.output.order import FileOptions
    from voice_guide.voices.proven import Proof

__all__ = ["Opened", "Session"]


class Opened(NamedTuple):
    """What a session began with, before a script's inner voice or a publisher changed it.

    Attributes:
        settings: as they were asked for.
        clips: as they are made.
        ceiling: the highest true peak of these, as an amplitude.
    """

    settings: Settings
    clips: Clips
    ceiling: float


@dataclass
class Session:
    """One script at its pace, with its clips and its balance; `open_session` makes it.

    Nothing is spoken until it is needed: `plan`, `blocks` and `export` make what is missing, and
    `speak` makes it beforehand.

    Attributes
    ----------
    script : Script
        What is said, with its rests as long as the session has them.
    pace : Pace
        Seconds of inhale, hold, exhale and hold.
    settings : Settings
        The options that it was opened with.
    clips : Clips
        Where the sound of its lines comes from.
    mix : Mix
        How its parts are balanced.
    bed : Bed or None
        What lies beside the tone.
    ramp : Ramp
        Where the pace begins.
    profile : str or None
        Of the publisher that it is for.
    excerpt : tuple of int, or None
        The part that is exported, from one frame to another: silence is put before it where it
        begins before 0. None is the whole.
    ready : bool
        Whether all speech is made, and the length settled.
    as_written : Script or None
        The script before its rests were stretched, if they were.
    mended : Mended
        What its guards had to mend.
    remarks : list of str
        What there is to say of the last export, in a sentence each.
    opened : Opened or None
        What it began with.
    """

    script: Script
    pace: Pace
    settings: Settings
    clips: Clips
    mix: Mix
    _: KW_ONLY
    bed: Bed | None = None
    ramp: Ramp = NO_RAMP
    profile: str | None = None
    excerpt: tuple[int, int] | None = None
    ready: bool = False
    as_written: Script | None = None
    mended: Mended = field(default_factory=Mended)
    remarks: list[str] = field(default_factory=list)
    opened: Opened | None = None

    def speak(self, progress: Progress | None = None) -> None:
        """Make all speech, then stretch the rests to the length that was asked for.

        Parameters
        ----------
        progress
            Called with the number of clips that are made, and of all.

        Raises
        ------
        SpeechError
            If a line can't be spoken.
        LengthError
            If the script can't be that long or short.
        RequestError
            If the session can't be brought to what its publisher asks.
        """
        if self.ready:
            return
        try:
            self.clips.prepare([*self.script.lines(), *self.numbers()], progress)
        finally:
            self.clips.close()
        self.fit()
        if self.profile:
            from voice_guide.output.profiles import published

            brought = published(self.profile, self.planned(), self.settings, self.clips, self.mix)
            self.settings, self.clips, self.mix, self.excerpt = brought
        self.ready = True

    def fit(self, elapsed: float = 0.0, breathed: int = 0) -> None:
        """Stretch the rests to the length that was asked for, once all speech is made.

        Args:
            elapsed: seconds of it that have gone by already.
            breathed: the breaths of these seconds.

        Raises:
            LengthError: if the script can't be that long or short.
        """
        if self.settings.fitted:
            self.as_written = self.script
        if self.settings.minutes is not None:
            self.script = fit_minutes(
                self.script, self.settings.minutes * 60 - elapsed, self.placed
            )
        elif self.settings.breaths is not None:
            self.script = fit_breaths(self.script, self.settings.breaths - breathed, self.placed)
        checks.check_ramp(self)

    @property
    def notes(self) -> list[str]:
        """What the listener should know besides what they hear, in a sentence each."""
        return [*self.clips.notes, *checks.uncounted(self), *self.mended.notes(), *self.remarks]

    @property
    def proof(self) -> "Proof | None":
        """What became of the lines, if a recogniser was asked to hear them; else None."""
        return self.clips.proof

    def check_heard(self) -> None:
        """Refuse a silent session.

        Raises
        ------
        RequestError
            Saying what could be heard.
        """
        checks.check_heard(self)

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
            self.ready = True
        else:
            checks.check_ramp(self)
        return made

    def estimate(self, line: Line) -> int:
        """The length of a line's clip in frames, also while it is not made."""
        rate, likely = self.settings.sample_rate, likely_seconds(line.text, self.settings.rate)
        return self.clips.frames(line) or round(likely * rate)

    def said(self, line: Line) -> list[tuple[int, int]]:
        """When its words are said, as far as its voice tells.

        Returns:
            The letters of its text, as it is shown, at which words begin, and the frames of its
            clip.
        """
        from voice_guide.voices.words import in_text

        return in_text(plain(line.text), self.clips.words(line))

    def timeline(self, start: int | None = 0) -> Timeline:
        """Place the session's words from an item on, or, with None, breathe without them."""
        return self.placed(None if start is None else self.script, start or 0)

    def placed(self, script: Script | None, start: int = 0) -> Timeline:
        """Place the words of another script as this session's own, from an item on."""
        rate, frames = self.settings.sample_rate, self.clips.frames
        variation = Variation(self.settings.vary, self.settings.seed)
        return Timeline(
            script, self.pace, rate, frames, start=start, ramp=self.ramp, variation=variation
        )

    def plan(self) -> Plan:
        """Return every breath, line and bell of what is heard, at its frame.

        Raises
        ------
        SpeechError, LengthError, RequestError
            As `speak`.
        """
        self.speak()
        plan = self.planned()
        return plan.cut(*self.excerpt) if self.excerpt else plan

    def planned(self) -> Plan:
        """Return the plan of the whole, whose speech is made, whatever a publisher cuts off."""
        rate, breaths = self.settings.sample_rate, tuple(self.timeline())
        return Plan(self.script, self.pace, rate, breaths, self.ramp)

    def blocks(self, frames: int = 65536, *, stems: bool = False) -> Iterator[Audio]:
        """Render the session, block by block; the size of the blocks changes nothing.

        Parameters
        ----------
        frames
            The most that a block has.
        stems
            Whether its parts come with it, in two channels each after those of the mix: tone,
            bed, bells and voice, which add up to it.

        Yields
        ------
        numpy.ndarray
            float32 of shape (n, 2) in [-1, 1], with stems (n, 10), at ``settings.sample_rate``
            Hz; together they have ``plan().frames`` frames. Some may be read-only.

        Raises
        ------
        SpeechError, LengthError, RequestError
            As `speak`.
        """
        self.speak()
        rate, renderer, channels = self.settings.sample_rate, self.renderer(), 2
        read: Callable[[int], Audio] = renderer.piece
        if stems:
            from voice_guide.sound.stems import STEMS, beside_the_mix

            read = beside_the_mix(renderer, self.timeline, self.clips.samples, rate, self.bed)
            channels += 2 * len(STEMS)
        guard = self.guard(read, renderer.parts)
        if self.excerpt:
            from voice_guide.output.excerpt import cut

            yield from cut(guard, self.excerpt, frames, rate, channels)
        else:
            yield from guard.blocks(frames)

    def export(
        self,
        file: str | PathLike[str],
        *,
        overwrite: bool = False,
        progress: Progress | None = None,
        **options: Unpack["FileOptions"],
    ) -> Plan:
        """Write the session to a file, and what goes beside it: all of it, or nothing.

        The same session gives the same bytes as ``voice-guide export`` does.

        Parameters
        ----------
        file
            Its ending chooses the format: .wav, .flac, .ogg, .opus, .mp3, .m4a or .m4b; ``-`` is
            WAV on standard output, which has no tags.
        overwrite
            Whether files that exist are replaced.
        progress
            Called with the frames that are written, and all of them.
        **options
            subtype: of .wav 16, 24 or float, of .flac 16 or 24; usually 16.
            quality: of a format that leaves something out, low, normal or high.
            plan_file, transcript_file: where the plan (JSON) and the words (Markdown) go.
            captions: those to write beside it, vtt, srt, lrc and ass; with ``captions_breath``,
            they also tell when to breathe in and out, with ``captions_words`` when each word is
            said, where the voice tells.
            stems: whether tone, bed, bells and voice go beside it, a WAV file each.
            page_file: where a page (HTML) goes that plays it in a browser.
            picture_file, report_file: where a picture of the plan (PNG) goes, and what
            `analyse` tells of the file (JSON).
            bundle_file: where a bundle (ZIP) goes, from which the same bytes can be made anywhere.
            title, artist, album, date, cover: what the file says instead of what the script does.

        Returns
        -------
        Plan
            Of what was written.

        Raises
        ------
        RequestError
            If the session would be silent, or there is no such format, or as `speak`.
        OutputError
            If a file can't be written, or is there already.
        SpeechError, LengthError
            As `speak`.
        """
        from voice_guide.output.export import export
        from voice_guide.output.order import order
        from voice_guide.output.tags import tags_of

        asked = order(
            file,
            options,
            script=self.script,
            settings=self.settings,
            profile=self.profile,
            overwrite=overwrite,
        )
        self.check_heard()
        plan = self.plan()
        tags = tags_of(plan, self.clips.spoken_by, asked.labels, asked.cover)
        packing = None
        if asked.beside.bundle is not None:
            from voice_guide.session.bundles import packing_of

            packing = packing_of(self, asked.labels, asked.cover)
        self.remarks = export(
            self, plan, asked, tags, packing, overwrite=overwrite, progress=progress
        )
        return plan

    def renderer(self, timeline: Timeline | None = None, bed: BedStream | None = None) -> Renderer:
        """Return what makes it heard, from the timeline's next breath on; ``bed`` goes on there."""
        breaths = timeline or self.timeline()
        if bed is None and self.bed is not None:
            bed = self.bed.stream()
            bed.skip(breaths.position)
        rate = self.settings.sample_rate
        clips, start = self.clips, breaths.position
        said = None if self.settings.voice == NONE else clips.samples
        return Renderer(breaths, said, self.mix, rate, bed, calm=clips.calm, start=start)

    def guard(self, read: Callable[[int], Audio], parts: Parts = lambda _: None) -> Guard:
        """Return what stands between a stream of this session and the ear."""
        loudest = max(self.settings.loudness, voice_lufs(self.settings))
        ceiling = db_to_gain(PEAK_DBTP)
        rate = self.settings.sample_rate
        return Guard(read, rate, lufs=loudest, ceiling=ceiling, mended=self.mended, parts=parts)

    def with_tone(self, tone: Tone) -> Mix:
        """Return the balance with another tone style."""
        return self.balanced(replace(self.settings, tone=tone))

    def balanced(self, settings: Settings) -> Mix:
        """Return the balance that it has with other settings."""
        return balance(self.pace, settings, self.bed)[0]
