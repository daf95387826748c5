"""All that pages hear, each by a name that nobody can guess."""

import secrets
import threading
import time
from typing import Any

from voice_guide.limits import MOST_STREAM_FRAMES, MOST_STREAMS
from voice_guide.settings import Settings
from voice_guide.studio.asked import Source, settings_of
from voice_guide.studio.planning import Planner
from voice_guide.studio.refusals import RefusedError
from voice_guide.studio.sound import Sound

__all__ = ["Streams"]

IDLE_SECONDS = 30.0
"""A stream that nobody has pulled for so long gives way, where there are too many."""

FORGOTTEN_SECONDS = 1800.0
"""A stream that nobody has pulled for so long is let go of."""


class Streams:
    """All that pages hear."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._sounds: dict[str, Sound] = {}
        self._lock = threading.Lock()
        planner.making.gives_way = self._speaks

    def _speaks(self) -> bool:
        return any(sound.speaks for sound in list(self._sounds.values()))

    def open(self, source: Source, settings: Settings, at: float) -> tuple[str, Sound]:
        """Open a stream; return what it is called.

        Raises:
            RefusedError: if there are too many.
            ScriptError, RequestError: if it can't be opened.
        """
        self._make_room()
        self._planner.making.want(None)  # its own speech comes first
        sound = Sound(source, settings, at)
        name = secrets.token_hex(16)
        with self._lock:
            self._sounds[name] = sound
        return name, sound

    def _make_room(self) -> None:
        now = time.monotonic()
        with self._lock:
            idle = sorted(self._sounds, key=lambda name: self._sounds[name].pulled)
            gone = [n for n in idle if now - self._sounds[n].pulled > FORGOTTEN_SECONDS]
            left = len(idle) - len(gone)
            if left >= MOST_STREAMS:
                oldest = idle[len(gone)]
                if now - self._sounds[oldest].pulled < IDLE_SECONDS:
                    raise RefusedError(
                        429,
                        f"{MOST_STREAMS} pages are listening already: pause or close one of them.",
                    )
                gone.append(oldest)
            ended = [self._sounds.pop(name) for name in gone]
        for sound in ended:
            sound.close()

    def get(self, name: str) -> Sound:
        """Return a stream.

        Raises:
            RefusedError: if there is none of that name.
        """
        with self._lock:
            sound = self._sounds.get(name)
        if sound is None:
            raise RefusedError(404, "this sound has ended: play it again.")
        return sound

    def close(self, name: str) -> None:
        """End one, if it is there."""
        with self._lock:
            sound = self._sounds.pop(name, None)
        if sound is not None:
            sound.close()

    def close_all(self) -> None:
        """End all of them."""
        for name in list(self._sounds):
            self.close(name)

    def read(self, name: str, frames: int) -> tuple[bytes, dict[str, Any]]:
        """Return the next block of a stream.

        Raises:
            RefusedError: if it isn't there, or too much is asked for at once.
        """
        if not 1 <= frames <= MOST_STREAM_FRAMES:
            raise RefusedError(400, f"frames is a whole number from 1 to {MOST_STREAM_FRAMES}.")
        return self.get(name).read(frames)

    def post(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what a page asks of its stream."""
        sound = self.get(name)
        if isinstance(what := asked.get("do"), str):
            return sound.do(what, self._planner)
        if "settings" in asked:
            return sound.change(settings_of(asked["settings"]), self._planner)
        raise RefusedError(400, 'ask for {"do": "pause"}, or such, or for {"settings": {...}}.')
