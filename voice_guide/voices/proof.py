"""Whether a line was said: the sounds of its words against those of the words that were heard."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["JUDGE", "Heard", "Verdict", "judged", "words_of"]

JUDGE = 1
"""Part of the cache's key: raise it when the same is judged otherwise."""

LEAST_HEARD = 0.5
"""Of a word's sounds: with fewer, it is another word, or none."""

SHORTEST_BEGIN = 0.08
CLOSEST_END = 0.1
"""Whisper also writes words that only ought to be there. They give themselves away by their times:
a first one is over after so many seconds, a last one ends so close to the clip's end, or after it.
In the 86 lines of the scripts, whole, it is 0.1 s after the begin and 0.27 s before the end."""

MOST_WRONG = 0.34
"""Of a line's words, by which Whisper may be mistaken in a line that was said well."""

LARGEST_TABLE = 250_000
"""Sounds times sounds that are compared one by one; where more differ, nothing was heard."""

_VOWELS = frozenset("aeiouyæøœɐɑɒɔɘəɚɛɜɝɞɤɨɪɯɵɶʉʊʌʏᵻ")


@dataclass(frozen=True)
class Heard:
    """What a recogniser wrote, and when, in seconds of the clip."""

    text: str
    begun: float  # from the clip's begin to the end of the first word
    left: float  # from the end of the last word to the clip's end


@dataclass(frozen=True)
class Verdict:
    """How much of a line was heard."""

    heard: str  # as the recogniser wrote it
    first: bool  # whether the first word was
    last: bool
    wrong: int  # words that were not, or that were in addition
    words: int

    @property
    def doubtful(self) -> bool:
        """Whether it should be said again."""
        return bool(self.lost) or self.wrong > MOST_WRONG * self.words

    @property
    def lost(self) -> tuple[str, ...]:
        """Which of its ends was not heard."""
        return ("first",) * (not self.first) + ("last",) * (not self.last)

    @property
    def cost(self) -> tuple[int, int]:
        """To be compared with that of another take: the lower, the better."""
        return len(self.lost), self.wrong


def words_of(text: str) -> list[str]:
    """Return the words of a text without marks and capitals."""
    plain = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    return re.findall(r"\w+(?:['.,-]\w+)*", plain)


def judged(heard: Heard, said: Sequence[str], sounds: Sequence[str]) -> Verdict:
    """Compare what was said with what was heard.

    Args:
        heard: by the recogniser.
        said: the phonemes of each word of the line.
        sounds: those of each word that was heard.
    """
    shares, more = _heard_of(list(map(_plain, said)), list(map(_plain, sounds)))
    if not shares:
        return Verdict(heard.text, True, True, 0, 0)
    right = [share >= LEAST_HEARD for share in shares]
    return Verdict(
        heard.text,
        first=right[0] and heard.begun >= SHORTEST_BEGIN,
        last=right[-1] and heard.left >= CLOSEST_END,
        wrong=right.count(False) + more,
        words=len(said),
    )


def _heard_of(said: list[str], heard: list[str]) -> tuple[list[float], int]:
    """Return the share of each word that was heard, and how many more words there were."""
    shares = [0.0] * len(said)
    more = 0
    for kind, a, b, c, d in SequenceMatcher(None, said, heard, autojunk=False).get_opcodes():
        if kind == "equal":
            shares[a:b] = [1.0] * (b - a)
        else:
            ours, theirs = _aligned(said[a:b], heard[c:d])
            shares[a:b] = ours
            more += max(sum(share < LEAST_HEARD for share in theirs) - (b - a), 0)
    return shares, more


def _aligned(ours: list[str], theirs: list[str]) -> tuple[list[float], list[float]]:
    """Return the share of each word's sounds that the others have, in the same order."""
    one, other = "".join(ours), "".join(theirs)
    if len(one) * len(other) > LARGEST_TABLE:
        return [0.0] * len(ours), [0.0] * len(theirs)
    costs = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            before = [costs[i - 1][j] + 1] if i else []
            before += [costs[i][j - 1] + 1] if j else []
            if i and j:
                before.append(costs[i - 1][j - 1] + _unlike(one[i - 1], other[j - 1]))
            costs[i][j] = min(before, default=0.0)
    got, given = [0.0] * len(one), [0.0] * len(other)
    i, j = len(one), len(other)
    while i and j:
        unlike = _unlike(one[i - 1], other[j - 1])
        if costs[i][j] == costs[i - 1][j - 1] + unlike:
            i, j = i - 1, j - 1
            got[i] = given[j] = max(1 - unlike, 0)
        elif costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return _by_word(ours, got), _by_word(theirs, given)


def _by_word(words: list[str], matched: list[float]) -> list[float]:
    shares, at = [], 0
    for word in words:
        shares.append(sum(matched[at : at + len(word)]) / len(word) if word else 1.0)
        at += len(word)
    return shares


def _unlike(one: str, other: str) -> float:
    if one == other:
        return 0
    return 0.5 if one in _VOWELS and other in _VOWELS else 1.25


def _plain(phonemes: str) -> str:
    """Leave out stress, length and other signs: only sounds are compared."""
    return "".join(each for each in phonemes if unicodedata.category(each) in ("Ll", "Lo", "Nd"))
