"""The sound of a page: what `play` would let one hear, pulled block by block."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from voice_guide.audio.samples import Audio
from voice_guide.live.answers import Answers
from voice_guide.live.begun import Begun
from voice_guide.live.playback import Playback
from voice_guide.live.speech import Speech
from voice_guide.options import listener_settings
from voice_guide.scripting.model import Line
from voice_guide.session import Session, open_session
from voice_guide.settings import Settings
from voice_guide.sound.balance import voice_lufs
from voice_guide.studio.asked import Source
from voice_guide.studio.planning import Planner
from voice_guide.studio.refusals import RefusedError
from voice_guide.units import db_to_gain, seconds_to_frames

__all__ = ["Sound"]

STEP_SECONDS = 0.25
"""That are rendered at once: no two breaths begin in it."""

FIRST_SECONDS = 1.0
"""That the first line is waited for: one that comes later is heard a breath later."""

SHOWN_LETTERS = 300
"""Of a title or a line: they are told in a header of each block."""

AGAIN_SECONDS = 4.0
"""A section that began less than this ago is left for the one before it, as in `play`."""

_LIVE = ("pace", "tone", "tone_level", "voice_level", "loudness", "duck", "mono", "seed")
"""The settings that take effect with the next breath."""

_ASKED = {
    **{"pause": "pause", "resume": "resume", "finish": "finish", "words": "toggle_words"},
    **{"louder": "louder", "quieter": "quieter", "slower": "slower", "faster": "faster"},
    **{"exhale_longer": "exhale_longer", "exhale_shorter": "exhale_shorter"},
    "next_tone": "next_tone",
}
"""What the page may ask for, and who does it."""


class Sound:
    """One session as one page hears it.

    Args:
        source: of the session.
        settings: of the session.
        at: seconds, where it begins.

    Raises:
        ScriptError, RequestError, RefusedError: if it can't be opened.
    """

    def __init__(self, source: Source, settings: Settings, at: float) -> None:
        self.source, self.settings = source, settings
        self.session, self._opened = _opened(source, settings)
        self.session.check_heard()
        self._rate = settings.sample_rate
        self._speech = Speech(self.session)
        waits = not self._speech.placed
        end = self.session.timeline().end(self.session.estimate)
        frame = min(seconds_to_frames(at, self._rate), end)
        self.playback = Playback(self.session, waits=waits, at=frame)
        if self._opened != settings:
            self._take_on(settings)
        self._speech.start(self.playback, self.playback.item)
        self._speech.wait_for_first(FIRST_SECONDS)
        self._lock = threading.Lock()
        self._given = 0  # frames
        self._breaths: list[Begun] = []  # that may still sound
        self._untold: list[Begun] = []  # that the page doesn't know of
        self._over = self.closed = False
        self.pulled = time.monotonic()

    def read(self, frames: int) -> tuple[bytes, dict[str, Any]]:
        """Return the next block, float32 little-endian, and where it is."""
        with self._lock:
            self.pulled = time.monotonic()
            began = self._given
            blocks = list(self._blocks(frames))
            told = self.status(began)
            told["breaths"] = [_told(begun) for begun in self._new(began)]
            self._breaths = [b for b in self._breaths if b.at >= began - _KEPT * self._rate]
            return b"".join(block.astype("<f4").tobytes() for block in blocks), told

    def _new(self, began: int) -> list[Begun]:
        """The breaths to be told with a block: those of it, and one that goes on elsewhere."""
        due = [begun for begun in self._untold if begun.at < self._given]
        self._untold = self._untold[len(due) :]
        before = [begun for begun in due if begun.at < began]
        return before[-1:] + due[len(before) :]

    def _blocks(self, frames: int) -> Iterator[Audio]:
        step = seconds_to_frames(STEP_SECONDS, self._rate)
        while frames > 0 and not self._over and not self.closed:
            block = self.playback.read(min(frames, step))
            self._over = len(block) < min(frames, step)
            self._given += len(block)
            frames -= len(block)
            while self.playback.breaths:
                begun = self.playback.breaths.popleft()
                self._breaths.append(begun)
                self._untold.append(begun)
            yield block

    def _sounding(self, frame: int) -> Begun | None:
        """The breath that is heard at a frame of the stream."""
        return next((begun for begun in reversed(self._breaths) if begun.at <= frame), None)

    def status(self, at: int | None = None) -> dict[str, Any]:
        """Return where it is, for the page."""
        now, at = self.playback.status(), self._given if at is None else at
        begun = self._sounding(at)
        into = at - begun.at if begun else 0
        place = begun.breath.start + into if begun else 0
        return {
            "at": at,
            "title": now.title[:SHOWN_LETTERS],
            "section": now.section[:SHOWN_LETTERS],
            "breath": begun.breath.number + 1 if begun else 1,
            "seconds": place / self._rate,
            "seconds_left": now.seconds_left,
            "paused": now.paused,
            "pace": now.pace,
            "tone": self.session.mix.tone,
            "line": self._line(at),
            "height": now.height if now.paused or begun is None else begun.breath.fullness(into),
            "volume": self.playback.volume,
            "faults": self._faults(),
        }

    def _faults(self) -> list[str]:
        """What could not be spoken, in a sentence each."""
        faults: list[Exception] = [*self._speech.faults[:3]]
        try:
            self._speech.check()
        except Exception as error:  # the breath goes on without words
            faults.append(error)
        return [str(fault)[:SHOWN_LETTERS] for fault in faults]

    def _line(self, at: int) -> str:
        """What is being said."""
        said = (
            cue.item.text
            for begun in reversed(self._breaths)
            for cue in begun.breath.cues
            if isinstance(cue.item, Line)
            and 0 <= at - begun.at - (cue.start - begun.breath.start) < cue.end - cue.start
        )
        return next(said, "")[:SHOWN_LETTERS]

    def do(self, what: str, planner: Planner) -> dict[str, Any]:
        """Do what a key does in `play`; answer where it is, or where to go on."""
        if what in ("again", "next"):
            at = self._section(what == "next", planner)
            return self.status() if at is None else {"reopen": True, "at": at}
        if what == "say_pace":
            Answers(self.playback).remark_pace()
            return self.status()
        if what not in _ASKED:
            known = ", ".join((*_ASKED, "again", "next", "say_pace"))
            raise RefusedError(400, f"there is no {what[:80]!r} here: there are {known}.")
        getattr(self.playback, _ASKED[what])()
        return self.status()

    def _section(self, following: bool, planner: Planner) -> float | None:
        """Return the second at which the next section begins, or this one, at the pace it has.

        None: there is no next one.
        """
        pace, begun = self.playback.next_pace, self._sounding(self._given)
        if begun is None:
            return 0.0
        plan = planner.plan(self.source, replace(self.settings, pace=pace))
        starts = [start / plan.sample_rate for _, start in plan.sections]
        now = min(begun.breath.number, len(plan.breaths) - 1)
        here = plan.breaths[now].start / plan.sample_rate
        if following:
            return next((start for start in starts if start > here), None)
        return max((s for s in starts if s <= here - AGAIN_SECONDS), default=0.0)

    def change(self, settings: Settings, planner: Planner) -> dict[str, Any]:
        """Take on other settings from the next breath on, or answer where to open another."""
        live = {name: getattr(settings, name) for name in _LIVE}
        if replace(self.settings, **live) != settings:
            return {"reopen": True, "at": self._same_place(settings, planner)}
        self._take_on(settings)
        self.settings = settings
        return self.status()

    def _take_on(self, settings: Settings) -> None:
        """Let settings take effect with the next breath.

        Raises:
            PaceError: if the script forbids the pace.
        """
        script = self.session.script
        pace = settings.pace or script.pace
        script.check_pace(pace, self.session.ramp)
        inner = self.session.settings.duck - self._opened.duck  # what is said inside is softer
        mix = replace(self.session, pace=pace).balanced(
            replace(settings, duck=settings.duck + inner)
        )
        louder = db_to_gain(voice_lufs(settings) - voice_lufs(self._opened))
        self.playback.change(pace, replace(mix, voice_gain=louder))

    def _same_place(self, settings: Settings, planner: Planner) -> float:
        """Return the second at which the breath that sounds begins with other settings."""
        begun = self._sounding(self._given)
        plan = planner.plan(self.source, settings)
        if begun is None or not plan.breaths:
            return 0.0
        number = min(begun.breath.number, len(plan.breaths) - 1)
        return plan.breaths[number].start / plan.sample_rate

    @property
    def speaks(self) -> bool:
        """Whether its lines are being made."""
        return self._speech.at_work

    def close(self) -> None:
        """End it, and what speaks for it."""
        self.closed = True
        self._speech.stop()


def _opened(source: Source, settings: Settings) -> tuple[Session, Settings]:
    """Open a session, and return the settings that it was opened with.

    Where the levels are other than usual, and only the usual speech is made, it is that.
    """
    script = source.script()
    session = open_session(script, settings, fallback=True)
    own = listener_settings(("loudness", "voice_level"))
    usual = replace(settings, loudness=own.loudness, voice_level=own.voice_level)
    if usual != settings and not session.clips.recall(session.script.lines()):
        other = open_session(script, usual, fallback=True)
        if other.clips.recall(other.script.lines()):
            return other, usual
    return session, settings


_KEPT = 400
"""Seconds: no line, and no breath, is longer."""


def _told(begun: Begun) -> dict[str, int]:
    breath = begun.breath
    return {
        "at": begun.at,
        "inhale": breath.inhale,
        "hold_in": breath.hold_in,
        "exhale": breath.exhale,
        "hold_out": breath.hold_out,
        "number": breath.number,
    }
