"""A word beside the session, said over the breath where no line is in its way."""

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.units import db_to_gain, seconds_to_frames

__all__ = ["Remarks"]

BELOW_VOICE_DB = 6.0
"""It isn't part of the session, so it is softer than its lines."""

PATIENCE_SECONDS = 6.0
"""A word that finds no room for so long is not said: it would be about something past."""


class Remarks:
    """One word at a time; a newer one takes the place of one that waits."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._waiting = np.zeros((0, 2), np.float32)
        self._patience = 0  # frames
        self._sounding = np.zeros((0, 2), np.float32)

    def say(self, clip: Audio) -> None:
        """Say a word, float32 (frames,), as soon as there is room."""
        softer = clip * np.float32(db_to_gain(-BELOW_VOICE_DB))
        self._waiting = np.repeat(softer[:, None], 2, axis=1)
        self._patience = seconds_to_frames(PATIENCE_SECONDS, self._rate)

    @property
    def frames(self) -> int:
        """The room that the word which waits would take; 0 for none."""
        return len(self._waiting)

    def mix(self, out: Audio, free: bool) -> None:
        """Add what is due to a block, float32 (frames, 2).

        Args:
            out: the block.
            free: whether there is room for the word which waits.
        """
        if len(self._waiting) and not len(self._sounding) and free:
            self._sounding, self._waiting = self._waiting, self._waiting[:0]
        self._patience -= len(out)
        if self._patience < 0:
            self._waiting = self._waiting[:0]
        due, self._sounding = np.split(self._sounding, [len(out)])
        out[: len(due)] += due
