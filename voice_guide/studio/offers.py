"""What the page may choose from."""

from collections.abc import Iterator
from typing import Any

from voice_guide import __version__
from voice_guide.errors import RequestError, SettingsError
from voice_guide.limits import LONGEST_PHASE_SECONDS, SHORTEST_PHASE_SECONDS
from voice_guide.options import OPTIONS, Choice, Number, listener_settings
from voice_guide.output.beside import CAPTIONS
from voice_guide.output.formats import FORMATS, form_of
from voice_guide.pace import saved
from voice_guide.pace.pace import PRESETS
from voice_guide.studio.asked import written

__all__ = ["offers", "paces"]

_STEPS = {"minutes": 1, "rate": 5, "tone_level": 1, "voice_level": 1, "loudness": 1, "duck": 1}
"""Of a slider."""

_MOST_MINUTES = 120
"""Of a slider; whoever types may ask for more."""

_ABOUT = {
    ".wav": "every sample as it is; the largest",
    ".flac": "every sample as it is, in half the room",
    ".ogg": "small, for most players (Vorbis)",
    ".opus": "the smallest at the same quality",
    ".mp3": "small, plays everywhere",
    ".m4a": "small, with chapters, for phones (AAC)",
    ".m4b": "an audiobook, which keeps your place (AAC)",
}


def offers() -> dict[str, Any]:
    """Return all that there is to choose, and the listener's own defaults."""
    words = {name: option.words for name, option in OPTIONS.items() if isinstance(option, Choice)}
    return {
        "version": __version__,
        "tones": words["tone"],
        "voices": list(_voices()),
        "polish": words["polish"],
        "talk": words["talk"],
        "formats": [_format(suffix) for suffix in FORMATS],
        "captions": list(CAPTIONS),
        "paces": paces(),
        "ranges": dict(_ranges()),
        "defaults": written(listener_settings()),
    }


def paces() -> list[dict[str, Any]]:
    """Return the paces that have a name: built in, then saved ones."""
    built_in = [{"name": name, "pace": pace, "own": False} for name, pace in PRESETS.items()]
    try:
        own = saved.saved()
    except SettingsError:  # told as soon as one is used
        own = {}
    return [*built_in, *({"name": n, "pace": str(p), "own": True} for n, p in own.items())]


def _ranges() -> Iterator[tuple[str, list[float]]]:
    for name in ("inhale", "hold_in", "exhale", "hold_out"):
        least = 0 if name.startswith("hold") else SHORTEST_PHASE_SECONDS
        yield name, [least, LONGEST_PHASE_SECONDS, 0.5]
    for name, step in _STEPS.items():
        option = OPTIONS[name]
        if isinstance(option, Number):
            most = _MOST_MINUTES if option.highest is None else option.highest
            yield name, [max(option.lowest, step) if option.above else option.lowest, most, step]


def _voices() -> Iterator[dict[str, str]]:
    from voice_guide.voices import AUTO, NONE
    from voice_guide.voices.catalogue import catalogue

    yield {"name": AUTO, "about": "your own choice, or the best that works here"}
    for entry in catalogue():
        spoken = entry.languages
        many = f"{len(spoken)} languages" if len(spoken) > 3 else ", ".join(spoken)
        yield {"name": entry.name, "about": many or "any language"}
    yield {"name": NONE, "about": "only the breath"}


def _format(suffix: str) -> dict[str, Any]:
    hint = ""
    try:
        form_of(f"x{suffix}", None, 48000)
    except RequestError as error:
        hint = str(error)
    return {"suffix": suffix, "about": _ABOUT[suffix], "available": not hint, "hint": hint}
