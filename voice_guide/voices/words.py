"""When each word of a line is said, where its voice tells: for captions that follow it."""

import re
from itertools import pairwise
from typing import Any

from voice_guide.engines.marks import Marks

__all__ = ["WordTimes", "in_text", "read_words", "words_of"]

WordTimes = list[tuple[str, int]]
"""What is said in its order, a word or a few, and the frame of the clip at which it begins."""


def words_of(text: str, marks: Marks) -> WordTimes:
    """Cut what was said at its marks; the first of it begins with the clip."""
    if not marks:
        return []
    begins = [(0, 0), *((letter, at) for letter, at in marks if letter > 0), (len(text), 0)]
    return [(text[at:end].strip(), frame) for (at, frame), (end, _) in pairwise(begins)]


def read_words(note: dict[str, Any] | None) -> WordTimes | None:
    """Return words as they were kept; None where there are none, or they are damaged."""
    try:
        words = [(str(word), int(frame)) for word, frame in (note or {})["words"]]
    except (KeyError, TypeError, ValueError):
        return None
    frames = [frame for _, frame in words]
    return words if frames == sorted(frames) and min(frames, default=0) >= 0 else None


def in_text(text: str, words: WordTimes) -> Marks:
    """Find words that are said in a text as it is written, which may write some in another way.

    Of what is said otherwise, such as a number, only the first word is known to be said when it
    is; what is not found goes along with the word before.

    Returns:
        The first letter of each word that is found, and its frame.
    """
    said = [
        (_bare(word), frame if not n else -1)
        for each, frame in words
        for n, word in enumerate(each.split())
    ]
    shown = [(found.start(), _bare(found[0])) for found in re.finditer(r"\S+", text)]
    import difflib

    pairs = difflib.SequenceMatcher(
        None, [word for _, word in shown], [word for word, _ in said], autojunk=False
    ).get_opcodes()
    marks: Marks = []
    for kind, first, last, at, end in pairs:
        if kind in ("equal", "replace"):
            several = last - first if last - first == end - at else 1
            for n in range(several):
                frame = said[at + n][1]
                if frame >= 0 and (not marks or frame > marks[-1][1]):
                    marks.append((shown[first + n][0], frame))
    return marks


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).casefold() or word
