"""``voice-guide export``."""

import shlex
import sys
from pathlib import Path

import click

from voice_guide.cli.analyse import PROFILES
from voice_guide.cli.echo import echo
from voice_guide.cli.options import session_options, typed
from voice_guide.cli.progress import progress
from voice_guide.cli.types import FileName, ScriptName
from voice_guide.settings import Settings

__all__ = ["export_command"]

_OUTPUT_HELP = (
    "The file to make: .wav, .flac, .ogg, .opus or .mp3; - writes WAV to standard output. "
    "Default: NAME.wav in this folder."
)
_SUBTYPE_HELP = "Sample format of .wav (for .flac, 16 or 24). Default: 16."
_PROFILE_HELP = "Meet a publisher's requirements, which analyse --profile checks."
_PROOF_HELP = (
    "Let a recogniser hear each line (pip install 'voice-guide[proof]'); what it doubts is spoken "
    "in another way, and what stays in doubt is listed."
)
_PLAN_HELP = "Also write the plan to this file, as show --json prints it."


@click.command("export")
@click.argument("name", type=ScriptName(), default="stay-present", metavar="[NAME|FILE|-]")
@click.option("-o", "--output", type=FileName(), metavar="FILE", help=_OUTPUT_HELP)
@click.option("--subtype", type=click.Choice(["16", "24", "float"]), help=_SUBTYPE_HELP)
@click.option("--profile", type=click.Choice(PROFILES), help=_PROFILE_HELP)
@click.option("--plan", "plan_file", type=click.Path(), metavar="FILE", help=_PLAN_HELP)
@click.option("--proof", is_flag=True, help=_PROOF_HELP)
@click.option("--overwrite", is_flag=True, help="Replace files that already exist.")
@session_options
def export_command(
    name: str,
    output: str | None,
    subtype: str | None,
    profile: str | None,
    plan_file: str | None,
    proof: bool,
    overwrite: bool,
    settings: Settings,
) -> None:
    """Turn a session into an audio file (default: stay-present).

    If the script comes from standard input (-), the file is called session.wav unless you give
    another name.
    """
    from voice_guide.output.export import STDOUT, check_target
    from voice_guide.scripting.library import file_stem, load
    from voice_guide.sound.balance import voice_lufs
    from voice_guide.voices import wake

    target = output or f"{file_stem(name)}.wav"
    script = load(name)
    check_target(target, subtype, settings.sample_rate, overwrite)
    wake(settings.voice, script.language, settings.rate, settings.own_voice)
    from voice_guide.session import open_session

    session = open_session(script, settings, profile=profile, proof=proof, **typed(settings))
    session.check_heard()
    with progress("Speech and its proof" if proof else "Speech") as told:
        session.speak(told)
    with progress("Mixing") as told:
        plan = session.export(
            target, subtype=subtype, plan_file=plan_file, overwrite=overwrite, progress=told
        )
    made = "standard output" if target == STDOUT else target
    level, loudness = "tone", session.settings.loudness
    if spoken := session.clips.spoken_by:
        level, loudness = f"voice {' and '.join(spoken)}", voice_lufs(session.settings)
    purpose = f", for {profile}" if profile else ""
    done = f"{made}: {plan.summary}, {level} at {round(loudness, 1):g} LUFS{purpose}"
    echo(done, err=target == STDOUT)
    if target != STDOUT and sys.stderr.isatty():
        echo(
            "Open it in any player, find a quiet place, and close your eyes if you like.", err=True
        )
    if session.proof:
        for row in session.proof.rows():
            echo(row, err=True)
    notes = session.notes
    if profile and not plan_file and target != STDOUT:
        notes += _plan_hint(profile, target)
    for note in notes:
        echo(f"Note: {note}", err=True)


def _plan_hint(profile: str, target: str) -> list[str]:
    """Say what it takes to measure the file by the profile."""
    from voice_guide.output.profiles import PROFILES as ALL

    if not ALL[profile].planned:
        return []
    plan = shlex.quote(str(Path(target).with_suffix(".plan.json")))
    return [f"analyse --profile {profile} also needs the plan; add --plan {plan} to export it"]
