"""Reading sound files: the one place that opens them, and looks at what it hands on.

Whatever comes out of here is finite, of a rate and a number of channels that the libraries
behind can take, and whole.
"""

import contextlib
import io
import math
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.decoding import (
    NO_DECODER,
    UndecodableError,
    can_decode,
    decoded,
    fed,
    is_m4a,
)
from voice_guide.audio.samples import in_one
from voice_guide.audio.soundheads import promised_bytes, says_no_length
from voice_guide.errors import AudioError, RequestError
from voice_guide.limits import (
    HIGHEST_RATE_HZ,
    LOWEST_RATE_HZ,
    MOST_AMPLITUDE,
    MOST_CHANNELS,
)
from voice_guide.terminal import libraries_quiet
from voice_guide.units import clock

if TYPE_CHECKING:
    import soundfile

__all__ = ["BLOCK_FRAMES", "BadSoundError", "Sound", "open_sound"]

BLOCK_FRAMES = 8192
"""What is read at once, if nobody asks for another number."""

_MONO_FRAMES = 65536
"""The same for what is a line: nearly always all of it."""

_UNKNOWN_FRAMES = 2**62
"""From here on libsndfile means that it doesn't know how many there are."""

_MISSED_SECONDS = 0.1
"""So much may be missing at the end: encoders pad, and not all say by how much."""

_UNFINISHED_BYTES = 1000
"""More than that after a head that says there is nothing is sound, and no note after it."""


class BadSoundError(AudioError):
    """A file holds no sound that can be used.

    Attributes:
        why: that, without the file's name: "is cut short".
    """

    def __init__(self, name: str, why: str, hint: str = "") -> None:
        super().__init__(f"{name} {why}{hint}.")
        self.why = why


class Sound:
    """A sound file that is open for reading; use it in a ``with`` statement.

    Attributes:
        name: what messages call it.
        sample_rate: in Hz.
        channels: how many it has.
        subtype: how its samples are written, as libsndfile names it.
        frames: how many it says it has; None where it doesn't say.
        bytes: the size of the file.
        highest: of the samples that were read, as an amplitude.
        ceiling: what rises above this is held down to it.
    """

    def __init__(self, source: str | bytes, name: str, lowest_hz: int) -> None:
        self.name = name
        self._source = source
        self.highest, self.ceiling = 0.0, math.inf
        self._decoded = isinstance(source, str) and is_m4a(self._head())
        self._file = self._open()
        try:
            self._silent_on_length = self._decoded or (
                self._file.format == "MP3" and says_no_length(self._stream())
            )
            frames = self._file.frames
            unknown = self._silent_on_length or frames >= _UNKNOWN_FRAMES
            self.frames = None if unknown else frames
            self.sample_rate, self.channels = self._file.samplerate, self._file.channels
            self.subtype: str = self._file.subtype
            self._check(lowest_hz)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Sound":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def seconds(self) -> float | None:
        """How long it says it is."""
        return None if self.frames is None else self.frames / self.sample_rate

    def blocks(
        self, frames: int = BLOCK_FRAMES, longest_seconds: float | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the file from its beginning in blocks, float32 (frames, channels).

        Raises:
            BadSoundError: if it is damaged, cut short, or longer than ``longest_seconds``.
        """
        most = None if longest_seconds is None else longest_seconds * self.sample_rate
        if most is not None and (self.frames or 0) > most:
            raise self._bad(_too_long(longest_seconds or 0))
        read = 0
        for block in self._blocks(frames):
            read += len(block)
            if most is not None and read > most:
                raise self._bad(_too_long(longest_seconds or 0))
            yield block
        if read < (self.frames or 0) - _MISSED_SECONDS * self.sample_rate:
            raise self._bad(_cut(read / self.sample_rate, self.seconds or 0))

    def mono(self, longest_seconds: float) -> NDArray[np.float32]:
        """Return the mean of all channels, float32 (frames,).

        Raises:
            BadSoundError: see ``blocks``.
        """
        blocks = self.blocks(_MONO_FRAMES, longest_seconds)
        return np.concatenate([np.zeros(0, np.float32), *map(in_one, blocks)])

    def stretch(self, start: int, frames: int) -> NDArray[np.float32]:
        """Return what lies from a frame on, float32 (up to ``frames``, channels)."""
        if self.frames is not None:
            frames = min(frames, self.frames - start)
        if frames <= 0:
            return np.zeros((0, self.channels), np.float32)
        if not self._silent_on_length:
            self._seek(start)
            return self._read(self._file, frames)
        pieces, at = [np.zeros((0, self.channels), np.float32)], 0
        for block in self._blocks(BLOCK_FRAMES):
            pieces.append(block[max(start - at, 0) : max(start + frames - at, 0)])
            at += len(block)
            if at >= start + frames:
                break
        return np.concatenate(pieces)

    def _blocks(self, frames: int) -> Iterator[NDArray[np.float32]]:
        with self._from_beginning() as file:
            while len(block := self._read(file, frames)):
                yield block

    @contextlib.contextmanager
    def _from_beginning(self) -> Iterator["soundfile.SoundFile"]:
        """Give a file that is read to the end of its data.

        Of an MP3 that doesn't say how long it is, libsndfile guesses that from the first
        frame, and stops there, unless it can't seek.
        """
        if not self._silent_on_length:
            self._seek(0)
            yield self._file
            return

        if os.name == "nt":
            raise self._bad("doesn't say how long it is: convert it to WAV or FLAC")
        piped = decoded(str(self._source)) if self._decoded else fed(self._stream())
        try:
            with self._telling(), piped as reading, _opened(reading) as file:
                if (file.samplerate, file.channels) != (self.sample_rate, self.channels):
                    raise self._bad("has two sample rates, or numbers of channels: it is damaged")
                yield file
        except UndecodableError as error:
            raise self._bad("can't be read to the end: it is damaged") from error

    def _seek(self, frame: int) -> None:
        with self._telling(), _quiet(self._file):
            self._file.seek(frame)

    def _read(self, file: "soundfile.SoundFile", frames: int) -> NDArray[np.float32]:
        with self._telling(), _quiet(file):
            block: NDArray[np.float32] = file.read(frames, dtype="float32", always_2d=True)
        if not len(block):
            return block
        highest = max(float(block.max()), -float(block.min()))
        if not np.isfinite(highest):
            raise self._bad("has samples that are not numbers: it is damaged")
        if highest > MOST_AMPLITUDE:
            raise self._bad(
                f"has samples as high as {highest:.3g}, where 1 is full scale: it is damaged, or "
                "was saved with the wrong sample format"
            )
        self.highest = max(self.highest, highest)
        return block if highest <= self.ceiling else block.clip(-self.ceiling, self.ceiling)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Say in our own words that a file is damaged."""
        import soundfile

        try:
            yield
        except soundfile.LibsndfileError as error:
            raise self._bad("can't be read to the end: it is damaged") from error

    def _open(self) -> "soundfile.SoundFile":
        import soundfile

        source = self._source
        if self._decoded:
            return self._open_decoded()
        name = source if isinstance(source, bytes) or os.name == "nt" else os.fsencode(source)
        try:
            file = _opened(io.BytesIO(source) if isinstance(source, bytes) else name)
        except (soundfile.LibsndfileError, TypeError) as error:  # the latter for raw samples
            raise self._bad(
                "can't be read as sound",
                ": it is damaged, or not in a known format "
                "(such as .wav, .flac, .ogg, .opus, .mp3, .m4a or .aiff)",
            ) from error
        # soundfile seeks after every read of what can be sought: in an MP3 that tears the sound.
        file.seekable = lambda: False
        return file

    def _open_decoded(self) -> "soundfile.SoundFile":
        import soundfile

        if not can_decode():
            raise self._bad("can't be read as sound", NO_DECODER)
        try:
            with decoded(str(self._source)) as reading:
                return _opened(reading)
        except (soundfile.LibsndfileError, UndecodableError) as error:
            raise self._bad("can't be read as sound: it is damaged") from error

    def _head(self) -> bytes:
        with self._stream() as file:
            return file.read(8)

    def _check(self, lowest_hz: int) -> None:
        """Refuse what the libraries behind can't take, and what is not whole."""
        if not lowest_hz <= self.sample_rate <= HIGHEST_RATE_HZ:
            raise self._bad(
                f"has a sample rate of {self.sample_rate} Hz, which can't be right for sound: "
                f"{lowest_hz} to {HIGHEST_RATE_HZ} Hz can be used. Its header may be damaged"
            )
        if self.channels > MOST_CHANNELS:
            raise self._bad(f"has {self.channels} channels; it can have at most {MOST_CHANNELS}")
        with self._stream() as file:
            promised = promised_bytes(file)
            self.bytes = file.seek(0, os.SEEK_END)
        if promised is None:
            return
        size, there = promised
        if size == 0 and there > _UNFINISHED_BYTES:
            raise self._bad(
                "was never finished: its header says that it is empty, but sound follows. Open it "
                "in a sound editor and save it again"
            )
        if 0 < there < size:
            heard = self._file.frames / self.sample_rate
            raise self._bad(_cut(heard, heard * size / there))

    def _stream(self) -> BinaryIO:
        if isinstance(self._source, bytes):
            return io.BytesIO(self._source)
        return open(self._source, "rb")

    def _bad(self, why: str, hint: str = "") -> BadSoundError:
        return BadSoundError(self.name, why, hint)


def open_sound(source: str | Path | bytes, lowest_hz: int = LOWEST_RATE_HZ) -> Sound:
    """Open a sound file, or the bytes of one, for reading.

    Args:
        source: its path, or what it holds.
        lowest_hz: the lowest sample rate that is of use.

    Raises:
        RequestError: if there is no such file, or it is none.
        BadSoundError: if it holds no sound that can be used.
    """
    if isinstance(source, bytes):
        return Sound(source, "the sound", lowest_hz)
    path = str(source)
    try:
        # A device or a pipe would never end, and is not even opened.
        regular = stat.S_ISREG(os.stat(path).st_mode)
        if regular:
            open(path, "rb").close()
    except FileNotFoundError as error:
        raise RequestError(f"there is no file {path!r}.") from error
    except (OSError, ValueError) as error:  # the latter for a name with a zero in it
        reason = getattr(error, "strerror", None) or error
        raise RequestError(f"{path!r} can't be read ({reason}).") from error
    if os.path.isdir(path):
        raise RequestError(f"{path!r} is a folder: give a sound file in it.")
    if not regular:
        raise RequestError(f"{path!r} is not a file, but a device or a pipe: give a sound file.")
    return Sound(path, path, lowest_hz)


def _opened(source: Any) -> "soundfile.SoundFile":
    import soundfile

    with libraries_quiet():
        return soundfile.SoundFile(source)


def _quiet(file: "soundfile.SoundFile") -> contextlib.AbstractContextManager[None]:
    """Keep out of the terminal what mpg123 tells of a damaged file; no other reader prints."""
    return libraries_quiet() if file.format == "MP3" else contextlib.nullcontext()


def _too_long(longest_seconds: float) -> str:
    return f"is longer than {clock(longest_seconds)}, the longest that can be used here"


def _cut(there: float, whole: float) -> str:
    return f"is cut short: {there:.1f} of {whole:.1f} s are there"
