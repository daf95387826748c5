"""``voice-guide pace tap``: a pace from taps, with closed eyes."""

import time
from functools import partial
from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.options import device_option, some_options
from voice_guide.cli.pace.result import answered, save_option
from voice_guide.cli.progress import progress
from voice_guide.cli.types import NumberRange
from voice_guide.options import Number
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.live.guide import Guide

__all__ = ["tap_command"]

LOOK_SECONDS = 0.2
"""How long a tap is waited for at once."""

INSTRUCTIONS = (
    "Close your eyes, or rest them somewhere.",
    "Tap the space bar each time a breath in begins, and each time a breath out begins.",
    "Start with a breath in. There is nothing to do right.",
)
INSTEAD = "You can measure a recording instead:  voice-guide pace listen FILE"


@click.command("tap")
@click.option(
    "--breaths",
    "wanted",
    type=NumberRange(Number(3, 60, whole=True)),
    default=8,
    show_default=True,
    metavar="N",
    help="How many breaths to tap.",
)
@save_option
@device_option()
@some_options("pace", "voice", "rate", "loudness")
def tap_command(
    wanted: int, name: str | None, device: int | str | None, settings: Settings
) -> None:
    """Measure your own pace by tapping.

    Close your eyes if you like, and tap the space bar as each breath in, and each breath out,
    begins. A rising sound answers a breath in, a falling one a breath out. A tap too many or too
    few does no harm. Press Enter or q to end early, or Ctrl-C to leave without a result.

    Your pace is saved as mine, and you are shown a command that leads you from there to a slower
    one: to --pace, if you give it.
    """
    from voice_guide.listener import tapping
    from voice_guide.live.guide import guide
    from voice_guide.live.keys import need_terminal
    from voice_guide.pace import saved as paces

    need_terminal("to tap at", INSTEAD)
    paces.saved()  # a damaged file is reported before anybody taps
    with guide(settings, partial(echo, err=True), device) as aloud:
        aloud.say(*INSTRUCTIONS)
        measured = tapping.measured(_taps(aloud, wanted))
        aloud.say(*answered(measured, settings.pace, name))


def _taps(aloud: "Guide", breaths: int) -> list[float]:
    """The times of taps in seconds, until there are enough or a key ends it."""
    from voice_guide.listener.tapping import turns
    from voice_guide.live.earcons import FALLING, RISING
    from voice_guide.live.keys import keys

    times: list[float] = []
    done = 0
    with keys() as pressed:
        echo(" ".join(INSTRUCTIONS), err=True)  # from here on a tap counts
        with progress("Breaths") as told:
            while done <= 2 * breaths:
                aloud.watch()
                presses = pressed.read(LOOK_SECONDS)
                now = time.monotonic()
                if set(presses) & {"q", "enter"}:
                    break
                if "space" not in presses:
                    continue
                times.append(now)
                before, done = done, turns(times)
                if done != before:
                    aloud.sign(RISING if done % 2 else FALLING)
                told(min(done // 2, breaths), breaths)
    return times
