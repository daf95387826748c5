"""``play --resume``: the place that was left, with the options that it was left with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from voice_guide.cli.echo import echo
from voice_guide.cli.options import typed
from voice_guide.errors import RequestError, VoiceGuideError
from voice_guide.options import OPTIONS, with_options
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.live.playback import Playback
    from voice_guide.live.resume import Bookmark
    from voice_guide.scripting.model import Script

__all__ = ["as_options", "first_item", "keep_place", "place_to_go_on"]


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
    begun = Settings(own_voice=settings.own_voice, cache_limit=settings.cache_limit)
    try:
        before = with_options(begun, place.settings)
    except (RequestError, AttributeError) as error:
        raise VoiceGuideError(
            "the place you left can't be read. Start again:  voice-guide play"
        ) from error
    return place, with_options(before, typed(settings))


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
    kept = as_options(settings)
    kept |= {"pace": str(left.pace), "ramp": str(left.ramp)}
    keep(Bookmark(_anywhere(name), playback.item, kept, sleep))


def as_options(settings: Settings) -> dict[str, Any]:
    """Return settings as the options of a session, by name."""
    return {name: getattr(settings, name) for name in OPTIONS}


def _anywhere(name: str) -> str:
    """A name that is understood in any folder."""
    from voice_guide.scripting.library import names

    return name if name in names() else str(Path(name).resolve())
