"""What a process would leave behind if it were ended by force, noted first and swept by the next.

Whoever writes keeps a journal in the state folder, locked while its process lives. It names the
files and folders that are not finished yet, each before it is made. A journal that nobody has
locked belongs to a process that is gone, whatever has its number now: what it names is removed.
A process that ends by itself does the same with its own.
"""

import atexit
import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from glob import iglob
from pathlib import Path
from typing import BinaryIO

from voice_guide.errors import OutputError
from voice_guide.folders import own_folder

__all__ = ["lock", "part_beside", "sweep", "temporary_file", "temporary_folder"]

TRIES = 3
"""To make a journal; another process may take one for left while it is not locked yet."""

LOCKED_BYTE = 1 << 30
"""Windows keeps others from reading what is locked, so it is a byte past the end."""


def part_beside(path: Path) -> Path:
    """Return a path beside another that nobody can guess, and that is swept if it stays."""
    return _noted(path.with_name(f".voice-guide-{_name()}.part"))


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a private folder for what is needed for a while; it is removed with all in it.

    Raises:
        OutputError: if it can't be made.
    """
    import shutil

    with _temporary_place() as place:
        folder = _noted(place / f"voice-guide-{_name()}")
        folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def temporary_file(suffix: str) -> Path:
    """Make an empty, private file for what is needed for a while; whoever asks for it removes it.

    Raises:
        OutputError: if it can't be made.
    """
    with _temporary_place() as place:
        path = _noted(place / f"voice-guide-{_name()}{suffix}")
        path.touch(0o600, exist_ok=False)
    return path


@contextlib.contextmanager
def _temporary_place() -> Iterator[Path]:
    """Give the folder for what is temporary; what can't be made in it is told.

    Python finds out with a file of its own, which stays if the process is ended just then.
    """
    given = (os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP"))
    place = next((p for p in given if os.path.isdir(p) and os.access(p, os.W_OK | os.X_OK)), None)
    try:
        if place is None:
            import tempfile

            place = tempfile.gettempdir()
        yield Path(place)
    except OSError as error:
        raise OutputError(
            f"can't make a temporary file in {place or 'any folder'} ({error.strerror}): free some "
            "space there, or set TMPDIR to a folder that you can write in."
        ) from error


def sweep() -> None:
    """Remove what processes that are gone have left; what can't be removed waits for the next."""
    for name in iglob("*.journal", root_dir=_journals()):  # none, if that can't be read
        path, swept = _journals() / name, False
        with contextlib.suppress(OSError), path.open("r+b") as journal:
            swept = lock(journal) and _removed(path, journal)
        if swept and sys.platform == "win32":  # where an open file can't be removed
            with contextlib.suppress(OSError):
                path.unlink()


class _Journal:
    """The names of what this process is about to make."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = False
        self._file: BinaryIO | None = None
        self.token = os.urandom(6).hex()  # in the name of everything that it may remove

    def note(self, path: Path) -> None:
        with self._lock:
            if not self._opened:
                self._opened = True
                sweep()
                self._file = self._open()
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.write(json.dumps(str(path.absolute())).encode() + b"\n")

    def _open(self) -> BinaryIO | None:
        """Make it; where that is impossible, what is left behind stays."""
        path = _journals() / f"{self.token}.journal"
        for _ in range(TRIES):
            with contextlib.suppress(OSError):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                file = open(path, "xb", buffering=0, opener=_private)  # noqa: SIM115 - to the end
                if lock(file) and path.exists():
                    atexit.register(self._close)
                    return file
                file.close()
        return None

    def _close(self) -> None:
        with self._lock:
            assert self._file is not None  # noqa: S101 - registered when it was opened
            self._file.close()
            self._file = None
        sweep()  # this one, and with it what nobody has put away


_journal = _Journal()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _name() -> str:
    return f"{_journal.token}-{os.urandom(8).hex()}"


def _noted(path: Path) -> Path:
    _journal.note(path)
    return path


def _journals() -> Path:
    return own_folder("state") / "running"


def _removed(path: Path, journal: BinaryIO) -> bool:
    """Remove what a journal names, and then itself; return whether all of that is gone."""
    for row in journal.read().splitlines():
        # The last row may be cut off: nothing was made yet.
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            left = Path(json.loads(row))
            if path.stem not in left.name or not os.path.lexists(left):
                continue
            if left.is_dir() and not left.is_symlink():
                import shutil

                shutil.rmtree(left)
            else:
                left.unlink()
    if sys.platform != "win32":
        path.unlink()
    return True


def lock(file: BinaryIO) -> bool:
    """Lock a file until it is closed; return False where another process has it locked."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
