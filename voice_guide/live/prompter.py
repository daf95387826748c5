"""What somebody who records hears: lines, signs, and their own takes."""

import numpy as np
import soxr

from voice_guide.audio.loudness import level_clip
from voice_guide.audio.samples import Audio
from voice_guide.live.aloud import Aloud
from voice_guide.live.guide import Guide, Tell
from voice_guide.live.player import Player
from voice_guide.scripting.model import Line
from voice_guide.session import Session
from voice_guide.settings import Settings
from voice_guide.units import db_to_gain

__all__ = ["Prompter"]

CEILING_DBTP = -2.0
"""What no true peak of a sentence passes, as in a session."""
PAUSE_SECONDS = 0.6
"""The silence before each sentence, so that no key's sound overlaps it."""


class Prompter(Guide):
    """Says, signs and plays one thing after the other, while others happen.

    What it says was spoken before, in a session; without one it says nothing.
    """

    def __init__(
        self,
        aloud: Aloud,
        player: Player | None,
        settings: Settings,
        tell: Tell,
        spoken: Session | None,
    ) -> None:
        super().__init__(aloud, player, settings, tell)
        self._spoken = spoken

    def say(self, *sentences: str) -> None:
        if self._spoken is not None:
            for sentence in sentences:
                self._put(self._spoken.clips.samples(Line(sentence)))

    def play(self, samples: Audio, sample_rate: int) -> None:
        """Let a take be heard, float32 (frames,), as loud as a session has it."""
        rate, lufs = self._settings.sample_rate, self._settings.loudness
        clip = soxr.resample(samples, sample_rate, rate)
        self._put(level_clip(clip, rate, lufs, db_to_gain(CEILING_DBTP)))

    def _put(self, clip: Audio) -> None:
        if self.heard:
            pause = np.zeros(round(PAUSE_SECONDS * self._settings.sample_rate), np.float32)
            self._aloud.say(np.concatenate([pause, clip]))
