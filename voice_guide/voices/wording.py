"""The words of a line as they are said: one place for all voices, before any of them.

What a person would say for a sign is put in its place, as voices disagree: of "1/2" and of
"4-7-8" eSpeak says the strokes, and flite says twelve for "½". Whole and decimal numbers stay as
they are, as each voice reads those of its language. What is written stays in the plan.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voice_guide.languages import general
from voice_guide.texts import sounding, straight
from voice_guide.voices.wordings import WORDINGS, Wording

__all__ = ["said", "tidy", "worded"]

_FANCY = re.compile("[\U0001d400-\U0001d7ff]")
"""Letters of mathematics, which people choose for their looks: "𝙗𝙧𝙚𝙖𝙩𝙝𝙚" is breathe."""

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()]*[^\s<>().,;:!?'\"]|[\w.+-]+@[\w-]+\.[\w.-]*\w", re.IGNORECASE
)
_PARTS = {"½": 0, "¼": 1, "¾": 2, "⅓": 3, "⅔": 4}
_WRITTEN_PARTS = {"1/2": 0, "1/4": 1, "3/4": 2, "1/3": 3, "2/3": 4}
_SIGN = re.compile(rf"[^\w\s,;:.!?']|[\d_{''.join(_PARTS)}]|\.\.")
"""What a line has that is not all letters and marks."""

_AND_HALF = r"(?<!\d)(?P<whole>\d+)(?:\s?½| 1/2) (?P<noun>[^\W\d]+)"
_NUMBER = r"\d+(?:[.,]\d+)?"
_HOUR, _MINUTE = r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])", r"(?P<minute>[0-5]\d)"
_HALF = r"\s?(?P<half>[aApP])(?:\.[mM]\.|[mM]\b)"
_CLOCK = rf"{_HOUR}:{_MINUTE}(?: ?Uhr\b| ?h\b)?(?![\d:])"
_CLOCKS = {
    "en": (rf"{_HOUR}:{_MINUTE}{_HALF}", rf"{_HOUR}{_HALF}"),
    "de": (rf"{_HOUR}\.{_MINUTE} Uhr\b",),
    "fr": (rf"{_HOUR}\s?h(?:\s?{_MINUTE})?(?!\w)",),
    "it": (rf"(?<=\b[Aa]lle ){_HOUR}\.{_MINUTE}\b",),
}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_PICTURES = ("So", "Sk", "Cs", "Co")
_LONG_SHOUT = 4  # letters; a shorter word in capitals may be one that is spelt,
_SPELT = ("ADHD", "ADHS", "ASMR", "EMDR", "TDAH")
_VOWELS = re.compile("[AEIOUYÆØŒ]")  # and so may one without any of these


@dataclass(frozen=True)
class Rule:
    """What is put in place of what; ``in_letters`` is whether that may have no sign at all."""

    pattern: str | re.Pattern[str]
    put: Callable[[re.Match[str]], str]
    in_letters: bool = False

    def applied(self, text: str) -> str:
        return self._compiled.sub(self.put, text)

    @functools.cached_property
    def _compiled(self) -> re.Pattern[str]:  # most lines have no sign, and never need it
        return re.compile(self.pattern)


def said(text: str, language: str) -> str:
    """Return a line as it is said.

    Args:
        text: as it is written.
        language: its code; for one that isn't known, only what is never said is left out.
    """
    return worded(tidy(text), language)


def worded(text: str, language: str) -> str:
    """Return a tidy line with words for its signs."""
    wording = WORDINGS.get(general(language))
    if wording is not None:
        for rule in _rules(general(language)):
            if rule.in_letters or _SIGN.search(text):
                text = rule.applied(text)
        text = _lower(text, wording)
    text = "".join(letter for letter in text if not _is_picture(letter))
    text = re.sub(r"[,;:][\s,]*(?=[,.;:!?])", "", text.lstrip(" ,"))  # of two marks one is heard
    if general(language) == "de":  # where 4. is the fourth
        text = re.sub(r"(?<=\d)\s*\.$", "", text)
    return " ".join(re.sub(r"\s+([,.;:!?…])", r"\1", text).split())


def tidy(text: str) -> str:
    """Return a line as it is looked at: its letters composed, its apostrophes as they are typed."""
    plain = _FANCY.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), text)
    composed = " ".join(unicodedata.normalize("NFC", plain).split())
    return straight(sounding(composed))


@functools.lru_cache(maxsize=8)
def _rules(language: str) -> tuple[Rule, ...]:
    """Return what is put in place of what, one after another."""
    w = WORDINGS[language]

    def rule(
        pattern: str, put: str | Callable[[re.Match[str]], str], in_letters: bool = False
    ) -> Rule:
        return Rule(pattern, put if callable(put) else lambda m: m.expand(put), in_letters)

    def unit(match: re.Match[str], names: dict[str, tuple[str, str]]) -> str:
        one, more = names[match["unit"]]
        if match["number"] != "1":
            return f"{match['number']} {more}"
        article = w.one[one in w.feminine.split()] if w.one else "1"
        return f"{article} {one}".replace("una ora", "un'ora")

    def either(words: Mapping[str, object]) -> str:
        return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

    def clock(match: re.Match[str]) -> str:
        found = match.groupdict()
        hour, minute, half = int(found["hour"]), found.get("minute") or "00", found.get("half")
        told = _minutes(minute) if language == "en" else str(int(minute))
        if half:
            return f"{hour} {told if int(minute) else ''} {half.upper()}M"
        form = w.clock if int(minute) else w.oclock
        first = w.one[2] if w.one and hour == 1 else hour
        return form.format(first, told, w.hours[hour > 1])

    def date(day: str, month: str, year: str) -> str:
        return w.date.format(w.first if int(day) == 1 else int(day), months[int(month) - 1], year)

    def written_date(match: re.Match[str]) -> str:
        one, other = match["one"], match["other"]
        if int(one) > 12 or (language != "en" and int(other) <= 12):
            one, other = other, one  # the day came first
        return match[0] if int(one) > 12 else date(other, one, match["year"])

    def with_half(match: re.Match[str]) -> str:
        usual, feminine, nouns = w.after_noun or ("", "", "")
        half = feminine if re.search(nouns, match["noun"]) else usual
        return f"{match['whole']} {match['noun']} {half}"

    def per(match: re.Match[str]) -> str:
        unit, _ = w.units.get(match["unit"], (match["unit"], ""))
        return f"{match['often']} {w.per} {unit}".replace("al ora", "all'ora")

    months = w.months.split()
    short_months = _shortened(months)
    dotted = {name: of for name, of in w.units.items() if f"{name}." in w.short}
    spans = {one: one for one in (*w.spans.split(), *(one for one, _ in w.units.values()))}
    units, money = either(w.units), either(w.money)
    roman = rf"\b((?i:{'|'.join(w.parts)})) ([IVXL]{{2,}}|[VX]|I(?=[.:,;)]|$))(?!\w)"
    measured = rf"(?<!the )\b(?P<number>{_NUMBER})(?!m\b)\s?(?P<unit>{units})\b(?!\.\w)"
    about = {"~": "~", "≈": "~", ">": ">", "<": "<"}
    of_a_month = "de " if language == "es" else ""
    return (
        rule(r"^[•·▪‣]\s*", ""),
        rule(r"\s*[→⇒]\s*", ", "),
        Rule(_ADDRESS, lambda _: w.link, in_letters=True),
        rule(rf"(?P<often>\d\s?[^\W\d]+)\s?/\s?(?P<unit>{units}|{either(spans)})\b", per),
        rule(
            rf"(?<!\d)(?P<number>{_NUMBER})\s?(?P<unit>{either(dotted)})\.(?= \S|,)",
            lambda m: unit(m, dotted),
        ),
        rule(rf"(?<!\w)({either(w.short)})(?!\w)", lambda m: w.short[m[1]], in_letters=True),
        rule(
            r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)",
            lambda m: date(m[3], m[2], m[1]),
        ),
        rule(
            r"(?<![\d./])(?P<one>\d\d?)([./])(?P<other>\d\d?)\2(?P<year>\d{4})(?![\d/])",
            written_date,
        ),
        rule(rf"\b({either(short_months)})\.(?= \d)", lambda m: short_months[m[1]]),
        rule(rf"(?<=\d )({either(short_months)})\.", lambda m: of_a_month + short_months[m[1]]),
        rule(rf"(?<=\d\. )({either(short_months)})\.", lambda m: short_months[m[1]]),
        rule(rf"(?<!\w)({either(w.pages)})\s?(?=\d)", lambda m: f"{w.pages[m[1]]} "),
        rule(r"\b([IVXL]+)(e siècle)\b", lambda m: f"{_roman(m[1])}{m[2]}", in_letters=True),
        rule(roman, lambda m: f"{m[1]} {_roman(m[2])}", in_letters=True),
        *(rule(pattern, clock) for pattern in (*_CLOCKS.get(language, ()), _CLOCK)),
        rule(r"\b24/7\b", "24 7"),
        *([rule(r"(?<![\d ])(?: ?)(?:1/2|½) (?=an?\b)", " half ")] if language == "en" else []),
        *([rule(_AND_HALF, with_half)] if w.after_noun else []),
        rule(rf"(?<!\d)(\d+)\s?([{''.join(_PARTS)}])", lambda m: _mixed(w, m[1], _PARTS[m[2]])),
        rule(rf"[{''.join(_PARTS)}]", lambda m: w.halves[_PARTS[m[0]]]),
        rule(
            rf"\b(?:(\d+) )?({either(_WRITTEN_PARTS)})(?![\d/])",
            lambda m: _mixed(w, m[1], _WRITTEN_PARTS[m[2]]),
        ),
        rule(rf"(?P<unit>{money})\s?(?P<number>{_NUMBER})", lambda m: unit(m, w.money)),
        rule(rf"(?<!\d)(?P<number>{_NUMBER})\s?(?P<unit>{money})", lambda m: unit(m, w.money)),
        rule(r"\b\d+(?:[-–]\d+){2,}\b", lambda m: re.sub("[-–]", " ", m[0])),
        rule(rf"(?<![\w-])({_NUMBER})\s?[-–—]\s?({_NUMBER})(?![\w-])", rf"\1 {w.to} \2"),
        rule(r"\b(\d+)/(\d+)\b", rf"\1 {w.of} \2"),
        rule(rf"\b({_NUMBER})-({units})(?= \w)", lambda m: f"{m[1]} {w.units[m[2]][0]}"),
        rule(measured, lambda m: unit(m, w.units)),
        *([rule(r"\b([Dd])e (?=une?\b)", r"\1'", in_letters=True)] if language == "fr" else []),
        rule(r"(?<=\d)\s?(°C|°F|°|%)", lambda m: f" {w.signs[m[1]]}"),
        rule(rf"(?<!\w)([{''.join(about)}])\s?(?=\d)", lambda m: f"{w.signs[about[m[1]]]} "),
        rule(r"(?<=\d)k\b", f" {w.signs['k']}"),
        rule(r"(?<!\w)#(?=[^\W\d])", ""),
        rule(r"(?<!\w)@(?=\w)", f"{w.signs['@']} "),
        rule(r"(?<![\w.,])[#№]\s?(?=\d)", f"{w.signs['#']} "),
        rule(r"(?<![\w)])[-−](?=\d)", f"{w.signs['-']} "),
        rule(r"(?<=\d)\s?[x×](?=\s?\d)", f" {w.signs['×']} "),
        rule(r"(?<=\d)(?:×|x\b)", f" {w.times} "),
        rule(r"(?<=[\w\s])([&+=])(?=[\w\s])", lambda m: f" {w.signs[m[1]]} "),
        rule(r"(?<=[^\W\d])/(?=[^\W\d])", f" {w.or_} "),
        rule(r"\s*(?:\.{3,}|…)\s*(?=[^\W\d_])", lambda m: _mark(m.string[m.end()])),
        rule(r"\s+[-–—]+\s+|\s*—\s*|\s+–\s*", ", "),
        rule(r"\s*[(\[{]\s*([^()\[\]{}]*?)\s*[)\]}]", r", \1,"),
        rule(r"[*_~^|<>\\]+", " "),
    )


def _minutes(minute: str) -> str:
    """Say minutes in English."""
    return f"oh {int(minute)}" if minute < "10" else minute


def _shortened(months: list[str]) -> dict[str, str]:
    """Return the full names of months by the beginnings that only one of them has."""
    found: dict[str, list[str]] = {}
    for month in months:
        for letters in range(3, min(len(month), 6)):
            found.setdefault(month[:letters], []).append(month)
    return {short: month for short, (month, *others) in found.items() if not others}


def _mixed(w: Wording, whole: str | None, part: int) -> str:
    """Say a whole number and a part of one."""
    if not whole:
        return w.halves[part]
    if part == 0:
        small = dict(enumerate(w.small, 1))
        return w.and_halves.format(small.get(int(whole), whole))
    return w.and_parts.format(whole, w.halves[part])


def _mark(following: str) -> str:
    """Return the mark that an ellipsis is heard as, before a letter."""
    return ", " if following.islower() else ". "


def _lower(text: str, wording: Wording) -> str:
    """Say words in capitals as words; short ones may be letters to be spelt."""
    words = re.findall(r"[^\W\d_]+", text)
    shouted = [word for word in words if len(word) > 1 and word.isupper()]
    if not shouted:
        return text
    all_of_it = len(shouted) > 2 and all(word.isupper() for word in words)

    def put(match: re.Match[str]) -> str:
        word = match[0]
        long = (
            word not in _SPELT
            and len(word) >= _LONG_SHOUT
            and _VOWELS.search(unicodedata.normalize("NFD", word))
        )
        known = all_of_it or long or word in wording.shouted.split()
        return word.capitalize() if word.isupper() and len(word) > 1 and known else word

    return re.sub(r"[^\W\d_]+", put, text)


def _roman(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-v if v < max(values[n + 1 :], default=0) else v for n, v in enumerate(values))


def _is_picture(letter: str) -> bool:
    """Whether a sign is an emoji or another picture, which has no words."""
    return unicodedata.category(letter) in _PICTURES or letter in "\ufe0e\ufe0f\u20e3"
