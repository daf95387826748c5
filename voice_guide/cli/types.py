"""What options and arguments can be, and what completes them at a Tab."""

import math
import os
import re
from typing import Any

import click
from click.shell_completion import CompletionItem

from voice_guide.errors import PaceError, SettingsError, UnknownNameError
from voice_guide.pace.pace import PRESETS, Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.pace.saved import names, resolve

__all__ = [
    "BedFile",
    "Device",
    "FileName",
    "NumberRange",
    "PaceType",
    "PercentType",
    "RampType",
    "ScriptName",
    "VoiceName",
    "WholeRange",
]


class PaceType(click.ParamType[Pace]):
    """A pace such as 4-6, or the name of one, built in or saved."""

    name = "pace"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Pace:
        if isinstance(value, Pace):
            return value
        try:
            return resolve(str(value))
        except PaceError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(name) for name in _pace_names() if name.startswith(incomplete)]


def _pace_names() -> list[str]:
    try:
        return names()
    except SettingsError:  # reported when one is used
        return list(PRESETS)


class RampType(click.ParamType[Ramp]):
    """A pace to begin with and the time to glide from it, such as 3-4:5m."""

    name = "ramp"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Ramp:
        if isinstance(value, Ramp):
            return value
        try:
            return Ramp.parse(str(value), resolve)
        except PaceError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        ramps = ["none", *(f"{name}:5m" for name in _pace_names())]
        return [CompletionItem(ramp) for ramp in ramps if ramp.startswith(incomplete)]


class VoiceName(click.ParamType[str]):
    """A voice, or several with commas between them; whether they speak is found out later."""

    name = "voice"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from voice_guide.voices import check_name

        try:
            check_name(str(value))
        except UnknownNameError as error:
            self.fail(str(error), param, ctx)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from voice_guide.voices import AUTO, BACK_ENDS, NONE

        names = [AUTO, *BACK_ENDS, NONE]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class NumberRange(click.FloatRange):
    """A number within limits; "nan" is none, and nothing is endless."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number: give {self._describe_range()}.", param, ctx)
        try:
            return float(super().convert(number, param, ctx))
        except click.BadParameter:
            self.fail(f"{value} is out of range: give {self._describe_range()}.", param, ctx)

    def _describe_range(self) -> str:
        return _limits(self)


class WholeRange(click.IntRange):
    """A whole number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not re.fullmatch(r"\s*[-+]?\d{1,18}\s*", str(value)):
            wanted = f"give {self._describe_range()}"
            self.fail(f"{value!r} is not a usable whole number: {wanted}.", param, ctx)
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(f"{value} is out of range: give {self._describe_range()}.", param, ctx)

    def _describe_range(self) -> str:
        return _limits(self)


def _limits(allowed: click.FloatRange | click.IntRange) -> str:
    """Return a range as one would say it; Click writes ``0<x<=20``."""
    lowest, highest = allowed.min, allowed.max
    if highest is None:
        return f"more than {lowest}" if allowed.min_open else f"{lowest} or more"
    return f"more than {lowest}, up to {highest}" if allowed.min_open else f"{lowest} to {highest}"


class PercentType(NumberRange):
    """A percentage, with its sign or without."""

    name = "percent"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        return super().convert(str(value).removesuffix("%"), param, ctx)


class Device(click.ParamType["int | str"]):
    """A device, by PortAudio's number or by its name."""

    name = "device"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        is_number = re.fullmatch("[0-9]{1,9}", str(value))  # more digits than PortAudio takes
        return int(value) if is_number else str(value)


class FileName(click.ParamType[str]):
    """A file, whatever it is; what is wrong with it is found out by whoever opens it."""

    name = "file"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]


class ScriptName(FileName):
    """The name of a bundled script, or a script file; - is standard input."""

    name = "name|file"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from glob import escape, iglob

        from voice_guide.scripting.library import names

        found = [name for name in names() if name.startswith(incomplete)]
        found += sorted(iglob(f"{escape(incomplete)}*.md"))
        plain = [CompletionItem(name) for name in found]
        return plain or super().shell_complete(ctx, param, incomplete)


class BedFile(click.Path):
    """A sound file, by a path that holds wherever the session goes on."""

    def __init__(self) -> None:
        super().__init__(resolve_path=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(os.path.expanduser(value), param, ctx)
