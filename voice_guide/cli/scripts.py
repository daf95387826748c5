"""``voice-guide list`` and ``show``: scripts, before they are heard."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import echo, pass_on
from voice_guide.cli.options import session_options, some_options, typed
from voice_guide.cli.types import ScriptName
from voice_guide.settings import Settings
from voice_guide.units import clock

if TYPE_CHECKING:
    from voice_guide.plan.plan import Plan
    from voice_guide.scripting.model import Script

__all__ = ["list_command", "show_command"]

_SOURCE_HELP = "Print the script itself, as it is written."
_JSON_HELP = "Print the plan for programs, with every position in frames."


@click.command("list")
@some_options("pace", "ramp", "minutes", "breaths", "rate", "night")
def list_command(settings: Settings) -> None:
    """List the practices and sessions: what each is for, and about how long it is.

    The length is for the pace you give. With --minutes or --breaths, it is the nearest length
    that is possible.
    """
    from voice_guide.scripting.library import SESSIONS
    from voice_guide.scripting.loading import load_all

    scripts = load_all()
    lengths = {name: _length(script, settings) for name, script in scripts.items()}
    width, room = max(map(len, scripts)), max(map(len, lengths.values()))
    for name, script in scripts.items():
        if name == SESSIONS[0]:
            echo("Sessions")
        echo(f"  {name:{width}}  {lengths[name]:>{room}}  {script.about}")
        if name == SESSIONS[-1]:
            echo("\nPractices")


def _length(script: "Script", settings: Settings) -> str:
    """About how long a script is, or how near it can come to the length asked for."""
    from voice_guide.plan.timeline import TAIL_SECONDS, Timeline
    from voice_guide.scripting.model import without_bells
    from voice_guide.voices.clips import SilentClips

    rate, pace = settings.sample_rate, settings.pace or script.pace
    pace = pace if script.holds else pace.without_holds()
    clips = SilentClips(rate, settings.rate)
    script = without_bells(script) if settings.night else script

    def placed(script: "Script") -> Timeline:
        return Timeline(script, pace, rate, clips.frames, ramp=settings.ramp or script.ramp)

    def long(script: "Script") -> str:
        return clock(placed(script).end(clips.frames) / rate + TAIL_SECONDS)

    if not settings.fitted:
        return f"~{long(script):>5}"
    from voice_guide.errors import LengthError
    from voice_guide.plan.length import fit_breaths, fit_minutes, most_breaths
    from voice_guide.scripting.model import stretch

    try:
        if settings.minutes is not None:
            script = fit_minutes(script, settings.minutes * 60, placed)
        elif settings.breaths is not None:
            script = fit_breaths(script, settings.breaths, placed)
    except LengthError as error:
        if error.too_short:
            return f"at least {long(script):>5}"
        return f"at most {long(stretch(script, most_breaths(script))):>5}"
    return f"~{long(script):>5}"


@click.command("show")
@click.argument("name", type=ScriptName(), default="stay-present", metavar="[NAME|FILE|-]")
@click.option("--json", "as_json", is_flag=True, help=_JSON_HELP)
@click.option("--png", type=click.Path(), metavar="FILE", help="Draw the plan in this file.")
@click.option("--source", "as_source", is_flag=True, help=_SOURCE_HELP)
@click.option("--dark", is_flag=True, help="Draw it light on dark.")
@click.option("--overwrite", is_flag=True, help="Replace a picture that already exists.")
@session_options
def show_command(
    name: str,
    as_json: bool,
    png: str | None,
    as_source: bool,
    dark: bool,
    overwrite: bool,
    settings: Settings,
) -> None:
    """Show the plan of a session: what is said when, breath by breath."""
    from voice_guide.scripting.loading import source

    if as_source:
        if as_json or png:
            given = "--json" if as_json else "--png"
            raise click.UsageError(
                f"--source prints the script, and {given} its plan: give only one of them."
            )
        text = source(name)
        pass_on(text)
        return
    if png:
        from voice_guide.files import check_path

        if Path(png).suffix.lower() != ".png":
            raise click.BadParameter(f"{png!r} does not end in .png.", param_hint="--png")
        check_path(Path(png), overwrite)
    from voice_guide.cli.progress import progress
    from voice_guide.session import open_session

    session = open_session(name, settings, **typed(settings))
    with progress("Speech") as told:
        session.speak(told)
    plan = session.plan()
    if png:
        from voice_guide.files import replacing
        from voice_guide.lettering import without_font
        from voice_guide.plan.picture import DARK, LIGHT, draw

        with replacing(Path(png), overwrite) as part:
            missing = draw(plan, part, DARK if dark else LIGHT)
        if missing:
            echo(without_font(missing), err=as_json)
    if as_json:
        import json

        echo(json.dumps(plan.to_json(), indent=1))
    elif png:
        echo(f"{png}: {plan.script.title}, {clock(plan.seconds)}")
    else:
        echo(_table(plan))
    for note in session.notes:
        echo(f"Note: {note}", err=True)


def _table(plan: "Plan") -> str:
    from voice_guide.scripting.model import Line

    rows = [f"{plan.script.title}: {plan.summary}"]
    section = -1
    for breath, cue in plan.cues():
        if cue.section != section:
            section = cue.section
            rows.append(f"\n{plan.script.sections[section].title}")
        seconds = cue.start / plan.sample_rate
        minutes, seconds = divmod(seconds, 60)
        said = cue.item.text if isinstance(cue.item, Line) else "(bell)"
        anchor = (cue.item.anchor or "out") if isinstance(cue.item, Line) else ""
        at = f"{int(minutes):2}:{seconds:04.1f}"
        rows.append(f"  {at}  {breath.number + 1:4}  {anchor:4}  {said}")
    return "\n".join(rows)
