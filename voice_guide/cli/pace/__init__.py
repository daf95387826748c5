"""``voice-guide pace``: paces of one's own, measured and kept."""

import click

from voice_guide.cli.lazy import LazyGroup

__all__ = ["pace_command"]

_COMMANDS = {
    "tap": "tap",
    "listen": "listen",
    "find": "find",
    "list": "saved",
    "show": "saved",
    "save": "saved",
    "remove": "saved",
}


@click.group("pace", cls=LazyGroup, package=__name__, modules=_COMMANDS)
def pace_command() -> None:
    """Your own pace: measured by tapping or listening, found by trying, kept under a name.

    A saved pace is used by its name wherever a pace is: --pace evening. The one that was
    measured last is called mine.
    """
