"""Options laid over one another: the defaults, the listener's own, and what is asked for now."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Unpack

from voice_guide.config import OTHER_KEYS, cache_limit, config_file, read_config, voice_commands
from voice_guide.errors import (
    RequestError,
    SettingsError,
    UnknownNameError,
    VoiceGuideError,
    did_you_mean,
    nearest,
)
from voice_guide.options.values import OPTIONS, Options, read_option
from voice_guide.options.words import own_words
from voice_guide.settings import Settings

__all__ = ["listener_settings", "with_options"]

_LENGTHS = ("minutes", "breaths")

_Blame = Callable[[str, str], VoiceGuideError]
"""Makes an error of an option's name and what is wrong with it."""


def with_options(settings: Settings, options: Mapping[str, object]) -> Settings:
    """Return settings with options, by name, laid over them.

    A length in minutes takes the place of one in breaths, and the other way round.

    Raises
    ------
    UnknownNameError
        If there is no option of that name.
    RequestError
        If one can't have the value that was given.
    """
    return _laid_over(settings, options, _blame_option)


def listener_settings(only: Iterable[str] = OPTIONS, **options: Unpack[Options]) -> Settings:
    """Return what the listener of this computer has chosen, with options laid over it.

    The nearest counts: the options that are given here, then the environment's ``VOICE_GUIDE_…``
    variables, then their settings file, then the defaults.

    Parameters
    ----------
    only
        The options that the listener's choices are looked up for; all of them by default.
    **options
        As in `open_session`.

    Returns
    -------
    Settings
        To give to `open_session`.

    Raises
    ------
    SettingsError
        If the listener's file is damaged, or has something that can't be; or their words.
    RequestError
        If a variable or an option has a value that can't be.
    """
    config = read_config()
    _check_keys(config)
    own = Settings(
        own_voice=str(config.get("voice", "auto")),
        cache_limit=cache_limit(config),
        own_words=own_words(),
    )
    names = [name for name in only if name not in options]
    variables = {name: os.environ.get(_variable(name)) for name in names}
    environment = {name: value for name, value in variables.items() if value}
    # What is wrong farther away is made up for by what is nearer. A value in the file is read as
    # if it had been typed, so that the same rules hold.
    file = {name: str(config[name]) for name in names if name in config.keys() - environment}
    settings = _laid_over(own, file, _blame_file)
    settings = _laid_over(settings, environment, _blame_variable)
    return with_options(settings, options)


def _check_keys(config: Mapping[str, Any]) -> None:
    """Refuse a listener's file that has anything else in it than options and `OTHER_KEYS`.

    Raises
    ------
    SettingsError
        Naming the key, those that there are, and the nearest.
    """
    known = [*OPTIONS, *OTHER_KEYS]
    for key in config:
        if key not in known:
            raise _blame_file(key, _unknown("key", key, known), named=False)
    voice_commands(config)


def _variable(name: str) -> str:
    """Return the variable of the environment that sets an option."""
    return f"VOICE_GUIDE_{name.upper()}"


def _laid_over(settings: Settings, options: Mapping[str, object], blame: _Blame) -> Settings:
    read = {}
    for name, value in options.items():
        if name not in OPTIONS:
            raise UnknownNameError(_unknown("option", name, OPTIONS))
        try:
            read[name] = read_option(name, value)
        except RequestError as error:
            raise blame(name, str(error)) from error
    lengths = [name for name in _LENGTHS if read.get(name) is not None]
    if len(lengths) > 1:
        raise blame(lengths[-1], "minutes and breaths both set the length: give only one of them.")
    if lengths:
        settings = replace(settings, minutes=None, breaths=None)
    return replace(settings, **read)


def _blame_option(name: str, wrong: str) -> RequestError:
    return RequestError(f"{name}: {wrong}")


def _blame_variable(name: str, wrong: str) -> RequestError:
    return RequestError(f"{_variable(name)}: {wrong}")


def _blame_file(name: str, wrong: str, named: bool = True) -> SettingsError:
    return SettingsError(f"{config_file()}: {f'{name}: ' if named else ''}{wrong}", name)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    message = f"unknown {kind} {name!r}; the known {kind}s are {', '.join(known)}."
    return did_you_mean(message, nearest(name, known))
