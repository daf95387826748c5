"""Writing files: beside their target, and moved into place when they are whole."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from voice_guide.errors import OutputError

if TYPE_CHECKING:
    import soundfile

__all__ = ["check_path", "replacing", "words_of", "writing_sound"]


def check_path(path: Path, overwrite: bool) -> None:
    """Refuse a path that can't be written, or whose file is to be kept.

    Raises:
        OutputError: with the path and the reason.
    """
    folder = path.parent
    try:
        if not folder.is_dir():
            raise OutputError(f"can't write {path}: there is no folder {folder}. Make it first.")
        if path.is_dir():
            raise OutputError(f"can't write {path}: it is a folder. Give a file in it.")
        if path.exists() and not overwrite:
            raise OutputError(
                f"{path} already exists and is kept. Give another name, or add --overwrite."
            )
    except OSError as error:
        raise OutputError(f"can't write {path}: {error.strerror}.") from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"can't write {path}: you may not write to the folder {folder}.")


@contextlib.contextmanager
def replacing(path: Path, overwrite: bool = True) -> Iterator[Path]:
    """Give a path beside the target to write to, and move it into place at the end.

    Whatever goes wrong, nothing half-written is left and an older file is untouched.

    Raises:
        OutputError: with the path and the reason.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        if not overwrite:
            check_path(path, overwrite)
        os.replace(part, path)
    except OSError as error:
        raise OutputError(f"can't write {path}: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def writing_sound(part: Path) -> Iterator[None]:
    """Let the system say why libsndfile can't write a file, as it doesn't pass that on.

    Raises:
        OSError: with the reason.
    """
    import soundfile

    try:
        yield
    except soundfile.LibsndfileError as error:
        with part.open("ab") as file:
            file.write(bytes(1 << 18))
        raise OSError(errno.EIO, words_of(error)) from error


def words_of(error: "soundfile.LibsndfileError") -> str:
    return str(error.error_string).removeprefix("Error : ").rstrip(".")
