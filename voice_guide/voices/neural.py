"""Neural voices: any model folder that sherpa-onnx reads, Piper's own pairs of files, too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import util
from importlib.metadata import version
from pathlib import Path
from typing import Any

from voice_guide.errors import VoiceError
from voice_guide.languages import general
from voice_guide.limits import MODEL_LINE_SECONDS
from voice_guide.voices import WorkerFault
from voice_guide.voices.engine import Engine
from voice_guide.voices.folders import find_folder
from voice_guide.voices.models import model_in
from voice_guide.voices.tempo import LINES, SPEEDS, Tempo, speed_for, tempo_of, words_a_minute

__all__ = ["DEFAULT_RATE", "Neural", "check_sherpa", "language_in"]

DEFAULT_RATE = 140
"""Words per minute: calmer than the 150 of an audiobook; most models speak at 170 to 220."""

OWN_RATE = 180
"""What a model is taken to speak at if it can't be measured: it does not know the words."""

ENGINE = 3
"""Part of the cache's key: raise it when ``engines.neural`` says the same otherwise."""

OLDEST = 2
"""The major version of sherpa-onnx: 1 neither takes phonemes nor leaves pauses alone."""


class Neural:
    """Speaks through the model in a folder; ``FOLDER#3`` is its speaker number 3.

    Raises:
        VoiceError: if sherpa-onnx is not installed, or the folder holds no model that is known,
            or one of another language.
    """

    def __init__(self, language: str, rate: int | None, part: str) -> None:
        check_sherpa()
        place, _, speaker = part.partition("#")
        if speaker and not speaker.isdecimal():
            raise VoiceError(
                f"a speaker has to be a number, as in neural:FOLDER#3, not {speaker!r}."
            )
        model = model_in(find_folder(place, "with a model").resolve(), language)
        if model.language and general(model.language) != general(language):
            raise VoiceError(
                f"the voice neural:{place} speaks {model.language!r}, and the script is in "
                f"{language!r}: choose another --voice."
            )
        self.name = f"neural:{part}"
        self.rate = None
        self.wanted_rate: int | None = rate or DEFAULT_RATE
        self.whole = False
        self.natural = True
        self._wanted = rate or DEFAULT_RATE
        self._request: dict[str, Any] = {
            "family": model.family,
            "files": {name: str(path) for name, path in model.files.items()},
            "speaker": int(speaker or 0),
            "language": _base(language),
            "phonemes": model.phonemes,
        }
        stamps = [(path.stat().st_size, path.stat().st_mtime_ns) for path in model.files.values()]
        self._model_identity = {
            "engine": f"sherpa-onnx {version('sherpa-onnx')}",
            "phonemes by": f"espeakng-loader {version('espeakng-loader')}",
            "version": ENGINE,
            **self._request,
            "files": {name: path.name for name, path in model.files.items()},  # wherever they are
            "stamps": stamps,
        }
        # One, as a model is large; it uses several cores.
        self._engine = Engine("neural", count=1, time_limit=MODEL_LINE_SECONDS)

    def identity(self, text: str) -> Mapping[str, Any]:
        return self._identity

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        return self._ask([(text, self._speed) for text in texts])

    def close(self) -> None:
        self._engine.close()

    @cached_property
    def _identity(self) -> Mapping[str, Any]:
        return {**self._model_identity, "speed": self._speed}

    @cached_property
    def _speed(self) -> float:
        """How fast the model is asked to speak; 1 is its own pace."""
        from voice_guide.voices.cache import key_of
        from voice_guide.voices.prepare import BadSpeechError

        try:
            tempo = tempo_of(key_of(**self._model_identity), self._measured)
        except (WorkerFault, BadSpeechError):  # what is wrong is reported when a line is spoken
            return round(self._wanted / OWN_RATE, 3)
        return speed_for(self._wanted, tempo)

    def _measured(self) -> Tempo:
        """Speak the same at several speeds, and see how long it takes.

        Raises:
            WorkerFault: if the model can't say it.
            BadSpeechError: if what it says can't be right.
        """
        from voice_guide.voices.prepare import decode

        answers = self._ask([(line, speed) for speed in SPEEDS for line in LINES])
        seconds = dict.fromkeys(SPEEDS, 0.0)
        for speed in SPEEDS:
            for line in LINES:
                answer = next(answers)
                if isinstance(answer, WorkerFault):
                    raise answer
                clip, rate = decode(line, answer)
                seconds[speed] += len(clip) / rate
        return {speed: words_a_minute(taken) for speed, taken in seconds.items()}

    def _ask(self, lines: Sequence[tuple[str, float]]) -> Iterator[bytes | WorkerFault]:
        return self._engine.ask(
            [{**self._request, "text": text, "speed": speed} for text, speed in lines]
        )


def language_in(folder: Path) -> str:
    """Return the code of the language that a model speaks, or nothing if nobody knows.

    Raises:
        VoiceError: if the folder holds no model that is known.
    """
    return model_in(folder).language


def check_sherpa() -> None:
    """Refuse to go on without the library that speaks.

    Raises:
        VoiceError: saying how it is installed.
    """
    install = "pip install --upgrade 'voice-guide[neural]'"
    if util.find_spec("sherpa_onnx") is None:
        raise VoiceError(f"neural voices need sherpa-onnx: install it with  {install}")
    found = version("sherpa-onnx")
    major = re.match(r"\d+", found)
    if major and int(major.group()) < OLDEST:
        raise VoiceError(
            f"neural voices need sherpa-onnx {OLDEST} or later, and {found} is installed: "
            f"update it with  {install}"
        )


def _base(language: str) -> str:
    return language.lower().partition("-")[0]
