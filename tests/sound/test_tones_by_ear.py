"""What an ear makes of the tones: in and out told apart, no seam, one loudness for all styles."""

from functools import cache

import numpy as np
import pytest
from listening import breathing, session_of, whole
from listening import seconds as frames_of

from voice_guide.audio.loudness import integrated
from voice_guide.scripting.model import Rest
from voice_guide.sound import tones

pytestmark = pytest.mark.slow

RATE = 16000
SOUNDING = [style for style in tones.STYLES if style != "none"]


def frames(*seconds):
    return tuple(round(value * RATE) for value in seconds)


def some_paces(count, seed):
    """Paces of any kind, half of their phases held."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        inhale, exhale = rng.uniform(1, 8, 2)
        hold_in, hold_out = rng.uniform(0, 4, 2) * rng.integers(0, 2, 2)
        yield frames(inhale, hold_in, exhale, hold_out)


# --- in and out -------------------------------------------------------------------------------

LEARNT = (frames(4, 0, 6, 0), frames(4, 4, 4, 4), frames(1.5, 0, 2, 0), *some_paces(6, seed=1))
ASKED = (
    frames(5.5, 0, 5.5, 0),
    frames(3, 0, 7, 0),
    frames(4, 7, 8, 0),
    frames(1, 0, 1, 0),
    *some_paces(8, seed=2),
)
LONGEST = frames(30, 0, 30, 0)
EDGES = np.geomspace(300, 3400, 9)  # Hz


def slope(values, weights=None):
    return np.polyfit(np.linspace(-0.5, 0.5, len(values)), values, 1, w=weights)[0]


def features(phase):
    """What a phone's speaker makes of one phase: brightness, tonality, where its brightness and
    its level go, and the level of eight bands; not how long it lasts."""
    size = 1024
    windows = np.lib.stride_tricks.sliding_window_view(phase, size)[:: size // 2]
    power = np.abs(np.fft.rfft(windows * np.hanning(size), axis=1)) ** 2
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    heard = (hertz >= EDGES[0]) & (hertz <= EDGES[-1])
    power, octaves = power[:, heard], np.log2(hertz[heard])
    level, mean = power.sum(axis=1) + 1e-18, power.mean(axis=0)
    tall = mean / mean.max() + 1e-6
    band = np.digitize(hertz[heard], EDGES[1:-1])
    shares = [mean[band == number].sum() / mean.sum() for number in range(8)]
    return [
        np.sum(mean * octaves) / mean.sum(),
        10 * np.log10(np.exp(np.log(tall).mean()) / tall.mean()),
        slope((power * octaves).sum(axis=1) / level, np.sqrt(level)),
        slope(10 * np.log10(level / level.max() + 1e-3)),
        *(10 * np.log10(np.array(shares) + 1e-2)),
    ]


@cache
def heard_phases(style, paces, seeds):
    """Features of the inhale and the exhale of each cycle, (cycles, 2, features)."""
    found = []
    for phases in paces:
        for seed in seeds:
            inhale, hold, exhale, _ = phases
            mono = tones.cycle(style, phases, RATE, seed).mean(axis=1)
            parts = mono[:inhale], mono[inhale + hold : inhale + hold + exhale]
            found.append([features(part) for part in parts])
    return np.array(found)


@pytest.mark.parametrize(
    "known", [slice(0, 12), [0, 1, *range(4, 12)], [2, 3]], ids=["all", "timbre", "directions"]
)
@pytest.mark.parametrize("style", SOUNDING)
def test_in_and_out_are_told_apart_in_every_cycle(style, known):
    """By the nearer mean of what was learnt at other paces and with other noise."""
    learnt = heard_phases(style, LEARNT, (0, 1))[:, :, known]
    asked = heard_phases(style, ASKED, (10, 11))[:, :, known]
    asked = np.concatenate([asked, heard_phases(style, (LONGEST,), (10,))[:, :, known]])
    spread = learnt.std(axis=(0, 1))
    inhale, exhale = (learnt[:, part].mean(axis=0) / spread for part in (0, 1))
    to_inhale = np.linalg.norm(asked / spread - inhale, axis=2)
    to_exhale = np.linalg.norm(asked / spread - exhale, axis=2)
    assert (to_inhale < to_exhale).tolist() == [[True, False]] * len(asked)


# --- the seam ---------------------------------------------------------------------------------


def changes(sound, places, size=1024):
    """How much the spectrum changes across each place, and how sharp a bend lies there: both
    against the level around it."""
    window = np.hanning(size)
    half, quarter = size // 2, size // 4
    fluxes, bends = [], []
    for at in places:
        before, after = (
            np.abs(np.fft.rfft(window * sound[start : start + size]))
            for start in (at - half - quarter, at - quarter)
        )
        both = np.hypot(np.linalg.norm(before), np.linalg.norm(after))
        fluxes.append(np.linalg.norm(before - after) / both)
        bend = np.abs(np.diff(sound[at - 400 : at + 400], 2))
        bends.append(bend[397:401].max() / np.sqrt(np.mean(bend**2)))
    return np.array(fluxes), np.array(bends)


def at_seams_and_elsewhere(style, seed, cut=0):
    """The changes at the seams as percentiles of those elsewhere, (2, seams)."""
    cycles = [tones.cycle(style, phases, RATE, seed) for phases in some_paces(8, seed)]
    cycles = [cycle[: len(cycle) - cut].mean(axis=1) for cycle in cycles]
    sound = np.concatenate(cycles)
    seams = np.cumsum([len(cycle) for cycle in cycles])[:-1]
    places = np.random.default_rng(seed).integers(2000, len(sound) - 2000, 700)
    places = places[np.abs(places[:, None] - seams).min(axis=1) > 1500]
    pairs = zip(changes(sound, seams), changes(sound, places), strict=True)
    return [[100 * np.mean(elsewhere < one) for one in here] for here, elsewhere in pairs]


@pytest.mark.parametrize("style", SOUNDING)
def test_nothing_tells_a_seam_from_the_rest(style):
    """Where cycles of any two paces meet, spectrum and slope change as they do everywhere. The
    noise at all seams is the same, so that each seed tells only once."""
    seeds = range(8) if style in ("breath", "ocean") else range(2)
    for percentiles in zip(*(at_seams_and_elsewhere(style, seed) for seed in seeds), strict=True):
        highest = [max(of_seed) for of_seed in percentiles]
        assert np.median(highest) < 95
        assert np.mean(percentiles) < 85


@pytest.mark.parametrize("style", SOUNDING)
def test_a_seam_would_be_found(style):
    """A third of a millisecond is missing from each cycle."""
    _, bends = at_seams_and_elsewhere(style, 0, cut=5)
    assert np.mean(bends) > 90


# --- loudness ---------------------------------------------------------------------------------


def in_the_mix(style, pace, voice):
    """The loudness of a breath in which nobody speaks."""
    session = session_of([Rest(3, 3)], tone=style, pace=pace, voice=voice)
    second = session.plan().breaths[1]
    return integrated(whole(session)[second.start : second.end], session.settings.sample_rate)


@pytest.mark.parametrize("pace", ["4-6", "5.5-5.5", "3-7", "4-7-8", "4-4-4-4", "1-1"])
def test_all_styles_are_as_loud(pace):
    for voice, expected in (("none", -18), ("espeak", -32)):
        levels = [in_the_mix(style, pace, voice) for style in SOUNDING]
        assert max(levels) - min(levels) < 0.7
        assert np.mean(levels) == pytest.approx(expected, abs=0.5)


def test_the_longest_breath_is_as_loud():
    longest = breathing(2, pace="30-30", tone="ocean", voice="none")
    assert integrated(whole(longest)[frames_of(60) :], 24000) == pytest.approx(-18, abs=0.7)
