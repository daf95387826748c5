"""Speech that is made while somebody tunes or writes, so that each line has its true length."""

import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary

from voice_guide.errors import SpeechError
from voice_guide.live.speech import PATIENCE_SECONDS
from voice_guide.session import Session
from voice_guide.voices.clips import Clips

__all__ = ["Making"]

CALM_SECONDS = 1.0
"""Without another question, before it begins: nobody wants every half-typed word to be spoken."""


class Making:
    """The thread that makes the speech of the session that was asked for last."""

    def __init__(self) -> None:
        self.faults: WeakKeyDictionary[Clips, str] = WeakKeyDictionary()  # what can't be said
        self.gives_way: Callable[[], bool] = lambda: False  # to what makes the same, and is heard
        self._wanted: Session | None = None
        self._speaking: Clips | None = None
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def want(self, session: Session | None) -> None:
        """Make the speech of a session, and no longer that of another; None: of none."""
        with self._changed:
            if session is None or self._is_new(session.clips):
                self._wanted = session
                self._changed.notify_all()

    def _is_new(self, clips: Clips) -> bool:
        at_work = self._wanted is not None and self._wanted.clips is clips
        return not at_work and clips not in self.faults

    def close(self) -> None:
        """End it, and what speaks for it."""
        with self._changed:
            self._over, self._wanted = True, None
            self._changed.notify_all()
            speaking = self._speaking
        if speaking is not None:
            speaking.close()
        self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        while (session := self._next()) is not None:
            self._make(session)

    def _next(self) -> Session | None:
        """Wait until a session has been wanted for a while; None at the end."""
        with self._changed:
            while not self._over:
                if self._wanted is None:
                    self._changed.wait()
                elif not (self._changed.wait(CALM_SECONDS) or self.gives_way()):
                    return self._wanted
        return None

    def _make(self, session: Session) -> None:
        def go_on(*_progress: int) -> None:
            if self._wanted is None or self._wanted.clips is not session.clips:
                raise _LeftError

        self._speaking = session.clips
        try:
            session.clips.prepare([*session.script.lines(), *session.numbers()], go_on)
        except _LeftError:
            return
        except Exception as error:
            told = str(error) if isinstance(error, SpeechError) else "it could not be spoken."
            self.faults[session.clips] = told
        finally:
            session.clips.close()
            self._speaking = None
        with self._changed:
            if self._wanted is not None and self._wanted.clips is session.clips:
                self._wanted = None


class _LeftError(Exception):
    """Another session is wanted, or none."""
