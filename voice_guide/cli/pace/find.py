"""``voice-guide pace find``: slow paces, tried one after another."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from voice_guide.cli.options import NumberRange, SessionCommand, device_option, some_options
from voice_guide.cli.pace.answer import keep, save_option
from voice_guide.cli.progress import progress
from voice_guide.errors import MeasureError, VoiceGuideError
from voice_guide.paces import finding
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.live.keys import Keys
    from voice_guide.session import Session

__all__ = ["find_command"]

LOOK_SECONDS = 0.1


@dataclass
class _Step:
    """What a listener did while a pace was heard."""

    rating: int | None = None
    left: bool = False
    interrupted: bool = False


@click.command("find", cls=SessionCommand)
@click.option("--minutes", "step_minutes", type=NumberRange(0, 20, min_open=True), default=finding.MINUTES, show_default=True, help="How long each pace is heard.")  # noqa: E501  # fmt: skip
@save_option
@device_option()
@some_options("tone", "voice", "rate", "loudness", "duck")
def find_command(
    step_minutes: float, name: str | None, device: int | str | None, settings: Settings
) -> int:
    """The slow pace that suits you best, by trying five.

    You hear 6.5, 6, 5.5, 5 and 4.5 breaths a minute for two minutes each, and are asked aloud
    how each one was: press 1 (not for me) to 5 (just right), also before you are asked. Space
    pauses, - and + change the volume, q leaves.

    The one that you rate highest, of equal ones the slowest, is kept as mine.
    """
    from voice_guide.cli.sound import guide
    from voice_guide.live.keys import at_terminal, keys
    from voice_guide.paces import saved as paces

    if not at_terminal():
        raise VoiceGuideError(
            "there is no terminal to rate the paces at: start this in one, without a pipe or a "
            "redirection."
        )
    paces.saved()  # a damaged file is told before anybody breathes for ten minutes
    sessions = _sessions(settings, step_minutes)
    ratings: dict[float, int] = {}
    with keys() as pressed:
        for rate, session in zip(finding.STEPS, sessions, strict=True):
            step = _heard(session, pressed, device)
            if step.rating is not None:
                ratings[rate] = step.rating
            if step.left:
                _so_far(ratings)
                return 130 if step.interrupted else 0
    if not ratings:
        raise MeasureError("no pace was rated, so none is kept. The keys 1 to 5 rate one.")
    best = finding.best(ratings)
    with guide(settings, device) as aloud:
        click.echo(f"Your ratings: {_listed(ratings)}.")
        click.echo(f"Best for you: {best:g} breaths a minute, {finding.pace_at(best)}.")
        keep(finding.pace_at(best), name)
        aloud.say(f"What suits you best is {best:g} breaths a minute. It is kept as your pace.")
    return 0


def _sessions(settings: Settings, minutes: float) -> "list[Session]":
    """One session for each pace, with all that is said in it."""
    from voice_guide.session import open_session

    scripts = [finding.script(step, minutes) for step in range(len(finding.STEPS))]
    settings = replace(settings, pace=None, minutes=None)
    sessions = [open_session(script, settings) for script in scripts]
    with progress("Speech") as told:
        for done, session in enumerate(sessions, start=1):
            session.speak()
            if told:
                told(done, len(sessions))
    return sessions


def _heard(session: "Session", pressed: "Keys", device: int | str | None) -> _Step:
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player
    from voice_guide.live.screen import screen

    ratings = {str(rating): rating for rating in range(finding.LOWEST, finding.HIGHEST + 1)}
    playback, step = Playback(session), _Step()
    actions = {"space": playback.toggle_pause, "-": playback.quieter, "+": playback.louder}
    player = Player(playback, session.settings.sample_rate, device)
    shown = screen(quiet=False)
    try:
        player.start()
        while True:
            try:
                if not player.watch() or (step.left and player.lost):
                    return step
                if step.left:
                    player.come_close()
                shown.show(playback.status())
                for press in pressed.read(LOOK_SECONDS):
                    if press == "q" and step.left:
                        return step
                    step.left = step.left or press == "q"
                    step.rating = ratings.get(press, step.rating)
                    if press == "q" or press in ratings:
                        if not playback.finishing:
                            playback.finish()
                    elif press in actions:
                        actions[press]()
            except KeyboardInterrupt:
                if step.left:
                    return step
                step.left = step.interrupted = True
                playback.finish()
    finally:
        shown.close()
        player.stop()


def _so_far(ratings: dict[float, int]) -> None:
    if ratings:
        best = finding.best(ratings)
        click.echo(
            f"Your ratings so far: {_listed(ratings)}. Nothing is kept. Best of them is "
            f"{best:g} breaths a minute:  voice-guide pace save NAME {finding.pace_at(best)}"
        )


def _listed(ratings: dict[float, int]) -> str:
    return ", ".join(f"{rate:g} a minute: {rating}" for rate, rating in ratings.items())
