"""Writing a session to a file, or as a stream of WAV to standard output."""

import contextlib
import errno
import json
import os
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from voice_guide.audio.samples import Audio
from voice_guide.errors import OutputError, RequestError
from voice_guide.files import check_path, replacing, words_of, writing_sound
from voice_guide.plan.plan import Plan
from voice_guide.voices.clips import Progress

__all__ = [
    "FORMATS",
    "STDOUT",
    "SUBTYPES",
    "check_target",
    "export",
    "write_plan",
]

STDOUT = "-"

FORMATS = {
    ".wav": ("WAV", ("PCM_16", "PCM_24", "FLOAT")),
    ".flac": ("FLAC", ("PCM_16", "PCM_24")),
    ".ogg": ("OGG", ("VORBIS",)),
    ".opus": ("OGG", ("OPUS",)),
    ".mp3": ("MP3", ("MPEG_LAYER_III",)),
}
"""Container and sample formats by suffix, as libsndfile names them; the first is the default."""

SUBTYPES = {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}
"""What people call the sample formats that can be chosen."""

BLOCK_FRAMES = 65536
"""What is rendered and written at once."""
_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}
_LARGEST_WAV = 2**32 - 1024  # bytes; past it, RF64


class _Session(Protocol):
    """What can be written: a `Session`, or whatever else has blocks of samples."""

    def blocks(self, frames: int) -> Iterator[Audio]:
        """Yield float32 of shape (``frames`` or fewer, 2)."""


def check_target(
    target: str, subtype: str | None, sample_rate: int, overwrite: bool
) -> tuple[str, str]:
    """Refuse what can't be written before any work is done.

    Returns:
        The container and sample format.

    Raises:
        RequestError: for a suffix, a sample format or a sample rate that is not offered.
        OutputError: if the folder or the file stands in the way.
    """
    path = Path("-.wav" if target == STDOUT else target)
    if path.suffix.lower() not in FORMATS:
        raise RequestError(
            f"can't write {target!r}: its ending chooses the format, so use one of "
            f"{', '.join(FORMATS)}."
        )
    container, offered = FORMATS[path.suffix.lower()]
    chosen = SUBTYPES[subtype] if subtype else offered[0]
    if chosen not in offered:
        names = [name for name, value in SUBTYPES.items() if value in offered]
        allowed = f"choose {' or '.join(names)}" if names else "it has only one"
        raise RequestError(f"{path.suffix} has no sample format {subtype!r}: {allowed}.")
    _check_rate(container, chosen, sample_rate)
    if target == STDOUT:
        _check_stdout()
    else:
        check_path(path, overwrite)
    return container, chosen


def _check_stdout() -> None:
    if sys.stdout.isatty():
        raise RequestError(
            "sound can't be shown in a terminal: send it to a file or to a program, as in\n"
            "  voice-guide export -o - > session.wav\n"
            "  voice-guide export -o - | ffmpeg -i - session.m4a"
        )


def _check_rate(container: str, sample_format: str, sample_rate: int) -> None:
    import soundfile

    try:
        soundfile.SoundFile(
            os.devnull, "w", sample_rate, 2, sample_format, format=container
        ).close()
    except soundfile.LibsndfileError as error:
        raise RequestError(f"can't write {sample_rate} Hz: {words_of(error)}.") from error


def export(
    session: _Session,
    plan: Plan,
    target: str,
    subtype: str | None = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> None:
    """Render a session whose speech is made.

    Args:
        target: a path whose suffix chooses the format, or ``-`` for WAV on standard output.
        subtype: a key of ``SUBTYPES``, or None for the format's default.
        overwrite: whether an existing file may be replaced.
        progress: called with the frames done so far, and how many there are.

    Raises:
        RequestError, OutputError: see ``check_target`` and ``replacing``.
    """
    container, sample_format = check_target(target, subtype, plan.sample_rate, overwrite)
    if target == STDOUT:
        with _broken_pipe_is_an_end():
            _stream(session, plan, sample_format, sys.stdout.buffer, progress)
        return
    path = Path(target)
    # What is packed has no size that is known beforehand.
    size = plan.frames * 2 * _BYTES[sample_format] if container == "WAV" else 0
    if size > _LARGEST_WAV:
        container = "RF64"
    with replacing(path, overwrite) as part:
        if size > shutil.disk_usage(path.parent).free:
            raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} ({size / 1e6:.0f} MB needed)")
        if container == "WAV" and sample_format == "FLOAT":
            with part.open("wb") as file:  # libsndfile's header lacks the extension of its format
                _stream(session, plan, sample_format, file, progress)
        else:
            _write(session, plan, part, container, sample_format, progress)


def write_plan(plan: Plan, path: Path, overwrite: bool = False) -> None:
    """Write a plan as JSON, as other programs read it.

    Raises:
        OutputError: see ``replacing``.
    """
    with replacing(path, overwrite) as part:
        part.write_text(json.dumps(plan.to_json(), indent=1) + "\n", encoding="utf-8")


def _write(
    session: _Session,
    plan: Plan,
    part: Path,
    container: str,
    sample_format: str,
    progress: Progress | None,
) -> None:
    import soundfile

    how = plan.sample_rate, 2, sample_format
    with (
        writing_sound(part) as name,
        soundfile.SoundFile(name, "w", *how, format=container) as sound,
    ):
        for block in _blocks(session, plan, progress):
            sound.write(block)


def _stream(
    session: _Session,
    plan: Plan,
    sample_format: str,
    out: BinaryIO,
    progress: Progress | None,
) -> None:
    """Write WAV from the first byte to the last, block by block."""
    out.write(_wav_header(plan.frames, plan.sample_rate, sample_format))
    for block in _blocks(session, plan, progress):
        out.write(_packed(block, sample_format))
    out.flush()


def _packed(block: Audio, sample_format: str) -> bytes:
    """Return samples as libsndfile writes them to a file: the first bytes of 32 bits.

    Into memory it writes only through callbacks, in which Ctrl-C is lost.
    """
    import numpy as np

    if sample_format == "FLOAT":
        return bytes(block.astype("<f4"))
    full = 2.0**31
    whole = np.clip(np.rint(block.astype(np.float64) * full), -full, full - 1).astype("<i4")
    return bytes(whole.reshape(-1, 1).view(np.uint8)[:, 4 - _BYTES[sample_format] :])


def _blocks(session: _Session, plan: Plan, progress: Progress | None) -> Iterator[Audio]:
    done = 0
    for block in session.blocks(BLOCK_FRAMES):
        yield block
        done += len(block)
        if progress:
            progress(done, plan.frames)


@contextlib.contextmanager
def _broken_pipe_is_an_end() -> Iterator[None]:
    """Tell a reader that has gone away as such."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"standard output can't be written: {error.strerror}.") from error


def _wav_header(frames: int, sample_rate: int, sample_format: str) -> bytes:
    """Return the head of a stereo WAV stream, whose length is known before it is made.

    libsndfile wants to seek back to write it. Sizes past 4 GiB are given as
    0xFFFFFFFF, as in any endless stream (RFC 2361 names the format tags).
    """
    width = _BYTES[sample_format]
    tag = 3 if sample_format == "FLOAT" else 1  # IEEE float or PCM
    size = min(frames * 2 * width, 2**32 - 1)
    bytes_a_second, bytes_a_frame = 2 * width * sample_rate, 2 * width
    form = struct.pack("<HHIIHH", tag, 2, sample_rate, bytes_a_second, bytes_a_frame, 8 * width)
    if tag == 3:
        form += bytes(2)  # no extension
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    if tag == 3:
        chunks += b"fact" + struct.pack("<II", 4, min(frames, 2**32 - 1))
    riff = min(4 + len(chunks) + 8 + size, 2**32 - 1)
    return b"RIFF" + struct.pack("<I", riff) + b"WAVE" + chunks + b"data" + struct.pack("<I", size)
