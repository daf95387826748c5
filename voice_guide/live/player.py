"""Playing on a device, and keeping the place when it goes away.

Headphones that are pulled out don't hand the words to the loudspeakers: the sound waits until
they are back, or until a listener says that it may go on where it can be heard now.
"""

import contextlib
import time
from concurrent.futures import Future

from voice_guide.audio.samples import Audio
from voice_guide.errors import DeviceError, LostDeviceError
from voice_guide.live import calls
from voice_guide.live.device import (
    Format,
    devices,
    load_sounddevice,
    negotiate,
)
from voice_guide.live.opened import Opened
from voice_guide.live.outputs import Output, outputs, played_on
from voice_guide.live.ring import (
    AHEAD_SECONDS,
    HANDOVER_SECONDS,
    KEPT_SECONDS,
    RISE_SECONDS,
    SUSPENDED_SECONDS,
    Feeder,
    Ring,
    Source,
)
from voice_guide.terminal import quiet

__all__ = ["LATENCY_SECONDS", "Player"]

LATENCY_SECONDS = 0.2
"""From the callback to the ear; with less, a busy computer is heard."""

CLOSE_SECONDS = 0.04
"""The same while the session ends, so that leaving at once is heard at once."""

RETRY_SECONDS = 0.5
"""From one try to open a lost device to the next."""

GIVE_UP_SECONDS = 30.0
"""For how long a device may be away while there is no other."""

STOP_SECONDS = 0.5
"""A device that asks for sound has faded by then."""


class Player:
    """Plays a source on a device and keeps the place when the device goes away.

    Args:
        source: gives stereo blocks.
        sample_rate: of the source, in Hz.
        device: PortAudio's number or name; None for the default.
        keep_playing: go on at once on whatever device is there when it has gone.
    """

    def __init__(
        self,
        source: Source,
        sample_rate: int,
        device: int | str | None = None,
        keep_playing: bool = False,
    ) -> None:
        self._source = source
        self._rate = sample_rate
        self._device = device
        self._anywhere = keep_playing
        self._keep_playing = keep_playing
        self._sounddevice = load_sounddevice()
        self._now: Opened | None = None  # None while the device is lost
        self._before: Opened | None = None  # fades while ``_now`` takes its place
        self._feeder: Feeder | None = None
        self._format: Format
        self._ring: Ring
        self._name = ""  # of the device that was opened
        self._output: Output | None = None  # that it was heard from
        self._opening: Future[None] | None = None
        self._lost_at: float | None = None
        self._tried_at = 0.0
        self._begun = self._is_close = self._closed = False
        self._underflows = 0  # of streams that are shut
        self.waiting = False  # for a listener, as only another device is there

    def start(self) -> None:
        """Open the device and begin.

        Raises:
            DeviceError: if there is none that can be opened.
        """
        try:
            calls.in_time(self._open)
        except DeviceError:
            self._closed = True
            raise

    def _open(self, device: int | str | None = None) -> None:
        with quiet():
            device = self._device if device is None else device
            form = negotiate(self._sounddevice, device, self._rate)
            self._name = self._name_of(device)
            if self._begun:
                self._ring.go_back()
            if self._feeder is None or form != self._format:
                self._feeder = self._feed(form)
            opened = self._stream(device, LATENCY_SECONDS, RISE_SECONDS if self._begun else 0)
            self._feeder.wait_until_filled()
            self._begin(opened)
            self._now, self._begun = opened, True

    def _begin(self, opened: Opened) -> None:
        """Let it be heard, unless it was stopped while the device took its time."""
        if self._closed:
            opened.shut()
            return
        opened.begin()
        if not self._keep_playing:
            opened.look_after()

    def _name_of(self, device: int | str | None) -> str:
        return str(self._sounddevice.query_devices(device, "output")["name"])

    def _feed(self, form: Format) -> Feeder:
        """Fill a ring for what the device takes; what the one before still holds comes first."""
        unheard: list[Audio] = []
        if self._feeder is not None:
            self._feeder.halt()
            left = self._ring.filled / self._format.sample_rate
            unheard = self._feeder.latest(left)
        self._format = form
        ahead, kept = (round(s * form.sample_rate) for s in (AHEAD_SECONDS, KEPT_SECONDS))
        self._ring = Ring(ahead, form.channels, kept)
        convert = form.converter(self._rate)
        return Feeder(self._source, convert, self._ring, self._rate, unheard)

    def _stream(self, device: int | str | None, latency: float, rise: float) -> Opened:
        return Opened(
            self._sounddevice, device, self._format, self._ring, latency=latency, rise=rise
        )

    def watch(self) -> bool:
        """Look after the device; return whether there is more to play. Call it often.

        Raises:
            LostDeviceError: if the device stays away for ``GIVE_UP_SECONDS``, and no other is
                there.
            Exception: whatever went wrong in the source.
        """
        if self._feeder is not None and self._feeder.error is not None:
            raise self._feeder.error
        before, now = self._before, self._now
        if before is not None and before.finished.is_set():
            self._before = None
            self._underflows += before.outlet.underflows
            calls.ask(before.shut)
        if now is None:
            self._come_back()
        elif now.gone:
            self._lose(now)
        elif now.finished.is_set() and now.outlet.done:
            return False
        elif now.finished.is_set() or now.outlet.suspended:
            self._lose(now)
        elif time.monotonic() - self._tried_at > SUSPENDED_SECONDS:
            self._lost_at = None  # it was opened again, and goes on asking
        return True

    @property
    def lost(self) -> bool:
        return self._now is None

    @property
    def underflows(self) -> int:
        now = self._now
        return self._underflows + (now.outlet.underflows if now else 0)

    def excuse(self, underflows: int) -> None:
        """Leave some out of the count, as nobody was to serve the device then."""
        self._underflows -= underflows

    def go_on(self) -> None:
        """Go on with whatever device is there, as the listener wishes."""
        self._anywhere = True
        self._tried_at = 0.0

    def _lose(self, lost: Opened) -> None:
        self._tried_at = time.monotonic()
        if self._lost_at is None:
            self._lost_at = self._tried_at
        if lost.watch is not None and lost.watch.output is not None:
            self._output = lost.watch.output
        self._now = None
        self._underflows += lost.outlet.underflows
        calls.ask(lost.shut)

    def _come_back(self) -> None:
        now = time.monotonic()
        if self._lost_at and not self.waiting and now - self._lost_at > GIVE_UP_SECONDS:
            raise LostDeviceError
        if self._opening is not None and not self._opening.done():
            return
        if now - self._tried_at > RETRY_SECONDS:
            self._opening = calls.ask(self._try_again)

    def _try_again(self) -> None:
        with contextlib.suppress(DeviceError, ValueError, self._sounddevice.PortAudioError):
            with quiet():
                self._sounddevice._terminate()
                self._sounddevice._initialize()
            self._open_where_it_was()
        self._tried_at = time.monotonic()

    def _open_where_it_was(self) -> None:
        """Open the device that was lost, or another if the listener wishes."""
        device = self._device
        there = None if self._anywhere or self._output is None else outputs()
        if there is not None:
            self.waiting = bool(there) and self._output not in there
            if self._output not in there:
                return
        elif not self._anywhere and self._name_of(device) != self._name:
            found = [each["index"] for each in devices() if each["name"] == self._name]
            self.waiting = not found
            if not found:
                return
            device = found[0]
        with played_on(self._output if there else None):
            self._open(device)
        self.waiting, self._anywhere = False, self._keep_playing

    def come_close(self) -> None:
        """Go on in a stream with little latency, so that a stop is heard at once; once.

        Both are heard for a moment, one fading and one rising. Where a device has room for
        one stream only, nothing changes.
        """
        far = self._now
        if far is not None and not self._is_close:
            self._is_close = True
            calls.ask(lambda: self._hand_over(far))

    def _hand_over(self, far: Opened) -> None:
        with quiet(), contextlib.suppress(DeviceError):
            close = self._stream(self._device, CLOSE_SECONDS, HANDOVER_SECONDS)
            far.outlet.leave(HANDOVER_SECONDS)
            if far.outlet.left.wait(SUSPENDED_SECONDS):
                late = far.latency - close.latency
                close.outlet.wait = max(round(late * self._format.sample_rate), 0)
            if far is not self._now:  # it has gone meanwhile
                close.shut()
                return
            self._before, self._now = far, close
            self._begin(close)

    def stop(self) -> None:
        """Fade away within a tenth of a second, and close the device."""
        self._closed = True  # one that is handed over to just now is seen here, or sees this
        heard = [stream for stream in (self._now, self._before) if stream is not None]
        for stream in heard:
            stream.outlet.leave()
        until = time.monotonic() + STOP_SECONDS
        for stream in heard:
            stream.finished.wait(max(until - time.monotonic(), 0))
        self.close()

    def close(self) -> None:
        """Let go of the device and of the thread that renders."""
        self._closed = True
        if self._feeder is not None:
            self._feeder.halt()
        with contextlib.suppress(DeviceError):  # its server hangs: the system closes it for us
            calls.in_time(self._shut_all, calls.LET_GO_SECONDS)

    def _shut_all(self) -> None:
        for stream in (self._now, self._before):
            if stream is not None:
                self._underflows += stream.outlet.underflows
                stream.shut()
        self._now = self._before = None
