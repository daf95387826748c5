"""Every voice of this computer: what it speaks, and how fast it is."""

import contextlib
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import iglob
from pathlib import Path

from voice_guide.config import read_config, voice_commands, voices_folder
from voice_guide.errors import VoiceError, reason
from voice_guide.voices import Voice, WorkerFault, open_voice
from voice_guide.voices.espeak import espeak_languages
from voice_guide.voices.folders import find_folder

__all__ = ["Entry", "catalogue", "language_of", "measure"]

WARM_UP = "Breathing in."
LINES = ("Let your feet find the floor.", "For a few breaths, out more slowly than in.")


@dataclass(frozen=True)
class Entry:
    """One voice. Languages are codes; none if nobody knows."""

    name: str
    languages: tuple[str, ...]

    @property
    def back_end(self) -> str:
        return self.name.partition(":")[0]


def catalogue() -> Iterator[Entry]:
    """Yield the voices that are installed, the best first; whether they speak is to be tried."""
    programs = voice_commands(read_config())  # a damaged file is reported first
    yield from _hibari()
    yield from _system()
    yield from _flite()
    yield from _pico()
    with contextlib.suppress(VoiceError):  # it is not installed
        yield Entry("espeak", tuple(sorted(espeak_languages())))
    for name, described in programs.items():
        yield Entry(f"command:{name}", (described.language,) if described.language else ())
    for folder in sorted(map(voices_folder().joinpath, iglob("*/", root_dir=voices_folder()))):
        yield _installed(folder)


def language_of(name: str) -> str:
    """A language to try a voice in: its own if it is known to have but one, else English."""
    back_end, _, part = name.partition(":")
    if back_end == "pico":
        from voice_guide.voices.pico import voice_named

        return voice_named(part) or "en"
    if back_end == "neural":
        from voice_guide.voices.neural import language_in

        return language_in(find_folder(part.partition("#")[0], "with a model")) or "en"
    described = voice_commands(read_config()).get(part) if back_end == "command" else None
    return (described and described.language) or "en"


def measure(name: str) -> float | None:
    """Let a voice speak; return how many seconds of speech it makes in one, None for recordings.

    Raises:
        UnknownNameError: if there is no such voice.
        VoiceError: if it can't speak, saying why.
    """
    from voice_guide.voices.recorded import Recorded

    voice = open_voice(name, language_of(name), None)
    if isinstance(voice, Recorded):
        if not voice.texts():
            into = shlex.quote(str(voice.folder))
            raise VoiceError(
                f"the voice {name!r} has no recordings yet. Make some:  "
                f"voice-guide record --into {into}"
            )
        return None
    try:
        _speech_seconds(voice, (WARM_UP,))
        started = time.perf_counter()
        return _speech_seconds(voice, LINES) / (time.perf_counter() - started)
    finally:
        voice.close()


def _speech_seconds(voice: Voice, texts: Sequence[str]) -> float:
    """Let a voice say something; return how long it is.

    Raises:
        VoiceError: if it can't, saying why.
    """
    from voice_guide.voices.prepare import BadSpeechError, decode

    seconds = 0.0
    try:
        for text, answer in zip(texts, voice.speak(texts), strict=True):
            if isinstance(answer, WorkerFault):
                raise answer
            clip, rate = decode(text, answer, voice.rate)
            seconds += len(clip) / rate
    except (BadSpeechError, WorkerFault) as error:
        raise VoiceError(f"the voice {voice.name!r} can't speak: {reason(error)}.") from error
    return seconds


def _hibari() -> Iterator[Entry]:
    from voice_guide.voices.hibari import known_voices

    with contextlib.suppress(VoiceError):  # it is not installed
        for voice, described in known_voices().items():
            name = "hibari" if described.get("bundled") else f"hibari:{voice}"
            with contextlib.suppress(VoiceError):  # this one was never got
                yield Entry(open_voice(name, "en", None).name, ("en",))


def _system() -> Iterator[Entry]:
    from voice_guide.voices.system import system_voices

    try:
        voices = system_voices()
    except VoiceError:
        return
    if sys.platform in ("darwin", "win32"):
        yield from (Entry(f"system:{voice.name}", voice.languages) for voice in voices)
    else:  # one engine, with a voice for each language
        yield Entry("system", tuple(sorted({code for v in voices for code in v.languages})))


def _flite() -> Iterator[Entry]:
    import shutil

    from voice_guide.voices.flite import FLITE_VOICES

    if shutil.which("flite"):
        yield from (Entry(f"flite:{voice}", ("en",)) for voice in FLITE_VOICES)


def _pico() -> Iterator[Entry]:
    from importlib import util

    from voice_guide.voices.pico import PICO_VOICES

    if util.find_spec("py_nanotts"):
        yield from (Entry(f"pico:{name}", (name.lower(),)) for name in PICO_VOICES)


def _installed(folder: Path) -> Entry:
    from voice_guide.voices.models import is_model, model_in

    if not is_model(folder):
        return Entry(f"recorded:{folder.name}", ())
    try:
        language = model_in(folder).language
    except VoiceError:  # reported when it is asked to speak
        language = ""
    return Entry(f"neural:{folder.name}", (language,) if language else ())
