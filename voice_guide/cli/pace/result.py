"""What a measured pace is answered with: in print, aloud, and kept."""

from typing import Any

import click

from voice_guide.cli.echo import echo
from voice_guide.errors import RequestError
from voice_guide.listener.measured import Measured
from voice_guide.pace import saved as paces
from voice_guide.pace.pace import USUAL, Pace

__all__ = ["answered", "keep", "save_option"]


class _SaveName(click.ParamType[str]):
    """A name that a pace can be saved under; that it can be is made sure of first."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            name = paces.check_name(str(value))
        except RequestError as error:
            self.fail(str(error), param, ctx)
        return name


save_option = click.option(
    "--save", "name", type=_SaveName(), metavar="NAME", help="Also save it under this name."
)


def keep(pace: Pace, name: str | None) -> None:
    """Keep a measured pace as ``mine``, and under a name of the listener's own."""
    for each in (paces.MINE, name) if name else (paces.MINE,):
        before = paces.save(each, pace)
        was = f" (it was {before})" if before not in (None, pace) else ""
        echo(f"Saved as {each}{was}. To use it:  voice-guide play --pace {each}")


def answered(measured: Measured, target: Pace | None, name: str | None) -> tuple[str, ...]:
    """Print a measured pace and how to be led from it, keep it, and return what to say aloud.

    Raises:
        MeasureError: if it is outside what a pace can be.
    """
    target = target or USUAL
    pace, turn_known = measured.pace(target), measured.inhale is not None
    rate = f"{measured.per_minute:.1f}"
    spread = 60 / (measured.cycle - measured.spread) - measured.per_minute
    echo(
        f"Your pace: {rate} breaths a minute, give or take {spread:.1f} from breath to breath "
        f"({measured.breaths} of them)."
    )
    phases = f"{float(pace.inhale):.3g} s in, {float(pace.exhale):.3g} s out"
    unknown = f", with in and out divided as in {target}: yours could not be told apart"
    echo(f"That is {pace}: {phases}{'' if turn_known else unknown}.")
    keep(pace, name)
    said = [f"You breathe about {rate} times a minute."]
    if turn_known:
        said.append(f"{float(pace.inhale):.1f} seconds in, {float(pace.exhale):.1f} seconds out.")
    if pace.cycle < target.cycle:
        echo(
            f"To be led from there to {target} over five minutes:\n"
            f"  voice-guide play --ramp {pace}:5m --pace {target}"
        )
        said.append("The command that leads you on from here is on your screen.")
    else:
        echo(f"You already breathe as slowly as {target}: stay with your own pace.")
        said.append("That is already slow. You can stay with it.")
    return tuple(said)
