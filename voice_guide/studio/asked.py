"""What the page asks for, read with care: a source, and settings."""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from voice_guide.errors import RequestError
from voice_guide.limits import MAX_BYTES
from voice_guide.options import listener_settings
from voice_guide.output.formats import FORMATS
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.loading import read_text
from voice_guide.scripting.model import Script
from voice_guide.settings import Settings
from voice_guide.studio import shelf
from voice_guide.studio.refusals import RefusedError

__all__ = [
    "SETTABLE",
    "Source",
    "check_suffix",
    "settings_of",
    "source_of",
    "written",
]

SETTABLE = (
    *("pace", "ramp", "vary", "minutes", "breaths", "tone", "voice", "rate", "polish", "talk"),
    *("count", "loudness", "duck", "tone_level", "voice_level", "night", "mono", "sample_rate"),
    "seed",
)
"""The options that the page may set. A bed isn't among them: it would be the path of a file."""


@dataclass(frozen=True)
class Source:
    """A script by its name, or the text of one that isn't saved yet.

    Attributes:
        name: empty for a text that has none yet.
        text: None: as it is on disk.
    """

    name: str
    text: str | None = None

    @property
    def path(self) -> Path:
        """Where it is, or would be: practices that it includes lie beside it."""
        return shelf.path_of(self.name) if self.name else shelf.own_scripts() / "Untitled.md"

    @property
    def stem(self) -> str:
        """What a file is called that is made of it."""
        return self.name or "session"

    def written(self) -> str:
        """Return its text.

        Raises:
            RefusedError: if there is none.
        """
        return shelf.kept(self.name).text if self.text is None else self.text

    def script(self) -> Script:
        """Read it.

        Raises:
            ScriptError: if it has errors.
            RefusedError: if there is none.
        """
        return read_text(self.written(), self.path)


def source_of(given: object) -> Source:
    """Read a source.

    Raises:
        RefusedError: if it is malformed.
    """
    name, text = (given.get("name"), given.get("text")) if isinstance(given, dict) else (None, None)
    if not name and text is None:
        raise RefusedError(400, 'a source is {"name": "stay-present"} or {"text": "..."}.')
    if not isinstance(name, str | None) or not isinstance(text, str | None):
        raise RefusedError(400, "the name and the text of a source are text.")
    if text is not None and len(text) > MAX_BYTES:
        raise RefusedError(413, f"a script has up to {MAX_BYTES // 1024} KiB: this one is larger.")
    if name:
        shelf.path_of(name)  # that it is a name
    return Source(name or "", text)


def settings_of(given: object) -> Settings:
    """Read settings, laid over those of the listener.

    Raises:
        RefusedError: if they are malformed, or the page may not choose one.
        RequestError: if one can't be what was given.
        SettingsError: if the listener's own are damaged.
    """
    if not isinstance(given, dict):
        raise RefusedError(400, 'settings are an object, such as {"pace": "4-6"}.')
    for name, value in given.items():
        if name not in SETTABLE:
            raise RefusedError(400, f"there is no setting {str(name)[:80]!r} here.")
        if not isinstance(value, str | int | float | bool | None):
            raise RefusedError(400, f"{name} can't be a list or an object.")
        if isinstance(value, str) and len(value) > _MOST_LETTERS:
            raise RefusedError(400, f"{name} is too long.")
    options: Any = {name: _typed(value) for name, value in given.items()}
    if options.get("voice") is not None and not _is_known_voice(options["voice"]):
        raise RequestError(f"there is no voice {options['voice']!r} here.")
    return listener_settings(**options)


def check_suffix(suffix: str) -> None:
    """Refuse the suffix of a file that isn't one of a format: it becomes part of a path.

    Raises:
        RefusedError: naming those that there are.
    """
    if suffix not in FORMATS:
        raise RefusedError(422, f"there is no format {suffix[:20]!r}: choose {', '.join(FORMATS)}.")


_MOST_LETTERS = 300
"""In the value of a setting: of a voice that is a list of several."""


def _typed(value: Any) -> Any:
    """A number as one types it; JSON may have 8.0 where a whole number is meant."""
    whole = isinstance(value, float) and math.isfinite(value) and value == int(value)
    return int(value) if whole else value


def _is_known_voice(names: object) -> bool:
    """Whether the page may choose a voice: one that is installed, or the listener's own choice."""
    from voice_guide.voices import AUTO, BACK_ENDS, NONE
    from voice_guide.voices.catalogue import catalogue

    if names == listener_settings(("voice",)).voice or not isinstance(names, str):
        return isinstance(names, str)
    layers = {name.strip() for name in names.split(",")}
    simple = {AUTO, NONE, *BACK_ENDS}
    return layers <= simple or layers <= simple | {entry.name for entry in catalogue()}


def written(settings: Settings) -> dict[str, Any]:
    """Return settings as the page has them: numbers, switches, and paces as they are typed."""
    values = {field.name: getattr(settings, field.name) for field in fields(Settings)}
    return {name: _plain(values[name]) for name in SETTABLE}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value) if not isinstance(value, Ramp) or value.seconds else "none"
