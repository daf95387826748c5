"""``voice-guide export``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.options import session_options, typed
from voice_guide.cli.progress import progress
from voice_guide.cli.types import PROFILES, FileName, ScriptName
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.output.order import FileOptions

__all__ = ["export_command"]

_OUTPUT_HELP = (
    "The file to make: .wav, .flac, .ogg, .opus, .mp3, .m4a or .m4b; - writes WAV to standard "
    "output. "
    "Default: NAME.wav in this folder."
)
_SUBTYPE_HELP = "Sample format of .wav (for .flac, 16 or 24). Default: 16."
_PROFILE_HELP = "Meet a publisher's requirements, which analyse --profile checks."
_QUALITY_HELP = (
    "Of .mp3, .m4a, .m4b, .opus and .ogg: low for small files, high for more of the sound. "
    "Default: normal."
)
_CAPTIONS_HELP = "Also write captions beside the file: vtt, srt, lrc or ass, or several of them."
_BREATH_HELP = "Let the captions also tell when to breathe in and out."
_WORDS_HELP = (
    "Let vtt, lrc and ass also tell when each word is said, where the voice tells (espeak)."
)
_TRANSCRIPT_HELP = "Also write the words to this file, with times and breaths, as Markdown."
_PAGE_HELP = "Also write a page (.html) that holds the sound, and shows breath and words with it."
_STEMS_HELP = "Also write tone, bed, bells and voice beside the file, as NAME.tone.wav and so on."
_REPORT_HELP = "Also measure the file, and write to this one what analyse --json prints of it."
_PICTURE_HELP = "Also draw the plan in this file (.png), as show --png does."
_BUNDLE_HELP = (
    "Also write a bundle (.zip): script, settings and every spoken line, from which play, show, "
    "check and export work on any computer without the voice."
)
_DATE_HELP = "The date that the file tells, such as 2026-11-28. Default: none."
_COVER_HELP = "A PNG or JPEG to show with it. Default: the session's own breath, drawn."
_PROOF_HELP = (
    "Let a recogniser hear each line (pip install 'voice-guide[proof]'); what it doubts is spoken "
    "in another way, and what stays in doubt is listed."
)
_PLAN_HELP = "Also write the plan to this file, as show --json prints it."


@click.command("export")
@click.argument("name", type=ScriptName(), default="stay-present", metavar="[NAME|FILE|-]")
@click.option("-o", "--output", type=FileName(), metavar="FILE", help=_OUTPUT_HELP)
@click.option("--subtype", type=click.Choice(["16", "24", "float"]), help=_SUBTYPE_HELP)
@click.option("--quality", type=click.Choice(["low", "normal", "high"]), help=_QUALITY_HELP)
@click.option("--profile", type=click.Choice(PROFILES), help=_PROFILE_HELP)
@click.option("--title", metavar="TEXT", help="What the file is called. Default: as the script.")
@click.option("--artist", metavar="TEXT", help="Whose it is. Default: the script's, or the voice.")
@click.option("--album", metavar="TEXT", help="What it belongs to. Default: as the script.")
@click.option("--date", metavar="DATE", help=_DATE_HELP)
@click.option("--cover", type=FileName(), metavar="FILE", help=_COVER_HELP)
@click.option("--captions", metavar="KINDS", help=_CAPTIONS_HELP)
@click.option("--captions-breath", is_flag=True, help=_BREATH_HELP)
@click.option("--captions-words", is_flag=True, help=_WORDS_HELP)
@click.option(
    "--transcript", "transcript_file", type=FileName(), metavar="FILE", help=_TRANSCRIPT_HELP
)
@click.option("--page", "page_file", type=FileName(), metavar="FILE", help=_PAGE_HELP)
@click.option("--stems", is_flag=True, help=_STEMS_HELP)
@click.option("--picture", "picture_file", type=FileName(), metavar="FILE", help=_PICTURE_HELP)
@click.option("--report", "report_file", type=FileName(), metavar="FILE", help=_REPORT_HELP)
@click.option("--bundle", "bundle_file", type=FileName(), metavar="FILE", help=_BUNDLE_HELP)
@click.option("--plan", "plan_file", type=click.Path(), metavar="FILE", help=_PLAN_HELP)
@click.option("--proof", is_flag=True, help=_PROOF_HELP)
@click.option("--overwrite", is_flag=True, help="Replace files that already exist.")
@session_options
def export_command(
    name: str,
    output: str | None,
    profile: str | None,
    proof: bool,
    overwrite: bool,
    settings: Settings,
    **how: Unpack["FileOptions"],
) -> None:
    """Turn a session into an audio file (default: stay-present).

    If the script comes from standard input (-), the file is called session.wav unless you give
    another name.
    """
    from voice_guide.output.formats import STDOUT
    from voice_guide.scripting.library import file_stem
    from voice_guide.scripting.loading import load
    from voice_guide.session import Export
    from voice_guide.voices import wake

    target = output or f"{file_stem(name)}.wav"
    script, asked = load(name), frozenset(typed(settings))
    wanted = Export(script, target, settings, asked=asked, profile=profile, proof=proof, files=how)
    wanted = wanted.at_its_rate().from_its_bundle()
    wanted.check(overwrite)
    if not script.bundle:
        wake(settings.voice, script.language, settings.rate, settings.own_voice)
    session = wanted.open()
    from voice_guide.sound.balance import voice_lufs

    with progress("Speech and its proof" if proof else "Speech") as told:
        session.speak(told)
    with progress("Mixing") as told:
        plan = session.export(target, overwrite=overwrite, progress=told, **how)
    made = "standard output" if target == STDOUT else target
    level, loudness = "tone", session.settings.loudness
    if spoken := session.clips.spoken_by:
        level, loudness = f"voice {' and '.join(spoken)}", voice_lufs(session.settings)
    purpose = f", for {wanted.profile}" if wanted.profile else ""
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
    if wanted.profile and not how.get("plan_file") and target != STDOUT:
        notes += _plan_hint(wanted.profile, target)
    for note in notes:
        echo(f"Note: {note}", err=True)


def _plan_hint(profile: str, target: str) -> list[str]:
    """Say what it takes to measure the file by the profile."""
    from voice_guide.output.profiles import PROFILES as ALL

    if not ALL[profile].planned:
        return []
    import shlex

    plan = shlex.quote(str(Path(target).with_suffix(".plan.json")))
    return [f"analyse --profile {profile} also needs the plan; add --plan {plan} to export it"]
