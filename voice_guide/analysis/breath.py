"""The pace of the breath that a file sounds, worked out from how its level and colour repeat."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice_guide.analysis.cycle import held_turns, turns
from voice_guide.analysis.measures import BAND_HOPS, Envelope, Mask, Values

__all__ = ["BreathPace", "away_from_words", "breath_pace", "correlation"]

SHORTEST_SECONDS, LONGEST_SECONDS = 2.0, 40.0
"""Of a breath: what can be asked for, and twice as much."""

_ALIKE = 0.75
"""Correlation between one breath and the next, under which they aren't taken for breaths."""

_FEWEST = 3
"""Breaths that must be heard whole around their beginning; two alike may be chance."""

_ALONE = 0.35
"""How much of a file has to be breath alone, to look for its turn."""

_RANGE_DB = 45.0
"""What lies farther under the loudest moments is taken for silence."""

_SYLLABLE_SECONDS, _SYLLABLE_DB = 0.3, 8.0
"""How near to a dip between syllables both are louder, and by how much."""

_AROUND_WORDS_SECONDS = 3.0
"""From a dip to the end of the words, and of the room that is made for them."""

_FADING_SECONDS = 4.0
"""At both ends, where what is spoken over usually fades."""

_LEAST_SWING_DB = 1.0  # standard deviation of a steady sound's level is less


@dataclass(frozen=True, kw_only=True)
class BreathPace:
    """A breath that repeats.

    Attributes:
        seconds: the length of a breath, and how far single breaths scatter around it (1 sigma).
        inhale_share: the part of the breath before its turn, likewise; a hold at the top is in it.
            nan where too little of it is heard alone.
        start_seconds: where a first breath begins, at most half a breath from the file's start.
        count: the breaths that could be placed, of which the spreads are.
        likeness: correlation between a breath and the next, 1 when they are the same.
    """

    seconds: float
    seconds_spread: float
    inhale_share: float
    inhale_share_spread: float
    start_seconds: float
    count: int
    likeness: float


def breath_pace(envelope: Envelope, clear: Mask, held: bool = False) -> BreathPace | None:
    """Find the breath, or None when nothing repeats as breaths do.

    Args:
        envelope: of the file.
        clear: for each hop, whether nothing but the breath sounds there; the rest isn't used.
        held: whether the breath is held between inhaling and exhaling, as a plan tells.
    """
    step = BAND_HOPS * envelope.hop_seconds
    count = len(envelope.bands)
    usable: Mask = np.all(clear[: count * BAND_HOPS].reshape(count, BAND_HOPS), axis=1)
    if np.count_nonzero(usable) * step < 2 * SHORTEST_SECONDS:
        return None
    bands, level = _decibels(envelope.bands, usable)
    if np.std(level[usable]) < _LEAST_SWING_DB:
        return None
    alike = correlation(bands, usable)
    found = _period(alike, step)
    if found is None:
        return None
    period, likeness = found
    shape = _folded(bands, usable, period)
    whole = _folded(level[:, None], usable, period)[:, 0]
    start, turn = (held_turns if held else turns)(shape, whole)
    starts = _landmarks(bands, usable, period, shape, start)
    turned = _landmarks(bands, usable, period, shape, start + turn)
    count_heard = int(np.count_nonzero(~np.isnan(starts)))
    if count_heard < _FEWEST:
        return None
    lengths = np.diff(starts)
    shares = (turned - starts) / period
    lengths, shares = lengths[~np.isnan(lengths)], shares[~np.isnan(shares)]
    share = float(np.mean(shares)) if len(shares) else turn / len(whole)
    if np.mean(usable) < _ALONE:
        share = math.nan
    return BreathPace(
        seconds=period * step,
        seconds_spread=float(np.std(lengths)) * step if len(lengths) else 0.0,
        inhale_share=share,
        inhale_share_spread=float(np.std(shares)) if len(shares) else 0.0,
        start_seconds=float(np.nanmedian((starts + period / 2) % period) - period / 2) * step,
        count=count_heard,
        likeness=likeness,
    )


def away_from_words(envelope: Envelope) -> Mask:
    """Whether nobody seems to speak, for each hop, where no plan tells of it.

    Between syllables the level dips and comes back within a fraction of a second; a breath is
    slower. What lies around such dips is words, or a sound that makes room for them.
    """
    hops = envelope.hop(_SYLLABLE_SECONDS)
    level = 10 * np.log10(_smooth(envelope.power) + 1e-10)
    padded = np.pad(level, hops, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, hops + 1).max(axis=1)
    before, after = highest[: len(level)], highest[hops:]
    dips = np.flatnonzero(np.minimum(before, after) - level > _SYLLABLE_DB)
    clear = np.ones(len(level), np.bool_)
    if len(dips):
        fading = envelope.hop(_FADING_SECONDS)
        clear[:fading] = clear[-fading:] = False
    reach = envelope.hop(_AROUND_WORDS_SECONDS)
    for first, last in _runs(dips, reach):
        clear[max(first - reach, 0) : last + reach] = False
    return clear


def _runs(places: NDArray[np.int64], gap: int) -> Iterator[tuple[int, int]]:
    """The first and last of each run of places that are no farther from each other than a gap."""
    if len(places):
        for run in np.split(places, np.flatnonzero(np.diff(places) > gap) + 1):
            yield int(run[0]), int(run[-1])


def _decibels(powers: Values, usable: Mask) -> tuple[Values, Values]:
    """The level of each band, (n, bands), and of all together, (n,), in dB, above the silence."""
    total = powers.sum(axis=1)
    loud = np.percentile(total[usable], 90)
    floor = max(loud * 10 ** (-_RANGE_DB / 10), 1e-10)
    smooth = np.stack([_smooth(band) for band in powers.T], axis=1)
    return 10 * np.log10(smooth + floor), 10 * np.log10(_smooth(total) + floor)


def _smooth(values: Values) -> Values:
    """Even out the grain of noise over half a second."""
    window = np.hanning(11)[1:-1]
    weights = np.convolve(np.ones(len(values)), window, "same")
    return np.asarray(np.convolve(values, window, "same") / weights)


def correlation(bands: Values, usable: Mask) -> Values:
    """Correlate a sound with itself, later and later, over the usable pairs alone.

    Args:
        bands: levels in dB, (steps, bands).
        usable: the steps that count.

    Returns:
        -1 to 1 for each lag, (steps,); nan where the time that has a partner is less than half a
        breath of that length.
    """
    mask = usable.astype(np.float64)
    size = 1 << (2 * len(mask) - 1).bit_length()
    masked = (bands - bands[usable].mean(axis=0)) * mask[:, None]

    def lagged(one: Values, other: Values) -> Values:
        spectrum = np.conj(np.fft.rfft(one, size)) * np.fft.rfft(other, size)
        return np.fft.irfft(spectrum, size)[: len(mask)]

    product = sum((lagged(band, band) for band in masked.T), np.zeros(len(mask)))
    squares = np.sum(masked**2, axis=1)
    norm = np.sqrt(np.maximum(lagged(squares, mask) * lagged(mask, squares), 1e-12))
    pairs = lagged(mask, mask)
    enough = np.maximum(np.arange(len(mask)) / 2, mask.sum() / 20)
    return np.where(pairs >= enough, product / norm, np.nan)


def _period(alike: Values, step: float) -> tuple[float, float] | None:
    """The breath in steps, from its farthest repeat that can be told, and its likeness."""
    peaks = [
        lag
        for lag in range(max(round(SHORTEST_SECONDS / step), 1), len(alike) - 1)
        if alike[lag] >= alike[lag - 1] and alike[lag] > alike[lag + 1] and alike[lag] > _ALIKE
    ]
    near = [lag for lag in peaks if lag * step <= LONGEST_SECONDS]
    if not near:
        return None
    best = max(alike[lag] for lag in near)
    first = next(lag for lag in near if alike[lag] > best - 0.1)
    period = _summit(alike, first)
    times = 2
    while (reach := period * times) < len(alike) - 2:
        close = [lag for lag in peaks if abs(lag - reach) <= max(2, 0.1 * period)]
        if not close:
            break
        # A far repeat tells the period the more exactly.
        period = _summit(alike, max(close, key=lambda lag: float(alike[lag]))) / times
        times += 1
    return period, float(alike[first])


def _summit(values: Values, at: int) -> float:
    """The top of the parabola through a peak and its neighbours."""
    left, mid, right = values[at - 1 : at + 2]
    bend = left - 2 * mid + right
    return at + 0.5 * float((left - right) / bend) if bend < 0 else float(at)


def _folded(values: Values, usable: Mask, period: float) -> Values:
    """Lay all breaths over each other; (steps of a breath, columns)."""
    steps = round(period)
    phases = np.floor((np.flatnonzero(usable) % period) / period * steps).astype(int)
    sums = np.stack([np.bincount(phases, column, steps) for column in values[usable].T], axis=1)
    counts = np.bincount(phases, minlength=steps)
    seen = np.flatnonzero(counts)
    means = sums[seen] / counts[seen, None]
    return np.stack(
        [np.interp(np.arange(steps), seen, column, period=steps) for column in means.T], axis=1
    )


def _landmarks(bands: Values, usable: Mask, period: float, shape: Values, place: int) -> Values:
    """Find a place of the breath in each one, in steps from the start; nan where it is hidden."""
    steps = len(shape)
    around = np.arange(-round(0.15 * steps), round(0.15 * steps) + 1)
    pattern = shape[(place + around) % steps]
    shifts = np.arange(-round(0.08 * steps), round(0.08 * steps) + 1)
    found = []
    for number in range(math.ceil(len(bands) / period)):
        middle = round(place + number * period)
        errors = np.full(len(shifts), np.nan)
        for index, shift in enumerate(shifts):
            at = middle + shift + around
            if at[0] < 0 or at[-1] >= len(bands) or not usable[at].all():
                continue
            errors[index] = np.mean((bands[at] - pattern) ** 2)
        best = int(np.nanargmin(errors)) if not np.isnan(errors).all() else 0
        if 0 < best < len(shifts) - 1 and not np.isnan(errors[best - 1 : best + 2]).any():
            found.append(middle + float(shifts[0]) + _summit(-errors, best))
        else:
            found.append(math.nan)
    return np.array(found)
