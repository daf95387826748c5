"""Speaking with a listener outside of a session: aloud where there is a device, else in silence."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from voice_guide.errors import DeviceError, MeasureError, OutputError, SpeechError, VoiceGuideError
from voice_guide.live.aloud import Aloud, spoken
from voice_guide.live.player import Player
from voice_guide.settings import Settings
from voice_guide.terminal import libraries_quiet
from voice_guide.voices import NONE

__all__ = ["Guide", "Tell", "guide", "sounding"]

Tell = Callable[[str], None]
"""Puts a sentence on the screen."""

LOOK_SECONDS = 0.05
"""How often it is asked whether all has been heard."""
BEHIND_SECONDS = 1.0
"""More than the ear is behind what was read, before a microphone is opened."""


class Guide:
    """What a command says and signals; where nothing can be heard it does neither."""

    def __init__(self, aloud: Aloud, player: Player | None, settings: Settings, tell: Tell) -> None:
        self._aloud = aloud
        self._player = player
        self._settings = settings
        self._tell = tell

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
            self._tell(_without_sound(error))
            return False

    def say(self, *sentences: str) -> None:
        if not self.heard or self._settings.voice == NONE:
            return
        try:
            self._aloud.say(spoken(sentences, self._settings))
        except SpeechError as error:  # what is on the screen is enough
            self._settings = replace(self._settings, voice=NONE)
            self._tell(f"Continuing without a voice: {error}")

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
def guide(settings: Settings, tell: Tell, device: int | str | None = None) -> Iterator[Guide]:
    """Open the sound device, and at the end of the block let everything be said.

    Args:
        settings: voice, loudness and sample rate of what is said.
        tell: where to say that there is no sound, or no voice.
        device: number or name of the device.
    """
    failed: VoiceGuideError | None = None
    with sounding(settings, tell, device) as (aloud, player):
        guide = Guide(aloud, player, settings, tell)
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
    settings: Settings, tell: Tell, device: int | str | None = None
) -> Iterator[tuple[Aloud, Player | None]]:
    """Give a stream that is heard to the end of the block; without a device, say so and go on."""
    aloud = Aloud(settings.sample_rate, settings.loudness)
    try:
        player = Player(aloud, settings.sample_rate, device)
        player.start()
    except DeviceError as error:
        tell(_without_sound(error))
        yield aloud, None
        return
    with libraries_quiet():
        try:
            yield aloud, player
        finally:
            player.stop()


def _without_sound(error: DeviceError) -> str:
    """Why nothing is heard from here on."""
    return f"Continuing without sound: {str(error).partition(chr(10))[0]}"
