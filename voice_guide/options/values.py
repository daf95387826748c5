"""What each option may be, whether it is typed, kept in a file, or given by a program."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, NamedTuple, TypedDict, get_args

from voice_guide.errors import RequestError
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.pace.saved import resolve
from voice_guide.scripting.optional import Talk
from voice_guide.settings import Polish, Settings, Tone

__all__ = ["OPTIONS", "Choice", "Number", "Options", "read_option"]


class Options(TypedDict, total=False):
    """The options of a session, by name, in Python's types or as they are typed.

    What they mean, their units and their defaults are those of `Settings`.
    """

    pace: Pace | str | None
    ramp: Ramp | str | None
    vary: float | str
    minutes: float | str | None
    breaths: int | str | None
    tone: Tone
    bed: str | os.PathLike[str] | None
    voice: str
    fallback: bool | str
    rate: int | str | None
    polish: Polish
    talk: Talk
    count: bool | str
    loudness: float | str
    duck: float | str
    tone_level: float | str
    voice_level: float | str
    night: bool | str
    mono: bool | str
    sample_rate: int | str
    seed: int | str


DECIMAL_COMMA = r"^(\s*[-+]?\d+),(\d{1,2}\s*)$"
"""As half of Europe writes; what may be thousands is not taken for one."""


class Number(NamedTuple):
    """A number within limits; "nan" is none, and nothing is endless."""

    lowest: float
    highest: float | None = None  # None: as high as you like
    above: bool = False  # whether it has to be more than the lowest
    whole: bool = False
    percent: bool = False  # whether a percent sign may follow it

    @property
    def allowed(self) -> str:
        """The limits, as one would say them."""
        if self.highest is None:
            return f"more than {self.lowest}" if self.above else f"{self.lowest} or more"
        if self.above:
            return f"more than {self.lowest}, up to {self.highest}"
        return f"{self.lowest} to {self.highest}"

    def read(self, value: object) -> float:
        written = str(value).removesuffix("%") if self.percent else str(value)
        number = self._whole(written) if self.whole else self._finite(written)
        too_low = number <= self.lowest if self.above else number < self.lowest
        if too_low or (self.highest is not None and number > self.highest):
            raise RequestError(f"{written} is out of range: give {self.allowed}.")
        return number

    def _whole(self, written: str) -> int:
        if not re.fullmatch(r"\s*[-+]?\d{1,18}\s*", written):
            raise RequestError(f"{written!r} is not a usable whole number: give {self.allowed}.")
        return int(written)

    def _finite(self, written: str) -> float:
        try:
            number = float(re.sub(DECIMAL_COMMA, r"\1.\2", written))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise RequestError(f"{written!r} is not a number: give {self.allowed}.")
        return number


class Choice(NamedTuple):
    """One of several words."""

    words: tuple[str, ...]

    def read(self, value: object) -> str:
        if str(value) not in self.words:
            allowed = ", ".join(map(repr, self.words))
            raise RequestError(f"{str(value)!r} is not one of {allowed}.")
        return str(value)


class _Pace:
    def read(self, value: object) -> Pace:
        return value if isinstance(value, Pace) else resolve(str(value))


class _Ramp:
    def read(self, value: object) -> Ramp:
        return value if isinstance(value, Ramp) else Ramp.parse(str(value), resolve)


class _Voice:
    """A voice, or several with commas between them; whether they speak is found out later."""

    def read(self, value: object) -> str:
        from voice_guide.voices import check_name

        check_name(str(value))
        return str(value)


class _File:
    """A file, by a path that holds wherever the session goes on."""

    def read(self, value: object) -> str:
        if not isinstance(value, str | os.PathLike):
            raise RequestError(f"{value!r} is not the path of a file.")
        try:
            return os.path.realpath(os.path.expanduser(os.fspath(value)))
        except ValueError as error:  # signs that no system has in a name
            raise RequestError(f"{value!r} can't be the path of a file.") from error


class _Switch:
    """On or off."""

    _WORDS: ClassVar = {
        **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
        **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
    }

    def read(self, value: object) -> bool:
        word = str(value).strip().lower()
        if word not in self._WORDS:
            raise RequestError(f"{str(value)!r} is not a choice: give true or false.")
        return self._WORDS[word]


_Option = Number | Choice | _Pace | _Ramp | _Voice | _File | _Switch

OPTIONS: Mapping[str, _Option] = {
    "pace": _Pace(),
    "ramp": _Ramp(),
    "vary": Number(0, 20, percent=True),  # percent of a breath
    "minutes": Number(0, above=True),
    "breaths": Number(1, 100_000, whole=True),
    "tone": Choice(get_args(Tone)),
    "bed": _File(),
    "voice": _Voice(),
    "fallback": _Switch(),
    "rate": Number(80, 300, whole=True),  # words per minute
    "polish": Choice(get_args(Polish)),
    "talk": Choice(get_args(Talk)),
    "count": _Switch(),
    "loudness": Number(-40, -10),  # LUFS
    "duck": Number(0, 60),  # LU
    "tone_level": Number(-40, 0),  # LU
    "voice_level": Number(-12, 12),  # LU
    "night": _Switch(),
    "mono": _Switch(),
    "sample_rate": Number(16000, 96000, whole=True),  # Hz
    "seed": Number(0, whole=True),
}
"""What each shared option may be, in the order of the command line."""

_DEFAULTS = {field.name: field.default for field in fields(Settings)}


def read_option(name: str, value: object) -> Any:
    """Return the value of an option in its own type.

    Parameters
    ----------
    name
        One of `OPTIONS`.
    value
        In that type, or as it is typed. None stands for the default.

    Raises
    ------
    RequestError
        If it can't be that; says what was given and what is allowed.
    SettingsError
        If it may be the name of a saved pace, but their file is damaged.
    """
    return _DEFAULTS[name] if value is None else OPTIONS[name].read(value)
