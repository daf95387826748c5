"""The words of a line as they are said: those of the lists first, then every sign among the rest.

What a list says is left as it is: it is the writer's own last word, and no sign in it is put into
words again.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from voice_guide.engines import given
from voice_guide.errors import RequestError, SpeechError, reason
from voice_guide.scripting.words import Word, Words, occurring, replaced
from voice_guide.voices import WorkerFault, open_voices
from voice_guide.voices.reading import Reading
from voice_guide.voices.wording import tidy, worded

__all__ = ["PassedOver", "sounds_of", "spoken", "takes_sounds"]

_TAKE_SOUNDS = ("hibari", "espeak")
"""Back ends that can be given the sounds of a word."""

_SMALL, _LARGE = 0x1D41A, 0x1D400
"""Where mathematical letters begin, of which no text has any left once it is tidy: three of them
stand for what a list says, so that the words around it are read as they would be anyway."""

_PLACE = re.compile("[\U0001d400-\U0001d433]{3}")


def takes_sounds(voice: str) -> bool:
    """Whether a voice, by name, can be given the sounds of a word."""
    return voice.partition(":")[0] in _TAKE_SOUNDS


@lru_cache(maxsize=1024)
def spoken(text: str, language: str, words: Words, sounds: bool) -> str:
    """Return a line as a voice is given it; words whose sounds are given are marked.

    Args:
        text: as it is written.
        language: its code.
        words: a list.
        sounds: whether the voice takes them; a word with nothing else is then said as usual.
    """
    usable = tuple(word for word in words if sounds or not word.sounds)
    kept: list[str] = []

    def keep(word: Word, written: str) -> str:
        kept.append(given.marked(written, word.sounds) if word.sounds else word.said)
        return _place(len(kept) - 1, written)

    text = worded(replaced(given.cleared(tidy(text)), usable, keep), language)
    return given.with_genitives(_PLACE.sub(lambda place: kept[_index(place[0])], text))


class PassedOver:
    """Words whose sounds a voice is not given, as it takes none: they are said as usual."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, bool]] = {}  # by voice and word, whether it was told

    def look(self, voice: str, text: str, words: Words) -> None:
        """Look for such words in a line that a voice speaks."""
        if not takes_sounds(voice):
            for word in occurring((word for word in words if word.sounds), tidy(text)):
                self._found.setdefault(voice, {}).setdefault(word.written, False)

    def notes(self) -> Iterator[str]:
        """Yield a sentence for each voice with words that were not told yet."""
        for voice, words in self._found.items():
            new = [word for word, told in words.items() if not told]
            words.update(dict.fromkeys(new, True))
            if new:
                yield (
                    f"The voice {voice!r} can't be given the sounds of a word, so it says "
                    f"{' and '.join(map(repr, new))} in its own way: another spelling would help."
                )


def sounds_of(names: str, text: str, language: str, own: str, words: Words) -> tuple[str, str]:
    """Return the voice that would speak a text, and the sounds that it makes of it, in IPA.

    Args:
        names: of the voices, as for ``open_voices``.
        text: as it is written.
        language: its code.
        own: the listener's own choice, for ``auto``.
        words: the listener's list.

    Raises:
        RequestError: if the voice doesn't tell.
        SpeechError: if it can't say the text.
    """
    voice = open_voices(names, language, None, own=own)[0][0]
    try:
        said = spoken(text, language, words, takes_sounds(voice.name))
        sounds = voice.sounds(said) if isinstance(voice, Reading) else None
    finally:
        voice.close()
    if sounds is None:
        raise RequestError(
            f"the voice {voice.name!r} doesn't tell what sounds it makes: hibari and espeak do."
        )
    if isinstance(sounds, WorkerFault):
        raise SpeechError(f"the voice {voice.name!r} could not speak {text!r}: {reason(sounds)}.")
    return voice.name, sounds


def _place(number: int, written: str) -> str:
    """Return what stands for a word while the rest is put into words: it has the same capitals."""
    digits = (number // 676, number // 26 % 26, number % 26)
    first = _LARGE if written[:1].isupper() else _SMALL
    others = _LARGE if written.isupper() else _SMALL
    return chr(first + digits[0]) + chr(others + digits[1]) + chr(others + digits[2])


def _index(place: str) -> int:
    first, second, third = ((ord(letter) - _LARGE) % 26 for letter in place)
    return first * 676 + second * 26 + third
