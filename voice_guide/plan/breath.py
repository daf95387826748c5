"""One breath, and what is heard in it: where everything is, in frames."""

from typing import NamedTuple

from voice_guide.scripting.model import Bell, Line

__all__ = ["Breath", "Cue"]


class Cue(NamedTuple):
    """A line or a bell at its place; ``end`` is the frame after its last."""

    start: int
    end: int
    item: Line | Bell
    section: int


class Breath(NamedTuple):
    """One cycle: its first frame, the frames of each phase, and the cues that start in it.

    ``top_up`` frames at the end of the inhale are a second one. ``item`` counts the items of the
    script that were placed before it: a timeline that starts there goes on as this one did.
    """

    number: int
    start: int
    inhale: int
    hold_in: int
    exhale: int
    hold_out: int
    cues: tuple[Cue, ...] = ()
    section: int = 0
    item: int = 0
    top_up: int = 0

    @property
    def phases(self) -> tuple[int, int, int, int]:
        """Frames of inhale, hold, exhale, hold."""
        return self.inhale, self.hold_in, self.exhale, self.hold_out

    @property
    def frames(self) -> int:
        return sum(self.phases)

    @property
    def end(self) -> int:
        return self.start + self.frames

    def fullness(self, at: float) -> float:
        """How full the lungs are so many frames into it, 0 to 1, if air flows evenly."""
        out = at - self.inhale - self.hold_in
        share = at / self.inhale if out < 0 else 1 - out / self.exhale
        return min(max(share, 0.0), 1.0)
