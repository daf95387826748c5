"""Processes that speak: how many at once, how long each may take, and what becomes of a fault."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from voice_guide.voices import WorkerFault

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["AT_ONCE", "ending", "in_order", "tried_twice"]

AT_ONCE = min(os.cpu_count() or 1, 8)
"""Lines that are spoken, and clips that are prepared, side by side."""

Asked = TypeVar("Asked")


def in_order(
    threads: "Executor", answer: Callable[[Asked], bytes | WorkerFault], asked: Sequence[Asked]
) -> Iterator[bytes | WorkerFault]:
    """Yield the answers, worked out side by side, in the order of what was asked.

    Whoever stops listening has those that have not begun left out.
    """
    answers = [threads.submit(answer, each) for each in asked]
    try:
        for one in answers:
            yield one.result()
    finally:
        for one in answers:
            one.cancel()


def tried_twice(ask: Callable[[], bytes]) -> bytes | WorkerFault:
    """Ask, and once more if that fails; return what went wrong the second time."""
    for _ in range(2):
        try:
            return ask()
        except WorkerFault as error:
            fault = error
        except OSError as error:
            fault = WorkerFault(str(error))
    return fault


def ending(code: int, messages: Path) -> str:
    """Say how a process crashed: its exit code, and the last row that it wrote to ``messages``."""
    rows = messages.read_text(encoding="utf-8", errors="replace")[-2000:].split("\n")
    said = [" ".join(row.split()) for row in rows if row.strip()]
    last = f": {said[-1][:200]}" if said else ""
    return f"it crashed (exit {code}){last}"
