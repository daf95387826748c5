"""Words of a text whose sounds are given: each stands in it as ``⟦word|sounds⟧``, without a space.

The sounds are in IPA, and each engine puts them into its own letters. What people write is cleared
of these brackets before, so that no text can pass for sounds.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

__all__ = [
    "apart",
    "cleared",
    "in_letters",
    "marked",
    "respelt",
    "with_genitives",
    "without",
    "written",
]

_GIVEN = re.compile(r"⟦([^⟦⟧|]*)\|([^⟦⟧|]*)⟧")
_GENITIVE = re.compile(_GIVEN.pattern + r"('[sS])(?!\w)")
_SPACE = "_"

_HISSING, _VOICELESS = ("s", "z", "ʃ", "ʒ"), ("p", "t", "k", "f", "θ")

_VOWELS = "aeiouyæøœɐɑɒɔəɘɵɛɜɞɪɨɯɤʊʉʌʏɶɚɝᵻᵊ"
_STRESSED = re.compile(rf"([ˈˌ])([^ˈˌ\s{_VOWELS}]+)(?=[{_VOWELS}])")

_NEAR = {
    **{"r": "ɹ ɾ ʁ", "ɹ": "r ɾ ʁ", "ɾ": "r ɹ", "ʁ": "r ɹ", "ʀ": "ʁ r ɹ", "ɻ": "ɹ r", "ɽ": "ɾ ɹ r"},
    **{"x": "χ k", "χ": "x k", "ç": "x ʃ", "ɣ": "ɡ", "β": "v", "ɸ": "f", "ʋ": "v", "ʍ": "w"},
    **{"ɕ": "ʃ s", "ʑ": "ʒ z", "ʂ": "ʃ s", "ʐ": "ʒ z", "ʃ": "s", "ʒ": "z ʃ", "ħ": "h", "ɦ": "h"},
    **{"ɲ": "nj", "ʎ": "lj", "ɫ": "l", "ɬ": "l", "ɭ": "l", "ʟ": "l", "ɱ": "m", "ɳ": "n", "ɴ": "ŋ"},
    **{"ŋ": "n", "ʈ": "t", "ɖ": "d", "c": "k", "ɟ": "ɡ", "q": "k", "ɡ": "k", "ɥ": "w j", "ʝ": "j"},
    **{"θ": "t s", "ð": "d z", "w": "v u", "h": "x", "j": "i", "ɰ": "w", "ɢ": "ɡ", "ɮ": "l"},
    **{"e": "ɛ", "ɛ": "e", "o": "ɔ oʊ", "ɔ": "o ɔː", "a": "ɑ ɑː æ", "æ": "a ɛ", "ɑ": "ɑː a"},
    **{"ɒ": "ɔ ɑ ɑː o", "ʌ": "a ə", "ɐ": "ʌ a", "ə": "ɛ e", "ɜ": "ɜː ə", "ɪ": "i", "i": "iː"},
    **{"ʊ": "u", "u": "uː", "ɚ": "əɹ ər ə", "ɝ": "ɜːɹ ɜɹ ɜːr ər", "ᵻ": "ɪ i", "ᵊ": "ə", "ɨ": "ɪ i"},
    **{"y": "yː ʏ u", "ʏ": "y ʊ u", "ø": "øː œ ɜ ə ɛ", "œ": "ø øː ɜ ə ɛ", "ɯ": "u", "ɤ": "ʌ o"},
    **{"ɘ": "ə", "ɵ": "ʊ ə", "ɞ": "ɜ ə", "ʉ": "u", "ɶ": "œ a"},
}
"""What comes nearest to a sound where an engine doesn't have it, the nearest first."""


def marked(word: str, sounds: str) -> str:
    """Return a word as it stands in a text, with its sounds."""
    return f"⟦{cleared(word)}|{cleared(sounds)}⟧".replace(" ", _SPACE)


def cleared(text: str) -> str:
    """Return a text in which nothing passes for a word whose sounds are given."""
    return re.sub("[⟦⟧|]", " ", text)


def with_genitives(text: str) -> str:
    """Return a text in which each 's after such a word is among its sounds."""

    def put(found: re.Match[str]) -> str:
        word, sounds, genitive = found.groups()
        more = "ɪz" if sounds.endswith(_HISSING) else "s" if sounds.endswith(_VOICELESS) else "z"
        return f"⟦{word}{genitive}|{sounds}{more}⟧"

    return _GENITIVE.sub(put, text)


def written(text: str) -> str:
    """Return a text with the words as they are written, and without their sounds."""
    return "".join(part for part, _ in apart(text))


def without(text: str) -> str:
    """Return a text without these words."""
    return _GIVEN.sub("", text)


def apart(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text, each with its sounds, which are empty where none are given."""
    at = 0
    for found in _GIVEN.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], ""
        yield found[1].replace(_SPACE, " "), found[2].replace(_SPACE, " ")
        at = found.end()
    if at < len(text):
        yield text[at:], ""


def respelt(text: str, letters: Mapping[str, str]) -> str:
    """Return a text whose given sounds are in an engine's own letters.

    Raises:
        ValueError: naming a sound that the engine has nothing like.
    """
    return "".join(
        marked(part, in_letters(part, sounds, letters)) if sounds else part
        for part, sounds in apart(text)
    )


def in_letters(word: str, sounds: str, letters: Mapping[str, str]) -> str:
    """Return the sounds of a word in an engine's own letters, each stress right before its vowel.

    Args:
        word: for messages.
        sounds: in IPA, decomposed (NFD).
        letters: the engine's for each sound, or for several in a row, and for the stresses.

    Raises:
        ValueError: naming a sound that the engine has nothing like.
    """
    untied = re.sub("[\u035c\u0361‿.]", "", sounds)
    if not re.search("[ˈˌ]", untied):
        untied = f"ˈ{untied}"
    spelt, rest = "", _STRESSED.sub(r"\2\1", untied)
    while rest:
        size = _known(rest, letters)
        try:
            spelt += letters[rest[:size]] if size else _nearest(rest[0], letters)
        except KeyError as error:
            no_sound = f"it has no sound like {rest[0]!r}, which is given for {word!r}"
            raise ValueError(no_sound) from error
        rest = rest[size or 1 :]
    return spelt


def _known(sounds: str, letters: Mapping[str, str]) -> int:
    """Return how many signs stand for a sound that an engine has, the most at once; 0 for none."""
    return next((n for n in range(min(len(sounds), 6), 0, -1) if sounds[:n] in letters), 0)


def _nearest(sound: str, letters: Mapping[str, str]) -> str:
    for others in _NEAR.get(sound, "").split():
        spelt, rest = "", others
        while rest and (size := _known(rest, letters)):
            spelt, rest = spelt + letters[rest[:size]], rest[size:]
        if not rest:
            return spelt
    if unicodedata.category(sound) in ("Mn", "Lm") or sound in "ʔ ":  # of a kind, or no sound
        return " " if sound == " " else ""
    raise KeyError(sound)
