"""``voice-guide check``: what is wrong with scripts, and what to look at."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.options import session_options, typed
from voice_guide.cli.progress import progress
from voice_guide.cli.types import ScriptName
from voice_guide.settings import Settings
from voice_guide.units import counted

__all__ = ["check_command"]

_FIX_HELP = "Write what has one right form so, after showing it and asking you."
_YES_HELP = "With --fix: don't ask."
_WATCH_HELP = "Go on, and check again whenever you save."
_SPOKEN_HELP = (
    "Let a recogniser hear each line as it is spoken, or as somebody recorded it, and list what it "
    "hears otherwise (pip install 'voice-guide[proof]')."
)


@click.command("check")
@click.argument("files", type=ScriptName(), nargs=-1, required=True, metavar="FILE|-...")
@click.option("--fix", "to_fix", is_flag=True, help=_FIX_HELP)
@click.option("--yes", is_flag=True, help=_YES_HELP)
@click.option("--watch", "watching", is_flag=True, help=_WATCH_HELP)
@click.option("--spoken", is_flag=True, help=_SPOKEN_HELP)
@session_options
def check_command(
    files: tuple[str, ...],
    to_fix: bool,
    yes: bool,
    watching: bool,
    spoken: bool,
    settings: Settings,
) -> int:
    """Check scripts for errors, and for words that don't fit their breath.

    Hints are about style: lines that are long or hard to follow, and in English orders and
    promises. <!-- check: ok --> after a line, or above it, silences them for that line; at the top
    of a script, with an empty line below it, for all of them.
    """
    if to_fix and watching:
        raise click.UsageError("--fix mends once, and --watch goes on: give only one of them.")
    if yes and not to_fix:
        raise click.UsageError("--yes goes with --fix.")
    look = partial(_look_over, settings=settings, spoken=spoken)
    if not watching:
        return max(_outcome(file, look, to_fix, yes) for file in files)
    from voice_guide.cli.watching import watch

    watch(files, lambda: [_outcome(file, look) for file in files])
    return 0


def _outcome(file: str, look: Callable[[str], str], to_fix: bool = False, yes: bool = False) -> int:
    """Check a script, and print all there is to say; return the exit code."""
    from voice_guide.cli.mending import fix
    from voice_guide.errors import RequestError, VoiceGuideError

    code = 0
    try:
        if to_fix:
            code = 0 if fix(file, yes) else 1
        echo(look(file))
    except VoiceGuideError as error:
        echo(f"{error}")
        return max(code, 2 if isinstance(error, RequestError) else 1)
    return code


def _look_over(file: str, settings: Settings, spoken: bool) -> str:
    """Print the warnings about a script, and the hints; return the line for the end."""
    from voice_guide.plan.advice import long_lines, style
    from voice_guide.plan.check import cut_short, misfits, remarks
    from voice_guide.scripting.loading import load
    from voice_guide.session import open_session

    script = load(file)
    warnings = list(remarks(script))
    for warning in warnings:
        echo(warning)
    options = {**typed(settings), "talk": "full"}
    session = open_session(script, settings, proof=spoken, **options)
    with progress(Path(file).name) as told:
        session.speak(told)
    notes = [f"warning: {note}" for note in session.clips.notes]
    plan = session.plan()
    more = [*notes, *misfits(plan), *cut_short(session.script, session.timeline())]
    hints = sorted(
        {*style(script), *long_lines(plan)}, key=lambda at: (at.path, at.line, at.column)
    )
    doubts = session.proof.doubts if session.proof else []
    for each in (*more, *doubts, *hints):
        echo(each)
    optional = sum(line.optional for line in session.script.lines())
    told_of = f", optional lines: {optional}" if optional else ""
    looked_at = len(warnings) + len(more) + len(doubts)
    told_of += f", {looked_at} to look at" if looked_at else ""
    if hints:
        told_of += f", {counted(len(hints), 'hint')} (<!-- check: ok --> silences a line)"
    return f"{file}: {session.script.title}: no errors{told_of}"
