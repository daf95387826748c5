"""Writing a bundle: a zip that is the same, to the byte, wherever and whenever it is made."""

import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voice_guide import __version__
from voice_guide.bundle.contents import BEDS, SCHEMA
from voice_guide.bundle.names import COVER, INDEX, PLAN, README
from voice_guide.errors import RequestError
from voice_guide.limits import LONGEST_PHASE_SECONDS, MOST_BUNDLE_BYTES
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import MORE_NUMBERS, Line, Written
from voice_guide.voices.bundled import clip_file, clip_key
from voice_guide.voices.clips import Clips

__all__ = ["Packing", "write_bundle"]

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""Of the time that zips count: no file in a bundle has a date."""

_README = """\
This is a session of Voice Guide: its script, its settings, and the sound of every line.

To listen to it, or to make a sound file of it:

  pip install voice-guide
  voice-guide play FILE.zip
  voice-guide export FILE.zip -o session.mp3

Give the zip itself; it needn't be unpacked, and no voice has to be installed. The lines are in
clips, as WAV; scripts has what was written, and voice-guide.json says which is which.
"""


@dataclass(frozen=True, kw_only=True)
class Packing:
    """What goes into a bundle.

    Attributes:
        files: the texts of its scripts, the session's own first.
        settings: options by name, as they are typed.
        profile: of the publisher that it is for.
        labels: what its files are called instead of what the script says.
        spoken_by: the voices that are heard.
        ceiling: the highest true peak of its clips, as an amplitude.
        lines: all that is said.
        counts: whether it counts, so that at another pace it may need more numbers.
        clips: as they are made.
        sample_rate: of these, in Hz.
        bed: the file of its bed.
        cover: a picture; empty for none.
        check: given the bundle, raises an error if it isn't the session.
    """

    files: Sequence[Written]
    settings: Mapping[str, object]
    profile: str | None
    labels: Mapping[str, str]
    spoken_by: Sequence[str]
    ceiling: float
    lines: Sequence[Line]
    counts: bool
    clips: Clips
    sample_rate: int
    bed: Path | None
    cover: bytes
    check: Callable[[Path], None]

    def check_size(self) -> None:
        """Refuse what would be larger than a bundle can be.

        Raises:
            RequestError: saying how large.
        """
        size = sum(4 * (self.clips.frames(line) or 0) for line in self.lines)
        size += self.bed.stat().st_size if self.bed else 0
        if size > MOST_BUNDLE_BYTES:
            raise RequestError(
                f"the bundle would have {size / 1e6:,.0f} MB, and can have at most "
                f"{MOST_BUNDLE_BYTES // 10**6:,}: choose a shorter --bed, a lower --sample-rate or "
                "a shorter script."
            )


def write_bundle(path: Path, packing: Packing, plan: Plan) -> None:
    """Write a session whose speech is made as a bundle.

    Raises:
        RequestError: if it would not be the session.
        OSError: if it can't be written.
    """
    every = range(1, LONGEST_PHASE_SECONDS + MORE_NUMBERS + 1) if packing.counts else ()
    more = (line for line in map(Line, map(str, every)) if line not in packing.lines)
    spare = dict(packing.clips.spare(more))
    lines = {line: f"clips/{n:05}.wav" for n, line in enumerate([*packing.lines, *spare], start=1)}
    scripts = [f"scripts/{n:05}.md" for n in range(1, len(packing.files) + 1)]
    suffix = packing.bed.suffix.lower() if packing.bed else ""
    bed = f"bed{suffix if suffix in BEDS else ''}" if packing.bed else None
    index = {
        "schema": SCHEMA,
        "version": __version__,
        "scripts": [
            {"name": written.name, "file": file, "ours": written.ours}
            for written, file in zip(packing.files, scripts, strict=True)
        ],
        "settings": packing.settings,
        "profile": packing.profile,
        "labels": packing.labels,
        "spoken_by": list(packing.spoken_by),
        "ceiling": packing.ceiling,
        "clips": [_row(line, file, packing.clips) for line, file in lines.items()],
        "bed": bed,
    }
    with zipfile.ZipFile(path, "w", allowZip64=False) as archive:
        archive.writestr(_entry(INDEX), _json(index))
        archive.writestr(_entry(README), _README)
        archive.writestr(_entry(PLAN), _json(plan.to_json()))
        for written, file in zip(packing.files, scripts, strict=True):
            archive.writestr(_entry(file), written.text)
        if packing.cover:
            archive.writestr(_entry(COVER), packing.cover)
        for line, file in lines.items():
            clip = spare[line] if line in spare else packing.clips.samples(line)
            archive.writestr(_entry(file), clip_file(clip, packing.sample_rate))
        if packing.bed and bed:
            with packing.bed.open("rb") as source, archive.open(_entry(bed), "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    packing.check(path)


def _row(line: Line, file: str, clips: Clips) -> dict[str, object]:
    text, voice, inner, words = clip_key(line)
    listed = [{"written": written, "said": said} for written, said in words]
    times = [{"said": said, "frame": frame} for said, frame in clips.words(line)]
    row = {"text": text, "voice": voice, "inner": inner, "words": listed}
    return {**row, "file": file, "times": times}


def _entry(name: str) -> zipfile.ZipInfo:
    """A file of no date, that anybody may read; packed nowhere, as packers differ."""
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.create_system = 3  # where permissions are Unix's
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _json(table: object) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"
