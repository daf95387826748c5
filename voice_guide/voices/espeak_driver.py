"""A pyttsx3 driver on the eSpeak NG that espeakng-loader bundles.

It needs no eSpeak on the system, reaches what pyttsx3's own driver can't (pitch
range, word gap, random seed) and reloads the library for each utterance, since
eSpeak carries state from one to the next: reloaded, the same text always gives
the same samples. It runs in a worker process only, as eSpeak NG is GPL software
and may end the whole process when its data is missing.
"""

import contextlib
import ctypes
import itertools
import os
import sys
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROPERTIES = {"rate": 1, "volume": 2, "pitch": 3, "range": 4, "word_gap": 7}
"""Names of the properties and eSpeak's numbers for them (speak_lib.h)."""

SYNCHRONOUS = 2
DONT_EXIT = 0x8000
CHARS_UTF8_AND_END_PAUSE = 0x1001
SEED = 1

_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
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
        self._temporary = tempfile.TemporaryDirectory(prefix="voice-guide-")

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802
        if name != "voice" and name not in PROPERTIES:
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
            self._found[voice] = self._find(voice)
        data, name = self._found[voice]
        with self._loaded(data) as (library, rate):
            samples = self._speak(library, name, text)
        with wave.open(filename, "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(samples)
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

    def _speak(self, library: ctypes.CDLL, voice: bytes, text: str) -> bytes:
        library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))
        if library.espeak_SetVoiceByName(voice) != 0:
            raise ValueError(f"eSpeak NG can't use the voice {voice.decode()!r}")
        for name, number in PROPERTIES.items():
            if name in self._values:
                library.espeak_SetParameter(number, int(self._values[name]), 0)
        parts: list[bytes] = []

        def collect(samples: Any, count: int, _events: int) -> int:
            if samples and count > 0:
                parts.append(ctypes.string_at(samples, 2 * count))
            return 0

        callback = _CALLBACK(collect)
        library.espeak_SetSynthCallback(callback)
        encoded = text.encode()
        status = library.espeak_Synth(
            encoded, len(encoded) + 1, 0, 0, 0, CHARS_UTF8_AND_END_PAUSE, None, None
        )
        if status != 0:
            raise RuntimeError(f"eSpeak NG can't speak this (status {status})")
        library.espeak_Synchronize()
        return b"".join(parts)

    def _find(self, voice: str) -> tuple[Path, bytes]:
        """Return eSpeak's own name of a voice, and a folder where it finds that one soon.

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
        return self._linked(os.fsdecode(identifier)), identifier + (plus + variant).encode()

    def _linked(self, identifier: str) -> Path:
        """Return a folder of links to the data in which a voice's file has a lower-case name.

        eSpeak looks for that name first; if there is none, it reads each voice there is,
        which takes longer than to speak a line.
        """
        linked = Path(self._temporary.name, str(len(self._found)))
        voice = linked / "lang" / identifier.lower()
        with contextlib.suppress(OSError):  # links can't be made everywhere
            voice.parent.mkdir(parents=True)
            voice.symlink_to(self._data / "lang" / identifier)
            for entry in self._data.iterdir():
                if entry.name != "lang":
                    (linked / entry.name).symlink_to(entry)
            return linked
        return self._data


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes

    handle = library._handle
    if sys.platform == "win32":
        _ctypes.FreeLibrary(handle)
    else:
        _ctypes.dlclose(handle)
