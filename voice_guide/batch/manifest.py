"""What a catalogue has made so far: a row for each file, appended when it is safely on the disk.

The rows outlive whatever ends the program or the computer. A row that is cut off counts for
nothing, and neither does a file without a row.
"""

import contextlib
import errno
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from voice_guide.batch.stamps import digest_of
from voice_guide.errors import OutputError
from voice_guide.files import blaming
from voice_guide.leftovers import lock

__all__ = ["Manifest", "Record", "kept_safe", "manifest_path", "open_manifest", "read_manifest"]

SCHEMA = 1

_NO_ROW = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What comes of reading something else than a row."""


def manifest_path(catalogue: Path) -> Path:
    """Return where the manifest of a catalogue lies: beside it, as ``NAME.made``."""
    return catalogue.with_suffix(".made")


@dataclass(frozen=True)
class Record:
    """What is known of a finished export.

    Attributes:
        stamp: what shaped it, see `Stamps`.
        files: size, time of change in nanoseconds and digest of each file, by its path.
    """

    stamp: dict[str, str]
    files: dict[str, tuple[int, int, str]]

    @classmethod
    def of(cls, stamp: dict[str, str], files: Iterable[Path]) -> "Record":
        """Look at files that have just been made.

        Raises:
            OutputError: if one isn't there.
        """
        looked = {}
        for path in files:
            with blaming(path):
                found = path.stat()
                looked[str(path)] = (found.st_size, found.st_mtime_ns, digest_of(path))
        return cls(stamp, looked)

    def missing(self) -> list[str]:
        """Return the files that aren't there any more."""
        return [name for name in self.files if not os.path.lexists(name)]

    def changed(self) -> list[str]:
        """Return the files that hold something else than what was made."""
        return [name for name, known in self.files.items() if not _as_known(Path(name), known)]


def _as_known(path: Path, known: tuple[int, int, str]) -> bool:
    size, time, digest = known
    try:
        found = path.stat()
        return found.st_size == size and (found.st_mtime_ns == time or digest_of(path) == digest)
    except OSError:
        return False


@dataclass
class Manifest:
    """The rows of a manifest.

    Attributes:
        path: of the file.
        made: the finished exports, by the path of their sound.
        own: every file that was begun, finished or not: no other may be replaced.
    """

    path: Path
    made: dict[str, Record] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    _file: BinaryIO | None = None

    def begin(self, files: Iterable[Path]) -> None:
        """Note files that are about to be made."""
        new = [str(path) for path in files if str(path) not in self.own]
        if new:
            self._append({"begun": [self._relative(name) for name in new]})
            self.own |= set(new)

    def finish(self, target: str, record: Record) -> None:
        """Note an export whose files are whole, and safe on the disk."""
        files = {self._relative(name): known for name, known in record.files.items()}
        self._append({"made": self._relative(target), "stamp": record.stamp, "files": files})
        self.made[target] = record
        self.own |= record.files.keys()

    def _append(self, row: dict[str, Any]) -> None:
        assert self._file is not None  # noqa: S101 - opened to be written
        with blaming(self.path):
            if self._file.write(written := _row(row)) < len(written):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file.fileno())

    def _relative(self, name: str) -> str:
        with contextlib.suppress(ValueError):  # on another of Windows's drives
            name = os.path.relpath(name, self.path.parent)
        return Path(name).as_posix()

    def read(self, data: bytes) -> None:
        """Take over the rows of a file."""
        *rows, _cut_off = data.split(b"\n")
        for row in rows:
            with contextlib.suppress(
                ValueError, TypeError, KeyError, AttributeError, RecursionError
            ):
                self._take(json.loads(row))

    def _take(self, row: dict[str, Any]) -> None:
        self.own |= {self._here(name) for name in row.get("begun", ())}
        if "made" in row:
            files = {
                self._here(name): (int(size), int(time), str(digest))
                for name, (size, time, digest) in row["files"].items()
            }
            stamp = {str(part): str(digest) for part, digest in row["stamp"].items()}
            self.made[self._here(row["made"])] = Record(stamp, files)
            self.own |= files.keys()

    def _here(self, name: str) -> str:
        return os.path.normpath(os.path.join(self.path.parent, name))


def read_manifest(catalogue: Path) -> Manifest:
    """Return what a catalogue has made, to look at.

    Raises:
        OutputError: if there is a manifest that can't be read.
    """
    manifest = Manifest(manifest_path(catalogue))
    with blaming(manifest.path), contextlib.suppress(FileNotFoundError):
        manifest.read(manifest.path.read_bytes())
    return manifest


@contextlib.contextmanager
def open_manifest(catalogue: Path) -> Iterator[Manifest]:
    """Give the manifest of a catalogue, to go on with; no other process has it meanwhile.

    Raises:
        OutputError: if another process makes this catalogue, or it can't be written.
    """
    path = manifest_path(catalogue)
    with blaming(path):
        file = open(path, "a+b", buffering=0)  # noqa: SIM115 - closed below
    with file:
        if not lock(file):
            raise OutputError(
                f"another voice-guide is making this catalogue just now, as it has {path} open. "
                "Wait for it, or end it first."
            )
        manifest = Manifest(path, _file=file)
        with blaming(path):
            file.seek(0)
            data = file.read()
            manifest.read(data)
            if not data:
                manifest._append({"voice-guide batch": SCHEMA})
                kept_safe([path])
            elif not data.endswith(b"\n"):  # somebody was ended by force
                file.write(b"\n")
        yield manifest


def kept_safe(paths: Iterable[Path]) -> None:
    """Wait until files are on the disk, under their names, whatever happens to the computer.

    Raises:
        OutputError: if one can't be written.
    """
    paths = list(paths)
    for path in paths:
        with blaming(path), open(path, "r+b") as file:
            os.fsync(file.fileno())
    if hasattr(os, "O_DIRECTORY"):  # elsewhere a folder can't be opened, and needs no such care
        for folder in {path.parent for path in paths}:
            with blaming(folder):
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)


def _row(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=True).encode() + b"\n"
