"""``voice-guide check --fix``: what has one right form, shown, asked about, and written."""

import difflib
import os
import sys
from pathlib import Path

from voice_guide.cli.echo import ask, echo
from voice_guide.errors import OutputError, RequestError
from voice_guide.terminal import takes_codes

__all__ = ["fix"]

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def fix(file: str, yes: bool) -> bool:
    """Mend a script, if its writer agrees to what is shown.

    Args:
        file: of the script.
        yes: whether to write without being asked.

    Returns:
        Whether nothing is left to be written, for want of an answer.

    Raises:
        UnknownNameError: if there is no such script.
        RequestError: if it isn't the writer's own file.
        OutputError: if it can't be written.
    """
    from voice_guide.bundle.names import is_bundle
    from voice_guide.files import replacing
    from voice_guide.scripting.library import find, is_bundled, is_piped
    from voice_guide.scripting.mending import mended

    find(file)
    if is_piped(file):
        raise RequestError(f"{file!r} can't be mended in its place: give a file.")
    if is_bundled(file):
        name = Path(file).stem
        raise RequestError(
            f"{file!r} comes with Voice Guide and stays as it is. For one of your own:  "
            f"voice-guide new my-{name} --from {name}"
        )
    if is_bundle(file):
        raise RequestError(
            f"{file!r} is a bundle, in which words and sound belong together: mend the script "
            "that it was made of, and make it again."
        )
    path = Path(os.path.realpath(file))  # what a link leads to, so that it stays one
    data = _read(path, file)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return True  # check says what to do
    better = mended(text, file)
    if better == text:
        return True
    _show(text, better, file)
    if not yes:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            echo(f"{file}: nothing is written. To write these changes, add --yes.")
            return False
        if not ask(f"Write these changes to {file}?"):
            echo(f"{file} stays as it is.")
            return True
    if _read(path, file) != data:
        raise OutputError(f"{file} has been changed in the meantime. Run the command again.")
    with replacing(path) as part:
        part.write_bytes(better.encode())
    return True


def _read(path: Path, file: str) -> bytes:
    from voice_guide.files import read_bytes
    from voice_guide.limits import MAX_BYTES

    try:
        return read_bytes(path, MAX_BYTES)
    except FileNotFoundError as error:
        raise RequestError(f"there is no script file {file!r}.") from error
    except OSError as error:
        raise RequestError(f"{file} can't be read: {error.strerror}.") from error


def _show(before: str, after: str, file: str) -> None:
    coloured = takes_codes(sys.stdout) and not os.environ.get("NO_COLOR")
    for row in difflib.unified_diff(
        before.splitlines(), after.splitlines(), file, f"{file}, mended", lineterm="", n=1
    ):
        echo(row, colour=_COLOURS.get(row[:1]) if coloured else None)
