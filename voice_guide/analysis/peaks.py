"""True peaks, through libebur128, which takes longer for them than for all the rest."""

from typing import Any

import numpy as np
import pyebur128
from numpy.typing import NDArray

__all__ = ["TruePeak"]

_MOST_BETWEEN = 2.5
"""The filter that finds true peaks (BS.1770-4, annex 2) raises no peak by more than this."""

_AROUND_FRAMES = 64
"""As far as it reaches, and more."""


class TruePeak:
    """The highest true peak of a file that comes in blocks; it is looked for where it may be.

    Attributes:
        highest: as an amplitude; 0 at first.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.highest = 0.0
        self._rate, self._channels = sample_rate, channels
        self._state: Any = None  # where it is being looked for
        self._before = np.zeros((0, channels), np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        """Take the next block, float32 (frames, channels)."""
        if np.abs(block).max() * _MOST_BETWEEN > self.highest:
            if self._state is None:
                self._begin()
            self._look(block)
        elif self._state is not None:
            self._look(block[:_AROUND_FRAMES])
            self._state = None
        self._before = block[-_AROUND_FRAMES:]

    def _begin(self) -> None:
        mode = pyebur128.MeasurementMode.MODE_TRUE_PEAK
        self._state = pyebur128.R128State(self._channels, self._rate, mode)
        self._look(self._before)

    def _look(self, frames: NDArray[np.float32]) -> None:
        self._state.add_frames(np.ascontiguousarray(frames).reshape(-1), len(frames))
        peaks = (pyebur128.get_true_peak(self._state, c) for c in range(self._channels))
        self.highest = max(self.highest, *peaks)
