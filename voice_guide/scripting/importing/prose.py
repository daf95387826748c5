"""Plain text and Markdown: what the script language doesn't know of what people write."""

import re
from collections import Counter

from voice_guide.limits import MAX_LINE_LETTERS
from voice_guide.scripting.hints import rest_meant
from voice_guide.scripting.importing.rows import Draft

__all__ = ["read_prose"]

_LABEL = re.compile(r"(?:\*\*)?([A-Z][\w .'-]{0,24}?)(?:\*\*)?\s*:(?:\*\*)?\s+(?=\S)")
_SPEAKERS = {
    *("narrator", "guide", "speaker", "host", "voice", "therapist", "facilitator", "teacher"),
    *("instructor", "voiceover", "voice over", "vo", "assistant", "chatgpt", "coach", "client"),
    *("counsellor", "counselor", "practitioner", "patient", "reader", "leader"),
}
_NO_SPEAKERS = {
    *("in", "out", "hold", "inner", "inhale", "exhale", "breathe in", "breathe out"),
    *("title", "pace", "about", "note"),
}
_OFTEN = 3
"""As often as this, what stands before a colon is somebody who speaks."""

_MINUTES = r"\(?\d+(?:\s*[-–]\s*\d+)?\s*(?:min|mins|minutes?|sec|secs|seconds?|s|m)\.?\)?"
_TIMED_HEADING = re.compile(rf"(.{{2,60}}?)\s*[(–—-]\s*{_MINUTES}\s*[:.]?", re.IGNORECASE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]{2,60}?)(?<=\S)\1:?")
_CAPITALS = re.compile(r"([A-Z][A-Z '’-]{3,40}):")
_CLOCK = re.compile(
    r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[-–]\s*\d{1,2}:\d{2}(?::\d{2})?)?[\])]?\s*[-–:]?\s+"
)
_STEP = re.compile(
    r"(?:\*\*)?(?:step|schritt|étape|paso|passo) \d{1,2}\s*[:.)–-](?:\*\*)?\s+", re.IGNORECASE
)
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"“»]")
_BRACED = re.compile(r"(?<!\{)\{{1,3}([^{}]*)\}{1,3}|<<?([^<>/]*)>>?|\(\(([^()]*)\)\)")
_AGAIN = re.compile(r"\b(?:repeat|once more|twice more|\d+ (?:more )?times)\b", re.IGNORECASE)

_STAGE = re.compile(
    r"[*_]{0,3}[(\[](?=[^()\[\]]*\b(?:music|softly|slowly|gently spoken|whisper(?:s|ed|ing)?|tone|"
    r"speaks?|spoken|voice|narrator|fades?|fade[- ](?:in|out)|sound effect|silent|smil(?:e|es|ing)|"
    r"read (?:slowly|aloud))\b)[^()\[\]]{3,80}[)\]][*_]*\s*",
    re.IGNORECASE,
)
"""What is for whoever speaks, or plays the music."""

_OPENING = re.compile(
    r"(?:sure|certainly|of course|absolutely|great|here(?:['’]s| is| are)|below is)\b.{0,200}"
    r"\b(?:script|meditation|practice|exercise|session|version)s?\b.{0,100}[:.!]",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:let me know|would you like|feel free to|if you(?:['’]d| would) like,? i can|i hope this|"
    r"do you want me)\b.{0,300}",
    re.IGNORECASE,
)
"""What a chat says before and after the script that it was asked for."""

_FOOT = re.compile(
    r"(?:page|seite) \d+(?: (?:of|von) \d+)?|[-–] ?\d{1,3} ?[-–]|(?:©|\(c\)|copyright\b).{0,200}"
    r"|all rights reserved\.?",
    re.IGNORECASE,
)
"""What stands at the foot of a page."""

_RULE, _KEY = re.compile("-{3,}"), re.compile(r"[A-Za-z]+\s*[:=]")
_SHORT = 60
"""Letters of a row that may be a remark."""


def read_prose(text: str) -> Draft:
    """Read a text as people write it: with speakers, times, quotes and headings of their own."""
    draft = Draft("text")
    rows = text.split("\n")
    speakers = _speakers(rows)
    told: set[str] = set()
    said = [line for line, row in enumerate(rows, start=1) if row.strip(" -*_")]
    silent = _silent(rows, said)
    first = next((line for line in said if line not in silent), 0)

    def once(line: int, message: str) -> None:
        if message not in told:
            told.add(message)
            draft.note(line, message)

    def parted(line: int) -> None:
        draft.add("", line)

    for line, row in enumerate(rows, start=1):
        words = row.strip()
        if len(words) > MAX_LINE_LETTERS:  # refused by whoever reads it
            draft.add(row, line)
            continue
        if line in silent:
            draft.note(line, f"left out: {words[:80]}")
            parted(line)
            continue
        if _RULE.fullmatch(words) and line < first and not _KEY.match(rows[first - 1]):
            continue  # no head begins there
        if clock := _CLOCK.match(words):
            once(line, "left out: the times at the beginning of rows")
            words = words[clock.end() :]
            parted(line)
        if (label := _LABEL.match(words)) and label[1].lower() in speakers:
            once(line, f"left out: who speaks ({label[1]})")
            words = words[label.end() :]
            parted(line)
        if step := _STEP.match(words):
            draft.note(line, f"left out: {step[0].strip('*: ')}")
            words = words[step.end() :]
            parted(line)
        for stage in _STAGE.finditer(words):
            if not rest_meant(stage[0], alone=True):
                draft.note(line, f"left out: {stage[0].strip()}")
                words = words.replace(stage[0], "")
        words = _BRACED.sub(_bracketed, words)
        if title := _title(words):
            draft.note(line, f"taken as a heading: {title}")
            draft.block(f"## {title}", line)
            continue
        if quoted := _QUOTED.fullmatch(words):
            words = quoted[1]
            parted(line)
        if _AGAIN.search(words) and len(words) < _SHORT:
            draft.note(line, f"look at this: if it is for you, write the lines again ({words})")
        draft.add(words if words != row.strip() else row, line)
    return draft


def _silent(rows: list[str], said: list[int]) -> set[int]:
    """Return the rows, from 1, that a chat adds to a script, or a page, of those with words."""
    silent = {line for line in said if _FOOT.fullmatch(rows[line - 1].strip())}
    if silent:  # a text with pages: their numbers may stand by themselves
        alone = (line for line in said if rows[line - 1].strip().isdecimal())
        silent.update(line for line in alone if not "".join(rows[line - 2 : line + 1 : 2]).strip())
    for line, chatter in zip((said[:1], said[-1:]), (_OPENING, _CLOSING), strict=True):
        silent.update(number for number in line if chatter.fullmatch(rows[number - 1].strip()))
    return silent


def _title(words: str) -> str:
    """Return the heading that a row is by its looks; nothing where it is none, or marked as one."""
    if rest_meant(words, alone=True):
        return ""
    if bold := _BOLD.fullmatch(words):
        return bold[2].strip("*_:[] ")
    if timed := _TIMED_HEADING.fullmatch(words):
        words = timed[1].lstrip("# ")
        return words.strip("*_: ").capitalize() if words.isupper() else words.strip("*_: ")
    if capitals := _CAPITALS.fullmatch(words):
        return capitals[1].strip().capitalize()
    return ""


def _bracketed(match: re.Match[str]) -> str:
    """Put a pause in other brackets into ours; leave other words as they are."""
    inside = match[1] or match[2] or match[3] or ""
    return f"[{inside}]" if rest_meant(inside, alone=True) else match[0]


def _speakers(rows: list[str]) -> set[str]:
    """Return who speaks, in small letters."""
    labels = [label[1].lower() for row in rows if (label := _LABEL.match(row.strip()))]
    often = {label for label, count in Counter(labels).items() if count >= _OFTEN}
    known = {label for label in labels if re.sub(r"\s*\d+$", "", label) in _SPEAKERS}
    return (often | known) - _NO_SPEAKERS
