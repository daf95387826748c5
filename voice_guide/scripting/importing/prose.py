"""Plain text and Markdown: what the script language doesn't know of what people write."""

import re
from collections import Counter

from voice_guide.scripting.hints import rest_meant
from voice_guide.scripting.importing.rows import Draft

__all__ = ["read_prose"]

_LABEL = re.compile(r"(?:\*\*)?([A-Z][\w .'-]{0,24}?)(?:\*\*)?\s*:(?:\*\*)?\s+(?=\S)")
_SPEAKERS = {
    *("narrator", "guide", "speaker", "host", "voice", "therapist", "facilitator", "teacher"),
    *("instructor", "voiceover", "voice over", "vo", "assistant", "chatgpt", "coach"),
}
_NO_SPEAKERS = {"in", "out", "hold", "inner", "inhale", "exhale", "title", "pace", "about", "note"}
_OFTEN = 3
"""As often as this, what stands before a colon is somebody who speaks."""

_MINUTES = r"\(?\d+(?:\s*[-–]\s*\d+)?\s*(?:min|mins|minutes?|sec|secs|seconds?|s|m)\.?\)?"
_TIMED_HEADING = re.compile(rf"(.{{2,60}}?)\s*[(–—-]\s*{_MINUTES}\s*[:.]?", re.IGNORECASE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]{2,60}?)(?<=\S)\1:?")
_CLOCK = re.compile(
    r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[-–]\s*\d{1,2}:\d{2}(?::\d{2})?)?[\])]?\s*[-–:]?\s+"
)
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"“»]")
_BRACED = re.compile(r"\{+([^{}]*)\}+|<<?([^<>/]*)>>?|\(\(([^()]*)\)\)")
_AGAIN = re.compile(r"\b(?:repeat|once more|twice more|\d+ (?:more )?times)\b", re.IGNORECASE)


def read_prose(text: str) -> Draft:
    """Read a text as people write it: with speakers, times, quotes and headings of their own."""
    draft = Draft("text")
    rows = text.split("\n")
    speakers = _speakers(rows)
    told: set[str] = set()

    def once(line: int, message: str) -> None:
        if message not in told:
            told.add(message)
            draft.note(line, message)

    for line, row in enumerate(rows, start=1):
        words = row.strip()
        if clock := _CLOCK.match(words):
            once(line, "left out: the times at the beginning of rows")
            words = words[clock.end() :]
        if (label := _LABEL.match(words)) and label[1].lower() in speakers:
            once(line, f"left out: who speaks ({label[1]})")
            words = words[label.end() :]
            draft.add("", line)
        words = _BRACED.sub(_bracketed, words)
        heading = _BOLD.fullmatch(words) or _TIMED_HEADING.fullmatch(words)
        if heading and not rest_meant(words, alone=True):
            title = (heading[2] if heading.re is _BOLD else heading[1]).strip("*_: ")
            draft.note(line, f"taken as a heading: {title}")
            draft.block(f"## {title}", line)
            continue
        if quoted := _QUOTED.fullmatch(words):
            words = quoted[1]
            draft.add("", line)
        if _AGAIN.search(words) and len(words) < 60:
            draft.note(line, f"look at this: if it is for you, write the lines again ({words})")
        draft.add(words if words != row.strip() else row, line)
    return draft


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
