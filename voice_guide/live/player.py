"""Playing on a device, and keeping the place when it goes away."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from voice_guide.audio.samples import Audio
from voice_guide.errors import DeviceError, LostDeviceError, reason
from voice_guide.live.device import EXPORT_HINT, Format, load_sounddevice, negotiate, quiet
from voice_guide.live.ring import (
    AHEAD_SECONDS,
    BLOCK_SECONDS,
    HANDOVER_SECONDS,
    KEPT_SECONDS,
    RISE_SECONDS,
    SUSPENDED_SECONDS,
    Feeder,
    Outlet,
    Ring,
    Source,
    callback_of,
)

__all__ = ["LATENCY_SECONDS", "Player"]

LATENCY_SECONDS = 0.2
"""From the callback to the ear; with less, a busy computer is heard."""

CLOSE_SECONDS = 0.04
"""The same while the session ends, so that leaving at once is heard at once."""

RETRY_SECONDS = 0.5
"""From one try to open a lost device to the next."""

GIVE_UP_SECONDS = 30.0
"""For this long a lost device may come back."""


@dataclass
class _Opened:
    """A stream of the device, and what feeds it."""

    stream: Any
    outlet: Outlet
    finished: threading.Event  # the device wants nothing more, or has gone away


class Player:
    """Plays a source on a device and keeps the place when the device goes away.

    Args:
        source: gives stereo blocks.
        sample_rate: of the source, in Hz.
        device: PortAudio's number or name; None for the default.
    """

    def __init__(self, source: Source, sample_rate: int, device: int | str | None = None) -> None:
        self._source = source
        self._rate = sample_rate
        self._device = device
        self._sounddevice = load_sounddevice()
        self._now: _Opened | None = None  # None while the device is lost
        self._before: _Opened | None = None  # fades while ``_now`` takes its place
        self._feeder: Feeder | None = None
        self._format: Format
        self._ring: Ring
        self._lost_at: float | None = None
        self._tried_at = 0.0
        self._begun = self._is_close = False
        self._underflows = 0  # of streams that are shut

    def start(self) -> None:
        """Open the device and begin.

        Raises:
            DeviceError: if there is none that can be opened.
        """
        with quiet():
            self._open()

    def _open(self) -> None:
        form = negotiate(self._sounddevice, self._device, self._rate)
        if self._begun:
            self._ring.go_back()
        if self._feeder is None or form != self._format:
            self._feeder = self._feed(form)
        opened = self._new_stream(LATENCY_SECONDS, RISE_SECONDS if self._begun else 0)
        self._feeder.wait_until_filled()
        self._begin(opened)
        self._now, self._begun = opened, True

    def _feed(self, form: Format) -> Feeder:
        """Fill a ring for what the device takes; what the one before still holds comes first."""
        unheard: list[Audio] = []
        if self._feeder is not None:
            self._feeder.halt()
            left = self._ring.filled / self._format.sample_rate
            unheard = self._feeder.latest(left + BLOCK_SECONDS)  # and the one in its hand
        self._format = form
        ahead, kept = (round(s * form.sample_rate) for s in (AHEAD_SECONDS, KEPT_SECONDS))
        self._ring = Ring(ahead, form.channels, kept)
        convert = form.converter(self._rate)
        return Feeder(self._source, convert, self._ring, self._rate, unheard)

    def _new_stream(self, latency: float, rise: float) -> _Opened:
        form = self._format
        padding = round((latency + 0.1) * form.sample_rate)
        outlet = Outlet(self._ring, form.sample_rate, padding, rise)
        finished = threading.Event()
        with self._refused():
            stream = self._sounddevice.OutputStream(
                device=self._device,
                samplerate=form.sample_rate,
                channels=form.channels,
                dtype="float32",
                latency=latency,
                callback=callback_of(outlet, self._sounddevice.CallbackStop),
                finished_callback=finished.set,
            )
        return _Opened(stream, outlet, finished)

    def _begin(self, opened: _Opened) -> None:
        with self._refused():
            opened.stream.start()

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, self._sounddevice.PortAudioError) as error:
            raise DeviceError(
                f"the sound device can't be opened: {reason(error)}.\n{EXPORT_HINT}"
            ) from error

    def watch(self) -> bool:
        """Look after the device; return whether there is more to play. Call it often.

        Raises:
            LostDeviceError: if the device stays away for ``GIVE_UP_SECONDS``.
            Exception: whatever went wrong in the source.
        """
        if self._feeder is not None and self._feeder.error is not None:
            raise self._feeder.error
        if self._before is not None and self._before.finished.is_set():
            self._shut(self._before)
            self._before = None
        since_tried = time.monotonic() - self._tried_at
        if self._now is None:
            if since_tried > RETRY_SECONDS:
                self._try_again()
        elif self._now.finished.is_set() and self._now.outlet.done:
            return False
        elif self._now.finished.is_set() or self._now.outlet.suspended:
            self._lose(self._now)
        elif since_tried > SUSPENDED_SECONDS:  # it was opened again, and goes on asking
            self._lost_at = None
        return True

    @property
    def lost(self) -> bool:
        return self._now is None

    @property
    def underflows(self) -> int:
        return self._underflows + (self._now.outlet.underflows if self._now else 0)

    def excuse(self, underflows: int) -> None:
        """Leave some out of the count, as nobody was to serve the device then."""
        self._underflows -= underflows

    def _lose(self, lost: _Opened) -> None:
        self._tried_at = time.monotonic()
        if self._lost_at is None:
            self._lost_at = self._tried_at
        self._now = None
        self._shut(lost)

    def _try_again(self) -> None:
        if self._lost_at and time.monotonic() - self._lost_at > GIVE_UP_SECONDS:
            raise LostDeviceError
        with quiet(), contextlib.suppress(DeviceError, self._sounddevice.PortAudioError):
            self._sounddevice._terminate()
            self._sounddevice._initialize()
            self._open()
        self._tried_at = time.monotonic()

    def come_close(self) -> None:
        """Go on in a stream with little latency, so that a stop is heard at once; once.

        Both are heard for a moment, one fading and one rising. Where a device has room for
        one stream only, nothing changes.
        """
        far = self._now
        if far is None or self._is_close:
            return
        self._is_close = True
        with quiet(), contextlib.suppress(DeviceError):
            close = self._new_stream(CLOSE_SECONDS, HANDOVER_SECONDS)
            far.outlet.leave(HANDOVER_SECONDS)
            if far.outlet.left.wait(SUSPENDED_SECONDS):
                late = far.stream.latency - close.stream.latency
                close.outlet.wait = max(round(late * self._format.sample_rate), 0)
            self._before, self._now = far, close
            self._begin(close)

    def stop(self) -> None:
        """Fade away within a tenth of a second, and close the device."""
        heard = [stream for stream in (self._now, self._before) if stream is not None]
        for stream in heard:
            stream.outlet.leave()
        for stream in heard:
            stream.finished.wait(0.5)
        self.close()

    def close(self) -> None:
        """Let go of the device and of the thread that renders."""
        if self._feeder is not None:
            self._feeder.halt()
        for stream in (self._now, self._before):
            if stream is not None:
                self._shut(stream)
        self._now = self._before = None

    def _shut(self, stream: _Opened) -> None:
        self._underflows += stream.outlet.underflows
        with quiet(), contextlib.suppress(self._sounddevice.PortAudioError):
            stream.stream.abort()  # stop() waits for a suspended device, abort() does not
        with quiet(), contextlib.suppress(self._sounddevice.PortAudioError):
            stream.stream.close()
