"""Engines in processes of their own, so that no fault of one reaches the session."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from voice_guide.engines import LIMIT, environment
from voice_guide.leftovers import temporary_folder
from voice_guide.limits import LINE_SECONDS
from voice_guide.voices import WorkerFault
from voice_guide.voices.processes import (
    AT_ONCE,
    ending,
    in_order,
    tried_twice,
)

__all__ = ["WorkerFault", "Workers", "worker_command"]

PATIENCE_SECONDS = 5.0
"""A worker that nobody has ended ends itself so long after its time: its session is gone."""


def worker_command(engine: str) -> list[str]:
    """The command of a worker that speaks through a module of ``voice_guide.engines``.

    -P: a file of the current folder, say a ``wave.py``, is not imported.
    """
    return [sys.executable, "-P", "-m", "voice_guide.engines", engine]


class Workers:
    """Processes that answer requests side by side, in the order that they were asked.

    Args:
        command: starts one worker.
        count: how many; by default one for each core.
        time_limit: seconds for one request, before the worker is ended and tried once more.
        once: whether each worker is to answer a single request.
    """

    def __init__(
        self,
        command: Sequence[str],
        count: int | None = None,
        time_limit: float = LINE_SECONDS,
        once: bool = False,
    ) -> None:
        self._time_limit = time_limit
        self._once = once
        count = count or AT_ONCE
        self._folder = contextlib.ExitStack()
        folder = str(self._folder.enter_context(temporary_folder()))
        own = environment(
            TMPDIR=folder,  # what it leaves when it is ended goes with the folder
            ORT_DISABLE_TELEMETRY="1",  # onnxruntime would report to its makers
            **{LIMIT: str(time_limit + PATIENCE_SECONDS)},
        )
        self._threads = ThreadPoolExecutor(count)
        messages = [Path(folder, f"messages-{number}") for number in range(count)]
        self._workers = [_Worker(command, own, path) for path in messages]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        # Where nobody closes it, the end of the process does.
        parts = self._threads, self._workers, self._folder
        self._forgotten = weakref.finalize(self, _close, *parts)

    def wake(self) -> None:
        """Start the process that is asked first, as it will be soon."""
        with contextlib.suppress(WorkerFault):  # reported when it is asked
            self._workers[0].start()

    def ask(self, requests: Sequence[dict[str, Any]]) -> Iterator[bytes | WorkerFault]:
        """Yield the answer to each request, an audio file's bytes or what went wrong."""
        yield from in_order(self._threads, self._answer, requests)

    def _answer(self, request: dict[str, Any]) -> bytes | WorkerFault:
        worker = self._idle.get()
        try:
            return tried_twice(lambda: worker.ask(request, self._time_limit))
        finally:
            if self._once:
                worker.end()
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes, also those that are at work."""
        _close(self._threads, self._workers, self._folder)
        self._forgotten.detach()


def _close(
    threads: ThreadPoolExecutor, workers: "Sequence[_Worker]", folder: contextlib.ExitStack
) -> None:
    threads.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.close()
    threads.shutdown()
    folder.close()


class _Worker:
    """One process, started when it is first asked and again after it fails.

    ``messages`` is the file that its standard error goes to.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], messages: Path
    ) -> None:
        self._command = list(command)
        self._environment = environment
        self._messages = messages
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()  # between starting and closing, which are two threads' work

    def ask(self, request: dict[str, Any], time_limit: float) -> bytes:
        with contextlib.suppress(OSError):
            os.truncate(self._messages, 0)  # what was said of earlier lines
        process = self._process or self.start()
        assert process.stdin and process.stdout  # noqa: S101, PT018 - both are pipes
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(time_limit, expire)
        timer.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            head = json.loads(process.stdout.readline())
            body = process.stdout.read(head["bytes"])
            if len(body) != head["bytes"]:
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError):
            fault = f"no answer in {time_limit:g} s" if expired.is_set() else self._ending(process)
            self._end()
            raise WorkerFault(fault) from None
        finally:
            timer.cancel()
        if "error" in head:
            raise WorkerFault(head["error"])
        return body

    def start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise WorkerFault("it was stopped")
            try:
                with self._messages.open("ab") as messages:
                    self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                        self._command,
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=messages,
                        env=self._environment,
                    )
            except OSError as error:
                raise WorkerFault(f"its process can't be started: {error.strerror}") from error
            return self._process

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._end()

    def end(self) -> None:
        """End the process; the next request starts another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ending(self, process: subprocess.Popen[bytes]) -> str:
        """Say what became of a process that gave no proper answer, with its last words."""
        try:
            code = process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "its answer made no sense"
        return ending(code, self._messages)
