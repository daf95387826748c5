"""What is said and signalled outside of a session, over silence."""

from collections.abc import Sequence
from dataclasses import replace
from queue import SimpleQueue

import numpy as np

from voice_guide.live.signs import hushed, sign
from voice_guide.script import Line, Script, Section
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.tones import Audio

__all__ = ["Aloud", "spoken"]

GAP_SECONDS = 0.5
"""After each sentence."""


def spoken(sentences: Sequence[str], settings: Settings) -> Audio:
    """Return sentences as one clip, float32 (frames,), in the voice and loudness of a session.

    Raises:
        SpeechError: if one can't be spoken.
    """
    lines = tuple(map(Line, sentences))
    script = Script("Aloud", (Section("Aloud", lines),))
    only = replace(settings, minutes=None, pace=None, ramp=None, bed=None)
    session = open_session(script, only)
    session.speak()
    gap = np.zeros(round(GAP_SECONDS * settings.sample_rate), np.float32)
    return np.concatenate([part for line in lines for part in (session.clips.samples(line), gap)])


class Aloud:
    """A stream of silence, into which sentences and signs are put from any thread."""

    def __init__(self, sample_rate: int, loudness: float) -> None:
        self._rate, self._loudness = sample_rate, loudness
        self._asked: SimpleQueue[tuple[str, Audio]] = SimpleQueue()
        self._words = self._signs = np.zeros((0, 2), np.float32)
        self._ending = False

    def say(self, clip: Audio) -> None:
        """Say a clip, float32 (frames,), after what is being said."""
        self._asked.put(("say", np.repeat(clip[:, None], 2, axis=1)))

    def sign(self, hertz: tuple[float, ...]) -> None:
        """Give a sign at once; words give way to it."""
        self._asked.put(("sign", sign(hertz, self._rate, self._loudness)))

    def finish(self) -> None:
        """End when all has been said."""
        self._asked.put(("finish", self._signs[:0]))

    @property
    def idle(self) -> bool:
        """Whether all that was asked for has been read."""
        return self._asked.empty() and not len(self._words) and not len(self._signs)

    def read(self, frames: int) -> Audio:
        """Return the next block, float32 (n, 2); n < frames only at the end."""
        while not self._asked.empty():
            what, sound = self._asked.get()
            if what == "say":
                self._words = np.concatenate([self._words, sound])
            elif what == "sign":
                self._words = hushed(self._words, self._rate)
                self._signs = np.concatenate([self._signs[: self._rate], sound])
            else:
                self._ending = True
        out = np.zeros((frames, 2), np.float32)
        for sound in (self._words, self._signs):
            out[: len(sound)] += sound[:frames]
        self._words, self._signs = self._words[frames:], self._signs[frames:]
        done = self._ending and not len(self._words) and not len(self._signs)
        return out[:0] if done else out
