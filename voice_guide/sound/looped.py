"""A sound that goes round without a seam."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio

__all__ = ["looped", "seam"]

_CROSSFADE_SECONDS = 3.0
"""Its end goes over into its beginning for this long; in a short sound for a quarter of it."""

_SLACK_SECONDS = 0.05
"""Up to this much of its end is left out, so that waves meet: a period of 20 Hz."""

_PIECE = 4
"""How many times as long as the slack the pieces are, at least, that are compared at once."""


def looped(
    beginning: Callable[[], Iterator[Audio]], frames: int, sample_rate: int
) -> Iterator[Audio]:
    """Yield a sound over and over, its end crossfaded into its beginning; ends if that is gone.

    Args:
        beginning: returns its blocks from the beginning, float32 (n, 2).
        frames: its length.
        sample_rate: in Hz.
    """
    fade, keep = _ends(frames, sample_rate)
    end = np.zeros((0, 2), np.float32)
    while True:
        blocks = beginning()
        begun: list[Audio] = []
        while sum(map(len, begun)) < fade:
            block = next(blocks, None)
            if block is None:
                return
            begun.append(block)
        start = np.concatenate(begun)
        yield _joined(end, start[:fade]) if len(end) else start[:fade]
        held, waiting = deque[Audio](), 0
        for block in itertools.chain([start[fade:]], blocks):
            held.append(block)
            waiting += len(block)
            while waiting - len(held[0]) >= keep:
                waiting -= len(held[0])
                yield held.popleft()
        if waiting < keep:
            return
        end = np.concatenate(held)
        yield end[:-keep]
        end = end[-keep:]


def seam(end: Audio, start: Audio, frames: int, sample_rate: int) -> Audio:
    """Return how a sound goes over into itself, with as much of it before and after as is given.

    Args:
        end: of the sound, at least its last seconds.
        start: of the same.
        frames: its length.
        sample_rate: in Hz.
    """
    fade, keep = _ends(frames, sample_rate)
    return np.concatenate([end[:-keep], _joined(end[-keep:], start[:fade]), start[fade:]])


def _ends(frames: int, sample_rate: int) -> tuple[int, int]:
    """Return the frames of its beginning that are crossfaded, and of its end, with some more."""
    fade = min(round(_CROSSFADE_SECONDS * sample_rate), frames // 4)
    return fade, fade + round(_SLACK_SECONDS * sample_rate)


class _Joined:
    """Joins the end of a sound to its start; what was joined last is known."""

    def __init__(self) -> None:
        self._latest: tuple[Audio, ...] = ()

    def __call__(self, *ends: Audio) -> Audio:
        latest = self._latest
        if not latest or not all(map(np.array_equal, latest, ends)):
            self._latest = latest = *ends, _crossfaded(*ends)
        return latest[-1]


_joined = _Joined()
"""One for all: a bed is measured where it is joined, before it is heard."""


def _crossfaded(end: Audio, start: Audio) -> Audio:
    """Crossfade the end of a sound into a shorter start of one, where their waves agree best.

    The gains keep the power of two sounds that agree by a correlation r:
    power (a cos + b sin) = 1 + 2 r sin cos.
    """
    frames = len(start)
    energy = np.cumsum(np.concatenate([[0.0], (end.astype(np.float64) ** 2).sum(axis=1)]))
    energies = (energy[frames:] - energy[:-frames]) * (start.astype(np.float64) ** 2).sum()
    agreements = _products(end, start) / np.sqrt(np.maximum(energies, 1e-20))
    at = int(np.argmax(agreements))
    turned = np.linspace(0, np.pi / 2, frames)
    over, out = np.sin(turned), np.cos(turned)
    power = np.sqrt(1 + 2 * max(float(agreements[at]), 0.0) * over * out)
    crossed = end[at : at + frames] * (out / power)[:, None] + start * (over / power)[:, None]
    return np.concatenate([end[:at], crossed.astype(np.float32)])


def _products(end: Audio, start: Audio) -> NDArray[Any]:
    """Return the sum of the products with a shorter sound at each place that it has in another.

    Piece by piece, each in one transform that is a little longer than there are places.
    """
    places = len(end) - len(start) + 1
    size = 1 << (_PIECE * places - 1).bit_length()
    hop = size - places + 1
    ends, starts = np.ascontiguousarray(end.T), np.ascontiguousarray(start.T)
    spectra = np.zeros((2, size // 2 + 1), complex)
    for at in range(0, len(start), hop):
        shorter = np.conj(np.fft.rfft(starts[:, at : at + hop], size))
        spectra += np.fft.rfft(ends[:, at : at + size], size) * shorter
    products: NDArray[Any] = np.fft.irfft(spectra.sum(axis=0), size)[:places]
    return products
