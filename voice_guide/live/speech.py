"""Speech in the making while the session already sounds."""

import threading
from itertools import islice

from voice_guide.errors import SpeechError
from voice_guide.live.playback import Playback
from voice_guide.scripting.model import Line
from voice_guide.session import Session

__all__ = ["PATIENCE_SECONDS", "Speech"]

PATIENCE_SECONDS = 5.0
"""How long a voice may take to end."""


class Speech:
    """The thread that makes the lines while the session already sounds."""

    def __init__(self, session: Session) -> None:
        self.faults: list[SpeechError] = []
        self._error: Exception | None = None
        self._session = session
        self._first = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        # A length can be met only when all lines are there; until then the breath sounds alone.
        self.placed = session.recall() or not session.settings.fitted

    def start(self, playback: Playback, item: int) -> None:
        self._thread = threading.Thread(target=self._run, args=(playback, item), daemon=True)
        self._thread.start()

    def wait_for_first(self, seconds: float | None = None) -> None:
        """Return when the first line is there, or after so long.

        Raises:
            SpeechError: if it can't be spoken.
        """
        self._first.wait(seconds)
        self.check()

    @property
    def at_work(self) -> bool:
        """Whether lines are being made."""
        return self._thread is not None and self._thread.is_alive()

    def check(self) -> None:
        """Raise what ended the thread, if anything did."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End what is being made; a thread inside an extension would take the process down."""
        self._stopping = True
        self._session.clips.close()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)

    def _failed(self, fault: SpeechError) -> None:
        self._go_on()
        self.faults.append(fault)

    def _go_on(self, *_progress: int) -> None:
        if self._stopping:
            raise SpeechError("it was stopped")

    def _run(self, playback: Playback, item: int) -> None:
        session = self._session
        try:
            lines = list(session.script.lines())
            ahead = lines[_lines_before(session, item) :]
            if self.placed:
                session.clips.prepare(ahead[:1])
            self._first.set()
            words = [*ahead[:1], *session.numbers(), *ahead, *lines]
            session.clips.prepare(words, self._go_on, self._failed)
            if not self.placed:
                playback.begin()
        except Exception as error:  # reported by the thread that listens
            self._error = error
        finally:
            session.clips.close()
            self._first.set()


def _lines_before(session: Session, item: int) -> int:
    return sum(isinstance(i, Line) for i in islice(session.script.items(), item))
