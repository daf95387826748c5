"""Speech programs: one process for each line, with a time limit, and never a shell."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from voice_guide.engines import minder
from voice_guide.leftovers import temporary_folder
from voice_guide.limits import LINE_SECONDS, MOST_RECORDING_BYTES
from voice_guide.voices import WorkerFault
from voice_guide.voices.processes import (
    AT_ONCE,
    ending,
    in_order,
    tried_twice,
)

__all__ = ["OUTPUT", "TEXT_FILE", "Program"]

TEXT_FILE, OUTPUT = "{text_file}", "{output}"
"""Stand for the files of a line in a program's arguments."""


class Program:
    """Runs a program for each line: it reads a text file, and writes an audio file.

    Args:
        arguments: the program and its arguments, with TEXT_FILE and OUTPUT in
            them; without OUTPUT, the audio is what it writes to standard output.
        time_limit: seconds for one line, before it is ended and tried once more.
    """

    def __init__(self, arguments: Sequence[str], time_limit: float = LINE_SECONDS) -> None:
        self._arguments = list(arguments)
        self._time_limit = time_limit
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()  # between starting and closing, which are two threads' work
        self._closed = False
        self._threads: ThreadPoolExecutor | None = None

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        """Yield, in order, an audio file's bytes for each text, or what went wrong."""
        self._closed = False
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE)
        yield from in_order(self._threads, self._answer, texts)

    def close(self) -> None:
        """End all processes, also those that are at work."""
        with self._lock:
            self._closed = True
            for process in self._running:
                minder.end(process.pid)
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None

    def _answer(self, text: str) -> bytes | WorkerFault:
        def run() -> bytes:
            with temporary_folder() as folder:
                return self._run(text, folder)

        return tried_twice(run)

    def _run(self, text: str, folder: Path) -> bytes:
        files = {TEXT_FILE: folder / "line.txt", OUTPUT: folder / "line.wav"}
        files[TEXT_FILE].write_text(f"{text}\n", encoding="utf-8")
        arguments = self._arguments
        for word, file in files.items():
            arguments = [argument.replace(word, str(file)) for argument in arguments]
        printed, messages = folder / "stdout", folder / "stderr"
        with printed.open("wb") as out, messages.open("wb") as err:
            process = self._start(arguments, out, err, folder)
            try:
                self._wait(process, folder)
            finally:
                with self._lock:
                    if process.poll() is None:
                        minder.end(process.pid)
                    self._running.discard(process)
                process.wait()
                _MINDER.forget(folder)
        if process.returncode != 0:
            raise WorkerFault(ending(process.returncode, messages))
        if any(OUTPUT in argument for argument in self._arguments):
            if not files[OUTPUT].is_file():
                raise WorkerFault(
                    f"it wrote its sound to standard output: leave {OUTPUT} out of its command"
                    if printed.stat().st_size
                    else "it wrote no file"
                )
            return files[OUTPUT].read_bytes()
        return printed.read_bytes()

    def _start(
        self, arguments: list[str], out: Any, err: Any, folder: Path
    ) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise WorkerFault("it was stopped")
            _MINDER.begin(folder)
            try:
                process = subprocess.Popen(  # noqa: S603 - an argument list, no shell
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    cwd=folder,
                    env=dict(os.environ),  # without what is set for our own processes
                    start_new_session=True,  # what it starts itself is ended with it
                )
            except OSError as error:
                _MINDER.forget(folder)
                raise WorkerFault(f"it can't be started: {error.strerror}") from error
            self._running.add(process)
            _MINDER.follow(folder, process.pid)
            return process

    def _wait(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        waited, step = 0.0, 0.25
        while waited < self._time_limit:
            try:
                process.wait(min(step, self._time_limit - waited))
                return
            except subprocess.TimeoutExpired:
                waited += step
            if any(
                file.exists() and file.stat().st_size > MOST_RECORDING_BYTES
                for file in folder.iterdir()
            ):
                raise WorkerFault(f"it wrote more than {MOST_RECORDING_BYTES / 1e6:g} MB")
        raise WorkerFault(f"no answer in {self._time_limit:g} s")


class _Minder:
    """Lets a process of its own end the programs, should this one be ended by force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, folder: Path) -> None:
        """Tell where a program will be started; where there can be no minder, it ends nothing."""
        with self._lock, contextlib.suppress(OSError):
            if self._process is None:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                    [sys.executable, "-I", "-S", minder.__file__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    bufsize=0,
                    start_new_session=True,  # Ctrl-C is for the session to answer
                )
        self._tell(folder.name)

    def follow(self, folder: Path, pid: int) -> None:
        self._tell(f"{folder.name} {pid}")

    def forget(self, folder: Path) -> None:
        self._tell(f"{folder.name} -")

    def _tell(self, row: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(f"{row}\n".encode())


_MINDER = _Minder()
