"""What a listener asks of a session, and hears: one stream of blocks, without any device."""

import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from queue import SimpleQueue

from voice_guide.audio.fade import Fade
from voice_guide.audio.samples import Audio
from voice_guide.errors import PaceError
from voice_guide.live.begun import Beginnings, Begun
from voice_guide.live.earcons import FALLING, RISING, SAME, Earcons
from voice_guide.live.pause import Pause
from voice_guide.live.remarks import Remarks
from voice_guide.live.stream import Stream
from voice_guide.pace.pace import Pace
from voice_guide.session import Session
from voice_guide.sound import tones
from voice_guide.sound.proof import Part
from voice_guide.sound.render import Mix
from voice_guide.units import db_to_gain, seconds_to_frames

__all__ = ["Playback", "Status"]

VOLUME_SECONDS = 0.1
"""A change of the volume takes this long, so that it doesn't click."""

VOLUME_STEP_DB = 2.0
"""Of one press of a key."""

LOWEST_VOLUME = db_to_gain(-40)
"""A gain: very soft, and not yet gone."""

AGAIN_SECONDS = 4
"""A section that began less than this ago is left for the one before it."""

STEP = Fraction(1, 2)
"""Seconds that one press adds to a breath."""

SHORTEST_CYCLE = Fraction(4)
"""Seconds; nobody is led to breathe faster than 15 times a minute by a slip of the finger."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """Where a session is, for a screen or a remote control."""

    title: str
    section: str
    breath: int  # counted from 1
    height: float  # how full the lungs are, 0 to 1
    seconds: float  # heard so far, pauses left out
    seconds_left: float | None  # None while it can't be known
    paused: bool
    pace: str = ""  # of the breath that comes
    away: str = ""  # why nothing is heard, where it is the device's doing


class Playback:
    """A session as it is heard.

    Commands may come from any thread; each takes effect at the next block that is read, and
    each is answered by a sound. Until the first one, the stream is the export, sample for sample.

    Args:
        session: its speech may still be in the making.
        start: the item of the script to start with.
        waits: breathe alone until ``begin`` brings the script.
        volume: amplitude factor, at most 1.
        sleep: fade over the last section.
        at: the frame to start with instead, if not 0.
    """

    def __init__(
        self,
        session: Session,
        start: int = 0,
        waits: bool = False,
        *,
        volume: float = 1.0,
        sleep: bool = False,
        at: int = 0,
    ) -> None:
        self.session = session
        self.pace = session.pace
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._rate = session.settings.sample_rate
        self._tone = session.mix.tone  # that was asked for last
        self._stream = Stream(session, start, waits, sleep, at)
        self._pause = Pause(self._rate)
        self._signs = Earcons(self._rate, session.settings.loudness)
        self._remarks = Remarks(self._rate)
        self._volume = Fade(volume, volume, 1)
        self._guard = session.guard(self._mixed, self._parts)
        self._as_exported = not (sleep or self._stream.position)  # frame by frame
        self._beginnings = Beginnings(-self._stream.early)
        if self._stream.early:
            self.read(self._stream.early)

    def read(self, frames: int) -> Audio:
        """Return the next block, float32 of shape (n, 2); n < frames only at the end."""
        out = self._guard.read(frames)
        self._volume.apply(out)
        return out

    def _mixed(self, frames: int) -> Audio:
        """Return the next block of all that is heard, answers too, before it is guarded."""
        while not self._asked.empty():
            self._as_exported = False
            self._asked.get()()
        free = self._stream.free(self._remarks.frames) and not self._pause.speaks
        before = self._stream.position
        out = self._pause.read(frames, self._stream.read)
        self._note(len(out), paused=self._stream.position - before < len(out))
        self._remarks.mix(out, free)
        return self._signs.mix(out, frames)

    def _parts(self, since: int) -> tuple[Sequence[Part], int] | None:
        """The sounds of which all consists since a frame; None if others may be heard."""
        return self._stream.parts(since) if self._as_exported else None

    def _note(self, frames: int, paused: bool) -> None:
        """Note where the breath begins that sounds; in a pause there is none."""
        breath = None if paused else self._stream.breath
        into = self._stream.position - breath.start if breath else 0
        self._beginnings.note(frames, breath, into)

    # --- where it is ----------------------------------------------------------------------

    @property
    def breaths(self) -> deque[Begun]:
        """The breaths that were read last; whoever wants them takes them out."""
        return self._beginnings.breaths

    @property
    def volume(self) -> float:
        return self._volume.target

    @property
    def pause_wished(self) -> bool:
        """Whether the listener has paused it, and wants to go on later."""
        return self._pause.wished

    @property
    def next_pace(self) -> Pace:
        """The pace of the breath that comes."""
        return self._stream.next_pace

    @property
    def finishing(self) -> bool:
        """Whether the end was asked for."""
        return self._stream.finishing

    @property
    def item(self) -> int:
        """The item of the script to start with, to hear this breath again."""
        return self._stream.item

    @property
    def began(self) -> bool:
        """Whether anything has been read yet."""
        return self._stream.heard > 0

    def going_on(self) -> Session:
        """The session at the pace it has now, with what is left of a ramp."""
        return self._stream.going_on()

    def status(self) -> Status:
        """May be asked for from any thread, at any time."""
        now, left, script = self._stream.now, self._stream.frames_left(), self.session.script
        breath, section = now.breath, max(now.section, 0)
        return Status(
            title=script.title,
            section=script.sections[section].title if script.sections else "",
            breath=breath.number + 1 if breath else 1,
            height=breath.fullness(now.position - breath.start) if breath else 0.0,
            seconds=now.heard / self._rate,
            seconds_left=None if left is None else left / self._rate,
            paused=self._pause.on,
            pace=now.next_pace.brief,
        )

    # --- what a listener may ask for ------------------------------------------------------

    def toggle_pause(self) -> None:
        self._asked.put(lambda: self._turn_pause(not self._pause.on))

    def pause(self) -> None:
        self._asked.put(lambda: self._turn_pause(True))

    def resume(self) -> None:
        self._asked.put(lambda: self._turn_pause(False))

    def slower(self) -> None:
        self._asked.put(lambda: self._scale(STEP))

    def faster(self) -> None:
        self._asked.put(lambda: self._scale(-STEP))

    def exhale_longer(self) -> None:
        self._asked.put(lambda: self._exhale(STEP))

    def exhale_shorter(self) -> None:
        self._asked.put(lambda: self._exhale(-STEP))

    def again(self) -> None:
        self._asked.put(self._again)

    def next(self) -> None:
        self._asked.put(lambda: self._go(self._stream.section + 1))

    def louder(self) -> None:
        self._asked.put(lambda: self._change_volume(VOLUME_STEP_DB))

    def quieter(self) -> None:
        self._asked.put(lambda: self._change_volume(-VOLUME_STEP_DB))

    def next_tone(self) -> None:
        """The balance of the next style is measured here, outside of the stream of blocks."""
        styles = list(tones.STYLES)
        self._tone = styles[(styles.index(self._tone) + 1) % len(styles)]
        self.answer()
        mix = self.session.with_tone(self._tone)
        self._asked.put(lambda: self._change_mix(mix))

    def change(self, pace: Pace, mix: Mix) -> None:
        """Go on at a pace and with a balance from the next breath on, without a sign."""
        self._asked.put(lambda: self._change(pace, mix))

    def toggle_words(self) -> None:
        self._asked.put(self._toggle_words)

    def answer(self) -> None:
        """Give a sign that a key was heard whose work takes a moment."""
        self._asked.put(lambda: self._signs.give(SAME))

    def say(self, clip: Audio) -> None:
        """Let the session wait while something else is said; float32 of shape (frames,)."""
        self._asked.put(lambda: self._signs.join(self._pause.say(clip)))

    def remark(self, clip: Audio) -> None:
        """Let a word be heard where the session has room for it; float32 of shape (frames,)."""
        self._asked.put(lambda: self._remarks.say(clip))

    def begin(self) -> None:
        """Bring the session's script, whose speech is made now, to a breath that sounds alone.

        It is fitted to what is left of the length that was asked for; where that is
        impossible, ``read`` raises ``LengthError``.
        """
        self._asked.put(self._stream.begin)

    def finish(self) -> None:
        """Let the breath finish its exhale, and fade."""
        self._stream.finishing = True
        self._asked.put(self._finish)

    # --- what is done, between two blocks -------------------------------------------------

    def _turn_pause(self, on: bool) -> None:
        self._signs.join(self._pause.turn(on))
        self._signs.give(FALLING if on else RISING)

    def _scale(self, seconds: Fraction) -> None:
        """Make the whole cycle longer or shorter, keeping the ratio of its phases."""
        pace = self._stream.next_pace
        factor = 1 + _allowed(seconds, pace) / pace.cycle
        self._change_pace(pace, lambda: pace.scaled(factor))

    def _exhale(self, seconds: Fraction) -> None:
        pace = self._stream.next_pace
        self._change_pace(pace, lambda: pace.longer_exhale(_allowed(seconds, pace)))

    def _change_pace(self, before: Pace, change: Callable[[], Pace]) -> None:
        """Leave a pace for another; a ramp ends where the listener takes over."""
        self.pace = before
        with contextlib.suppress(PaceError):  # at the end of the range
            self.pace = change()
        self._stream.change_pace(self.pace)
        self._answer_change(float(before.cycle - self.pace.cycle))

    def _again(self) -> None:
        fresh = self._stream.section_seconds < AGAIN_SECONDS
        self._go(max(self._stream.section - fresh, 0))

    def _go(self, section: int) -> None:
        if not self._stream.has_section(section):
            self._signs.give(SAME)
            return
        self._signs.give(RISING if section > self._stream.section else FALLING)
        self._stream.go(section, crossfade=not self._pause.complete)

    def _change_volume(self, db: float) -> None:
        before = self._volume.target
        volume = min(max(before * db_to_gain(db), LOWEST_VOLUME), 1.0)
        frames = seconds_to_frames(VOLUME_SECONDS, self._rate)
        self._volume = Fade(self._volume.value, volume, frames)
        self._answer_change(volume - before)

    def _answer_change(self, change: float) -> None:
        """Give a sign; where nothing changes, as at the end of a range, it is flat."""
        self._signs.give(RISING if change > 0 else FALLING if change < 0 else SAME)

    def _change(self, pace: Pace, mix: Mix) -> None:
        if pace != self._stream.going_on().pace:  # or a ramp would end
            self.pace = pace
            self._stream.change_pace(pace)
        self._tone = mix.tone
        self._stream.change_mix(mix)

    def _change_mix(self, mix: Mix) -> None:
        if mix.tone == self._tone:  # no other was asked for since
            self._stream.change_mix(mix)

    def _toggle_words(self) -> None:
        self._signs.give(RISING if self._stream.toggle_words() else FALLING)

    def _finish(self) -> None:
        if self._pause.on:
            self._signs.join(self._pause.turn(False))
        self._signs.give(SAME)
        self._stream.finish()


def _allowed(seconds: Fraction, pace: Pace) -> Fraction:
    """How much of a change leaves the cycle long enough; one that is shorter may stay so."""
    return max(seconds, min(SHORTEST_CYCLE - pace.cycle, Fraction(0)))
