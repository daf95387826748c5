"""``voice-guide play``: the session, the device, the keys and the screen, brought together."""

import contextlib
import difflib
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voice_guide.cli.options import (
    NumberRange,
    ScriptName,
    SessionCommand,
    device_option,
    session_options,
    typed,
)
from voice_guide.course import Ramp
from voice_guide.errors import DeviceError, LostDeviceError, RequestError, VoiceGuideError
from voice_guide.pace import Pace
from voice_guide.settings import Settings
from voice_guide.units import counted
from voice_guide.voices import AUTO, NONE

if TYPE_CHECKING:
    from voice_guide.live.listen import Leaving
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player
    from voice_guide.live.resume import Place
    from voice_guide.live.speech import Speech
    from voice_guide.script import Script
    from voice_guide.session import Session

__all__ = ["play_command"]

RESUME_HINT = " The place is kept: go on with  voice-guide play --resume"

KEYS_ALOUD = (
    "Space pauses, and goes on.",
    "Down and up: breathe slower, or faster.",
    "Left and right: this part again, or the next.",
    "Square brackets: a shorter or a longer exhale.",
    "Minus and plus: the volume.",
    "T: another sound. M: words off, or on.",
    "Q: leave, after this breath.",
)


@click.command("play", cls=SessionCommand)
@click.argument("name", type=ScriptName(), default="stay-present", metavar="[NAME|FILE]")
@device_option()
@click.option("--list-devices", is_flag=True, help="Show the sound devices, and end.")
@click.option("--volume", type=NumberRange(1, 100), default=100.0, help="In percent.")
@click.option("--start", metavar="SECTION", help="Number or title of the section to start with.")
@click.option("--sleep", is_flag=True, help="No closing bell, and a long fade.")
@click.option("--resume", is_flag=True, help="Go on where you left, with the same options.")
@click.option("--remember", is_flag=True, help="Keep the pace that you end with as your default.")
@click.option("--quiet", is_flag=True, help="Show nothing.")
@session_options
def play_command(
    name: str,
    device: int | str | None,
    list_devices: bool,
    volume: float,
    start: str | None,
    sleep: bool,
    resume: bool,
    remember: bool,
    quiet: bool,
    settings: Settings,
) -> int:
    """Listen to a session (default: stay-present).

    \b
    space   pause, go on              [ ]   exhale shorter, longer
    ↓ ↑     breathe slower, faster    - +   volume
    ← →     section again, next       t     another tone
    m       words off, on             ?     the keys, said aloud
    q       end with this breath; again: at once
    """
    from concurrent.futures import ThreadPoolExecutor

    from voice_guide.library import load, names
    from voice_guide.live.device import devices, load_sounddevice, no_device
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player
    from voice_guide.live.resume import Place, forget, keep
    from voice_guide.live.speech import Speech
    from voice_guide.script import for_sleep
    from voice_guide.session import open_session

    if list_devices:
        if not (found := devices()):
            raise DeviceError(no_device())
        for one in found:
            click.echo(f"{one['index']:3}  {one['name']}")
        return 0
    item = 0
    if resume:
        place, before = _kept()
        settings = replace(before, **typed(settings))
        name, item, sleep = place.name, place.item, sleep or place.sleep
    with ThreadPoolExecutor() as threads:
        threads.submit(load_sounddevice)  # PortAudio looks for devices meanwhile
        script = load(name)
        if sleep:
            script = for_sleep(script)
        session = open_session(script, replace(settings, fallback=True))
        session.check_heard()
        if start is not None:
            item = _first_item(session.script, start)
        speech = Speech(session)
    playback = Playback(session, item, not speech.placed, volume / 100, sleep)
    speech.start(playback, item)
    ended = False
    try:
        player = Player(playback, settings.sample_rate, device)
        try:
            speech.wait_for_first()
            leaving = _listen(playback, player, speech, quiet)
            ended = not playback.finishing
        except LostDeviceError as error:
            raise LostDeviceError(RESUME_HINT) from error
        finally:
            player.stop()
    finally:
        speech.stop()
        if ended:
            forget()
        elif playback.began:
            left = playback.going_on()
            kept = {**asdict(settings), "pace": str(left.pace), "ramp": str(left.ramp)}
            where = name if name in names() else str(Path(name).resolve())
            keep(Place(where, playback.item, kept, sleep))
    _report(session, playback, player, speech, remember)
    return 130 if leaving.interrupted else 0


def _listen(playback: "Playback", player: "Player", speech: "Speech", quiet: bool) -> "Leaving":
    player.start()  # it sounds while the rest is loaded
    from voice_guide.live.keys import keys
    from voice_guide.live.listen import listen
    from voice_guide.live.mpris import remote_control
    from voice_guide.live.screen import screen

    actions = _actions(playback)
    with keys() as pressed, remote_control(playback):
        return listen(playback, player, pressed, actions, screen(quiet), speech.check)


def _actions(playback: "Playback") -> dict[str, Callable[[], None]]:
    return {
        "space": playback.toggle_pause,
        "down": playback.slower,
        "up": playback.faster,
        "left": playback.again,
        "right": playback.next,
        "[": playback.exhale_shorter,
        "]": playback.exhale_longer,
        "-": playback.quieter,
        "+": playback.louder,
        "t": _aside(playback.next_tone),
        "m": playback.toggle_words,
        "?": _aside(lambda: _say_keys(playback)),
        "q": playback.finish,
    }


def _aside(work: Callable[[], None]) -> Callable[[], None]:
    """Do what takes a moment beside the loop that answers keys; the process waits for its end."""

    def guarded() -> None:
        with contextlib.suppress(VoiceGuideError):  # the session goes on, whatever is wrong
            work()

    return lambda: threading.Thread(target=guarded).start()


def _say_keys(playback: "Playback") -> None:
    from voice_guide.live.aloud import spoken

    playback.answer()
    settings = playback.session.settings
    voice = AUTO if settings.voice == NONE else settings.voice
    playback.say(spoken(KEYS_ALOUD, replace(settings, voice=voice)))


def _kept() -> "tuple[Place, Settings]":
    from voice_guide.live.resume import kept

    place = kept()
    if place is None:
        raise VoiceGuideError("there is no session to go on with. Start one:  voice-guide play")
    try:
        pace = Pace.parse(place.settings["pace"])
        ramp = Ramp.parse(place.settings.get("ramp", "none"))
        options: dict[str, Any] = {**place.settings, "pace": pace, "ramp": ramp}
        return place, Settings(**options)
    except (KeyError, TypeError, RequestError) as error:
        raise VoiceGuideError(
            "the place that was kept can't be read. Start anew:  voice-guide play"
        ) from error


def _first_item(script: "Script", wanted: str) -> int:
    """The first item of a section, by its number or title."""
    titles = [section.title for section in script.sections]
    folded = [title.lower() for title in titles]
    near = difflib.get_close_matches(wanted.lower(), folded, n=1, cutoff=0.6)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(titles):
        number = int(wanted) - 1
    elif near:
        number = folded.index(near[0])
    else:
        numbered = ", ".join(f"{n} {title}" for n, title in enumerate(titles, start=1))
        raise RequestError(f"{script.title!r} has no section {wanted!r}; there are: {numbered}.")
    return script.starts()[number]


def _report(
    session: "Session", playback: "Playback", player: "Player", speech: "Speech", remember: bool
) -> None:
    """Say afterwards what the listener should know, and nothing while they listen."""
    from voice_guide.settings import remember as keep_setting

    for note in session.notes:
        click.echo(f"Note: {note}", err=True)
    for fault in speech.faults:
        click.echo(f"Left out: {fault}", err=True)
    if player.underflows:
        click.echo(
            f"The sound broke off {counted(player.underflows, 'time')}: the computer was too busy. "
            "Closing other programs helps, or listening to a file: voice-guide export",
            err=True,
        )
    if playback.pace != session.pace:
        if remember:
            path = keep_setting("pace", str(playback.pace))
            click.echo(f"Your pace {playback.pace} is kept in {path}.")
        else:
            click.echo(f"Your pace at the end: --pace {playback.pace}")
