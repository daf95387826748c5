"""``voice-guide voices add``, ``get`` and ``remove``: what is installed, and what goes again."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import ask, echo
from voice_guide.errors import RequestError

if TYPE_CHECKING:
    from voice_guide.voices.registries import Offer

__all__ = ["add_command", "get_command", "remove_command"]

AS_OPTION = click.option("--as", "name", metavar="NAME", help="What to call it.")


@click.command("add")
@click.argument("source", metavar="FILE|FOLDER|ARCHIVE")
@AS_OPTION
def add_command(source: str, name: str | None) -> None:
    """Install a voice that you have downloaded, once it has spoken a line.

    Give a Piper .onnx file with its .onnx.json next to it, a folder with a model or recordings,
    or an archive of one (.tar.gz, .tar.bz2, .tar.xz, .zip).
    """
    from voice_guide.voices.store import add

    if sys.stderr.isatty():
        echo("It is copied, and has to say something; a large model takes a minute.", err=True)
    _told_as_installed(add(Path(source).expanduser(), name))


@click.command("get")
@click.argument("voice", metavar="NAME", required=False)
@AS_OPTION
@click.option("--yes", is_flag=True, help="Download without asking first.")
def get_command(voice: str | None, name: str | None, yes: bool) -> None:
    """Download a voice: the only command that uses the network.

    Give a hibari voice, such as hibari:emma, or a Piper voice, such as piper:en_US-joe-medium.
    Without a NAME, it lists what you can get. If a download breaks off, the same command
    continues it.
    """
    from voice_guide.voices.registries import hibari_offers, offer_of

    if voice is None:
        for each in hibari_offers().values():
            echo(f"{each.name:16}  {each.about}, {each.size / 1e6:.1f} MB, {each.licence}")
        echo(
            "piper:NAME        a Piper voice, such as piper:en_US-joe-medium. "
            "To list those of a language:  voice-guide voices get piper:de"
        )
        return
    offer = offer_of(voice)
    if offer.place is not None and name is not None:
        raise RequestError(f"{offer.name} keeps its name from hibari: leave out --as {name}.")
    source = offer.files[0].url.rpartition("/")[0]
    echo(f"{offer.name}: {offer.about}. {offer.size / 1e6:.1f} MB from {source}")
    echo(f"Licence: {offer.licence}")
    if not yes and sys.stdin.isatty() and not ask("Download it?", default=True):
        echo("Nothing was downloaded.")
        return
    _told_as_installed(_got(offer, name))


def _got(offer: "Offer", name: str | None) -> str:
    from voice_guide.cli.progress import progress
    from voice_guide.voices.download import download

    with progress("Downloading") as tell:
        return download(offer, name, tell)


def _told_as_installed(voice: str) -> None:
    echo(f"{voice} is installed. To hear it:  voice-guide voices try {voice}")


@click.command("remove")
@click.argument("voice", metavar="NAME")
@click.option("--yes", is_flag=True, help="Remove without asking; needed without a terminal.")
def remove_command(voice: str, yes: bool) -> None:
    """Remove an installed voice and all its files."""
    from voice_guide.voices.registries import hibari_offers
    from voice_guide.voices.store import find_installed, remove, size_of

    own = next((each.place for each in hibari_offers().values() if each.name == voice), None)
    path = own if own is not None and own.is_file() else find_installed(voice)
    what = f"{path} ({size_of(path) / 1e6:.1f} MB)"
    if not yes:
        if not sys.stdin.isatty():
            raise RequestError(f"this would remove {what}: add --yes to confirm.")
        if not ask(f"Remove {what}?"):
            echo("Nothing was removed.")
            return
    remove(path)
    echo(f"{path} was removed.")
