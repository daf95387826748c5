"""A sound in cells of about 5 ms: what the last guard looks at."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio

__all__ = ["SIDE", "Values", "between", "cell_frames", "highest", "powers_of", "running", "wave"]

_CELL_SECONDS = 0.005

SIDE = 12
"""Samples on each side that a place between two is worked out from."""

Values = NDArray[Any]


def cell_frames(sample_rate: int) -> int:
    """Return the length of a cell: a power of two, so that usual blocks are whole cells."""
    return int(1 << round(math.log2(_CELL_SECONDS * sample_rate)))


def powers_of(rows: Audio) -> Values:
    """Return the mean of the squares of each row."""
    squares: Values = np.matmul(rows[:, None], rows[:, :, None])[:, 0, 0]
    return squares / np.float32(rows.shape[1])


def running(values: Values, length: int) -> Values:
    """Return the mean of each value and those before it, ``length`` in all."""
    sums = values.cumsum(axis=0, dtype=np.float64)
    means: Values = (sums[length:] - sums[:-length]) / length
    return means


def highest(values: Values) -> float:
    """How far values reach from 0; no number if one of them is none."""
    return max(float(values.max()), -float(values.min()))


def between(sample_rate: int) -> Audio:
    """Return what takes ``2 * SIDE`` samples to places between the two in their middle.

    A sinc under a Hann window, for as many places as reach 192 kHz (ITU-R BS.1770-4, annex 2).
    """
    times = max(192_000 // sample_rate, 2)
    away = np.arange(2 * SIDE)[:, None] - (SIDE - 1) - np.arange(1, times) / times
    return np.asarray(np.sinc(away) * np.cos(np.pi * away / (2 * SIDE)) ** 2, np.float32)


def wave(around: Audio, places: Audio) -> Audio:
    """Return how high samples reach, and the wave on both sides of them.

    Args:
        around: of shape (n, 2 * SIDE + 1), with each sample in the middle.
        places: of ``between``.
    """
    before, after = around[:, :-1] @ places, around[:, 1:] @ places
    beside = np.maximum(np.abs(before), np.abs(after)).max(axis=1, initial=0)
    return np.asarray(np.maximum(beside, np.abs(around[:, SIDE])), np.float32)
