"""Calls into the sound library, which may not come back: its server may have stopped answering.

They are made one after the other, as PortAudio takes only one at a time, by a thread that nobody
has to wait for: neither the keys nor the end of the program.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from voice_guide.errors import DeviceError

__all__ = ["ANSWER_SECONDS", "LET_GO_SECONDS", "ask", "in_time", "stuck"]

T = TypeVar("T")

ANSWER_SECONDS = 10.0
"""A computer with many devices takes seconds to look through them."""

LET_GO_SECONDS = 0.7
"""A device that can be closed is closed by then; one whose server hangs is left alone."""

_asked: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
_lock = threading.Lock()
_thread: threading.Thread | None = None
_busy_since: float | None = None


def ask(work: Callable[[], T]) -> Future[T]:
    """Have something done after all that was asked for before; don't wait for it."""
    global _thread
    with _lock:
        if _thread is None:
            _thread = threading.Thread(target=_run, name="sound library", daemon=True)
            _thread.start()
    future: Future[T] = Future()
    _asked.put((future, work))
    return future


def in_time(work: Callable[[], T], seconds: float = ANSWER_SECONDS) -> T:
    """Return what something comes to, or raise what it raises.

    Raises:
        DeviceError: if it takes too long.
    """
    if threading.current_thread() is _thread:
        return work()
    future = ask(work)
    before = 0.0 if _busy_since is None else time.monotonic() - _busy_since
    try:
        return future.result(max(seconds - before, 0))  # what is stuck is not waited for twice
    except TimeoutError as error:
        if future.done():  # it is an error of its own
            raise
        raise DeviceError(
            f"the sound server has not answered for {seconds:g} s. Restart it, or the computer, "
            "and try again."
        ) from error


def stuck() -> bool:
    """Whether a call has not come back yet."""
    return _busy_since is not None


def _run() -> None:
    global _busy_since
    while True:
        _busy_since = None
        future, work = _asked.get()
        _busy_since = time.monotonic()
        try:
            future.set_result(work())
        except BaseException as error:  # whoever asked is told
            future.set_exception(error)
        del future, work
