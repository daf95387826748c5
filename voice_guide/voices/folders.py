"""Where the folder of a voice is: at its path, or by its name among the listener's voices."""

import os
from pathlib import Path

from voice_guide.errors import VoiceError
from voice_guide.settings import voices_folder

__all__ = ["find_folder"]


def find_folder(place: str, holding: str) -> Path:
    """Return a voice's folder.

    Args:
        place: a path, or a name.
        holding: what should be in it, as in ``of recordings``.

    Raises:
        VoiceError: if there is none.
    """
    path = os.path.expanduser(place)
    for folder in (path, voices_folder() / place):
        if os.path.isdir(folder):  # unlike pathlib's, also for a name that no system takes
            return Path(folder)
    if os.path.isfile(path):
        raise VoiceError(f"{place} is a file: name a folder {holding}.")
    raise VoiceError(
        f"there is no folder {place!r} {holding}, here or in {voices_folder()}: "
        "choose another --voice."
    )
