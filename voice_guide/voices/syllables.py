"""How many syllables a text has, in whatever letters, and how many are heard in a clip: roughly."""

import re
import unicodedata

import numpy as np

from voice_guide.audio.samples import Audio

__all__ = ["heard", "written"]

_VOWELS = {
    "LATIN": "[aeiouyæœøıəɛɔ]+",
    "GREEK": "[αεηιουω]+",
    "ARMENIAN": "ու|[աեէըիոօև]",
    "CYRILLIC": "[аеёиоуыэюяіїєѣөүұәӣӯ]",
    "GEORGIAN": "[აეიოუ]",
}
"""What makes a syllable in alphabets: a vowel, or a run of them where they often make one."""

_MARKED = ("LATIN", "GREEK")
"""Alphabets in which a vowel with a mark is the same vowel."""

_SILENT = re.compile(r"(?<=[^\W_aeiouy])(e|es|ed)\b")
"""What mostly makes no syllable in English and French."""

_SHARES = {
    "HANGUL": (1, 1),
    "CJK": (1, 2),
    "HIRAGANA": (0.5, 1),
    "KATAKANA": (0.5, 1),
    "ARABIC": (0.3, 1),
    "HEBREW": (0.3, 1),
}
"""The least and the most syllables of a letter, where vowels are unwritten or belong to it."""

_ANY_SHARE = (0.25, 1.25)
"""The same in all other writings."""

_DIGIT = (0.5, 3)
"""The same of a digit: 12 has one syllable, and 77 five."""

_NAME = 3
"""Syllables of a letter or sign that is named, such as W or +, at most."""

_HOP_SECONDS = 0.01

_BAND = (250, 2500)
"""In Hz: where vowels are loud, and hisses and hum are not."""

_SMOOTHING = np.hanning(7)[1:-1] / np.hanning(7).sum()

_DIP_DB = 2.0
"""Between two syllables the level dips by so much."""

_RANGE_DB = 25.0
"""What is so far below the loudest is no vowel."""

_SHARE_DB = 30.0
"""What is so far below all that sounds together is no vowel, either."""


def written(text: str) -> tuple[float, float]:
    """Return the least and the most syllables that a text is likely to have."""
    least = most = 0.0
    for word in unicodedata.normalize("NFC", text).split():
        letters = sum(map(str.isalpha, word))
        digits = sum(unicodedata.category(c)[0] == "N" for c in word)
        signs = sum(unicodedata.category(c)[0] in "SP" for c in word.strip(".,;:!?…'\"’“”"))
        few, many = _of_letters(word, letters) if letters else (0, 0)
        least += few + _DIGIT[0] * digits
        most += many + _DIGIT[1] * digits + _NAME * signs
    return least, most


def _of_letters(word: str, letters: int) -> tuple[float, float]:
    kind = unicodedata.name(next(filter(str.isalpha, word)), "UNKNOWN").split()[0]
    if kind not in _VOWELS:
        few, many = _SHARES.get(kind, _ANY_SHARE)
        return few * letters, many * letters
    plain = word.casefold()
    if kind in _MARKED:
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if c.isalpha() or c in "'’")
    runs = len(re.findall(_VOWELS[kind], plain))
    named = runs == 0 or (word.isupper() and letters > 1)
    return max(runs - len(_SILENT.findall(plain)), 1), _NAME * letters if named else runs


def heard(clip: Audio, rate: int) -> int:
    """Return how often what vowels are made of swells in a clip, float32 (frames,)."""
    size = max(round(_HOP_SECONDS * rate), 1)
    hops = clip[: clip.size // size * size].reshape(-1, size)
    if len(hops) < len(_SMOOTHING):
        return 0
    low, high = (round(hertz * size / rate) for hertz in _BAND)
    spectra = np.abs(np.fft.rfft(hops, axis=1)[:, low : high + 1])
    power = np.convolve(np.square(spectra).sum(axis=1), _SMOOTHING, "same")
    whole = np.square(hops).sum(axis=1).max() * size / 2
    floor = max(power.max() * 10 ** (-_RANGE_DB / 10), whole * 10 ** (-_SHARE_DB / 10)) + 1e-12
    levels = (10 * np.log10(np.maximum(power, floor))).tolist()
    count, rising, turn = 0, True, min(levels)
    for level in levels:
        if (level > turn) == rising:
            turn = level
        elif abs(level - turn) > _DIP_DB:
            count += rising
            rising, turn = not rising, level
    return count + (rising and turn - min(levels) > _DIP_DB)
