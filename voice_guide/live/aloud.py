"""What is said and signalled outside of a session, over silence."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.live.earcons import Earcons, hushed
from voice_guide.scripting.model import Line, Script, Section
from voice_guide.session import Session, open_session
from voice_guide.settings import Settings

__all__ = ["Aloud", "saying", "spoken"]

GAP_SECONDS = 0.5
"""The silence after each sentence."""


def saying(sentences: Iterable[str], settings: Settings, language: str = "en") -> Session:
    """Return a session of nothing but sentences, in a listener's voice; they are to be spoken.

    Raises:
        UnknownNameError, VoiceError: if there is no such voice, or it can't speak.
    """
    said = Section("Aloud", tuple(map(Line, sentences)))
    only = replace(settings, minutes=None, breaths=None, pace=None, ramp=None, bed=None)
    return open_session(Script("Aloud", (said,), language=language), only)


def spoken(sentences: Sequence[str], settings: Settings) -> Audio:
    """Return sentences as one clip, float32 (frames,), in the voice and loudness of a session.

    Raises:
        SpeechError: if one can't be spoken.
        UnknownNameError, VoiceError: as ``saying``.
    """
    session = saying(sentences, settings)
    session.speak()
    gap = np.zeros(round(GAP_SECONDS * settings.sample_rate), np.float32)
    clips = map(session.clips.samples, session.script.lines())
    words = np.concatenate([part for clip in clips for part in (clip, gap)])
    parts = iter([np.repeat(words[:, None], 2, axis=1)])
    guard = session.guard(lambda _frames: next(parts, np.zeros((0, 2), np.float32)))
    return guard.read(len(words))[:, 0]


class Aloud:
    """A stream of silence, into which sentences and signs are put from any thread."""

    def __init__(self, sample_rate: int, loudness: float) -> None:
        self._rate = sample_rate
        self._asked: deque[Callable[[], None]] = deque()
        self._words = np.zeros((0, 2), np.float32)
        self._signs = Earcons(sample_rate, loudness)
        self._ending = False

    def say(self, clip: Audio) -> None:
        """Say a clip, float32 (frames,), after what is being said."""
        words = np.repeat(clip[:, None], 2, axis=1)
        self._asked.append(lambda: self._say(words))

    def sign(self, hertz: tuple[float, ...]) -> None:
        """Give a sign at once; words give way to it."""
        self._asked.append(lambda: self._sign(hertz))

    def finish(self) -> None:
        """End when all has been said."""
        self._asked.append(self._finish)

    @property
    def idle(self) -> bool:
        """Whether all that was asked for has been read."""
        return not self._asked and not len(self._words) and self._signs.idle

    def read(self, frames: int) -> Audio:
        """Return the next block, float32 (n, 2); n < frames only at the end."""
        while self._asked:
            self._asked[0]()  # it is taken out when it shows, so that nothing seems to be idle
            self._asked.popleft()
        out, self._words = np.split(self._words, [frames])
        if not self._ending:
            out = np.pad(out, ((0, frames - len(out)), (0, 0)))
        return self._signs.mix(out, frames)

    def _say(self, words: Audio) -> None:
        self._words = np.concatenate([self._words, words])

    def _sign(self, hertz: tuple[float, ...]) -> None:
        self._signs.give(hertz)
        self._signs.join(hushed(self._words, self._rate))
        self._words = self._words[:0]

    def _finish(self) -> None:
        self._ending = True
