"""The meter is right by the standard's signals, by other meters, and by what must not matter."""

import math

import metering
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import needs
from sounds import RATE, by_ffmpeg, noise, silence, sine

from voice_guide.analysis.peaks import TruePeak
from voice_guide.audio.meter import LOWEST_HZ, Meter, energies, integrated, loudest, lufs

SIDE_LU = 1.5


def sound_of(*channels):
    return np.stack(channels, axis=1).astype(np.float32)


def loudness(sound, rate=RATE):
    return integrated(energies(sound, rate))


def peak_db(sound, rate=RATE, block=RATE):
    meter = TruePeak(rate, sound.shape[1])
    for start in range(0, len(sound), block):
        meter.add(sound[start : start + block])
    return 20 * math.log10(meter.highest)


def cuts(sound, at):
    return np.split(sound, sorted(place for place in at if place < len(sound)))


# --- EBU Tech 3341 (2016), table 1 ------------------------------------------------------------


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000])
@pytest.mark.parametrize("level", [-23, -33])
def test_a_sine_of_1_khz_in_both_channels_is_as_loud_as_its_peak_at_any_rate(rate, level):
    """Cases 1 and 2."""
    one = sine(level, 20, 1000, rate)
    assert loudness(sound_of(one, one), rate) == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
    ids=["3", "4", "5"],
)
def test_what_is_far_below_the_rest_does_not_count(parts):
    one = np.concatenate([sine(*part) for part in parts])
    assert loudness(sound_of(one, one)) == pytest.approx(-23, abs=0.1)


def test_channels_of_surround_sound_are_weighted():
    """Case 6, with the fourth channel of a file, which holds bass and does not count."""
    left, centre, side = (sine(level, 20) for level in (-28, -24, -30))
    assert loudness(sound_of(left, left, centre, side, side)) == pytest.approx(-23, abs=0.1)
    loud = sine(-3, 20)
    assert loudness(sound_of(left, left, centre, loud, side, side)) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("number", range(1, 21, 4))
def test_the_loudest_moment_is_found_wherever_it_begins(number):
    """Case 13, and within 100 ms of where a block begins: the highest mean of 400 ms."""
    one = np.concatenate([silence(0.1 * number), sine(-23, 0.4), silence(1)])
    assert loudest(energies(sound_of(one, one), RATE)) == pytest.approx(-23, abs=0.1)


# --- against other meters ---------------------------------------------------------------------


@pytest.mark.parametrize("rate", [LOWEST_HZ, 11025, 16000, 24000, 44100, 48000, 96000, 768000])
def test_it_measures_what_filters_that_run_frame_by_frame_do(rate):
    hiss = noise(-20, 3, rate)
    rumble = np.cumsum(noise(-50, 3, rate, seed=2))
    swelling = sound_of(hiss * np.linspace(0.01, 1, len(hiss)), rumble)
    found, expected = lufs(energies(swelling, rate)), metering.powers(swelling, rate)
    np.testing.assert_allclose(found, lufs(expected), atol=1e-3)


@needs("ffmpeg")
@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000, 96000])
def test_noise_is_as_loud_and_as_high_as_ffmpeg_says(tmp_path, rate):
    """White noise has the most that lies between samples."""
    sound = sound_of(noise(-20, 5, rate), noise(-26, 5, rate, seed=2))
    soundfile.write(tmp_path / "noise.wav", sound, rate, subtype="FLOAT")
    expected, _, _, peak = by_ffmpeg(tmp_path / "noise.wav")
    assert loudness(sound, rate) == pytest.approx(expected, abs=0.05)
    assert peak_db(sound, rate) == pytest.approx(peak, abs=0.1)


# --- what must not matter, and what must ------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.floats(-30, 20))
def test_a_gain_shifts_the_loudness_by_as_much(gain):
    sound = sound_of(noise(-30, 2), sine(-20, 2, 300))
    louder = (sound * 10 ** (gain / 20)).astype(np.float32)
    assert loudness(louder) == pytest.approx(loudness(sound) + gain, abs=1e-3)
    assert peak_db(louder) == pytest.approx(peak_db(sound) + gain, abs=1e-3)


@settings(deadline=None)
@given(st.lists(st.integers(0, 20000), max_size=40), st.sampled_from([8000, 11025]))
def test_block_by_block_it_is_the_same_as_whole(at, rate):
    sound = sound_of(noise(-20, 2, rate), noise(-40, 2, rate, seed=2))
    meter, peak = Meter(rate, 2), TruePeak(rate, 2)
    found = []
    for block in cuts(sound, at):
        found.append(meter.add(block))
        peak.add(block)
    np.testing.assert_allclose(np.concatenate(found), energies(sound, rate), rtol=1e-5)
    assert 20 * math.log10(peak.highest) == pytest.approx(peak_db(sound, rate), abs=1e-4)


def test_silence_has_no_loudness():
    still = np.zeros((RATE, 2), np.float32)
    assert loudness(still) == loudest(energies(still, RATE)) == -math.inf
    assert not energies(np.concatenate([sound_of(noise(0, 1), noise(0, 1)), still]), RATE)[-1]


def test_what_is_shorter_than_a_block_has_no_loudness():
    assert loudness(sound_of(sine(-20, 0.39))) == -math.inf
    assert loudness(np.zeros((0, 1), np.float32)) == -math.inf


def test_a_constant_offset_is_not_heard():
    sound = sound_of(noise(-60, 3))
    moved = energies(sound + np.float32(0.5), RATE)[10:]
    np.testing.assert_allclose(lufs(moved), lufs(energies(sound, RATE)[10:]), atol=0.01)


@pytest.mark.parametrize(
    ("channels", "counted"),
    [
        (1, [0]),
        (2, [0, 0]),
        (3, [0, 0, 0]),
        (4, [0, 0, SIDE_LU, SIDE_LU]),
        (5, [0, 0, 0, SIDE_LU, SIDE_LU]),
        (6, [0, 0, 0, None, SIDE_LU, SIDE_LU]),
        (7, [0, 0, 0, None, 0, SIDE_LU, SIDE_LU]),
        (8, [0, 0, 0, None, 0, 0, SIDE_LU, SIDE_LU]),
        (12, [0] * 12),
    ],
)
def test_each_channel_counts_by_where_it_is_heard(channels, counted):
    for channel, more in enumerate(counted):
        sound = np.zeros((RATE, channels), np.float32)
        sound[:, channel] = sine(-20, 1)
        expected = -math.inf if more is None else -23 + more
        assert loudness(sound) == pytest.approx(expected, abs=0.1)


def test_a_rate_that_holds_no_shelf_is_refused():
    with pytest.raises(ValueError, match="3999 Hz is too low a sample rate: at least 4000"):
        Meter(LOWEST_HZ - 1, 1)


# --- true peaks -------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 88200, 96000])
@pytest.mark.parametrize(
    ("divisor", "degrees"), [(4, 0), (4, 45), (6, 60), (8, 67.5)], ids=["15", "16", "17", "18"]
)
def test_a_sine_is_as_high_as_it_is_between_its_samples(rate, divisor, degrees):
    """EBU Tech 3341, cases 15 to 18, at several rates."""
    wave = sine(-6, 1, rate / divisor, rate, degrees)
    wave *= np.minimum(1, np.minimum(np.arange(rate), np.arange(rate)[::-1]) / 2000)
    assert -6.1 <= peak_db(sound_of(wave), rate) <= -5.9


def test_a_rate_that_is_high_enough_is_taken_as_it_is():
    sound = sound_of(noise(-20, 0.1, 192000))
    assert peak_db(sound, 192000) == pytest.approx(20 * math.log10(np.abs(sound).max()))


@settings(deadline=None)
@given(st.integers(0, 5000), st.integers(20, 3000), st.floats(-40, -1))
def test_the_highest_peak_is_found_wherever_it_lies(at, block, quiet):
    """A click whose top lies between two samples, in one channel, after something louder or not."""
    sound = np.zeros((6000, 2), np.float32)
    sound[:, 0] = sine(quiet - 12, 6000 / RATE, 440)
    sound[at : at + 2, 1] = 0.6  # sinc(0.5) of each
    expected = 20 * math.log10(0.6 * 2 * np.sinc(0.5) * np.cos(np.pi / 48) ** 2)
    assert peak_db(sound, block=block) == pytest.approx(max(expected, quiet - 12), abs=0.01)
