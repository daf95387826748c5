"""What sherpa-onnx left out of a text, which only its messages reveal."""

import re
from collections.abc import Iterable

__all__ = ["words"]

_SKIPPED = re.compile(
    r"OOV (?:word|character) skipped: '(.+)'|Ignore OOV '(.+)'|OOV (\S+)\. Ignore it"
    r"|Skip OOV: (\S+) from|Skip unknown character\. Unicode codepoint: \\U\+(\w+)"
)


def words(messages: Iterable[str], text: str) -> list[str]:
    """Return the words of a text that were left out whole, or letter by letter."""
    skipped: set[str] = set()
    for said in filter(None, map(_SKIPPED.search, messages)):
        *as_written, number = said.groups()
        skipped |= {each.casefold() for each in as_written if each}
        skipped |= {chr(int(number, 16)).casefold()} if number else set()
    found: list[str] = []
    for word in text.split() if skipped else []:
        bare = re.sub(r"^\W+|\W+$", "", word).casefold()
        letters = {letter for letter in bare if letter.isalnum()}
        if bare in skipped or (letters and letters <= skipped):
            found.append(word)
    whole = " ".join(found).casefold()
    others = (each for each in sorted(skipped) if len(each) > 1 and each not in whole)
    return found + [each for each in others if any(map(str.isalnum, each))]
