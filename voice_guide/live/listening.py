"""Listening: the device is looked after, keys act and the screen follows, to the end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from voice_guide.live.keys import Keys
from voice_guide.live.pause import PAUSE_SECONDS
from voice_guide.live.playback import Playback
from voice_guide.live.player import LATENCY_SECONDS, Player
from voice_guide.live.ring import AHEAD_SECONDS
from voice_guide.live.screen import Screen

__all__ = ["Leaving", "listen", "standing_aside"]

ASIDE_SECONDS = AHEAD_SECONDS + 0.02 + LATENCY_SECONDS + PAUSE_SECONDS
"""How long until a pause has reached the ear."""

BACK_SECONDS = 0.2
"""How long a device that wasn't served takes to report it."""

LOOK_SECONDS = 0.1
"""How often the device and the screen are looked after."""

CALM_SECONDS = 0.25
"""The same where nothing is shown; a key is answered at once."""


@dataclass
class Leaving:
    """Whether a listener left, and whether by Ctrl-C."""

    asked: bool = False
    interrupted: bool = False


def listen(
    playback: Playback,
    player: Player,
    pressed: Keys,
    actions: Mapping[str, Callable[[], None]],
    shown: Screen,
    *,
    check: Callable[[], None] = lambda: None,
) -> Leaving:
    """Play to the end, or until the listener leaves: q and Ctrl-C let the breath finish first.

    Whoever asks once more, or can't hear the breath out as the device has gone, leaves at once.
    While only another device is there than the one that was heard, any other key goes on there.

    Args:
        playback: what is heard.
        player: plays it; it has been started.
        pressed: the keys.
        actions: what each of them does.
        shown: the screen, which is left clean.
        check: called now and then; it raises what has gone wrong elsewhere.

    Raises:
        DeviceError: if the device goes away and does not come back.
    """
    leaving = Leaving()
    try:
        while True:
            try:
                if not player.watch() or (playback.finishing and player.lost):
                    return leaving
                check()
                if playback.finishing:
                    player.come_close()
                if not shown.blank:
                    shown.show(replace(playback.status(), away=_away(player)))
                for press in pressed.read(CALM_SECONDS if shown.blank else LOOK_SECONDS):
                    if player.waiting and press != "q":
                        player.go_on()
                        continue
                    if press == "q":
                        leaving.asked = True
                        if playback.finishing:
                            return leaving
                    if press in actions:
                        actions[press]()
            except KeyboardInterrupt:
                leaving.asked = leaving.interrupted = True
                if playback.finishing:
                    return leaving
                playback.finish()
    finally:
        shown.close()


def _away(player: Player) -> str:
    if player.waiting:
        return "device gone (space: play here)"
    return "waiting for the sound device" if player.lost else ""


def standing_aside(
    playback: Playback, player: Player, shown: Screen
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return what is done before the program is stopped (Ctrl-Z), and when it goes on.

    The session pauses softly, and goes on unless the listener had paused it.
    """
    was_paused, broke_off = False, 0

    def leave() -> None:
        nonlocal was_paused, broke_off
        was_paused = playback.pause_wished
        if not was_paused:
            playback.pause()
            time.sleep(ASIDE_SECONDS)
        shown.close()
        broke_off = player.underflows

    def come_back() -> None:
        time.sleep(BACK_SECONDS)
        player.excuse(player.underflows - broke_off)
        if not was_paused:
            playback.resume()

    return leave, come_back
