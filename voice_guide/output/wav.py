"""WAV from the first byte to the last, as a stream or as a file."""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from voice_guide.audio.samples import Audio

__all__ = ["LARGEST_WAV", "SAMPLE_BYTES", "packed", "stream", "wav_header"]

SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}

LARGEST_WAV = 2**32 - 1024
"""In bytes, its tags included; past it, RF64."""


def stream(
    blocks: Iterator[Audio], frames: int, sample_rate: int, sample_format: str, out: BinaryIO
) -> None:
    """Write so many frames as they come.

    Raises:
        OSError: if they can't be written.
    """
    out.write(wav_header(frames, sample_rate, sample_format))
    for block in blocks:
        out.write(packed(block, sample_format))
    out.flush()


def packed(block: Audio, sample_format: str) -> memoryview:
    """Return samples as libsndfile writes them to a file: the first bytes of 32 bits.

    It takes a quarter of its time. A product with a power of two is exact, and what has more than
    24 bits is a whole number already, so float32 is enough.
    """
    import numpy as np

    if sample_format == "FLOAT":
        return _bytes_of(np.ascontiguousarray(block, "<f4"))
    full = np.float32(2**31)
    scaled = block * full
    np.clip(scaled, -full, np.nextafter(full, np.float32(0)), out=scaled)
    whole = np.rint(scaled, out=scaled).astype(np.int32)
    if sample_format == "PCM_16":
        return _bytes_of((whole >> 16).astype("<i2"))
    highest = whole.astype("<i4", copy=False).reshape(-1, 1).view(np.uint8)
    return _bytes_of(np.ascontiguousarray(highest[:, 4 - SAMPLE_BYTES[sample_format] :]))


def _bytes_of(samples: Any) -> memoryview:
    return memoryview(samples.reshape(-1).view("u1"))


def wav_header(frames: int, sample_rate: int, sample_format: str) -> bytes:
    """Return the head of a stereo WAV stream, whose length is known before it is made.

    libsndfile wants to seek back to write it. Sizes past 4 GiB are given as
    0xFFFFFFFF, as in any endless stream (RFC 2361 names the format tags).
    """
    width = SAMPLE_BYTES[sample_format]
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
