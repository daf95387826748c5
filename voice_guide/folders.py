"""Where this system keeps a listener's own files, by their kind."""

from pathlib import Path
from typing import Literal

from voice_guide.errors import SettingsError

__all__ = ["own_folder"]


def own_folder(kind: Literal["cache", "config", "data", "state"]) -> Path:
    """Return Voice Guide's folder of a kind; it need not be there.

    Raises:
        SettingsError: if the listener has no home folder, as in some containers.
    """
    import platformdirs

    try:
        found: Path = getattr(platformdirs, f"user_{kind}_path")("voice-guide", appauthor=False)
    except RuntimeError as error:
        raise _homeless(kind) from error
    if found.parts[0].startswith("~"):  # what older versions of platformdirs leave as it is
        raise _homeless(kind)
    return found


def _homeless(kind: str) -> SettingsError:
    return SettingsError(
        "you have no home folder on this computer, to keep speech and settings in. Set HOME "
        f"to a folder that you can write in, or XDG_{kind.upper()}_HOME for the {kind} alone."
    )
