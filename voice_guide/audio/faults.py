"""Faults of single samples: clicks and clipping, found block by block."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_guide.units import gain_to_db

__all__ = ["CLIPPED_SAMPLES", "Click", "ClickFinder", "ClipCounter", "runs"]

CLIPPED_SAMPLES = 3
"""So many neighbouring samples at full scale are clipping; fewer may be a peak."""

_FULL_SCALE = 1 - 2**-14  # 16 bits end at 1 - 2**-15

_AROUND = 40
"""Milliseconds on each side that a sample is compared with: two or more periods of a low voice."""

_LIKE_IT = 4
"""A kink that has so many equals around it is the signal's own, as the pulses of a voice are."""

_FACTOR = 9.0
"""How far above the next such kinks a click lies; noise stays under 2, speech mostly under 4, and
a sample or two of the embedded voice reach 8.2."""

_FAINTEST = 1e-3
"""Kinks smaller than this, of full scale, are no clicks: -60 dB is not heard as one."""


@dataclass(frozen=True)
class Click:
    """A step that the slope of the signal around it doesn't explain.

    ``size`` is its third difference in dB of full scale, ``above`` how many dB that is
    above the signal's own.
    """

    seconds: float
    size: float
    above: float


class ClickFinder:
    """Looks at the third difference of the samples, which a smooth signal keeps small.

    A step, a lost sample or a broken slope stands out in it for four samples. The largest
    value of each millisecond is compared with those of the 40 ms before and after: with
    the fourth largest of them, so that two or three clicks together don't hide each other.
    """

    def __init__(self, sample_rate: int, channels: int, subtype: str) -> None:
        self._cell = max(sample_rate // 1000, 4)
        self._rate = sample_rate
        self._faintest = max(_FAINTEST, 16 * 2**-7 if subtype in ("PCM_S8", "PCM_U8") else 0)
        self._samples = np.zeros((0, channels), np.float32)
        self._cells = np.full(_AROUND, np.nan)  # nothing is known of what came before the file
        self._judged = 0  # cells
        self._found: list[Click] = []

    def add(self, block: NDArray[np.float32]) -> None:
        samples = np.concatenate([self._samples, block])
        count = (len(samples) - 3) // self._cell
        if count < 1:
            self._samples = samples
            return
        kinks = np.abs(np.diff(samples[: count * self._cell + 3], n=3, axis=0))
        self._samples = samples[count * self._cell :]
        self._cells = np.concatenate([self._cells, kinks.reshape(count, -1).max(axis=1)])
        self._look()

    def finished(self) -> tuple[Click, ...]:
        """Return the clicks, once the last block has been added; those within 5 ms are one."""
        self._cells = np.concatenate([self._cells, np.full(_AROUND, np.nan)])
        self._look()
        clicks: list[Click] = []
        for click in self._found:
            if clicks and click.seconds - clicks[-1].seconds < 0.005:
                if click.size > clicks[-1].size:
                    clicks[-1] = click
            else:
                clicks.append(click)
        return tuple(clicks)

    def _look(self) -> None:
        """Judge the cells that have their neighbours on both sides."""
        ready = len(self._cells) - 2 * _AROUND
        if ready < 1:
            return
        at = np.flatnonzero(self._cells[_AROUND : _AROUND + ready] > self._faintest)
        around = np.lib.stride_tricks.sliding_window_view(self._cells, 2 * _AROUND + 1)[at]
        kinks = around[:, _AROUND].copy()
        around[:, _AROUND - 1 : _AROUND + 2] = np.nan  # a click may lie across two cells
        unknown = np.isnan(around)
        around[unknown] = -math.inf
        usual = np.partition(around, -_LIKE_IT, axis=1)[:, -_LIKE_IT]
        usual[np.count_nonzero(~unknown, axis=1) < _LIKE_IT] = math.inf
        for number in np.flatnonzero(kinks > _FACTOR * usual):
            kink = float(kinks[number])
            seconds = (self._judged + int(at[number]) + 0.5) * self._cell / self._rate
            above = gain_to_db(kink / max(float(usual[number]), 1e-9))
            self._found.append(Click(seconds, gain_to_db(kink), above))
        self._cells = self._cells[ready:]
        self._judged += ready


class ClipCounter:
    """Counts runs of full-scale samples, channel by channel, across blocks."""

    def __init__(self, channels: int) -> None:
        self._running = np.zeros(channels, np.int64)
        self._runs = 0

    def add(self, block: NDArray[np.float32]) -> None:
        full = np.abs(block) >= _FULL_SCALE
        for channel in range(block.shape[1]):
            self._runs += self._count(full[:, channel], channel)

    def _count(self, full: NDArray[np.bool_], channel: int) -> int:
        """Count the runs that become long enough to be clipping within this block."""
        if not full.any():
            self._running[channel] = 0
            return 0
        starts, ends = runs(full)
        lengths = ends - starts
        before = np.zeros(len(starts), np.int64)
        if starts[0] == 0:
            before[0] = self._running[channel]
        long = (before < CLIPPED_SAMPLES) & (before + lengths >= CLIPPED_SAMPLES)
        self._running[channel] = before[-1] + lengths[-1] if full[-1] else 0
        return int(np.count_nonzero(long))

    def finished(self) -> int:
        """Return how many runs there were."""
        return self._runs


def runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each run of true begins, and the place after its last."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return edges[::2], edges[1::2]
