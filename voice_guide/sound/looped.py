"""A sound that goes round without a seam."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from voice_guide.audio.samples import Audio

__all__ = ["looped", "seam"]

_CROSSFADE_SECONDS = 3.0
"""Its end goes over into its beginning for this long; in a short sound for a quarter of it."""

_SLACK_SECONDS = 0.05
"""Up to this much of its end is left out, so that waves meet: a period of 20 Hz."""


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
    end, joined = np.zeros((0, 2), np.float32), _Joined()
    while True:
        blocks = beginning()
        begun: list[Audio] = []
        while sum(map(len, begun)) < fade:
            block = next(blocks, None)
            if block is None:
                return
            begun.append(block)
        start = np.concatenate(begun)
        yield joined(end, start[:fade]) if len(end) else start[:fade]
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
    """Joins the end of a sound to its start; where both are as they were, that is known."""

    def __init__(self) -> None:
        self._known: tuple[Audio, ...] = ()

    def __call__(self, *ends: Audio) -> Audio:
        if not self._known or not all(map(np.array_equal, self._known, ends)):
            self._known = *ends, _joined(*ends)
        return self._known[-1]


def _joined(end: Audio, start: Audio) -> Audio:
    """Crossfade the end of a sound into a shorter start of one, where their waves agree best.

    The gains keep the power of two sounds that agree by a correlation r:
    power (a cos + b sin) = 1 + 2 r sin cos.
    """
    frames = len(start)
    energy = np.cumsum(np.concatenate([[0.0], (end.astype(np.float64) ** 2).sum(axis=1)]))
    energies = (energy[frames:] - energy[:-frames]) * (start.astype(np.float64) ** 2).sum()
    size = len(end) + frames
    spectra = np.fft.rfft(end, size, axis=0) * np.conj(np.fft.rfft(start, size, axis=0))
    products = np.fft.irfft(spectra, size, axis=0)[: len(energies)].sum(axis=1)
    agreements = products / np.sqrt(np.maximum(energies, 1e-20))
    at = int(np.argmax(agreements))
    turned = np.linspace(0, np.pi / 2, frames)
    over, out = np.sin(turned), np.cos(turned)
    power = np.sqrt(1 + 2 * max(float(agreements[at]), 0.0) * over * out)
    crossed = end[at : at + frames] * (out / power)[:, None] + start * (over / power)[:, None]
    return np.concatenate([end[:at], crossed.astype(np.float32)])
