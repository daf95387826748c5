"""``voice-guide pace find``: slow paces, tried one after another."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.options import device_option, some_options
from voice_guide.cli.pace.result import keep, save_option
from voice_guide.cli.progress import progress
from voice_guide.cli.types import NumberRange
from voice_guide.errors import DeviceError, MeasureError
from voice_guide.listener import finding
from voice_guide.options import Number
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.live.keys import Keys
    from voice_guide.live.listening import Leaving
    from voice_guide.session import Session

__all__ = ["find_command"]


@click.command("find")
@click.option(
    "--minutes",
    "step_minutes",
    type=NumberRange(Number(0, 20, above=True)),
    default=finding.MINUTES,
    show_default=True,
    metavar="MINUTES",
    help="How long to listen to each pace.",
)
@save_option
@device_option()
@some_options("tone", "voice", "rate", "loudness", "duck")
def find_command(
    step_minutes: float, name: str | None, device: int | str | None, settings: Settings
) -> int:
    """Find the slow pace that suits you best by trying five.

    You hear 6.5, 6, 5.5, 5 and 4.5 breaths a minute for two minutes each, and are asked aloud
    how each one was. Press 1 (not for me) to 5 (just right); you don't have to wait until you
    are asked. Space pauses, - and + change the volume, q leaves.

    The pace you rate highest is saved as mine; if several are equal, the slowest of them.
    """
    from voice_guide.live.guide import guide
    from voice_guide.live.keys import keys, need_terminal
    from voice_guide.pace import saved as paces

    need_terminal("to rate the paces at")
    paces.saved()  # a damaged file is reported before anybody breathes for ten minutes
    sessions = _sessions(settings, step_minutes)
    ratings: dict[float, int] = {}
    with keys() as pressed:
        for rate, session in zip(finding.STEPS, sessions, strict=True):
            try:
                rated, leaving = _heard(session, pressed, device)
            except DeviceError:
                _so_far(ratings)
                raise
            if rated:
                ratings[rate] = rated[-1]
            if leaving.asked:
                _so_far(ratings)
                return 130 if leaving.interrupted else 0
    if not ratings:
        raise MeasureError("no pace was rated, so none is saved. Rate them with the keys 1 to 5.")
    best = finding.best(ratings)
    with guide(settings, partial(echo, err=True), device) as aloud:
        echo(f"Your ratings: {_listed(ratings)}.")
        echo(f"Best for you: {best:g} breaths a minute, {finding.pace_at(best)}.")
        keep(finding.pace_at(best), name)
        aloud.say(f"What suits you best is {best:g} breaths a minute. It is saved as your pace.")
    return 0


def _sessions(settings: Settings, minutes: float) -> "list[Session]":
    """One session for each pace, with all that is said in it."""
    from voice_guide.session import open_session

    scripts = [finding.script(step, minutes) for step in range(len(finding.STEPS))]
    sessions = [open_session(script, settings) for script in scripts]
    with progress("Speech") as told:
        for done, session in enumerate(sessions, start=1):
            session.speak()
            told(done, len(sessions))
    return sessions


def _heard(
    session: "Session", pressed: "Keys", device: int | str | None
) -> "tuple[list[int], Leaving]":
    """Let a pace be heard; return the ratings that were pressed, and whether the listener left."""
    from voice_guide.live.listening import listen
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player
    from voice_guide.live.screen import screen
    from voice_guide.terminal import libraries_quiet

    playback, rated = Playback(session), list[int]()

    def rate(rating: int) -> None:
        rated.append(rating)
        if not playback.finishing:
            playback.finish()

    actions: dict[str, Callable[[], None]] = {
        "space": playback.toggle_pause,
        "-": playback.quieter,
        "+": playback.louder,
        "q": playback.finish,
    }
    actions |= {str(n): partial(rate, n) for n in range(finding.LOWEST, finding.HIGHEST + 1)}
    player = Player(playback, session.settings.sample_rate, device)
    with libraries_quiet():
        try:
            player.start()
            return rated, listen(playback, player, pressed, actions, screen(quiet=False))
        finally:
            player.stop()


def _so_far(ratings: dict[float, int]) -> None:
    if ratings:
        best = finding.best(ratings)
        echo(
            f"Your ratings so far: {_listed(ratings)}. Nothing was saved. The best of them is "
            f"{best:g} breaths a minute:  voice-guide pace save NAME {finding.pace_at(best)}"
        )


def _listed(ratings: dict[float, int]) -> str:
    return ", ".join(f"{rate:g} a minute: {rating}" for rate, rating in ratings.items())
