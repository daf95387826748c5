"""Ducking: the tone, the bed and the bells make room for the voice.

As the lines are known ahead, they go down before each, stay down while it sounds, and come back
after it. The analysis measures that with numbers of its own.
"""

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.fade import half_cosine
from voice_guide.audio.samples import Audio, overlap, smooth
from voice_guide.plan.breath import Cue
from voice_guide.units import db_to_gain

__all__ = [
    "DUCK_SECONDS",
    "RELEASE_SECONDS",
    "Ducking",
    "gain_down_to",
    "lower",
    "turned_down",
]

DUCK_SECONDS = 0.6
"""All else begins to make room this long before the voice."""

RELEASE_SECONDS = 1.5
"""It takes this long to come back after the voice."""


class Ducking:
    """The lines that make room for themselves, now or soon, frame by frame.

    Args:
        sample_rate: in Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._down = half_cosine(1, 0, round(DUCK_SECONDS * sample_rate))
        self._back = half_cosine(0, 1, round(RELEASE_SECONDS * sample_rate))
        self._lines: list[Cue] = []

    @property
    def ahead(self) -> int:
        """How many frames before a line it begins."""
        return len(self._down)

    @property
    def idle(self) -> bool:
        """Whether no line makes room now or soon."""
        return not self._lines

    def add(self, line: Cue) -> None:
        self._lines.append(line)

    def sounds(self, first: int, last: int) -> bool:
        """Whether a line sounds between two frames."""
        return any(line.start < last and line.end > first for line in self._lines)

    def shorten(self, line: Cue, shorter: Cue) -> None:
        """End a line sooner."""
        self._lines[self._lines.index(line)] = shorter

    def leave_out(self, since: int, now: int) -> None:
        """Forget the lines that start at a frame or later; what makes room already comes back."""
        unsaid = [line for line in self._lines if line.start >= since]
        self._lines = [line for line in self._lines if line.start < since]
        begun = now + self.ahead
        self._lines += [line._replace(end=line.start) for line in unsaid if line.start < begun]

    def room(self, start: int, end: int) -> Audio | None:
        """How far all but the voice may sound between two frames, 0 to 1; None: as it likes."""
        room: Audio | None = None
        for line in self._lines:
            begins = line.start - self.ahead
            if begins >= end:
                continue
            if room is None:
                room = np.ones(end - start, np.float32)
            _bound(room, start, self._down, begins)
            _bound(room, start, self._back, line.end)
            room[max(line.start - start, 0) : max(line.end - start, 0)] = 0
        self._lines = [line for line in self._lines if line.end + len(self._back) > end]
        return room


def lower(sound: Audio, room: Audio | None, duck_gain: float) -> None:
    """Turn a sound down, in place, to ``duck_gain`` where there is no room for it."""
    if room is not None:
        gain = np.float32(duck_gain) + np.float32(1 - duck_gain) * room
        for channel in sound.T:  # one after the other is much faster than both at once
            channel *= gain


def gain_down_to(lufs: float, loudest: float, gain: float) -> float:
    """What is to be left of a sound while a line sounds, as an amplitude factor of at most 1.

    Args:
        lufs: the most that it may have then.
        loudest: its loudest moment, in LUFS, before its gain.
        gain: its gain in rests.
    """
    return min(1.0, db_to_gain(lufs - loudest) / gain)


def turned_down(seconds: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """How far all else is turned down at some moments, for a line between two others, 0 to 1.

    It is ``1 - room``, without a sample rate: for what is worked out without any sound.
    """
    away = np.minimum(1 - (start - seconds) / DUCK_SECONDS, 1 - (seconds - end) / RELEASE_SECONDS)
    return np.asarray(smooth(away))


def _bound(room: Audio, start: int, curve: Audio, at: int) -> None:
    there, here = overlap(len(room), start, len(curve), at)
    if there.start < len(room):
        room[there] = np.minimum(room[there], curve[here])
