"""Voices: back ends that turn text into audio, chosen by name and loaded when they are needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from voice_guide.errors import UnknownNameError

__all__ = ["NONE", "VOICES", "Voice", "WorkerFault", "open_voice"]

NONE = "none"
"""The silent voice: words take their time, and are not heard."""


class WorkerFault(Exception):  # noqa: N818 - an answer more often than an exception
    """A request was not answered: the engine's own reason, a crash or the time limit."""


class Voice(Protocol):
    """What a back end has to offer."""

    identity: Mapping[str, Any]
    """Everything that shapes the sound, except the text."""

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        """Yield, in order, an audio file's bytes for each text, or what went wrong."""

    def close(self) -> None:
        """End the processes that speak."""


VOICES = {"espeak": "voice_guide.voices.espeak:Espeak"}
"""Where each back end is; one takes a language code and a rate in words per minute, or None."""


def open_voice(name: str, language: str, rate: int | None) -> Voice:
    """Return a voice by name.

    Raises:
        UnknownNameError: if there is no such voice.
    """
    if name not in VOICES:
        raise UnknownNameError(f"there is no voice {name!r}: choose {', '.join([*VOICES, NONE])}.")
    module, _, factory = VOICES[name].partition(":")
    make: Callable[[str, int | None], Voice] = getattr(import_module(module), factory)
    return make(language, rate)
