"""The listener's own ambience under a session: a file of any length, endless and without a seam."""

import copy
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio import meter
from voice_guide.audio.samples import Audio, in_two
from voice_guide.errors import AudioError, RequestError
from voice_guide.limits import LONGEST_BED_SECONDS
from voice_guide.sound.cells import highest
from voice_guide.sound.looped import looped
from voice_guide.units import db_to_gain

if TYPE_CHECKING:
    from voice_guide.audio.soundfiles import Sound

__all__ = ["Bed", "BedStream", "open_bed"]

SHORTEST_SECONDS = 2
"""Of a file that can be a bed."""

BETWEEN_SAMPLES_DB = 1.0
"""How far it is taken to rise above its highest sample in between."""

_LEAST_OFFSET = 0.005
"""Of its highest sample: a smaller mean is the sound's own, a larger one direct current of the
recorder, which would be made as much louder as a soft recording is."""

OFFSET_SECONDS = 0.1
"""Direct current that comes and goes is measured this often, and smoothed over five of them."""

_STEPS_AT_ONCE = 10
"""Of these, as the file is measured."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bed:
    """A file that can lie under a session, and what was measured in it.

    Attributes:
        path: of the file.
        frames: its length, at its own sample rate.
        sample_rate: in Hz, of what is read from its streams.
        lufs: its integrated loudness.
        loudest: its loudest moment, momentary loudness in LUFS.
        peak: its true peak at most, as an amplitude.
        offset: direct current that is taken out, float32 of shape (n, 2): of all the file, or of
            each ``OFFSET_SECONDS`` of it.
    """

    path: str
    frames: int
    sample_rate: int
    lufs: float
    loudest: float
    peak: float
    offset: Audio

    def stream(self) -> "BedStream":
        """Return the bed from its beginning."""
        return BedStream(_endless(self))


class BedStream:
    """The endless sound of a bed; what it reads doesn't depend on the size of the blocks."""

    def __init__(self, blocks: Iterator[Audio]) -> None:
        (self._blocks,) = itertools.tee(blocks, 1)
        self._rest = np.zeros((0, 2), np.float32)

    def read(self, frames: int) -> Audio:
        """Return the next frames, float32 of shape (frames, 2)."""
        pieces = []
        while frames > 0:
            if not len(self._rest):
                self._rest = next(self._blocks)
            pieces.append(self._rest[:frames])
            self._rest = self._rest[frames:]
            frames -= len(pieces[-1])
        return np.concatenate(pieces) if pieces else self._rest[:0]

    def skip(self, frames: int) -> None:
        """Leave out the next frames."""
        from voice_guide.audio.soundfiles import BLOCK_FRAMES

        for first in range(0, frames, BLOCK_FRAMES):
            self.read(min(BLOCK_FRAMES, frames - first))

    def branch(self) -> "BedStream":
        """Return a second stream that goes on from here; what one has read, the other will."""
        other = copy.copy(self)
        other._blocks = copy.copy(self._blocks)
        return other


def open_bed(path: str, sample_rate: int) -> Bed:
    """Measure a file, reading it once.

    Args:
        path: a file that libsndfile reads; mono is heard in both channels, and so is the
            mean of more than two.
        sample_rate: in Hz, at which it is to be heard.

    Raises:
        RequestError: if it is missing, too short or silent.
        AudioError: if it is damaged, too long, or of no format that is read.
    """
    offset = np.zeros((1, 2), np.float32)
    heard = _measured(path, sample_rate, offset)
    if np.abs(heard.mean).max() > _LEAST_OFFSET * heard.peak:
        offset = heard.mean
        heard = _measured(path, sample_rate, offset)
    if heard.frames < SHORTEST_SECONDS * heard.rate:
        raise RequestError(
            f"{path}: lasts {heard.frames / heard.rate:.1f} s; "
            f"a bed has to last at least {SHORTEST_SECONDS} s."
        )
    local = _smoothed(heard.means)
    if np.abs(local).max() > db_to_gain(meter.integrated(heard.energies)):
        # It comes and goes, and more of it than of the sound: a cable with a loose contact.
        offset = offset + local
        heard = _measured(path, sample_rate, offset)
    lufs, loudest = meter.integrated(heard.energies), meter.loudest(heard.energies)
    if not math.isfinite(lufs):
        raise RequestError(f"{path}: is silent. Choose another bed, or leave it out.")
    return Bed(
        path=path,
        frames=heard.frames,
        sample_rate=sample_rate,
        lufs=lufs,
        loudest=loudest,
        peak=heard.peak * db_to_gain(BETWEEN_SAMPLES_DB),
        offset=offset,
    )


class _Heard(NamedTuple):
    """What one reading of a file tells: the mean of both channels, its highest sample.

    ``means`` are those of each ``OFFSET_SECONDS``, of shape (n, 2), and ``mean`` is (1, 2).
    """

    frames: int
    rate: int
    mean: Audio
    means: Audio
    peak: float
    energies: NDArray[np.float64]


def _measured(path: str, sample_rate: int, offset: Audio) -> _Heard:
    from voice_guide.audio.soundfiles import open_sound

    with open_sound(path) as file:
        rate, resampled = file.sample_rate, _resampler(file.sample_rate, sample_rate)
        measured, energies = meter.Meter(sample_rate, 2), [np.empty(0)]
        frames, peak, means = 0, 0.0, [np.zeros((0, 2), np.float32)]
        total, step = np.zeros(2), _step(rate)
        ones = np.ones(step, np.float32)
        for block in file.blocks(_STEPS_AT_ONCE * step, LONGEST_BED_SECONDS):
            sound = _steady(block, offset, frames, rate)
            frames += len(sound)
            for at in range(0, len(sound), step):
                part = sound[at : at + step]
                sums = ones[: len(part)] @ part
                total += sums
                means.append((sums[None] / len(part)).astype(np.float32))
            if len(heard := resampled(sound)):
                peak = max(peak, highest(heard))
                energies.append(measured.add(heard))
    mean = (total / max(frames, 1)).astype(np.float32)[None]
    return _Heard(frames, rate, mean, np.concatenate(means), peak, np.concatenate(energies))


def _step(sample_rate: int) -> int:
    return round(OFFSET_SECONDS * sample_rate)


def _smoothed(means: Audio) -> Audio:
    around = np.pad(means, ((2, 2), (0, 0)), mode="wrap")  # as it is heard over and over
    windows = np.lib.stride_tricks.sliding_window_view(around, 5, axis=0)
    return np.asarray(windows.mean(axis=2), np.float32)


def _offset_at(offset: Audio, first: int, frames: int, sample_rate: int) -> Audio:
    """Return the direct current of so many frames of a file, from one on."""
    if len(offset) == 1:
        return offset
    at, middles = np.arange(first, first + frames), np.arange(len(offset)) + 0.5
    steps = [np.interp(at / _step(sample_rate), middles, channel) for channel in offset.T]
    return np.column_stack(steps).astype(np.float32)


def _steady(block: Audio, offset: Audio, first: int, sample_rate: int) -> Audio:
    """Return frames of a file, from one on, in two channels and without direct current."""
    sound = block if block.shape[1] == 2 else in_two(block)
    return sound - _offset_at(offset, first, len(sound), sample_rate) if offset.any() else sound


def _resampler(rate: int, sample_rate: int) -> Callable[[Audio], Audio]:
    if rate == sample_rate:
        return lambda block: block
    import soxr

    stream = soxr.ResampleStream(rate, sample_rate, 2, dtype="float32")
    resampled: Callable[[Audio], Audio] = stream.resample_chunk
    return resampled


def _endless(bed: Bed) -> Iterator[Audio]:
    from voice_guide.audio.soundfiles import BadSoundError, open_sound

    changed = f"{bed.path}: changed while it was playing. Choose another bed."
    with open_sound(bed.path) as file:
        resampled = _resampler(file.sample_rate, bed.sample_rate)
        try:
            for block in looped(lambda: _without_offset(bed, file), bed.frames, file.sample_rate):
                yield resampled(block)
        except BadSoundError as error:
            raise AudioError(changed) from error
    raise AudioError(changed)


def _without_offset(bed: Bed, file: "Sound") -> Iterator[Audio]:
    """Yield a file from its beginning to its end, in two channels."""
    from voice_guide.audio.soundfiles import BLOCK_FRAMES

    frames = 0
    for block in file.blocks(BLOCK_FRAMES):
        yield _steady(block, bed.offset, frames, file.sample_rate)
        frames += len(block)
