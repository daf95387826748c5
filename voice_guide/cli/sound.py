"""Speaking with a listener outside of a session: aloud where there is a device, else in silence."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from voice_guide.cli.echo import echo
from voice_guide.cli.streams import libraries_quiet
from voice_guide.errors import DeviceError, MeasureError, OutputError, SpeechError, VoiceGuideError
from voice_guide.settings import Settings
from voice_guide.voices import NONE

if TYPE_CHECKING:
    from voice_guide.live.aloud import Aloud
    from voice_guide.live.player import Player

__all__ = ["Guide", "guide", "sounding"]

LOOK_SECONDS = 0.05
"""How often it is asked whether all has been heard."""
BEHIND_SECONDS = 1.0
"""More than the ear is behind what was read, before a microphone is opened."""


class Guide:
    """What a command says and signals; where nothing can be heard it does neither."""

    def __init__(self, aloud: "Aloud", player: "Player | None", settings: Settings) -> None:
        self._aloud = aloud
        self._player = player
        self._settings = settings

    @property
    def heard(self) -> bool:
        return self._player is not None

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is on its way to the ear."""
        return self._aloud.idle

    def watch(self) -> bool:
        """Look after the device, now and then; go on without sound when it has gone.

        Returns:
            whether there is more to hear.
        """
        try:
            return self._player is not None and self._player.watch()
        except DeviceError as error:
            self._player = None
            _tell_deaf(error)
            return False

    def say(self, *sentences: str) -> None:
        from voice_guide.live.aloud import spoken

        if not self.heard or self._settings.voice == NONE:
            return
        try:
            self._aloud.say(spoken(sentences, self._settings))
        except SpeechError as error:  # what is on the screen is enough
            self._settings = replace(self._settings, voice=NONE)
            echo(f"Continuing without a voice: {error}", err=True)

    def sign(self, hertz: tuple[float, ...]) -> None:
        """Give a sign at once; words give way to it."""
        if self.heard:
            self._aloud.sign(hertz)

    def wait(self) -> None:
        """Wait until all has been said and has left the device."""
        while self.heard and not self.idle:
            self.watch()
            time.sleep(LOOK_SECONDS)
        if self.heard:
            time.sleep(BEHIND_SECONDS)


@contextlib.contextmanager
def guide(settings: Settings, device: int | str | None = None) -> Iterator[Guide]:
    """Open the sound device, and at the end of the block let everything be said."""
    failed: VoiceGuideError | None = None
    with sounding(settings, device) as (aloud, player):
        guide = Guide(aloud, player, settings)
        try:
            yield guide
        except (DeviceError, MeasureError, OutputError) as error:
            failed = error
            missed = "saved" if isinstance(error, OutputError) else "measured"
            guide.say(f"Your pace could not be {missed}. There is help on your screen.")
        aloud.finish()
        while guide.watch():
            time.sleep(LOOK_SECONDS)
    if failed is not None:
        raise failed


@contextlib.contextmanager
def sounding(
    settings: Settings, device: int | str | None = None
) -> "Iterator[tuple[Aloud, Player | None]]":
    """Give a stream that is heard to the end of the block; without a device, say so and go on."""
    from voice_guide.live.aloud import Aloud
    from voice_guide.live.player import Player

    aloud = Aloud(settings.sample_rate, settings.loudness)
    try:
        player = Player(aloud, settings.sample_rate, device)
        player.start()
    except DeviceError as error:
        _tell_deaf(error)
        yield aloud, None
        return
    with libraries_quiet():
        try:
            yield aloud, player
        finally:
            player.stop()


def _tell_deaf(error: DeviceError) -> None:
    """Print why nothing is heard from here on."""
    reason = str(error).partition("\n")[0]
    echo(f"Continuing without sound: {reason}", err=True)
