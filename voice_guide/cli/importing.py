"""``voice-guide import``: other people's texts, made into practices."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import echo, pass_on
from voice_guide.cli.types import FileName, PaceType

if TYPE_CHECKING:
    from voice_guide.pace.pace import Pace

__all__ = ["import_command"]

_OUTPUT_HELP = "The practice to make; - for standard output. Default: the file's name with .md."
_PACE_HELP = "The pace of the practice, in whose breaths rests are counted. Default: 4-6."
_LANGUAGE_HELP = "The language of its words, such as de. Default: en."


@click.command("import")
@click.argument("file", type=FileName())
@click.option("-o", "--output", type=click.Path(), metavar="PRACTICE.md", help=_OUTPUT_HELP)
@click.option("--pace", type=PaceType(), metavar="PACE", help=_PACE_HELP)
@click.option("--title", metavar="TITLE", help="Its title, if the text has none, or another.")
@click.option("--language", metavar="CODE", help=_LANGUAGE_HELP)
@click.option("--overwrite", is_flag=True, help="Replace a file that already exists.")
def import_command(
    file: str,
    output: str | None,
    pace: "Pace | None",
    title: str | None,
    language: str | None,
    overwrite: bool,
) -> None:
    """Turn a text of any kind into a practice: plain text, Markdown, a web page (HTML), a Word
    document (.docx), SSML, captions (SRT, WebVTT), or a breathing program in JSON.

    It tells you, row by row, what it changed, guessed or left out. Exact rests become whole
    breaths at the practice's pace. Give - as FILE to read standard input.
    """
    from voice_guide.files import check_kept, check_path, replacing
    from voice_guide.scripting.importing import read, text_of

    path = Path(output or ("practice.md" if file == "-" else Path(file).with_suffix(".md").name))
    if output != "-":
        check_kept([path], [file])
        check_path(path, overwrite)
    made = read(text_of(file), file, str(pace or ""), title or "", language or "")
    if output == "-":
        pass_on(made.text)
    else:
        with replacing(path, overwrite) as part:
            part.write_text(made.text, encoding="utf-8")
    for line, note in made.notes:
        echo(f"{file}:{line}: {note}", err=True)
    if output != "-":
        name = shlex.quote(str(path))
        echo(f"{path}: a practice, made from {made.kind}. Read it, then listen to it:")
        echo(f"  voice-guide check {name}\n  voice-guide play {name}")
