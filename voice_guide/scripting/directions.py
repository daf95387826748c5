"""What stands in square brackets in a script."""

import functools
import re
from fractions import Fraction

from voice_guide.errors import PaceError, did_you_mean, nearest
from voice_guide.limits import (
    LONGEST_RAMP_MINUTES,
    MAX_BREATHS,
    MAX_PAUSE_SECONDS,
    MAX_WORD_LETTERS,
)
from voice_guide.pace.pace import Pace
from voice_guide.scripting.hints import meant, meant_by_phase
from voice_guide.scripting.model import (
    Bell,
    Count,
    Include,
    Item,
    Place,
    RampTo,
    Rest,
    Speaker,
    TimedRest,
)
from voice_guide.units import counted, hyphenated

__all__ = ["directed", "directions", "respelled"]

_REST = re.compile(r"(\d+)(?:\s*-\s*(\d+))?\s+breaths?")
_COUNT = re.compile(r"count(?:\s+(\d+)\s+breaths?)?")
_PAUSE = re.compile(r"(\d+(?:\.\d+)?)\s+seconds?")
_RAMP = re.compile(r"ramp to (\S+) over (\d+(?:\.\d+)?)\s+(second|minute)s?")
_PRACTICE = re.compile(r"practice\s+([\w-]+)", re.IGNORECASE)
_VOICE = re.compile(r"voice\s+(\S.*)", re.IGNORECASE)
_ALLOWED = (
    "[2 breaths], [3-8 breaths], [10 seconds], [bell], [practice NAME], "
    "[count], [count 3 breaths], [voice NAME] or [ramp to 4-8 over 2 minutes]"
)


def directions(inside: str, place: Place) -> tuple[list[Item | Speaker], str]:
    """Read what stands between brackets, in whatever form it is plain.

    Returns:
        What it is, and how that is written, if it was written otherwise.

    Raises:
        ValueError: saying what is wrong, and what is meant perhaps.
    """
    try:
        return [_direction(inside, place)], ""
    except _UnknownDirectionError:
        written = meant(inside)
        if written is None:
            raise
        return [_direction(one.strip("[]"), place) for one in written.split(" and ")], written


def directed(inside: str) -> bool:
    """Whether words between brackets are a direction, or nearly one, and nothing to be said."""
    try:
        directions(inside, Place("", 1))
    except _UnknownDirectionError as error:
        return bool(error.near)
    except ValueError:
        pass
    return True


_SPELLED = {
    *("bell", "bells", "breath", "breaths", "breathe", "count", "minute", "minutes", "pause"),
    *("practice", "ramp", "second", "seconds", "silence", "voice"),
}
_LIKE = 0.8
"""How like its right form a misspelt word is at least, of 1: one letter of four or more."""


@functools.lru_cache(maxsize=1000)
def respelled(inside: str) -> str:
    """Return a direction in its one right form, where only the spelling of its words is wrong."""

    def spelled(word: re.Match[str]) -> str:
        known = word[0].lower() in _SPELLED
        return word[0] if known else (*nearest(word[0], _SPELLED, likeness=_LIKE), word[0])[0]

    right = re.sub(r"[^\W\d_]{3,}", spelled, inside)
    try:
        _, written = directions(right, Place("", 1))
    except ValueError:
        return ""
    return written or f"[{right}]"


class _UnknownDirectionError(ValueError):
    """Words that are no direction as it is written; ``near`` is what they may mean."""

    def __init__(self, words: str) -> None:
        message = f"unknown direction [{words}]: use {_ALLOWED}"
        phase = meant_by_phase(words)
        self.near = [] if phase else _nearest(words)
        super().__init__(f"{message}; {phase}" if phase else did_you_mean(message, self.near))


def _direction(inside: str, place: Place) -> Item | Speaker:
    words = " ".join(hyphenated(inside.lower()).split())
    if words == "bell":
        return Bell()
    if match := _REST.fullmatch(words):
        return Rest(*_breaths(match[1], match[2], words), place=place)
    if match := _COUNT.fullmatch(words):
        return Count(_breaths(match[1] or "1", None, words)[0], place)
    if match := _PAUSE.fullmatch(words):
        seconds = float(match[1])
        if 0 < seconds <= MAX_PAUSE_SECONDS:
            return TimedRest(seconds, place)
        message = f"an exact rest lasts more than 0 and at most {MAX_PAUSE_SECONDS} seconds"
        raise ValueError(f"[{words}]: {message}")
    if match := _RAMP.fullmatch(words):
        return _ramp(match[1], match[2], match[3], words)
    if match := _PRACTICE.fullmatch(inside.strip()):
        return Include(match[1], place)
    if (match := _VOICE.fullmatch(inside.strip())) and len(match[1]) <= MAX_WORD_LETTERS:
        return Speaker(match[1])
    if len(inside) > MAX_WORD_LETTERS:
        raise ValueError(
            f"this direction has {len(inside)} letters; it can have at most {MAX_WORD_LETTERS}"
        )
    raise _UnknownDirectionError(words)


def _breaths(least: str, most: str | None, words: str) -> tuple[int, int]:
    # As floats first: int() refuses thousands of digits with an error of its own.
    low, high = float(least), float(most or least)
    if not 1 <= low <= high <= MAX_BREATHS:
        message = f"a rest lasts 1 to {MAX_BREATHS} breaths, with the smaller number first"
        raise ValueError(f"[{words}]: {message}")
    return int(low), int(high)


def _ramp(pace: str, amount: str, unit: str, words: str) -> RampTo:
    minutes = float(amount) / (60 if unit == "second" else 1)
    if not 0 < minutes <= LONGEST_RAMP_MINUTES:
        message = f"a ramp lasts more than 0 and at most {LONGEST_RAMP_MINUTES} minutes"
        raise ValueError(f"[{words}]: {message}")
    try:
        return RampTo(Pace.parse(pace), Fraction(amount) * (1 if unit == "second" else 60))
    except PaceError as error:
        raise ValueError(f"[{words}]: {error}") from error


def _nearest(words: str) -> list[str]:
    """The direction whose words are nearest, with the writer's own numbers."""
    number = re.search(r"\d+(\s*-\s*\d+)?", words)
    amount = number[0] if number else "2"
    rest = re.sub(r"[\d\s.-]+", " ", words).split()
    kinds = {
        "count": f"[count {counted(amount, 'breath')}]" if number else "[count]",
        "ramp": f"[ramp to {amount if '-' in amount else '4-8'} over 2 minutes]",
        "breaths": f"[{counted(amount, 'breath')}]",
        "breath": f"[{counted(amount, 'breath')}]",
        "seconds": f"[{counted(amount, 'second')}]",
        "sec": f"[{counted(amount, 'second')}]",
        "pause": f"[{counted(amount, 'second')}]",
        "bell": "[bell]",
        "voice": f"[voice {words.partition(' ')[2] or 'NAME'}]",
        "practice": f"[practice {rest[1] if len(rest) > 1 else 'NAME'}]",
    }
    for word in rest:
        if near := nearest(word, kinds):
            return [kinds[near[0]]]
    return []
