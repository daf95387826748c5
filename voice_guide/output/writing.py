"""The sound of a session, written into a file by whatever writes its format, with its tags."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voice_guide.audio.samples import Audio
from voice_guide.audio.wavhead import SAMPLE_BYTES
from voice_guide.files import writing_sound
from voice_guide.leftovers import part_beside
from voice_guide.output.formats import Form
from voice_guide.output.tags import Tags
from voice_guide.output.wav import LARGEST_WAV, stream

__all__ = ["write_sound"]

_VORBIS_QUALITY = {96: 0.2, 128: 0.4, 192: 0.6}
"""What libvorbis calls the quality that comes to so many kbit/s (stereo, 44.1 or 48 kHz)."""

_OPUS_LOWEST, _OPUS_SPAN = 6000, 250_000
"""Bits a second of each channel, for libsndfile's compression of 1, and what 0 has more."""


def write_sound(blocks: Iterator[Audio], part: Path, form: Form, tags: Tags) -> None:
    """Write a whole file.

    Args:
        blocks: of the sound, float32 (frames, 2).
        part: the file, which is there already.
        form: of the file.
        tags: what it says of itself, with the length of the sound.

    Raises:
        OSError: if it can't be written.
    """
    if form.suffix == ".mp3":
        from voice_guide.output.mp3 import write_mp3

        write_mp3(part, form.kbits, tags, blocks)
    elif form.container == "WAV":
        _write_wav(blocks, part, form, tags)
    elif form.container == "FLAC":
        _write_flac(blocks, part, form, tags)
    elif form.container in ("OGG", "opus"):
        _write_ogg(blocks, part, form, tags)
    elif form.encoder:
        from voice_guide.output.encoding import encode

        encode(part, form, tags, blocks)
    else:
        _pack(blocks, part, form.container, form.sample_format, tags)


def _write_wav(blocks: Iterator[Audio], part: Path, form: Form, tags: Tags) -> None:
    from voice_guide.output.tagging.wav import add_chunks, chunks_of

    chunks = chunks_of(tags)
    size = tags.frames * 2 * SAMPLE_BYTES[form.sample_format] + len(chunks)
    if size > shutil.disk_usage(part.parent).free:
        raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} ({size / 1e6:.0f} MB needed)")
    if size > LARGEST_WAV:
        _pack(blocks, part, "RF64", form.sample_format, tags)
    else:
        with part.open("wb") as file:
            stream(blocks, tags.frames, tags.sample_rate, form.sample_format, file)
    add_chunks(part, chunks)


def _write_flac(blocks: Iterator[Audio], part: Path, form: Form, tags: Tags) -> None:
    from voice_guide.output.tagging.flac import room_for, tag_flac

    _pack(blocks, part, form.container, form.sample_format, tags, comment="." * room_for(tags))
    tag_flac(part, tags)


def _write_ogg(blocks: Iterator[Audio], part: Path, form: Form, tags: Tags) -> None:
    from voice_guide.output.tagging.ogg import tag_ogg

    untagged = part_beside(part)
    try:
        untagged.touch(0o600, exist_ok=False)
        if form.encoder:
            from voice_guide.output.encoding import encode

            encode(untagged, form, tags, blocks)
        elif form.sample_format == "OPUS":
            level = 1 - (form.kbits * 500 - _OPUS_LOWEST) / _OPUS_SPAN
            _pack(blocks, untagged, "OGG", "OPUS", tags, compression_level=level)
        else:
            level = 1 - _VORBIS_QUALITY[form.kbits]
            _pack(blocks, untagged, "OGG", "VORBIS", tags, compression_level=level)
        tag_ogg(untagged, part, tags)
    finally:
        with contextlib.suppress(OSError):
            untagged.unlink(missing_ok=True)


def _pack(
    blocks: Iterator[Audio],
    part: Path,
    container: str,
    sample_format: str,
    tags: Tags,
    comment: str = "",
    **how: Any,
) -> None:
    import soundfile

    form = tags.sample_rate, 2, sample_format
    with (
        writing_sound(part) as name,
        soundfile.SoundFile(name, "w", *form, format=container, **how) as sound,
    ):
        if comment:
            sound.comment = comment
        for block in blocks:
            sound.write(block)
