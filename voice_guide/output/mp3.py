"""MP3 at a constant bit rate, by LAME: what players jump about in without missing.

libsndfile has LAME, too, but the wheels of soundfile 0.14 have it compiled without optimisation,
and it then takes three times as long.
"""

from collections.abc import Iterator
from pathlib import Path

from voice_guide.audio.samples import Audio
from voice_guide.output.tagging.id3 import id3
from voice_guide.output.tags import Tags
from voice_guide.output.wav import packed

__all__ = ["write_mp3"]

_QUALITY = 3
"""Of LAME's search, 0 (slowest) to 9: its own choice for constant bit rates."""

_SCALE = {192: 0.97, 256: 1.0}
"""What LAME makes the sound softer by at these kbit/s, against clipping (its presets; measured);
below them 0.95. Peaks have more room than that here, so it is made up for."""

_DELAY_FRAMES = 576
"""By which LAME's sound comes late (its ENCDELAY); players leave so much out."""

_INFO_BYTES = 156
"""Of the mark and what follows it: 120 of Xing's, 36 of LAME's."""


def write_mp3(part: Path, kbits: int, tags: Tags, blocks: Iterator[Audio]) -> None:
    """Write a whole file: its tag, a frame that tells its length, and the sound.

    Raises:
        OSError: if it can't be written.
    """
    import lameenc
    import numpy as np

    encoder = lameenc.Encoder()
    encoder.set_bit_rate(kbits)
    encoder.set_in_sample_rate(tags.sample_rate)
    encoder.set_out_sample_rate(tags.sample_rate)
    encoder.set_channels(2)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    scale = np.float32(_SCALE.get(kbits, 0.95))
    with part.open("wb") as out:
        out.write(id3(tags))
        first = out.tell()
        frame = _samples(tags.sample_rate) // 8 * kbits * 1000
        out.write(bytes(frame // tags.sample_rate))
        begin = out.tell()
        for block in blocks:
            out.write(encoder.encode(bytes(packed(block / scale, "PCM_16"))))
        out.write(encoder.flush())
        size = out.tell() - begin
        count = round(size * tags.sample_rate / frame)
        with part.open("rb") as made:
            made.seek(begin)
            head = made.read(4)
        out.seek(first)
        out.write(_info(head, count, size, tags, frame // tags.sample_rate))


def _samples(sample_rate: int) -> int:
    """Return the samples of one frame: MPEG-2, which has the lower rates, has half as many."""
    return 1152 if sample_rate >= 32000 else 576


def _info(head: bytes, count: int, size: int, tags: Tags, length: int) -> bytes:
    """Return the frame that tells how many frames follow, and what of them is no sound.

    By Xing's SDK of 1998 and "Mp3 Info Tag rev 1" (gabriel.mp3-tech.org/mp3infotag.html).

    Args:
        head: of any frame of the sound.
        count: of these frames.
        size: of them, in bytes.
        tags: with the length of the sound.
        length: of this frame, in bytes.
    """
    samples = _samples(tags.sample_rate)
    side = 32 if samples == 1152 else 17  # where a frame has its side information
    padding = min(max(count * samples - tags.frames - _DELAY_FRAMES, 0), 2**12 - 1)
    whole = min(size + length, 2**32 - 1).to_bytes(4, "big")
    lengths = count.to_bytes(4, "big") + whole
    places = bytes(at * 256 // 100 for at in range(100))  # even, as the bit rate is constant
    xing = b"Info" + (0x0F).to_bytes(4, "big") + lengths + places + bytes(4)
    lame = b"LAME3.100" + b"\x01" + bytes(11)  # constant; lowpass, replay gain, flags untold
    lame += (_DELAY_FRAMES << 12 | padding).to_bytes(3, "big") + bytes(4)
    lame += whole + bytes(2)
    # No padding of the frame, and no checksum of it.
    frame = bytes((head[0], head[1] | 1, head[2] & ~2, head[3])) + bytes(side) + xing + lame
    return (frame + _crc(frame).to_bytes(2, "big")).ljust(length, b"\0")


def _crc(data: bytes) -> int:
    """Return the CRC-16 of LAME's tag (polynomial 0x8005, reversed)."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
