"""What sherpa-onnx left out of a text, which it only tells in its messages."""

import re
from collections.abc import Iterable

__all__ = ["words"]

_WORD = re.compile(
    r"OOV word skipped: '(.+)'|Ignore OOV '(.+)'|OOV (\S+)\. Ignore it|Skip OOV: (\S+) from"
)
_CHARACTER = re.compile(
    r"OOV character skipped: '(.+)'|Skip unknown character\. Unicode codepoint: \\U\+(\w+)"
)


def words(messages: Iterable[str], text: str) -> list[str]:
    """Return the words of a text that were not said, or of which nothing but signs was."""
    found: list[str] = []
    characters: set[str] = set()
    for row in messages:
        if said := _WORD.search(row):
            found += filter(None, said.groups())
        elif said := _CHARACTER.search(row):
            plain, number = said.groups()
            characters.add(plain or chr(int(number, 16)))
    for word in text.split() if characters else []:
        letters = {letter for letter in word if letter.isalnum()}
        if letters and letters <= characters | {each.upper() for each in characters}:
            found.append(word)
    return [word for word in found if any(map(str.isalnum, word))]
