"""An engine as voices use it: started only when something is to be said."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from voice_guide.voices import WorkerFault

if TYPE_CHECKING:
    from voice_guide.voices.workers import Workers

__all__ = ["Engine"]


class Engine:
    """Workers that start when they are first asked, and again after they were closed.

    Args:
        name: of the module in ``voice_guide.engines``.
        how: of the workers, see ``Workers``.
    """

    def __init__(self, name: str, **how: Any) -> None:
        self._name, self._how = name, how
        self._workers: Workers | None = None

    def ask(self, requests: Sequence[dict[str, Any]]) -> Iterator[bytes | WorkerFault]:
        """Yield the answer to each request, an audio file's bytes or what went wrong."""
        return self._ready().ask(requests)

    def wake(self) -> None:
        """Start a process that speaks, which takes a moment."""
        self._ready().wake()

    def close(self) -> None:
        """End its processes."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None

    def _ready(self) -> "Workers":
        if self._workers is None:
            from voice_guide.voices.workers import Workers, worker_command

            self._workers = Workers(worker_command(self._name), **self._how)
        return self._workers
