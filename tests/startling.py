"""Sound that would startle, and the measure of what doesn't, by means of their own."""

import struct
import zlib

import numpy as np
from listening import RATE
from metering import momentary, true_peak
from sounds import noise, sine

CEILING = 10 ** (-1 / 20)
LONG = 3 * RATE
MIDDLE = RATE + RATE // 3


def one(value, into=0.0):
    sound = np.full(LONG, into)
    sound[MIDDLE] = value
    return sound


def burst(seconds, level=1.0):
    sound = np.zeros(LONG)
    sound[MIDDLE:][: round(seconds * RATE)] = level
    return sound * np.clip(noise(0, 3, RATE), -1, 1)


FAULTS = {
    "no numbers": np.full(LONG, np.nan),
    "one that is no number": np.where(np.arange(LONG) == MIDDLE, np.nan, sine(-20, 3, 440, RATE)),
    "infinite": np.full(LONG, -np.inf),
    "huge": 1e30 * sine(0, 3, 440, RATE),
    "direct current": np.full(LONG, 1.0),
    "words over direct current": 0.3 + sine(-20, 3, 440, RATE),
    "a square wave": np.sign(sine(0, 3, 100, RATE)),
    "far too loud": 5 * sine(0, 3, 440, RATE),
    "a burst of 20 ms": burst(0.02),
    "a burst of 200 ms": burst(0.2),
    "a click": one(1.0),
    "the highest note": 0.99 * sine(0, 3, RATE / 4, RATE, degrees=45),
}

IN_A_CLIP = {
    **FAULTS,
    "a step to direct current": np.where(np.arange(LONG) < MIDDLE, sine(-20, 3, 440, RATE), 1.0),
}


def levels(sound, cell):
    """Mean squares in dB of cells of so many seconds."""
    size = round(cell * RATE)
    cells = sound[: len(sound) // size * size].reshape(-1, 2 * size)
    return 10 * np.log10(np.mean(np.square(cells, dtype=np.float64), axis=1) + 1e-15)


def assert_no_thump(sound, lufs=-18.0):
    """No swing to one side that is half as loud as the voice, for 50 ms."""
    sums = np.cumsum(sound, axis=0, dtype=np.float64)
    swings = np.abs(sums[RATE // 20 :] - sums[: -RATE // 20]).max() / (RATE // 20)
    assert swings < 10 ** ((lufs - 6) / 20)


def assert_gentle(sound, lufs=-18.0):
    assert np.isfinite(sound).all()
    assert true_peak(sound, RATE) <= CEILING
    sums = np.cumsum(sound, axis=0, dtype=np.float64)
    assert np.abs(sums[RATE:] - sums[:-RATE]).max() / RATE < 0.1
    assert np.abs(sound.mean(axis=0)).max() < 0.005
    assert_no_thump(sound, lufs)
    short = levels(sound, 0.01)
    before = np.lib.stride_tricks.sliding_window_view(short, 5).max(axis=1)[:-1]
    assert short[5:][before < lufs - 10].max(initial=-99) < lufs + 8  # nothing out of silence
    # A little above the bounds, as a gain of one cell acts on the next ones, too.
    assert levels(sound, 0.01).max() < lufs + 11
    assert levels(sound, 0.1).max() < lufs + 9.5
    assert levels(sound, 0.4).max() < lufs + 8
    assert momentary(sound, RATE).max() < lufs + 14  # K-weighting adds 4 dB in high notes


def break_kept_clips(cache, samples):
    """Put samples in the place of every clip in a cache folder, as many as it has."""
    for path in cache.rglob("*.clip"):
        frames = (path.stat().st_size - 8) // 4
        body = np.resize(np.asarray(samples, "<f4"), min(frames, len(samples) * frames)).tobytes()
        told = struct.pack("<I", len(body) // 4)
        path.write_bytes(struct.pack("<I", zlib.crc32(told + body)) + told + body)
