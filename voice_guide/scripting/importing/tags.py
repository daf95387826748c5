"""HTML and SSML: their words, their breaks, and their headings."""

import re
from html import escape
from html.parser import HTMLParser

from voice_guide.limits import MAX_WORD_LETTERS
from voice_guide.scripting.importing.rows import Draft, rest
from voice_guide.scripting.words import fault, listed

__all__ = ["read_tags"]

_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figcaption"),
    *("form", "header", "hr", "html", "li", "main", "ol", "p", "s", "section"),
    *("speak", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "voice"),
}
"""Tags between which words are a paragraph: in SSML, ``s`` is a sentence."""

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"script", "style", "head", "noscript", "template", "svg", "audio", "video", "iframe"}
_SILENT |= {"nav", "footer", "button", "select"}
_TITLE = "title"
_STRENGTHS = {
    "none": 0.0,
    "x-weak": 0.0,
    "weak": 0.25,
    "medium": 0.5,
    "strong": 1.0,
    "x-strong": 1.5,
}
"""Seconds of a break that is given by its strength; SSML leaves them to the program."""

_TIME = re.compile(r"\s*\+?(\d{1,6}(?:\.\d{1,6})?)\s*(ms|s)\s*", re.IGNORECASE)
_LEAST_SECONDS = 1.0
"""Of a break that parts two lines."""

_SLOW = {"x-slow", "slow"}


def read_tags(text: str, kind: str) -> Draft:
    """Read the words of a page, or of SSML; what has no words or no meaning here is left out."""
    reader = _Reader(kind)
    text = _without_sections(text)
    last = text.rfind(">") + 1
    # A tag that has no end is looked for again and again, by Python up to 3.13 in hours.
    reader.feed(text[:last] + text[last:].replace("<", "&lt;"))
    reader.close()
    reader.finish()
    return reader.draft


def _without_sections(text: str) -> str:
    """Return a text in which a section of CDATA is its words, and the mark of any other is none.

    Python up to 3.13 takes those that it doesn't know for a fault of its own.
    """
    first, *sections = text.split("<![CDATA[")
    parts = [first]
    for section in sections:
        words, end, after = section.partition("]]>")
        parts += [escape(words), after] if end else [section]
    return "".join(parts).replace("<![", "<!")


class _Reader(HTMLParser):
    def __init__(self, kind: str) -> None:
        super().__init__(convert_charrefs=True)
        self.draft = Draft(kind)
        self._words: list[str] = []
        self._began = 1
        self._silent = 0  # how deep in what is not said
        self._heading = self._in_title = False
        self._alias = ""  # of a <sub>: what is said in place of what is written
        self._sounds: tuple[str, int] | None = None  # of a <phoneme>, and where its words begin
        self._noted: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        line = self.getpos()[0]
        if tag in ("html", "speak"):
            self.draft.language = values.get("xml:lang") or values.get("lang") or ""
        if tag in _SILENT:
            self.finish()
            self._silent += 1
        elif tag == _TITLE:
            self._in_title = True
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.finish()
            self._heading = tag in _HEADINGS
        elif tag == "br":
            self._words.append(" ")
        elif tag == "break":
            self._break(values, line)
        elif tag == "sub" and "alias" in values:
            self._words.append(values["alias"])
            self._alias = values["alias"]
        elif tag == "prosody" and values:
            told = ", ".join(f"{key}={value}" for key, value in values.items())
            slow = values.get("rate", "").lower() in _SLOW
            advice = "; this voice is slow by itself" if slow else ""
            self._note(line, f"left out: the voice's {told}{advice}")
        elif tag == "phoneme" and values.get("alphabet", "ipa") == "ipa" and values.get("ph"):
            self._sounds = values["ph"], len(self._words)
        elif tag in ("audio", "img", "phoneme", "say-as", "mark"):
            self._note(line, f"left out: <{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag == _TITLE:
            self._in_title = False
        elif tag == "sub":
            self._alias = ""
        elif tag == "phoneme" and self._sounds:
            self._list(*self._sounds)
            self._sounds = None
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.finish()
            self._heading = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            data = data if len(self.draft.title) < MAX_WORD_LETTERS else ""
            self.draft.title = " ".join(f"{self.draft.title} {data}".split())
        elif not self._silent and not self._alias:
            if not "".join(self._words).strip():
                self._began = self.getpos()[0] + len(data) - len(data.lstrip("\n"))
            self._words.append(data)

    def finish(self) -> None:
        """Hand on the words that have come together."""
        words = " ".join("".join(self._words).split())
        self._words.clear()
        if not words:
            return
        if self._heading:
            self.draft.block(f"## {words}", self._began)
        else:
            self.draft.block(words, self._began)

    def _list(self, sounds: str, at: int) -> None:
        """Put a word whose sounds are given into the list of words."""
        written, said = "".join(self._words[at:]).strip(), f"/{sounds.strip()}/"
        others = [word for word in self.draft.words if word.written == written]
        if fault(written, said) or any(word.said != said for word in others):
            self._note(self.getpos()[0], f"left out: the sounds {said} of {written!r}")
        elif not others:
            self.draft.words.append(listed(written, said))
            self._note(self.getpos()[0], f"put into the list of words: {written}: {said}")

    def _break(self, values: dict[str, str], line: int) -> None:
        if time := _TIME.fullmatch(values.get("time", "")):
            seconds = float(time[1]) / (1000 if time[2].lower() == "ms" else 1)
        else:
            seconds = _STRENGTHS.get(values.get("strength", "medium").lower(), 0.5)
        if seconds < _LEAST_SECONDS:  # as at a comma
            self._words.append(" ")
            return
        self.finish()
        self.draft.block(rest(seconds), line)

    def _note(self, line: int, message: str) -> None:
        if message not in self._noted:
            self._noted.add(message)
            self.draft.note(line, message)
