"""What a listener hears, and what they do to it: one stream of blocks, without any device.

Commands may come from any thread; each takes effect at the next block that is
read, and each is answered by a sound. Until the first one, the stream is the
export, sample for sample.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from queue import SimpleQueue

import numpy as np

from voice_guide import tones
from voice_guide.errors import PaceError
from voice_guide.pace import Pace
from voice_guide.render import Renderer
from voice_guide.script import Line
from voice_guide.session import Session
from voice_guide.timeline import Timeline
from voice_guide.tones import Audio
from voice_guide.units import db_to_gain

__all__ = ["Playback", "Status"]

PAUSE_SECONDS = 0.3
CROSSFADE_SECONDS = 1.5
VOLUME_SECONDS = 0.1
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
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._starts = _section_starts(session)
        self._timeline = self._new_timeline(None if waits else start)
        self._renderer = session.renderer(self._timeline)
        self._leaving: Renderer | None = None
        self._crossfade = _Ramp(1, 1, 1)
        self._gate = _Ramp(1, 1, 1)  # closes for a pause
        self._volume = _Ramp(volume, volume, 1)
        self._sleep = sleep
        self._drowse = _Ramp(1, 1, 1)
        self._signals: list[Audio] = []
        self._spoken: Audio | None = None  # the keys, said aloud while the session waits
        self._heard = 0  # frames, pauses left out
        self._section_began = 0  # the value of ``_heard`` when this section began
        self._section = -1
        self._muted = False
        self._left: tuple[int, int] | None = None  # the breath it was worked out at, frames

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
        mix = self.session.with_tone(
            styles[(styles.index(self.session.mix.tone) + 1) % len(styles)]
        )
        self._asked.put(lambda: self._change_mix(mix))

    def toggle_words(self) -> None:
        self._asked.put(self._toggle_words)

    def say(self, clip: Audio) -> None:
        """Let the session wait while something else is said; float32 of shape (frames,)."""
        self._asked.put(lambda: self._say(clip))

    def begin(self, start: int = 0) -> None:
        """Bring the session's script, now that it is there, to a breath that sounds alone."""
        self._asked.put(lambda: self._begin(start))

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
                    self._open(0.0)
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
        if self._leaving is not None:
            old = self._leaving.read(len(out))
            self._crossfade.apply(old)
            out[: len(old)] += old
            if not self._crossfade.left or len(old) < len(out):
                self._leaving = None
        if self._sleep:
            self._drowse.apply(out)
        return out

    def _signalled(self, out: Audio, frames: int) -> Audio:
        signal, *rest = self._signals
        if len(out) < frames:  # a sign outlasts the session
            missing = min(frames, len(signal)) - len(out)
            out = np.concatenate([out, np.zeros((max(missing, 0), 2), np.float32)])
        heard = signal[: len(out)]
        out[: len(heard)] += heard
        left = signal[len(heard) :]
        self._signals = [left, *rest] if len(left) else rest
        return out

    def _notice_section(self) -> None:
        breath = self._renderer.breath
        if breath is None or breath.section == self._section:
            return
        self._section, self._section_began = breath.section, self._heard
        if self._sleep and breath.section == len(self.session.script.sections) - 1:
            self._drowse = _Ramp(1, db_to_gain(-30), self._frames_left() or 1)

    # --- where it is ----------------------------------------------------------------------

    @property
    def volume(self) -> float:
        return self._volume.target

    @property
    def item(self) -> int:
        """The item of the script to start with, to hear this breath again."""
        return self._renderer.breath.item if self._renderer.breath else 0

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
            ahead = 0 if self.finishing else self._timeline.remaining(self._estimate)
            self._left = (breath.start, breath.end + ahead)
        return max(self._left[1] - self._renderer.position, 0)

    def _estimate(self, line: Line) -> int:
        made = self.session.clips.frames(line)
        return made or len(line.text.split()) * self._rate // 2

    # --- what is done, between two blocks -------------------------------------------------

    def _pause(self, closed: bool) -> None:
        self._spoken = None
        self._signal(FALLING if closed else RISING)
        self._gate = _Ramp(self._gate.value, 0 if closed else 1, self._frames(PAUSE_SECONDS))

    def _open(self, value: float) -> None:
        self._gate = _Ramp(value, 1, self._frames(PAUSE_SECONDS))

    def _say(self, clip: Audio) -> None:
        self._gate = _Ramp(self._gate.value, 0, self._frames(PAUSE_SECONDS))
        self._spoken = clip

    def _scale(self, seconds: Fraction) -> None:
        """Make the whole cycle longer or shorter, keeping the ratio of its phases."""
        cycle = max(self.pace.cycle + seconds, SHORTEST_CYCLE)
        factor = cycle / self.pace.cycle
        phases = (self.pace.inhale, self.pace.hold_in, self.pace.exhale, self.pace.hold_out)
        self._change_pace(*(phase * factor for phase in phases), longer=seconds > 0)

    def _exhale(self, seconds: Fraction) -> None:
        pace = self.pace
        phases = (pace.inhale, pace.hold_in, pace.exhale + seconds, pace.hold_out)
        self._change_pace(*phases, longer=seconds > 0)

    def _change_pace(self, *phases: Fraction, longer: bool) -> None:
        try:
            self.pace = Pace(*(phase.limit_denominator(1000) for phase in phases))
        except PaceError:  # at the end of the range
            self._signal(SAME)
            return
        self._timeline.pace = self.pace
        self._left = None
        self._signal(FALLING if longer else RISING)

    def _again(self) -> None:
        fresh = self._heard - self._section_began < AGAIN_SECONDS * self._rate
        self._go(max(self._section - fresh, 0))

    def _go(self, section: int) -> None:
        if self._timeline.waits or section >= len(self._starts):
            self._signal(SAME)
            return
        self._signal(RISING if section > self._section else FALLING)
        self._start_at(self._starts[section])

    def _start_at(self, item: int) -> None:
        """Leave what is heard for another place in the script, crossfading."""
        self._leaving = self._renderer if self._gate.target else None
        self._crossfade = _Ramp(1, 0, self._frames(CROSSFADE_SECONDS))
        self._timeline = self._new_timeline(item)
        self._renderer = self.session.renderer(self._timeline)
        self._renderer.mute(self._muted)
        self._left = None

    def _change_volume(self, db: float) -> None:
        volume = min(max(self._volume.target * db_to_gain(db), LOWEST_VOLUME), 1.0)
        self._signal(RISING if db > 0 else FALLING)
        self._volume = _Ramp(self._volume.value, volume, self._frames(VOLUME_SECONDS))

    def _change_mix(self, mix: object) -> None:
        self.session.mix = self._renderer.mix = mix  # type: ignore[assignment]
        self._signal(SAME)

    def _toggle_words(self) -> None:
        self._muted = not self._muted
        self._renderer.mute(self._muted)
        self._signal(FALLING if self._muted else RISING)

    def _begin(self, start: int) -> None:
        self._timeline.begin(self.session.script, start)

    def _finish(self) -> None:
        self._signal(SAME)
        self._left = None
        if self._gate.target == 0:
            self._open(self._gate.value)
        self._renderer.finish()

    def _signal(self, hertz: tuple[float, ...]) -> None:
        level = db_to_gain(self.session.settings.loudness - SIGNAL_BELOW_VOICE_DB)
        self._signals.append(tones.signal(self._rate, hertz) * np.float32(level))

    def _new_timeline(self, item: int | None) -> Timeline:
        script = None if item is None else self.session.script
        frames = self.session.clips.frames
        return Timeline(script, self.pace, self._rate, frames, item or 0)

    def _frames(self, seconds: float) -> int:
        return round(seconds * self._rate)


class _Ramp:
    """A gain on its way to another, along half a cosine."""

    def __init__(self, start: float, target: float, frames: int) -> None:
        self.value, self.target = start, target
        self.left = frames if start != target else 0
        self._start, self._frames = start, frames

    def apply(self, audio: Audio) -> None:
        """Scale a block in place, and go on to the next."""
        ramp = min(self.left, len(audio))
        if ramp:
            at = self._frames - self.left + np.arange(1, ramp + 1)
            curve = 0.5 - 0.5 * np.cos(np.pi * at / self._frames)
            audio[:ramp] *= (self._start + (self.target - self._start) * curve)[:, None]
            self.left -= ramp
            self.value = self._start + (self.target - self._start) * float(curve[-1])
        if not self.left:
            self.value = self.target
        if self.value != 1 and len(audio) > ramp:
            audio[ramp:] *= np.float32(self.value)


def _section_starts(session: Session) -> list[int]:
    """The first item of each section."""
    starts = [0]
    for section in session.script.sections:
        starts.append(starts[-1] + len(section.items))
    return starts[:-1]
