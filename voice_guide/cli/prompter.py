"""What somebody who records hears: lines, signs, and their own takes."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from voice_guide.cli.echo import echo
from voice_guide.cli.progress import progress
from voice_guide.cli.sound import Guide, sounding
from voice_guide.errors import SpeechError
from voice_guide.settings import Settings
from voice_guide.units import db_to_gain
from voice_guide.voices import NONE

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio
    from voice_guide.live.aloud import Aloud
    from voice_guide.live.player import Player
    from voice_guide.session import Session

__all__ = ["Prompter", "prompter"]

CEILING_DBTP = -2.0
"""What no true peak of a sentence passes, as in a session."""
PAUSE_SECONDS = 0.6
"""The silence before each sentence, so that no key's sound overlaps it."""


class Prompter(Guide):
    """Says, signs and plays one thing after the other, while others happen.

    Without a session it says nothing.
    """

    def __init__(
        self,
        aloud: "Aloud",
        player: "Player | None",
        settings: Settings,
        session: "Session | None",
    ) -> None:
        super().__init__(aloud, player, settings)
        self._session = session

    def say(self, *sentences: str) -> None:
        from voice_guide.scripting.model import Line

        if self._session is not None:
            for sentence in sentences:
                self._put(self._session.clips.samples(Line(sentence)))

    def play(self, samples: "Audio", sample_rate: int) -> None:
        """Let a take be heard, float32 (frames,), as loud as a session has it."""
        import soxr

        from voice_guide.audio.loudness import level_clip

        rate, lufs = self._settings.sample_rate, self._settings.loudness
        clip = soxr.resample(samples, sample_rate, rate)
        self._put(level_clip(clip, rate, lufs, db_to_gain(CEILING_DBTP)))

    def _put(self, clip: "Audio") -> None:
        import numpy as np

        if self.heard:
            pause = np.zeros(round(PAUSE_SECONDS * self._settings.sample_rate), np.float32)
            self._aloud.say(np.concatenate([pause, clip]))


@contextlib.contextmanager
def prompter(texts: Iterable[str], language: str, settings: Settings) -> Iterator[Prompter]:
    """Make all that may have to be said, before anybody waits for it, and open the device."""
    session = _spoken(texts, language, settings)
    with sounding(settings) as (aloud, player):
        yield Prompter(aloud, player, settings, session)


def _spoken(texts: Iterable[str], language: str, settings: Settings) -> "Session | None":
    from voice_guide.live.aloud import saying

    if settings.voice == NONE:
        return None
    session = saying(texts, settings, language)
    try:
        with progress("Speech") as told:
            session.speak(told)
    except SpeechError as error:  # what is on the screen is enough
        echo(f"Continuing without a voice: {error}", err=True)
        return None
    return session
