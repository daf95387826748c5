"""The head of a WAV, of which the length is known before its sound."""

import struct

__all__ = ["SAMPLE_BYTES", "wav_header"]

SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}


def wav_header(frames: int, sample_rate: int, sample_format: str, channels: int = 2) -> bytes:
    """Return the head of a WAV stream, whose length is known before it is made.

    libsndfile wants to seek back to write it. Sizes past 4 GiB are given as
    0xFFFFFFFF, as in any endless stream (RFC 2361 names the format tags).
    """
    width = SAMPLE_BYTES[sample_format]
    bytes_a_frame = channels * width
    tag = 3 if sample_format == "FLOAT" else 1  # IEEE float or PCM
    size = min(frames * bytes_a_frame, 2**32 - 1)
    bytes_a_second = bytes_a_frame * sample_rate
    form = struct.pack(
        "<HHIIHH", tag, channels, sample_rate, bytes_a_second, bytes_a_frame, 8 * width
    )
    if tag == 3:
        form += bytes(2)  # no extension
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    if tag == 3:
        chunks += b"fact" + struct.pack("<II", 4, min(frames, 2**32 - 1))
    riff = min(4 + len(chunks) + 8 + size, 2**32 - 1)
    return b"RIFF" + struct.pack("<I", riff) + b"WAVE" + chunks + b"data" + struct.pack("<I", size)
