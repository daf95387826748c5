"""A pause, and what may be said in it."""

from collections.abc import Callable, Iterator

import numpy as np

from voice_guide.audio.fade import Fade
from voice_guide.audio.samples import Audio
from voice_guide.live.earcons import hushed
from voice_guide.units import seconds_to_frames

__all__ = ["PAUSE_SECONDS", "Pause"]

PAUSE_SECONDS = 0.3
"""It comes and goes over this."""


class Pause:
    """A gate that closes and opens softly, and words that are said while it is closed."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._gate = Fade(1, 1, 1)
        self._words: Audio | None = None
        self._ends_with_words = True

    @property
    def on(self) -> bool:
        """Whether it was asked for."""
        return self._gate.target == 0

    @property
    def complete(self) -> bool:
        """Whether nothing comes through the gate."""
        return self._gate.value == 0 and not self._gate.left

    @property
    def wished(self) -> bool:
        """Whether the listener wants it, and not only the words that are said in it."""
        return self.on and not (self.speaks and self._ends_with_words)

    @property
    def speaks(self) -> bool:
        """Whether something is said in it."""
        return self._words is not None

    def turn(self, on: bool) -> Audio:
        """Begin, or end; return how the words that sounded fade, float32 (frames, 2)."""
        fading = np.zeros((0, 2), np.float32)
        if self._words is not None and self.complete:
            fading = hushed(self._words, self._rate)
        self._words = None
        frames = seconds_to_frames(PAUSE_SECONDS, self._rate)
        self._gate = Fade(self._gate.value, 0 if on else 1, frames)
        return fading

    def say(self, words: Audio) -> Audio:
        """Pause for words, float32 (frames,), and no longer if there was no pause before.

        Returns:
            how words that sounded fade, as ``turn`` does.
        """
        if self._words is None:
            self._ends_with_words = not self.on
        fading = self.turn(True)
        self._words = np.repeat(words[:, None], 2, axis=1)
        return fading

    def read(self, frames: int, source: Callable[[int], Audio]) -> Audio:
        """Return the next block of a source, or of what is heard instead.

        Args:
            frames: fewer are returned only where the source ends.
            source: returns its next frames, float32 (frames, 2), fewer at its end.
        """
        pieces = list(self._pieces(frames, source))
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def _pieces(self, frames: int, source: Callable[[int], Audio]) -> Iterator[Audio]:
        while frames > 0:
            if not self.complete:
                most = min(frames, self._gate.left or frames)
                piece = source(most)
                self._gate.apply(piece)
                if len(piece) < most:
                    frames = len(piece)
            elif self._words is not None:
                piece, self._words = np.split(self._words, [frames])
                if not len(self._words):
                    self._words = None
                    if self._ends_with_words:
                        self.turn(False)
            else:
                piece = np.zeros((frames, 2), np.float32)
            yield piece
            frames -= len(piece)
