"""The options that several commands share, and where their defaults come from."""

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

import click
from click.core import ParameterSource

from voice_guide.cli.types import (
    BedFile,
    Device,
    NumberRange,
    PaceType,
    PercentType,
    RampType,
    VoiceName,
    WholeRange,
)
from voice_guide.errors import SettingsError, did_you_mean, nearest
from voice_guide.pace.pace import PRESETS
from voice_guide.scripting.optional import Talk
from voice_guide.settings import (
    OTHER_KEYS,
    Polish,
    Settings,
    Tone,
    cache_limit,
    config_file,
    read_config,
    voice_commands,
)

__all__ = ["SessionCommand", "device_option", "session_options", "some_options", "typed"]

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
    default = _DEFAULTS[name]
    shown = not isinstance(default, bool | None)
    variable = f"VOICE_GUIDE_{name.upper()}"
    return name, click.option(flag, default=default, show_default=shown, envvar=variable, **how)


_OPTIONS = dict(
    [
        _option("--pace", type=PaceType(), metavar="PACE", help=_PACE_HELP),
        _option("--ramp", type=RampType(), metavar="PACE:TIME", help=_RAMP_HELP),
        _option("--vary", type=PercentType(0, 20), metavar="PERCENT", help=_VARY_HELP),
        _option(
            "--minutes", type=NumberRange(0, min_open=True), metavar="MINUTES", help=_MINUTES_HELP
        ),
        _option("--breaths", type=WholeRange(1, 100_000), metavar="N", help=_BREATHS_HELP),
        _option("--tone", type=click.Choice(get_args(Tone)), help="The sound of the breath."),
        _option("--bed", type=BedFile(), metavar="FILE", help=_BED_HELP),
        _option("--voice", type=VoiceName(), metavar="NAME", help=_VOICE_HELP),
        _option("--fallback", is_flag=True, help=_FALLBACK_HELP),
        _option("--rate", type=WholeRange(80, 300), metavar="WPM", help=_RATE_HELP),
        _option("--polish", type=click.Choice(get_args(Polish)), help=_POLISH_HELP),
        _option("--talk", type=click.Choice(get_args(Talk)), help=_TALK_HELP),
        _option("--count/--no-count", help=_COUNT_HELP),
        _option("--loudness", type=NumberRange(-40, -10), metavar="LUFS", help=_LOUDNESS_HELP),
        _option("--duck", type=NumberRange(0, 60), metavar="LU", help=_DUCK_HELP),
        _option("--tone-level", type=NumberRange(-40, 0), metavar="LU", help=_TONE_LEVEL_HELP),
        _option("--voice-level", type=NumberRange(-12, 12), metavar="LU", help=_VOICE_LEVEL_HELP),
        _option("--night/--no-night", help=_NIGHT_HELP),
        _option("--mono/--no-mono", help="The same sound in both ears: one earphone is enough."),
        _option("--sample-rate", type=WholeRange(16000, 96000), metavar="HZ", help=_HZ_HELP),
        _option("--seed", type=WholeRange(0), metavar="N", help=_SEED_HELP),
    ]
)


class SessionCommand(click.Command):
    """A command whose shared options take their defaults from the listener's file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Help and completion do without the file, so that they work when it is damaged.
        if not ctx.resilient_parsing and not set(args) & set(ctx.help_option_names):
            ctx.default_map = _checked(read_config())
        try:
            rest = super().parse_args(ctx, args)
            _settle_length(ctx)
            return rest
        except click.BadParameter as error:
            name = (error.param and error.param.name) or ""
            match ctx.get_parameter_source(name):
                case ParameterSource.DEFAULT_MAP:
                    message = f"{config_file()}: {name}: {error.message}"
                    raise SettingsError(message, name) from error
                case ParameterSource.ENVIRONMENT if error.param:
                    error.param_hint = str(error.param.envvar)
            raise


_NEARNESS = (ParameterSource.DEFAULT_MAP, ParameterSource.ENVIRONMENT, ParameterSource.COMMANDLINE)
"""Where a value can come from; the later is nearer to what is wanted now."""


def _settle_length(ctx: click.Context) -> None:
    """Keep only the length, in minutes or in breaths, that comes from the nearer source."""
    both = ("minutes", "breaths")
    if any(ctx.params.get(name) is None for name in both):
        return
    minutes, breaths = (_NEARNESS.index(ctx.get_parameter_source(name)) for name in both)
    if minutes == breaths:
        message = "--minutes and --breaths both set the length: give only one of them."
        if minutes == _NEARNESS.index(ParameterSource.DEFAULT_MAP):
            raise SettingsError(f"{config_file()}: {message}", "breaths")
        raise click.UsageError(message, ctx)
    ctx.params["minutes" if minutes < breaths else "breaths"] = None


def device_option(of: str = "sound device") -> Callable[..., Any]:
    """Add the choice of a device."""
    how = f"Number or name of the {of}."
    return click.option("--device", type=Device(), metavar="DEVICE", help=how)


def session_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options; the command receives them as one ``settings``."""
    return some_options(*_DEFAULTS)(function)


def some_options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add only these shared options; the other settings keep their defaults."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(**options: Any) -> Any:
            shared = {name: options.pop(name) for name in names}
            return function(settings=Settings(**shared), **options)

        made: Callable[..., Any] = command
        for name in reversed(names):
            made = _OPTIONS[name](made)
        return made

    return add


def typed(settings: Settings) -> dict[str, Any]:
    """The settings that the listener typed now, as options of the command that runs."""
    source = click.get_current_context().get_parameter_source
    options = vars(settings).items()
    return {name: value for name, value in options if source(name) is ParameterSource.COMMANDLINE}


def _checked(config: dict[str, Any]) -> dict[str, str]:
    """Return the listener's defaults as if they had typed them, so that the same rules hold."""
    known = [*_DEFAULTS, *OTHER_KEYS]
    for key in config:
        if key not in known:
            message = f"unknown key {key!r}; the known keys are {', '.join(known)}."
            message = did_you_mean(message, nearest(key, known))
            raise SettingsError(f"{config_file()}: {message}", key)
    voice_commands(config)
    cache_limit(config)
    return {key: str(value) for key, value in config.items() if key in _DEFAULTS}
