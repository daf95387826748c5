"""hibari: a natural voice in English, whose model is in its package."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import util
from pathlib import Path
from typing import Any

from voice_guide.engines.hibari import FFT, SEED, THREADS
from voice_guide.engines.hibari_reader import READING
from voice_guide.errors import UnknownNameError, VoiceError
from voice_guide.languages import general
from voice_guide.voices import WorkerFault
from voice_guide.voices.engine import Engine

__all__ = ["DEFAULT_RATE", "Hibari", "known_voices", "pace_at"]

DEFAULT_RATE = 133
"""Words per minute, at speed 0.66: of all from 109 to 146, none is rated higher (DistillMOS) but
the fastest, whose melody is less steady; an independent recogniser has 1.4 % of the words wrong."""

_SLOW = ((109, 0.55), (113, 0.57), (120, 0.573), (125, 0.6), (127, 0.62), (133, 0.66))
_CALM = ((138, 0.668), (146, 0.7), (155, 0.76), (166, 0.798), (177, 0.801), (190, 0.83))
_BRISK = ((205, 0.88), (219, 1.0), (227, 1.1), (242, 1.2), (259, 1.32))
_FAST = ((300, 1.335), (328, 1.4), (336, 1.5))
PACES = ((*_SLOW, *_CALM, *_BRISK), _FAST)
"""Words per minute at some speeds, measured over the lines of all scripts, trimmed. A phoneme lasts
a whole number of steps, so that the pace leaps where the length of the usual ones does: by 6 %
near 0.57 and 0.8, and by 16 % at 4/3. Slower than 0.55, the voice drags."""


class Hibari:
    """Speaks English; ``part`` is one of its voices, ``heart`` if there is none.

    Raises:
        VoiceError: if it is not installed, the voice is not on this computer, or the
            language is another.
        UnknownNameError: if there is no such voice.
    """

    def __init__(self, language: str, rate: int | None, part: str = "") -> None:
        if general(language) != "en":
            raise VoiceError(
                f"hibari speaks only English, and the script is in {language!r}: "
                "choose --voice auto."
            )
        _source("onnxruntime")  # reported at once if it is not there
        known = known_voices()
        voice = part or next(iter(known))
        if voice not in known:
            raise UnknownNameError(f"hibari has no voice {part!r}: choose {', '.join(known)}.")
        model = _model(voice, known[voice])
        speed, pause = pace_at(rate or DEFAULT_RATE)
        self.name = f"hibari:{part}" if part else "hibari"
        self.rate: int | None = rate or DEFAULT_RATE
        self.wanted_rate: int | None = self.rate
        self.whole = False
        self.natural = True
        self._request = {
            "model": str(model),
            "british": known[voice]["british"],
            "speed": speed,
            "pause": pause,
        }
        self._sha256 = known[voice]["sha256"]
        self._engine = Engine("hibari")

    def identity(self, text: str) -> Mapping[str, Any]:
        return self._identity

    @cached_property
    def _identity(self) -> dict[str, Any]:
        import numpy as np

        return {
            "engine": "hibari",
            # Each of these has a part in the last bits.
            "versions": [_version("hibari"), _version("onnxruntime"), np.__version__],
            "fft": FFT,
            "threads": THREADS,
            "seed": SEED,
            "reading": READING,
            **self._request,
            "model": self._sha256,
        }

    def wake(self) -> None:
        """Start a process that speaks, which takes a moment."""
        self._engine.wake()

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        return self._engine.ask([{"text": text, **self._request} for text in texts])

    def sounds(self, text: str) -> str | WorkerFault:
        """Return the sounds that it makes of a text, in IPA."""
        answer = next(self._engine.ask([{"text": text, "told": True, **self._request}]))
        return answer if isinstance(answer, WorkerFault) else answer.decode()

    def close(self) -> None:
        self._engine.close()


def known_voices() -> dict[str, dict[str, Any]]:
    """hibari's own list of its voices, read without loading any of it; the first is default.

    Each has ``file``, ``bytes``, ``sha256`` and ``british``; ``bundled`` is in its package.
    """
    listed: dict[str, dict[str, Any]] = json.loads(_asset("voices.json").read_text("utf-8"))
    return listed


def pace_at(rate: int) -> tuple[float, float]:
    """Return the speed for a rate in words per minute, and seconds of pause for each word.

    A pace that the voice has not at any speed is the next faster one, with pauses.
    """
    for stretch in PACES:
        if rate <= stretch[0][0]:
            own, speed = stretch[0]
            return speed, round(60 / rate - 60 / own, 3)
        for (slower, low), (faster, high) in itertools.pairwise(stretch):
            if rate <= faster:
                return round(low + (high - low) * (rate - slower) / (faster - slower), 4), 0.0
    return PACES[-1][-1][1], 0.0


def _model(voice: str, described: Mapping[str, Any]) -> Path:
    if described.get("bundled"):
        return _asset(described["file"])
    from hibari.voices import voice_path  # loads NumPy, and SciPy where it is

    try:
        return Path(voice_path(voice, download_missing=False))
    except FileNotFoundError as error:
        raise VoiceError(
            f"the voice 'hibari:{voice}' is not on this computer. To get it:  "
            f"voice-guide voices get hibari:{voice}  "
            f"({described['bytes'] / 1e6:.0f} MB), or choose --voice hibari."
        ) from error


def _asset(name: str) -> Path:
    return _source("hibari").parent / "assets" / name


def _version(package: str) -> str:
    """A package's version, read from its source: to load the package would take longer."""
    from voice_guide.voices.cache import version_of

    found = re.search(r'^__version__ = "(.+)"', _source(package).read_text("utf-8"), re.MULTILINE)
    return found.group(1) if found else str(version_of(str(_source(package))))


def _source(package: str) -> Path:
    spec = util.find_spec(package)
    if spec is None or spec.origin is None:
        raise VoiceError(
            f"the voice hibari needs the package {package}, which is not installed. Add it:  "
            "pip install hibari-tts  (for Linux, Windows and Macs with Apple's processors), "
            "or choose --voice espeak."
        )
    return Path(spec.origin)
