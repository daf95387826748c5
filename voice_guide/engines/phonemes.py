"""How words are pronounced, by eSpeak NG as espeakng-loader bundles it (GPL-3.0).

It is loaded into the process that speaks, and nowhere else.
"""

import ctypes
import functools
import os
import re
import unicodedata
from collections.abc import Set

__all__ = ["apart", "fitted", "phonemes", "sentences", "unsaid"]

MARKS = {mark: mark for mark in ".,;:!?"} | {"…": ".", "—": ",", "–": ","}
"""What divides a text, and the mark that models were taught for it."""

SENTENCE_ENDS = ".!?"

SYNCHRONOUS, DONT_EXIT, UTF8, IPA = 2, 0x8000, 1, 2
"""speak_lib.h: no sound device; an error instead of ending the process; of text and phonemes."""

VOICE = re.compile(r"[A-Za-z0-9-]{2,28}")
"""Longer names, and others, are taken for paths by eSpeak, which may end the process."""

SOUNDS = ("Ll", "Lo", "Lu", "Nd")
"""Unicode's kinds of what is a sound of its own, or a digit; signs of stress and length are not."""

AS_WRITTEN = "text"
"""In the place of a voice: the model was taught letters, not phonemes."""

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"'”’)]*\s*(?<=\s|[。！？])")
_CLAUSE = re.compile(r"(?<=[,;:])[\"'”’)]*\s+|(?<=[.!?…])[\"'”’)]*\s+|\s*[—–]\s*|\s+-+\s+")
_SIGNED = re.compile(r"\w[\u0300-\u036f]+")
_OTHER_LANGUAGE = re.compile(r"\([a-z-]+\)")


def apart(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [each for each in map(str.strip, _SENTENCE_END.split(text)) if each]


def unsaid(text: str, voice: str, known: Set[str]) -> list[str]:
    """Return the words of a text that would be left out: the model knows no sound of theirs.

    Args:
        text: what is to be said.
        voice: eSpeak's name of the language, or AS_WRITTEN.
        known: the symbols that the model was taught.
    """

    def is_lost(word: str) -> bool:
        marked = phonemes(word, voice)
        sounds = {each for each in marked if unicodedata.category(each) in SOUNDS}
        return not sounds & known if sounds else any(map(str.isalnum, word))

    return list(filter(is_lost, text.split()))


def sentences(text: str, voice: str) -> list[str]:
    """Return the phonemes of each sentence of a text, with its marks, decomposed (NFD).

    Args:
        text: what is to be said.
        voice: eSpeak's name of the language, such as ``en-us``.

    Raises:
        ValueError: if eSpeak has no such voice.
    """
    found = [""]
    at = 0
    for gap in [*_CLAUSE.finditer(text), None]:
        clause = text[at : gap.start() if gap else None].rstrip(" \"'”’)")
        spoken = phonemes(clause.rstrip("".join(MARKS)) if voice == AS_WRITTEN else clause, voice)
        divider = clause[-1:] if clause[-1:] in MARKS else (gap.group().strip()[:1] if gap else "")
        mark = MARKS.get(divider.replace("-", "—"), "" if gap is None else ",")
        at = gap.end() if gap else at
        if not spoken:
            continue
        found[-1] += spoken + mark
        if mark in SENTENCE_ENDS and mark:
            found.append("")
        else:
            found[-1] += " "
    return [each.strip() for each in found if each.strip()]


def fitted(spelt: str, known: Set[str]) -> str:
    """Put a letter and its sign together where a model knows them in no other way.

    Piper's models know the ``ç`` of German as a letter and a sign, Kokoro as one; what a model
    doesn't know, it leaves out.
    """

    def fit(found: re.Match[str]) -> str:
        together = unicodedata.normalize("NFC", found[0])
        fits = set(together) <= known and not set(found[0]) <= known
        return together if fits else found[0]

    return _SIGNED.sub(fit, spelt)


def phonemes(text: str, voice: str) -> str:
    """Return the phonemes of a text as eSpeak writes them (IPA), decomposed (NFD).

    AS_WRITTEN in the place of a voice: its small letters.

    Raises:
        ValueError: if eSpeak has no such voice.
    """
    if voice == AS_WRITTEN:
        return unicodedata.normalize("NFD", text.lower())
    library = _library(voice)
    buffer = ctypes.create_string_buffer(text.encode())
    at = ctypes.c_void_p(ctypes.addressof(buffer))
    found: list[str] = []
    while at.value:  # until there is no clause left
        said = library.espeak_TextToPhonemes(ctypes.byref(at), UTF8, IPA)
        found.append((said or b"").decode(errors="replace"))
    joined = _OTHER_LANGUAGE.sub("", " ".join(found))
    return unicodedata.normalize("NFD", " ".join(joined.split()))


@functools.lru_cache(maxsize=1)
def _library(voice: str) -> ctypes.CDLL:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path()
    if library.espeak_Initialize(SYNCHRONOUS, 0, os.fsencode(data), DONT_EXIT) <= 0:
        raise ValueError(f"eSpeak NG finds no data in {data}")
    # eSpeak knows en-us, but of fr-fr only fr. After an unknown name, whatever it is asked
    # next may end the process.
    names = (voice.lower(), voice.lower().partition("-")[0]) if VOICE.fullmatch(voice) else ()
    if not any(library.espeak_SetVoiceByName(name.encode()) == 0 for name in names):
        raise ValueError(f"eSpeak NG has no voice {voice!r} to spell its words with")
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_void_p),
        ctypes.c_int,
        ctypes.c_int,
    ]
    return library
