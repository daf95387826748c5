"""The command that makes the same session."""

import shlex

from voice_guide.options import listener_settings
from voice_guide.scripting import library
from voice_guide.settings import Settings
from voice_guide.studio.asked import SETTABLE, Source, written
from voice_guide.studio.refusals import RefusedError

__all__ = ["command_of"]

_SWITCHES = ("count", "night", "mono")


def command_of(source: Source, settings: Settings, suffix: str) -> str:
    """Return the command that exports a session with these settings, as one types it.

    Raises:
        RefusedError: if the script isn't saved.
    """
    if not source.name:
        raise RefusedError(422, "save the script first: a command needs its file.")
    bundled = source.name in library.names()
    words = ["voice-guide", "export", source.name if bundled else str(source.path)]
    usual, now = written(listener_settings()), written(settings)
    for name in SETTABLE:
        if now[name] != usual[name] and (now[name] is not None or name == "ramp"):
            words += _option(name, now[name])
    return shlex.join([*words, "-o", f"{source.stem}{suffix}"])


def _option(name: str, value: object) -> list[str]:
    flag = name.replace("_", "-")
    if name in _SWITCHES:
        return [f"--{flag}" if value else f"--no-{flag}"]
    return [f"--{flag}", f"{value:.10g}" if isinstance(value, float) else str(value)]
