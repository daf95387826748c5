"""A zip from elsewhere, looked at as a whole before anything in it is used.

Nobody is trusted here: what it says of itself is compared with what is there. The standard
library reads it, once it is known to be no more than it can be.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO

from voice_guide.errors import BundleError
from voice_guide.limits import (
    MOST_BUNDLE_BYTES,
    MOST_BUNDLE_FILES,
    MOST_BUNDLE_RATIO,
    SMALL_ARCHIVE_BYTES,
)

__all__ = ["Archive"]

CHUNK_BYTES = 1 << 20
"""What is read at once."""

_LISTED_BYTES = 128
"""Of the list of files for each of them, at most: names here have 20, and tools add some times."""

_END = struct.Struct("<4s4H2IH")
_END_MARK, _LONG_MARK = b"PK\5\6", b"PK\6\7"
_LONG_BYTES = 20
"""Of what stands before the end in a zip of more than 4 GB."""

_LOCAL, _LOCAL_MARK = struct.Struct("<4s5H3I2H"), b"PK\3\4"
"""What stands before each file."""

_LOCKED, _LATER = 0x2041, 0x08
"""Flags: its content, or the list, is encrypted; its sizes follow after it."""

_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

_AGAIN = "Get it again from where it comes from"


class Archive:
    """A zip of which nothing was found that shouldn't be.

    Args:
        path: of the file, which is opened and stays so as long as this is used.

    Raises:
        BundleError: saying what was found.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            with open(path, "rb") as file:
                size = file.seek(0, 2)
                if size > MOST_BUNDLE_BYTES:
                    raise self.bad(f"it is larger than {MOST_BUNDLE_BYTES // 10**6} MB")
                listed, directory_at = self._end(file, size)
                self._zip = zipfile.ZipFile(path)
                infos = self._zip.infolist()
                if len(infos) != listed:
                    raise self._damaged()
                self._check_names(infos)
                self._check_sizes(infos, size)
                for info in infos:
                    self._check(info)
                self._check_places(file, infos, directory_at)
        except OSError as error:
            raise self.bad(f"it can't be read ({error.strerror or error})") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise self._damaged() from error
        self._infos = {info.filename: info for info in infos if not info.is_dir()}

    @property
    def names(self) -> list[str]:
        """Of the files in it."""
        return list(self._infos)

    def size(self, name: str) -> int:
        """The bytes of a file in it."""
        return self._infos[name].file_size

    def close(self) -> None:
        """Close the file; nothing more can be read then."""
        self._zip.close()

    def read(self, name: str, most: int) -> bytes:
        """Return what a file in it holds.

        Raises:
            BundleError: if it is larger than ``most`` bytes, or damaged.
        """
        if self.size(name) > most:
            raise self.bad(f"{name!r} in it is larger than {most} bytes")
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what a file in it holds, in pieces.

        Raises:
            BundleError: if it is damaged.
        """
        info, read = self._infos[name], 0
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(CHUNK_BYTES):
                    read += len(chunk)
                    yield chunk
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
            raise self.bad(f"{name!r} in it is damaged") from error
        if read != info.file_size:
            raise self.bad(f"{name!r} in it is not as long as it says")

    def bad(self, why: str, advice: str = _AGAIN) -> BundleError:
        """Say that a bundle can't be used: ``why`` is a clause on it, or on what is in it."""
        return BundleError(f"the bundle {self._path!r} can't be used: {why}. {advice}.")

    def _damaged(self) -> BundleError:
        return self.bad("it is damaged, or only a part of it is there")

    def _end(self, file: BinaryIO, size: int) -> tuple[int, int]:
        """Return how many files are listed, and where the list begins; refuse what can't be."""
        file.seek(max(size - _END.size - _LONG_BYTES, 0))
        before, end = file.read(_LONG_BYTES), file.read()
        mark, disk, first_disk, here, listed, length, offset, comment = _END.unpack(end)
        if mark != _END_MARK or comment:
            raise self._damaged()
        if before.startswith(_LONG_MARK):
            raise self.bad("it is in the form for zips of over 4 GB (ZIP64), which no bundle needs")
        if disk or first_disk or here != listed:
            raise self.bad("it is one part of several")
        if listed > MOST_BUNDLE_FILES or length > MOST_BUNDLE_FILES * _LISTED_BYTES:
            raise self.bad(f"it has more than {MOST_BUNDLE_FILES} files in it")
        if offset + length + _END.size != size:
            raise self.bad("something else lies before its files, or among them")
        return listed, offset

    def _check_names(self, infos: Sequence[zipfile.ZipInfo]) -> None:
        seen: dict[str, str] = {}
        for name in (info.orig_filename for info in infos):
            if why := _fault(name):
                raise self.bad(f"{_shown(name)} in it {why}")
            alike = name.casefold().rstrip("/")
            if seen.get(alike) == name:
                raise self.bad(f"it has {_shown(name)} in it twice")
            if alike in seen:
                both = f"{_shown(seen[alike])} and {_shown(name)} in it"
                raise self.bad(f"{both} are the same file on many systems")
            seen[alike] = name

    def _check_sizes(self, infos: Sequence[zipfile.ZipInfo], size: int) -> None:
        whole = sum(info.file_size for info in infos)
        if whole > min(MOST_BUNDLE_BYTES, max(SMALL_ARCHIVE_BYTES, MOST_BUNDLE_RATIO * size)):
            raise self.bad(
                f"it would unpack from {_megabytes(size)} to {_megabytes(whole)} MB, "
                "which is more than any session does"
            )

    def _check(self, info: zipfile.ZipInfo) -> None:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) > info.is_dir():
            raise self.bad(f"{info.filename!r} in it is a link or a device, not a file")
        if info.flag_bits & _LOCKED:
            raise self.bad("it is locked with a password", "Ask for one that is open")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.bad(f"{info.filename!r} in it is packed in a way that few programs know")
        stored = info.compress_type == zipfile.ZIP_STORED
        if (stored and info.compress_size != info.file_size) or (info.is_dir() and info.file_size):
            raise self._lies(info)

    def _check_places(self, file: BinaryIO, infos: Sequence[zipfile.ZipInfo], most: int) -> None:
        """Compare what stands before each file with the list; none may reach into another."""
        ends = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < ends:
                raise self.bad(f"{info.filename!r} in it lies over another file")
            file.seek(info.header_offset)
            mark, _, flags, method, _, _, _, packed, size, name, extra = _LOCAL.unpack(
                file.read(_LOCAL.size)
            )
            sizes = (packed, size) == (info.compress_size, info.file_size)
            later = flags & _LATER and not packed and not size
            if mark != _LOCAL_MARK or method != info.compress_type or not (sizes or later):
                raise self._lies(info)
            if file.read(name) != info.filename.encode():
                raise self._lies(info)
            ends = info.header_offset + _LOCAL.size + name + extra + info.compress_size
        if ends > most:
            raise self._damaged()

    def _lies(self, info: zipfile.ZipInfo) -> BundleError:
        return self.bad(f"two places in it tell different things about {info.filename!r}")


def _fault(name: str) -> str:
    """Say what is wrong with a name in a zip; nothing if it can be used on any system."""
    parts = PurePosixPath(name).parts
    if name[:1] in ("/", "\\") or ":" in name or ".." in re.split(r"[/\\]", name):
        return "leads out of it"
    if "\\" in name or not name.isascii() or not name.isprintable() or not name:
        return "has a name that not every system can have"
    if any(_DEVICE.fullmatch(part) for part in parts):
        return "is the name of a device on some systems"
    whole = "/".join(parts)
    if name not in (whole, f"{whole}/") or any(part.endswith((".", " ")) for part in parts):
        return "has a name that not every system keeps"
    return ""


def _shown(name: str) -> str:
    return repr(name if len(name) <= 80 else f"{name[:77]}...")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g}"
