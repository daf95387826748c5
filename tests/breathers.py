"""Recordings of somebody breathing at a known pace, made of noise; and of what is not breathing."""

import numpy as np

RATE = 8000


def coloured(rng, frames, band, rate=RATE):
    """Noise of unit power between two frequencies in Hz, with soft edges."""
    low, high = band
    spectrum = np.fft.rfft(rng.standard_normal(frames))
    octaves = np.log2(np.maximum(np.fft.rfftfreq(frames, 1 / rate), 1))
    edges = (octaves - np.log2(low)) / 0.3, (np.log2(high) - octaves) / 0.5
    for edge in edges:
        spectrum *= 1 / (1 + np.exp(-4 * edge))
    sound = np.fft.irfft(spectrum, frames)
    return sound / np.sqrt(np.mean(sound**2))


def room(rng, frames, rate=RATE):
    """The noise of a room: pink, -3 dB an octave, of unit power between 200 and 2000 Hz."""
    spectrum = np.fft.rfft(rng.standard_normal(frames))
    hertz = np.fft.rfftfreq(frames, 1 / rate)
    spectrum /= np.sqrt(np.maximum(hertz, 40))
    band = np.where((hertz > 200) & (hertz < 2000), spectrum, 0)
    return np.fft.irfft(spectrum, frames) / np.sqrt(np.mean(np.fft.irfft(band, frames) ** 2))


def breathing(
    per_minute,
    seconds=60.0,
    share=0.4,
    noise_db=-15.0,
    vary=0.04,
    inhale_db=-4.0,
    inhale_hz=(500, 2200),
    exhale_hz=(250, 1300),
    seed=1,
    rate=RATE,
):
    """Somebody who breathes; float64 (frames,), and the seconds at which breaths begin.

    Args:
        share: the inhale's part of a breath; the last eighth of a breath is still.
        noise_db: the room, under the loudest moment of the exhale.
        vary: standard deviation of a breath's length, as a share of it.
        inhale_db: the inhale's loudest moment, over the exhale's.
    """
    rng = np.random.default_rng(seed)
    frames = round(seconds * rate)
    inhale = coloured(rng, frames, inhale_hz, rate) * 10 ** (inhale_db / 20)
    exhale = coloured(rng, frames, exhale_hz, rate)
    at = -rng.uniform(0, 60 / per_minute)
    starts = [at]
    while at < seconds:
        at += 60 / per_minute * (1 + vary * np.clip(rng.standard_normal(), -2.5, 2.5))
        starts.append(at)
    times = np.arange(frames) / rate
    phase = np.interp(times, starts, np.arange(len(starts))) % 1
    still = 0.125
    drawn = np.sin(np.pi * np.clip(phase / share, 0, 1)) ** 0.8
    let_go = np.clip((phase - share) / (1 - still - share), 0, 1)
    out = np.sin(np.pi * let_go**0.7) ** 0.8
    sound = inhale * drawn + exhale * out + room(rng, frames, rate) * 10 ** (noise_db / 20)
    return 0.05 * sound, np.array([start for start in starts if 0 <= start < seconds])
