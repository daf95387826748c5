"""Loudness, against what the standards say of known signals."""

import numpy as np
import pytest
import soxr
from metering import true_peak

from voice_guide.audio.loudness import integrated, level_clip, of_cycle
from voice_guide.sound import tones

RATE = 48000


def sine(hertz, dbfs, seconds, phase=0.0):
    n = np.arange(round(seconds * RATE))
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * n / RATE + phase)).astype(np.float32)


def both(mono):
    return np.stack([mono, mono], axis=1)


@pytest.mark.parametrize("level", [-23, -33, -18])
def test_a_stereo_sine_of_1_khz_is_as_loud_as_its_peak_level(level):
    """EBU Tech 3341, cases 1 and 2."""
    assert integrated(both(sine(1000, level, 20)), RATE) == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.39, 1])
def test_a_short_sound_is_measured_as_its_long_self(seconds):
    assert integrated(both(sine(1000, -20, seconds)), RATE) == pytest.approx(-20, abs=0.2)


def test_the_loudest_moment_is_that_of_the_loudest_400_ms():
    quiet, loud = both(sine(1000, -40, 3)), both(sine(1000, -20, 0.5))
    cycle = np.concatenate([quiet, loud, quiet])
    assert of_cycle(cycle, RATE)[1] == pytest.approx(-20, abs=0.3)


@pytest.mark.parametrize("rate", [16000, 44100, 48000, 96000])
def test_the_bell_is_as_loud_as_the_balance_takes_it_to_be(rate):
    bell = tones.bell(rate)
    assert of_cycle(bell, rate)[1] == pytest.approx(tones.BELL_LUFS, abs=0.2)
    assert true_peak(bell, rate) == pytest.approx(tones.BELL_PEAK, abs=0.03)


@pytest.mark.parametrize("style", [style for style in tones.STYLES if style != "none"])
def test_a_repeating_cycle_is_as_loud_as_it_is_over_many_rounds(style):
    cycle = tones.cycle(style, (4 * RATE, 0, 6 * RATE, 0), RATE)
    assert of_cycle(cycle, RATE)[0] == pytest.approx(
        integrated(np.tile(cycle, (6, 1)), RATE), abs=0.1
    )


def test_levelling_finds_the_peaks_that_lie_between_the_samples():
    """A quarter of the sample rate, sampled 45 degrees off its peaks (EBU Tech 3341, case 16)."""
    levelled = level_clip(sine(RATE / 4, -6, 3, phase=np.pi / 4), RATE, 0, 0.5)
    middle = levelled[RATE:-RATE]
    assert np.abs(middle).max() == pytest.approx(0.5 / np.sqrt(2), abs=0.02)
    assert true_peak(both(middle), RATE) == pytest.approx(0.49, abs=0.01)


def test_a_clip_is_levelled_for_both_channels():
    clip = level_clip(sine(1000, -40, 2), RATE, -18, 0.8)
    assert integrated(both(clip), RATE) == pytest.approx(-18, abs=0.1)


def test_levelling_keeps_the_peak_under_the_ceiling_and_the_loudness_near():
    rng = np.random.default_rng(3)
    clip = sine(400, -30, 3)
    clip[rng.integers(0, clip.size, 40)] += np.float32(0.5)  # far above the rest
    levelled = level_clip(clip, RATE, -18, 0.7)
    assert true_peak(both(levelled), RATE) <= 0.7
    assert integrated(both(levelled), RATE) == pytest.approx(-18, abs=0.5)


@pytest.mark.parametrize("place", range(8))
def test_a_peak_between_a_faint_sample_and_a_loud_one_is_found(place):
    """Wherever it lies in the blocks of a millisecond that are looked at one by one."""
    clip = (0.02 * np.sin(np.arange(8000) * 0.1)).astype(np.float32)
    clip[4000 + place : 4004 + place] = (0.99, -0.95, 0.99, -0.49)
    levelled = level_clip(clip, 8000, -18, 0.89)
    at_48_khz = soxr.resample(levelled, 8000, RATE, quality="VHQ")
    assert 0.5 < np.abs(at_48_khz).max() <= 0.89


def test_silence_stays_silence():
    assert not level_clip(np.zeros(4800, np.float32), RATE, -18, 0.8).any()
