"""What shapes the files of an export, as short digests: where they are the same, so are the files.

Everything counts by its content, and nothing by its path: a catalogue may move, with all it needs.
"""

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from voice_guide.files import blaming
from voice_guide.scripting.model import RampTo, Script, Section, count_rests
from voice_guide.session.exporting import Export
from voice_guide.session.opening import open_clips
from voice_guide.settings import Settings
from voice_guide.voices.spoken import SpokenClips

__all__ = ["Stamps", "digest_of", "digest_of_text", "sound_version"]

_ABOVE = ("batch", "cli", "doctor", "live", "listener", "scripts", "studio")
"""What no file is made by."""

_LIBRARIES = ("av", "lameenc", "matplotlib", "numpy", "soundfile", "soxr")
"""Whose versions may change a file."""

_ELSEWHERE = ("own_voice", "own_words", "cache_limit", "bed")
"""Settings that count by what becomes of them: the voice, its words, the bed's sound."""


@cache
def sound_version() -> str:
    """Return what tells this version from another: a digest of all code that makes a file."""
    package = Path(__file__).resolve().parents[1]
    made = hashlib.blake2b(digest_size=8)
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if inside.parts[0] not in _ABOVE:
            made.update(inside.as_posix().encode() + b"\0")
            made.update(path.read_bytes().replace(b"\r\n", b"\n"))
    for name in _LIBRARIES:
        made.update(f"{name} {_version(name)}\0".encode())
    return made.hexdigest()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def digest_of(path: str | PathLike[str]) -> str:
    """Return a digest of a file's content.

    Raises:
        OSError: if it can't be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


class Stamps:
    """Works out stamps; what many exports share is looked at once."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}

    def of(self, export: Export) -> dict[str, str]:
        """Return what shapes an export, by what it is: each part is a digest.

        Raises:
            VoiceGuideError: if its voice can't speak here.
            OutputError: naming what it needs, and can't be read.
        """
        return {
            "script": self._script(export.script),
            "options": self._options(export),
            "voice": self._voice(export),
            "version": sound_version(),
        }

    def _script(self, script: Script) -> str:
        def made() -> str:
            return _digest([_plain(replace(script, cover="")), self._file(script.cover)])

        return self._once(("script", id(script)), made)

    def _options(self, export: Export) -> str:
        settings = {
            name: value for name, value in vars(export.settings).items() if name not in _ELSEWHERE
        }
        chosen = {
            name: Path(str(value)).name if name.endswith("_file") else value
            for name, value in export.files.items()
            if value is not None
        }
        if cover := chosen.pop("cover", ""):
            cover = self._file(str(cover))
        others = [Path(export.target).name, export.profile, export.proof, sorted(export.asked)]
        bed = self._file(export.settings.bed or "")
        return _digest([_plain(settings), _plain(chosen), cover, bed, others])

    def _voice(self, export: Export) -> str:
        settings, script = export.settings, export.script
        shared = Settings(
            **{name: getattr(settings, name) for name in ("voice", "fallback", "rate", "count")},
            **{name: getattr(settings, name) for name in ("own_voice", "own_words")},
            pace=settings.pace if settings.count else None,
        )

        def made() -> str:
            clips = open_clips(script, shared, ceiling=1.0)
            if not isinstance(clips, SpokenClips):
                return "none"
            lines = list(script.lines())
            if settings.count:
                pace, ramp = settings.pace or script.pace, settings.ramp or script.ramp
                lines += count_rests(script).numbers(pace, *ramp.paces)
            return _digest([[clips.wanted(line), _name(clips.speaker(line))] for line in lines])

        return self._once(("voice", id(script), shared, _plain(settings.own_words)), made)

    def _file(self, path: str) -> str:
        def made() -> str:
            with blaming(Path(path)):
                return digest_of(path)

        return self._once(("file", path), made) if path else ""

    def _once(self, key: tuple[Any, ...], made: Any) -> str:
        key = tuple(json.dumps(part) if isinstance(part, dict | list) else part for part in key)
        if key not in self._known:
            self._known[key] = made()
        return self._known[key]


def _name(voice: Any) -> str:
    return voice.name if voice else ""


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, without what counts for nothing when it is compared."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value) if each.compare}
        return [type(value).__name__, _plain(parts)]
    if isinstance(value, RampTo | Section):
        return [type(value).__name__, _plain(value._asdict())]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _digest(value: Any) -> str:
    return digest_of_text(json.dumps(value, sort_keys=True, ensure_ascii=False))


def digest_of_text(written: str) -> str:
    """Return a digest of a text."""
    return hashlib.blake2b(written.encode(errors="surrogatepass"), digest_size=16).hexdigest()
