"""What a listener hears, and what they do to it: one stream of blocks, without any device.

Commands may come from any thread; each takes effect at the next block that is
read, and each is answered by a sound. Until the first one, the stream is the
export, sample for sample.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from queue import SimpleQueue

import numpy as np

from voice_guide import tones
from voice_guide.errors import PaceError
from voice_guide.fade import Fade
from voice_guide.pace import Pace
from voice_guide.render import Mix, Renderer
from voice_guide.session import Session
from voice_guide.tones import Audio
from voice_guide.units import db_to_gain

__all__ = ["Playback", "Status"]

PAUSE_SECONDS = 0.3
CROSSFADE_SECONDS = 1.5
VOLUME_SECONDS = 0.1
HUSH_SECONDS = 0.1
"""The keys, being said aloud, give way over this."""

VOLUME_STEP_DB = 2.0
LOWEST_VOLUME = db_to_gain(-40)
SIGNAL_BELOW_VOICE_DB = 8.0
AGAIN_SECONDS = 4
"""A section that began less than this ago is left for the one before it."""

STEP = Fraction(1, 2)
"""Seconds that one press adds to a breath."""

SHORTEST_CYCLE = Fraction(4)
"""Seconds; nobody is led to breathe faster than 15 times a minute by a slip of the finger."""

RISING, FALLING = (523.0, 659.0), (659.0, 523.0)
SAME = (587.0,)


@dataclass(frozen=True)
class Status:
    """Where a session is, for a screen or a remote control."""

    title: str
    section: str
    breath: int  # counted from 1
    phase: float  # of this breath, 0 to 1
    height: float  # how full the lungs are, 0 to 1
    seconds: float  # heard so far, pauses left out
    seconds_left: float | None  # None while it can't be known
    paused: bool


class Playback:
    """A session as it is heard.

    Args:
        session: its speech may still be in the making.
        start: the item of the script to start with.
        waits: breathe alone until ``begin`` brings the script.
        volume: amplitude factor, at most 1.
        sleep: fade over the last section.
    """

    def __init__(
        self,
        session: Session,
        start: int = 0,
        waits: bool = False,
        volume: float = 1.0,
        sleep: bool = False,
    ) -> None:
        self.session = session
        self.pace = session.pace
        self.finishing = False
        self._rate = session.settings.sample_rate
        self._tone = session.mix.tone  # that was asked for last
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._start = start
        self._starts = session.script.starts()
        self._timeline = session.timeline(None if waits else start)
        self._renderer = session.renderer(self._timeline)
        self._leaving: list[tuple[Renderer, Fade]] = []
        self._gate = Fade(1, 1, 1)  # closes for a pause
        self._volume = Fade(volume, volume, 1)
        self._sleep = sleep
        self._drowse = Fade(1, 1, 1)
        self._signals: list[Audio] = []
        self._spoken: Audio | None = None  # the keys, said aloud while the session waits
        self._goes_on = True  # after them
        self._heard = 0  # frames, pauses left out
        self._section_began = 0  # the value of ``_heard`` when this section began
        self._section = -1
        self._entered = False  # whether a breath of it has been heard
        self._muted = False
        self._left: tuple[int, int] | None = None  # the breath it was worked out at, the end

    # --- what a listener may ask for ------------------------------------------------------

    def toggle_pause(self) -> None:
        self._asked.put(lambda: self._pause(self._gate.target > 0))

    def pause(self) -> None:
        self._asked.put(lambda: self._pause(True))

    def resume(self) -> None:
        self._asked.put(lambda: self._pause(False))

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
        self._asked.put(lambda: self._go(self._section + 1))

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

    def toggle_words(self) -> None:
        self._asked.put(self._toggle_words)

    def answer(self) -> None:
        """Give a sign that a key was heard whose work takes a moment."""
        self._asked.put(lambda: self._signal(SAME))

    def say(self, clip: Audio) -> None:
        """Let the session wait while something else is said; float32 of shape (frames,)."""
        self._asked.put(lambda: self._say(clip))

    def begin(self) -> None:
        """Bring the session's script, whose speech is made now, to a breath that sounds alone.

        It is fitted to what is left of the length that was asked for; where that is
        impossible, ``read`` raises ``LengthError``.
        """
        self._asked.put(self._begin)

    def finish(self) -> None:
        """Let the breath finish its exhale, and fade."""
        self.finishing = True
        self._asked.put(self._finish)

    # --- the stream -----------------------------------------------------------------------

    def read(self, frames: int) -> Audio:
        """Return the next block, float32 of shape (n, 2); n < frames only at the end."""
        while not self._asked.empty():
            self._asked.get()()
        out = self._gated(frames)
        if self._signals:
            out = self._signalled(out, frames)
        self._volume.apply(out)
        return out

    def _gated(self, frames: int) -> Audio:
        """The session, or what is heard while it is paused."""
        pieces: list[Audio] = []
        while frames > 0:
            if self._gate.value > 0 or self._gate.left:
                most = min(frames, self._gate.left) if self._gate.left else frames
                piece = self._session_block(most)
                short = len(piece) < most
                self._gate.apply(piece)
            elif self._spoken is not None:
                piece = np.repeat(self._spoken[:frames, None], 2, axis=1)
                self._spoken = self._spoken[frames:]
                short = False
                if not len(self._spoken):
                    self._spoken = None
                    if self._goes_on:
                        self._open()
            else:
                piece, short = np.zeros((frames, 2), np.float32), False
            pieces.append(piece)
            frames -= len(piece)
            if short:
                break
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def _session_block(self, frames: int) -> Audio:
        out = self._renderer.read(frames)
        self._heard += len(out)
        self._notice_section()
        for leaving in list(self._leaving):
            renderer, crossfade = leaving
            old = renderer.read(len(out))
            crossfade.apply(old)
            out[: len(old)] += old
            if not crossfade.left or len(old) < len(out):
                self._leaving.remove(leaving)
        if self._sleep:
            self._drowse.apply(out)
        return out

    def _signalled(self, out: Audio, frames: int) -> Audio:
        if len(out) < frames:  # a sign outlasts the session
            missing = min(frames, sum(map(len, self._signals))) - len(out)
            out = np.concatenate([out, np.zeros((max(missing, 0), 2), np.float32)])
        at = 0
        while self._signals and at < len(out):
            heard = self._signals[0][: len(out) - at]
            out[at : at + len(heard)] += heard
            at += len(heard)
            self._signals[0] = self._signals[0][len(heard) :]
            if not len(self._signals[0]):
                del self._signals[0]
        return out

    def _notice_section(self) -> None:
        breath = self._renderer.breath
        if breath is None or (self._entered and breath.section == self._section):
            return
        self._section, self._section_began, self._entered = breath.section, self._heard, True
        if self._sleep and breath.section == len(self.session.script.sections) - 1:
            frames = self._frames_left() or 1
            self._drowse = Fade(self._drowse.value, db_to_gain(-30), frames)

    # --- where it is ----------------------------------------------------------------------

    @property
    def volume(self) -> float:
        return self._volume.target

    @property
    def item(self) -> int:
        """The item of the script to start with, to hear this breath again."""
        breath = self._renderer.breath
        return max(self._start, breath.item) if breath else self._start

    @property
    def began(self) -> bool:
        """Whether anything has been read yet."""
        return self._heard > 0

    def going_on(self) -> Session:
        """The session at the pace it has now, with what is left of a ramp."""
        return replace(self.session, pace=self._timeline.pace, ramp=self._timeline.ramp)

    def status(self) -> Status:
        breath, script = self._renderer.breath, self.session.script
        left = self._frames_left()
        phase = height = 0.0
        if breath is not None:
            at = min(max(self._renderer.position - breath.start, 0), sum(breath.phases))
            phase = at / sum(breath.phases)
            out = at - breath.inhale - breath.hold_in
            height = min(at / breath.inhale, 1.0) if out < 0 else max(1 - out / breath.exhale, 0.0)
        section = max(self._section, 0)
        return Status(
            title=script.title,
            section=script.sections[section].title if script.sections else "",
            breath=breath.number + 1 if breath else 1,
            phase=phase,
            height=height,
            seconds=self._heard / self._rate,
            seconds_left=None if left is None else left / self._rate,
            paused=self._gate.target == 0,
        )

    def _frames_left(self) -> int | None:
        """Frames to the end at this pace, worked out anew once a breath."""
        breath = self._renderer.breath
        if breath is None or self._timeline.waits:
            return None
        if self._left is None or self._left[0] != breath.start:
            end = breath.end if self.finishing else self._timeline.end(self.session.estimate)
            self._left = (breath.start, end)
        return max(self._left[1] - self._renderer.position, 0)

    # --- what is done, between two blocks -------------------------------------------------

    def _pause(self, closed: bool) -> None:
        self._cut_words()
        self._signal(FALLING if closed else RISING)
        self._gate = Fade(self._gate.value, 0 if closed else 1, self._frames(PAUSE_SECONDS))

    def _open(self) -> None:
        self._gate = Fade(self._gate.value, 1, self._frames(PAUSE_SECONDS))

    def _say(self, clip: Audio) -> None:
        if self._spoken is None:
            self._goes_on = self._gate.target > 0
        self._cut_words()
        self._gate = Fade(self._gate.value, 0, self._frames(PAUSE_SECONDS))
        self._spoken = clip

    def _cut_words(self) -> None:
        """Fade what is said while the session waits."""
        words, self._spoken = self._spoken, None
        if words is None or self._gate.value > 0:  # not begun
            return
        fading = np.repeat(words[: self._frames(HUSH_SECONDS), None], 2, axis=1)
        Fade(1, 0, len(fading)).apply(fading)
        self._signals[:1] = [_sum(fading, *self._signals[:1])]

    def _scale(self, seconds: Fraction) -> None:
        """Make the whole cycle longer or shorter, keeping the ratio of its phases."""
        pace = self._timeline.next_pace
        factor = 1 + self._allowed(seconds, pace) / pace.cycle
        self._change_pace(pace, lambda: pace.scaled(factor))

    def _exhale(self, seconds: Fraction) -> None:
        pace = self._timeline.next_pace
        self._change_pace(pace, lambda: pace.longer_exhale(self._allowed(seconds, pace)))

    def _allowed(self, seconds: Fraction, pace: Pace) -> Fraction:
        """How much of a change leaves the cycle long enough; one that is shorter may stay so."""
        return max(seconds, min(SHORTEST_CYCLE - pace.cycle, Fraction(0)))

    def _change_pace(self, before: Pace, change: Callable[[], Pace]) -> None:
        """Leave a pace for another; a ramp ends where the listener takes over."""
        self.pace = before
        with contextlib.suppress(PaceError):  # at the end of the range
            self.pace = change()
        self._timeline.pace = self.pace
        self._left = None
        self._signal(_sign(float(before.cycle - self.pace.cycle)))

    def _again(self) -> None:
        fresh = self._heard - self._section_began < AGAIN_SECONDS * self._rate
        self._go(max(self._section - fresh, 0))

    def _go(self, section: int) -> None:
        if self._timeline.waits or section >= len(self._starts):
            self._signal(SAME)
            return
        self._signal(RISING if section > self._section else FALLING)
        self._start_at(section)

    def _start_at(self, section: int) -> None:
        """Leave what is heard for another section, crossfading."""
        frames = self._frames(CROSSFADE_SECONDS)
        if self._gate.value > 0 or self._gate.left:
            self._leaving.append((self._renderer, Fade(1, 0, frames)))
        else:
            self._leaving = []
        self._drowse = Fade(self._drowse.value, 1, frames)
        self._start = self._starts[section]
        self._timeline = self.going_on().timeline(self._start)
        # The bed simply goes on; what is left behind still needs it while it fades.
        bed = self._renderer.bed and self._renderer.bed.branch()
        self._renderer = self.session.renderer(self._timeline, bed)
        self._renderer.mute(self._muted)
        self._section, self._section_began, self._entered = section, self._heard, False
        self._left = None

    def _change_volume(self, db: float) -> None:
        before = self._volume.target
        volume = min(max(before * db_to_gain(db), LOWEST_VOLUME), 1.0)
        self._signal(_sign(volume - before))
        self._volume = Fade(self._volume.value, volume, self._frames(VOLUME_SECONDS))

    def _change_mix(self, mix: Mix) -> None:
        if mix.tone == self._tone:  # no other was asked for since
            self.session.mix = self._renderer.mix = mix

    def _toggle_words(self) -> None:
        self._muted = not self._muted
        self._renderer.mute(self._muted)
        self._signal(FALLING if self._muted else RISING)

    def _begin(self) -> None:
        now = self.going_on()
        now.fit(self._timeline.seconds)
        self.session.script = now.script
        self._timeline.begin(now.script, self._start)

    def _finish(self) -> None:
        self._cut_words()
        self._signal(SAME)
        self._left = None
        if self._gate.target == 0:
            self._open()
        self._renderer.finish()

    def _signal(self, hertz: tuple[float, ...]) -> None:
        level = db_to_gain(self.session.settings.loudness - SIGNAL_BELOW_VOICE_DB)
        # A sign that has not begun gives way to a newer one: none comes late.
        self._signals[1:] = [tones.signal(self._rate, hertz) * np.float32(level)]

    def _frames(self, seconds: float) -> int:
        return round(seconds * self._rate)


def _sign(change: float) -> tuple[float, ...]:
    """What answers a change; one that comes to nothing, as at the end of a range, is flat."""
    return RISING if change > 0 else FALLING if change < 0 else SAME


def _sum(*sounds: Audio) -> Audio:
    """Sounds of any length together."""
    whole = np.zeros((max(map(len, sounds)), 2), np.float32)
    for sound in sounds:
        whole[: len(sound)] += sound
    return whole
