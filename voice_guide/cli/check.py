"""``voice-guide check``: what is wrong with scripts, and what to look at."""

from dataclasses import replace
from pathlib import Path

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.options import session_options
from voice_guide.cli.progress import progress
from voice_guide.cli.types import ScriptName
from voice_guide.settings import Settings

__all__ = ["check_command"]


_SPOKEN_HELP = (
    "Let a recogniser hear each line as it is spoken, or as somebody recorded it, and list what it "
    "hears otherwise (pip install 'voice-guide[proof]')."
)


@click.command("check")
@click.argument("files", type=ScriptName(), nargs=-1, required=True, metavar="FILE|-...")
@click.option("--spoken", is_flag=True, help=_SPOKEN_HELP)
@session_options
def check_command(files: tuple[str, ...], spoken: bool, settings: Settings) -> int:
    """Check scripts for errors, and for words that don't fit their breath."""
    from voice_guide.errors import RequestError, VoiceGuideError

    code = 0
    for file in files:
        try:
            echo(_look_over(file, settings, spoken))
        except VoiceGuideError as error:
            code = max(code, 2 if isinstance(error, RequestError) else 1)
            echo(f"{error}")
    return code


def _look_over(file: str, settings: Settings, spoken: bool) -> str:
    """Print the warnings about a script; return the line for the end."""
    from voice_guide.plan.check import cut_short, misfits, remarks
    from voice_guide.scripting.library import load
    from voice_guide.session import open_session

    script = load(file)
    warnings = list(remarks(script))
    for warning in warnings:
        echo(warning)
    session = open_session(script, replace(settings, talk="full"), proof=spoken)
    with progress(Path(file).name) as told:
        session.speak(told)
    notes = [f"warning: {note}" for note in session.clips.notes]
    more = [*notes, *misfits(session.plan()), *cut_short(session.timeline())]
    for warning in more:
        echo(warning)
    doubts = session.proof.doubts if session.proof else []
    for doubt in doubts:
        echo(doubt)
    optional = sum(line.optional for line in session.script.lines())
    told_of = f", optional lines: {optional}" if optional else ""
    looked_at = len(warnings) + len(more) + len(doubts)
    told_of += f", {looked_at} to look at" if looked_at else ""
    return f"{file}: {session.script.title}: no errors{told_of}"
