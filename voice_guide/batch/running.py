"""The two stages of a catalogue: its speech, then its files, each noted when it is whole."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Protocol

from voice_guide.batch.making import Failed, Job, Made, attempt
from voice_guide.batch.manifest import Manifest
from voice_guide.batch.processes import MOST_ENDINGS, in_processes
from voice_guide.batch.speaking import speak
from voice_guide.voices.clips import Progress

__all__ = ["Runner", "make", "runner"]

Begun = Callable[[Job], None]

_ENDED = (
    f"it ended the process that made it, {MOST_ENDINGS} times. There may be too little memory: "
    "try a smaller number of --jobs"
)


class Runner(Protocol):
    """Where files are made."""

    notes: list[str]
    """What its owner should know before it begins."""

    def speak(self, jobs: Sequence[Job], progress: Progress) -> dict[int, Failed]:
        """Speak what all of them need; return why some can't be made, by their ``id``."""

    def make(self, jobs: Sequence[Job], begun: Begun) -> Generator[tuple[Job, Made | Failed]]:
        """Yield each export with what became of it, as they come."""


class _Here:
    """The processes of this computer."""

    def __init__(self, at_once: int) -> None:
        self.notes: list[str] = []
        self._at_once = at_once

    def speak(self, jobs: Sequence[Job], progress: Progress) -> dict[int, Failed]:
        return speak(jobs, progress)

    def make(self, jobs: Sequence[Job], begun: Begun) -> Generator[tuple[Job, Made | Failed]]:
        for job, result in in_processes(attempt, jobs, self._at_once, begun):
            yield job, result or Failed(_ENDED)


def runner(scheduler: str | None, at_once: int, gather: bool) -> AbstractContextManager[Runner]:
    """Return where files are made: here, or on the cluster of a scheduler.

    Args:
        scheduler: its address; ``local`` for one on this computer; None for none.
        at_once: files, on this computer.
        gather: whether a cluster's files are sent here.

    Raises:
        ClusterError: if there is no such cluster, or it can't make anything.
    """
    if scheduler is None:
        return nullcontext(_Here(at_once))
    from voice_guide.batch.cluster import cluster

    return cluster(scheduler, at_once, gather)


def make(
    jobs: Sequence[Job], manifest: Manifest, where: Runner, begun: Begun
) -> Generator[tuple[Job, Made | Failed]]:
    """Make exports; yield each with what became of it, as they come. One's failure is its own.

    Args:
        jobs: what is made.
        manifest: what has been made, which goes on.
        where: they are made.
        begun: told of each export that begins.

    Raises:
        OutputError: if the manifest can't be written.
    """

    def noted(job: Job) -> None:
        manifest.begin(job.files)
        begun(job)

    with closing(where.make(jobs, noted)) as making:
        for job, result in making:
            if isinstance(result, Made):
                manifest.finish(job.export.target, result.record)
            yield job, result
