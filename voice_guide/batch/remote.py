"""What the workers of a cluster do: say whether they can, speak lines, and make files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voice_guide.batch.making import Failed, Job, Made, Speech, attempt, keeping_speech
from voice_guide.batch.stamps import sound_version
from voice_guide.errors import SpeechError, VoiceGuideError
from voice_guide.leftovers import temporary_folder
from voice_guide.scripting.model import Line
from voice_guide.session.exporting import Export

__all__ = ["Arrived", "Sent", "hindrance", "make", "packed", "say", "unpacked"]


@dataclass(frozen=True)
class Sent:
    """An export with the files that it needs, by their paths where they come from."""

    job: Job
    needs: Mapping[str, bytes]


@dataclass(frozen=True)
class Arrived:
    """A finished export that was sent back, and its files, in the order of the job's."""

    made: Made
    contents: tuple[bytes, ...]


def hindrance(exports: Iterable[Export], version: str) -> str:
    """Say what keeps a worker from making exports as its client would; nothing if it can."""
    if sound_version() != version:
        return "has another version of Voice Guide, or of a library that makes its files"
    for export in exports:
        try:
            replace(keeping_speech(export), profile=None, proof=False).open()
        except VoiceGuideError as error:
            return str(error)
    return ""


def say(export: Export, lines: Sequence[Line]) -> "Speech | Failed":
    """Return the clips of lines and what is noted of each, made here or kept here."""
    try:
        clips: Any = keeping_speech(export).open().clips
        try:
            clips.prepare(lines)
        finally:
            clips.close()
        cache = clips.cache
        keys = {line: clips.key(line) or "" for line in lines}
        return {line: (clips.samples(line), cache.note(key)) for line, key in keys.items()}
    except SpeechError as error:
        return Failed(str(error))


def make(sent: Sent, *speech: "Speech | Failed", gather: bool) -> Any:
    """Make an export; return `Made`, `Arrived` if it is sent back, or `Failed`."""
    clips: Speech = {}
    for some in speech:
        if isinstance(some, Failed):
            return some
        clips |= some
    if not gather:
        return attempt(sent.job, clips)
    with temporary_folder() as folder:
        job = unpacked(sent, folder)
        made = attempt(job, clips)
        if isinstance(made, Failed):
            return made
        return Arrived(made, tuple(file.read_bytes() for file in job.files))


def packed(job: Job) -> Sent:
    """Return an export with the files that it needs.

    Raises:
        OSError: if one can't be read.
    """
    export = job.export
    needed = (export.settings.bed, export.files.get("cover"), export.script.cover)
    return Sent(job, {str(path): Path(path).read_bytes() for path in needed if path})


def unpacked(sent: Sent, folder: Path) -> Job:
    """Return an export that reads and makes its files in a folder, under their own names."""
    places: dict[Path, Path] = {}

    def here(path: str | Path) -> Path:
        home = places.setdefault(Path(path).parent, folder / str(len(places)))
        home.mkdir(exist_ok=True)
        return home / Path(path).name

    for path, content in sent.needs.items():
        here(path).write_bytes(content)
    moved = {str(file): str(here(file)) for file in sent.job.files} | {
        path: str(here(path)) for path in sent.needs
    }
    export = sent.job.export
    files: Any = {
        name: moved.get(str(value), value) if value is not None else None
        for name, value in export.files.items()
    }
    bed = export.settings.bed
    return Job(
        replace(
            export,
            target=moved[export.target],
            settings=replace(export.settings, bed=moved[bed] if bed else None),
            script=replace(export.script, cover=moved.get(export.script.cover, "")),
            files=files,
        ),
        tuple(Path(moved[str(file)]) for file in sent.job.files),
        sent.job.stamp,
        tuple(map(str, sent.job.files)),
    )
