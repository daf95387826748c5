"""Clips kept between runs: one file each, named by everything that shapes its sound."""

import contextlib
import hashlib
import json
import os
import time
import zlib
from collections.abc import Collection, Iterator
from glob import iglob
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from voice_guide.audio.samples import Audio
from voice_guide.errors import OutputError
from voice_guide.files import private_folder, read_bytes, read_head, replacing
from voice_guide.limits import MAX_BYTES, MOST_AMPLITUDE, MOST_CLIP_BYTES

__all__ = ["ClipCache", "Head", "key_of", "version_of"]

IN_USE_SECONDS = 3600
"""What was used in the last hour may be in use by another process, and is kept."""

_SUM_BYTES, _HEAD_BYTES = 4, 8

_ROOMS_AT = 29
"""The bits of a clip's length from this one on tell of rooms, as no clip is as long."""

_NOTE = ".note"

_KINDS = (".clip", _NOTE, ".part")


def key_of(**identity: Any) -> str:
    """Return the key of a clip from all that shapes it."""
    written = json.dumps(identity, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(written.encode(errors="surrogatepass"), digest_size=20).hexdigest()


def version_of(program: str) -> dict[str, Any]:
    """What distinguishes one version of a program or library from another, for a key."""
    found = Path(program).stat()
    return {"program": program, "size": found.st_size, "changed": found.st_mtime_ns}


class Head(NamedTuple):
    """What a clip's file begins with.

    Attributes:
        frames: how many it has.
        rooms: in how many it was found to be calm (see ``Calm``), 0 to 4; None if that isn't known.
    """

    frames: int
    rooms: int | None = None

    def summed(self, body: memoryview) -> bytes:
        """Return it as bytes, with the check sum of all that follows that."""
        rooms = 0 if self.rooms is None else self.rooms + 1
        told = (self.frames | rooms << _ROOMS_AT).to_bytes(4, "little")
        return _sum(told, body) + told


def _sum(*parts: bytes | memoryview) -> bytes:
    total = 0
    for part in parts:
        total = zlib.crc32(part, total)
    return total.to_bytes(_SUM_BYTES, "little")


def _head(data: bytes, size: int) -> Head | None:
    """Return the head of a file of so many bytes; None if it is no clip."""
    told = int.from_bytes(data[4:], "little")
    rooms, frames = divmod(told, 1 << _ROOMS_AT)
    head = Head(frames, rooms - 1 if rooms else None)
    whole = size == _HEAD_BYTES + 4 * head.frames and size <= MOST_CLIP_BYTES
    return head if head.frames and whole else None


class ClipCache:
    """A folder of clips.

    A file is a CRC-32 of what follows it; how many samples there are, and in the highest three bits
    in how many rooms they were found to be calm and one more, or 0 (4 bytes each, little-endian);
    and the samples, float32 little-endian. A damaged one counts as absent, and so does one that is
    no clip: its samples are no numbers, or far over full scale. A note is JSON after the same sum
    of it. A folder that can't be written is no reason to fail: all is then kept in memory for this
    run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._memory: dict[str, Audio] = {}
        self._notes: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> Audio | None:
        """Return a clip, float32 (frames,), or None if there is no sound entry of this key."""
        if key in self._memory:
            return self._memory[key]
        try:
            data = read_bytes(self._path(key), MOST_CLIP_BYTES, links=False)
        except OSError:
            return None
        head, body = _head(data[:_HEAD_BYTES], len(data)), memoryview(data)[_HEAD_BYTES:]
        if head is None or head.summed(body) != data[:_HEAD_BYTES]:
            return None
        with contextlib.suppress(OSError):
            os.utime(self._path(key))  # the time of its last use
        clip = np.frombuffer(body, "<f4").astype(np.float32, copy=False)
        return clip if clip.max() <= MOST_AMPLITUDE and clip.min() >= -MOST_AMPLITUDE else None

    def head(self, key: str) -> Head | None:
        """Return what is told of a clip; ``get`` finds out whether it is sound."""
        if key in self._memory:
            return Head(len(self._memory[key]))
        try:
            return _head(*read_head(self._path(key), _HEAD_BYTES, links=False))
        except OSError:
            return None

    def put(self, key: str, clip: Audio, rooms: int | None = None) -> None:
        """Keep a clip, and in how many rooms it was found to be calm."""
        body = memoryview(clip.astype("<f4", copy=False).tobytes())
        if not self._write(self._path(key), Head(len(clip), rooms).summed(body), body):
            self._memory[key] = clip

    def note(self, key: str) -> dict[str, Any] | None:
        """Return what is known of a clip under a key, or None if nothing sound is."""
        if key in self._notes:
            return self._notes[key]
        path = self._path(key, _NOTE)
        try:
            data = read_bytes(path, MAX_BYTES, links=False)
        except OSError:
            return None
        if data[:_SUM_BYTES] != _sum(body := data[_SUM_BYTES:]):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        note: dict[str, Any] = json.loads(body)
        return note

    def put_note(self, key: str, note: dict[str, Any]) -> None:
        """Keep what is known of a clip."""
        body = json.dumps(note).encode()
        if not self._write(self._path(key, _NOTE), _sum(body), body):
            self._notes[key] = note

    def size(self) -> tuple[int, int]:
        """Return how many clips there are, and their bytes."""
        sizes = [found.st_size for path, found in self._files() if path.suffix == ".clip"]
        return len(sizes), sum(sizes)

    def clear(self) -> None:
        """Remove every clip.

        Raises:
            OutputError: if one can't be removed.
        """
        for path, _ in self._files():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise OutputError(f"can't remove {path}: {error.strerror}.") from error

    def shrink(self, limit: int, keep: Collection[str] = ()) -> None:
        """Remove what was used least recently, until no more than ``limit`` bytes are left.

        What is in use stays: the clips of the keys to ``keep``, and whatever was used
        within the last hour. Any number of processes may do so at once.
        """
        files = sorted(self._files(), key=lambda file: file[1].st_mtime)
        total = sum(found.st_size for _, found in files)
        kept = {self._path(key) for key in keep}
        oldest_in_use = time.time() - IN_USE_SECONDS
        for path, found in files:
            if found.st_mtime > oldest_in_use:
                return
            if path.suffix == ".part" or (total > limit and path not in kept):
                with contextlib.suppress(OSError):
                    path.unlink()
                total -= found.st_size

    def _write(self, path: Path, *data: bytes | memoryview) -> bool:
        """Write a file, whole; return whether that went well."""
        try:
            private_folder(path.parent)
            with replacing(path, private=True) as part, part.open("wb") as file:
                file.writelines(data)
        except (OSError, OutputError):
            return False
        return True

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """The clips, what is known of them, and what interrupted processes left of some."""
        for folder in map(self._folder.joinpath, iglob("??", root_dir=self._folder)):
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(_KINDS):
                        with contextlib.suppress(OSError):  # another process has removed it
                            yield folder / entry.name, entry.stat()

    def _path(self, key: str, kind: str = ".clip") -> Path:
        return self._folder / key[:2] / f"{key[2:]}{kind}"
