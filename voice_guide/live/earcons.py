"""The small sounds that answer keys."""

import numpy as np

from voice_guide.audio.fade import Fade
from voice_guide.audio.samples import Audio, smooth
from voice_guide.units import db_to_gain, seconds_to_frames

__all__ = ["FALLING", "RISING", "SAME", "Earcons", "hushed", "sign"]

RISING, FALLING = (523.0, 659.0), (659.0, 523.0)
SAME = (587.0,)
"""The notes of a sign, in Hz: C5, E5 and D5."""

NOTE_SECONDS = 0.16
"""Of each note; its first third rises, the rest falls."""

SIGN_BELOW_VOICE_DB = 8.0
"""The amplitude of a sign, under the loudness of the voice."""

HUSH_SECONDS = 0.1
"""Words give way to a sign over this."""


def sign(hertz: tuple[float, ...], sample_rate: int, loudness: float) -> Audio:
    """Return soft notes, for a voice of ``loudness`` LUFS beside them, float32 (frames, 2)."""
    frames = seconds_to_frames(NOTE_SECONDS, sample_rate)
    x = np.arange(frames) / frames
    envelope = smooth(x / 0.35) * (1 - smooth((x - 0.35) / 0.65))
    at = np.arange(frames) / sample_rate
    notes = np.concatenate([envelope * np.sin(2 * np.pi * note * at) for note in hertz])
    level = np.float32(db_to_gain(loudness - SIGN_BELOW_VOICE_DB))
    return np.repeat(notes[:, None], 2, axis=1).astype(np.float32) * level


def hushed(words: Audio, sample_rate: int) -> Audio:
    """Return how words, of shape (frames, channels), fade when they are cut short now."""
    fading = words[: seconds_to_frames(HUSH_SECONDS, sample_rate)].copy()
    Fade(1, 0, max(len(fading), 1)).apply(fading)
    return fading


class Earcons:
    """Signs one after another, mixed into whatever else is heard."""

    def __init__(self, sample_rate: int, loudness: float) -> None:
        self._rate, self._loudness = sample_rate, loudness
        self._queue = np.zeros((0, 2), np.float32)
        self._now = 0  # frames of it that belong to the sign that sounds

    @property
    def idle(self) -> bool:
        """Whether all of them have been heard."""
        return not len(self._queue)

    def give(self, hertz: tuple[float, ...]) -> None:
        """Add a sign; one that has not begun gives way to it, so that none comes late."""
        new = sign(hertz, self._rate, self._loudness)
        self._queue = np.concatenate([self._queue[: self._now], new])
        self._now = self._now or len(new)

    def join(self, sound: Audio) -> None:
        """Let a sound of shape (frames, 2) be heard at once, with the sign that sounds."""
        now, later = np.split(self._queue, [self._now])
        self._now = max(len(now), len(sound))
        both = np.zeros((self._now, 2), np.float32)
        both[: len(now)] += now
        both[: len(sound)] += sound
        self._queue = np.concatenate([both, later])

    def mix(self, out: Audio, frames: int) -> Audio:
        """Return a block with its signs; one that ended early goes on to ``frames`` for them."""
        due, self._queue = np.split(self._queue, [frames])
        self._now = max(self._now - frames, 0) or len(self._queue)
        if len(out) < len(due):
            out = np.pad(out, ((0, len(due) - len(out)), (0, 0)))
        out[: len(due)] += due
        return out
