"""What each voice is given of a line: its words as they are said, in parts that it can take."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voice_guide.scripting.model import Line
from voice_guide.scripting.words import Words, laid_over
from voice_guide.voices import Voice
from voice_guide.voices.pronouncing import spoken, takes_sounds

__all__ = ["Asking"]


@dataclass(frozen=True)
class Asking:
    """How voices are asked for lines.

    Attributes:
        language: of the lines, in whose words signs are said.
        own_words: how the listener wants some to be said, whatever a script has for them.
        apart: with a pause wherever there is a mark within a line.
    """

    language: str
    own_words: Words = ()
    apart: bool = False

    def words(self, voice: Voice, line: Line) -> str:
        """What a voice is to say; a recording is found by what is written."""
        if voice.whole:
            return line.text
        return spoken(line.text, self.language, self.listed(line), takes_sounds(voice.name))

    def expected(self, voice: Voice | None, line: Line) -> str:
        """What should be heard of a line: what it is written as, or another spelling of a list."""
        if voice is None or voice.whole:
            return line.text
        return spoken(line.text, self.language, self.listed(line), False)

    def listed(self, line: Line) -> Words:
        """How some of its words are said."""
        return laid_over(self.own_words, line.words)

    def identity(self, voice: Voice, line: Line) -> Mapping[str, Any] | None:
        """What makes a voice say it as it does; None if it hasn't got the line."""
        return voice.identity(self.words(voice, line))

    def parts(self, voice: Voice, line: Line) -> list[str]:
        """What a voice is given at once."""
        from voice_guide.voices.prepare import spoken_parts

        if voice.whole:
            return [line.text]
        words = self.words(voice, line)
        pieces = re.split(r"(?<=[,;:.!?…]) ", words) if self.apart else [words]
        return [part for piece in pieces for part in spoken_parts(piece)]
