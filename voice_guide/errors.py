"""Every error that a user can meet.

A message names what was given, what is allowed and what to do next. Only the
command line turns an error into an exit code: 2 for a request that can't be
met as it was worded, 1 for anything else.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from voice_guide.limits import MOST_PROBLEMS
from voice_guide.texts import visible

__all__ = [
    "SHOWN",
    "AudioError",
    "BundleError",
    "ClusterError",
    "DeviceError",
    "DownloadError",
    "LengthError",
    "LostDeviceError",
    "MeasureError",
    "OutputError",
    "PaceError",
    "PictureError",
    "Problem",
    "RequestError",
    "ScriptError",
    "SettingsError",
    "SpeechError",
    "TooLongError",
    "UnknownNameError",
    "VoiceError",
    "VoiceGuideError",
    "did_you_mean",
    "nearest",
    "reason",
]


def reason(told: object) -> str:
    """Return what another program said went wrong, to be used inside a sentence of ours."""
    return str(told).strip().rstrip(".!") or type(told).__name__


def nearest(given: str, known: Iterable[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """Return the known names that may be meant, the likeliest first, whatever their case.

    Args:
        most: how many.
        likeness: how like the given one they are at least, 0 to 1, as difflib measures it.
    """
    import difflib

    spelled = {name.lower(): name for name in known}
    found = difflib.get_close_matches(given.lower(), spelled, n=most, cutoff=likeness)
    return [spelled[name] for name in found]


def did_you_mean(message: str, meant: Sequence[str]) -> str:
    """Return a message, and after it what may be meant; as it is where that is nothing."""
    if not meant:
        return message
    *others, last = meant
    said = f"{', '.join(others)} or {last}" if others else last
    return f"{message.rstrip('.')}. Did you mean {said}?"


class VoiceGuideError(Exception):
    """The root of all errors that users see."""


class RequestError(VoiceGuideError):
    """What was asked for is outside what is possible; asking differently helps."""


class PaceError(RequestError):
    """A pace that can't be read, is out of range, or that a script forbids."""


class LengthError(RequestError):
    """A length that the script can't take.

    Attributes
    ----------
    too_short : bool
        Whether it is shorter than the script can be, and not longer.
    """

    def __init__(self, message: str, too_short: bool = False) -> None:
        super().__init__(message)
        self.too_short = too_short


class UnknownNameError(RequestError):
    """No script, voice or tone has this name."""


class VoiceError(RequestError):
    """A voice that can't speak on this computer, or not the script's language."""


class SettingsError(VoiceGuideError):
    """The settings file is damaged, or names something unknown.

    Attributes
    ----------
    key : str
        What it stands under, where that is known.
    """

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class SpeechError(VoiceGuideError):
    """A line could not be spoken."""


class DeviceError(VoiceGuideError):
    """There is no sound device that can be used."""


class LostDeviceError(DeviceError):
    """The sound device went away while it played, and did not come back."""

    def __init__(self, hint: str = "") -> None:
        super().__init__(f"the sound device went away and did not come back.{hint}")


class DownloadError(VoiceGuideError):
    """Something could not be downloaded."""


class OutputError(VoiceGuideError):
    """A file could not be written."""


class ClusterError(VoiceGuideError):
    """A cluster can't be reached, or can't make what it is asked for."""


class AudioError(VoiceGuideError):
    """A sound file, or the plan that comes with it, can't be measured."""


class BundleError(VoiceGuideError):
    """A bundle that is damaged, or that has in it what no bundle has."""


class PictureError(VoiceGuideError):
    """There is nothing to draw with."""

    def __init__(self) -> None:
        super().__init__(
            "drawing needs matplotlib: install it with  pip install 'voice-guide[picture]'"
        )


class MeasureError(VoiceGuideError):
    """No pace could be measured from what was tapped or heard."""


SHOWN = 200
"""The most letters of a line that are shown with its fault."""


class Problem(NamedTuple):
    """One thing wrong with a script.

    Attributes
    ----------
    path : str
        Of the script; ``text`` where it has no file.
    line : int
        Counted from 1.
    column : int
        Counted from 1.
    message : str
        What is wrong, and what would be right.
    source : str
        The line as it is written.
    """

    path: str
    line: int
    column: int
    message: str
    source: str = ""

    def __str__(self) -> str:
        import unicodedata

        where = visible(f"{self.path}:{self.line}:{self.column}: {self.message}")
        if not self.source.strip():
            return where
        first = max(self.column - 1 - SHOWN // 2, 0) if len(self.source) > SHOWN else 0
        before, after = self.source[first : self.column - 1], self.source[self.column - 1 :]
        cut = "…" if first else ""
        rest = after[: SHOWN - len(before)]
        more = "…" if len(rest) < len(after) else ""
        before, rest = visible(before), visible(rest)
        wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in before)
        pad = " " * (len(cut) + len(before) + wide)
        return f"{where}\n    {cut}{before}{rest}{more}\n    {pad}^"


class ScriptError(VoiceGuideError):
    """A script can't be read; carries everything that is wrong with it at once, up to a limit.

    Attributes
    ----------
    problems : tuple of Problem
        In the order of their lines.
    """

    def __init__(self, problems: Sequence[Problem], most: int = MOST_PROBLEMS) -> None:
        self.problems = tuple(problems)[:most]
        more = ["There are more; correct these first."] if len(problems) > most else []
        super().__init__("\n".join([*map(str, self.problems), *more]))


class TooLongError(ScriptError):
    """A script goes over what any session may be."""
