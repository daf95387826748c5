"""What options and arguments can be, and what completes them at a Tab."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

import click

from voice_guide.errors import RequestError, SettingsError
from voice_guide.options import OPTIONS, Choice, Number
from voice_guide.pace.pace import PRESETS
from voice_guide.pace.saved import names

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "PROFILES",
    "BedFile",
    "Device",
    "FileName",
    "NumberRange",
    "OneOf",
    "PaceType",
    "RampType",
    "ScriptName",
    "VoiceName",
]


PROFILES = ("gentle", "podcast", "acx", "broadcast", "wcag")
"""Publishers whose requirements a file can be made for, or measured by."""


class _Read(Protocol):
    """Whatever reads the value of an option, as those of `voice_guide.options` do."""

    def read(self, value: object) -> Any:
        """Return the value.

        Raises:
            RequestError: if it can't be that.
        """


class _Reads(click.ParamType[Any]):
    """What is read by the same rules wherever it comes from."""

    option: _Read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self.option.read(value)
        except RequestError as error:
            self.fail(str(error), param, ctx)


def _completed(incomplete: str, words: Iterable[str]) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


class PaceType(_Reads):
    """A pace such as 4-6, or the name of one, built in or saved."""

    name = "pace"
    option = OPTIONS["pace"]

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        return _completed(incomplete, _pace_names())


def _pace_names() -> list[str]:
    try:
        return names()
    except SettingsError:  # reported when one is used
        return list(PRESETS)


class RampType(_Reads):
    """A pace to begin with and the time to glide from it, such as 3-4:5m."""

    name = "ramp"
    option = OPTIONS["ramp"]

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        return _completed(incomplete, ["none", *(f"{name}:5m" for name in _pace_names())])


class VoiceName(_Reads):
    """A voice, or several with commas between them; whether they speak is found out later."""

    name = "voice"
    option = OPTIONS["voice"]

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from voice_guide.voices import AUTO, BACK_ENDS, NONE

        return _completed(incomplete, [AUTO, *BACK_ENDS, NONE])


class NumberRange(_Reads, click.FloatRange):
    """A number within limits, which the help names."""

    def __init__(self, number: Number) -> None:
        super().__init__(number.lowest, number.highest, min_open=number.above)
        self.option = number

    def _describe_range(self) -> str:
        return self.option.allowed if isinstance(self.option, Number) else ""


class OneOf(_Reads, click.Choice[str]):
    """One of several words."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice.words)
        self.option = choice


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
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


class ScriptName(FileName):
    """The name of a bundled script, or a script file; - is standard input."""

    name = "name|file"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from glob import escape, iglob

        from voice_guide.scripting.library import names

        files = sorted(iglob(f"{escape(incomplete)}*.md"))
        return _completed(incomplete, [*names(), *files]) or super().shell_complete(
            ctx, param, incomplete
        )


class BedFile(_Reads, FileName):
    """A sound file, by a path that holds wherever the session goes on."""

    option = OPTIONS["bed"]
