"""Where this system keeps a listener's own files, by their kind."""

import os
import sys
from pathlib import Path
from typing import Literal

from voice_guide.errors import SettingsError

__all__ = ["own_folder"]

_NAME = "voice-guide"

_BELOW_HOME = {
    "cache": ".cache",
    "config": ".config",
    "data": ".local/share",
    "state": ".local/state",
}
"""By the XDG Base Directory Specification, unless a variable names another folder."""


def own_folder(kind: Literal["cache", "config", "data", "state"]) -> Path:
    """Return Voice Guide's folder of a kind; it need not be there.

    Raises:
        SettingsError: if the listener has no home folder, as in some containers.
    """
    if sys.platform == "linux":
        # As platformdirs has it, which takes longer to load than all scripts to be read.
        base, home = (os.environ.get(name, "") for name in (f"XDG_{kind.upper()}_HOME", "HOME"))
        if os.path.isabs(base):
            return Path(base, _NAME)
        if os.path.isabs(home):
            return Path(home, _BELOW_HOME[kind], _NAME)
    import platformdirs

    try:
        found: Path = getattr(platformdirs, f"user_{kind}_path")(_NAME, appauthor=False)
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
