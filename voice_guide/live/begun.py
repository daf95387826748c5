"""Where the breaths of a session begin in what is read of it."""

from collections import deque
from typing import NamedTuple

from voice_guide.plan.breath import Breath

__all__ = ["Beginnings", "Begun"]

NOTED_BREATHS = 16
"""The last ones are kept: whoever shows them looks more often."""


class Begun(NamedTuple):
    """A breath, and the frame of all that is read at which it begins; below 0: before it."""

    at: int
    breath: Breath


class Beginnings:
    """Notes the breaths as they are read; who wants them takes them out.

    Args:
        position: of the frame that is read next.
    """

    def __init__(self, position: int) -> None:
        self.breaths: deque[Begun] = deque(maxlen=NOTED_BREATHS)
        self._position = position
        self._last: Begun | None = None

    def note(self, frames: int, breath: Breath | None, into: int) -> None:
        """Note what sounds after so many frames more, and how far into it that is.

        A breath that goes on elsewhere than it was noted, as after a pause, is noted again.
        """
        self._position += frames
        if breath is not None:
            begun = Begun(self._position - into, breath)
            if begun != self._last:
                self._last = begun
                self.breaths.append(begun)
