"""``voice-guide pace``: paces of one's own, measured and kept."""

import click

from voice_guide.cli.lazy import LazyGroup

__all__ = ["pace_command"]

_COMMANDS = {
    "tap": ("tap", "Your own pace, by tapping."),
    "listen": ("listen", "Your own pace, from the microphone, or from a recording."),
    "find": ("find", "The slow pace that suits you best, by trying five."),
    "list": ("saved", "The built-in paces and your own, in breaths a minute."),
    "show": ("saved", "The phases of a pace, its length, and its breaths a minute."),
    "save": ("saved", "Keep a pace under a name, to be used wherever a pace is."),
    "remove": ("saved", "Forget a saved pace."),
}


@click.group("pace", cls=LazyGroup, package=__name__, known=_COMMANDS)
def pace_command() -> None:
    """Your own pace: measured by tapping or listening, found by trying, kept under a name.

    A saved pace is used by its name wherever a pace is: --pace evening. The one that was
    measured last is called mine.
    """
