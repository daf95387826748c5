"""The pace of somebody's breath, from the noise that breathing makes.

Air drawn in and let go is noise between about 200 and 2000 Hz that swells twice
a breath. What is kept of a recording is its level in a few bands, 20 times a
second. The breath is the time after which these repeat; each breath is then
found for itself, as no two are of the same length.
"""

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.analysis.breath import correlation
from voice_guide.errors import MeasureError
from voice_guide.listener.measured import Measured

__all__ = ["LOWEST_RATE", "Ear"]

Values = NDArray[np.float64]

LOWEST_RATE = 8000  # Hz
HOP_SECONDS = 0.05  # from one level to the next

SHORTEST_SECONDS, LONGEST_SECONDS = 2.0, 20.0
"""The lengths of a breath that can be found."""

FEWEST_BREATHS = 3
"""The fewest that have to fit into the recording."""

_EDGES = (200, 350, 600, 1000, 1500, 2200)  # Hz, of the bands

_GROUP_HZ = 150
"""Within this, the spectrum of a noise is flat, and that of a voice or of music is not."""

# Noise through one window has a flatness of 0.60 here, spoken practices of 0.15 to 0.25, the pad
# and the bowl of less than 0.01; from window to window breath moves by 1 dB, speech by 6 to 12.
_NOISE_FLATNESS = 0.45
_SYLLABLES_DB = 3.0  # standard deviation

_SILENT = 1e-4  # full scale 1
_FULL, _OVERDRIVEN = 0.985, 0.001  # a sample that is cut off, and the share that is too many
_LEAST_SWELL_DB = 3.0  # from the quietest to the loudest moments

_ALIKE = 0.5
"""Correlation of one breath with the next, under which nothing repeats as breath does."""

_PASSES = 3
"""How often the shape of a breath is learnt anew from the breaths it was found in."""

_VARIES, _PRICE = 0.15, 0.3
"""A breath's usual deviation from the period, and what that costs of its likeness."""

_SWELL = 0.3
"""How far a level rises, of its whole range, when air begins to flow."""

_LONGER = 1.5
"""How much longer the stillness after the exhale is than the one before it, to be told."""

_HELP = (
    "Find a quiet place, hold the microphone a hand's width from your nose and mouth, and breathe "
    "so that you can just hear it. Or tap your breath instead:  voice-guide pace tap"
)


class Ear:
    """Hears blocks of a recording, and keeps what tells the breath in them.

    Args:
        sample_rate: in Hz, at least 8000.
    """

    def __init__(self, sample_rate: int) -> None:
        self._hop = round(HOP_SECONDS * sample_rate)
        self._window = np.hanning(2 * self._hop + 1)[:-1]
        hertz = np.fft.rfftfreq(2 * self._hop, 1 / sample_rate)
        self._edges = np.searchsorted(hertz, _EDGES)
        group = max(round(_GROUP_HZ / hertz[1]), 2)
        self._groups = np.arange(self._edges[0], self._edges[-1] - group + 1, group)
        self._group = group
        self._rest = np.zeros(0, np.float32)
        self._bands: list[Values] = []
        self._flatness: list[Values] = []
        self.frames = self._clipped = 0
        self._peak = 0.0

    def hear(self, block: NDArray[Any]) -> None:
        """Take in a block of samples, (frames,), full scale 1."""
        self.frames += len(block)
        sizes = np.abs(block)
        self._peak = max(self._peak, float(sizes.max(initial=0)))
        self._clipped += int(np.count_nonzero(sizes > _FULL))
        sound = np.concatenate([self._rest, block])
        count = len(sound) // self._hop - 1
        if count < 1:
            self._rest = sound
            return
        windows = np.lib.stride_tricks.sliding_window_view(sound, 2 * self._hop)
        spectra = np.fft.rfft(windows[: count * self._hop : self._hop] * self._window, axis=1)
        powers = np.square(np.abs(spectra)) / self._hop**2 + 1e-14
        self._rest = sound[count * self._hop :]
        bands = np.add.reduceat(powers, self._edges, axis=1)[:, :-1]
        first, last = self._groups[0], self._groups[-1] + self._group
        groups = powers[:, first:last].reshape(count, -1, self._group)
        means = groups.mean(axis=2)
        flat = np.exp(np.log(groups).mean(axis=2)) / means
        self._bands.extend(bands)
        self._flatness.extend(np.sum(flat * means, axis=1) / np.sum(means, axis=1))

    @property
    def silent(self) -> bool:
        """Whether nothing at all was heard."""
        return self._peak < _SILENT

    def result(self) -> Measured:
        """Return the breath that was heard.

        Raises:
            MeasureError: if it can't be told, with the reason and what to try.
        """
        powers = np.array(self._bands).reshape(-1, len(_EDGES) - 1)
        self._refuse(powers)
        sound = _levels(powers)
        starts = _breaths(sound, _period(sound))
        if len(starts) < FEWEST_BREATHS:
            raise MeasureError(f"fewer than {FEWEST_BREATHS} breaths could be heard. {_HELP}")
        lengths = np.diff(starts) * HOP_SECONDS
        share = _inhale_share(_shape(sound, starts).mean(axis=1))
        cycle = float(np.mean(lengths))
        inhale = None if share is None else share * cycle
        return Measured(cycle, float(np.std(lengths)), len(lengths), inhale)

    def _refuse(self, powers: Values) -> None:
        """Say what the recording is, if it is not of a breath."""
        if self.silent:
            raise MeasureError(
                "nothing was heard at all: the microphone may be muted, or it is the wrong one. "
                "Look at the system's sound settings, or choose one with --device."
            )
        seconds = len(powers) * HOP_SECONDS
        if seconds < 2 * FEWEST_BREATHS * SHORTEST_SECONDS:
            raise MeasureError(
                f"{seconds:.0f} s is too short to find a breath in: a minute is best."
            )
        if self._clipped > _OVERDRIVEN * self.frames:
            raise MeasureError(
                "the microphone is overdriven: turn its level down in the system's sound settings, "
                "or move it out of the stream of air."
            )
        level = 10 * np.log10(powers.sum(axis=1))
        quiet, high = np.percentile(level, [10, 95])
        loud = level > (quiet + high) / 2
        if high - quiet < _LEAST_SWELL_DB:
            raise MeasureError(f"no breath can be heard over the noise of the room. {_HELP}")
        slow = np.convolve(level, np.ones(11) / 11, "same")
        if np.std((level - slow)[loud]) > _SYLLABLES_DB:
            raise MeasureError(
                f"this sounds like speech, or something clattering, and not like breath. {_HELP}"
            )
        if np.mean(np.array(self._flatness)[loud]) < _NOISE_FLATNESS:
            raise MeasureError(
                f"this has a pitch, like music, a voice or a hum, and not like breath. {_HELP}"
            )


def _levels(powers: Values) -> Values:
    """The level of each band in dB, over the quiet between breaths, without its mean."""
    window = np.hanning(9)[1:-1] / np.hanning(9).sum()
    smooth = np.stack([np.convolve(band, window, "same") for band in powers.T], axis=1)
    level = 10 * np.log10(np.maximum(smooth, np.percentile(smooth, 10, axis=0)))
    return np.asarray(level - level.mean(axis=0))


def _period(sound: Values) -> int:
    """Hops after which the sound repeats: the shortest of the times that are about as good."""
    alike = correlation(sound, np.ones(len(sound), np.bool_))
    shortest, longest = (round(s / HOP_SECONDS) for s in (SHORTEST_SECONDS, LONGEST_SECONDS))
    near = shortest // 4
    peaks = [
        lag
        for lag in range(shortest, min(longest, len(sound) // FEWEST_BREATHS))
        if alike[lag] == alike[lag - near : lag + near + 1].max()
    ]
    best = max((alike[lag] for lag in peaks), default=0.0)
    if best < _ALIKE:
        raise MeasureError(f"nothing in this repeats the way breath does. {_HELP}")
    return next(lag for lag in peaks if alike[lag] > best - 0.1)


def _breaths(sound: Values, period: int) -> list[int]:
    """The hops at which breaths start, each found where it is most like all the others."""
    count = len(sound) // period
    shape = sound[: count * period].reshape(count, period, -1).mean(axis=0)
    shape = np.roll(shape, -int(np.argmin(_evened(shape.mean(axis=1)))), axis=0)
    for _ in range(_PASSES):
        starts = _chain(_likeness(sound, shape), period)
        shape = _shape(sound, starts)
    return _refined(sound, shape, starts)


def _refined(sound: Values, shape: Values, starts: list[int]) -> list[int]:
    """Find each start by what is just around it: whole breaths of another length mislead."""
    around, reach = len(shape) // 4, len(shape) // 6
    likeness = _likeness(sound, np.concatenate([shape[-around:], shape[:around]]))
    found = []
    for start in starts:
        first = max(start - around - reach, 0)
        near = likeness[first : max(start - around + reach + 1, 0)]
        found.append(first + around + int(np.argmax(near)) if len(near) else start)
    return found


def _likeness(sound: Values, shape: Values) -> Values:
    """How much like the shape of a breath is what begins at each hop, -1 to 1."""
    products = sum(
        np.correlate(band, pattern, "valid") for band, pattern in zip(sound.T, shape.T, strict=True)
    )
    energy = np.concatenate([[0], np.cumsum(np.sum(sound**2, axis=1))])
    heard = energy[len(shape) :] - energy[: -len(shape)]
    return np.asarray(products / np.sqrt(heard * np.sum(shape**2) + 1e-9))


def _chain(likeness: Values, period: int) -> list[int]:
    """The places that are likest, about a period apart: the best chain from end to end."""
    steps = np.arange(round(0.6 * period), round(1.6 * period))
    price = (np.log(steps / period) / _VARIES) ** 2 / 2 * _PRICE
    best, came = likeness.copy(), np.full(len(likeness), -1)
    for at in range(steps[0], len(likeness)):
        reach = steps[: np.searchsorted(steps, at, side="right")]
        through = best[at - reach] - price[: len(reach)]
        chosen = int(np.argmax(through))
        if through[chosen] > 0:
            best[at] += through[chosen]
            came[at] = at - reach[chosen]
    at = int(np.argmax(best))
    chain = [at]
    while came[at] >= 0:
        at = int(came[at])
        chain.append(at)
    return chain[::-1]


def _shape(sound: Values, starts: list[int]) -> Values:
    """All breaths over each other, each stretched to their middle length; (hops, bands)."""
    length = round(float(np.median(np.diff(starts))))
    grid = np.arange(len(sound))
    laid = []
    for start, end in itertools.pairwise(starts):
        at = np.linspace(start, end, length, endpoint=False)
        laid.append([np.interp(at, grid, band) for band in sound.T])
    return np.asarray(np.mean(laid, axis=0).T)


def _evened(level: Values) -> Values:
    """A level around the breath, evened out over a tenth of it."""
    width = max(len(level) // 10, 1)
    return np.convolve(np.tile(level, 3), np.ones(width) / width, "same")[len(level) : -len(level)]


def _inhale_share(level: Values) -> float | None:
    """The inhale's part of a breath, from the start of its swell to that of the exhale's.

    The longer stillness follows the exhale. None where there are no two swells, or the
    stillnesses are about as long.
    """
    level = np.roll(level, -int(np.argmin(_evened(level))))
    low, high = np.percentile(level, 5), level.max()
    loud = level > low + _SWELL * (high - low)
    turns = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(int)))
    if len(turns) != 4:
        return None
    first, first_end, second, second_end = (int(turn) / len(level) for turn in turns)
    between, around = second - first_end, 1 - second_end + first
    if max(between, around) < _LONGER * min(between, around):
        return None
    return second - first if around > between else 1 - second + first
