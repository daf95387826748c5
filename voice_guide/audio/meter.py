"""Loudness by ITU-R BS.1770-4: K-weighting, energy, gating.

Whatever measures loudness does it here, the renderer as the analysis; it knows arrays only.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BLOCK_SECONDS",
    "LOWEST_HZ",
    "Meter",
    "energies",
    "integrated",
    "loudest",
    "lufs",
    "product",
    "sliding",
]

_Values = NDArray[np.float64]
_Sound = NDArray[np.float32]

LOWEST_HZ = 4000
"""No sound of a lower sample rate is measured: half of it has to lie above the shelf's 1.7 kHz."""

BLOCK_SECONDS = 0.4
"""What is gated as one, and what momentary loudness looks at (BS.1770-4, EBU Tech 3341)."""

_CELLS = 4
"""In a block, by default: blocks overlap by three quarters."""

_ABSOLUTE_LUFS, _RELATIVE_LU = -70.0, -10.0
"""Blocks count above the first, and above so much under the mean of those (BS.1770-4, annex 1)."""

_TABLE_HZ = 48000
_SHELF_B = np.array([1.53512485958697, -2.69169618940638, 1.19839281085285])
_SHELF_A = np.array([1, -1.69065929318241, 0.73248077421585])
_HIGH_PASS_B = np.array([1.0, -2.0, 1.0])
_HIGH_PASS_A = np.array([1, -1.99004745483398, 0.99007225036621])
"""The two filters of K-weighting at 48 kHz (BS.1770-4, annex 1, tables 1 and 2)."""

_SIDE = 10**0.15
"""The weight of what comes from the side, 1.5 dB (BS.1770-4, annex 1, table 3)."""

_WEIGHTS = {
    4: (1, 1, _SIDE, _SIDE),
    5: (1, 1, 1, _SIDE, _SIDE),
    6: (1, 1, 1, 0, _SIDE, _SIDE),
    7: (1, 1, 1, 0, 1, _SIDE, _SIDE),
    8: (1, 1, 1, 0, 1, 1, _SIDE, _SIDE),
}
"""By the number of channels, in the order of a WAV file: left, right, centre, bass, back, sides.

Bass does not count, and what comes from the back has a weight of 1 (BS.1770-4, annex 3, table 4).
"""

_SPAN = 64
"""Frames that are filtered at once: fewer take more calls, more take more multiplications."""

_FORGOTTEN = 1e-12
"""As much of a filter's memory no longer counts."""

_MOST_MULTIPLICATIONS = 2**18
"""In one product: for more of them OpenBLAS wakes other threads, which costs more than it saves."""


def lufs(energy: Any) -> _Values:
    """Return energies as loudness in LUFS (BS.1770-4, formula 2); -inf for none."""
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(np.maximum(energy, 0)), np.float64)


def sliding(values: _Values, length: int) -> _Values:
    """Return the mean of every ``length`` neighbours, (len - length + 1,); empty when too short."""
    if length < 1 or len(values) < length:
        return np.empty(0)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[length:] - sums[:-length]) / length)


def integrated(energies: _Values, block: int = _CELLS) -> float:
    """Return the integrated loudness in LUFS, gated twice (BS.1770-4, annex 1); -inf for silence.

    Args:
        energies: of cells that follow each other.
        block: how many of them are 400 ms.
    """
    blocks = sliding(energies, block)[:: max(block // 4, 1)]
    blocks = blocks[lufs(blocks) > _ABSOLUTE_LUFS]
    if not len(blocks):
        return -math.inf
    blocks = blocks[lufs(blocks) > lufs(blocks.mean()) + _RELATIVE_LU]
    return float(lufs(blocks.mean()))


def loudest(energies: _Values) -> float:
    """Return the highest momentary loudness in LUFS, of cells of 100 ms; -inf for too few."""
    return float(lufs(sliding(energies, _CELLS).max(initial=0)))


def energies(audio: _Sound, sample_rate: int, *following: _Sound) -> _Values:
    """Measure a whole sound, and those that follow it, in as many cells of 100 ms as they fill.

    Each is float32 (frames, channels).
    """
    meter, sounds = Meter(sample_rate, audio.shape[1]), (audio, *following)
    parts = (
        sound[start : start + sample_rate]
        for sound in sounds
        for start in range(0, len(sound), sample_rate)
    )
    return np.concatenate([np.empty(0), *map(meter.add, parts)])


def product(rows: _Sound, matrix: _Sound) -> _Sound:
    """Return ``rows @ matrix``, worked out by one thread."""
    few = max(_MOST_MULTIPLICATIONS // max(matrix.size, 1), 1)
    result = np.empty((len(rows), matrix.shape[1]), np.float32)
    for start in range(0, len(rows), few):
        np.matmul(rows[start : start + few], matrix, out=result[start : start + few])
    return result


class Meter:
    """Measures the energy of a sound that comes in blocks of any length.

    Energy is the K-weighted mean square, summed over channels with their weights (BS.1770's z).

    Args:
        sample_rate: in Hz, at least ``LOWEST_HZ``.
        channels: in the order of a WAV file; of more than eight, all have a weight of 1.
        cell: frames to a value; 100 ms of them by default.
    """

    def __init__(self, sample_rate: int, channels: int, cell: int | None = None) -> None:
        if sample_rate < LOWEST_HZ:
            raise ValueError(f"{sample_rate} Hz is too low a sample rate: at least {LOWEST_HZ} Hz")
        self._weighting = _Weighting(sample_rate, channels)
        self._weights = np.array(_WEIGHTS.get(channels, (1,) * channels), np.float32)
        self._cell = cell or round(sample_rate * BLOCK_SECONDS / _CELLS)
        self._rest = np.empty(0, np.float32)

    def add(self, block: _Sound) -> _Values:
        """Take float32 (frames, channels); return the energy of each cell that is now whole."""
        weighted = self._weighting.of(block)
        squares = np.concatenate([self._rest, self._weights @ np.square(weighted)])
        whole = len(squares) // self._cell * self._cell
        self._rest = squares[whole:]
        return np.asarray(squares[:whole].reshape(-1, self._cell).mean(axis=1), np.float64)


class _Weighting:
    """K-weights a sound that comes in blocks, a span of frames at a time.

    What a recursive filter makes of a span, and the memory that it takes on from there, are sums
    of what each frame and each value of the memory before it give: products of matrices.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._by = _products(sample_rate)
        self._memory = np.zeros((channels, 4))
        self._held = np.empty((channels, 0), np.float32)  # what came after the last whole span

    def of(self, block: _Sound) -> _Sound:
        """Take float32 (frames, channels); return as many frames, (channels, frames)."""
        channels, held = self._held.shape
        frames = held + len(block)
        spans, whole = -(-frames // _SPAN), frames // _SPAN
        sound = np.zeros((channels, spans * _SPAN), np.float32)
        sound[:, :held] = self._held
        sound[:, held:frames] = block.T
        self._held = sound[:, whole * _SPAN : frames]
        rows = sound.reshape(-1, _SPAN)
        memory = np.empty((channels, spans + 1, 4))  # before each span, and after the last
        memory[:, 0] = self._memory
        memory[:, 1:] = (rows.astype(np.float64) @ self._by.kept).reshape(channels, spans, 4)
        for doubled, passed_on in enumerate(self._by.passed_on):
            memory[:, 2**doubled :] += memory[:, : -(2**doubled)] @ passed_on
        self._memory = memory[:, whole].copy()
        weighted = product(rows, self._by.heard)
        weighted += product(memory[:, :-1].reshape(-1, 4).astype(np.float32), self._by.recalled)
        return weighted.reshape(channels, -1)[:, held:frames]


@dataclass(frozen=True)
class _Products:
    """What a span of frames becomes, and the memory from before it.

    Attributes:
        heard: (span, span), from its frames to weighted ones.
        recalled: (4, span), from the memory to weighted frames.
        kept: (span, 4), from its frames to the memory after it.
        passed_on: (4, 4) each, from memory to memory 1, 2, 4, 8 … spans later.
    """

    heard: _Sound
    recalled: _Sound
    kept: _Values
    passed_on: tuple[_Values, ...]


@lru_cache(maxsize=8)
def _products(sample_rate: int) -> _Products:
    """Run both filters, a frame at a time, on what is 1 at one frame, or in one memory, and else 0.

    They are biquads in transposed direct form II.
    """
    (b, a), (d, c) = _filters(sample_rate)
    sounds = np.eye(_SPAN, _SPAN + 4)
    memory = np.eye(4, _SPAN + 4, _SPAN)
    heard = np.empty((_SPAN, _SPAN + 4))
    for sound, out in zip(sounds, heard, strict=True):
        bright = b[0] * sound + memory[0]
        memory[0] = b[1] * sound - a[1] * bright + memory[1]
        memory[1] = b[2] * sound - a[2] * bright
        out[:] = d[0] * bright + memory[2]
        memory[2] = d[1] * bright - c[1] * out + memory[3]
        memory[3] = d[2] * bright - c[2] * out
    passed_on = [memory[:, _SPAN:].T]
    while np.abs(passed_on[-1]).max() > _FORGOTTEN:
        passed_on.append(passed_on[-1] @ passed_on[-1])
    weighted = heard.T.astype(np.float32, order="C")
    kept = np.ascontiguousarray(memory[:, :_SPAN].T)
    return _Products(weighted[:_SPAN], weighted[_SPAN:], kept, tuple(passed_on))


def _filters(sample_rate: int) -> tuple[tuple[_Values, _Values], tuple[_Values, _Values]]:
    """Return b and a of the shelf, and of the high-pass, at any rate.

    The tables' filters are analog ones that the bilinear transform has taken to 48 kHz. It is
    undone and done anew, with each filter's corner left at its frequency. The b of the high-pass
    stay as the table has them, as in other meters (libebur128, ffmpeg): a rate of 16 kHz reads
    0.09 LU more for it.
    """
    warp = _warp(_SHELF_A, sample_rate)
    shelf_b, shelf_a = _moved(_SHELF_B, warp), _moved(_SHELF_A, warp)
    high_pass_a = _moved(_HIGH_PASS_A, _warp(_HIGH_PASS_A, sample_rate))
    shelf = shelf_b / shelf_a[0], shelf_a / shelf_a[0]
    return shelf, (_HIGH_PASS_B, high_pass_a / high_pass_a[0])


def _warp(a: _Values, sample_rate: int) -> float:
    """Return the tangent of half a filter's corner at the tables' rate, over that at another."""
    corner = math.sqrt(a.sum() / (a[0] - a[1] + a[2]))
    return corner / math.tan(math.atan(corner) * _TABLE_HZ / sample_rate)


def _moved(polynomial: _Values, warp: float) -> _Values:
    """Take b or a from the tables' rate to another, by way of the analog filter."""
    constant = polynomial.sum()
    linear = 2 * (polynomial[0] - polynomial[2]) * warp
    square = (polynomial[0] - polynomial[1] + polynomial[2]) * warp**2
    return np.array(
        [constant + linear + square, 2 * (constant - square), constant - linear + square]
    )
