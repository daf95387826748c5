"""A list of words, and how each is to be said: in another spelling, or by its sounds (IPA)."""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from voice_guide.languages import tags
from voice_guide.limits import MAX_LISTED_LETTERS
from voice_guide.texts import straight

if TYPE_CHECKING:
    from voice_guide.scripting.model import Place

__all__ = [
    "Word",
    "Words",
    "fault",
    "for_language",
    "laid_over",
    "letters_said",
    "listed",
    "occurring",
    "replaced",
]


@dataclass(frozen=True)
class Word:
    """A word, or some in a row, and another spelling of it, or its sounds between two strokes.

    One in small letters stands for any case; one with a capital only for itself, and for itself
    in capitals.
    """

    written: str
    said: str
    place: "Place | None" = field(default=None, compare=False)

    @property
    def sounds(self) -> str:
        """Its sounds in the letters of IPA; empty where it has another spelling."""
        return self.said.strip("/") if self.said.startswith("/") else ""


Words = tuple[Word, ...]

_SIGNS_OF_A_SPELLING = " '-.,"

_JOINERS = "\u200c\u200d"
"""Without a width, but Persian and Hindi need them."""

_IPA = r"[a-zæçðøħŋœᵊᵻɐ-ʯʰ-˿θβχ\u0300-\u036f.‿ ]"
"""Letters of the phonetic alphabet, its signs of stress, length and kind, and its ties."""

_TYPED = str.maketrans({"'": "ˈ", ":": "ː", "g": "ɡ"})
"""What stands on a keyboard, for the sign of IPA that looks like it."""

_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
"""Letters of which words have no space between them."""

_BEFORE = r"(?:(?<!\w)(?<!\w')|(?<=\b[ldjmtsnc]')|(?<=\bqu'))"
_AFTER = r"(?='[sS](?!\w)|(?!\w|'\w))"
"""Whole words only: also after the article of French and Italian, and with a genitive's 's."""


def listed(written: str, said: str, place: "Place | None" = None) -> Word:
    """Return a word of a list, as it is compared and used."""
    if said.startswith("/"):
        said = unicodedata.normalize("NFD", straight(said)).translate(_TYPED)
    return Word(straight(_tidy(written)), straight(_tidy(said)), place)


def fault(written: str, said: str) -> str:
    """Say what is wrong with an entry of a list; empty if nothing is."""
    word = listed(written, said)
    for text in (word.written, word.said):
        if len(text) > MAX_LISTED_LETTERS:
            most = f"it can have at most {MAX_LISTED_LETTERS}"
            return f"{text[:20]}… has {len(text)} letters; {most}"
    if not word.written or not all(c.isprintable() or c in _JOINERS for c in word.written):
        return f"{written!r} is no word"
    if not word.said:
        return f"{written} has nothing after it: write another spelling, or its sounds, as /liːd/"
    if word.said.startswith("/"):
        if not re.fullmatch("/[^/]+/", word.said) or not any(map(str.isalpha, word.said)):
            return f"{said!r}: sounds stand between two strokes, as in /liːd/"
        wrong = next((sign for sign in word.sounds if not re.match(_IPA, sign)), "")
        return wrong and f"{said} has {wrong!r}, which is no sign of the phonetic alphabet (IPA)"
    wrong = next((sign for sign in word.said if not _is_spelling(sign)), "")
    if wrong:
        hint = "; sounds stand between two strokes, as in /liːd/" if wrong in "/[]ˈː" else ""
        return f"a spelling has letters, digits, spaces and ' - . , and no {wrong!r}{hint}"
    return "" if any(map(str.isalnum, word.said)) else f"{said!r} can't be spoken: write words"


def occurring(words: Iterable[Word], text: str) -> Words:
    """Return those words that a text has, so that others change nothing about it."""
    words = tuple(words)
    if not words:
        return ()
    found: list[Word] = []

    def note(word: Word, matched: str) -> str:
        found.append(word)
        return matched

    replaced(text, words, note)
    return tuple(dict.fromkeys(found))


def replaced(text: str, words: Words, put: Callable[[Word, str], str]) -> str:
    """Put something in the place of each word that a list has; the longest of them first.

    Args:
        text: as it is written.
        words: the list.
        put: gets the word and what stands there, without the 's of a genitive.
    """
    text = straight(unicodedata.normalize("NFC", text))
    small = text.casefold()
    known = tuple(word for word in words if word.written.casefold() in small)
    if not known:
        return text
    pattern, by_group = _pattern(known)

    def place(match: re.Match[str]) -> str:
        parts_a_word = _goes_on(text[match.end() : match.end() + 1])
        return match[0] if parts_a_word else put(by_group[match.lastindex or 1], match[0])

    return pattern.sub(place, text)


def letters_said(text: str, words: Words) -> int:
    """Return how many letters are spoken of a text, with its words said as in a list."""
    if not words:
        return len(text)
    return len(replaced(text, words, lambda word, written: written if word.sounds else word.said))


def laid_over(nearer: Iterable[Word], farther: Iterable[Word]) -> Words:
    """Return the words of two lists; the first has the last word on what is in both."""
    return tuple({word.written: word for word in (*farther, *nearer)}.values())


def for_language(lists: Mapping[str, Words], language: str) -> Words:
    """Return the words for a language: of its region, before its own, before those of any ("")."""
    words: Words = ()
    for tag in (*tags(language), ""):
        words = laid_over(words, lists.get(tag, ()))
    return words


@functools.lru_cache(maxsize=64)
def _pattern(words: Words) -> tuple[re.Pattern[str], dict[int, Word]]:
    """Return what finds words, the longest first, and which its groups are for."""
    ranked = sorted(words, key=lambda word: (-len(word.written), word.written.islower()))
    found = [f"({_of(word.written)})" for word in ranked]
    return re.compile("|".join(found)), dict(enumerate(ranked, start=1))


def _of(written: str) -> str:
    """Return the pattern of one word in the cases that it stands for."""
    escaped = re.escape(written)
    if written == written.lower():
        cased = f"(?i:{escaped})"
    else:
        cased = f"(?:{escaped}|{re.escape(written.upper())})"
    first, last = written[0], written[-1]
    before = _BEFORE if _has_edges(first) else ""
    after = _AFTER if _has_edges(last) else ""
    # A digit belongs to the number around it: 4 is no word of 2.4, or of 4:30.
    before = rf"{before}(?<!\d[.,:/])" if first.isdigit() else before
    return before + cased + (rf"{after}(?![.,:/]\d)" if last.isdigit() else after)


def _has_edges(letter: str) -> bool:
    """Whether a word that begins or ends with a letter is parted from others by a space."""
    kind = unicodedata.name(letter, "").partition(" ")[0]
    return (letter.isalnum() or _goes_on(letter)) and kind not in _UNSPACED


def _goes_on(letter: str) -> bool:
    """Whether it is a mark that belongs to the letter before it, as the vowels of Hindi."""
    return bool(letter) and unicodedata.category(letter)[0] == "M"


def _is_spelling(sign: str) -> bool:
    is_letter = unicodedata.category(sign)[0] in "LM" and not "ʰ" <= sign <= "˿"
    return is_letter or sign.isdecimal() or sign in _SIGNS_OF_A_SPELLING or sign in _JOINERS


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
