"""The listener's own files: where their choices, voices and kept speech lie, and how they are read
and changed."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from voice_guide.errors import OutputError, SettingsError, reason
from voice_guide.folders import own_folder
from voice_guide.limits import MOST_SETTINGS_BYTES, MOST_SETTINGS_DEPTH

__all__ = [
    "CACHE_BYTES",
    "OTHER_KEYS",
    "VoiceCommand",
    "cache_folder",
    "cache_limit",
    "config_file",
    "read_config",
    "read_rows",
    "remember",
    "row_of",
    "set_row",
    "voice_commands",
    "voices_folder",
]

CACHE_BYTES = 512_000_000
"""How large kept speech may grow, unless the listener's file says otherwise."""

OTHER_KEYS = ("cache_limit", "voices")
"""What the listener's file may hold beside the options."""


def config_file() -> Path:
    """Where the listener's defaults are: ``config.toml`` in their config folder."""
    return own_folder("config") / "config.toml"


def cache_folder() -> Path:
    """Where clips are kept between runs."""
    return own_folder("cache") / "clips"


def voices_folder() -> Path:
    """Where voices are found by their folder's name alone."""
    return own_folder("data") / "voices"


def read_config() -> dict[str, Any]:
    """Read the listener's defaults; no file, no defaults.

    Raises:
        SettingsError: if the file can't be read or is not TOML.
    """
    return read_rows(config_file())


class VoiceCommand(NamedTuple):
    """A speech program of the listener's own: one ``[voices.NAME]`` of their file."""

    command: tuple[str, ...]  # with placeholders
    language: str = ""  # the one that it speaks; empty: any
    rate: int | None = None  # words per minute
    seconds: float = 20.0  # that a line may take


def voice_commands(config: Mapping[str, Any]) -> dict[str, VoiceCommand]:
    """Return the speech programs that the listener's file describes, by name.

    Raises:
        SettingsError: naming what is wrong with one of them.
    """
    described = config.get("voices", {})
    if not isinstance(described, dict):
        raise _wrong("voices", "describe each program in a table of its own: [voices.NAME]")
    return {name: _voice_command(f"voices.{name}", told) for name, told in described.items()}


def _voice_command(key: str, told: Any) -> VoiceCommand:
    kinds = {"command": list, "language": str, "rate": int, "seconds": int | float}
    if not isinstance(told, dict) or "command" not in told or set(told) - set(kinds):
        raise _wrong(key, f"has {', '.join(kinds)}; command is required")
    for name, value in told.items():
        if not isinstance(value, kinds[name]) or isinstance(value, bool):
            raise _wrong(f"{key}.{name}", f"can't be {value!r}")
    command = told["command"]
    if not command or not all(isinstance(argument, str) and argument for argument in command):
        raise _wrong(f"{key}.command", "has to be a list of strings: program, then arguments")
    if not any("{text_file}" in argument for argument in command[1:]):
        raise _wrong(f"{key}.command", "has to contain {text_file}, which the program reads")
    if not 80 <= told.get("rate", 80) <= 300 or not 0 < told.get("seconds", 20) <= 600:
        raise _wrong(key, "rate is 80 to 300 words per minute, seconds more than 0 and at most 600")
    return VoiceCommand(**{**told, "command": tuple(command)})


def cache_limit(config: Mapping[str, Any]) -> int:
    """Return how large the cache may grow, in bytes.

    Raises:
        SettingsError: if the listener's file says something else than a number.
    """
    megabytes = config.get("cache_limit", CACHE_BYTES / 1e6)
    if not isinstance(megabytes, int | float) or isinstance(megabytes, bool) or not megabytes > 0:
        raise _wrong("cache_limit", f"has to be a number of megabytes above 0, not {megabytes!r}")
    return round(min(megabytes, 1e9) * 1e6)


def _wrong(key: str, message: str) -> SettingsError:
    return SettingsError(f"{config_file()}: {key}: {message}.", key)


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
    text = _text(path)
    if not text:
        return {}
    import tomllib

    try:
        rows = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of too many digits
        raise SettingsError(
            f"{path}: is not TOML: {reason(error)}. Correct or remove it."
        ) from error
    if _is_deeper(rows, MOST_SETTINGS_DEPTH):
        raise SettingsError(
            f"{path}: has tables or lists in one another, deeper than {MOST_SETTINGS_DEPTH}. "
            "Correct or remove it."
        )
    return rows


def _is_deeper(value: Any, than: int) -> bool:
    """Whether tables and lists are in one another more often."""
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return than == 0 or any(_is_deeper(each, than - 1) for each in inside)


def row_of(key: str) -> str:
    """Return the row of the listener's file that has a key, with its number; empty for none."""
    try:
        rows = _text(config_file()).splitlines()
    except SettingsError:
        return ""
    table, _, last = key.rpartition(".")
    for number, row in enumerate(rows, start=1):
        if re.match(rf"\s*(\[\s*{re.escape(key)}\s*\]|[\"']?{re.escape(last)}[\"']?\s*=)", row):
            return f"line {number}: {row.strip()}"
    return row_of(table) if table else ""


def set_row(path: Path, key: str, value: str | None) -> None:
    """Set one row of a TOML file, or take it out (None), leaving the rest as it is.

    Of a link, the file that it leads to is changed. Two processes that do so lose no change.

    Raises:
        SettingsError: if the file is damaged; it is told, not overwritten.
        OutputError: if it can't be written.
    """
    from voice_guide.files import locked, private_folder, replacing

    path = Path(os.path.realpath(path))
    try:
        private_folder(path.parent)
    except OSError as error:
        raise OutputError(f"can't make the folder {path.parent}: {error.strerror}.") from error
    with locked(path):
        read_rows(path)
        changed = _changed(path, key, value)
        with replacing(path, private=True) as part:
            part.write_bytes(changed)


def _changed(path: Path, key: str, value: str | None) -> bytes:
    """Return what a TOML file holds with one row set, or taken out."""
    import tomlkit

    text = _text(path)
    try:
        document = tomlkit.parse(text)
        if value is None:
            document.pop(key, None)
        elif key in document:
            document[key] = value
        else:  # above all else: a comment at the end may belong to the table after it
            text = tomlkit.dumps({key: value}) + text
            document = tomlkit.parse(text)
        return tomlkit.dumps(document).encode()
    except UnicodeEncodeError as error:
        raise OutputError(
            f"{value!r} can't be kept in {path}, as its name has a sign that is no valid text "
            f"(UTF-8): rename it first."
        ) from error
    except (tomlkit.exceptions.TOMLKitError, RecursionError) as error:
        raise SettingsError(f"{path}: can't be changed: {reason(error)}.") from error


def _text(path: Path) -> str:
    """Return the text of a TOML file; none where it isn't there.

    Raises:
        SettingsError: if it can't be read.
    """
    from voice_guide.files import read_bytes

    try:
        return read_bytes(path, MOST_SETTINGS_BYTES).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise SettingsError(f"{path}: can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path}: can't be read, as it is not UTF-8 text. Correct or remove it."
        ) from error
