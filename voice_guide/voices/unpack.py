"""Archives from elsewhere: unpacked within bounds, and never outside of the folder.

Nobody is trusted here: a name may climb out of the folder, a link may lead out of it, and
a few kilobytes may unpack to more than a disk holds.
"""

import bz2
import errno
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from voice_guide.errors import VoiceError
from voice_guide.limits import (
    MOST_PACKED_RATIO,
    MOST_TAR_HEADER_BYTES,
    MOST_VOICE_BYTES,
    MOST_VOICE_FILES,
    SMALL_ARCHIVE_BYTES,
)

__all__ = ["ARCHIVES", "copy_within", "is_archive", "unpack"]

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".zip")

CHUNK_BYTES = 1 << 20
"""What is unpacked at once."""

_OPENERS: dict[bytes, Any] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}


class _Bounds:
    """What may still be written."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        ratio = max(SMALL_ARCHIVE_BYTES, MOST_PACKED_RATIO * archive.stat().st_size)
        self.bytes = min(MOST_VOICE_BYTES, ratio)
        self.files = MOST_VOICE_FILES

    def take(self, size: int) -> None:
        self.bytes -= size
        if self.bytes < 0:
            raise VoiceError(
                f"{self._archive} would unpack to more than a voice can be, so it was not unpacked."
            )

    def take_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise VoiceError(
                f"{self._archive} has more than {MOST_VOICE_FILES} files, which no voice has."
            )


def is_archive(path: Path) -> bool:
    """Whether a file's name says that it is an archive of a kind that is read here."""
    return path.name.lower().endswith(ARCHIVES)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into an empty folder.

    Raises:
        VoiceError: if it is damaged, too large, or has anything but files and folders in it.
        OSError: if something can't be written.
    """
    bounds = _Bounds(archive)
    members = (
        _zipped(archive) if archive.name.lower().endswith(".zip") else _tarred(archive, bounds)
    )
    try:
        for name, content in members:
            bounds.take_file()
            path = folder / _inside(archive, name)
            if content is None:
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                while chunk := content.read(CHUNK_BYTES):
                    bounds.take(len(chunk))
                    file.write(chunk)
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise VoiceError(f"{archive} has {error.filename!r} in it twice.") from error
    except NotImplementedError as error:
        raise VoiceError(f"{archive} is packed in a way that Voice Guide doesn't know.") from error
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        raise _damaged(archive) from error
    except (EOFError, _TooLongError, ValueError, struct.error) as error:
        raise _damaged(archive) from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # of what is in it, not of the disk
            raise _damaged(archive) from error
        raise


def _damaged(archive: Path) -> VoiceError:
    return VoiceError(f"{archive} is damaged, or not an archive: download it again.")


def _inside(archive: Path, name: str) -> Path:
    """A member's place in the folder."""
    parts = [part for part in PurePosixPath(name).parts if part != "."]
    if name.startswith("/") or ".." in parts or any(c in name for c in "\\:\0"):
        raise VoiceError(
            f"{archive} has {name!r} in it, which may be outside the voice's folder, "
            "so it was not unpacked."
        )
    return Path(*parts)


def _only_files(archive: Path, name: str) -> VoiceError:
    return VoiceError(f"{archive} has {name!r} in it, which is neither a file nor a folder.")


def _zipped(archive: Path) -> Iterator[tuple[str, IO[bytes] | None]]:
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _only_files(archive, member.filename)
            if member.flag_bits & 1:
                raise VoiceError(
                    f"{archive} is locked with a password: unpack it, then add the folder."
                )
            if not member.filename or member.is_dir():
                yield member.filename, None
                continue
            with file.open(member) as content:
                yield member.filename, content


def _tarred(archive: Path, bounds: _Bounds) -> Iterator[tuple[str, IO[bytes] | None]]:
    with archive.open("rb") as file:
        head = file.read(6)
        file.seek(0)
        opener = next((o for magic, o in _OPENERS.items() if head.startswith(magic)), None)
        plain = opener(file) if opener else file
        # As a stream: nothing is sought, and what the archive says of itself is bounded, too.
        stream = _Bounded(plain, bounds.bytes + CHUNK_BYTES * 16, archive)
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as tar:
            for member in tar:
                if not (member.isfile() or member.isdir()):
                    raise _only_files(archive, member.name)
                yield member.name, tar.extractfile(member) if member.isfile() else None


class _TooLongError(Exception):
    """Not of those that ``tarfile`` takes for the archive's end."""


class _Header(tarfile.TarInfo):
    """What a tar says of a file, as long as it is no longer than it has to be.

    Every version of Python comes by ``_proc_member`` before it reads what belongs to a header.
    """

    def _proc_member(self, tar: tarfile.TarFile) -> Any:
        if not self.isfile() and self.size > MOST_TAR_HEADER_BYTES:
            raise _TooLongError
        return super()._proc_member(tar)  # type: ignore[misc]


class _Bounded(io.RawIOBase):
    """A stream that ends in an error when too much has been read of it."""

    def __init__(self, stream: IO[bytes], limit: int, archive: Path) -> None:
        self._stream, self._left, self._archive = stream, limit, archive

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise VoiceError(
                f"{self._archive} would unpack to more than a voice can be, so it was not unpacked."
            )
        return data


def copy_within(source: Path, target: Path) -> None:
    """Copy a folder, with what its links to files lead to.

    Raises:
        VoiceError: if it is too large for a voice.
        OSError: if something can't be read or written.
    """
    import os
    import shutil

    files, size = 0, 0
    for place, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if name.startswith(".") or not path.is_file():
                continue
            files, size = files + 1, size + path.stat().st_size
            if files > MOST_VOICE_FILES or size > MOST_VOICE_BYTES:
                raise VoiceError(
                    f"{source} is larger than a voice can be: give the folder of the voice itself."
                )
            copied = target / path.relative_to(source)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copied)
