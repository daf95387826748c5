"""What a listener may choose, and where their choices and the cache lie."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice_guide.course import Ramp
from voice_guide.errors import OutputError, SettingsError
from voice_guide.pace import Pace

__all__ = [
    "Settings",
    "cache_folder",
    "config_file",
    "read_config",
    "read_rows",
    "remember",
    "set_row",
]


@dataclass(frozen=True)
class Settings:
    """The options that play, export, show and batch share."""

    pace: Pace | None = None  # None: the script's own
    ramp: Ramp | None = None  # None: the script's own
    vary: float = 0.0  # percent by which a breath may differ from the pace
    minutes: float | None = None  # None: as written
    tone: str = "breath"
    bed: str | None = None  # a sound file to lie beside the tone
    voice: str = "espeak"
    rate: int | None = None  # words per minute; None: the voice's own
    polish: str = "light"
    talk: str = "full"  # how much of what is optional is said
    count: bool = False  # the seconds of a breath in each longer rest
    loudness: float = -18.0  # LUFS
    duck: float = 20.0  # LU from voice to tone while a line sounds
    tone_level: float = -14.0  # LU of the tone in rests, against ``loudness``
    voice_level: float = 0.0  # LU of the voice, against ``loudness``
    night: bool = False  # softer onsets, less dynamic range, no bells
    mono: bool = False  # the same sound in both channels
    sample_rate: int = 48000  # Hz
    seed: int = 0


def config_file() -> Path:
    """Where the listener's defaults are: ``config.toml`` in their config folder."""
    from platformdirs import user_config_path

    return user_config_path("voice-guide", appauthor=False) / "config.toml"


def cache_folder() -> Path:
    """Where clips are kept between runs."""
    from platformdirs import user_cache_path

    return user_cache_path("voice-guide", appauthor=False) / "clips"


def read_config() -> dict[str, Any]:
    """Read the listener's defaults; no file, no defaults.

    Raises:
        SettingsError: if the file can't be read or is not TOML.
    """
    return read_rows(config_file())


def remember(key: str, value: str) -> Path:
    """Set one default in the listener's file, leaving the rest of it as it is.

    Returns:
        The file.
    """
    path = config_file()
    set_row(path, key, value)
    return path


def read_rows(path: Path) -> dict[str, Any]:
    """Read a TOML file; no file, no rows.

    Raises:
        SettingsError: if it can't be read or is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: can't be read ({error}).") from error
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend or remove it.") from error


def set_row(path: Path, key: str, value: str | None) -> None:
    """Set one row of a TOML file, or take it out (None), leaving the rest as it is.

    Raises:
        SettingsError: if the file is damaged; it is told, not overwritten.
        OutputError: if it can't be written.
    """
    from voice_guide.files import replacing

    read_rows(path)
    rows = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [row for row in rows if not re.match(rf"\s*[\"']?{key}[\"']?\s*=", row)]
    new = [] if value is None else [f'{key} = "{value}"']
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"can't make the folder {path.parent}: {error.strerror}.") from error
    with replacing(path) as part:
        part.write_text("".join(f"{row}\n" for row in [*new, *kept]), encoding="utf-8")
