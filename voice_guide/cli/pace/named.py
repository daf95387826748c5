"""``voice-guide pace list``, ``show``, ``save`` and ``remove``: the paces that have names."""

import click
from click.shell_completion import CompletionItem

from voice_guide.cli.echo import echo
from voice_guide.cli.types import PaceType
from voice_guide.errors import SettingsError
from voice_guide.pace import saved as paces
from voice_guide.pace.pace import PRESETS, Pace
from voice_guide.units import counted

__all__ = ["list_command", "remove_command", "save_command", "show_command"]


@click.command("list")
def list_command() -> None:
    """List the built-in paces and your own, in breaths a minute; a star marks your default."""
    presets = {name: Pace.parse(written) for name, written in PRESETS.items()}
    own = paces.saved()
    default = _default()
    width = max(map(len, [*presets, *own]))
    for title, some in (("Built in", presets), ("Your own", own)):
        echo(title)
        for name, pace in some.items():
            star = "*" if pace == default else " "
            echo(f"{star} {name:{width}}  {pace!s:11}  {_rate(pace)}")
    if not own:
        echo("  none yet; to measure yours:  voice-guide pace tap")
    if default is None:
        echo("You have no default: each script keeps its own pace.")
    elif default not in (presets | own).values():
        echo(f"Your default is {default}, {_rate(default)}.")


@click.command("show")
@click.argument("pace", type=PaceType(), metavar="NAME|PACE")
def show_command(pace: Pace) -> None:
    """Show the phases of a pace, its length, and its breaths a minute."""
    phases = (
        ("inhale", pace.inhale),
        ("hold", pace.hold_in),
        ("exhale", pace.exhale),
        ("hold", pace.hold_out),
    )
    rows = [(f"{float(seconds):g} s", name) for name, seconds in phases if seconds]
    if pace.top_up:
        rows[0] = (f"{float(pace.inhale - pace.top_up):g} + {float(pace.top_up):g} s", "inhale")
    rows += [(f"{float(pace.cycle):g} s", "in total")]
    echo(f"{pace}: {_rate(pace)}{'' if pace.has_holds else ', no holds'}")
    width = max(len(seconds) for seconds, _ in rows)
    for seconds, name in rows:
        echo(f"  {seconds:>{width}}  {name}")


@click.command("save")
@click.argument("name")
@click.argument("pace", type=PaceType(), metavar="PACE")
def save_command(name: str, pace: Pace) -> None:
    """Save a pace under a name, to use wherever you can use a pace."""
    name = paces.check_name(name)
    before = paces.save(name, pace)
    was = f" (it was {before})" if before not in (None, pace) else ""
    echo(f"{name} is {pace}{was}. To use it:  voice-guide play --pace {name}")


class _SavedName(click.ParamType[str]):
    name = "name"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        try:
            known = paces.saved()
        except SettingsError:  # reported when it is used
            return []
        return [CompletionItem(name) for name in known if name.startswith(incomplete)]


@click.command("remove")
@click.argument("name", type=_SavedName())
def remove_command(name: str) -> None:
    """Remove a saved pace."""
    echo(f"{name.strip().lower()} was removed; it was {paces.remove(name)}.")


def _rate(pace: Pace) -> str:
    return counted(f"{float(60 / pace.cycle):.3g}", "breath") + " a minute"


def _default() -> Pace | None:
    """The pace that the listener has set for all sessions."""
    from voice_guide.options import listener_settings

    return listener_settings(["pace"]).pace
