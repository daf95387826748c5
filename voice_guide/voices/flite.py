"""Flite, where it is installed: far better understood than eSpeak, in English only."""

import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voice_guide.errors import UnknownNameError, VoiceError
from voice_guide.languages import general
from voice_guide.voices import WorkerFault
from voice_guide.voices.cache import version_of
from voice_guide.voices.program import OUTPUT, TEXT_FILE, Program

__all__ = ["FLITE_VOICES", "Flite"]

FLITE_VOICES = {"rms": 156, "slt": 185, "awb": 180}
"""Words per minute of each at its own pace, over 40 lines of the scripts; the first is default."""

_CALM = 1.2  # times as slow as at its own pace

_MARKS = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": " - ", "—": " - "}
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
_CAPITALS = {"ẞ": "SS", "Æ": "AE", "Œ": "OE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "Th"}
_SPELLINGS = str.maketrans(_MARKS | _LETTERS | _CAPITALS)


class Flite:
    """Speaks English.

    Raises:
        VoiceError: if flite is not installed, or the language is another.
        UnknownNameError: if it has no such voice.
    """

    def __init__(self, language: str, rate: int | None, part: str = "") -> None:
        if part and part not in FLITE_VOICES:
            raise UnknownNameError(
                f"flite has no voice {part!r}: choose {', '.join(FLITE_VOICES)}."
            )
        path = shutil.which("flite")
        if path is None:
            raise VoiceError(
                "flite is not installed. Install it (Debian, Ubuntu: sudo apt-get install flite), "
                "or choose --voice espeak."
            )
        if general(language) != "en":
            raise VoiceError(
                f"flite speaks only English, and the script is in {language!r}: "
                "choose --voice espeak."
            )
        voice = part or next(iter(FLITE_VOICES))
        own = FLITE_VOICES[voice]
        stretch = round(own / rate, 3) if rate else _CALM
        self.name = f"flite:{voice}"
        self.rate = rate or round(own / _CALM)
        self.wanted_rate: int | None = self.rate
        self.whole = False
        self.natural = False
        options = ["-voice", voice, "--setf", f"duration_stretch={stretch}"]
        self._identity = {"engine": "flite", **version_of(path), "options": options}
        self._program = Program([path, *options, "-f", TEXT_FILE, "-o", OUTPUT])

    def identity(self, text: str) -> Mapping[str, Any]:
        return self._identity

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        faults = {text: WorkerFault(fault) for text in texts if (fault := _fault(text))}
        answers = self._program.speak([_plain(text) for text in texts if text not in faults])
        for text in texts:
            yield faults[text] if text in faults else next(answers)

    def close(self) -> None:
        self._program.close()


def _fault(text: str) -> str:
    """Say what flite would leave out of a text, or answer with a burst of noise."""
    lost = [
        word
        for word in text.split()
        if any(letter.isalpha() and not _plain(letter) for letter in word)
    ]
    if lost:
        return f"it can't say {' and '.join(map(repr, lost))}"
    return "" if any(map(str.isalnum, _plain(text))) else "it can't say any of these words"


def _plain(text: str) -> str:
    """Write a text in ASCII: flite skips anything else."""
    apart = unicodedata.normalize("NFKD", text.translate(_SPELLINGS))
    return apart.encode("ascii", "ignore").decode()
