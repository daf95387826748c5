"""A catalogue: tables of options, whose lists multiply into exports, with all mistakes at once."""

import itertools
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from voice_guide.batch.naming import filled, fit
from voice_guide.batch.places import Places
from voice_guide.batch.reading import parsed
from voice_guide.errors import (
    Problem,
    RequestError,
    ScriptError,
    UnknownNameError,
    VoiceGuideError,
    did_you_mean,
    nearest,
)
from voice_guide.limits import MOST_CATALOGUE_PROBLEMS, MOST_EXPORTS
from voice_guide.scripting.library import file_stem
from voice_guide.session.exporting import Export

__all__ = ["Build", "Option", "Wanted", "catalogue"]

SESSION, NAME = "session", "name"
"""The two keys that aren't options of an export."""

_LENGTHS = ("minutes", "breaths")
"""Of which a table's own takes the place of the other one among the defaults."""


class Option(Protocol):
    """What an option of an export may be."""

    @property
    def text(self) -> bool:
        """Whether it may have ``{fields}`` in it."""

    @property
    def file(self) -> bool:
        """Whether it is a file, sought from the catalogue's folder."""

    def read(self, value: object) -> Any:
        """Return the value in its own type.

        Raises:
            RequestError: saying what was given and what is allowed.
        """

    def arguments(self, value: object) -> list[str]:
        """Return the value as it is typed."""


Build = Callable[[str, str, Mapping[str, Any]], Export]
"""Makes an export of a session's name, the name of its file, and its options.

It raises a VoiceGuideError if there is no such session, or they don't go together."""


@dataclass(frozen=True)
class Wanted:
    """One export of a catalogue.

    Attributes:
        export: to be made.
        files: that it makes, the sound first.
        arguments: what has it made by ``voice-guide``, alone.
    """

    export: Export
    files: tuple[Path, ...]
    arguments: tuple[str, ...]


def catalogue(path: Path, options: Mapping[str, Option], build: Build) -> list[Wanted]:
    """Read a catalogue.

    Raises:
        ScriptError: with everything that is wrong with it and its scripts.
    """
    text, tables = parsed(path)
    reader = _Reader(path, tables, Places(str(path), text), options, build)
    made = list(reader.all())
    if reader.problems:
        raise ScriptError(list(reader.problems), MOST_CATALOGUE_PROBLEMS)
    return made


@dataclass(frozen=True)
class _Given:
    """Values of a key, and where it stands."""

    table: str
    number: int
    key: str
    values: list[Any]


class _Reader:
    def __init__(
        self,
        path: Path,
        tables: dict[str, Any],
        places: Places,
        options: Mapping[str, Option],
        build: Build,
    ) -> None:
        self.problems: dict[Problem, None] = {}
        self._folder = path.parent
        self._tables, self._places = tables, places
        self._options, self._build = options, build
        self._taken: dict[str, int] = {}
        self._told: set[tuple[object, ...]] = set()

    def all(self) -> Iterator[Wanted]:
        for key in self._tables.keys() - {"defaults", "export"}:
            message = f"there is no table {key!r} in a catalogue: it has [defaults] and [[export]]"
            self._tell(did_you_mean(message, nearest(key, ("defaults", "export"))), table=key)
        defaults = self._tables.get("defaults", {})
        tables = self._tables.get("export", [])
        if not isinstance(defaults, dict):
            self._tell("write the defaults as a table: [defaults]", key="defaults")
            defaults = {}
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self._tell("write each export as a table: [[export]], in two brackets", key="export")
            tables = []
        elif not tables and not self.problems:
            self._tell("there is nothing to make: write a table [[export]] with a session")
        usual = self._given("defaults", 0, defaults)
        total = 0
        for number, table in enumerate(tables):
            own = self._given("export", number, table)
            if own.keys() & set(_LENGTHS):
                usual_here = {key: each for key, each in usual.items() if key not in _LENGTHS}
            else:
                usual_here = usual
            given = own | {key: each for key, each in usual_here.items() if key not in own}
            total += math.prod(len(each.values) for each in given.values())
            if total > MOST_EXPORTS:
                message = f"here the catalogue goes over {MOST_EXPORTS} exports: split it in two"
                self._tell(message, "export", number)
                return
            yield from self._exports(number, given)

    def _given(self, table: str, number: int, rows: Mapping[str, Any]) -> dict[str, _Given]:
        """Return what of a table can be understood, by the plain name of each key."""
        known = [SESSION, NAME, *self._options]
        given: dict[str, _Given] = {}
        for key, value in rows.items():
            plain = key.replace("-", "_")
            values = value if isinstance(value, list) else [value]
            if plain not in known:
                message = f"there is no option {key!r}: {_known(self._options)}"
                if plain in ("output", "overwrite"):
                    message = (
                        "the file is named by name"
                        if plain == "output"
                        else "--overwrite is given to voice-guide batch, and not in a catalogue"
                    )
                self._tell(did_you_mean(message, nearest(plain, known)), table, number, key)
            elif not values:
                self._tell(f"{key} has no value: give one, or leave it out", table, number, key)
            elif plain in given:
                self._tell(f"{key} is given twice, once with - for _", table, number, key)
            else:
                each = _Given(table, number, key, values)
                read = [self._readable(plain, each, n) for n in range(len(values))]  # each is told
                # What can't be read counts as given, and makes nothing.
                given[plain] = each if all(read) else _Given(table, number, key, [])
        return given

    def _readable(self, plain: str, given: _Given, number: int) -> bool:
        """Tell of a value that can't be, where that depends on nothing else."""
        value = given.values[number]
        option = self._options.get(plain)
        try:
            if option is None or option.text:
                if not isinstance(value, str) and plain in (SESSION, NAME):
                    raise RequestError(f"{value!r} is not text: write it in quotes.")
                if plain == NAME and not value:
                    raise RequestError("a file needs a name.")
                if plain == SESSION and value == "-":
                    raise RequestError("a catalogue reads no standard input: give a file.")
            if option is not None and not (option.text and "{" in str(value)):
                option.read(self._from_folder(option, value))
        except RequestError as error:
            self._tell(str(error), given.table, given.number, given.key, number)
            return False
        return True

    def _exports(self, number: int, given: Mapping[str, _Given]) -> Iterator[Wanted]:
        """Yield an export for each combination of the values."""
        for key in (SESSION, NAME):
            if key not in given:
                said = 'session = "stay-present"' if key == SESSION else 'name = "{session}.opus"'
                self._tell(f"this export has no {key}: add one, such as  {said}", "export", number)
        if not {SESSION, NAME} <= given.keys():
            return
        lists = (range(len(each.values)) for each in given.values())
        for numbers in itertools.product(*lists):
            chosen = dict(zip(given, numbers, strict=True))
            values = {key: given[key].values[n] for key, n in chosen.items()}
            made = self._export(number, given, chosen, values)
            if made is not None:
                yield made

    def _export(
        self,
        number: int,
        given: Mapping[str, _Given],
        chosen: Mapping[str, int],
        values: Mapping[str, Any],
    ) -> Wanted | None:
        fields = {key: fit(value) for key, value in values.items() if key != NAME}
        session = self._session(str(values[SESSION]))
        fields[SESSION] = fit(file_stem(session))
        key = NAME
        try:
            target = self._joined(filled(values[NAME], fields))
            fields[NAME] = Path(target).stem
            written, read = {}, {}
            for key, value in values.items():
                if key in (SESSION, NAME):
                    continue
                option = self._options[key]
                if option.text and isinstance(value, str):
                    value = filled(value, fields)
                written[key] = self._from_folder(option, value)
                read[key] = option.read(written[key])
            key = ""
            export, files = self._built(session, target, read)
        except ScriptError as error:
            self.problems |= dict.fromkeys(error.problems)
            return None
        except VoiceGuideError as error:
            if not key:
                key = self._blamed(error, session, target, read)
            self._tell_once(str(error), number, given[key], chosen[key])
            return None
        if taken := self._twice(files, number, given):
            self._tell_once(taken, number, given[NAME], chosen[NAME])
            return None
        arguments = [session, "-o", target, *self._typed(written), "--overwrite"]
        return Wanted(export, tuple(files), ("export", *arguments))

    def _built(
        self, session: str, target: str, options: Mapping[str, Any]
    ) -> tuple[Export, list[Path]]:
        export = self._build(session, target, options)
        return export, export.check(overwrite=True)

    def _blamed(
        self, error: VoiceGuideError, session: str, target: str, options: Mapping[str, Any]
    ) -> str:
        """Return the key that an error is about: without it, it wouldn't be told."""
        for key in reversed(list(options)):
            try:
                self._built(session, target, {k: v for k, v in options.items() if k != key})
            except VoiceGuideError as other:
                if str(other) == str(error):
                    continue
            return key
        return SESSION if isinstance(error, UnknownNameError) else NAME

    def _twice(self, files: list[Path], number: int, given: Mapping[str, _Given]) -> str:
        """Say which file two exports would make; nothing if there is none."""
        names = {os.path.normcase(os.path.abspath(file)): file for file in files}
        for name in names.keys() & self._taken.keys():
            other, file = self._taken[name], names[name]
            if other != number:
                return f"{file} would be made here, and by export {other + 1} of this catalogue"
            unnamed = [
                f"{{{key}}}"
                for key, each in given.items()
                if len(each.values) > 1 and not self._names(key, given)
            ]
            put = f": put {' and '.join(unnamed)} into its name" if unnamed else ""
            return f"two exports of this table would make {file}{put}"
        self._taken |= dict.fromkeys(names, number)
        return ""

    def _names(self, key: str, given: Mapping[str, _Given]) -> bool:
        return any(f"{{{key}}}" in name for name in given[NAME].values)

    def _session(self, name: str) -> str:
        """Return what a session is called from here: a bundled one by its name, or a file."""
        return name if Path(name).suffix == "" and "/" not in name else self._joined(name)

    def _from_folder(self, option: Option, value: Any) -> Any:
        return self._joined(value) if option.file and isinstance(value, str) and value else value

    def _joined(self, name: str) -> str:
        return os.path.normpath(os.path.join(self._folder, os.path.expanduser(name)))

    def _typed(self, written: Mapping[str, Any]) -> Iterator[str]:
        for key, value in written.items():
            yield from self._options[key].arguments(value)

    def _tell(
        self,
        message: str,
        table: str = "",
        number: int = 0,
        key: str = "",
        value: int | None = None,
    ) -> None:
        told = self._places.problem(message.rstrip("."), table, number, key, value)
        self.problems[told] = None

    def _tell_once(self, message: str, number: int, given: _Given, value: int) -> None:
        """Tell what is wrong with an export, once for all that share the value."""
        mark = (number, given.table, given.key, value)
        if mark not in self._told:
            self._told.add(mark)
            self._tell(message, given.table, given.number, given.key, value)


def _known(options: Mapping[str, Option]) -> str:
    return f"there are {SESSION}, {NAME} and the options of export: {', '.join(options)}"
