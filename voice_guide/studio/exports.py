"""Exports that pages ask for: one at a time, in a process of its own, kept to be fetched."""

import contextlib
import json
import secrets
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from voice_guide.limits import MOST_STUDIO_EXPORTS
from voice_guide.output.beside import CAPTIONS
from voice_guide.output.formats import QUALITIES, form_of
from voice_guide.studio.asked import check_suffix, settings_of, source_of
from voice_guide.studio.refusals import RefusedError

__all__ = ["Exports"]


class _Job:
    """One export: what it makes, and how far it is."""

    def __init__(self, order: dict[str, Any], folder: Path, stem: str) -> None:
        self.folder = folder
        self.file = folder / f"{stem}{order['suffix']}"
        self._order = {**order, "file": str(self.file)}
        self.state: dict[str, Any] = {"state": "speaking", "done": 0, "of": 0, "error": None}
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._stopped = False

    @property
    def ended(self) -> bool:
        return self.state["state"] in ("ready", "failed")

    def files(self) -> list[str]:
        """What can be fetched, the sound first."""
        if self.state["state"] != "ready":
            return []
        others = sorted(path.name for path in self.folder.iterdir() if path != self.file)
        return [self.file.name, *others]

    def run(self) -> None:
        """Make it; a problem becomes its state."""
        error: str | None = "it was stopped."
        try:
            if process := self._start():
                error = self._follow(process)
        except OSError as fault:
            error = f"it can't be started: {fault.strerror}."
        if error is None:
            self.state |= {"state": "ready", "done": self.state["of"]}
        else:
            self.state |= {"state": "failed", "error": error}

    def _start(self) -> "subprocess.Popen[str] | None":
        with self._lock:
            if self._stopped:
                return None
            self.folder.mkdir(mode=0o700)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "voice_guide.studio.exporting"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for the server, which ends it
            )
            return self._process

    def _follow(self, process: "subprocess.Popen[str]") -> str | None:
        """Return what went wrong, or None."""
        error = None
        with process:
            assert process.stdin is not None  # noqa: S101 - a pipe, as asked for
            assert process.stdout is not None  # noqa: S101
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(self._order) + "\n")
                process.stdin.flush()
            for row in process.stdout:
                with contextlib.suppress(ValueError):  # what a library has to say
                    told = json.loads(row)
                    error = told.pop("error", None)
                    self.state |= told
        if process.returncode and error is None:
            return "it was stopped." if self._stopped else "it ended without a word."
        return error

    def stop(self) -> None:
        """End it, and remove what it has made."""
        with self._lock:
            self._stopped = True
            if self._process is not None and self._process.poll() is None:
                self._process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Exports:
    """All that pages have asked for.

    Args:
        folder: a private one, where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "export")

    def add(self, asked: dict[str, Any]) -> str:
        """Begin an export; return what it is called.

        Raises:
            RefusedError, RequestError: if it can't be made, as far as that shows at once.
        """
        order = {name: asked.get(name) for name in ("source", "settings", "suffix", "quality")}
        captions = asked.get("captions") or []
        known = isinstance(captions, list) and all(map(list(CAPTIONS).__contains__, captions))
        if not isinstance(order["suffix"], str) or not known:
            raise RefusedError(
                400, f"choose a format by its suffix, and captions of {list(CAPTIONS)}."
            )
        if order["quality"] not in (None, *QUALITIES):
            raise RefusedError(400, f"quality is one of {', '.join(QUALITIES)}.")
        source, settings = source_of(order["source"]), settings_of(order["settings"])
        check_suffix(order["suffix"])
        form_of(f"x{order['suffix']}", None, settings.sample_rate, order["quality"])
        source.script()
        name = secrets.token_hex(16)
        with self._lock:
            self._make_room()
            job = _Job({**order, "captions": captions}, self._folder / name, source.stem)
            self._jobs[name] = job
        self._thread.submit(job.run)
        return name

    def _make_room(self) -> None:
        if len(self._jobs) >= MOST_STUDIO_EXPORTS:
            oldest = next((name for name, job in self._jobs.items() if job.ended), None)
            if oldest is None:
                raise RefusedError(
                    429, f"{MOST_STUDIO_EXPORTS} exports are being made: wait for one."
                )
            self._jobs.pop(oldest).stop()

    def get(self, name: str) -> dict[str, Any]:
        """Return how far one is.

        Raises:
            RefusedError: if there is none of that name.
        """
        job = self._job(name)
        return {**job.state, "files": job.files()}

    def file(self, name: str, which: str | None = None) -> Path:
        """Return a file that was made: the sound, or one beside it.

        Raises:
            RefusedError: if there is none, or it isn't ready.
        """
        job = self._job(name)
        files = job.files()
        if not files or (which is not None and which not in files):
            raise RefusedError(404, "there is no such file, or not yet.")
        return job.folder / (which or files[0])

    def _job(self, name: str) -> _Job:
        if name not in self._jobs:
            raise RefusedError(404, "this export is no longer kept: make it again.")
        return self._jobs[name]

    @property
    def busy(self) -> bool:
        """Whether one is being made."""
        return any(not job.ended for job in list(self._jobs.values()))

    def remove(self, name: str) -> None:
        """Stop one, if it is there, and remove what it has made."""
        with self._lock:
            job = self._jobs.pop(name, None)
        if job is not None:
            job.stop()

    def close(self) -> None:
        """Stop all of them."""
        for name in list(self._jobs):
            self.remove(name)
        self._thread.shutdown(cancel_futures=True)
