"""Making files on a Dask cluster: the same work, by workers that come and go.

A task is named after its content and its file, so that nothing stale is ever taken for it. A clip
goes from the worker that has made it to those that need it; when it is lost with a worker, Dask
has it made again.
"""

import contextlib
import importlib
import logging
import multiprocessing
import os
import re
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from voice_guide.batch import remote
from voice_guide.batch.chunks import Chunk, Chunks
from voice_guide.batch.making import Failed, Job, Made
from voice_guide.batch.manifest import Record, kept_safe
from voice_guide.batch.processes import MOST_ENDINGS
from voice_guide.batch.stamps import digest_of_text, sound_version
from voice_guide.errors import ClusterError, VoiceGuideError, reason
from voice_guide.files import replacing_all
from voice_guide.leftovers import sweep, temporary_folder
from voice_guide.units import counted
from voice_guide.voices import NONE
from voice_guide.voices.clips import Progress

__all__ = ["Cluster", "cluster"]

LOCAL = "local"

FIND_SECONDS, WAIT_SECONDS = 10.0, 60.0
"""For the scheduler, and for the first worker to come."""

LOOK_SECONDS = 2.0
"""After which a cluster is asked again how many workers it has."""

_OPEN = (
    "this cluster has no TLS: whoever reaches its network can read what is sent, and run programs "
    "on its computers. docs/catalogues.md says how to close it"
)

PORT = 8786
"""Where Dask's schedulers listen, if others may reach them."""


@contextlib.contextmanager
def cluster(address: str, at_once: int, gather: bool) -> Iterator["Cluster"]:
    """Give a cluster.

    Args:
        address: of its scheduler; ``local`` for one that is started here: on this computer alone,
            unless Dask is configured for TLS.
        at_once: the workers of that one.
        gather: whether files are sent here, and not written by the workers.

    Raises:
        ClusterError: if there is none.
    """
    dask = _dask()
    with contextlib.ExitStack() as stack:
        notes = []
        try:
            if address == LOCAL:
                here = stack.enter_context(_local(at_once))
                client = dask.Client(here, set_as_default=False)
                notes = [f"the scheduler listens at {here.scheduler_address}"]
            else:
                client = dask.Client(
                    address, timeout=FIND_SECONDS, security=dask.Security(), set_as_default=False
                )
            stack.callback(client.close, timeout=1)
            client.wait_for_workers(1, timeout=WAIT_SECONDS)
            if re.match(r"tcp://(?!127\.|localhost\b|\[::1\])", str(client.scheduler.address)):
                notes.append(_OPEN)
        except (OSError, ValueError, TypeError) as error:
            raise ClusterError(
                f"no cluster can be used at {address}: {reason(error)}. Start its scheduler and "
                "a worker, and give the address that the scheduler tells, such as "
                "tls://10.0.0.5:8786; or local, for one on this computer."
            ) from error
        yield Cluster(client, gather, notes)


def _dask() -> Any:
    """Return Dask's package for clusters.

    Raises:
        ClusterError: saying how to install it.
    """
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise ClusterError(
            "a cluster needs Dask: install it with  pip install 'voice-guide[cluster]'"
        ) from error


@contextlib.contextmanager
def _local(workers: int) -> Iterator[Any]:
    """Start a cluster on this computer."""
    from dask import config

    dask = _dask()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    security = dask.Security()
    secure = bool(security.get_listen_args("scheduler").get("ssl_context"))
    where = {"host": "tls://0.0.0.0", "scheduler_port": PORT} if secure else {"host": "127.0.0.1"}
    # A task is given up when it has ended more workers than that.
    failures = {"distributed.scheduler.allowed-failures": MOST_ENDINGS - 1}
    with temporary_folder() as folder, config.set(failures):
        started = dask.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            security=security,
            dashboard_address=None,
            local_directory=str(folder),
            silence_logs=logging.CRITICAL,
            **where,
        )
        try:
            yield started
        finally:
            for process in multiprocessing.active_children():  # cancelled work goes on otherwise
                process.kill()
            with contextlib.suppress(Exception):
                started.close(timeout=1)
            sweep()


class Cluster:
    """The workers of a Dask cluster.

    Args:
        client: connected to its scheduler.
        gather: whether files are sent here.
        notes: what its owner should know.
    """

    def __init__(self, client: Any, gather: bool, notes: list[str]) -> None:
        self.notes = notes
        self._client, self._gather = client, gather
        self._only: list[str] | None = None  # the workers that can, if others can't

    def speak(self, jobs: Sequence[Job], progress: Progress) -> dict[int, Failed]:
        """Find out which workers can make them; they speak when it is needed.

        Raises:
            ClusterError: if none can; names each.
        """
        voices = {
            (job.export.settings.voice, job.export.settings.rate, job.export.script.language): (
                replace(job.export, settings=replace(job.export.settings, bed=None))
            )
            for job in jobs
            if job.export.settings.voice != NONE
        }
        answers = self._client.run(
            remote.hindrance, list(voices.values()), sound_version(), on_error="return"
        )
        cannot = {worker: str(told) for worker, told in answers.items() if told}
        named = "\n".join(f"  {worker}: {reason(told)}" for worker, told in cannot.items())
        if len(cannot) == len(answers):
            raise ClusterError(f"no worker of the cluster can make these files:\n{named}")
        if cannot:
            self._only = [worker for worker in answers if worker not in cannot]
            self.notes.append(f"{counted(len(cannot), 'worker')} can't make these files:\n{named}")
        progress(1, 1)
        return {}

    def make(self, jobs: Sequence[Job], begun: Any) -> Generator[tuple[Job, Made | Failed]]:
        chunks, speech = Chunks(jobs), dict[str, Any]()
        waiting, running = deque(jobs), dict[Any, tuple[Job, list[Chunk]]]()
        try:
            while waiting or running:
                # No more than can be worked on: what waits at a worker counts as lost with it.
                for _ in range(min(self._threads() - len(running), len(waiting))):
                    job = waiting.popleft()
                    begun(job)
                    needed = chunks.needed(job)
                    clips = [self._said(chunk, speech) for chunk in needed]
                    running[self._submitted(job, clips)] = job, needed
                for future in self._done(list(running)):
                    job, needed = running.pop(future)
                    if any(chunks.split(each) for each in needed if self._failed(speech, each)):
                        waiting.append(job)
                        continue
                    yield job, self._result(job, future)
                    for name in chunks.over(job):
                        speech.pop(name, None)
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel([*running, *speech.values()])

    def _threads(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return sum(n for worker, n in threads.items() if not self._only or worker in self._only)

    def _said(self, chunk: Chunk, speech: dict[str, Any]) -> Any:
        if chunk.name not in speech:
            speech[chunk.name] = self._client.submit(
                remote.say,
                chunk.export,
                tuple(chunk.lines.values()),
                key=chunk.name,
                workers=self._only,
            )
        return speech[chunk.name]

    def _failed(self, speech: dict[str, Any], chunk: Chunk) -> bool:
        future = speech.get(chunk.name)
        return future is not None and future.status == "error"

    def _submitted(self, job: Job, clips: list[Any]) -> Any:
        sent = remote.packed(job) if self._gather else remote.Sent(_absolute(job), {})
        key = f"voice-guide-{digest_of_text(repr((sorted(job.stamp.items()), sent.job.files)))}"
        return self._client.submit(
            remote.make, sent, *clips, gather=self._gather, key=key, workers=self._only
        )

    def _done(self, running: list[Any]) -> list[Any]:
        """Wait until something has ended, or a while; return what has."""
        if running:
            with contextlib.suppress(TimeoutError), self._client.as_current():
                _dask().wait(running, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        return [future for future in running if future.done()]

    def _result(self, job: Job, future: Any) -> Made | Failed:
        if future.cancelled():
            raise ClusterError("the scheduler is gone: start it, and this command, again.")
        error = future.exception()
        if isinstance(error, _dask().KilledWorker):
            many = error.allowed_failures + 1
            return Failed(f"{many} workers of the cluster ended while they made it")
        if error is not None:
            return Failed(f"{type(error).__name__}: {reason(error)}")
        result = future.result()
        try:
            return _here(job, result)
        except VoiceGuideError as told:
            return Failed(f"{told} If the workers don't share this folder, add --gather.")


def _here(job: Job, result: Any) -> Made | Failed:
    """Return what is known of files that are here now."""
    if isinstance(result, remote.Arrived):
        with replacing_all(job.files) as parts:
            for file, content in zip(job.files, result.contents, strict=True):
                parts[file].write_bytes(content)
        kept_safe(job.files)
        return replace(result.made, record=Record.of(dict(job.stamp), job.files))
    if isinstance(result, Made):
        known = list(result.record.files.values())
        files = dict(zip(map(str, job.files), known, strict=True))
        record = Record(result.record.stamp, files)
        if gone := [*record.missing(), *record.changed()]:
            return Failed(
                f"a worker has written {gone[0]}, but it isn't here: add --gather, as the workers "
                "don't share this folder"
            )
        return replace(result, record=record)
    failed: Failed = result
    return failed


def _absolute(job: Job) -> Job:
    """Return an export as a worker takes it, whose current folder is another."""
    made = {str(file): os.path.abspath(file) for file in job.files}
    if cover := job.export.files.get("cover"):
        made[str(cover)] = os.path.abspath(str(cover))
    chosen: Any = {name: made.get(str(value), value) for name, value in job.export.files.items()}
    export = replace(job.export, target=made[job.export.target], files=chosen)
    files = tuple(Path(made[str(file)]) for file in job.files)
    return Job(export, files, job.stamp, tuple(map(str, job.files)))
