"""Words on the screen, or in what stands in its place: the only way there."""

import sys

import click

from voice_guide.texts import visible

__all__ = ["ask", "echo", "pass_on"]


def echo(message: object = "", err: bool = False, colour: str | None = None) -> None:
    """Print a message; what a terminal would obey in it, of whatever file, is made visible."""
    shown = visible(str(message))
    click.echo(click.style(shown, fg=colour) if colour else shown, err=err)


def pass_on(text: str) -> None:
    """Print a file's text: as it is, but on a terminal."""
    shown = visible(text) if sys.stdout.isatty() else text
    click.echo(shown, nl=not text.endswith("\n"))


def ask(question: str, default: bool = False) -> bool:
    """Ask something that is answered by yes or no."""
    return click.confirm(visible(question), default=default)
