"""The options that several commands share, and where their defaults come from."""

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click
from click.core import ParameterSource

from voice_guide.cli.types import (
    BedFile,
    Device,
    NumberRange,
    OneOf,
    PaceType,
    RampType,
    VoiceName,
)
from voice_guide.options import OPTIONS, Choice, Number, listener_settings
from voice_guide.pace.pace import PRESETS
from voice_guide.settings import Settings

__all__ = ["device_option", "session_options", "some_options", "typed"]

_PACE_HELP = (
    "Seconds in and out, such as 4-6; with holds, 4-7-8 or 4-4-4-4; a sigh, 2+1-6; or a name: "
    f"{', '.join(PRESETS)}, or one you have saved (voice-guide pace). "
    "Default: the script's own, or 4-6."
)
_BED_HELP = "A sound file of your own (rain, music), looped beside the tone and just as loud."
_RAMP_HELP = (
    "Start at this pace and glide to the session's own, such as 3-4:5m (over five minutes) or "
    "3-4:90s; none: no glide. Default: the script's own."
)
_VARY_HELP = (
    "Make each breath up to this much longer or shorter, such as 5%, as living breath is; on "
    "average they keep the pace."
)
_MINUTES_HELP = "Length of the session, to within half a breath. Default: as written."
_BREATHS_HELP = "Exact length of the session in breaths, instead of --minutes."
_VOICE_HELP = "Who speaks: see voice-guide voices. none: only the breath."
_FALLBACK_HELP = "Let another voice speak what this one can't, and tell you."
_RATE_HELP = "Speed of the voice in words per minute. Default: the voice's own."
_POLISH_HELP = "Add pauses, softness and a little room to the voice; off: as the engine spoke."
_TALK_HELP = (
    "less: optional lines fall silent if they repeat something, and so does the later half of the "
    "others; least: all of them do. The breath goes on in their place."
)
_COUNT_HELP = "Count the seconds of one breath in each rest of three breaths or more."
_LOUDNESS_HELP = "Loudness of the usual voice; tone and bell keep their distance from it."
_TONE_LEVEL_HELP = "Level of the tone in rests, relative to --loudness."
_VOICE_LEVEL_HELP = "Level of the voice alone, relative to --loudness: 3 is louder, -3 softer."
_NIGHT_HELP = "Softer word onsets, a more even voice, a tone closer to it, and no bells."
_DUCK_HELP = "How far the tone stays below the voice during a line."
_SEED_HELP = "Start number for everything left to chance; the same number sounds the same."
_HZ_HELP = "Samples per second."

_DEFAULTS = {field.name: field.default for field in fields(Settings)}


def _option(flag: str, **how: Any) -> tuple[str, Callable[..., Any]]:
    """Return the name of a setting, and the option for it."""
    name = flag.partition("/")[0].removeprefix("--").replace("-", "_")
    match OPTIONS[name]:
        case Number() as number:
            how["type"] = NumberRange(number)
        case Choice() as choice:
            how["type"] = OneOf(choice)
    default = _DEFAULTS[name]
    shown = not isinstance(default, bool | None)
    return name, click.option(flag, default=default, show_default=shown, **how)


_OPTIONS = dict(
    [
        _option("--pace", type=PaceType(), metavar="PACE", help=_PACE_HELP),
        _option("--ramp", type=RampType(), metavar="PACE:TIME", help=_RAMP_HELP),
        _option("--vary", metavar="PERCENT", help=_VARY_HELP),
        _option("--minutes", metavar="MINUTES", help=_MINUTES_HELP),
        _option("--breaths", metavar="N", help=_BREATHS_HELP),
        _option("--tone", help="The sound of the breath."),
        _option("--bed", type=BedFile(), metavar="FILE", help=_BED_HELP),
        _option("--voice", type=VoiceName(), metavar="NAME", help=_VOICE_HELP),
        _option("--fallback", is_flag=True, help=_FALLBACK_HELP),
        _option("--rate", metavar="WPM", help=_RATE_HELP),
        _option("--polish", help=_POLISH_HELP),
        _option("--talk", help=_TALK_HELP),
        _option("--count/--no-count", help=_COUNT_HELP),
        _option("--loudness", metavar="LUFS", help=_LOUDNESS_HELP),
        _option("--duck", metavar="LU", help=_DUCK_HELP),
        _option("--tone-level", metavar="LU", help=_TONE_LEVEL_HELP),
        _option("--voice-level", metavar="LU", help=_VOICE_LEVEL_HELP),
        _option("--night/--no-night", help=_NIGHT_HELP),
        _option("--mono/--no-mono", help="The same sound in both ears: one earphone is enough."),
        _option("--sample-rate", metavar="HZ", help=_HZ_HELP),
        _option("--seed", metavar="N", help=_SEED_HELP),
    ]
)


def device_option(of: str = "sound device") -> Callable[..., Any]:
    """Add the choice of a device."""
    how = f"Number or name of the {of}."
    return click.option("--device", type=Device(), metavar="DEVICE", help=how)


def session_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options; the command receives them as one ``settings``."""
    return some_options(*OPTIONS)(function)


def some_options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add only these shared options; the other settings keep their defaults.

    What isn't typed is as the listener has chosen.
    """

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(**options: Any) -> Any:
            given = {name: options.pop(name) for name in names}
            now: Any = {name: value for name, value in given.items() if _is_typed(name)}
            return function(settings=listener_settings(names, **now), **options)

        made: Callable[..., Any] = command
        for name in reversed(names):
            made = _OPTIONS[name](made)
        return made

    return add


def typed(settings: Settings) -> dict[str, Any]:
    """The settings that the listener typed now, as options of the command that runs."""
    return {name: value for name, value in vars(settings).items() if _is_typed(name)}


def _is_typed(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE
