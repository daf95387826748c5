"""``voice-guide new``: a practice of one's own."""

import shlex
from pathlib import Path

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.types import ScriptName
from voice_guide.texts import plain

__all__ = ["new_command"]

_FROM_HELP = "Copy this script and make it your own."
_OUTPUT_HELP = "The file to make. Default: NAME.md in this folder."


@click.command("new")
@click.argument("name")
@click.option("--from", "origin", type=ScriptName(), metavar="NAME|FILE", help=_FROM_HELP)
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help=_OUTPUT_HELP)
@click.option("--overwrite", is_flag=True, help="Replace a file that already exists.")
def new_command(name: str, origin: str | None, output: str | None, overwrite: bool) -> None:
    """Start a practice of your own, from a short example with notes or from a copy.

    It is a text file, which any editor can open; its notes explain how to write one. To see how
    the built-in practices are written, run  voice-guide show NAME --source
    """
    from voice_guide.files import check_path, replacing
    from voice_guide.scripting.loading import source
    from voice_guide.scripting.template import practice

    stem = Path(name.strip()).name.removesuffix(".md")
    if not stem.strip(". "):
        raise click.BadParameter(f"{name!r} is not a name: give one such as my-evening.")
    path = Path(output) if output else Path(name.strip()).with_name(f"{stem}.md")
    check_path(path, overwrite)
    words = plain(stem.replace("-", " ").replace("_", " ")).capitalize()
    text = source(origin) if origin else practice(words)
    with replacing(path, overwrite) as part:
        part.write_text(text, encoding="utf-8")
    made = f"a copy of {origin}" if origin else "a short practice with notes"
    file = shlex.quote(str(path))
    echo(f"{path}: {made}. Change it in any text editor, then check it and listen:")
    echo(f"  voice-guide check {file}\n  voice-guide play {file}")
