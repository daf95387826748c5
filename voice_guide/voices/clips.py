"""The clips of a session's lines: made once, kept in the cache, handed out by line."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from voice_guide.errors import SpeechError
from voice_guide.scripting.model import Line
from voice_guide.voices.espeak import DEFAULT_RATE

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio
    from voice_guide.voices.proven import Proof
    from voice_guide.voices.words import WordTimes

__all__ = ["Calm", "Clips", "Failed", "Progress", "SilentClips", "as_long", "likely_seconds"]

Progress = Callable[[int, int], None]
"""Told how many clips are done, of how many."""

Failed = Callable[[SpeechError], None]
"""Told of a line that can't be spoken."""


class Calm(NamedTuple):
    """How calm a clip was found to be when it was made.

    Attributes:
        lufs: its loudness.
        ceiling: what its true peak doesn't pass, as an amplitude.
        rooms: in how many of the rooms that such a voice leaves (see ``sound/calm.py``).
    """

    lufs: float
    ceiling: float
    rooms: int


CUT_SECONDS = 0.3
"""What is too long fades over this."""

ONSET_SECONDS, LETTER_SECONDS = 0.1, 0.088
"""How long the embedded voice takes at its own rate, polished: it fits the lines of all scripts."""


def likely_seconds(text: str, words_a_minute: int | None = None) -> float:
    """How long a line takes, as long as nobody has said it.

    Args:
        words_a_minute: None for the embedded voice's own rate.
    """
    seconds = ONSET_SECONDS + LETTER_SECONDS * len(text)
    return seconds * DEFAULT_RATE / (words_a_minute or DEFAULT_RATE)


def as_long(clip: "Audio | None", frames: int, sample_rate: int) -> "Audio":
    """Return a clip with so many frames, or silence; one that is too long fades at their end."""
    import numpy as np

    from voice_guide.audio.fade import half_cosine

    whole = np.zeros(frames, np.float32)
    if clip is not None:
        whole[: len(clip)] = clip[:frames]
        if len(clip) > frames:
            fading = min(round(CUT_SECONDS * sample_rate), frames)
            whole[frames - fading :] *= half_cosine(1, 0, fading)
    return whole


class Clips(Protocol):
    """Where a session gets the sound of its lines from."""

    notes: list[str]
    """What the listener should know afterwards: where another voice spoke than was asked for."""

    spoken_by: list[str]
    """The voices that are heard."""

    @property
    def proof(self) -> "Proof | None":
        """What became of the lines, where each was heard."""

    def recall(self, lines: Iterable[Line]) -> bool:
        """Return whether every line has its clip already."""

    def prepare(
        self,
        lines: Iterable[Line],
        progress: Progress | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Make sure that every line has its clip.

        Args:
            progress: called with how far it is.
            failed: called with what can't be spoken and is left out; without it, that is raised.
        """

    def frames(self, line: Line) -> int | None:
        """The length of a line's clip in frames; None while it is not made."""

    def samples(self, line: Line) -> "Audio":
        """A line's clip, float32 (frames,)."""

    def calm(self, line: Line) -> Calm | None:
        """How calm a line's clip was found to be, if that is known."""

    def words(self, line: Line) -> "WordTimes":
        """When the words of a line's clip begin; nothing where nobody tells."""

    def spare(self, lines: Iterable[Line]) -> "Iterator[tuple[Line, Audio]]":
        """Yield the clips of more lines, of those that can be had; nothing is told of them."""

    def close(self) -> None:
        """End whatever speaks."""


class SilentClips:
    """Lines that take about as long as if they were spoken, and are not heard.

    Args:
        sample_rate: in Hz.
        rate: words per minute, or None for the embedded voice's own.
    """

    def __init__(self, sample_rate: int, rate: int | None) -> None:
        self.notes: list[str] = []
        self.spoken_by: list[str] = []
        self.proof = None
        self._sample_rate = sample_rate
        self._rate = rate

    def recall(self, lines: Iterable[Line]) -> bool:
        return True

    def prepare(
        self,
        lines: Iterable[Line],
        progress: Progress | None = None,
        failed: Failed | None = None,
    ) -> None:
        pass

    def frames(self, line: Line) -> int:
        return round(likely_seconds(line.text, self._rate) * self._sample_rate)

    def samples(self, line: Line) -> "Audio":
        return as_long(None, self.frames(line), self._sample_rate)

    def calm(self, line: Line) -> Calm | None:
        return None

    def words(self, line: Line) -> "WordTimes":
        return []

    def spare(self, lines: Iterable[Line]) -> "Iterator[tuple[Line, Audio]]":
        return iter(())

    def close(self) -> None:
        pass
