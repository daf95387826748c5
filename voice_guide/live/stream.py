"""A session in blocks, and what a listener may change in it: its pace, its place, its end."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

from voice_guide.audio.fade import Fade
from voice_guide.audio.samples import Audio
from voice_guide.pace.pace import Pace
from voice_guide.plan.breath import Breath
from voice_guide.plan.timeline import Timeline
from voice_guide.session import Session
from voice_guide.sound.ducking import RELEASE_SECONDS
from voice_guide.sound.proof import Part
from voice_guide.sound.render import Mix, Renderer
from voice_guide.units import db_to_gain, seconds_to_frames

__all__ = ["Now", "Stream"]

CROSSFADE_SECONDS = 1.5
"""From one section to another."""
FELT_SECONDS = RELEASE_SECONDS + 0.5
"""After a word, until the tone is all back and the last guard has forgotten the word."""
DROWSE_DB = -30
"""What is left of a session for sleep at its end."""


@dataclass(frozen=True)
class Now:
    """Where a session is after a block: what other threads may look at while the next is made."""

    breath: Breath | None  # that sounds; None before the first
    position: int  # the next frame, on the timeline of this breath
    heard: int  # frames
    section: int
    ahead: Timeline  # what comes, never moved on

    @property
    def next_pace(self) -> Pace:
        """The pace of the next breath that is not being made yet."""
        return self.ahead.next_pace


class Stream:
    """A session from a place on; it can go over to another, and is changed between two blocks.

    Args:
        session: its speech may still be in the making.
        start: the item of the script to start with.
        waits: breathe alone until ``begin`` brings the script.
        sleep: fade over the last section.
        at: the frame to start with instead, if not 0: it begins ``early``, with what is felt there.
    """

    now: Now
    """Where it is."""

    def __init__(self, session: Session, start: int, waits: bool, sleep: bool, at: int = 0) -> None:
        self.session = session
        self.heard = 0  # frames
        self.section = -1  # that sounds, or is on its way
        self.finishing = False  # with the breath that sounds now
        self._rate = session.settings.sample_rate
        self._start = start
        self._timeline = session.timeline(None if waits else start)
        self.early = 0  # frames that it begins before ``at``
        if at and not waits:
            reach = seconds_to_frames(FELT_SECONDS, self._rate)
            self._timeline.skip_to(at, reach, session.estimate)
            self.early = at - self._timeline.position
        self._renderer = session.renderer(self._timeline)
        self._leaving: list[tuple[Renderer, Fade]] = []
        self._began = 0  # the value of ``heard`` when this section began
        self._entered = False  # whether a breath of it has been heard
        self._sleep = sleep
        self._drowse = Fade(1, 1, 1)
        self._end: tuple[Timeline, int] | None = None  # from where it was worked out, the end
        self._publish()

    def read(self, frames: int) -> Audio:
        """Return the next block, float32 of shape (n, 2); n < frames only at the end."""
        out = self._mixed(frames)
        self._publish(changed=self._timeline.breaths != self.now.ahead.breaths)
        return out

    def _publish(self, changed: bool = True) -> None:
        """Tell where it is; what comes is copied when it has changed, as with each breath."""
        ahead = copy.copy(self._timeline) if changed else self.now.ahead
        self.now = Now(self.breath, self.position, self.heard, self.section, ahead)

    def _mixed(self, frames: int) -> Audio:
        out = self._renderer.read(frames)
        self.heard += len(out)
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

    def _notice_section(self) -> None:
        breath = self.breath
        if breath is None or (self._entered and breath.section == self.section):
            return
        self.section, self._began, self._entered = breath.section, self.heard, True
        if self._sleep and breath.section == len(self.session.script.sections) - 1:
            self._publish()
            frames = self.frames_left() or 1
            self._drowse = Fade(self._drowse.value, db_to_gain(DROWSE_DB), frames)

    # --- where it is ----------------------------------------------------------------------

    @property
    def breath(self) -> Breath | None:
        """The breath that sounds; None before the first."""
        return self._renderer.breath

    @property
    def position(self) -> int:
        """The next frame, on the timeline of this breath."""
        return self._renderer.position

    @property
    def item(self) -> int:
        """The item of the script to start with, to hear this breath again."""
        return max(self._start, self.breath.item) if self.breath else self._start

    @property
    def section_seconds(self) -> float:
        """How long this section has been heard."""
        return (self.heard - self._began) / self._rate

    def has_section(self, number: int) -> bool:
        """Whether one can go there."""
        return not self._timeline.waits and number < len(self.session.script.sections)

    def free(self, frames: int) -> bool:
        """Whether nothing is said for so long, and words are wanted at all."""
        return not self._renderer.muted and self._renderer.free(frames)

    def parts(self, since: int) -> tuple[Sequence[Part], int] | None:
        """The sounds of which its renderer's sound consists since a frame of its timeline, and for
        how many frames from now on.
        """
        return self._renderer.parts(since)

    def frames_left(self) -> int | None:
        """Frames to the end at this pace, worked out anew once a breath; None if unknown."""
        now, known = self.now, self._end
        if now.breath is None or now.ahead.waits:
            return None
        if self.finishing:
            return max(now.breath.end - now.position, 0)
        if known is None or known[0] is not now.ahead:
            self._end = known = (now.ahead, now.ahead.end(self.session.estimate))
        return max(known[1] - now.position, 0)

    def going_on(self) -> Session:
        """The session at the pace it has now, with what is left of a ramp."""
        ahead = self.now.ahead
        return replace(self.session, pace=ahead.pace, ramp=ahead.ramp)

    @property
    def next_pace(self) -> Pace:
        """The pace of the next breath that is not being made yet."""
        return self.now.next_pace

    # --- what may be changed ---------------------------------------------------------------

    def change_pace(self, pace: Pace) -> None:
        """Go on at a pace from the next breath on; a ramp ends there."""
        self._timeline.pace = pace
        self._publish()

    def change_mix(self, mix: Mix) -> None:
        """Go on with a balance from the next breath on."""
        self.session.mix = self._renderer.mix = mix

    def toggle_words(self) -> bool:
        """Leave words out, or let them in again; return whether they are heard from now on."""
        muted = not self._renderer.muted
        self._renderer.mute(muted)
        return not muted

    def go(self, section: int, crossfade: bool) -> None:
        """Leave what is heard for the start of another section."""
        frames = seconds_to_frames(CROSSFADE_SECONDS, self._rate)
        left = self._renderer
        if crossfade:
            self._leaving.append((left, Fade(1, 0, frames)))
        else:
            self._leaving = []
        self._drowse = Fade(self._drowse.value, 1, frames)
        self._start = self.session.script.starts()[section]
        self._timeline = self.going_on().timeline(self._start)
        # The bed simply goes on; what is left behind still needs it while it fades.
        self._renderer = self.session.renderer(self._timeline, left.bed and left.bed.branch())
        self._renderer.mute(left.muted)
        self.section, self._began, self._entered = section, self.heard, False
        self._publish()

    def begin(self) -> None:
        """Bring the script to a breath that sounds alone, fitted to what is left of its length.

        Raises:
            LengthError: if that is impossible.
        """
        now = self.going_on()
        now.fit(self._timeline.seconds, self._timeline.breaths)
        self.session.script = now.script
        self._timeline.begin(now.script, self._start)
        self._publish()

    def finish(self) -> None:
        """Let the breath finish its exhale, and fade."""
        self._renderer.finish()
