"""The file of a bed: its sound without direct current, and what is measured of that."""

from array import array
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio import meter
from voice_guide.audio.samples import Audio, in_two
from voice_guide.limits import LONGEST_BED_SECONDS
from voice_guide.sound.calm import Reach
from voice_guide.sound.cells import cell_frames
from voice_guide.sound.course import LongGauge
from voice_guide.sound.looped import seam

__all__ = ["OFFSET_SECONDS", "SHORTEST_SECONDS", "Heard", "measured", "resampler", "steady"]

SHORTEST_SECONDS = 2
"""Of a file that can be a bed."""

OFFSET_SECONDS = 0.1
"""Direct current that comes and goes is measured this often, and smoothed over five of them."""

_STEPS_AT_ONCE = 10
"""Of these, as the file is measured."""

_SEAM_BLOCKS = 5
"""So many of what is measured at once, at both ends of a file, are more than what is crossfaded."""


class Heard(NamedTuple):
    """What one reading of a file tells: the mean of both channels, its highest sample.

    ``means`` are those of each ``OFFSET_SECONDS``, of shape (n, 2), ``drift`` is each of these as
    the mean of the five around it, and ``mean`` is (1, 2). ``highest`` is that of the file's
    samples, and ``reach`` is that of its sound over and over.
    """

    frames: int
    rate: int
    mean: Audio
    means: Audio
    highest: float
    reach: Reach
    energies: NDArray[np.float64]

    @property
    def peak(self) -> float:
        return self.reach.peak

    @property
    def drift(self) -> Audio:
        around = np.pad(self.means, ((2, 2), (0, 0)), mode="wrap")  # as it is heard over and over
        windows = np.lib.stride_tricks.sliding_window_view(around, 5, axis=0)
        return np.asarray(windows.mean(axis=2), np.float32)


def measured(path: str, sample_rate: int, offset: Audio) -> Heard:
    """Read a file to its end, at the sample rate at which it is to be heard.

    Args:
        path: of the file.
        sample_rate: in Hz.
        offset: direct current that is taken out, see ``steady``.

    Raises:
        AudioError: if it is damaged, too long, or of no format that is read.
    """
    from voice_guide.audio.soundfiles import open_sound

    with open_sound(path) as file:
        rate, resampled = file.sample_rate, resampler(file.sample_rate, sample_rate)
        loudness, gauge = meter.Meter(sample_rate, 2), LongGauge(cell_frames(sample_rate))
        means, energies = array("f"), array("d")
        start, end = list[Audio](), deque[Audio](maxlen=_SEAM_BLOCKS)
        frames, total, step = 0, np.zeros(2), _step(rate)
        ones = np.ones(step, np.float32)
        for block in file.blocks(_STEPS_AT_ONCE * step, LONGEST_BED_SECONDS):
            sound = steady(block, offset, frames, rate)
            frames += len(sound)
            start += [sound] if len(start) < _SEAM_BLOCKS else []
            end.append(sound)
            for at in range(0, len(sound), step):
                part = sound[at : at + step]
                sums = ones[: len(part)] @ part
                total += sums
                means.extend(sums / len(part))
            if len(heard := resampled(sound)):
                energies.extend(loudness.add(heard))
                gauge.add(heard)
        if frames >= SHORTEST_SECONDS * rate:
            gauge.add(resampled(seam(np.concatenate(end), np.concatenate(start), frames, rate)))
    return Heard(
        frames=frames,
        rate=rate,
        mean=(total / max(frames, 1)).astype(np.float32)[None],
        means=np.array(means, np.float32).reshape(-1, 2),
        highest=file.highest,
        reach=gauge.reach(),
        energies=np.array(energies),
    )


def _step(sample_rate: int) -> int:
    return round(OFFSET_SECONDS * sample_rate)


def _offset_at(offset: Audio, first: int, frames: int, sample_rate: int) -> Audio:
    """Return the direct current of so many frames of a file, from one on."""
    if len(offset) == 1:
        return offset
    at, middles = np.arange(first, first + frames), np.arange(len(offset)) + 0.5
    steps = [np.interp(at / _step(sample_rate), middles, channel) for channel in offset.T]
    return np.column_stack(steps).astype(np.float32)


def steady(block: Audio, offset: Audio, first: int, sample_rate: int) -> Audio:
    """Return frames of a file, from one on, in two channels and without direct current."""
    sound = block if block.shape[1] == 2 else in_two(block)
    return sound - _offset_at(offset, first, len(sound), sample_rate) if offset.any() else sound


def resampler(rate: int, sample_rate: int) -> Callable[[Audio], Audio]:
    """Return what takes a sound, block by block, from one sample rate to another."""
    if rate == sample_rate:
        return lambda block: block
    import soxr

    stream = soxr.ResampleStream(rate, sample_rate, 2, dtype="float32")
    resampled: Callable[[Audio], Audio] = stream.resample_chunk
    return resampled
