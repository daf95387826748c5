"""What is installed, what is missing, and the one command that adds it."""

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

from voice_guide.errors import SettingsError, VoiceGuideError

__all__ = ["Finding", "examine"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    ``needed`` things keep a session from being played; the others are extras.
    ``fix`` is the command that adds what is missing.
    """

    name: str
    ok: bool
    found: str
    needed: bool = True
    fix: str = ""


def examine() -> Iterator[Finding]:
    """Look at one thing after the other; nothing is changed but the cache folder, if it is new."""
    looks: dict[str, Callable[[], Finding]] = {
        "Python": _python,
        "packages": _packages,
        "settings": _settings,
        "PortAudio": _portaudio,
        "devices": _devices,
        "voice": _voice,
        "natural": _natural_voice,
        "cache": _cache,
        "media keys": _media_keys,
        "M4A": _m4a,
        "studio": _studio,
    }
    for name, look in looks.items():
        try:
            yield look()
        except VoiceGuideError as error:
            yield Finding(name, False, str(error))
        except Exception as error:  # a doctor reports every fault
            yield Finding(name, False, f"{type(error).__name__}: {error}")


def _python() -> Finding:
    version = platform.python_version()
    return Finding(
        "Python", sys.version_info >= (3, 11), version, fix="install Python 3.11 or newer"
    )


def _packages() -> Finding:
    from packaging.requirements import Requirement

    missing: list[str] = []
    there: list[str] = []
    for written in metadata.requires("voice-guide") or []:
        requirement = Requirement(written)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            missing.append(requirement.name)
        else:
            right = requirement.specifier.contains(version, prereleases=True)
            (there if right else missing).append(f"{requirement.name} {version}")
    found = f"missing or too old: {', '.join(missing)}" if missing else ", ".join(there)
    return Finding("packages", not missing, found, fix="pip install --upgrade voice-guide")


def _settings() -> Finding:
    """Try them as every command does: with the session that is played by default."""
    from voice_guide.config import config_file, row_of
    from voice_guide.options import listener_settings
    from voice_guide.pace.saved import saved
    from voice_guide.scripting.library import SESSIONS
    from voice_guide.session import open_session
    from voice_guide.voices.clips import SilentClips

    try:
        settings = listener_settings()
        saved()
        session = open_session(SESSIONS[0], settings)
        session.clips.close()
        session.check_heard()
        session.clips = SilentClips(settings.sample_rate, settings.rate)
        session.fit()
    except VoiceGuideError as error:
        row = row_of(error.key) if isinstance(error, SettingsError) else ""
        named = str(error).partition(": ")[0]  # paces and words have files of their own
        place = f"{config_file()}, or in the VOICE_GUIDE_… variable that sets it"
        if named.endswith(("paces.toml", "words.toml")):
            place = named
        fix = row or f"correct it in {place}"
        return Finding("settings", False, str(error), fix=fix)
    found = str(config_file()) if config_file().exists() else "the defaults"
    return Finding("settings", True, found)


def _portaudio() -> Finding:
    from voice_guide.live.device import load_sounddevice, portaudio_command

    try:
        version = load_sounddevice().get_portaudio_version()[1]
    except VoiceGuideError as error:
        if isinstance(error.__cause__, TimeoutError):
            return Finding("PortAudio", False, str(error))
        return Finding("PortAudio", False, "not found", fix=portaudio_command())
    return Finding("PortAudio", True, version.split(",")[0])


def _devices() -> Finding:
    from voice_guide.live.calls import in_time
    from voice_guide.live.device import device_command, devices, load_sounddevice, negotiate

    try:
        names = [device["name"] for device in devices()]
        form = in_time(lambda: negotiate(load_sounddevice(), None, 48000))
    except VoiceGuideError as error:
        reason = str(error).splitlines()[0].partition(". This may help")[0]
        return Finding("devices", False, reason, fix=device_command())
    sound = "stereo" if form.channels == 2 else "mono"
    return Finding("devices", True, f"{', '.join(names)}; plays {sound} at {form.sample_rate} Hz")


def _voice() -> Finding:
    from voice_guide.config import read_config
    from voice_guide.voices import AUTO, best_first, open_voices

    own = str(read_config().get("voice", AUTO))
    (voice,), _ = open_voices(AUTO, "en", None, own=own)
    why = f"the first of {', '.join(best_first(own))} that speaks English here"
    try:
        answer = next(voice.speak(["Breathing out."]))
    finally:
        voice.close()
    if isinstance(answer, bytes):
        found = f"{voice.name}, {why}; to see the others: voice-guide voices"
        return Finding("voice", True, found)
    fix = "voice-guide voices set espeak"
    return Finding("voice", False, f"{voice.name}: {answer}", fix=fix)


def _natural_voice() -> Finding:
    from voice_guide.voices import open_voice

    try:
        open_voice("hibari", "en", None)
    except VoiceGuideError:
        found = "hibari, the best-sounding voice for English, is not installed"
        fix = "pip install hibari-tts"
        return Finding("natural", False, found, needed=False, fix=fix)
    return Finding("natural", True, "hibari, for English", needed=False)


def _cache() -> Finding:
    from voice_guide.config import cache_folder
    from voice_guide.voices.cache import ClipCache

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = f"{folder}: {error.strerror}; lines are spoken again each time"
        return Finding("cache", False, reason, needed=False, fix=f"chmod u+rwx {folder}")
    _, size = ClipCache(folder).size()
    return Finding("cache", True, f"{folder}, {size / 1e6:.0f} MB", needed=False)


def _media_keys() -> Finding:
    if platform.system() != "Linux":
        return Finding("media keys", False, "these work only on Linux", needed=False)
    try:
        version = metadata.version("dbus-fast")
    except metadata.PackageNotFoundError:
        fix = "pip install 'voice-guide[mediakeys]'"
        return Finding("media keys", False, "dbus-fast is not installed", needed=False, fix=fix)
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        found = f"dbus-fast {version}, but there is no session bus"
        return Finding(
            "media keys", False, found, needed=False, fix="dbus-run-session voice-guide play"
        )
    return Finding("media keys", True, f"dbus-fast {version}, with a session bus", needed=False)


def _m4a() -> Finding:
    try:
        version = metadata.version("av")
    except metadata.PackageNotFoundError:
        found, fix = "PyAV, which reads and writes it, is not installed", "voice-guide[m4a]"
        return Finding("M4A", False, found, needed=False, fix=f"pip install '{fix}'")
    return Finding("M4A", True, f"PyAV {version}", needed=False)


def _studio() -> Finding:
    try:
        versions = [f"{name} {metadata.version(name)}" for name in ("Starlette", "uvicorn")]
    except metadata.PackageNotFoundError as error:
        found, fix = f"{error.name}, its server, is not installed", "voice-guide[studio]"
        return Finding("studio", False, found, needed=False, fix=f"pip install '{fix}'")
    return Finding("studio", True, ", ".join(versions), needed=False)
