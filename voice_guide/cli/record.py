"""``voice-guide record``: a script's lines in a person's own voice."""

import contextlib
import os
import shlex
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_guide.cli.echo import echo
from voice_guide.cli.options import device_option, some_options
from voice_guide.cli.progress import progress
from voice_guide.cli.types import ScriptName
from voice_guide.errors import OutputError, RequestError, SpeechError
from voice_guide.settings import Settings
from voice_guide.units import counted
from voice_guide.voices import NONE

if TYPE_CHECKING:
    from voice_guide.scripting.model import Script
    from voice_guide.voices.takes import Trimmed

__all__ = ["record_command"]

OTHER_SUFFIXES = (".m4a", ".mp4", ".aac", ".wma", ".amr", ".3gp", ".webm", ".mov", ".mka", ".qta")
"""What phones and recorders make, and libsndfile doesn't read."""

_PATH = click.Path(path_type=Path)
_SOURCES = "FILES|FOLDER"
_INTO_HELP = "Where the recordings are kept."
_FROM_HELP = "Use existing recordings instead of the microphone."


@click.command("record")
@click.argument("name", type=ScriptName(), default="stay-present", metavar="[NAME|FILE]")
@click.argument("more", nargs=-1, type=_PATH, metavar="")
@click.option("--into", "folder", required=True, type=_PATH, metavar="FOLDER", help=_INTO_HELP)
@click.option("--from", "sources", multiple=True, type=_PATH, metavar=_SOURCES, help=_FROM_HELP)
@click.option("--again", is_flag=True, help="Record lines again that you already have.")
@device_option("microphone")
@some_options("pace", "ramp", "voice", "rate", "count")
def record_command(
    name: str,
    more: tuple[Path, ...],
    folder: Path,
    sources: tuple[Path, ...],
    again: bool,
    device: int | str | None,
    settings: Settings,
) -> int:
    """Record a script's lines in your own voice (default: those of stay-present).

    You hear a line; after a rising sound, you say it. A falling sound means you were heard, and
    then you hear yourself. Everything you record is kept, and next time you carry on from there.
    If the words of a line have changed, you are asked for it again. With --voice none, you read
    the lines instead of hearing them.

    If the script counts, the numbers come last; with --count, they come in any script. There are
    enough of them for the built-in paces, for yours (--pace, --ramp) and for slower breathing.

    \b
    while you speak   space  end (or stay silent for two seconds)
    afterwards        space  keep it          r  record it again
                      s      skip this line   q  end

    The files you give with --from are matched to lines by the words in their names, as in
    let-your-feet-find-the-floor.mp3, or by the number of the line, as in 01.wav. count-3.wav is
    the number 3.
    """
    from voice_guide.scripting.loading import load
    from voice_guide.voices.recorded import Recorded

    script = load(name)
    lines = _asked_for(script, settings)
    if not lines:
        raise RequestError(f"{script.title!r} has no lines to record.")
    if more and not sources:
        raise RequestError(f"what is {str(more[0])!r} for? Put files to use after --from.")
    files = _files([*sources, *more])
    if not sources:
        from voice_guide.live.booth import check_parts

        check_parts(device)
    is_new = _make(folder)

    def recorded() -> Recorded:
        return Recorded(script.language, None, str(folder.resolve()))

    before = recorded()
    wanted = [text for text in lines if again or not before.has(text)]
    complete = True
    try:
        if sources:
            complete = _take_files(files, lines, wanted, folder)
        elif wanted:
            older = {text: before.older_line(text, lines) for text in wanted}
            _record(lines, wanted, older, folder, device, settings, script.language)
    finally:
        after = recorded()
        missing = [text for text in lines if not after.has(text)]
        if sources:
            for text in missing:
                echo(f"{lines.index(text) + 1:3}  {text}  <-  missing")
        echo(f"{folder}: {len(lines) - len(missing)} of {counted(len(lines), 'line')} recorded.")
        if len(missing) < len(lines):
            command = ["play", name, "--voice", f"recorded:{folder},auto"]
            count = ["--count"] if settings.count else []
            echo(f"Hear them:  voice-guide {shlex.join([*command, *count])}")
        if not wanted:
            echo("To record them again, add --again.")
        if is_new:
            with contextlib.suppress(OSError):  # something was kept in it
                folder.rmdir()
    return 0 if complete else 1


def _asked_for(script: "Script", settings: Settings) -> list[str]:
    """What the script says: its lines, then the numbers, each once."""
    from voice_guide.pace.pace import PRESETS, Pace
    from voice_guide.scripting.model import count_rests

    own = settings.pace or script.pace, *(settings.ramp or script.ramp).paces
    script = count_rests(script) if settings.count else script
    numbers = script.numbers(*own, *map(Pace.parse, PRESETS.values()))
    return list(dict.fromkeys([*script.texts(), *(line.text for line in numbers)]))


def _record(
    lines: list[str],
    wanted: list[str],
    older: dict[str, str | None],
    folder: Path,
    device: int | str | None,
    settings: Settings,
    language: str,
) -> None:
    """Speak all that may have to be said, before anybody waits for it, and record the lines."""
    from voice_guide.live.aloud import saying
    from voice_guide.live.booth import SAID, record

    settings = replace(settings, fallback=True)
    spoken = None
    if settings.voice != NONE:
        spoken = saying([*SAID, *wanted], settings, language)
        try:
            with progress("Speech") as told:
                spoken.speak(told)
        except SpeechError as error:  # what is on the screen is enough
            echo(f"Continuing without a voice: {error}", err=True)
            spoken = None
    record(
        lines,
        wanted,
        older=older,
        folder=folder,
        device=device,
        settings=settings,
        spoken=spoken,
        tell=partial(echo, err=True),
    )


def _make(folder: Path) -> bool:
    """Make sure of a folder that can be written; return whether it is new."""
    from voice_guide.files import private_folder

    is_new = not os.path.isdir(folder)
    if os.path.isfile(folder):
        raise OutputError(f"{folder} is a file. Name a folder with --into.")
    try:
        private_folder(folder)
    except OSError as error:
        raise OutputError(
            f"can't make the folder {folder}: {error.strerror}. Name another with --into."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"can't write to the folder {folder}. Name another with --into.")
    return is_new


def _take_files(files: dict[str, Path], lines: list[str], wanted: list[str], folder: Path) -> bool:
    """Take what was recorded elsewhere; return whether all of it could be used."""
    from voice_guide.voices.recorded import keep
    from voice_guide.voices.takes import BadTakeError, match

    matches = match(lines, files)
    complete = not matches.unmatched
    for text, file in matches.by_line.items():
        said = f"{lines.index(text) + 1:3}  {text}  <-  {file}"
        if text not in wanted:
            echo(f"{said}: not used: you already have this line; --again replaces it")
            continue
        try:
            taken, sample_rate = _read(files[file], text)
        except BadTakeError as error:
            complete = False
            echo(f"{said}: not used: {error}")
            continue
        keep(folder, text, taken.samples, sample_rate)
        echo("; ".join([said, *taken.faults]))
    for file in matches.unmatched:
        echo(f"  -  no line has this name or number  <-  {file}")
    return complete


def _files(sources: Iterable[Path]) -> dict[str, Path]:
    """The files to take, by their names."""
    from voice_guide.voices.recorded import SUFFIXES

    files: dict[str, Path] = {}
    for source in sources:
        # Unlike pathlib's, also for a name that no system takes.
        there = [source] if os.path.isfile(source) else []
        found = [path for path in there if path.suffix.lower() not in OTHER_SUFFIXES]
        if os.path.isdir(source):
            try:
                there = sorted(path for path in source.glob("[!.]*") if path.is_file())
            except OSError as error:
                raise RequestError(f"{source} can't be read ({error.strerror}).") from error
            found = [path for path in there if path.suffix.lower() in SUFFIXES]
        if not found:
            raise RequestError(_nothing_to_take(source, there))
        for path in found:
            if path.name in files:
                raise RequestError(
                    f"two files are called {path.name!r}: use them one after the other."
                )
            files[path.name] = path
    return files


def _nothing_to_take(source: Path, there: list[Path]) -> str:
    """Say why nothing is taken, and of recordings in another format, what can be done."""
    from voice_guide.voices.recorded import SUFFIXES

    works = ", ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
    other = next((path for path in there if path.suffix.lower() in OTHER_SUFFIXES), None)
    if other is not None:
        made = shlex.quote(str(other.with_suffix(".wav")))
        return (
            f"{source}: {other.suffix.lower().removeprefix('.')} files can't be read here; "
            f"these can: {works}.\nOne way to convert it is ffmpeg:  "
            f"ffmpeg -i {shlex.quote(str(other))} {made}"
        )
    return f"there are no recordings at {source}: give files or a folder with files ({works})."


def _read(path: Path, text: str) -> "tuple[Trimmed, int]":
    """Read the recording of a line, of any format, and its sample rate.

    Raises:
        BadTakeError: saying why it can't be the line.
    """
    from voice_guide.audio.soundfiles import BadSoundError, open_sound
    from voice_guide.limits import LONGEST_RECORDING_SECONDS
    from voice_guide.voices.takes import BadTakeError, trim

    try:
        with open_sound(path) as sound:
            rate, seconds = sound.sample_rate, sound.seconds
            if not 8000 <= rate <= 192000:
                raise BadTakeError(f"its sample rate is {rate} Hz: give 8000 to 192000 Hz.")
            if seconds is not None and seconds > LONGEST_RECORDING_SECONDS:
                raise BadTakeError(f"it lasts {seconds:.0f} s: cut it into lines first.")
            return trim(sound.mono(LONGEST_RECORDING_SECONDS), rate, text), rate
    except BadSoundError as error:
        raise BadTakeError(f"it {error.why}.") from error
    except RequestError as error:
        raise BadTakeError(str(error)) from error
