"""What polishing changes in the voice, measured, and what it leaves alone."""

import contextlib
import itertools
from functools import cache
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from metering import loudness, true_peak
from parts import module
from speaking import decoded

from voice_guide.scripting import loading
from voice_guide.scripting.model import Line
from voice_guide.session import open_session
from voice_guide.settings import Polish, Settings
from voice_guide.voices.espeak import Espeak
from voice_guide.voices.polish import polished, with_pauses
from voice_guide.voices.prepare import decode, prepare

pytestmark = pytest.mark.slow

stoi = module("pystoi").stoi

RATE = 22050
CEILING = 10 ** (-2 / 20)
LINES = [line.text for line in loading.load("one-minute-pause").lines()] + [
    "Is my distance coming from fear, or from preference?",
    "If it is true, say it inside:",
    "Safety comes in tiny doses, not in dramatic leaps.",
    "It is young.",
]
ALL = pytest.mark.parametrize("text", LINES)
HOW = pytest.mark.parametrize("how", [how for how in get_args(Polish) if how != "off"])


@cache
def spoken():
    with contextlib.closing(Espeak("en", None)) as voice:
        return dict(zip(LINES, voice.speak(LINES), strict=True))


def raw(text):
    """A line as it was spoken, and polished without its pauses: of one length."""
    clip, rate = decode(text, spoken()[text])
    assert rate == RATE
    return clip


def both(text, how):
    before = raw(text)
    return before, polished("", before, RATE, how)[: len(before)]


def clip_of(text, how):
    return prepare([(text, raw(text), RATE)], 48000, lufs=-18, ceiling=CEILING, polish=how)


def powers(sound, rate=RATE):
    """Power by frame of 10 ms and frequency, and the frequencies in Hz."""
    size = rate // 100
    frames = sound[: len(sound) // size * size].reshape(-1, size) * np.hanning(size)
    return np.abs(np.fft.rfft(frames)) ** 2, np.fft.rfftfreq(size, 1 / rate)


def tilt(sound):
    """dB per octave: the slope of a line through the octave bands from 125 Hz to 8 kHz."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    octaves = np.arange(7)
    edges = 125 * 2 ** (np.arange(8) - 0.5)
    levels = [
        10 * np.log10(power[(hertz >= low) & (hertz < high)].sum())
        for low, high in itertools.pairwise(edges)
    ]
    return np.polyfit(octaves, levels, 1)[0]


def sibilants(sound):
    """The frames with most of their energy above 4 kHz, and that are no silence."""
    power, hertz = powers(sound)
    high, whole = power[:, (hertz >= 4000) & (hertz < 10000)].sum(1), power.sum(1)
    return (high > 0.5 * whole) & (whole > 1e-4 * whole.max())


def sibilance(sound, frames):
    """dB from the voice as a whole to what it has from 4 to 10 kHz while sibilants sound."""
    power, hertz = powers(sound)
    high = power[frames][:, (hertz >= 4000) & (hertz < 10000)]
    return 10 * np.log10(high.sum() / power.sum())


def crest(sound):
    return 20 * np.log10(np.abs(sound).max() / np.sqrt(np.mean(sound**2)))


def sine(seconds, hertz=220.0, level=0.3):
    n = np.arange(round(seconds * RATE))
    ends = np.minimum(1, np.minimum(n, n[::-1]) / (0.01 * RATE))
    return (level * ends * np.sin(2 * np.pi * hertz * n / RATE)).astype(np.float32)


def silence(seconds):
    return np.zeros(round(seconds * RATE), np.float32)


@HOW
@ALL
def test_every_word_is_as_intelligible_as_before(text, how):
    assert stoi(*both(text, how), RATE) > 0.95


@ALL
def test_off_is_the_voice_as_it_is(text):
    before = raw(text)
    assert np.array_equal(polished(text, before, RATE, "off"), before)


@ALL
def test_the_voice_is_warmer_and_warm_more_so(text):
    before, light = both(text, "light")
    _, warm = both(text, "warm")
    assert -1.0 < tilt(light) - tilt(before) < -0.1
    assert -1.5 < tilt(warm) - tilt(before) < -0.4
    assert tilt(warm) < tilt(light) - 0.2


@pytest.mark.parametrize("text", LINES[:-1])  # the last one has none
def test_sibilants_are_softer_and_still_there(text):
    before, light = both(text, "light")
    _, warm = both(text, "warm")
    frames = sibilants(before)
    assert frames.any()
    less = [sibilance(before, frames) - sibilance(sound, frames) for sound in (light, warm)]
    assert 0.3 < less[0] < less[1] < 7


@HOW
@ALL
def test_the_peaks_rise_little_over_the_whole(text, how):
    before, after = both(text, how)
    assert -2 < crest(after) - crest(before) < 4


@HOW
@ALL
def test_a_clip_is_as_loud_as_asked_and_begins_with_the_voice(text, how):
    clip = clip_of(text, how)
    repeated = np.tile(clip, (2, 3)).T
    assert loudness(repeated, 48000) == pytest.approx(-18, abs=0.5)
    assert 20 * np.log10(true_peak(repeated, 48000)) <= -1.99
    first = round(0.3 * 48000)
    likeness = np.correlate(clip[:first], clip_of(text, "off")[:first], "full")
    assert likeness.argmax() - (first - 1) == pytest.approx(0, abs=0.002 * 48000)


@HOW
def test_it_ends_in_silence_that_was_reached_slowly(how):
    """The room's decay is whole: no step where it ends."""
    sound = polished("", sine(1), RATE, how)
    levels = [np.abs(part).max() for part in np.array_split(sound[round(0.99 * RATE) :], 6)]
    assert all(later < 1.2 * sooner for sooner, later in itertools.pairwise(levels))
    assert levels[-1] < 1e-3 * np.abs(sound).max()
    assert np.abs(np.diff(sound[-round(0.02 * RATE) :])).max() < 1e-4


@HOW
def test_the_same_line_is_the_same_sound(how):
    text = LINES[-2]
    first, second = (polished(text, raw(text).copy(), RATE, how) for _ in range(2))
    assert np.array_equal(first, second)


def gain_at(hertz, before, after):
    """dB that a steady sine gained, in the last 0.1 s of its 0.4 s at 0.6 s."""
    part = slice(round(0.9 * RATE), round(0.995 * RATE))
    wave = np.exp(-2j * np.pi * hertz * np.arange(len(before)) / RATE)[part]
    window = np.hanning(len(wave))
    levels = [abs(np.sum(sound[part] * wave * window)) for sound in (before, after)]
    return 20 * np.log10(levels[1] / levels[0])


@HOW
def test_only_loud_sibilants_are_de_essed(how):
    def gain(level, under=0.0):
        """Of a hiss after a vowel, or within one."""
        hiss = sine(0.4, 6000, level) + sine(0.4, 300, under)
        sound = np.concatenate([sine(0.6, 300, 0.4), hiss, silence(0.1)])
        return gain_at(6000, sound, polished("", sound, RATE, how))

    quiet = gain(0.01)
    assert gain(0.2, under=0.4) == pytest.approx(quiet, abs=0.2)  # a bright vowel
    assert quiet - 8 < gain(0.2) < quiet - 1.5


@HOW
@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.05, 0.3])
def test_silence_and_very_short_sounds_are_fine(seconds, how):
    assert not polished("in, out", silence(seconds), RATE, how).any()
    short = polished("in, out", sine(seconds), RATE, how)
    assert np.isfinite(short).all()
    assert len(short) >= round(seconds * RATE)
    if seconds >= 0.05:
        assert np.abs(short[: round(seconds * RATE)]).max() > 0.2


@given(st.integers(8000, 96000), st.binary(max_size=4000))
def test_any_sound_at_any_rate_stays_finite(rate, data):
    sound = np.frombuffer(data, np.int8).astype(np.float32) / np.float32(128)
    after = polished("a, b", sound, rate, "warm")
    assert after.dtype == np.float32
    assert np.isfinite(after).all()
    assert len(after) >= len(sound)


MARKS = st.sampled_from([(",", 0.45), (";", 0.45), (".", 0.8), ("?", 0.8), ("…”", 0.8)])


@given(st.lists(st.tuples(MARKS, st.floats(0.2, 1.2)), max_size=5))
def test_pauses_are_at_least_calm_ones_and_words_stay_whole(pauses):
    words = [sine(0.3 + 0.1 * number, 200 + 30 * number) for number in range(len(pauses) + 1)]
    text, sound, wanted = "word", [words[0]], [words[0]]
    for ((mark, least), seconds), word in zip(pauses, words[1:], strict=True):
        text += f"{mark} word"
        sound += [silence(seconds), word]
        wanted += [silence(max(seconds, least)), word]
    after = with_pauses(text + ".", np.concatenate(sound), RATE)
    whole = np.concatenate(wanted)
    assert len(after) == pytest.approx(len(whole), abs=0.002 * RATE * len(words))
    assert np.array_equal(after[after != 0], whole[whole != 0])


@pytest.mark.parametrize(
    "text", ["one, two three.", "one two three.", "one, two, three, four.", "3.5 at 10:30."]
)
def test_pauses_that_nobody_can_tell_apart_stay_as_they_are(text):
    sound = np.concatenate([sine(0.4), silence(0.3), sine(0.4), silence(0.3), sine(0.4)])
    assert np.array_equal(with_pauses(text, sound, RATE), sound)


def pauses_of(sound):
    """Seconds of the silences of 0.15 s and more, by the level of 10 ms."""
    quiet = powers(sound)[0].sum(1) < 1e-5 * powers(sound)[0].sum(1).max()
    turns = np.flatnonzero(np.diff(quiet))
    lengths = np.diff(turns)[quiet[turns[:-1] + 1]] / 100
    return lengths[lengths >= 0.15]


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("Is my distance coming from fear, or from preference?", 0.45),
        ("or stay as it is. Nothing here has to be right.", 0.8),
    ],
)
def test_the_embedded_voice_pauses_where_it_is_written(text, least):
    with contextlib.closing(Espeak("en", None)) as voice:
        clip, rate = decoded(text, next(voice.speak([text])))
    before, after = pauses_of(clip), pauses_of(with_pauses(text, clip, rate))
    assert len(before) == len(after) == 1
    assert before < after
    assert after == pytest.approx(least, abs=0.03)


@pytest.mark.parametrize("tone", ["breath", "pad"])
def test_every_line_is_intelligible_over_the_tone(tone):
    """Against the words alone, of a whole session in mono at its own balance."""

    def heard(tone):
        session = open_session(loading.load("one-minute-pause"), Settings(tone=tone))
        session.speak()
        return session.plan(), np.concatenate(list(session.renderer().blocks(65536))).mean(1)

    (plan, alone), (same, mixed) = heard("none"), heard(tone)
    assert same == plan
    for cue in (cue for _, cue in plan.cues() if isinstance(cue.item, Line)):
        assert stoi(alone[cue.start : cue.end], mixed[cue.start : cue.end], 48000) > 0.9


@ALL
def test_a_voice_that_sounds_like_a_person_is_left_alone_but_for_its_pauses(text):
    clip = raw(text)
    light = polished(text, clip, RATE, "light", natural=True)
    assert np.array_equal(light, with_pauses(text, clip, RATE))
    warm = polished(text, clip, RATE, "warm", natural=True)
    assert np.array_equal(warm, polished(text, clip, RATE, "light"))
