"""Whose turn it is to speak a line, and what is said of a voice that could not."""

from collections.abc import Mapping, Sequence
from itertools import chain

from voice_guide.errors import SpeechError, reason
from voice_guide.scripting.model import Line
from voice_guide.voices import Voice
from voice_guide.voices.asking import Asking

__all__ = ["Turns"]

_MOST_FAULTS = 2
"""After this many, a voice isn't asked again if another may speak instead."""

_SHOWN_LETTERS = 80


class Turns:
    """Gives each line to the first voice that has it, and has not failed with it.

    Args:
        voices: in their order.
        asking: how they are asked.
        wished: those that come first for a line, by the voice that it is given to.
        fallback: whether another voice may speak what one can't; one that has failed twice is then
            asked no more.
    """

    def __init__(
        self,
        voices: Sequence[Voice],
        asking: Asking,
        wished: Mapping[str, Sequence[Voice]],
        fallback: bool,
    ) -> None:
        self._voices, self._asking = voices, asking
        self._wished, self._fallback = wished, fallback
        every = chain(voices, *wished.values())
        self._faults: dict[Voice, dict[Line, str]] = {voice: {} for voice in every}

    def anew(self) -> "Turns":
        """Return the same before any voice has failed, and no other speaks what one can't."""
        return Turns(self._voices, self._asking, self._wished, False)

    def of(self, line: Line) -> Voice | None:
        """Return whose turn it is; None if nobody is left that has the line."""
        for voice in (*self._wished.get(line.voice, ()), *self._voices):
            faults = self._faults[voice]
            may = line not in faults and len(faults) < _MOST_FAULTS
            if may and self._asking.identity(voice, line):
                return voice
        return None

    def asked(self, line: Line) -> Voice:
        """Return whose turn it is, or who is to say that the line can't be spoken."""
        return self.of(line) or self._voices[-1]

    def failed(self, voice: Voice, line: Line, why: str) -> str | SpeechError:
        """Note that a voice could not speak a line.

        Returns:
            A sentence, if it is another's turn now; else what is wrong.
        """
        self._faults[voice][line] = why
        shown = line.text
        if len(shown) > _SHOWN_LETTERS:
            shown = shown[: _SHOWN_LETTERS - 3] + "..."
        told = f"the voice {voice.name!r} could not speak {shown!r}: {reason(why)}"
        if self._fallback and (following := self.of(line)):
            on = ", and everything after it" if len(self._faults[voice]) == _MOST_FAULTS else ""
            return f"{told}. The voice {following.name!r} spoke it instead{on}."
        where = f"{line.place}: " if line.place else ""
        has = self._asking.identity(voice, line)
        other = "other words, another --voice or --rate" if has else "another --voice"
        return SpeechError(
            f"{where}{told}.\nTry {other}, "
            "--fallback to let another voice speak what this one can't, "
            "or --voice none for the breath alone."
        )

    def close(self) -> None:
        """End the processes of every voice."""
        for voice in self._faults:
            voice.close()
