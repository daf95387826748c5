"""Bringing blocks to the ear: a ring that a thread fills and the audio callback empties."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from voice_guide.tones import Audio

__all__ = ["Feeder", "Outlet", "Ring", "Source"]

AHEAD_SECONDS = 0.3
"""How far the ring is filled ahead of the device."""

BLOCK_SECONDS = 0.05
STOP_SECONDS = 0.04
"""A stop at once still takes this long to fade."""

SUSPENDED_SECONDS = 2.0
"""A device that has asked for nothing for this long has stopped."""


class Source(Protocol):
    """What is played; a block shorter than asked for is the last."""

    def read(self, frames: int) -> Audio: ...


class Ring:
    """Frames on their way from one thread that writes to one that reads; no locks.

    Args:
        frames: how many fit in.
        channels: of each frame.
    """

    def __init__(self, frames: int, channels: int) -> None:
        self._store = np.zeros((frames, channels), np.float32)
        self._written = 0  # only the writer changes it
        self._read = 0  # only the reader changes it

    @property
    def filled(self) -> int:
        return self._written - self._read

    @property
    def free(self) -> int:
        return len(self._store) - self.filled

    def write(self, block: Audio) -> None:
        """Put in a block for which there is room."""
        at = self._written % len(self._store)
        first = min(len(block), len(self._store) - at)
        self._store[at : at + first] = block[:first]
        self._store[: len(block) - first] = block[first:]
        self._written += len(block)

    def read_into(self, out: Audio) -> int:
        """Fill ``out`` as far as there are frames; return how many there were."""
        count = min(len(out), self.filled)
        at = self._read % len(self._store)
        first = min(count, len(self._store) - at)
        out[:first] = self._store[at : at + first]
        out[first:count] = self._store[: count - first]
        self._read += count
        return count


class Outlet:
    """The state of the audio callback: it copies, counts, and nothing else.

    Args:
        ring: where the frames come from.
        sample_rate: of the device, in Hz.
        padding: frames of silence to send after the last, so that it leaves the device.
    """

    def __init__(self, ring: Ring, sample_rate: int, padding: int) -> None:
        self.ring = ring
        self.delivered = 0  # frames
        self.underflows = 0  # told by the device, or found here
        self.last_call = time.monotonic()
        self.all_written = threading.Event()
        self.done = threading.Event()
        self.stopping = False
        self._padding = padding
        self._fade = np.linspace(1, 0, max(round(STOP_SECONDS * sample_rate), 1), dtype=np.float32)
        self._faded = 0

    def fill(self, out: Audio, underflow: bool) -> bool:
        """Fill a block for the device; return whether to go on after it."""
        self.last_call = time.monotonic()
        written = self.all_written.is_set()
        count = self.ring.read_into(out)
        out[count:] = 0
        self.delivered += count
        self.underflows += underflow or (count < len(out) and not written and not self.stopping)
        if self.stopping:
            self._fade_away(out)
        if (written and count < len(out)) or self._faded >= len(self._fade):
            self._padding -= len(out) - count if not self.stopping else len(out)
        return self._padding > 0

    def _fade_away(self, out: Audio) -> None:
        curve = self._fade[self._faded : self._faded + len(out)]
        out[: len(curve)] *= curve[:, None]
        out[len(curve) :] = 0
        self._faded += len(curve)

    @property
    def suspended(self) -> bool:
        return time.monotonic() - self.last_call > SUSPENDED_SECONDS


class Feeder:
    """The thread that renders ahead of the device.

    Args:
        source: gives blocks.
        convert: fits a block to the device (rate, channels); told whether it is the last.
        sample_rate: of the source, in Hz.
    """

    def __init__(
        self, source: Source, convert: Callable[[Audio, bool], Audio], sample_rate: int
    ) -> None:
        self._source = source
        self._convert = convert
        self._block = round(BLOCK_SECONDS * sample_rate)
        self._halted = threading.Event()
        self._thread: threading.Thread | None = None
        self.error: Exception | None = None
        self.ended = False  # the source has given its last block

    def start(self, outlet: Outlet) -> None:
        """Begin to fill an outlet's ring."""
        self._halted.clear()
        self._thread = threading.Thread(target=self._run, args=(outlet,), daemon=True)
        self._thread.start()

    def halt(self) -> None:
        """Stop rendering, keeping the place."""
        self._halted.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, outlet: Outlet) -> None:
        try:
            while not self.ended and not self._halted.is_set():
                block = self._source.read(self._block)
                self.ended = len(block) < self._block
                block = self._convert(block, self.ended)
                while outlet.ring.free < len(block):
                    if self._halted.wait(BLOCK_SECONDS / 3):
                        return
                outlet.ring.write(block)
        except Exception as error:
            self.error = error
        finally:
            if self.ended or self.error:
                outlet.all_written.set()


def callback_of(outlet: Outlet, stop: type[Exception]) -> Callable[..., None]:
    """Return what the device calls: a copy, guarded, as an exception would end it unheard."""

    def callback(out: Any, _frames: int, _time: Any, status: Any) -> None:
        try:
            go_on = outlet.fill(out, bool(status.output_underflow))
        except Exception:
            out.fill(0)
            go_on = False
        if not go_on:
            raise stop

    return callback
