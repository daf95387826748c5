"""``voice-guide play``: the session, the device, the keys and the screen, brought together."""

from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.options import device_option, session_options, typed
from voice_guide.cli.resuming import as_options, first_item, keep_place, place_to_go_on
from voice_guide.cli.types import NumberRange, ScriptName
from voice_guide.errors import DeviceError, LostDeviceError, RequestError, nearest
from voice_guide.options import Number
from voice_guide.settings import Settings
from voice_guide.units import counted
from voice_guide.voices import wake

if TYPE_CHECKING:
    from voice_guide.live.listening import Leaving
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player
    from voice_guide.live.speech import Speech
    from voice_guide.scripting.model import Script
    from voice_guide.session import Session

__all__ = ["play_command"]

RESUME_HINT = " Your place is kept: carry on with  voice-guide play --resume"

_RESUME_HELP = (
    "Continue where you left off, with the same options. With a name, only if it is that session."
)


_KEEP_PLAYING_HELP = (
    "When your headphones or speaker go away, play on where the sound goes next. Otherwise it "
    "waits until they are back, or until you press space."
)


@click.command("play")
@click.argument("name", type=ScriptName(), default="stay-present", metavar="[NAME|FILE|-]")
@device_option()
@click.option("--list-devices", is_flag=True, help="List the sound devices and exit.")
@click.option(
    "--volume",
    type=NumberRange(Number(1, 100)),
    default=100.0,
    metavar="PERCENT",
    help="Playing volume.",
)
@click.option("--start", metavar="SECTION", help="Number or title of the section to start at.")
@click.option("--sleep", is_flag=True, help="Leave out the closing bell, and fade out slowly.")
@click.option("--resume", is_flag=True, help=_RESUME_HELP)
@click.option("--remember", is_flag=True, help="Save the pace you end with as your default.")
@click.option("--keep-playing", is_flag=True, help=_KEEP_PLAYING_HELP)
@click.option("--quiet", is_flag=True, help="Show nothing on the screen.")
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
    keep_playing: bool,
    quiet: bool,
    settings: Settings,
) -> int:
    """Listen to a session (default: stay-present).

    \b
    space   pause, continue           [ ]   exhale for less time, for longer
    ↓ ↑     breathe slower, faster    - +   softer, louder
    ← →     repeat section, next      t     another tone
    m       words off, on             ?     hear what the keys do
    p       hear the pace             q     end after this breath; again: now

    The keys also work when the script comes from standard input (-).
    """
    from voice_guide.live.resume import forget
    from voice_guide.scripting.library import is_piped
    from voice_guide.scripting.loading import load
    from voice_guide.scripting.model import for_sleep

    if list_devices:
        return _list_devices()
    item = 0
    place = None
    if resume:
        place, settings = place_to_go_on(name, settings)
        name, sleep = place.name, sleep or place.sleep
    script = load(name)
    if sleep:
        script = for_sleep(script)
    if not script.bundle:
        wake(settings.voice, script.language, settings.rate, settings.own_voice)
    from voice_guide.live.device import find_devices
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player
    from voice_guide.live.speech import Speech
    from voice_guide.session import open_session
    from voice_guide.terminal import libraries_quiet

    find_devices()
    # What was left goes on as it was; a bundle begins with its own options, not the listener's.
    options = as_options(settings) if resume else typed(settings)
    session = open_session(script, settings, **{**options, "fallback": True})
    session.check_heard()
    asked = session.opened.settings if session.opened else settings
    if place is not None:
        item = first_item(place, session.script)
    if start is not None:
        item = _first_item(session.script, start)
    speech = Speech(session)
    playback = Playback(session, item, not speech.placed, volume=volume / 100, sleep=sleep)
    speech.start(playback, item)
    ended = False
    try:
        player = Player(playback, settings.sample_rate, device, keep_playing)
        try:
            speech.wait_for_first()
            with libraries_quiet():
                leaving = _listen(playback, player, speech, quiet, name)
            ended = not playback.finishing
        except LostDeviceError as error:
            raise LostDeviceError("" if is_piped(name) else RESUME_HINT) from error
        finally:
            player.stop()
    finally:
        speech.stop()
        if ended:
            forget()
        elif playback.began:
            keep_place(name, playback, asked, sleep)
    _report(session, playback, player, speech, remember)
    return 130 if leaving.interrupted else 0


def _list_devices() -> int:
    from voice_guide.live.device import devices, no_device

    if not (found := devices()):
        raise DeviceError(no_device())
    for one in found:
        echo(f"{one['index']:3}  {one['name']}")
    return 0


def _listen(
    playback: "Playback", player: "Player", speech: "Speech", quiet: bool, name: str
) -> "Leaving":
    player.start()  # it sounds while the rest is loaded
    from voice_guide.live.answers import Answers
    from voice_guide.live.keys import NoKeys, keys
    from voice_guide.live.listening import listen, standing_aside
    from voice_guide.live.mpris import remote_control
    from voice_guide.live.screen import screen
    from voice_guide.scripting.library import reads_stdin

    answers, shown = Answers(playback), screen(quiet)

    def check() -> None:
        speech.check()
        answers.look()

    leave, come_back = standing_aside(playback, player, shown)
    from_stdin = reads_stdin(name)
    with keys(leave, come_back, from_stdin) as pressed, remote_control(playback, player):
        if from_stdin and isinstance(pressed, NoKeys) and not quiet:
            echo("There is no terminal for the keys: press Ctrl-C to end.", err=True)
        return listen(playback, player, pressed, answers.actions, shown, check=check)


def _first_item(script: "Script", wanted: str) -> int:
    """The first item of a section, by its number or title."""
    titles = [section.title for section in script.sections]
    near = nearest(wanted, titles)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(titles):
        number = int(wanted) - 1
    elif near:
        number = titles.index(near[0])
    else:
        numbered = ", ".join(f"{n} {title}" for n, title in enumerate(titles, start=1))
        raise RequestError(
            f"{script.title!r} has no section {wanted!r}; its sections are: {numbered}."
        )
    return script.starts()[number]


def _report(
    session: "Session", playback: "Playback", player: "Player", speech: "Speech", remember: bool
) -> None:
    """Say afterwards what the listener should know, and nothing while they listen."""
    from voice_guide.config import remember as keep_setting

    for note in session.notes:
        echo(f"Note: {note}", err=True)
    for fault in speech.faults:
        echo(f"Left out: {fault}", err=True)
    if player.underflows:
        echo(
            f"The sound broke up {counted(player.underflows, 'time')}: the computer was too busy. "
            "It can help to close other programs, or to make a file instead: voice-guide export",
            err=True,
        )
    if playback.pace != session.pace:
        if remember:
            path = keep_setting("pace", str(playback.pace))
            echo(f"Your pace, {playback.pace}, is saved in {path}.")
        else:
            echo(f"Your pace at the end: --pace {playback.pace}")
