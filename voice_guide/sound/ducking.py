"""Ducking: the tone, the bed and the bells make room for the voice.

As the lines are known ahead, they go down before each, stay down while it sounds, and come back
after it. The analysis measures that with numbers of its own.
"""

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.fade import half_cosine
from voice_guide.audio.samples import Audio, smooth
from voice_guide.plan.breath import Cue
from voice_guide.units import db_to_gain

__all__ = [
    "DUCK_SECONDS",
    "RELEASE_SECONDS",
    "Ducking",
    "gain_down_to",
    "lowered",
    "turned_down",
]

DUCK_SECONDS = 0.6
"""All else begins to make room this long before the voice."""

RELEASE_SECONDS = 1.5
"""It takes this long to come back after the voice."""

_NO_ROOM = np.zeros(1, np.float32)


class Ducking:
    """The lines that make room for themselves, now or soon, frame by frame.

    Args:
        sample_rate: in Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._down = _in_both(half_cosine(1, 0, round(DUCK_SECONDS * sample_rate)))
        self._back = _in_both(half_cosine(0, 1, round(RELEASE_SECONDS * sample_rate)))
        self._lines: list[Cue] = []

    @property
    def ahead(self) -> int:
        """How many frames before a line it begins."""
        return len(self._down)

    @property
    def after(self) -> int:
        """How many frames after a line it ends."""
        return len(self._back)

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

    def until(self, start: int, end: int) -> int:
        """Return where the stretch ends in which no line begins or ends to make room."""
        for line in self._lines:
            for edge in (line.start - self.ahead, line.start, line.end, line.end + self.after):
                if start < edge < end:
                    end = edge
        return end

    def room(self, start: int, end: int) -> Audio | None:
        """How far all but the voice may sound in such a stretch, 0 to 1; None: as it likes.

        Where it is the same all along, it has one value, else one for each sample, (frames, 2).
        """
        room: Audio | None = None
        self._lines = [line for line in self._lines if line.end + self.after > start]
        for line in self._lines:
            if line.start <= start < line.end:
                return _NO_ROOM
            down = start < line.start
            begins = line.start - self.ahead if down else line.end
            if begins <= start:
                curve = (self._down if down else self._back)[start - begins : end - begins]
                room = curve if room is None else np.minimum(room, curve)
        return room


def lowered(sound: Audio, room: Audio | None, duck_gain: float) -> Audio:
    """Return a sound, (frames, 2), turned down to ``duck_gain`` where there is no room for it."""
    if room is None:
        return sound
    gain = np.float32(1 - duck_gain) * room
    gain += np.float32(duck_gain)
    return sound * gain if len(gain) == 1 else np.multiply(sound, gain, out=gain)


def _in_both(curve: Audio) -> Audio:
    """Return a curve for both channels, (frames, 2)."""
    return np.repeat(curve[:, None], 2, axis=1)


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
