"""The sounds of eSpeak NG: its own names for them (after Kirshenbaum's) for those of IPA, and back.

It takes no IPA, but tells the IPA of what it says. So each name that it has is tried in a few
surroundings, as some sounds change at the end of a word or without a stress, and what comes out is
turned round: a table for each language, in some 30 ms, that holds for any version.
"""

import ctypes
import itertools
import unicodedata
from collections.abc import Mapping
from pathlib import Path

__all__ = ["PHONEMES", "names_of_sounds", "told"]

PHONEMES = 0x100
"""speak_lib.h: [[ ]] in a text have names of sounds between them."""

_UTF8, _IPA, _NAMES = 1, 2, 0
_AROUND = (("", "", "", ""), ("", "'a", "", None), ("t'", "t", "tˈ", "t"))
"""Names before and after, and their IPA; None: the language has its own."""

_OPEN = ("a", "aː", "ɑ", "ɑː", "ä")
"""Any language has one of these."""

_SKIPPED = set("[] '%,=|_")
"""Signs in names of what is no sound: stresses, pauses, tones."""


def told(library: ctypes.CDLL, text: str, how: int = _IPA) -> str:
    """Return what eSpeak, with a voice set, says of a text: its clauses with a | between them."""
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_void_p),
        ctypes.c_int,
        ctypes.c_int,
    ]
    buffer = ctypes.create_string_buffer(text.encode())
    at = ctypes.c_void_p(ctypes.addressof(buffer))
    clauses: list[str] = []
    while at.value:  # until there is none left
        said = library.espeak_TextToPhonemes(ctypes.byref(at), _UTF8, how) or b""
        clauses.append(said.decode(errors="replace").strip())
    return unicodedata.normalize("NFD", " | ".join(filter(None, clauses)))


def names_of_sounds(library: ctypes.CDLL, data: Path) -> Mapping[str, str]:
    """Return eSpeak's names of the sounds of IPA, in the language of the voice that is set.

    Args:
        library: which has been asked to speak with PHONEMES before.
        data: the folder of eSpeak's data.

    Raises:
        ValueError: if it takes none in this language, as in Chinese and Japanese.
    """
    names: dict[str, str] = {"ˈ": "'", "ˌ": ",", "ː": ":"}
    known = sorted(_names(data), key=lambda name: (len(name), name))
    for name, (before, after, ipa_before, ipa_after) in itertools.product(known, _AROUND):
        written = before + name + after
        if told(library, f"[[{written}]]", _NAMES) != written:
            continue  # the language doesn't have it, or not here
        if ipa_after is None:
            ipa_after = told(library, f"[[{after}]]")
        ipa = told(library, f"[[{written}]]")
        if ipa.startswith(ipa_before) and ipa.endswith(ipa_after):
            ipa = ipa[len(ipa_before) : len(ipa) - len(ipa_after)]
            if ipa and all(unicodedata.category(sign) in ("Ll", "Lm", "Lo", "Mn") for sign in ipa):
                names.setdefault(ipa, name)
    if not any(vowel in names for vowel in _OPEN):
        raise ValueError("it can't be given sounds in this language: write another spelling")
    return names


def _names(data: Path) -> set[str]:
    """Return the names in eSpeak's file of tables: after a head of 36 bytes, 16 for each sound."""
    tables = (data / "phontab").read_bytes()
    names: set[str] = set()
    at = 4
    for _ in range(tables[0]):
        sounds, at = tables[at], at + 36
        for each in range(at, at + 16 * sounds, 16):
            names.add(tables[each : each + 4].partition(b"\0")[0].decode("latin-1"))
        at += 16 * sounds
    return {name for name in names if name.isprintable() and name and not _SKIPPED & set(name)}
