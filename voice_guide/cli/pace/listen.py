"""``voice-guide pace listen``: a pace from the sound of the breath."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_guide.cli.options import SessionCommand, device_option, some_options
from voice_guide.cli.pace.answer import answered, save_option
from voice_guide.cli.progress import progress
from voice_guide.cli.types import WholeRange
from voice_guide.settings import Settings

if TYPE_CHECKING:
    from voice_guide.paces.measured import Measured

__all__ = ["listen_command"]

SILENT_SECONDS = 5
"""A microphone that gives nothing at all for this long is muted."""

INSTRUCTIONS = (
    "Hold the microphone a hand's breadth from nose and mouth.",
    "Breathe as it comes, so that you can just hear it.",
    "Your breath is heard from the next sound to the one after it.",
)
INSTEAD = "A recording can be measured, too:  voice-guide pace listen FILE"


@click.command("listen", cls=SessionCommand)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--seconds",
    type=WholeRange(15, 600),
    default=60,
    show_default=True,
    help="How long to listen.",
)
@save_option
@device_option("microphone")
@some_options("pace", "voice", "rate", "loudness")
def listen_command(
    file: Path | None,
    seconds: int,
    name: str | None,
    device: int | str | None,
    settings: Settings,
) -> None:
    """Your own pace, from the microphone, or from a recording.

    Nothing that is heard is kept: only how loud it is in a few bands of pitch. When the breath
    can't be told, that is said.

    The pace is kept as mine. --pace is where the command that is shown leads to.
    """
    from voice_guide.cli.sound import guide
    from voice_guide.live.signs import FALLING, RISING
    from voice_guide.paces import saved as paces

    paces.saved()  # a damaged file is told before anything else
    if file is not None:
        answered(_in_file(file), settings.pace, name)
        return
    with guide(settings) as aloud:
        click.echo(" ".join(INSTRUCTIONS), err=True)
        aloud.say(*INSTRUCTIONS)
        aloud.wait()
        aloud.sign(RISING)
        aloud.wait()
        measured = _by_microphone(seconds, device)
        aloud.sign(FALLING)
        aloud.say(*answered(measured, settings.pace, name))


def _by_microphone(seconds: int, device: int | str | None) -> "Measured":
    from voice_guide.live.microphone import microphone
    from voice_guide.paces.breathing import Ear

    with microphone(device, INSTEAD) as source, progress("Listening") as told:
        ear = Ear(source.sample_rate)
        while ear.frames < seconds * source.sample_rate:
            ear.hear(source.read())
            if ear.silent and ear.frames > SILENT_SECONDS * source.sample_rate:
                break  # and say so at once
            if told:
                told(min(ear.frames // source.sample_rate, seconds), seconds)
    return ear.result()


def _in_file(path: Path) -> "Measured":
    from voice_guide.analysis.stream import opened
    from voice_guide.errors import AudioError
    from voice_guide.paces.breathing import LOWEST_RATE, Ear

    with opened(path) as file:
        if file.sample_rate < LOWEST_RATE:
            raise AudioError(
                f"{path} has a sample rate of {file.sample_rate} Hz; to hear breath takes "
                f"{LOWEST_RATE} Hz at least."
            )
        ear = Ear(file.sample_rate)
        for block in file.blocks(file.sample_rate):
            ear.hear(block.mean(axis=1))
    return ear.result()
