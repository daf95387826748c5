"""The speech of many exports in pieces for many workers; each line is in one of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from voice_guide.batch.making import Job
from voice_guide.batch.speaking import grouped
from voice_guide.batch.stamps import digest_of_text
from voice_guide.scripting.model import Line
from voice_guide.session.exporting import Export

__all__ = ["Chunk", "Chunks"]

LINES_AT_ONCE = 8
"""Spoken by one worker at a time: 5 MB of clips, and work for many workers in one session."""


@dataclass(frozen=True)
class Chunk:
    """Lines that are spoken together.

    Attributes:
        export: one of those that need them.
        lines: by what the cache calls their clips.
    """

    export: Export
    lines: dict[str, Line]

    @property
    def name(self) -> str:
        """What it is called, by its content."""
        return f"speech-{digest_of_text(''.join(self.lines))}"


class Chunks:
    """The pieces that exports need, until the last of these is made."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._needs: dict[int, list[str]] = {}
        self._of: dict[str, Chunk] = {}
        for group in grouped(jobs, lambda *_: False):
            self._needs |= {id(job): group.needs for job in group.jobs}
            keys = list(group.lines)
            for first in range(0, len(keys), LINES_AT_ONCE):
                some = keys[first : first + LINES_AT_ONCE]
                chunk = Chunk(group.export, {key: group.lines[key] for key in some})
                self._of |= dict.fromkeys(some, chunk)
        self._left = Counter(key for needs in self._needs.values() for key in needs)

    def needed(self, job: Job) -> list[Chunk]:
        """Return the pieces with the lines of an export."""
        found = (self._of[key] for key in self._needs.get(id(job), ()))
        return list({chunk.name: chunk for chunk in found}.values())

    def split(self, chunk: Chunk) -> bool:
        """Have each line of a piece in one of its own, so that only one that is at fault fails.

        Returns:
            Whether it had more than one, or was split before.
        """
        if all(self._of[key] is chunk for key in chunk.lines) and len(chunk.lines) > 1:
            for key, line in chunk.lines.items():
                self._of[key] = Chunk(chunk.export, {key: line})
        return len(chunk.lines) > 1

    def over(self, job: Job) -> list[str]:
        """Note that an export is made; return the names of pieces that nobody needs any more."""
        needed = self.needed(job)
        self._left.subtract(self._needs.pop(id(job), ()))
        return [chunk.name for chunk in needed if not any(self._left[key] for key in chunk.lines)]
