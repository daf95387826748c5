"""Samples, and the one curve along which everything here moves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Audio", "in_one", "in_two", "overlap", "smooth"]

Audio = NDArray[np.float32]
"""Samples, 1 being full scale: of shape (frames,) for one channel, (frames, 2) for two."""


def smooth(x: NDArray[Any]) -> NDArray[Any]:
    """Return half a cosine, from 0 at 0 to 1 at 1: a curve without corners at its ends."""
    curve: NDArray[Any] = 0.5 - 0.5 * np.cos(np.pi * np.clip(x, 0, 1))
    return curve


def in_one(sound: Audio) -> Audio:
    """Return the mean of all channels, (frames,)."""
    channels = sound.shape[1]
    return sound[:, 0] if channels == 1 else sound @ np.full(channels, 1 / channels, np.float32)


def in_two(sound: Audio) -> Audio:
    """Return the mean of all channels in both of stereo, (frames, 2).

    For two, a product of matrices is the same as ``mean``, and takes a fifteenth of its time.
    """
    channels = sound.shape[1]
    if channels == 1:
        return np.repeat(sound, 2, axis=1)
    return sound @ np.full((channels, 2), 1 / channels, np.float32)


def overlap(frames: int, start: int, length: int, at: int) -> tuple[slice, slice]:
    """Where a sound of ``length`` frames at frame ``at`` meets a block: in the block, in it."""
    first, last = max(at, start), min(at + length, start + frames)
    last = max(last, first)
    return slice(first - start, last - start), slice(first - at, last - at)
