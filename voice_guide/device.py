"""The sound device: found, opened, watched, and found again when it was lost."""

import contextlib
import os
import platform
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from voice_guide.errors import DeviceError
from voice_guide.player import (
    AHEAD_SECONDS,
    BLOCK_SECONDS,
    KEPT_SECONDS,
    SUSPENDED_SECONDS,
    Feeder,
    Outlet,
    Ring,
    Source,
    callback_of,
)
from voice_guide.tones import Audio

__all__ = ["Format", "Player", "devices", "load_sounddevice", "negotiate"]

LATENCY_SECONDS = 0.2
RETRY_SECONDS = 0.5
GIVE_UP_SECONDS = 30.0

_PORTAUDIO = {  # the package manager that is there, and what brings PortAudio with it
    "apt-get": "sudo apt-get install libportaudio2",
    "dnf": "sudo dnf install portaudio",
    "pacman": "sudo pacman -S portaudio",
    "zypper": "sudo zypper install libportaudio2",
    "apk": "sudo apk add portaudio",
    "brew": "brew install portaudio",
}
_EXPORT = "An audio file needs no device: voice-guide export"


def portaudio_command() -> str:
    """The command that installs PortAudio on this system."""
    found = (command for tool, command in _PORTAUDIO.items() if shutil.which(tool))
    return next(found, "install PortAudio (portaudio.com)")


def device_command() -> str:
    """What helps when PortAudio finds no device on this system."""
    if platform.system() == "Linux" and shutil.which("apt-get"):
        return "sudo apt-get install pulseaudio libasound2-plugins && pulseaudio --start"
    return "connect a speaker or a headset, and look at the system's sound settings"


def no_device() -> str:
    """What to say when there is none."""
    return f"there is no sound device. What may help:  {device_command()}\n{_EXPORT}"


def load_sounddevice() -> Any:
    """Import sounddevice.

    Raises:
        DeviceError: if PortAudio is not there, with the command that brings it.
    """
    try:
        with quiet():
            import sounddevice
    except OSError as error:
        raise DeviceError(
            f"the sound library PortAudio is missing. Install it with  {portaudio_command()}\n"
            f"{_EXPORT}"
        ) from error
    return sounddevice


def devices() -> list[dict[str, Any]]:
    """The devices that can play, as PortAudio describes them; there may be none."""
    with quiet():
        found = load_sounddevice().query_devices()
    return [dict(device) for device in found if device["max_output_channels"] > 0]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what C libraries print about devices out of the listener's terminal."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


@dataclass(frozen=True)
class Format:
    """What a device takes: its sample rate in Hz, and its channels, 1 or 2."""

    sample_rate: int
    channels: int

    def converter(self, sample_rate: int) -> Callable[[Audio, bool], Audio]:
        """Return what fits stereo blocks at ``sample_rate`` to this device."""
        resample: Callable[[Audio, bool], Audio] | None = None
        if self.sample_rate != sample_rate:
            import soxr

            stream = soxr.ResampleStream(sample_rate, self.sample_rate, 2, dtype="float32")
            resample = stream.resample_chunk

        def convert(block: Audio, last: bool) -> Audio:
            if resample is not None:
                block = resample(block, last)
            if self.channels == 1:
                block = np.asarray(block.mean(axis=1, keepdims=True), np.float32)
            return block

        return convert


def negotiate(sounddevice: Any, device: int | str | None, sample_rate: int) -> Format:
    """Return the format nearest to stereo at ``sample_rate`` that a device takes.

    Raises:
        DeviceError: if there is no such device, or it takes none.
    """
    try:
        about = sounddevice.query_devices(device, "output")
    except (ValueError, sounddevice.PortAudioError) as error:
        names = ", ".join(repr(d["name"]) for d in devices())
        if device is None or not names:
            raise DeviceError(no_device()) from error
        raise DeviceError(
            f"{device!r} is not the number or the name of one sound device; there are: {names}."
        ) from error
    reasons = []
    for channels in (2, 1):
        for rate in dict.fromkeys((sample_rate, round(about["default_samplerate"]))):
            try:
                sounddevice.check_output_settings(device, channels, "float32", samplerate=rate)
                return Format(rate, channels)
            except (ValueError, sounddevice.PortAudioError) as error:
                reasons.append(str(error))
    raise DeviceError(
        f"the sound device {about['name']!r} can't be opened: {reasons[0]}. Choose another with "
        f"--device; --list-devices shows them.\n{_EXPORT}"
    )


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
        self._stream: Any = None
        self._outlet: Outlet | None = None
        self._feeder: Feeder | None = None
        self._format: Format | None = None
        self._ring: Ring
        self._finished = threading.Event()
        self._lost_at: float | None = None
        self._tried_at = 0.0
        self.losses = 0
        self._underflows = 0

    def start(self) -> None:
        """Open the device and begin.

        Raises:
            DeviceError: if there is none that can be opened.
        """
        with quiet():
            self._open()

    def _open(self) -> None:
        form = negotiate(self._sounddevice, self._device, self._rate)
        again = self._outlet is not None
        if self._feeder is None or form != self._format:
            if self._feeder is not None:
                self._feeder.halt()
            self._format = form
            ahead, kept = (round(s * form.sample_rate) for s in (AHEAD_SECONDS, KEPT_SECONDS))
            self._ring = Ring(ahead, form.channels, kept)
            block = round(BLOCK_SECONDS * self._rate)
            convert = form.converter(self._rate)
            self._feeder = Feeder(self._source, convert, self._ring, block)
        if again:
            self._ring.go_back()
        padding = round((LATENCY_SECONDS + 0.1) * form.sample_rate)
        outlet = Outlet(self._ring, form.sample_rate, padding, fade_in=again)
        finished = threading.Event()
        try:
            stream = self._sounddevice.OutputStream(
                device=self._device,
                samplerate=form.sample_rate,
                channels=form.channels,
                dtype="float32",
                latency=LATENCY_SECONDS,
                callback=callback_of(outlet, self._sounddevice.CallbackStop),
                finished_callback=finished.set,
            )
            self._feeder.wait_until_filled()
            stream.start()
        except (ValueError, self._sounddevice.PortAudioError) as error:
            raise DeviceError(f"the sound device can't be opened: {error}.\n{_EXPORT}") from error
        self._stream, self._outlet, self._finished = stream, outlet, finished

    def watch(self) -> bool:
        """Look after the device; return whether there is more to play. Call it often.

        Raises:
            DeviceError: if the device stays away for ``GIVE_UP_SECONDS``.
            Exception: whatever went wrong in the source.
        """
        assert self._feeder is not None and self._outlet is not None  # noqa: S101, PT018
        if self._feeder.error is not None:
            raise self._feeder.error
        since_tried = time.monotonic() - self._tried_at
        if self._stream is None:
            if since_tried > RETRY_SECONDS:
                self._try_again()
        elif self._finished.is_set() and self._outlet.done:
            return False
        elif self._finished.is_set() or self._outlet.suspended:
            self._lose()
        elif since_tried > SUSPENDED_SECONDS:  # it was opened again, and goes on asking
            self._lost_at = None
        return True

    @property
    def lost(self) -> bool:
        return self._stream is None

    @property
    def underflows(self) -> int:
        return self._underflows + (self._outlet.underflows if self._outlet else 0)

    def _lose(self) -> None:
        self._tried_at = time.monotonic()
        if self._lost_at is None:
            self.losses += 1
            self._lost_at = self._tried_at
        self._underflows = self.underflows
        if self._outlet is not None:
            self._outlet.underflows = 0
        self._shut()

    def _try_again(self) -> None:
        if self._lost_at and time.monotonic() - self._lost_at > GIVE_UP_SECONDS:
            raise DeviceError(
                "the sound device went away and did not come back. The place is kept: "
                "go on with  voice-guide play --resume"
            )
        with quiet(), contextlib.suppress(DeviceError, self._sounddevice.PortAudioError):
            self._sounddevice._terminate()
            self._sounddevice._initialize()
            self._open()
        self._tried_at = time.monotonic()

    def stop(self) -> None:
        """Fade away within a tenth of a second, and close the device."""
        if self._outlet is not None and not self.lost:
            self._outlet.stopping = True
            self._finished.wait(0.5)
        self.close()

    def close(self) -> None:
        """Let go of the device and of the thread that renders."""
        if self._feeder is not None:
            self._feeder.halt()
        self._shut()

    def _shut(self) -> None:
        if self._stream is not None:
            stream, self._stream = self._stream, None
            with quiet(), contextlib.suppress(self._sounddevice.PortAudioError):
                stream.abort()  # stop() waits for a suspended device, abort() does not
            with quiet(), contextlib.suppress(self._sounddevice.PortAudioError):
                stream.close()
