"""What voices can read: each is asked only for lines in letters that it knows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from voice_guide.engines.given import without
from voice_guide.languages import (
    KANA,
    fitting,
    foreign_letters,
    general,
    letters_of,
    name_of_letters,
)
from voice_guide.voices import Voice, WorkerFault, tells_words

__all__ = ["Reading", "Telling", "letters_read"]


@runtime_checkable
class Telling(Protocol):
    """A voice that tells what sounds it makes."""

    def sounds(self, text: str) -> str | WorkerFault:
        """Return those of a text, in IPA, or what went wrong."""


_READ_ANYTHING = ("recorded", "command")
"""Back ends of which nobody knows what they were made for."""

_LATIN_ONLY = ("flite", "hibari", "pico")
"""Back ends that read the letters of English, and of its neighbours, whatever a script's language:
it may give a line to a voice of another."""

_ESPEAK_IN_ANY_LANGUAGE = frozenset(
    {"HANGUL", "DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "TAMIL", "KANNADA", "MALAYALAM"}
    | {"SINHALA", "GEORGIAN", "ARMENIAN"}
)
"""Letters whose words eSpeak NG 1.52 reads in their own language wherever they stand; of others it
says the names instead, such as "Chinese letter". Told by its phonemes for a word of each."""

_ESPEAK_NOT_CHINESE = ("ja", "ko")
"""Languages in which eSpeak NG has no words for Chinese characters, though people write them."""


def letters_read(back_end: str, language: str) -> frozenset[str] | None:
    """Return the kinds of letters that a back end reads in a language; None: nobody knows."""
    if back_end in _READ_ANYTHING:
        return None
    letters = letters_of("en" if back_end in _LATIN_ONLY else language)
    if back_end == "espeak":
        letters |= _ESPEAK_IN_ANY_LANGUAGE
        if general(language) in _ESPEAK_NOT_CHINESE:
            letters -= {"CJK"}
    return letters


class Reading:
    """A voice that is asked only for what it can read.

    Args:
        voice: the back end.
        language: of the script.
        letters: the kinds that the voice reads.
    """

    def __init__(self, voice: Voice, language: str, letters: frozenset[str]) -> None:
        self.name, self.rate, self.whole = voice.name, voice.rate, voice.whole
        self.natural, self.wanted_rate = voice.natural, voice.wanted_rate
        self.times_words = tells_words(voice)
        self._voice, self._language, self._letters = voice, language, letters

    def identity(self, text: str) -> Mapping[str, Any] | None:
        return None if self._foreign(text) else self._voice.identity(text)

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        foreign = [self._foreign(text) for text in texts]
        readable = [text for text, kinds in zip(texts, foreign, strict=True) if not kinds]
        answers = self._voice.speak(readable)
        for text, kinds in zip(texts, foreign, strict=True):
            yield WorkerFault(self._refusal(text, kinds)) if kinds else next(answers)

    def sounds(self, text: str) -> str | WorkerFault | None:
        """Return the sounds that the voice makes of a text, in IPA; None: it doesn't tell."""
        if not isinstance(self._voice, Telling):
            return None
        kinds = self._foreign(text)
        return WorkerFault(self._refusal(text, kinds)) if kinds else self._voice.sounds(text)

    def close(self) -> None:
        self._voice.close()

    def _foreign(self, text: str) -> frozenset[str]:
        """The kinds of letters that the voice can't read; sounds that are given are no letters."""
        return foreign_letters(without(text), self._letters)

    def _refusal(self, text: str, kinds: frozenset[str]) -> str:
        reason = f"it can't read {name_of_letters(kinds)}"
        if other := kinds - letters_of(self._language):
            return reason + fitting(text, other)
        known = " (it can read kana)" if self._letters >= KANA else ""
        return f"{reason} in this language{known}"
