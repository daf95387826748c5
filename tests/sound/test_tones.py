"""What the breath sounds like, measured."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metering import true_peak

from voice_guide.settings import Tone
from voice_guide.sound import tones

RATE = 48000
LOW_RATE = 16000
SOUNDING = [style for style in tones.STYLES if style != "none"]
PACES = {
    "4-6": (4, 0, 6, 0),
    "5.5-5.5": (5.5, 0, 5.5, 0),
    "3-7": (3, 0, 7, 0),
    "1-1": (1, 0, 1, 0),
    "4-7-8": (4, 7, 8, 0),
    "box": (4, 4, 4, 4),
}

phase = st.integers(0, 6 * LOW_RATE)
breathing = st.integers(LOW_RATE, 8 * LOW_RATE)
cycles = st.tuples(breathing, phase, breathing, phase)
any_length = st.one_of(st.integers(0, 200), phase)
any_cycles = st.tuples(any_length, any_length, any_length, any_length).filter(any)


def cycle_of(style, pace, rate=RATE):
    return tones.cycle(style, tuple(round(seconds * rate) for seconds in PACES[pace]), rate)


def test_every_style_can_be_asked_for():
    assert tuple(tones.STYLES) == get_args(Tone)


def decibels(power):
    return 10 * np.log10(np.maximum(power, 1e-20))


def phone(mono):
    """What a phone's speaker lets through: 300 to 3400 Hz."""
    spectrum = np.fft.rfft(mono)
    hertz = np.fft.rfftfreq(mono.size, 1 / RATE)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    return np.fft.irfft(spectrum, mono.size)


def centroid(sound):
    power = np.abs(np.fft.rfft(sound)) ** 2
    return np.sum(power * np.fft.rfftfreq(sound.size, 1 / RATE)) / np.sum(power)


@pytest.mark.parametrize("style", tones.STYLES)
@settings(max_examples=25, deadline=None)
@given(phases=any_cycles)
def test_a_cycle_fills_its_phases_exactly_and_is_always_the_same(style, phases):
    sound = tones.cycle(style, phases, LOW_RATE)
    assert sound.shape == (sum(phases), 2)
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert np.array_equal(sound, tones.cycle(style, phases, LOW_RATE))


@pytest.mark.parametrize("style", SOUNDING)
@settings(max_examples=25, deadline=None)
@given(first=cycles, second=cycles)
def test_any_cycle_follows_any_other_without_a_seam(style, first, second):
    """The step at the seam is no larger than those that the sound takes around it."""
    before, after = (tones.cycle(style, phases, LOW_RATE) for phases in (first, second))
    steps = np.abs(np.diff(np.concatenate([before, after]), axis=0)).max(axis=1)
    seam = len(before) - 1
    around = np.concatenate([steps[seam - 800 : seam], steps[seam + 1 : seam + 801]])
    assert steps[seam] <= 1.5 * around.max() + 1e-6


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("style", SOUNDING)
def test_in_and_out_are_told_apart_by_ear_on_a_mono_phone(style, pace):
    """Breathing in is the brighter half, and its brightness rises; out falls."""
    inhale, hold, exhale, _ = (round(seconds * RATE) for seconds in PACES[pace])
    sound = phone(cycle_of(style, pace).mean(axis=1))
    drawn, let_go = sound[:inhale], sound[inhale + hold : inhale + hold + exhale]
    assert centroid(drawn) > 1.1 * centroid(let_go)
    assert centroid(drawn[inhale // 2 :]) > centroid(drawn[: inhale // 2])
    assert centroid(let_go[exhale // 2 :]) < centroid(let_go[: exhale // 2])


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("style", SOUNDING)
def test_no_attack_is_quicker_than_200_ms(style, pace):
    """The level, in windows of 20 ms, never climbs from a tenth of its peak to nine tenths
    in less than 200 ms."""
    sound = cycle_of(style, pace).mean(axis=1)
    window = RATE // 50
    level = np.sqrt(
        np.mean(sound[: len(sound) // window * window].reshape(-1, window) ** 2, axis=1)
    )
    smooth = np.convolve(level, np.ones(5) / 5, mode="valid")  # the grain of noise is no attack
    climbs = smooth[10:] - smooth[:-10]
    assert climbs.max() < 0.8 * smooth.max()


@pytest.mark.parametrize("style", SOUNDING)
def test_the_exhale_audibly_finishes(style):
    sound = cycle_of(style, "4-6") ** 2
    exhale = sound[4 * RATE :]
    assert decibels(exhale[-RATE // 4 :].mean()) < decibels(exhale.mean()) - 18


@pytest.mark.parametrize("style", SOUNDING)
def test_a_tone_sounds_through_the_whole_of_each_phase(style):
    """In every half second but those at the turns of the breath, it stays within hearing."""
    halves = cycle_of(style, "4-6")[: 10 * RATE].reshape(20, -1)
    level = decibels((halves**2).mean(axis=1))
    assert level[1:-1].min() > level.max() - 40


def powers(sound):
    """The power spectrum of a cycle's channels and of its mono sum, (bins,)."""
    channels = np.abs(np.fft.rfft(sound, axis=0)) ** 2
    return channels.mean(axis=1), np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("style", SOUNDING)
def test_a_mono_speaker_loses_less_than_1_db_in_every_octave(style, pace):
    sound = cycle_of(style, pace)
    stereo, mono = powers(sound)
    assert 0.1 < decibels(stereo.sum()) - decibels(mono.sum()) < 0.8
    octave = np.round(np.log2(np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1) / 1000))
    for number in range(-3, 3):  # 125 Hz to 4 kHz
        here = octave == number
        if stereo[here].sum() > 1e-3 * stereo.sum():
            assert decibels(stereo[here].sum()) - decibels(mono[here].sum()) < 1


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("style", SOUNDING)
def test_no_tone_hisses(style, pace):
    sound = cycle_of(style, pace)
    stereo, _ = powers(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    assert stereo[hertz > tones.HIGHEST_HZ].sum() < 1e-2 * stereo.sum()
    assert stereo[hertz > 4000].sum() < 1e-3 * stereo.sum()


@pytest.mark.parametrize("rate", [16000, 24000, 48000])
@pytest.mark.parametrize("style", SOUNDING)
def test_between_samples_it_rises_no_higher_than_its_highest_frequency_allows(style, rate):
    sound = cycle_of(style, "4-6", rate)
    allowed = np.abs(sound).max() / np.cos(np.pi * tones.HIGHEST_HZ / rate)
    assert true_peak(sound, rate) <= allowed


def test_another_seed_is_another_breath_of_the_same_level():
    phases = (4 * RATE, 0, 6 * RATE, 0)
    one, other = (tones.cycle("breath", phases, RATE, seed) for seed in (0, 1))
    assert not np.array_equal(one, other)
    assert abs(decibels((one**2).mean()) - decibels((other**2).mean())) < 0.5


def test_the_bell_begins_softly():
    bell = tones.bell(RATE)
    level = np.sqrt(np.convolve((bell**2).mean(axis=1), np.ones(240) / 240, mode="same"))
    rises = np.argmax(level > 0.9 * level.max()) - np.argmax(level > 0.1 * level.max())
    assert rises > 0.05 * RATE
    assert level[: RATE // 200].max() < 0.05 * level.max()


def test_the_bell_rings_out_and_is_not_cut():
    """It dies away ever more quickly, but smoothly, and is past hearing before it ends."""
    bell = tones.bell(RATE)
    power = decibels((bell.reshape(-1, RATE // 4, 2) ** 2).mean(axis=(1, 2)))[1:]
    falls = -np.diff(power)
    assert (falls > 0).all()
    assert (falls[power[:-1] > power.max() - 50] < 6).all()  # dB in a quarter of a second
    assert power[-1] < power.max() - 60
    assert np.abs(bell[-RATE // 100 :]).max() < 1e-4 * np.abs(bell).max()
