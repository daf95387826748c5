"""Loudness and true peak by means of their own, so that what the program measures can be checked.

Filters run frame by frame, with coefficients from the analog filters behind BS.1770's tables as
B. De Man found them ("Evaluation of Implementations of the EBU R128 Loudness Measurement", AES
145, 2018).
"""

from functools import cache

import numpy as np


@cache
def _k_weighting(rate):
    """The answer to one frame of 1, for a quarter of a second, after which it is below -300 dB."""
    answer = np.zeros(rate // 4)
    answer[0] = 1
    for b, a in _sections(rate):
        last = [0.0, 0.0]  # transposed direct form II
        for at, x in enumerate(answer):
            y = b[0] * x + last[0]
            last = [b[1] * x - a[1] * y + last[1], b[2] * x - a[2] * y]
            answer[at] = y
    return answer


def _sections(rate):
    """The (b, a) of both filters: a shelf, and a high-pass whose b stay 1, -2, 1."""
    corner, quality, high = 1681.974450955533, 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle, k = high**0.4996667741545416, np.tan(np.pi * corner / rate)
    shelf_b = [high + middle * k / quality + k**2, 2 * (k**2 - high)]
    shelf_b.append(high - middle * k / quality + k**2)
    shelf_a = np.array([1 + k / quality + k**2, 2 * (k**2 - 1), 1 - k / quality + k**2])
    corner, quality = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * corner / rate)
    a = np.array([1 + k / quality + k**2, 2 * (k**2 - 1), 1 - k / quality + k**2])
    return (np.array(shelf_b) / shelf_a[0], shelf_a / shelf_a[0]), ((1, -2, 1), a / a[0])


def powers(sound, rate):
    """K-weighted mean squares of every 100 ms of (frames, channels), summed over the channels."""
    answer, sound = _k_weighting(rate), np.asarray(sound, np.float64)
    size = len(sound) + len(answer)
    spectrum = np.fft.rfft(sound, size, axis=0) * np.fft.rfft(answer, size)[:, None]
    weighted = np.fft.irfft(spectrum, size, axis=0)[: len(sound)]
    cell = round(rate / 10)
    cells = weighted[: len(weighted) // cell * cell].reshape(-1, cell, sound.shape[1])
    return np.mean(cells**2, axis=1).sum(axis=1)


def momentary(sound, rate, seconds=0.4):
    """Loudness in LUFS for every 100 ms; each value covers the 400 ms before its end."""
    cells = round(10 * seconds)
    padded = np.concatenate([np.zeros(cells - 1), powers(sound, rate)])
    return _lufs(np.convolve(padded, np.ones(cells) / cells, "valid"))


def loudness(sound, rate):
    """Integrated loudness in LUFS: the mean of all moments but those far below it."""
    moments = momentary(sound, rate)[3:]
    gated = _mean(moments[moments > -70])
    return _mean(moments[(moments > -70) & (moments > gated - 10)])


def loudness_range(sound, rate):
    """In LU: from the 10th to the 95th percentile of 3 s each (EBU Tech 3342)."""
    moments = momentary(sound, rate, 3)[29:]
    moments = moments[moments > -70]
    low, high = np.percentile(moments[moments > _mean(moments) - 20], [10, 95])
    return high - low


def true_peak(sound, rate):
    """The highest amplitude of (frames, channels) at four times its rate."""
    spectrum = np.fft.rfft(
        np.pad(sound, ((0, len(sound) % 2), *[(0, 0)] * (sound.ndim - 1))), axis=0
    )
    wave = np.fft.irfft(spectrum, 8 * (len(spectrum) - 1), axis=0)
    return 4 * np.abs(wave).max()


def _lufs(power):
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-20))


def _mean(moments):
    """Of powers, as loudness; -inf for none."""
    return 10 * np.log10(np.mean(10 ** (moments / 10))) if len(moments) else -np.inf
