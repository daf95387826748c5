"""Speaking with a listener outside of a session: aloud where there is a device, else in silence."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from voice_guide.errors import DeviceError, MeasureError, OutputError, SpeechError
from voice_guide.settings import Settings
from voice_guide.voices import NONE

if TYPE_CHECKING:
    from voice_guide.live.aloud import Aloud
    from voice_guide.live.player import Player

__all__ = ["Guide", "guide", "sounding", "tell_deaf"]

LOOK_SECONDS = 0.05
BEHIND_SECONDS = 1.0
"""More than the ear is behind what was read, before a microphone is opened."""


class Guide:
    """What a command says and signals; where nothing can be heard it does neither."""

    def __init__(self, settings: Settings) -> None:
        from voice_guide.live.aloud import Aloud

        self.sound = Aloud(settings.sample_rate, settings.loudness)
        self._settings = settings
        self.heard = True

    def say(self, *sentences: str) -> None:
        from voice_guide.live.aloud import spoken

        if not self.heard or self._settings.voice == NONE:
            return
        try:
            self.sound.say(spoken(sentences, self._settings))
        except SpeechError as error:  # what is on the screen is enough
            self._settings = replace(self._settings, voice=NONE)
            click.echo(f"Without words: {error}", err=True)

    def sign(self, hertz: tuple[float, ...]) -> None:
        if self.heard:
            self.sound.sign(hertz)

    def wait(self) -> None:
        """Wait until all has been said and has left the device."""
        if self.heard:
            while not self.sound.idle:
                time.sleep(LOOK_SECONDS)
            time.sleep(BEHIND_SECONDS)


@contextlib.contextmanager
def guide(settings: Settings, device: int | str | None = None) -> Iterator[Guide]:
    """Open the sound device, and at the end of the block let everything be said."""
    guide = Guide(settings)
    failed: MeasureError | OutputError | None = None
    with sounding(guide.sound, settings, device) as player:
        guide.heard = player is not None
        try:
            yield guide
        except (MeasureError, OutputError) as error:
            failed = error
            missed = "told" if isinstance(error, MeasureError) else "kept"
            guide.say(f"Your pace could not be {missed}. What may help is on your screen.")
        guide.sound.finish()
        with contextlib.suppress(DeviceError):  # it went away: the screen has it all
            while player and player.watch():
                time.sleep(LOOK_SECONDS)
    if failed is not None:
        raise failed


@contextlib.contextmanager
def sounding(
    sound: "Aloud", settings: Settings, device: int | str | None = None
) -> "Iterator[Player | None]":
    """Let a stream be heard to the end of the block; without a device, say so and go on."""
    from voice_guide.live.player import Player

    try:
        player = Player(sound, settings.sample_rate, device)
        player.start()
    except DeviceError as error:
        tell_deaf(error)
        yield None
        return
    try:
        yield player
    finally:
        player.stop()


def tell_deaf(error: DeviceError) -> None:
    """Print why nothing is heard from here on."""
    reason = str(error).partition("\n")[0]
    click.echo(f"It goes on without sound, as {reason}", err=True)
