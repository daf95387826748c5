"""Loudness and true peak by means of their own, so that what the program measures can be checked.

Filters run frame by frame (SciPy), with coefficients from the analog filters behind BS.1770's
tables as B. De Man found them ("Evaluation of Implementations of the EBU R128 Loudness
Measurement", AES 145, 2018).
"""

import numpy as np
from scipy.signal import resample_poly, sosfilt


def _k_weighting(rate):
    """Second-order sections of both filters: a shelf, and a high-pass whose b stay 1, -2, 1."""
    corner, quality, high = 1681.974450955533, 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle, k = high**0.4996667741545416, np.tan(np.pi * corner / rate)
    shelf_b = [high + middle * k / quality + k**2, 2 * (k**2 - high)]
    shelf_b.append(high - middle * k / quality + k**2)
    shelf_a = np.array([1 + k / quality + k**2, 2 * (k**2 - 1), 1 - k / quality + k**2])
    corner, quality = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * corner / rate)
    a = np.array([1 + k / quality + k**2, 2 * (k**2 - 1), 1 - k / quality + k**2])
    shelf = np.array([*shelf_b, *shelf_a]) / shelf_a[0]
    return np.array([shelf, [1, -2, 1, *(a / a[0])]])


def powers(sound, rate):
    """K-weighted mean squares of every 100 ms of (frames, channels), summed over the channels."""
    weighted = sosfilt(_k_weighting(rate), np.asarray(sound, np.float64), axis=0)
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
    return np.abs(resample_poly(sound, 4, 1, axis=0)).max()


def _lufs(power):
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-20))


def _mean(moments):
    """Of powers, as loudness; -inf for none."""
    return 10 * np.log10(np.mean(10 ** (moments / 10))) if len(moments) else -np.inf
