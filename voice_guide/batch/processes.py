"""Running work in processes of this computer, each of which may be lost without the others."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from voice_guide.leftovers import sweep

__all__ = ["MOST_ENDINGS", "in_processes"]

MOST_ENDINGS = 3
"""So many processes may end over one piece of work; then it is at fault, and not the computer."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def in_processes(
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    jobs: int,
    begun: Callable[[Task], None] = lambda _: None,
) -> Generator[tuple[Task, Result | None]]:
    """Yield each task with its result, as they come; None where it ended three processes.

    Whoever stops listening, or is interrupted, has the processes ended at once, and swept up after.

    Args:
        work: a function of a module, which is called with a task in another process.
        tasks: to be done.
        jobs: how many at once.
        begun: called with a task when it begins.
    """
    waiting = deque((task, 0) for task in tasks)
    free = [_Lane() for _ in range(max(min(jobs, len(waiting)), 1))]
    lanes, running = list(free), dict[Future[Result], tuple[_Lane, Task, int]]()
    try:
        while waiting or running:
            while waiting and free:
                lane, (task, endings) = free.pop(), waiting.popleft()
                begun(task)
                running[lane.submit(work, task)] = lane, task, endings
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                lane, task, endings = running.pop(future)
                free.append(lane)
                try:
                    result = future.result()
                except BrokenProcessPool:
                    lane.renew()
                    sweep()
                    if endings + 1 < MOST_ENDINGS:
                        waiting.append((task, endings + 1))
                    else:
                        yield task, None
                else:
                    yield task, result
    finally:
        for lane in lanes:
            lane.end()
        sweep()


class _Lane:
    """A pool of one process: when that ends, only what it was doing is lost."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._processes: set[multiprocessing.process.BaseProcess] = set()

    def submit(self, work: Callable[[Task], Result], task: Task) -> "Future[Result]":
        before = set(multiprocessing.active_children())
        with _uninterrupted():
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(1, context, initializer=_begin)
            future = self._pool.submit(work, task)
        self._processes |= set(multiprocessing.active_children()) - before
        return future

    def renew(self) -> None:
        """Have another process for what comes next."""
        self.end()
        self._pool, self._processes = None, set()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        for process in self._processes:
            with contextlib.suppress(ValueError):  # closed by its pool
                process.kill()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have what is started here not hear of Ctrl-C: whoever started it ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Prepare a process: it ends with the one that started it, and by that alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this is a child

    def leave_with_it() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=leave_with_it, daemon=True).start()
