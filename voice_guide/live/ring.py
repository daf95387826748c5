"""Bringing blocks to the ear: a ring that a thread fills and the audio callback empties."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from voice_guide.audio.samples import Audio

__all__ = [
    "AHEAD_SECONDS",
    "BLOCK_SECONDS",
    "HANDOVER_SECONDS",
    "KEPT_SECONDS",
    "RISE_SECONDS",
    "SUSPENDED_SECONDS",
    "Feeder",
    "Outlet",
    "Ring",
    "Source",
    "callback_of",
]

AHEAD_SECONDS = 0.4
"""How far the ring is filled ahead of the device; what the guard looks ahead comes on top."""

BLOCK_SECONDS = 0.1
"""What is rendered at once; what a key asks for takes effect between two of these. To wake up for
it costs more than to render so little."""

POLL_SECONDS = 0.015
"""How often a ring is looked at that should have room by now: a device takes a handful at once."""

STOP_SECONDS = 0.04
"""A stop at once still takes this long to fade."""

RISE_SECONDS = 0.3
"""Coming back after a lost device."""

HANDOVER_SECONDS = 0.2
"""From one stream to another; the ring holds about as much."""

KEPT_SECONDS = 0.7
"""What was sent to a device that went away may not have been heard: it is played again."""

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
        kept: how many are kept after they were read.
    """

    def __init__(self, frames: int, channels: int, kept: int = 0) -> None:
        self._store = np.zeros((frames + kept, channels), np.float32)
        self._kept = kept
        self.complete = False  # nothing more will be written
        self._written = 0  # only the writer changes it
        self._read = 0  # only the reader changes it
        self._furthest = 0  # that was ever read

    @property
    def filled(self) -> int:
        return self._written - self._read

    @property
    def free(self) -> int:
        return len(self._store) - self._kept - self.filled

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
        if first < count:
            out[first:count] = self._store[: count - first]
        self._read += count
        self._furthest = max(self._furthest, self._read)
        return count

    def peek(self, frames: int) -> Audio:
        """Return a copy of the next frames, as far as there are any, and leave them."""
        read = self._read
        out = np.empty((frames, self._store.shape[1]), np.float32)
        count = self.read_into(out)
        self._read = read
        return out[:count]

    def go_back(self) -> None:
        """Read again what was kept; called twice, it goes back to the same place."""
        self._read = max(self._furthest - self._kept, 0)


class Outlet:
    """The state of the audio callback: it copies, counts, and nothing else.

    Args:
        ring: where the frames come from.
        sample_rate: of the device, in Hz.
        padding: frames of silence to send after the last, so that it leaves the device.
        rise: seconds in which it comes softly.
    """

    def __init__(self, ring: Ring, sample_rate: int, padding: int, rise: float = 0.0) -> None:
        self.ring = ring
        self.underflows = 0  # reported by the device, or found here
        self.latency = math.inf  # seconds of sound that the device holds; known once it is open
        self.wait = 0  # frames of silence to begin with
        self.left = threading.Event()  # it takes nothing from the ring any more
        self.done = False
        self._padding = padding
        self._rate = sample_rate
        self._last_call = time.monotonic()
        self._called = False
        self._rise = np.linspace(0, 1, round(rise * sample_rate), dtype=np.float32)
        self._risen = 0
        self._fall: int | None = None  # the frames in which to leave
        self._last = np.zeros((0, 2), np.float32)  # what is still heard then

    def fill(self, out: Audio, underflow: bool) -> bool:
        """Fill a block for the device; return whether to go on after it."""
        now = time.monotonic()
        # Sound servers fill the gap with silence, and some report nothing.
        late = self._called and now - self._last_call > self.latency
        self._last_call, self._called = now, True
        complete = self.ring.complete
        if self._fall is not None:
            self._take_leave(self._fall)
        begins = min(self.wait, len(out))
        self.wait -= begins
        if self.left.is_set():
            begins, count = 0, min(len(out), len(self._last))
            out[:count], self._last = self._last[:count], self._last[count:]
        else:
            count = begins + self.ring.read_into(out[begins:])
        if begins or count < len(out):
            out[:begins] = out[count:] = 0
        if self._risen < len(self._rise):
            curve = self._rise[self._risen : self._risen + len(out) - begins]
            out[begins : begins + len(curve)] *= curve[:, None]
            self._risen += len(curve)
        if self.left.is_set() or complete:
            self._padding -= len(out) - count
        elif count < len(out):
            self.underflows += 1
        self.underflows += underflow or late
        self.done = self._padding <= 0
        return not self.done

    def leave(self, seconds: float = STOP_SECONDS) -> None:
        """Fade from the next block on, and end; the ring keeps what it has for another outlet."""
        self._fall = round(seconds * self._rate)

    def _take_leave(self, frames: int) -> None:
        if not self.left.is_set():
            self._last = self.ring.peek(0 if self.wait else frames)
            self.left.set()
        self._fall, self._last = None, self._last[:frames]  # asked twice, it fades twice
        self._last *= np.linspace(1, 0, len(self._last), dtype=np.float32)[:, None]

    @property
    def suspended(self) -> bool:
        return time.monotonic() - self._last_call > SUSPENDED_SECONDS


class Feeder:
    """The thread that renders ahead of the device, into a ring.

    Args:
        source: gives blocks.
        convert: fits a block to the device (rate, channels); told whether it is the last.
        ring: what is kept filled.
        sample_rate: of the source, in Hz.
        first: blocks to begin with, before those of the source.
    """

    def __init__(
        self,
        source: Source,
        convert: Callable[[Audio, bool], Audio],
        ring: Ring,
        sample_rate: int,
        first: Sequence[Audio] = (),
    ) -> None:
        self.error: Exception | None = None
        self._source = source
        self._convert = convert
        self._ring = ring
        self._block = round(BLOCK_SECONDS * sample_rate)
        self._first = first
        most = math.ceil((AHEAD_SECONDS + KEPT_SECONDS) / BLOCK_SECONDS) + 2
        self._latest = deque[Audio](maxlen=most)
        self._in_hand = False  # whether the last of them is not in the ring
        self._halted = threading.Event()
        self._filled = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_until_filled(self) -> None:
        """Return when the ring is full, or all is in it."""
        self._filled.wait()

    def halt(self) -> None:
        """End the thread."""
        self._halted.set()
        self._thread.join()

    def latest(self, seconds: float) -> list[Audio]:
        """The blocks of the source that were read last, at least so many seconds of them.

        One that has not found room yet comes on top.
        """
        blocks = math.ceil(seconds / BLOCK_SECONDS) + self._in_hand
        return list(self._latest)[-blocks:] if blocks else []

    def _blocks(self) -> Iterator[Audio]:
        yield from self._first
        while True:
            yield self._source.read(self._block)

    def _run(self) -> None:
        try:
            blocks, due = self._blocks(), 0
            while self._has_room(due):  # what is rendered later is nearer to what a key asks for
                block = next(blocks)
                self._latest.append(block)
                last = len(block) < self._block
                block = self._convert(block, last)
                due, self._in_hand = len(block), True
                if not self._has_room(due):
                    return
                self._ring.write(block)
                self._in_hand = False
                if last:
                    self._ring.complete = True
                    return
        except Exception as error:  # reported by the thread that watches
            self.error = error
        finally:
            self._filled.set()

    def _has_room(self, frames: int) -> bool:
        """Wait until a block fits into the ring; return whether to go on."""
        while (lacking := frames - self._ring.free) > 0:
            self._filled.set()
            if self._halted.wait(max(BLOCK_SECONDS * lacking / frames, POLL_SECONDS)):
                return False
        return True


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
