"""``voice-guide pace listen``: a pace from the sound of the breath."""

from functools import partial
from pathlib import Path
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
    from voice_guide.listener.measured import Measured

__all__ = ["listen_command"]

SILENT_SECONDS = 5
"""A microphone that gives nothing at all for this long is muted."""

INSTRUCTIONS = (
    "Hold the microphone a hand's width from your nose and mouth.",
    "Breathe the way it comes, so that you can just hear it.",
    "The next sound starts the listening, and another one ends it.",
)
INSTEAD = "You can measure a recording instead:  voice-guide pace listen FILE"


@click.command("listen")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--seconds",
    type=NumberRange(Number(15, 600, whole=True)),
    default=60,
    show_default=True,
    metavar="SECONDS",
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
    """Measure your own pace with the microphone, or from a recording.

    No sound is kept, only how loud it is in a few bands of pitch. If your breath can't be
    heard clearly, the command says so.

    Your pace is saved as mine, and you are shown a command that leads you from there to a slower
    one: to --pace, if you give it.
    """
    from voice_guide.live.earcons import FALLING, RISING
    from voice_guide.live.guide import guide
    from voice_guide.pace import saved as paces

    paces.saved()  # a damaged file is reported first
    if file is not None:
        answered(_in_file(file), settings.pace, name)
        return
    with guide(settings, partial(echo, err=True)) as aloud:
        echo(" ".join(INSTRUCTIONS), err=True)
        aloud.say(*INSTRUCTIONS)
        aloud.wait()
        aloud.sign(RISING)
        aloud.wait()
        measured = _by_microphone(seconds, device)
        aloud.sign(FALLING)
        aloud.say(*answered(measured, settings.pace, name))


def _by_microphone(seconds: int, device: int | str | None) -> "Measured":
    from voice_guide.listener.breathing import Ear
    from voice_guide.live.microphone import microphone

    with microphone(device, INSTEAD) as source, progress("Listening") as told:
        ear = Ear(source.sample_rate)
        while ear.frames < seconds * source.sample_rate:
            ear.hear(source.read())
            if ear.silent and ear.frames > SILENT_SECONDS * source.sample_rate:
                break  # and say so at once
            told(min(ear.frames // source.sample_rate, seconds), seconds)
    return ear.result()


def _in_file(path: Path) -> "Measured":
    from voice_guide.analysis.measures import opened
    from voice_guide.audio.samples import in_one
    from voice_guide.errors import AudioError
    from voice_guide.listener.breathing import LOWEST_RATE, Ear

    with opened(path) as file:
        if file.sample_rate < LOWEST_RATE:
            raise AudioError(
                f"{path} has a sample rate of {file.sample_rate} Hz; to hear a breath, it has to "
                f"be at least {LOWEST_RATE} Hz."
            )
        ear = Ear(file.sample_rate)
        for block in file.blocks(file.sample_rate):
            ear.hear(in_one(block))
    return ear.result()
