"""SVOX Pico, which py-nanotts brings: in six voices far better understood than eSpeak's."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import util
from importlib.metadata import version
from typing import Any

from voice_guide.errors import UnknownNameError, VoiceError
from voice_guide.languages import general
from voice_guide.voices import WorkerFault
from voice_guide.voices.engine import Engine

__all__ = ["PICO_VOICES", "Pico", "PicoVoice", "voice_named"]


@dataclass(frozen=True)
class PicoVoice:
    """One of Pico's voices.

    A word takes ``fixed`` seconds, and ``moving`` seconds more at Pico's own speed, half of
    those at twice that speed, and so on. Measured over the 86 lines of the scripts in English and
    over ten like them in each other language, at 40 to 240 % of its own speed: the
    words a minute that follow are off by 1 % at most, in Italian by 5 %.
    """

    code: str  # Pico's own name of it
    moving: float
    fixed: float
    example: str  # what it says when it is tried

    def rate(self, percent: float) -> float:
        """Words per minute at a speed in percent of its own."""
        return 60 / (self.moving * 100 / percent + self.fixed)

    def percent(self, rate: int) -> float:
        """The speed at which it speaks so many words a minute; endless if none is enough."""
        left = 60 / rate - self.fixed
        return self.moving * 100 / left if left > 0 else float("inf")


PICO_VOICES = {
    "en-US": PicoVoice("en-US", 0.2843, 0.1176, "Let your feet find the floor."),
    "en-GB": PicoVoice("en-GB", 0.2817, 0.1119, "Let your feet find the floor."),
    "de": PicoVoice("de-DE", 0.3198, 0.0298, "Lass deine Füße den Boden finden."),
    "fr": PicoVoice("fr-FR", 0.2626, 0.0199, "Laissez vos pieds trouver le sol."),
    "es": PicoVoice("es-ES", 0.3262, 0.1241, "Deja que tus pies encuentren el suelo."),
    "it": PicoVoice("it-IT", 0.3450, 0.1611, "Lascia che i tuoi piedi trovino il pavimento."),
}
"""By their languages, of which the first of each is usual."""

_CALM = 80
"""Percent of its own speed: 127 words a minute in American English, 139 in German."""

_FASTEST = 500
"""Percent that py-nanotts passes on (its MAX_SPEED)."""

_LOUD = 30
"""Percent of its own loudness, at which no line is above -3 dBFS: at 100 most are clipped, and
some are at 50."""

_LONGEST_WORD = 100
"""Letters; the longest words of German laws have some 80."""

_SPELLINGS = {
    r"(?<=\d)[–—](?=\d)": "-",
    r"\s*[–—]\s*": ", ",  # Pico passes over a dash, without a pause
    "[<>]": " ",  # it takes what stands between them as a direction
    "[’‘]": "'",
    "[“”„«»]": '"',
    r"(?<!\w)'|'(?!\w)": "",  # a single quotation mark is read out in English and in German
    "…": "...",
}

_NEAREST = {"œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h"}
"""Letters of names that can't be taken apart into one that Pico knows and a mark."""


class Pico:
    """Speaks English, German, French, Spanish and Italian.

    ``part`` is one of its voices, whatever the script's language is, such as ``en-GB``.

    Raises:
        UnknownNameError: if it has no such voice.
        VoiceError: if py-nanotts is not installed, or it doesn't speak the language, or so fast.
    """

    def __init__(self, language: str, rate: int | None, part: str = "") -> None:
        known = ", ".join(PICO_VOICES)
        name = voice_named(part) if part else _voice_for(language)
        if part and name is None:
            raise UnknownNameError(f"pico has no voice {part!r}: choose {known}.")
        if util.find_spec("py_nanotts") is None:
            raise VoiceError(
                "pico is not installed. On Linux (x64, arm64) and Windows (x64), install it with  "
                "pip install py-nanotts  or choose --voice espeak."
            )
        if name is None:
            raise VoiceError(
                f"pico speaks {known}, and the script is in {language!r}: choose --voice espeak."
            )
        voice = PICO_VOICES[name]
        percent = round(voice.percent(rate)) if rate else _CALM
        if percent > _FASTEST:
            raise VoiceError(
                f"pico speaks {name} with {voice.rate(_FASTEST):.0f} words per minute at most: "
                f"choose a --rate below {rate}, or another --voice."
            )
        self.name = f"pico:{name}"
        english = name.startswith("en")
        self.rate = (rate or round(voice.rate(_CALM))) if english else None  # others' words differ
        self.wanted_rate: int | None = rate or round(voice.rate(_CALM))
        self.whole = False
        self.natural = False
        self._request = {"voice": voice.code, "percent": percent, "loud": _LOUD}
        self._identity = {"engine": f"py-nanotts {version('py-nanotts')}", **self._request}
        self._engine = Engine("pico")

    def identity(self, text: str) -> Mapping[str, Any]:
        return self._identity

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        spelled = [_spelled(text, self._request["voice"] == "fr-FR") for text in texts]
        answers = self._engine.ask(
            [{"text": each, **self._request} for each in spelled if isinstance(each, str)]
        )
        for each in spelled:
            yield next(answers) if isinstance(each, str) else each

    def close(self) -> None:
        self._engine.close()


def voice_named(part: str) -> str | None:
    """The voice of a name, or of Pico's own name for it, in letters of any case."""
    asked = part.lower()
    return next((n for n, v in PICO_VOICES.items() if asked in (n.lower(), v.code.lower())), None)


def _voice_for(language: str) -> str | None:
    """The voice of a language: of its region if there is one, else the usual one."""
    of_base = (name for name in PICO_VOICES if general(name) == general(language))
    return voice_named(language) or next(of_base, None)


def _spelled(text: str, french: bool) -> str | WorkerFault:
    """Write a text in Latin-1, or say why it can't be said: Pico drops any other letter.

    Args:
        text: of a line.
        french: whether œ may stay, which Pico knows in French words.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")  # such as a soft hyphen
    for found, instead in _SPELLINGS.items():
        text = re.sub(found, instead, text)
    words = ["".join(_letters(c, french) for c in word) for word in text.split()]
    for word, said in zip(text.split(), words, strict=True):
        if any(c.isalnum() and not _known(c) for c in said):
            return WorkerFault(f"it can't pronounce the letters of {word[:40]!r}")
        if sum(map(str.isalnum, said)) > _LONGEST_WORD:
            return WorkerFault(f"{word[:40]!r}... is too long for a word, and has no spaces")
    said = " ".join("".join(c if _known(c) else " " for c in word) for word in words)
    if not any(map(str.isalnum, said)):
        return WorkerFault("there are no words in it")
    return said


def _letters(c: str, french: bool) -> str:
    """A letter as Pico may know it: without the marks of other languages."""
    if c in _NEAREST and not (french and c in "œŒ"):
        return _NEAREST[c]
    if _known(c):
        return c
    return "".join(each for each in unicodedata.normalize("NFKD", c) if each.isascii()) or c


def _known(c: str) -> bool:
    return c.isprintable() and (c < "\u0100" or c in "œŒ€")
