"""Which pages are open: when the last has been gone for a while, the server ends."""

import time
from collections.abc import Callable

__all__ = ["Presence"]

ALIVE_SECONDS = 150.0
"""After a page has called: one that nobody looks at may do so once a minute only (Chromium)."""

GONE_SECONDS = 20.0
"""From the last page to the end: to load it anew, or to come back to it, takes less."""

MOST_PAGES = 100


class Presence:
    """The pages that have called not long ago.

    Args:
        clock: tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}  # when a page counts as gone, if it doesn't call again
        self._ends: float | None = None  # once there was a page

    def alive(self, page: str) -> None:
        """A page calls."""
        self._until.pop(page, None)
        self._until[page] = self._clock() + ALIVE_SECONDS
        if len(self._until) > MOST_PAGES:
            del self._until[next(iter(self._until))]
        self._ends = max(self._until.values()) + GONE_SECONDS

    def gone(self, page: str) -> None:
        """A page closes, or is loaded anew."""
        if self._until.pop(page, None) is not None:
            self._ends = max(self._until.values(), default=self._clock()) + GONE_SECONDS

    def over(self) -> bool:
        """Whether the last page has been gone for a while."""
        return self._ends is not None and self._clock() > self._ends
