"""The scripts that the page may read: those that come with Voice Guide, and the listener's own.

A name is a name: nothing in it leads out of the two folders, and neither does a link.
"""

import hashlib
import re
import unicodedata
from glob import iglob
from pathlib import Path

from voice_guide.errors import ScriptError
from voice_guide.files import locked, private_folder, read_bytes, replacing
from voice_guide.folders import own_folder
from voice_guide.limits import MAX_BYTES
from voice_guide.scripting import library
from voice_guide.scripting.loading import read_text
from voice_guide.studio.refusals import RefusedError
from voice_guide.texts import plain

__all__ = ["Kept", "is_own", "kept", "names", "own_scripts", "path_of", "save", "title_of"]

_NAME = re.compile(r"\w(?:[\w -]{0,58}\w)?")
_TAKEN_BY_WINDOWS = re.compile(r"(?i)con|prn|aux|nul|conin\$|conout\$|(com|lpt)\d")


class Kept:
    """A script as it is on disk.

    Attributes:
        text: as it is written.
        version: of the text; another one has another version.
    """

    def __init__(self, data: bytes) -> None:
        self.text = data.decode()
        self.version = hashlib.blake2b(data, digest_size=16).hexdigest()


def own_scripts() -> Path:
    """Return the folder of the listener's own scripts; it need not be there."""
    return own_folder("data") / "scripts"


def names() -> dict[str, bool]:
    """Return all names, those that come with Voice Guide first, and whether each is one's own."""
    bundled = library.names()
    own = sorted(name.removesuffix(".md") for name in iglob("*.md", root_dir=own_scripts()))
    taken = set(map(str.casefold, bundled))
    there = [name for name in own if _is_name(name) and name.casefold() not in taken]
    return dict.fromkeys(bundled, False) | {
        name: True for name in there if _is_there(own_scripts() / f"{name}.md")
    }


def is_own(name: str) -> bool:
    """Whether a script is the listener's own, and may be changed."""
    return name not in library.names()


def path_of(name: str) -> Path:
    """Return the file of a name: a script that comes with Voice Guide, or one's own.

    It need not be there.

    Raises:
        RefusedError: if it can't be the name of a script.
    """
    if name in library.names():
        return library.bundled_folder() / f"{name}.md"
    if not _is_name(name):
        raise RefusedError(
            422,
            f"{name[:80]!r} can't be the name of a script: it can have letters, digits, spaces, - "
            "and _, up to 60 of them, such as my-evening.",
        )
    return own_scripts() / f"{name}.md"


def kept(name: str) -> Kept:
    """Read a script.

    Raises:
        RefusedError: if there is none, or it can't be read.
    """
    path = path_of(name)
    if not _is_there(path):
        raise RefusedError(404, f"there is no script {name!r}.")
    try:
        return Kept(read_bytes(path, MAX_BYTES))
    except UnicodeDecodeError as error:
        raise RefusedError(422, f"{name!r} is not UTF-8 text.") from error
    except OSError as error:
        raise RefusedError(422, f"{name!r} can't be read: {error.strerror}.") from error


def title_of(name: str) -> str:
    """Return what a script is called; its name, where it can't be read."""
    try:
        return read_text(kept(name).text, path_of(name)).title
    except (ScriptError, RefusedError):
        return plain(name.replace("-", " ").replace("_", " ")).capitalize()


def save(name: str, text: str, version: str | None) -> Kept:
    """Keep a script of one's own.

    Args:
        name: of the script.
        text: all of it.
        version: that it had when it was read; None for one that is new.

    Raises:
        RefusedError: if it comes with Voice Guide, or has changed meanwhile, or is too large.
        OutputError: if it can't be written.
    """
    if name.casefold() in map(str.casefold, library.names()):
        raise RefusedError(
            409, f"{name!r} comes with Voice Guide, and stays as it is: choose a new name."
        )
    path = path_of(name)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise RefusedError(400, "the text has a sign that is no valid text (UTF-8).") from error
    if len(data) > MAX_BYTES:
        raise RefusedError(413, f"a script has up to {MAX_BYTES // 1024} KiB: this one is larger.")
    try:
        private_folder(path.parent)
    except OSError as error:
        raise RefusedError(
            422, f"can't make the folder {path.parent}: {error.strerror}."
        ) from error
    with locked(path):
        before = kept(name).version if path.exists() or path.is_symlink() else None
        if before != version:
            changed = (
                "has changed since it was opened"
                if before and version
                else ("is there already" if before else "is no longer there")
            )
            raise RefusedError(409, f"{name!r} {changed}: save it under another name.")
        with replacing(path.resolve(), private=True) as part:
            part.write_bytes(data)
    return Kept(data)


def _is_name(name: str) -> bool:
    return (
        bool(_NAME.fullmatch(name))
        and unicodedata.normalize("NFC", name) == name
        and not _TAKEN_BY_WINDOWS.fullmatch(name)
    )


def _is_there(path: Path) -> bool:
    """Whether a file is a regular one, and no link out of its folder."""
    return path.is_file() and path.resolve().parent == path.parent.resolve()
