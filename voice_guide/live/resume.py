"""The place of a session that was interrupted, kept for ``play --resume``."""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voice_guide.folders import own_folder

__all__ = ["Bookmark", "forget", "keep", "kept"]


@dataclass(frozen=True)
class Bookmark:
    """Which session, how it was set, and the item of its script to go on with."""

    name: str
    item: int
    settings: dict[str, Any]
    sleep: bool = False


def _file() -> Path:
    return own_folder("state") / "place.json"


def keep(place: Bookmark) -> None:
    """Remember a place; a folder that can't be written is no reason to fail."""
    from voice_guide.errors import OutputError
    from voice_guide.files import private_folder, replacing

    try:
        private_folder(_file().parent)
        with replacing(_file(), private=True) as part:
            part.write_text(json.dumps(asdict(place)), encoding="utf-8")
    except (OSError, OutputError):
        pass


def kept() -> Bookmark | None:
    """Return the place that was kept last; None if there is none, or it can't be read."""
    from voice_guide.files import read_bytes
    from voice_guide.limits import MOST_SETTINGS_BYTES

    try:
        place = Bookmark(**json.loads(read_bytes(_file(), MOST_SETTINGS_BYTES)))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    sound = isinstance(place.name, str) and isinstance(place.item, int) and place.item >= 0
    return place if sound and isinstance(place.settings, dict) else None


def forget() -> None:
    """Nothing is left to go on with."""
    with contextlib.suppress(OSError):
        _file().unlink(missing_ok=True)
