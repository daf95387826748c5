"""How far a sound reaches is never less than what is found in it, from whichever frame on."""

import math
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import RATE
from reaching import assert_reaches, assert_reaches_within, highest_mean
from sounds import noise, sine

from voice_guide.sound.bounds import CONTEXT, LENGTHS, THUMP
from voice_guide.sound.cells import cell_frames
from voice_guide.sound.course import Course, Gauge, LongGauge
from voice_guide.sound.proof import NEAR, alike
from voice_guide.sound.tones import STYLES, cycle, kind

CELL = cell_frames(RATE)
KINDS = {
    "noise": noise(-18, 1, RATE),
    "a low hum": sine(-15, 1, 15, RATE),
    "a tone": sine(-15, 1, 200, RATE),
    "a wave as long as the context": sine(-15, 1, RATE / (CONTEXT * CELL), RATE),
    "a drift": np.linspace(-0.1, 0.2, RATE),
    "bursts": noise(-6, 1, RATE) * (np.arange(RATE) % 9000 < 700),
    "a click": 0.5 * (np.arange(RATE) == 9999),
    "silence": np.zeros(RATE),
    "a square wave": 0.1 * np.sign(sine(0, 1, RATE / (CELL / 4), RATE, 1)),
}
SOUNDS = st.builds(
    lambda left, right, frames, turn: np.column_stack(
        [np.roll(KINDS[left], turn)[:frames], np.roll(KINDS[right], -turn)[:frames]]
    ).astype(np.float32),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(sorted(KINDS)),
    st.integers(CONTEXT * CELL, RATE),
    st.integers(0, RATE),
)


@settings(max_examples=60, deadline=None)
@given(first=SOUNDS, second=SOUNDS, third=SOUNDS, at=st.integers(0, RATE))
def test_a_sound_reaches_no_further_alone_after_another_or_while_its_gain_moves(
    first, second, third, at
):
    gauge = Gauge(CELL)
    one, two, three = map(gauge.course, (first, second, third))
    assert_reaches(one.reach(CELL), first, CELL)
    together, all_of_it = (
        one.then(two).then(three).reach(CELL),
        np.concatenate([first, second, third]),
    )
    assert_reaches(together, all_of_it, CELL)
    moving = 0.5 + 0.5 * np.cos(
        np.pi * np.clip((np.arange(len(all_of_it)) - at) / (0.6 * RATE), 0, 1)
    )
    assert_reaches(together, all_of_it * moving[:, None], CELL)


def test_where_sounds_meet_it_is_what_both_have_there():
    half_a_thump = np.zeros((RATE, 2), np.float32)
    half_a_thump[-THUMP // 2 * CELL :] = 0.1
    ending, beginning = map(Gauge(CELL).course, (half_a_thump, half_a_thump[::-1]))
    both = np.concatenate([half_a_thump, half_a_thump[::-1]])
    assert_reaches(ending.then(beginning).reach(CELL), both, CELL)
    assert beginning.then(ending).begins == beginning.begins
    assert beginning.then(ending).ends == ending.ends


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(SOUNDS, min_size=1, max_size=4),
    blocks=st.lists(st.integers(1, 20_000), min_size=1, max_size=5),
    skipped=st.integers(0, CONTEXT * CELL // 2),
    at=st.integers(0, RATE),
)
def test_nor_does_one_that_lasts_whichever_frame_it_is_heard_from(parts, blocks, skipped, at):
    sound, gauge, read = np.concatenate(parts), LongGauge(CELL), 0
    while read < len(sound):
        for frames in blocks:
            gauge.add(sound[read : read + frames])
            read += frames
    heard = sound[skipped : len(sound) - CELL // 2]  # what is no half of a cell isn't measured yet
    down = 0.5 + 0.5 * np.cos(np.pi * np.clip((np.arange(len(heard)) - at) / (0.6 * RATE), 0, 1))
    for gain in (1.0, down[:, None], 1 - down[:, None]):
        assert_reaches_within(gauge.reach(), heard * gain, CELL)


def test_a_wave_whose_mean_is_nothing_has_one_while_its_gain_moves():
    times, period = np.arange(9 * RATE) / RATE, CONTEXT * CELL
    wave = sine(-15, 9, RATE / period, RATE) * np.minimum(times / 6, 1)  # it comes slowly
    sound = np.repeat(wave[:, None], 2, axis=1).astype(np.float32)
    gauge = LongGauge(CELL)
    gauge.add(sound)
    for at in range(7 * RATE, 7 * RATE + period, period // 8):
        down = 0.5 + 0.5 * np.cos(np.pi * np.clip((times - at / RATE) / 0.6, 0, 1))
        assert_reaches_within(gauge.reach(), sound * down[:, None], CELL)


def test_of_a_sound_that_lasts_it_is_not_much_more():
    sound, gauge = np.column_stack([noise(-18, 20, RATE, seed) for seed in (1, 2)]), LongGauge(CELL)
    gauge.add(sound.astype(np.float32))
    reach, power = gauge.reach(), (sound**2).mean(axis=1, keepdims=True)
    assert reach.peak == pytest.approx(np.abs(sound).max())
    for cells, level in zip(LENGTHS, reach.levels, strict=True):
        assert level < 1.2 * math.sqrt(highest_mean(power, cells * CELL))
    assert reach.swing < reach.peak / 14
    assert reach.offset < reach.peak / 28


@pytest.mark.parametrize("style", sorted(set(STYLES) - {"none"}))
def test_of_a_tone_it_is_not_much_more(style):
    sound = cycle(style, (4 * RATE, 0, 6 * RATE, 0), RATE)
    reach, power = Gauge(CELL).course(sound).reach(CELL), (sound**2).mean(axis=1, keepdims=True)
    assert reach.peak == np.abs(sound).max()
    for cells, level in zip(LENGTHS, reach.levels, strict=True):
        assert level < 1.2 * math.sqrt(highest_mean(power, cells * CELL))
    assert reach.offset < reach.swing < reach.peak / 8


PHASE, HOLD = st.floats(1, 17), st.sampled_from([0.0, 0.0, 0.5, 3.0])
NEARLY = st.floats(-NEAR, NEAR).map(lambda octaves: 2**octaves)


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=30, deadline=None)
@given(
    seconds=st.tuples(PHASE, HOLD, PHASE, HOLD),
    breaths=st.lists(st.tuples(NEARLY, NEARLY, NEARLY, NEARLY), min_size=2, max_size=3),
    sigh=st.sampled_from([0, 0.3]),
    rate=st.sampled_from([8000, RATE, 48000]),
    seed=st.integers(0, 9),
)
def test_breaths_that_are_nearly_alike_reach_about_as_far_as_one_another(
    style, seconds, breaths, sigh, rate, seed
):
    cell, near = cell_frames(rate), []
    for breath in [(1, 1, 1, 1), *breaths]:
        phases = tuple(round(a * b * rate) for a, b in zip(seconds, breath, strict=True))
        which = style, phases, rate, seed, round(sigh * phases[0])
        if not near:
            one = kind(*which)
        if one.away(kind(*which)) <= NEAR:
            near.append(Gauge(cell).course(cycle(*which)))
    first, further = near[0], alike(one)
    as_one = reduce(Course.then, [first] * len(near)).reach(cell)
    assert reduce(Course.then, near).reach(cell).is_within(as_one.by(further))
    for course in near:
        assert course.reach(cell).is_within(first.reach(cell).by(further))
        assert first.reach(cell).is_within(course.reach(cell).by(further))


@pytest.mark.parametrize(
    ("style", "seed", "one", "other"),
    [
        ("breath", 5, (30838, 16887), (33600, 18400)),
        ("ocean", 7, (45600, 18400), (41852, 20048)),
        ("pad", 0, (31200, 30400), (29890, 31732)),
        ("chord", 4, (19824, 53171), (21600, 48800)),
        ("bowl", 4, (20920, 37600), (19200, 37600)),
    ],
)
def test_so_do_those_that_were_found_to_differ_most(style, seed, one, other):
    which, beside = ((style, (a, 0, b, 0), 8000, seed) for a, b in (one, other))
    assert kind(*which).away(kind(*beside)) <= NEAR
    cell = cell_frames(8000)
    reach, less = (Gauge(cell).course(cycle(*each)).reach(cell) for each in (which, beside))
    assert reach.is_within(less.by(alike(kind(*beside))))


def test_how_far_breaths_are_from_one_another_is_what_a_phase_differs_most_in_octaves():
    def pad(*phases):
        return kind("pad", phases, RATE)

    one = pad(4 * RATE, 0, 6 * RATE, 0)
    assert one.away(one) == 0
    assert one.away(pad(4 * RATE + 1, 0, 6 * RATE - 1, 0)) < 0.001
    assert one.away(pad(8 * RATE, 0, 9 * RATE, 0)) == 1
    assert pad(8 * RATE, 0, 9 * RATE, 0).away(one) == 1
    assert one.away(pad(4 * RATE, 0, 6 * RATE, 2 * RATE)) > 1


@pytest.mark.parametrize(
    "which",
    [
        ("bowl", (4, 0, 6, 0), RATE),
        ("pad", (4, 0, 6, 0), 2 * RATE),
        ("pad", (4, 0, 6, 0), RATE, 1),
        ("pad", (4, 0, 6, 0), RATE, 0, RATE // 3),
        ("pad", (1, 0, 6, 0), RATE),
    ],
    ids=["of another style", "rate", "seed", "a sigh", "at no usual pace"],
)
def test_and_far_away_if_that_is_not_all(which):
    style, seconds, rate, *rest = which
    phases = tuple(each * rate for each in seconds)
    one = kind("pad", (4 * RATE, 0, 6 * RATE, 0), RATE)
    assert one.away(kind(style, phases, rate, *rest)) > 2 * NEAR


@pytest.mark.parametrize(
    ("seconds", "usual"),
    [((4, 0, 6, 0), True), ((2, 0, 16, 2), True), ((1.9, 0, 4, 0), False), ((4, 17, 4, 0), False)],
)
def test_a_pace_is_usual_whose_phases_are_neither_very_short_nor_long(seconds, usual):
    assert kind("pad", tuple(round(each * RATE) for each in seconds), RATE).usual == usual


@pytest.mark.parametrize("fault", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize("at", [0, 10_000, -1])
def test_what_is_no_sound_reaches_further_than_anything(fault, at):
    sound = np.zeros((RATE, 2), np.float32)
    course = Gauge(CELL).course(sound)
    sound[at, 1] = fault
    broken = Gauge(CELL).course(sound)
    for reached in (broken, course.then(broken), broken.then(course)):
        reach = reached.reach(CELL)
        assert {reach.peak, reach.swing, reach.offset, *reach.levels} == {math.inf}
