"""The platform's own voices: SAPI 5 on Windows, NSSpeechSynthesizer on macOS, eSpeak on Linux.

They speak through pyttsx3's own drivers, which can be trusted with one utterance
only: each line has a process of its own.
"""

import contextlib
import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voice_guide.errors import UnknownNameError, VoiceError, reason
from voice_guide.languages import general
from voice_guide.voices import WorkerFault
from voice_guide.voices.engine import Engine

__all__ = ["System", "SystemVoice", "system_voices"]

DEFAULT_RATE = 150  # words per minute


@dataclass(frozen=True)
class SystemVoice:
    """A voice of this platform; languages are codes such as ``en-us``."""

    id: str
    name: str
    languages: tuple[str, ...]
    default: bool

    def distance(self, language: str) -> tuple[bool, ...] | None:
        """How far it is from a language, to be compared; None if it speaks another.

        The region counts most if one is given, then what the listener chose in the
        system's settings, then the usual region of the language.
        """
        wanted = language.lower()
        base = general(wanted)
        if base not in map(general, self.languages):
            return None
        usual = "en-us" if base == "en" else f"{base}-{base}"
        other_region = "-" in wanted and wanted not in self.languages
        return other_region, not self.default, usual not in self.languages


class System:
    """Speaks with one of the platform's voices.

    ``part`` is the name or id of one; without, the first that speaks the language.

    Raises:
        UnknownNameError: if the platform has no such voice.
        VoiceError: if it has none at all, or none for the language.
    """

    def __init__(self, language: str, rate: int | None, part: str = "") -> None:
        known = system_voices()
        if part:
            fitting = [v for v in known if part.lower() in (v.id.lower(), v.name.lower())]
            if not fitting:
                names = ", ".join(sorted({v.name for v in known}))
                raise UnknownNameError(f"the system has no voice {part!r}: choose {names}.")
        else:
            ranked = [(v.distance(language), v) for v in known]
            fitting = [v for far, v in sorted(ranked, key=lambda r: r[0] or ()) if far is not None]
            if not fitting:
                raise VoiceError(
                    f"the system has no voice for the language {language!r}: "
                    "add one in the system's settings, or choose --voice espeak."
                )
        self.name = f"system:{part}" if part else "system"
        english = general(language) == "en"
        kept_to = english and sys.platform not in ("darwin", "win32")  # where nobody measured it
        self.rate = (rate or DEFAULT_RATE) if kept_to else None
        self.wanted_rate: int | None = rate or DEFAULT_RATE
        self.whole = False
        self.natural = False
        # Always with a rate: eSpeak's own comes or not, and the same line differs then.
        self._properties = {"voice": fitting[0].id, "rate": rate or DEFAULT_RATE}
        self._engine = Engine("system", once=True)

    def identity(self, text: str) -> Mapping[str, Any]:
        return {"engine": f"system {platform.platform()}", **self._properties}

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        requests = [{"text": text, "properties": self._properties} for text in texts]
        return self._engine.ask(requests)

    def close(self) -> None:
        self._engine.close()


def system_voices() -> list[SystemVoice]:
    """Ask the platform for its voices.

    Raises:
        VoiceError: if it can't be asked.
    """
    with contextlib.closing(Engine("system", count=1, once=True)) as engine:
        answer = next(engine.ask([{}]))
    if isinstance(answer, WorkerFault):
        raise VoiceError(
            f"the system's own voices can't be used: {reason(answer)}. Try --voice espeak."
        )
    return [
        SystemVoice(**{**told, "languages": tuple(told["languages"])})
        for told in json.loads(answer)
    ]
