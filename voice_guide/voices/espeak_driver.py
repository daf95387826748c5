"""A pyttsx3 driver on the eSpeak NG that espeakng-loader bundles.

It needs no eSpeak on the system, reaches what pyttsx3's own driver can't (pitch
range, word gap, random seed) and reloads the library for each utterance, since
eSpeak carries state from one to the next: reloaded, the same text always gives
the same samples. It runs in a worker process only, as eSpeak NG is GPL software
and may end the whole process when its data is missing.
"""

import ctypes
import itertools
import sys
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
        self._data_path = espeakng_loader.get_data_path()
        self._values: dict[str, Any] = {"voice": "en-us"}

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
        library = ctypes.CDLL(self._library_path)
        try:
            rate, samples = self._speak(library, text)
        finally:
            library.espeak_Terminate()
            _unload(library)
        with wave.open(filename, "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(samples)
        self._proxy.setBusy(False)

    def _speak(self, library: ctypes.CDLL, text: str) -> tuple[int, bytes]:
        rate = library.espeak_Initialize(SYNCHRONOUS, 0, self._data_path.encode(), DONT_EXIT)
        if rate <= 0:
            raise RuntimeError(f"eSpeak NG finds no data in {self._data_path}")
        library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))
        self._set_voice(library, self._values["voice"])
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
        return rate, b"".join(parts)

    def _set_voice(self, library: ctypes.CDLL, voice: str) -> None:
        """Choose a voice; eSpeak takes unknown names and variants without a word, so look first."""
        language, plus, variant = voice.partition("+")
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
        if variant and not (Path(self._data_path) / "voices" / "!v" / variant).is_file():
            raise ValueError(f"eSpeak NG has no voice variant {variant!r}")
        _, identifier = min(ranked)
        if library.espeak_SetVoiceByName(identifier + (plus + variant).encode()) != 0:
            raise ValueError(f"eSpeak NG can't use the voice {voice!r}")


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes

    handle = library._handle
    if sys.platform == "win32":
        _ctypes.FreeLibrary(handle)
    else:
        _ctypes.dlclose(handle)
