"""Reading within bounds, and writing: beside the target, and moved into place when it is whole."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from voice_guide.errors import OutputError, RequestError
from voice_guide.folders import own_folder
from voice_guide.limits import LOCK_SECONDS

if TYPE_CHECKING:
    import soundfile

__all__ = [
    "blaming",
    "check_kept",
    "check_path",
    "locked",
    "private_folder",
    "read_bytes",
    "read_head",
    "replacing",
    "replacing_all",
    "words_of",
    "writing_sound",
]


def check_path(path: Path, overwrite: bool) -> None:
    """Refuse a path that can't be written, or whose file is to be kept.

    Raises:
        OutputError: with the path and the reason.
    """
    folder = path.parent
    try:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            folder.stat()  # pathlib takes what it may not look at for what isn't there
        if not folder.is_dir():
            raise OutputError(f"can't write {path}: there is no folder {folder}. Make it first.")
        if path.is_dir():
            raise OutputError(f"can't write {path}: it is a folder. Give a file in it.")
        if path.exists() and not path.is_file():  # to move a file there would take its place
            raise OutputError(f"can't write {path}: it is a device or a pipe. Give a file.")
        if path.exists() and not overwrite:
            raise OutputError(
                f"{path} already exists and is kept. Give another name, or add --overwrite."
            )
    except OSError as error:
        raise OutputError(f"can't write {path}: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"can't write {path}: you may not write to the folder {folder}.")


def check_kept(
    paths: Iterable[Path],
    sources: Iterable[str | PathLike[str] | None],
    why: str = "it is what this is made from",
) -> None:
    """Refuse to write over what is to be kept, such as what something is made from.

    Raises:
        RequestError: with the path.
    """
    kept = {_file(source) for source in sources if source} - {None}
    for path in paths:
        if _file(path) in kept:
            raise RequestError(f"can't write {path}: {why}. Give another name.")


def _file(path: str | PathLike[str]) -> tuple[int, int] | None:
    """Return what a file is by whatever name it is called; None if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def read_bytes(path: Path, most: int, links: bool = True) -> bytes:
    """Return what a file holds, if it is a regular one and not too large.

    Args:
        path: of the file.
        most: its bytes, at most.
        links: whether it may be a link to one.

    Raises:
        OSError: if it can't be read, with the reason in its ``strerror``.
    """
    with _opened(path, links) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(min(size, most) + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most} bytes", str(path))
    return data


def read_head(path: Path, length: int, links: bool = True) -> tuple[bytes, int]:
    """Return the first bytes of a regular file, and how many it has.

    Raises:
        OSError: as ``read_bytes``.
    """
    with _opened(path, links, buffering=0) as file:
        return file.read(length), os.fstat(file.fileno()).st_size


@contextlib.contextmanager
def _opened(path: Path, links: bool, buffering: int = -1) -> Iterator[BinaryIO]:
    # Without waiting: a pipe would be waited for as long as nobody writes to it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags | (0 if links else getattr(os, "O_NOFOLLOW", 0)))
    except ValueError as error:  # a name with a zero in it
        raise OSError(errno.EINVAL, str(error), str(path)) from error
    with open(handle, "rb", buffering) as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        yield file


def private_folder(path: Path) -> None:
    """Make a folder that is the listener's alone, and those above it, where they aren't there.

    Raises:
        OSError: if it can't be made.
    """
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep the listener's other processes from changing a file in the meantime.

    The lock itself lies in their state folder, so that nothing stays beside the file. Where that
    can't be written, there is none.

    Raises:
        OutputError: if another process doesn't finish with the file.
    """
    import hashlib

    import filelock

    name = hashlib.blake2b(os.fsencode(os.path.realpath(path)), digest_size=16).hexdigest()
    folder = own_folder("state") / "locks"
    lock = filelock.FileLock(folder / f"{name}.lock", LOCK_SECONDS, mode=0o600)
    try:
        private_folder(folder)
        lock.acquire()
    except filelock.Timeout as error:
        raise OutputError(
            f"can't write {path}: another voice-guide has been changing it for "
            f"{LOCK_SECONDS} seconds. Try again when it has finished."
        ) from error
    except OSError:  # the file itself may be written all the same
        pass
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def replacing(path: Path, overwrite: bool = True, private: bool = False) -> Iterator[Path]:
    """Give a path beside the target to write to, and move it into place at the end.

    Whatever goes wrong, nothing half-written is left and an older file is untouched; of a process
    that is ended by force, the next one that writes sweeps what it left. What takes
    the place of a file has its permissions. The one beside it is made anew under a name that
    nobody can guess, so that no link is followed that somebody put there.

    Args:
        path: of the target.
        overwrite: whether it may be there already, at the end.
        private: whether a new file is for the listener alone.

    Raises:
        OutputError: with the path and the reason.
    """
    with replacing_all([path], overwrite, private) as parts, blaming(path):
        yield parts[path]


@contextlib.contextmanager
def replacing_all(
    paths: Sequence[Path], overwrite: bool = True, private: bool = False
) -> Iterator[dict[Path, Path]]:
    """Give a path beside each target, as ``replacing`` does, and move all into place, or none.

    Raises:
        OutputError: with the path and the reason.
    """
    from voice_guide.leftovers import part_beside

    parts = {path: part_beside(path) for path in paths}
    older = {path: part_beside(path) for path in paths[:-1]}  # to go back to, if a later one fails
    moved: list[Path] = []
    try:
        for path, part in parts.items():
            with blaming(path):
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                os.close(os.open(part, flags, 0o600 if private else 0o666))
        yield parts
        for path in parts:
            check_path(path, overwrite)
        for path, part in parts.items():
            with blaming(path):
                with contextlib.suppress(FileNotFoundError):
                    _keep(path, part, older.get(path))
                os.replace(part, path)
            moved.append(path)
    except BaseException:
        for path in moved if len(moved) < len(parts) else ():
            with contextlib.suppress(OSError):
                if os.path.lexists(older[path]):
                    os.replace(older[path], path)
                else:
                    path.unlink()
        raise
    finally:
        for part in (*parts.values(), *older.values()):
            with contextlib.suppress(OSError):  # in a folder where it could not be made, either
                part.unlink(missing_ok=True)


def _keep(path: Path, part: Path, older: Path | None) -> None:
    """Give what takes the place of a file its permissions, and keep that under another name."""
    mode = path.lstat().st_mode
    if stat.S_ISREG(mode):
        part.chmod(stat.S_IMODE(mode))
    if older is not None:
        try:
            os.link(path, older, follow_symlinks=False)
        except OSError:  # not every file system has links
            import shutil

            shutil.copy2(path, older, follow_symlinks=False)


@contextlib.contextmanager
def blaming(path: Path) -> Iterator[None]:
    """Say which file it is that can't be written.

    Raises:
        OutputError: with the path and the reason.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(f"can't write {path}: {error.strerror or error}.") from error


@contextlib.contextmanager
def writing_sound(part: Path) -> Iterator[str | bytes]:
    """Give a file's name as libsndfile takes it, and let the system say why it can't be written.

    Raises:
        OSError: with the reason, as libsndfile doesn't pass that on.
    """
    import soundfile

    try:
        yield str(part) if os.name == "nt" else os.fsencode(part)  # a name may be no UTF-8
    except soundfile.LibsndfileError as error:
        with part.open("ab") as file:
            file.write(bytes(1 << 18))
        raise OSError(errno.EIO, words_of(error)) from error


def words_of(error: "soundfile.LibsndfileError") -> str:
    return str(error.error_string).removeprefix("Error : ").rstrip(".")
