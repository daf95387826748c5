"""The microphone: opened, and read block by block."""

import contextlib
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.errors import DeviceError, reason
from voice_guide.live.calls import LET_GO_SECONDS, in_time
from voice_guide.live.device import device_command, load_sounddevice
from voice_guide.terminal import quiet

__all__ = ["Microphone", "microphone"]

GIVE_UP_SECONDS = 3.0
"""A microphone that gives nothing for this long has gone."""


class Microphone:
    """What comes in, at ``sample_rate`` Hz; ``broken`` says whether some of it was lost.

    Args:
        sample_rate: in Hz.
        instead: what can be done without a microphone.
    """

    def __init__(self, sample_rate: int, instead: str) -> None:
        self.sample_rate = sample_rate
        self.broken = False
        self._instead = instead
        self._came: SimpleQueue[NDArray[np.float32]] = SimpleQueue()

    def take(self, block: Any, _frames: int, _time: Any, status: Any) -> None:
        """Called by the device: a copy, and nothing else."""
        self.broken |= bool(status.input_overflow)
        self._came.put(block[:, 0].copy())

    def read(self) -> NDArray[np.float32]:
        """Wait for the next block, float32 (frames,).

        Raises:
            DeviceError: if none comes.
        """
        try:
            return self._came.get(timeout=GIVE_UP_SECONDS)
        except Empty as error:
            raise DeviceError(
                f"the microphone has stopped giving sound.\n{self._instead}"
            ) from error

    def skip(self) -> None:
        """Forget what has come in and was not read."""
        for _ in range(self._came.qsize()):
            self._came.get()
        self.broken = False


@contextlib.contextmanager
def microphone(device: int | str | None, instead: str) -> Iterator[Microphone]:
    """Open a microphone at its own sample rate.

    Args:
        device: PortAudio's number or name; None for the default.
        instead: a sentence on what can be done without one.

    Raises:
        DeviceError: if there is none that can be opened.
    """
    source, stream = in_time(lambda: _opened(load_sounddevice(), device, instead))

    def let_go() -> None:
        with quiet(), contextlib.suppress(load_sounddevice().PortAudioError):
            stream.abort()
            stream.close()

    try:
        yield source
    finally:
        with contextlib.suppress(DeviceError):  # its server hangs: the system closes it for us
            in_time(let_go, LET_GO_SECONDS)


def _opened(sounddevice: Any, device: int | str | None, instead: str) -> tuple[Microphone, Any]:
    try:
        with quiet():
            about = sounddevice.query_devices(device, "input")
            source = Microphone(round(about["default_samplerate"]), instead)
            stream = sounddevice.InputStream(
                device=device,
                samplerate=source.sample_rate,
                channels=1,
                dtype="float32",
                callback=source.take,
            )
            stream.start()
            return source, stream
    except (ValueError, sounddevice.PortAudioError) as error:
        with quiet():
            found = [d["name"] for d in sounddevice.query_devices() if d["max_input_channels"]]
        if not found:
            told = f"there is no microphone. This may help:  {device_command()}"
        elif device is not None:
            names = ", ".join(map(repr, found))
            told = (
                f"{device!r} is not a microphone that can be opened; the microphones are: {names}."
            )
        else:
            told = f"the microphone can't be opened: {reason(error)}. Choose another with --device."
        raise DeviceError(f"{told}\n{instead}") from error
