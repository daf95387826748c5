"""A stream of the sound device that is open; only ``calls`` opens one and lets it go."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from voice_guide.errors import DeviceError, reason
from voice_guide.live import calls
from voice_guide.live.device import EXPORT_HINT, Format
from voice_guide.live.outputs import Watch
from voice_guide.live.ring import Outlet, Ring, callback_of
from voice_guide.terminal import quiet

__all__ = ["Opened"]

PADDING_SECONDS = 0.1
"""More silence than the latency, so that the end of the sound leaves the device."""


class Opened:
    """A stream, and what feeds it.

    Args:
        sounddevice: the library.
        device: PortAudio's number or name; None for the default.
        form: what the device takes.
        ring: where the frames come from.
        latency: in seconds, from the callback to the ear.
        rise: seconds in which it comes softly.

    Raises:
        DeviceError: if it can't be opened.
    """

    def __init__(
        self,
        sounddevice: Any,
        device: int | str | None,
        form: Format,
        ring: Ring,
        *,
        latency: float,
        rise: float,
    ) -> None:
        self._sounddevice = sounddevice
        self._open = True
        self.outlet = Outlet(
            ring, form.sample_rate, round((latency + PADDING_SECONDS) * form.sample_rate), rise
        )
        self.finished = threading.Event()  # the device wants nothing more, or has gone away
        self.gone = False  # what it came out of isn't there any more
        self.watch: Watch | None = None
        with self._refused():
            self._stream = sounddevice.OutputStream(
                device=device,
                samplerate=form.sample_rate,
                channels=form.channels,
                dtype="float32",
                latency=latency,
                callback=callback_of(self.outlet, sounddevice.CallbackStop),
                finished_callback=self.finished.set,
            )

    @property
    def latency(self) -> float:
        """In seconds, as it has turned out."""
        return float(self._stream.latency)

    def begin(self) -> None:
        """Raises DeviceError if it can't."""
        self.outlet.latency = self.latency
        with self._refused():
            self._stream.start()

    def look_after(self) -> None:
        """Let nothing more be heard as soon as what it comes out of has gone."""
        self.watch = Watch(self._silence)

    def _silence(self) -> None:
        self.gone = True
        self.outlet.leave(0)
        calls.ask(self._abort)

    def shut(self) -> None:
        """Let go of the device."""
        if self.watch is not None:
            self.watch.stop()
        self._abort()
        if self._open:
            self._open = False
            with quiet(), contextlib.suppress(self._sounddevice.PortAudioError):
                self._stream.close()

    def _abort(self) -> None:
        with quiet(), contextlib.suppress(self._sounddevice.PortAudioError):
            if self._open:
                self._stream.abort()  # stop() waits for a suspended device, abort() does not

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, self._sounddevice.PortAudioError) as error:
            raise DeviceError(
                f"the sound device can't be opened: {reason(error)}.\n{EXPORT_HINT}"
            ) from error
