"""Where scripts are read from: a folder beside those of Voice Guide, or a bundle."""

import codecs
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from voice_guide.bundle.names import COVER
from voice_guide.errors import Problem, ScriptError
from voice_guide.limits import MAX_BYTES
from voice_guide.scripting.filekinds import not_a_script
from voice_guide.scripting.library import STDIN, bundled_folder, is_piped
from voice_guide.texts import plain

if TYPE_CHECKING:
    from voice_guide.bundle.contents import Bundle

__all__ = ["DISK", "Disk", "Inside", "Shelf", "decoded", "title_of"]


class Shelf(Protocol):
    """What has scripts."""

    def find(self, name: str, path: Path) -> Path | None:
        """Return the practice that a script includes by name; None if there is none."""

    def leads_out(self, practice: Path, script: Path) -> bool:
        """Whether a practice or a cover is a link to elsewhere, as that of a stranger may be."""

    def read(self, path: Path) -> str:
        """Return the text of a script.

        Raises:
            ScriptError: if it can't be read.
        """

    def name(self, path: Path) -> str:
        """Return what a script is called where others include it."""

    def ours(self, path: Path) -> bool:
        """Whether a script comes with Voice Guide."""

    def no_cover(self, cover: Path, path: Path) -> str:
        """Say why a picture can't be a script's cover; nothing if it can."""


class Disk:
    """Scripts in folders, and one that comes through a pipe."""

    def find(self, name: str, path: Path) -> Path | None:
        candidates = (folder / f"{name}.md" for folder in (path.parent, bundled_folder()))
        # Unlike pathlib's, also for a name that no system takes.
        return next((candidate for candidate in candidates if os.path.isfile(candidate)), None)

    def leads_out(self, practice: Path, script: Path) -> bool:
        if not practice.is_symlink():
            return False
        # It may lead beside its script, also beside what that itself is a link to.
        home = (practice.parent.resolve(), script.resolve().parent)
        return practice.resolve().parent not in home

    def read(self, path: Path) -> str:
        try:
            with _opened(path) as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            fault = Problem(str(path), 1, 1, f"can't be read: {error.strerror}")
            raise ScriptError([fault]) from error
        return decoded(data, path)

    def name(self, path: Path) -> str:
        return "untitled" if is_piped(str(path)) else path.stem

    def ours(self, path: Path) -> bool:
        return path.parent.resolve() == bundled_folder()

    def no_cover(self, cover: Path, path: Path) -> str:
        if is_piped(str(path)):
            return f"the cover {cover.name!r} would lie beside the script, which has no file"
        if not os.path.isfile(cover):
            return f"there is no cover {cover.name!r} beside the script"
        if self.leads_out(cover, path):
            return f"the cover {cover.name!r} is a link out of this folder: put it here itself"
        return ""


DISK = Disk()


class Inside:
    """The scripts in a bundle, and no others."""

    def __init__(self, bundle: "Bundle") -> None:
        self.bundle = bundle
        paths = [Path(bundle.path, script.file) for script in bundle.scripts]
        self.first = paths[0]
        self._scripts = dict(zip(paths, bundle.scripts, strict=True))
        self._named = {(s.ours, s.name): path for path, s in reversed(self._scripts.items())}

    def find(self, name: str, path: Path) -> Path | None:
        # As on disk: what comes with Voice Guide includes nothing else.
        kinds = (True,) if self.ours(path) else (False, True)
        return next(
            (self._named[ours, name] for ours in kinds if (ours, name) in self._named), None
        )

    def leads_out(self, practice: Path, script: Path) -> bool:
        return False

    def read(self, path: Path) -> str:
        return decoded(self.bundle.archive.read(self._scripts[path].file, MAX_BYTES), path)

    def name(self, path: Path) -> str:
        return self._scripts[path].name

    def ours(self, path: Path) -> bool:
        return self._scripts[path].ours

    def no_cover(self, cover: Path, path: Path) -> str:
        there = COVER in self.bundle.archive.names
        return "" if there else f"the cover {cover.name!r} is not in the bundle"


def title_of(name: str) -> str:
    """Return the title of a script that has none."""
    return plain(name.replace("-", " ").replace("_", " ")).capitalize() or "Untitled"


def _opened(path: Path) -> contextlib.AbstractContextManager[BinaryIO]:
    return contextlib.nullcontext(sys.stdin.buffer) if str(path) == STDIN else path.open("rb")


def decoded(data: bytes, path: Path) -> str:
    """Return the text of a script from its bytes."""

    def fault(message: str, line: int = 1, column: int = 1) -> ScriptError:
        return ScriptError([Problem(str(path), line, column, message)])

    if kind := not_a_script(data):
        raise fault(kind)
    if len(data) > MAX_BYTES:
        raise fault(f"is larger than {MAX_BYTES // 1024} KiB; a script is text")
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise fault("is empty: write a line for the voice")
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = (
            f"is not UTF-8 text (byte 0x{data[error.start]:02x}): in your editor, choose "
            "Save as and the encoding UTF-8"
        )
        raise fault(message, line, column) from error
