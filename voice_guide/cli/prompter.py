"""What somebody who records hears: lines, signs, and their own takes."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from voice_guide.cli.progress import progress
from voice_guide.cli.sound import sounding, tell_deaf
from voice_guide.errors import DeviceError, SpeechError, VoiceError
from voice_guide.settings import Settings
from voice_guide.units import db_to_gain
from voice_guide.voices import NONE

if TYPE_CHECKING:
    from voice_guide.live.aloud import Aloud
    from voice_guide.live.player import Player
    from voice_guide.session import Session
    from voice_guide.tones import Audio

__all__ = ["Prompter", "prompter"]

CEILING_DBTP = -2.0
PAUSE_SECONDS = 0.6
"""Before each sentence, so that no sign sounds into it."""


class Prompter:
    """Says, signs and plays one thing after the other, while others happen.

    Without a session it says nothing, and without a player nothing is heard at all.
    """

    def __init__(
        self,
        aloud: "Aloud",
        player: "Player | None",
        session: "Session | None",
        settings: Settings,
    ) -> None:
        self._aloud = aloud
        self._player = player
        self._session = session
        self._settings = settings

    @property
    def heard(self) -> bool:
        return self._player is not None

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is on its way to the ear."""
        return self._aloud.idle

    def watch(self) -> None:
        """Go on without sound when the device has gone; to be called now and then."""
        try:
            if self._player:
                self._player.watch()
        except DeviceError as error:
            self._player = None
            tell_deaf(error)

    def say(self, *texts: str) -> None:
        from voice_guide.script import Line

        if self._session is not None:
            for text in texts:
                self._put(self._session.clips.samples(Line(text)))

    def play(self, samples: "Audio", sample_rate: int) -> None:
        """Let a take be heard, float32 (frames,), as loud as a session has it."""
        import soxr

        from voice_guide.loudness import level_clip

        rate, lufs = self._settings.sample_rate, self._settings.loudness
        clip = soxr.resample(samples, sample_rate, rate)
        self._put(level_clip(clip, rate, lufs, db_to_gain(CEILING_DBTP)))

    def sign(self, hertz: tuple[float, ...]) -> None:
        """Give a sign at once; words give way to it."""
        if self.heard:
            self._aloud.sign(hertz)

    def _put(self, clip: "Audio") -> None:
        import numpy as np

        if self.heard:
            pause = np.zeros(round(PAUSE_SECONDS * self._settings.sample_rate), np.float32)
            self._aloud.say(np.concatenate([pause, clip]))


@contextlib.contextmanager
def prompter(texts: Iterable[str], language: str, settings: Settings) -> Iterator[Prompter]:
    """Make all that may have to be said, before anybody waits for it, and open the device."""
    from voice_guide.live.aloud import Aloud

    session = _spoken(texts, language, settings)
    aloud = Aloud(settings.sample_rate, settings.loudness)
    with sounding(aloud, settings) as player:
        yield Prompter(aloud, player, session, settings)


def _spoken(texts: Iterable[str], language: str, settings: Settings) -> "Session | None":
    from voice_guide.script import Line, Script, Section
    from voice_guide.session import open_session

    if settings.voice == NONE:
        return None
    said = Section("Aloud", tuple(map(Line, texts)))
    try:
        session = open_session(Script("Aloud", (said,), language=language), settings)
        with progress("Speech") as told:
            session.speak(told)
    except (SpeechError, VoiceError) as error:  # what is on the screen is enough
        click.echo(f"Without words: {error}", err=True)
        return None
    return session
