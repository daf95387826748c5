"""The sound device: what there is, what it takes, and what helps when there is none."""

import atexit
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from voice_guide.audio.samples import Audio, in_one
from voice_guide.errors import DeviceError, reason
from voice_guide.live.calls import ask, in_time
from voice_guide.terminal import quiet

__all__ = [
    "EXPORT_HINT",
    "Format",
    "device_command",
    "devices",
    "find_devices",
    "load_sounddevice",
    "negotiate",
    "no_device",
    "portaudio_command",
]

_PORTAUDIO = {  # the package manager that is there, and what brings PortAudio with it
    "apt-get": "sudo apt-get install libportaudio2",
    "dnf": "sudo dnf install portaudio",
    "pacman": "sudo pacman -S portaudio",
    "zypper": "sudo zypper install libportaudio2",
    "apk": "sudo apk add portaudio",
    "brew": "brew install portaudio",
}
EXPORT_HINT = "You can still make an audio file: voice-guide export"


def portaudio_command() -> str:
    """The command that installs PortAudio on this system."""
    found = (command for tool, command in _PORTAUDIO.items() if shutil.which(tool))
    return next(found, "install PortAudio (portaudio.com)")


def device_command() -> str:
    """What helps when PortAudio finds no device on this system."""
    if platform.system() == "Linux" and shutil.which("apt-get"):
        return "sudo apt-get install pulseaudio libasound2-plugins && pulseaudio --start"
    return "connect a speaker or headphones, and check the system's sound settings"


def no_device() -> str:
    """What to say when there is none."""
    return f"there is no sound device. This may help:  {device_command()}\n{EXPORT_HINT}"


def find_devices() -> None:
    """Let PortAudio look for devices while the rest of the program goes on."""
    ask(_import_sounddevice)


def load_sounddevice() -> Any:
    """Import sounddevice.

    Raises:
        DeviceError: if PortAudio is not there, with the command that brings it, or if the sound
            server doesn't answer.
    """
    try:
        return in_time(_import_sounddevice)
    except OSError as error:
        raise DeviceError(
            f"the sound library PortAudio is missing. Install it with  {portaudio_command()}\n"
            f"{EXPORT_HINT}"
        ) from error


def _import_sounddevice() -> Any:
    with quiet():
        import sounddevice
    # It would wait at the end of the program for a server that doesn't answer; whatever is
    # still open then, the system closes.
    atexit.unregister(sounddevice._exit_handler)
    return sounddevice


def devices() -> list[dict[str, Any]]:
    """The devices that can play, as PortAudio describes them; there may be none."""
    sounddevice = load_sounddevice()
    with quiet():
        found = in_time(sounddevice.query_devices)
    return [dict(device) for device in found if device["max_output_channels"] > 0]


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
                block = in_one(block)[:, None]
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
            f"{device!r} is not the number or name of one sound device; the devices are: {names}."
        ) from error
    reasons = []
    for channels in (2, 1):
        for rate in dict.fromkeys((sample_rate, round(about["default_samplerate"]))):
            try:
                sounddevice.check_output_settings(device, channels, "float32", samplerate=rate)
                return Format(rate, channels)
            except (ValueError, sounddevice.PortAudioError) as error:
                reasons.append(reason(error))
    raise DeviceError(
        f"the sound device {about['name']!r} can't be opened: {reasons[0]}. Choose another with "
        f"--device; --list-devices shows them.\n{EXPORT_HINT}"
    )
