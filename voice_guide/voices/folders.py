"""Where the folder of a voice is: by its name among the listener's voices, or at its path."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from voice_guide.config import voices_folder
from voice_guide.errors import VoiceError

__all__ = ["find_folder", "recordings"]


def find_folder(place: str, holding: str) -> Path:
    """Return a voice's folder.

    A bare name means a voice that is installed, whatever lies in the current folder;
    with a ``./`` before it, or any other path, it means that place.

    Args:
        place: a path, or a name.
        holding: what should be in it, as in ``of recordings``.

    Raises:
        VoiceError: if there is none.
    """
    path = os.path.expanduser(place)
    folders = [path] if os.path.basename(path) != path else [str(voices_folder() / place), path]
    for folder in folders:
        if os.path.isdir(folder):  # unlike pathlib's, also for a name that no system takes
            return Path(folder)
    if os.path.isfile(path):
        raise VoiceError(
            f"{place} is a file: give a folder {holding}, or install it with  "
            f"voice-guide voices add {place}"
        )
    raise VoiceError(
        f"there is no folder {place!r} {holding}, here or in {voices_folder()}: "
        "choose another --voice."
    )


def recordings(names: str) -> Iterator[Path]:
    """Yield the files of all recordings in a list of voices such as ``recorded:mine,auto``."""
    for name in names.split(","):
        kind, _, place = name.strip().partition(":")
        if kind == "recorded":
            with contextlib.suppress(VoiceError, OSError):  # told when it is to speak
                yield from find_folder(place, "of recordings").iterdir()
