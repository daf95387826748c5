"""``play --resume``: the place that was left, with the options that it was left with."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from voice_guide.cli.echo import echo
from voice_guide.cli.options import typed
from voice_guide.errors import RequestError, VoiceGuideError
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.live.playback import Playback
    from voice_guide.live.resume import Bookmark
    from voice_guide.scripting.model import Script

__all__ = ["first_item", "keep_place", "place_to_go_on"]


def place_to_go_on(name: str, settings: Settings) -> "tuple[Bookmark, Settings]":
    """Return the place that was left, and the settings to go on with.

    Args:
        name: of the session; if it was typed, it has to be the one that was left.
        settings: what was typed now counts, the rest is as it was.

    Raises:
        VoiceGuideError: if there is no such place.
    """
    from voice_guide.live.resume import kept

    place = kept()
    if place is None:
        raise VoiceGuideError("there is no session to resume. Start one:  voice-guide play")
    source = click.get_current_context().get_parameter_source("name")
    if source is ParameterSource.COMMANDLINE and _anywhere(name) != place.name:
        raise RequestError(
            f"you left {place.name!r}, not {name!r}. To resume it:  voice-guide play --resume\n"
            f"To start the other one:  voice-guide play {name}"
        )
    try:
        before = Settings(**_converted(place.settings))
    except (click.BadParameter, AttributeError, KeyError, TypeError, ValueError) as error:
        raise VoiceGuideError(
            "the place you left can't be read. Start again:  voice-guide play"
        ) from error
    now = typed(settings)
    if {"minutes", "breaths"} & set(now):
        before = replace(before, minutes=None, breaths=None)
    return place, replace(before, **now)


def _converted(kept: dict[str, Any]) -> dict[str, Any]:
    """What was kept, as if it had been typed, so that the same rules hold."""
    context = click.get_current_context()
    known = set(asdict(Settings()))
    options = {option.name: option for option in context.command.params if option.name in known}
    texts = {name: value for name, value in kept.items() if value is not None}
    return {name: options[name].type_cast_value(context, value) for name, value in texts.items()}


def first_item(place: "Bookmark", script: "Script") -> int:
    """The item to go on with; the script may have become shorter since."""
    if place.item < sum(1 for _ in script.items()):
        return place.item
    echo("The script is shorter than when you left, so it starts again.", err=True)
    return 0


def keep_place(name: str, playback: "Playback", settings: Settings, sleep: bool) -> None:
    """Keep where a session is left; one whose script came through a pipe can't be gone on with."""
    from voice_guide.live.resume import Bookmark, keep
    from voice_guide.scripting.library import is_piped

    if is_piped(name):
        return
    left = playback.going_on()
    kept = {**asdict(settings), "pace": str(left.pace), "ramp": str(left.ramp)}
    keep(Bookmark(_anywhere(name), playback.item, kept, sleep))


def _anywhere(name: str) -> str:
    """A name that is understood in any folder."""
    from voice_guide.scripting.library import names

    return name if name in names() else str(Path(name).resolve())
