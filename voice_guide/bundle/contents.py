"""What is in a bundle, and what its list says of that; docs/bundles.md describes both."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from voice_guide.bundle.names import COVER, INDEX, PLAN, README
from voice_guide.limits import MOST_BUNDLE_INDEX_BYTES, MOST_COVER_BYTES

if TYPE_CHECKING:
    from voice_guide.bundle.archive import Archive

__all__ = [
    "BEDS",
    "NOT_KEPT",
    "SCHEMA",
    "Bundle",
    "ClipKey",
    "Packed",
    "open_bundle",
]

SCHEMA = 1
"""Raise it when what is in a bundle can no longer be read by the versions before."""

BEDS = (*(".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".m4b", ".mp4"), *(".aif", ".aiff"))
"""What the name of a bed ends in; whatever else it was called, it is ``bed`` alone."""

NOT_KEPT = ("bed", "fallback")
"""Options that a bundle has no word of: its bed is a file in it, and nobody has to speak."""

_NAMES = re.compile(
    rf"{re.escape(INDEX)}|{re.escape(PLAN)}|{re.escape(README)}|{COVER}"
    rf"|scripts/(\d{{5}}\.md)?|clips/(\d{{5}}\.wav)?|bed({'|'.join(map(re.escape, BEDS))})?"
)
"""What a file in a bundle can be called."""

_LABELS = ("title", "artist", "album", "date")

_MOST_LETTERS = 1000
"""In a name, a label or a setting."""


class PackedClip(NamedTuple):
    """A clip in a bundle: its file, and when its words are said, as ``WordTimes`` has it."""

    file: str
    words: list[tuple[str, int]]


ClipKey = tuple[str, str, bool, tuple[tuple[str, str], ...]]
"""What a clip says: the words, the voice that they are given to, whether they are said inside, and
how some of them are said."""


@dataclass(frozen=True)
class Packed:
    """A script in a bundle.

    Attributes:
        name: by which others include it.
        file: in the bundle.
        ours: whether it came with Voice Guide.
    """

    name: str
    file: str
    ours: bool


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle that was checked, but for the sound in it, which is checked when it is read.

    Attributes:
        path: of its file.
        archive: what is in it.
        version: of Voice Guide, that made it.
        scripts: the session's own first.
        settings: options by name, as they are typed.
        profile: of the publisher that it was made for.
        labels: what its files are called instead of what the script says.
        spoken_by: the voices that are heard.
        ceiling: the highest true peak of its clips, as an amplitude.
        clips: all that is said.
        bed: the file of its bed.
    """

    path: str
    archive: "Archive"
    version: str
    scripts: tuple[Packed, ...]
    settings: Mapping[str, Any]
    profile: str | None
    labels: Mapping[str, str]
    spoken_by: tuple[str, ...]
    ceiling: float
    clips: Mapping[ClipKey, PackedClip]
    bed: str | None

    @property
    def bed_path(self) -> str | None:
        """What settings call its bed: a path that no other file can have."""
        return None if self.bed is None else os.path.join(os.path.realpath(self.path), self.bed)

    def cover(self) -> bytes:
        """The picture in it; empty if there is none.

        Raises:
            BundleError: if it is damaged, or too large.
        """
        return self.archive.read(COVER, MOST_COVER_BYTES) if COVER in self.archive.names else b""


def open_bundle(path: str) -> Bundle:
    """Check a bundle, and return what is in it.

    Raises:
        BundleError: saying what is wrong with it.
    """
    from voice_guide.bundle.archive import Archive

    archive = Archive(path)
    names = set(archive.names)
    if INDEX not in names:
        raise archive.bad(f"there is no {INDEX!r} in it")
    data = archive.read(INDEX, MOST_BUNDLE_INDEX_BYTES)
    try:
        index = _Table(json.loads(data, parse_constant=_no_number))
        schema = index.get("schema", int)
        if schema > SCHEMA:
            version = index.get("version", str)
            raise archive.bad(
                f"a newer Voice Guide made it ({version}), in a form that this one can't read",
                "Update this one:  pip install --upgrade voice-guide",
            )
        bundle = _read(path, archive, index)
    except (ValueError, RecursionError) as error:
        why = error if isinstance(error, _WrongError) else "is not JSON as it should be"
        raise archive.bad(f"{INDEX!r} in it {why}") from error
    for name in names:
        if not _NAMES.fullmatch(name):
            raise archive.bad(f"{name!r} is in it, and no bundle has that")
    needed = [*(script.file for script in bundle.scripts), *(c.file for c in bundle.clips.values())]
    for missing in {*needed, *([bundle.bed] if bundle.bed else [])} - names:
        raise archive.bad(f"{missing!r} is missing in it")
    return bundle


class _WrongError(ValueError):
    """What the list says can't be."""


class _Table(dict[str, Any]):
    """A table in the list, of which each value is asked for with its type."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise _WrongError("has to be a table, with others in it")
        super().__init__(value)

    def get(self, name: str, kind: Any) -> Any:  # type: ignore[override]
        if name not in self:
            raise _WrongError(f"has no {name!r}")
        value: Any = self[name]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise _WrongError(f"has another kind of value for {name!r} than it should")
        if isinstance(value, str) and len(value) > _MOST_LETTERS and name != "text":
            raise _WrongError(f"has more than {_MOST_LETTERS} letters for {name!r}")
        return value

    def tables(self, name: str) -> "Iterator[_Table]":
        return map(_Table, self.get(name, list))

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.get(name, list)
        return tuple(_Table({name: value}).get(name, str) for value in values)


def _read(path: str, archive: "Archive", index: _Table) -> Bundle:
    none: Any = type(None)
    if index["schema"] != SCHEMA:
        raise _WrongError(f"has another 'schema' than {SCHEMA}")
    scripts = tuple(
        Packed(row.get("name", str), row.get("file", str), row.get("ours", bool))
        for row in index.tables("scripts")
    )
    if not scripts:
        raise _WrongError("names no script")
    ceiling = index.get("ceiling", (int, float))
    if not 0 < ceiling <= 1:
        raise _WrongError("has a 'ceiling' that can't be")
    bed = index.get("bed", (str, none))
    return Bundle(
        path=path,
        archive=archive,
        version=index.get("version", str),
        scripts=scripts,
        settings=_settings(_Table(index.get("settings", dict))),
        profile=index.get("profile", (str, none)),
        labels=_labels(_Table(index.get("labels", dict))),
        spoken_by=index.texts("spoken_by"),
        ceiling=float(ceiling),
        clips={
            _key(row): PackedClip(row.get("file", str), _times(row))
            for row in index.tables("clips")
        },
        bed=bed,
    )


def _settings(rows: _Table) -> Mapping[str, Any]:
    for name in rows:
        rows.get(name, (str, int, float, bool, type(None)))
        if name in NOT_KEPT:
            raise _WrongError(f"sets {name!r}, which no bundle does")
    if rows.get("voice", str) not in ("auto", "none"):
        raise _WrongError("asks for a voice, and brings its own")
    return rows


def _labels(rows: _Table) -> Mapping[str, str]:
    for name in rows:
        if name not in _LABELS:
            raise _WrongError(f"has a label {name!r}, which no bundle has")
    return {name: rows.get(name, str) for name in rows}


def _key(row: _Table) -> ClipKey:
    words = tuple((word.get("written", str), word.get("said", str)) for word in row.tables("words"))
    return row.get("text", str), row.get("voice", str), row.get("inner", bool), words


def _times(row: _Table) -> list[tuple[str, int]]:
    said = list(row.tables("times"))
    times = [(word.get("said", str), word.get("frame", int)) for word in said]
    frames = [0, *(frame for _, frame in times)]
    if frames != sorted(frames):
        raise _WrongError("has words that are said in no order")
    return times


def _no_number(written: str) -> float:
    raise _WrongError(f"has {written!r} for a number")
