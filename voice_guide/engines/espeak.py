"""eSpeak NG, as espeakng-loader bundles it, through a driver for pyttsx3.

The driver needs no eSpeak on the system, reaches what pyttsx3's own driver can't (pitch
range, word gap, random seed) and reloads the library for each utterance, since
eSpeak carries state from one to the next: reloaded, the same text always gives
the same samples. eSpeak NG may end the whole process when its data is missing.
"""

import contextlib
import ctypes
import functools
import itertools
import os
import shutil
import sys
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from voice_guide.engines.given import apart, in_letters
from voice_guide.engines.kirshenbaum import PHONEMES, names_of_sounds, told
from voice_guide.engines.marks import put_marks, to_words

PROPERTIES = {"rate": 1, "volume": 2, "pitch": 3, "range": 4, "word_gap": 7}
"""Names of the properties and eSpeak's numbers for them (speak_lib.h)."""

SYNCHRONOUS = 2
DONT_EXIT = 0x8000
CHARS_UTF8_AND_END_PAUSE = 0x1001
"""speak_lib.h: no sound device; an error instead of ending the process; UTF-8, and a last pause."""

SEED = 1
"""For the noise in a voice; any will do, and the same one gives the same samples."""

_WORD = 1
"""speak_lib.h: an event that a word begins; one of type 0 ends their list."""


class _Event(ctypes.Structure):
    """espeak_EVENT (speak_lib.h): the letter counts from 1, the sample from 0."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("letter", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    ]


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class _Voice(ctypes.Structure):
    """The head of espeak_VOICE, as far as it is read here (speak_lib.h)."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
    ]

    def priorities(self) -> Iterator[tuple[str, int]]:
        """Yield each language and its rank, 1 the best: a byte and a string, until a zero byte."""
        at = self.languages
        while rank := ctypes.string_at(at, 1)[0]:
            language = ctypes.string_at(at + 1)
            yield language.decode().lower(), rank
            at += 1 + len(language) + 1


def speak(request: dict[str, Any], target: str) -> None:
    """Speak a text into a file."""
    engine, failures = _engine()
    failures.clear()
    for name, value in request["properties"].items():
        engine.setProperty(name, value)
    engine.setProperty("told", request.get("told", False))
    engine.save_to_file(request["text"], target)
    engine.runAndWait()
    if failures:
        raise failures[0]


@functools.cache
def _engine() -> tuple[Any, list[Exception]]:
    """Return pyttsx3's engine with the driver of this module, and where it puts what went wrong."""
    import pyttsx3

    sys.modules["pyttsx3.drivers.espeak_ng"] = sys.modules[__name__]
    engine = pyttsx3.init("espeak_ng")
    failures: list[Exception] = []
    engine.connect("error", lambda name, exception: failures.append(exception))
    return engine, failures


def buildDriver(proxy: Any) -> "EspeakDriver":  # noqa: N802 - the name that pyttsx3 calls
    return EspeakDriver(proxy)


class EspeakDriver:
    """Writes utterances to WAV files; the interface is the one that pyttsx3 expects."""

    def __init__(self, proxy: Any) -> None:
        import espeakng_loader

        self._proxy = proxy
        self._library_path = espeakng_loader.get_library_path()
        self._data = Path(espeakng_loader.get_data_path())
        self._values: dict[str, Any] = {"voice": "en-us"}
        self._found: dict[str, tuple[Path, bytes]] = {}  # voices that were asked for before
        self._sounds: dict[bytes, Mapping[str, str]] = {}  # eSpeak's names of them, by the voice

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802
        if name not in ("voice", "told") and name not in PROPERTIES:
            raise KeyError(name)
        self._values[name] = value

    def getProperty(self, name: str) -> Any:  # noqa: N802
        return self._values[name]

    def startLoop(self) -> None:  # noqa: N802
        self._proxy.setBusy(False)  # every command runs, and ends, right here

    def endLoop(self) -> None:  # noqa: N802
        pass

    def stop(self) -> None:
        pass

    def destroy(self) -> None:
        pass

    def save_to_file(self, text: str, filename: str) -> None:
        self._proxy.setBusy(True)
        voice = self._values["voice"]
        if voice not in self._found:
            self._found[voice] = self._find(voice, Path(filename).with_name("espeak"))
        data, name = self._found[voice]
        parts = self._with_names(text, data, name)
        given = "".join(given for _, given in parts)
        with self._loaded(data) as (library, rate):
            samples, words = self._speak(library, name, given, PHONEMES if given != text else 0)
            if self._values.get("told"):
                Path(filename).write_text(told(library, given), encoding="utf-8")
                self._proxy.setBusy(False)
                return
        with wave.open(filename, "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(samples)
        marks = [(_in_written(parts, letter), sample) for letter, sample in words]
        put_marks(filename, to_words("".join(written for written, _ in parts), marks))
        self._proxy.setBusy(False)

    @contextlib.contextmanager
    def _loaded(self, data: Path) -> Iterator[tuple[ctypes.CDLL, int]]:
        """The library, loaded anew, and its sample rate in Hz."""
        library = ctypes.CDLL(self._library_path)
        try:
            rate = library.espeak_Initialize(SYNCHRONOUS, 0, os.fsencode(data), DONT_EXIT)
            if rate <= 0:
                raise RuntimeError(f"eSpeak NG finds no data in {data}")
            yield library, rate
        finally:
            library.espeak_Terminate()
            _unload(library)

    def _with_names(self, text: str, data: Path, voice: bytes) -> list[tuple[str, str]]:
        """Return the parts of a text as they are written, and as eSpeak is given them.

        Sounds that are given are in its own names, as [[l'i:d]].
        """
        parts = list(apart(text))
        if not any(sounds for _, sounds in parts):
            return [(text, text)]
        if voice not in self._sounds:
            with self._loaded(data) as (library, _):
                self._speak(library, voice, "[[a]]", PHONEMES)
                self._sounds[voice] = names_of_sounds(library, data)
        names = self._sounds[voice]
        return [
            (part, f"[[{in_letters(part, sounds, names)}]]" if sounds else part.replace("[[", " "))
            for part, sounds in parts
        ]

    def _speak(
        self, library: ctypes.CDLL, voice: bytes, text: str, flags: int = 0
    ) -> tuple[bytes, list[tuple[int, int]]]:
        """Return the samples of a text, and the letter and the sample at which each word begins."""
        library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))
        if library.espeak_SetVoiceByName(voice) != 0:
            raise ValueError(f"eSpeak NG can't use the voice {voice.decode()!r}")
        for name, number in PROPERTIES.items():
            if name in self._values:
                library.espeak_SetParameter(number, int(self._values[name]), 0)
        parts: list[bytes] = []
        words: list[tuple[int, int]] = []

        def collect(samples: Any, count: int, events: Any) -> int:
            if samples and count > 0:
                parts.append(ctypes.string_at(samples, 2 * count))
            for event in itertools.takewhile(lambda event: event.type, events or ()):
                if event.type == _WORD:
                    words.append((event.letter - 1, event.sample))
            return 0

        callback = _CALLBACK(collect)
        library.espeak_SetSynthCallback(callback)
        encoded = text.encode()
        status = library.espeak_Synth(
            encoded, len(encoded) + 1, 0, 0, 0, CHARS_UTF8_AND_END_PAUSE | flags, None, None
        )
        if status != 0:
            raise RuntimeError(f"eSpeak NG can't speak this (status {status})")
        library.espeak_Synchronize()
        return b"".join(parts), words

    def _find(self, voice: str, folder: Path) -> tuple[Path, bytes]:
        """Return a folder of data, made in ``folder``, and eSpeak's own name of a voice in it.

        eSpeak takes unknown names and variants without a word, so they are looked for first.
        """
        language, plus, variant = voice.partition("+")
        with self._loaded(self._data) as (library, _):
            library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
            listed = library.espeak_ListVoices(None)
            known = itertools.takewhile(bool, (listed[i] for i in itertools.count()))
            ranked = [
                (rank, each.contents.identifier)
                for each in known
                for name, rank in each.contents.priorities()
                if name == language
            ]
        if not ranked:
            raise ValueError(f"eSpeak NG has no voice for the language {language!r}")
        if variant and not (self._data / "voices" / "!v" / variant).is_file():
            raise ValueError(f"eSpeak NG has no voice variant {variant!r}")
        _, identifier = min(ranked)
        data = self._linked(os.fsdecode(identifier), folder)
        return data or self._data, identifier + (plus + variant).encode()

    def _linked(self, identifier: str, folder: Path) -> Path | None:
        """Link to the data from a folder where a voice's file has a lower-case name.

        eSpeak looks for that name first; if there is none, it reads each voice there is,
        which takes longer than to speak a line. Other processes may link the same at once.
        """
        links = folder / identifier
        voice = links / "lang" / identifier.lower()
        targets = {voice: self._data / "lang" / identifier}
        targets |= {links / path.name: path for path in self._data.iterdir() if path.name != "lang"}
        try:
            voice.parent.mkdir(parents=True, exist_ok=True)
            for link, target in targets.items():
                with contextlib.suppress(FileExistsError):
                    link.symlink_to(target)
        except OSError:  # links can't be made everywhere, or not as many
            shutil.rmtree(links, ignore_errors=True)
            return None
        return links


def _in_written(parts: list[tuple[str, str]], letter: int) -> int:
    """Return which letter of a text as it is written eSpeak means by one of what it was given."""
    start = 0
    for written, given in parts:
        if letter < len(given):
            return start + (0 if given.startswith("[[") else min(letter, len(written) - 1))
        start, letter = start + len(written), letter - len(given)
    return start


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes

    handle = library._handle
    if sys.platform == "win32":
        _ctypes.FreeLibrary(handle)
    else:
        _ctypes.dlclose(handle)
