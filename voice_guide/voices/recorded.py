"""A person's own recordings: a folder with an audio file for each line.

A file belongs to the line whose words its name has: ``let-your-feet-find-the-floor.wav``
is "Let your feet find the floor.", and ``count-3.wav`` the 3 of a counted breath
(``file_stem`` says how a name is made from a line).
``lines.json`` in the folder may say it instead, ``{"LINE": "FILE", ...}``: a file that
is named there belongs to that line alone, whatever its own name is. When the words of
such a line change, its file is therefore no longer used, and ``older_line`` finds it.
Files are of any format that libsndfile reads.
"""

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice_guide.errors import AudioError, RequestError, VoiceError, nearest, reason
from voice_guide.files import locked, read_bytes, replacing, writing_sound
from voice_guide.limits import MOST_INDEX_BYTES, MOST_RECORDED_LINES, MOST_RECORDING_BYTES
from voice_guide.texts import sounding, straight
from voice_guide.voices import WorkerFault
from voice_guide.voices.folders import find_folder

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio

__all__ = ["INDEX", "SUFFIXES", "Recorded", "file_stem", "hyphened", "keep", "read_index"]

INDEX = "lines.json"

SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".caf", ".w64")
"""What counts as a recording where the index names no file."""

_ALIKE = (("-", r"\s*[-‐-―−]\s*"), ('"', "[“”„‟«»]"), ("...", "…"))
"""What each is compared as: dashes, quotes and an ellipsis."""

LONGEST_STEM = 80
"""Letters: at three bytes each, a file's name keeps under 255 bytes, which is the usual limit."""

LONGEST_NAME_BYTES = 255
"""Longer names are none on any usual disk."""


class Recorded:
    """Speaks the lines that were recorded.

    Raises:
        VoiceError: if there is no such folder, or it or its index can't be read.
    """

    def __init__(self, language: str, rate: int | None, part: str) -> None:
        self.name = f"recorded:{part}"
        self.rate = self.wanted_rate = None
        self.whole = True
        self.natural = True
        self.folder = find_folder(part, "of recordings")
        self._index = read_index(self.folder)
        self._alike = {alike(text): name for text, name in self._index.items()}
        named = set(self._index.values())
        try:
            paths = sorted(self.folder.iterdir())
        except OSError as error:
            raise VoiceError(f"{self.folder} can't be read ({error.strerror}).") from error
        self._by_stem = {
            hyphened(path.stem): path
            for path in paths
            if path.suffix.lower() in SUFFIXES
            and not path.name.startswith(".")
            and path.name not in named
        }

    def identity(self, text: str) -> Mapping[str, Any] | None:
        path = self.file(text)
        if path is None:
            return None
        try:
            data = _sound_in(path)
        except WorkerFault:
            data = b""  # reported when the line is asked for
        return {"engine": "recorded", "file": hashlib.blake2b(data).hexdigest()}

    def speak(self, texts: Sequence[str]) -> Iterator[bytes | WorkerFault]:
        for text in texts:
            path = self.file(text)
            if path is None:
                older = self.older_line(text)
                was = f"; what was recorded is {older!r}" if older else ""
                yield WorkerFault(f"there is no recording of it in {self.folder}{was}")
                continue
            try:
                yield _sound_in(path)
            except WorkerFault as fault:
                yield fault

    def close(self) -> None:
        pass

    def file(self, text: str) -> Path | None:
        """The recording of a line."""
        if name := self._index.get(text) or self._alike.get(alike(text)):
            return self.folder / name
        return self._by_stem.get(file_stem(text))

    def has(self, text: str) -> bool:
        """Whether the recording of a line is there."""
        path = self.file(text)
        return path is not None and os.path.isfile(path)

    def texts(self) -> list[str]:
        """The lines that are recorded; of files without an entry, the words of their names."""
        named = (stem.replace("-", " ") for stem in self._by_stem)
        return [*filter(self.has, self._index), *named]

    def older_line(self, text: str, but: Collection[str] = ()) -> str | None:
        """What a line without a recording may have been when it was recorded, none of ``but``."""
        if text.isdecimal():
            return None  # numbers are alike, and never reworded
        return next(iter(nearest(text, self._index.keys() - set(but))), None)


def _sound_in(path: Path) -> bytes:
    """Return what a recording holds.

    Raises:
        WorkerFault: if it can't be read, or is no sound that can be used.
    """
    from voice_guide.audio.soundfiles import open_sound

    try:
        with open_sound(path) as sound:
            if sound.bytes > MOST_RECORDING_BYTES:
                most = MOST_RECORDING_BYTES // 10**6
                raise WorkerFault(f"{path} is larger than {most} MB, the most that a line may be")
        return path.read_bytes()
    except (RequestError, AudioError) as error:
        raise WorkerFault(reason(error)) from error
    except OSError as error:
        raise WorkerFault(f"{path} can't be read ({error.strerror})") from error


def keep(folder: Path, text: str, samples: "Audio", sample_rate: int) -> Path:
    """Write the recording of a line, 24 bits, and enter it into the folder's index.

    Both are moved into place when they are whole; the files of other lines stay.

    Args:
        samples: float32 (frames,).
        sample_rate: in Hz.

    Returns:
        The file.

    Raises:
        OutputError: if they can't be written.
        VoiceError: if the index can't be read.
    """
    import soundfile

    with locked(folder / INDEX):
        kept = read_index(folder).items()
        index = {line: name for line, name in kept if alike(line) != alike(text)}
        stem, number = file_stem(text) or "line", 1
        taken = set(index.values())
        while (name := f"{stem}{f'-{number}' if number > 1 else ''}.wav") in taken:
            number += 1
        path = folder / name
        with replacing(path, private=True) as part, writing_sound(part) as sound:
            soundfile.write(sound, samples, sample_rate, "PCM_24", format="WAV")
        index[text] = name
        with replacing(folder / INDEX, private=True) as part:
            written = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
            part.write_text(written, encoding="utf-8")
    return path


def file_stem(text: str) -> str:
    """Return the name, without a suffix, of the file of a line: its words, joined by hyphens.

    A number, as breaths are counted with, has ``count-3``: 3 alone could be the third line.
    """
    return f"count-{text}" if text.isdecimal() else hyphened(text)


def alike(text: str) -> str:
    """Return a text as it is compared with others that look the same.

    Editors change apostrophes, dashes and quotes, take letters and accents apart, and put in
    signs that nobody sees.
    """
    composed = unicodedata.normalize("NFC", straight(sounding(text)))
    for sign, others in _ALIKE:
        composed = re.sub(others, sign, composed)
    return " ".join(composed.split())


def hyphened(text: str) -> str:
    """Return the words of a text without capitals and signs, joined by hyphens."""
    words = alike(text).casefold().replace("'", "")
    return re.sub(r"[\W_]+", "-", words).strip("-")[:LONGEST_STEM].rstrip("-")


def read_index(folder: Path) -> dict[str, str]:
    """Return which file belongs to which line, as far as the folder's index says so.

    Raises:
        VoiceError: if it can't be read.
    """
    path = folder / INDEX
    try:
        index = json.loads(read_bytes(path, MOST_INDEX_BYTES).decode())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise VoiceError(f"{path} can't be read ({why}): correct or remove it.") from error
    if isinstance(index, dict) and len(index) > MOST_RECORDED_LINES:
        raise VoiceError(
            f"{path} has {len(index)} lines; there can be at most {MOST_RECORDED_LINES}."
        )
    if not isinstance(index, dict) or not all(_is_file_name(name) for name in index.values()):
        raise VoiceError(
            f'{path} has to be {{"LINE": "FILE", ...}}, with files in the same folder.'
        )
    return {" ".join(text.split()): name for text, name in index.items()}


def _is_file_name(name: Any) -> bool:
    if not isinstance(name, str) or name in ("", ".", "..") or re.search(r"[/\\\0]", name):
        return False
    return len(name.encode(errors="surrogatepass")) <= LONGEST_NAME_BYTES
