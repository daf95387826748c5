"""``voice-guide voices``: what can speak here, to be heard and chosen."""

import json
import os
import time
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.types import FileName, VoiceName
from voice_guide.cli.voice_store import add_command, get_command, remove_command
from voice_guide.errors import DeviceError, RequestError, SpeechError, VoiceGuideError
from voice_guide.units import counted

if TYPE_CHECKING:
    from voice_guide.session import Session
    from voice_guide.settings import Settings
    from voice_guide.voices.catalogue import Entry

__all__ = ["voices_command"]

NAMES = """\b
auto             the first of these that works: your own choice (voices set),
                 hibari for English, the system's voice on macOS and Windows,
                 flite for English, pico, espeak
hibari           a natural English voice that comes with Voice Guide
espeak           eSpeak NG, which comes with Voice Guide; espeak:f2 is a variant
flite            flite, in English: flite:rms, flite:slt, flite:awb
pico             SVOX Pico, in English, German, French, Spanish and Italian;
                 pico:de is its German voice, pico:en-GB the British one
system           the computer's own voices; system:NAME is one of them
neural:FOLDER    a model for sherpa-onnx; neural:FOLDER#3 is its speaker 3
command:NAME     a program described under [voices.NAME] in your settings file
recorded:FOLDER  your own recordings
none             no voice: only the breath
"""


@click.group("voices", invoke_without_command=True, epilog=NAMES)
@click.pass_context
def voices_command(context: click.Context) -> None:
    """List the voices that work here; try them and choose one.

    To combine voices, put commas between them: recorded:mine,auto uses your recordings, and
    leaves the rest to auto.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_command)


@voices_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def list_command(as_json: bool = False) -> None:
    """List the voices with their languages and speed; all of them work offline."""
    from voice_guide.voices.catalogue import catalogue, measure

    rows = []
    for entry in catalogue():
        speed, fault = None, ""
        try:
            speed = measure(entry.name)
        except VoiceGuideError as error:
            fault = str(error)
        rows.append(
            {
                "name": entry.name,
                "languages": list(entry.languages),
                "back_end": entry.back_end,
                "offline": True,  # as all of them are
                "speed": speed and round(speed, 1),
                "fault": fault,
            }
        )
        if not as_json:
            pace = fault or (_as_fast(speed) if speed else "at once")
            echo(f"{entry.name:18}  {_languages(entry):24}  offline  {pace}")
    if as_json:
        echo(json.dumps(rows, indent=1))
    else:
        echo("To hear one:  voice-guide voices try NAME")


def _as_fast(speed: float) -> str:
    """Say how fast speech is made: so many seconds of it in one."""
    return f"{speed:.0f} times as fast as speech" if speed >= 1.5 else "about as fast as speech"


def _languages(entry: "Entry") -> str:
    if not entry.languages:
        return "any"
    if len(entry.languages) <= 3:
        return ", ".join(entry.languages)
    return counted(len(entry.languages), "language")


@voices_command.command("try")
@click.argument("name", type=VoiceName())
@click.option("--text", help="What it should say. Default: a line from a practice.")
@click.option("-o", "--output", type=FileName(), metavar="FILE", help="Write it to this file.")
@click.option("--overwrite", is_flag=True, help="Replace a file that already exists.")
@click.option(
    "--phonemes", is_flag=True, help="Print the sounds (IPA) it makes of the words instead."
)
def try_command(
    name: str, text: str | None, output: str | None, overwrite: bool, phonemes: bool
) -> None:
    """Hear a voice say something, write it to a file, or see how it says it."""
    from voice_guide.options import listener_settings
    from voice_guide.output.export import STDOUT, check_target
    from voice_guide.scripting.model import Line, Script, Section
    from voice_guide.session import open_session
    from voice_guide.voices.catalogue import language_of

    first = name.partition(",")[0].strip()
    if text is not None and not text.strip():
        raise RequestError("--text is empty: give it a line to say.")
    # Two seconds in: the words begin when a headset has woken up, and no later.
    settings = listener_settings((), voice=name, tone="none", pace="2-6")
    line = Line(" ".join(text.split()) if text else _line_of(first))
    if phonemes:
        _tell(name, line.text, language_of(first), settings)
        return
    if output is not None:
        check_target(output, None, settings.sample_rate, overwrite)
    said = Section("A voice", (line,))
    session = open_session(Script("A voice", (said,), language=language_of(first)), settings)
    try:
        session.speak()
    except SpeechError as error:  # its advice is for whole sessions
        raise SpeechError(str(error).partition("\n")[0]) from error
    speaker = next(iter(session.clips.spoken_by), name)
    echo(f"{speaker}: {shorten(line.text, 80)}", err=output == STDOUT)
    if output is not None:
        session.export(output, overwrite=overwrite)
        return
    try:
        _play(session)
    except DeviceError as error:
        reason = str(error).partition("\n")[0]
        raise DeviceError(f"{reason}\nYou can make a file instead: add -o FILE.wav") from error


def _tell(name: str, text: str, language: str, settings: "Settings") -> None:
    """Print the sounds that a voice makes of a text."""
    from voice_guide.scripting.words import for_language
    from voice_guide.voices.pronouncing import sounds_of

    words = for_language(settings.own_words, language)
    speaker, sounds = sounds_of(name, text, language, settings.own_voice, words)
    echo(f"{speaker}: {sounds}")


def _line_of(name: str) -> str:
    """A line that the voice has."""
    from voice_guide.scripting.loading import load
    from voice_guide.voices.pico import PICO_VOICES, voice_named
    from voice_guide.voices.recorded import Recorded

    back_end, _, part = name.partition(":")
    if back_end == "pico" and (voice := voice_named(part)):
        return PICO_VOICES[voice].example
    recorded = Recorded("en", None, part).texts() if back_end == "recorded" else []
    return [*recorded, *load("one-minute-pause").texts()][0]


def _play(session: "Session") -> None:
    from voice_guide.live.playback import Playback
    from voice_guide.live.player import Player
    from voice_guide.terminal import libraries_quiet

    player = Player(Playback(session), session.settings.sample_rate, None)
    with libraries_quiet():
        try:
            player.start()
            while player.watch():
                time.sleep(0.1)
        finally:
            player.stop()


@voices_command.command("set")
@click.argument("name", type=VoiceName())
def set_command(name: str) -> None:
    """Make a voice your default, once it has spoken a line."""
    from voice_guide.config import remember
    from voice_guide.voices import AUTO, NONE
    from voice_guide.voices.catalogue import measure

    layers = [_anywhere(layer.strip()) for layer in name.split(",")]
    for layer in layers:
        if layer not in (AUTO, NONE):
            measure(layer)
    chosen = ",".join(layers)
    echo(f"Your voice, {chosen}, is saved in {remember('voice', chosen)}.")


def _anywhere(name: str) -> str:
    """A name whose folder is found from any other."""
    from voice_guide.config import voices_folder
    from voice_guide.voices.folders import find_folder

    back_end, _, part = name.partition(":")
    if back_end not in ("neural", "recorded"):
        return name
    place, mark, speaker = part.partition("#") if back_end == "neural" else (part, "", "")
    folder = find_folder(place, "of a voice")
    if folder == voices_folder() / place:
        return name
    return f"{back_end}:{os.path.abspath(folder)}{mark}{speaker}"


voices_command.add_command(add_command)
voices_command.add_command(get_command)
voices_command.add_command(remove_command)
