"""What a writer means by words that aren't a direction as it is written: a rest, a bell, a pace."""

import re
import unicodedata
from collections.abc import Iterator

from voice_guide.limits import MAX_BREATHS, MAX_PAUSE_SECONDS
from voice_guide.scripting.model import Anchor
from voice_guide.units import counted, hyphenated

__all__ = ["anchored", "meant", "meant_by_phase", "rest_meant", "said_as_words"]

_SECONDS = {
    "ms": 0.001,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden"), 1),
    **dict.fromkeys(("seconde", "secondes", "seg", "segundo", "segundos", "secondo", "secondi"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), 60),
    **dict.fromkeys(("minuto", "minutos", "minuti"), 60),
}
_NUMBERS = {
    **{"half": 0.5, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5},
    **{"six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twenty": 20, "thirty": 30},
    **{"eine": 1, "einen": 1, "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "zehn": 10},
    **{"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "dix": 10},
    **{"una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "diez": 10},
    **{"due": 2, "tre": 3, "quattro": 4, "cinque": 5, "dieci": 10},
}
"""In English, German, French, Spanish and Italian, as all words here."""

_PAUSES = {
    *("pause", "silence", "silent", "quiet", "wait", "rest", "stillness", "break", "beat"),
    *("pausa", "stille", "silencio", "silenzio", "ruhe"),
}
_PAUSES_BY_THEMSELVES = {"pause", "pausa", "silence", "silencio", "silenzio", "beat"}
"""Words that nobody would say to a listener as a whole sentence."""

_BREATHS = {
    *("breath", "breaths", "breathe", "cycle", "cycles", "atemzug", "atemzüge", "atemzügen"),
    *("respiration", "respirations", "respiración", "respiraciones", "respiro", "respiri"),
}
_BELLS = {
    "bell",
    "bells",
    "gong",
    "gongs",
    "chime",
    "chimes",
    "ding",
    "bowl",
    "singing",
    "ring",
    "rings",
    "strike",
    *("glocke", "gongschlag", "klangschale", "cloche", "campana", "campanella"),
}
_BESIDE = {
    *("a", "an", "the", "and", "of", "for", "with", "x", "times", "time", "long", "short"),
    *("brief", "sound", "sounds", "about", "more", "take"),
    *("lange", "kurze", "für", "von", "de", "di", "d", "pour", "por", "per", "longue", "courte"),
    *("larga", "corta", "lunga", "breve"),
}
"""Words that may stand beside the others."""

_KNOWN = {*_SECONDS, *_NUMBERS, *_PAUSES, *_BREATHS, *_BELLS, *_BESIDE}

_USUAL_SECONDS = 5  # of a pause whose length nobody wrote
_MOST_BELLS = 9  # that are suggested one by one
_MOST_RESTS = 4  # as long as each may be
# Patterns that are strings are compiled by ``re`` when one is needed, which is seldom.
_TOKEN = re.compile(r"\d+:\d\d|\d{1,6}(?:\.\d{1,6})?|[^\W\d_]+|\d+")
_PARTS = {
    **{"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3},
    **{"1/2": 0.5, "1/4": 0.25, "3/4": 0.75, "and a half": 0.5},
}
_MIXED = rf"(?:\b(\d{{1,6}}|{'|'.join(_NUMBERS)})\s?)?(and a half\b|[½¼¾⅓⅔]|\b[13]/[24]\b)"
_RANGE = r"(\d{1,6})\s*(?:-|to)\s*(\d{1,6})\s*breaths?"
_PHASES: dict[Anchor, str] = {
    "in": "in|inhale|breathe in|in-breath|inbreath|einatmen|inspirez|inspire|inhala|inspira",
    "out": "out|exhale|breathe out|out-breath|outbreath|ausatmen|expirez|expire|exhala|espira",
    "hold": "hold|hold (?:the |your )?breath|halten|retenez|retén|trattieni",
}
_DURATION = rf"(?:for )?\d+(?:\.\d+)?\s*(?:{'|'.join(_SECONDS)}|counts?|beats?)?"
_UNITS = "|".join(sorted((*_SECONDS, *_BREATHS), key=len, reverse=True))
_TIMED = rf"\d\s*(?:{_UNITS})\b|\b(?:{'|'.join(sorted(_PAUSES))})\b\s*(?:[:=-]|for)?\s*\d"
_TIMED_TITLE = (
    r"(?i)([^.!?]{2,60}?)\s*\(\d+(?:\s*[-–]\s*\d+)?\s*(?:min|minute|sec|second)s?\.?\)\s*:?"
)
_AGAIN = r"(?i)repeat (?:once|twice|(?:\d+|two|three|four|five) times|x ?\d+|\d+ ?x)(?: more)?"
_CLOCKED = r"0?0:\d\d(?::\d\d)?\s|\d{1,2}:\d\d\s[\W\d]*$"
"""A row of a table of times; "3:30 is early" is none."""

_PACED = "the pace sets how long a breath takes: write  pace: 4-6  in the head"


def meant(words: str) -> str | None:
    """Return the direction that is meant by words such as ``pause 1 min``, as it is written."""
    words = unicodedata.normalize("NFC", hyphenated(words.lower()))
    words = re.sub(r"(?<=\d)\s*[\"″”]", " s", re.sub(r"(?<=\d)\s*['′’]", " min ", words))
    words = _in_decimals(words)
    if match := re.fullmatch(_RANGE, words.strip()):
        return f"[{counted(f'{match[1]}-{match[2]}', 'breath')}]"
    tokens = _TOKEN.findall(re.sub(r"(\d)-\d+", r"\1", words))  # at least so many
    if any(token[0].isalpha() and token not in _KNOWN for token in tokens):
        return None
    if _BELLS.intersection(tokens):
        times = round(next(_numbers(tokens), 1))
        return " and ".join(["[bell]"] * times) if 1 <= times <= _MOST_BELLS else None
    if _BREATHS.intersection(tokens):
        number = round(next(_numbers(tokens), 1))
        return f"[{counted(number, 'breath')}]" if 1 <= number <= MAX_BREATHS else None
    seconds = _seconds(tokens)
    return _rest(seconds) if seconds else None


def meant_by_phase(words: str) -> str | None:
    """Say what to write instead of ``inhale 4 seconds``, or of ``Inhale: slowly``."""
    words = words.strip()
    for anchor, said in _PHASES.items():
        if re.fullmatch(rf"(?:{said})\s*[:：,-]?\s*{_DURATION}", words, re.IGNORECASE):
            return _PACED
        if match := re.fullmatch(rf"(?:{said})(?:\s*[:：]\s*(.*))?", words, re.IGNORECASE):
            return f"to speak at this part of the breath, write  {anchor}: {match[1] or 'WORDS'}"
    return None


_ANCHORS: dict[str, Anchor] = {
    word: anchor
    for anchor, said in _PHASES.items()
    for word in said.split("|")
    if " " not in word  # as in "Breathe in: now", which guides do say
}
_NAMED = re.compile(r"([^\s:：]+)\s*[:：]\s*")


def anchored(words: str) -> tuple[Anchor, int] | None:
    """Return the part of the breath that words are for, as in ``Inhale: slowly``.

    Returns:
        ``in``, ``out`` or ``hold``, and where the words begin.
    """
    named = _NAMED.match(words)
    anchor = _ANCHORS.get(named[1].lower()) if named else None
    if not named or not anchor:
        return None
    if named[1].lower() != anchor and re.fullmatch(
        _DURATION, _plain(words[named.end() :]), re.IGNORECASE
    ):
        return None  # what is meant is a pace
    return anchor, named.end()


def rest_meant(text: str, *, alone: bool) -> str | None:
    """Return the rest or the bell that words such as ``(pause)`` mean; None for words to say.

    Args:
        text: of a row, or what stands in round brackets.
        alone: whether nothing else stands in the row; else a time may be that of what is said.
    """
    plain = _plain(text)
    if not plain:
        return "[1 breath]" if alone and ("…" in text or "..." in text) else None
    tokens = set(_TOKEN.findall(plain.lower()))
    counted_breaths = not alone and tokens & _BREATHS and tokens & set(_NUMBERS)
    may_be_timed = alone or tokens & (_PAUSES | _BREATHS)
    sure = (
        counted_breaths
        or tokens & (_PAUSES_BY_THEMSELVES | _BELLS)
        or (may_be_timed and re.search(r"\d", plain) and re.search(_TIMED, plain.lower()))
    )
    direction = meant(plain) if sure else None
    return None if direction and meant_by_phase(plain) else direction


def said_as_words(text: str, *, anchored: bool) -> str | None:
    """Say what to write instead of the name of a phase, or its length, which a voice would say.

    Args:
        text: of the line.
        anchored: whether it stands after ``in:``, ``out:`` or ``hold:``.
    """
    plain = _plain(text)
    if match := re.fullmatch(_TIMED_TITLE, text.strip(" *_")):
        return f"to begin a section, write  ## {match[1].strip()}"
    if re.fullmatch(_AGAIN, plain):
        return "what is to be said again is written again"
    if re.match(_CLOCKED, plain):
        return "times are left out: make it a practice with  voice-guide import FILE"
    if anchored:
        return _PACED if re.fullmatch(_DURATION, plain, re.IGNORECASE) else None
    phase = meant_by_phase(plain)
    return phase if phase and (phase == _PACED or re.search("[:：]", plain)) else None


def _in_decimals(words: str) -> str:
    """Return words in which 1½, 1 1/2 and "one and a half" are 1.5."""

    def number(match: re.Match[str]) -> str:
        whole = match[1] or "0"
        return f" {float(_NUMBERS.get(whole, whole)) + _PARTS[match[2]]:g} "

    words = re.sub(r"\b(?:a|one) (minute|second|breath) and a half\b", r"1.5 \1s", words)
    return re.sub(_MIXED, number, words)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return " ".join(text.strip(" .!…*_~()<>{}-–—/").split())


def _numbers(tokens: list[str]) -> Iterator[float]:
    for token in tokens:
        if token in _NUMBERS:
            yield _NUMBERS[token]
        elif token[0].isdecimal() and ":" not in token:
            yield float(token)


def _seconds(tokens: list[str]) -> float:
    """Return how long a rest is, given in minutes and seconds, or as a bare number."""
    total, amount, told = 0.0, None, False
    for token in tokens:
        if ":" in token:
            minutes, _, seconds = token.partition(":")
            total, told = total + 60 * float(minutes) + float(seconds), True
        elif number := next(_numbers([token]), None):
            amount = number if amount is None else amount * number
        elif token in _SECONDS:
            total, told = total + (1 if amount is None else amount) * _SECONDS[token], True
            amount = None
    if told or amount is not None:
        return total + (amount or 0)
    return _USUAL_SECONDS if _PAUSES.intersection(tokens) else 0


def _rest(seconds: float) -> str | None:
    """Write a rest, or several in a row that are as long together."""
    if not round(seconds, 3) < _MOST_RESTS * MAX_PAUSE_SECONDS:  # it may be no number any more
        return None
    whole, rest = divmod(round(seconds, 3), MAX_PAUSE_SECONDS)
    parts = [float(MAX_PAUSE_SECONDS)] * int(whole) + ([rest] if rest else [])
    return " and ".join(f"[{counted(part, 'second')}]" for part in parts)
