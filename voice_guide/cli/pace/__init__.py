"""``voice-guide pace``: paces of one's own, measured and kept."""

import click

from voice_guide.cli.lazy import LazyGroup

__all__ = ["pace_command"]

_COMMANDS = {
    "tap": ("tap", "Measure your own pace by tapping."),
    "listen": ("listen", "Measure your own pace with the microphone, or from a recording."),
    "find": ("find", "Find the slow pace that suits you best by trying five."),
    "list": ("named", "List the built-in paces and your own, in breaths a minute."),
    "show": ("named", "Show the phases of a pace, its length, and its breaths a minute."),
    "save": ("named", "Save a pace under a name, to use wherever you can use a pace."),
    "remove": ("named", "Remove a saved pace."),
}


@click.group("pace", cls=LazyGroup, package=__name__, known=_COMMANDS)
def pace_command() -> None:
    """Find your own pace, by tapping, listening or trying, and save it.

    You can use the name of a saved pace wherever you can use a pace: --pace evening. The pace
    you measured last is called mine.
    """
