"""The embedded voice: eSpeak NG in worker processes, speaking calmly."""

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from voice_guide.errors import UnknownNameError, VoiceError, did_you_mean, nearest
from voice_guide.languages import general, look_up
from voice_guide.voices import WorkerFault
from voice_guide.voices.engine import Engine

__all__ = ["DEFAULT_RATE", "Espeak", "espeak_languages"]

DEFAULT_RATE = 115  # words per minute

_CALM = {"volume": 70, "pitch": 30, "range": 40, "word_gap": 0}

_USUAL = {"en": "en-us"}
_VARIANT = "edward"
"""Variant and settings were chosen by measurement: of the 510 words in all bundled lines, an
independent recogniser (pocketsphinx) gets 300 right; with f3 at 110 words per minute, pitch 38,
range 30 and word gap 1 it was 163. f2 to f5 also have an echo of their own, 120 to 140 ms late."""


class Espeak:
    """Speaks one language at one rate (words per minute, 80 to 300).

    ``part`` is one of eSpeak's voice variants, such as ``f3``.

    Raises:
        VoiceError: if eSpeak NG is not installed, or doesn't speak the language.
        UnknownNameError: if it has no such variant. eSpeak itself would take one for a path, and
            end the process over a long one.
    """

    def __init__(self, language: str, rate: int | None, part: str = "") -> None:
        from voice_guide.voices.cache import version_of

        variants = os.listdir(os.path.join(_loader().get_data_path(), "voices", "!v"))
        if part and part not in variants:
            message = f"espeak has no voice variant {part[:40]!r}: choose one such as f2 or m3."
            raise UnknownNameError(did_you_mean(message, nearest(part, variants, most=3)))
        self.name = f"espeak:{part}" if part else "espeak"
        spoken = look_up(language, espeak_languages())
        if spoken is None:
            known = ", ".join(sorted(espeak_languages()))
            raise VoiceError(
                f"eSpeak NG has no voice for the language {language!r}; it speaks {known}."
            )
        english = general(language) == "en"
        self.rate = (rate or DEFAULT_RATE) if english else None  # others have longer words
        self.wanted_rate: int | None = rate or DEFAULT_RATE
        self.whole = False
        self.natural = False
        self.times_words = True
        self._properties: dict[str, Any] = {
            "voice": f"{_USUAL.get(spoken, spoken)}+{part or _VARIANT}",
            "rate": rate or DEFAULT_RATE,
            **_CALM,
        }
        library = version_of(str(_loader().get_library_path()))
        self._identity = {"engine": "espeak", **library, **self._properties}
        self._engine = Engine("espeak")

    def identity(self, text: str) -> Mapping[str, Any]:
        return self._identity

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        requests = [{"text": text, "properties": self._properties} for text in texts]
        return self._engine.ask(requests)

    def sounds(self, text: str) -> str | WorkerFault:
        """Return the sounds that it makes of a text, in IPA."""
        request = {"text": text, "told": True, "properties": self._properties}
        answer = next(self._engine.ask([request]))
        return answer if isinstance(answer, WorkerFault) else answer.decode()

    def close(self) -> None:
        self._engine.close()


@functools.cache
def espeak_languages() -> frozenset[str]:
    """The languages that it speaks, in small letters; those of some regions among them.

    Raises:
        VoiceError: if eSpeak NG is not installed.
    """
    folders = os.walk(os.path.join(_loader().get_data_path(), "lang"))
    names = (name.lower() for _, _, files in folders for name in files)
    return frozenset({"en-gb", *names})  # the file of British English is called en


def _loader() -> ModuleType:
    try:
        return import_module("espeakng_loader")
    except ImportError as error:
        raise VoiceError(
            "the voice espeak needs the package espeakng-loader, which is not installed. "
            "Add it:  pip install espeakng-loader, or choose another --voice."
        ) from error
