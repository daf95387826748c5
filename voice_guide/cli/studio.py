"""``voice-guide studio``."""

import os
import sys

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.types import NumberRange
from voice_guide.errors import RequestError
from voice_guide.options import Number

__all__ = ["studio_command"]

_PORT_HELP = "The port on this computer. Default: any that is free."


@click.command("studio")
@click.option("--port", type=NumberRange(Number(1, 65535, whole=True)), help=_PORT_HELP)
@click.option("--no-open", is_flag=True, help="Only show the address; open no browser.")
def studio_command(port: int | None, no_open: bool) -> None:
    """Tune a session by eye and ear, in a page of your browser.

    The page comes from your own computer, and only you can reach it. It ends with Ctrl-C, and a
    while after you have closed its last tab.
    """
    try:
        from voice_guide.studio.server import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "anyio", "h11"):
            raise
        raise RequestError(
            "the studio needs Starlette and uvicorn: install them with  "
            "pip install 'voice-guide[studio]'"
        ) from error

    def opened(address: str, once: str) -> None:
        echo(
            f"The studio is open at  {address}\nCtrl-C ends it, and so does closing its last page."
        )
        sys.stdout.flush()
        if not no_open and _has_screen():
            import webbrowser

            webbrowser.open(once)

    serve(port or 0, opened)
    echo("The last page was closed, so the studio has ended.")


def _has_screen() -> bool:
    """Whether a browser can be shown; one for terminals would take this one over."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
