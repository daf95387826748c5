"""What tells a bundle from other files, and what is called how in it."""

import os

__all__ = ["COVER", "INDEX", "PLAN", "README", "is_bundle"]

INDEX, PLAN, README, COVER = "voice-guide.json", "plan.json", "README.txt", "cover"

_ZIP = b"PK\3\4"
"""How a zip with anything in it begins."""

_LIST_BYTES = 1 << 22
"""At its end, where it lists what is in it."""


def is_bundle(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a bundle, however damaged."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            head = file.read(100)
            if not head.startswith(_ZIP):
                return False
            file.seek(max(file.seek(0, os.SEEK_END) - _LIST_BYTES, 0))
            return INDEX.encode() in head or INDEX.encode() in file.read()
    except OSError:
        return False
