"""WAV from the first byte to the last, as a stream or as a file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from voice_guide.audio.samples import Audio
from voice_guide.audio.wavhead import SAMPLE_BYTES, wav_header

__all__ = ["LARGEST_WAV", "Packer", "packed", "stream"]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Packed = NDArray[np.uint8]

LARGEST_WAV = 2**32 - 1024
"""In bytes, its tags included; past it, RF64."""

_STEP = 8192
"""Frames whose bytes are worked out at once."""

_KEPT = 2
"""Sounds whose bytes are kept: a pace that doesn't fall on whole frames has two breaths in turn."""


def stream(
    blocks: Iterator[Audio], frames: int, sample_rate: int, sample_format: str, out: BinaryIO
) -> None:
    """Write so many frames as they come.

    Raises:
        OSError: if they can't be written.
    """
    out.write(wav_header(frames, sample_rate, sample_format))
    packer = Packer(sample_format)
    for block in blocks:
        out.write(packer.packed(block).data)
    out.flush()


class Packer:
    """Packs the blocks of a sound; what comes again, as a breath without words does, only once.

    A block that is read-only is a part of a sound that never changes, so its bytes don't either.

    Args:
        sample_format: as libsndfile names it.
    """

    def __init__(self, sample_format: str) -> None:
        self._format = sample_format
        self._kept: dict[int, _Packed] = {}

    def packed(self, block: Audio) -> "Packed":
        """Return the bytes of samples, (frames, bytes of a frame)."""
        whole = block.base
        if block.flags.writeable or whole is None or whole.flags.writeable:
            return packed(block, self._format)
        kept = self._kept.get(id(whole))
        if kept is None:
            kept = self._kept[id(whole)] = _Packed(whole, self._format)
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return kept.part(block)


class _Packed:
    """A sound whose bytes are worked out where they are asked for."""

    def __init__(self, sound: Audio, sample_format: str) -> None:
        import numpy as np

        self._sound, self._format = sound, sample_format
        self._bytes = np.empty((len(sound), 2 * SAMPLE_BYTES[sample_format]), np.uint8)
        self._done: set[int] = set()  # the steps that are worked out

    def part(self, block: Audio) -> "Packed":
        first = (_address(block) - _address(self._sound)) // self._sound.strides[0]
        last = first + len(block)
        for step in range(first // _STEP, -(-last // _STEP)):
            if step not in self._done:
                self._done.add(step)
                at = slice(step * _STEP, (step + 1) * _STEP)
                self._bytes[at] = packed(self._sound[at], self._format)
        return self._bytes[first:last]


def _address(block: Audio) -> int:
    return int(block.__array_interface__["data"][0])


def packed(block: Audio, sample_format: str) -> "Packed":
    """Return samples as libsndfile writes them to a file: the first bytes of 32 bits.

    It takes a quarter of its time. A product with a power of two is exact, and what has more than
    24 bits is a whole number already, so float32 is enough.

    Args:
        block: float32 (frames, 2).
        sample_format: as libsndfile names it.

    Returns:
        Bytes, little-endian, (frames, bytes of a frame).
    """
    import numpy as np

    if sample_format == "FLOAT":
        return np.ascontiguousarray(block, "<f4").view(np.uint8)
    full = np.float32(2**31)
    scaled = block * full
    np.clip(scaled, -full, np.nextafter(full, np.float32(0)), out=scaled)
    whole = np.rint(scaled, out=scaled).astype("<i4")
    size = SAMPLE_BYTES[sample_format]
    if sample_format == "PCM_16":
        whole >>= 16
        return np.asarray(whole, "<i2").view(np.uint8)
    high = whole.reshape(-1, 1).view(np.uint8)[:, 4 - size :]
    return np.ascontiguousarray(high).reshape(len(block), 2 * size)
