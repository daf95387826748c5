"""How far a sound reaches is never less than what is found in it, from whichever frame on."""

import math
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import RATE
from sounds import noise, sine

from voice_guide.sound.bounds import CONTEXT, LENGTHS, THUMP
from voice_guide.sound.cells import cell_frames
from voice_guide.sound.course import Course, Gauge
from voice_guide.sound.proof import ALIKE
from voice_guide.sound.tones import STYLES, cycle, kind

CELL = cell_frames(RATE)
KINDS = {
    "noise": noise(-18, 1, RATE),
    "a low hum": sine(-15, 1, 15, RATE),
    "a tone": sine(-15, 1, 200, RATE),
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


def highest_mean(values, frames):
    """Of so many values together, with silence around, in any channel."""
    around = np.zeros((frames, values.shape[1]))
    sums = np.concatenate([around, values, around]).cumsum(axis=0, dtype=np.float64)
    return np.abs(sums[frames:] - sums[:-frames]).max() / frames


def assert_reaches(reach, sound):
    assert reach.peak >= np.abs(sound).max()
    power = (sound.astype(np.float64) ** 2).mean(axis=1, keepdims=True)
    for cells, level in zip(LENGTHS, reach.levels, strict=True):
        assert level >= 0.9999 * math.sqrt(highest_mean(power, cells * CELL))
    assert reach.swing >= 0.9999 * highest_mean(sound, THUMP * CELL)
    assert reach.offset >= 0.9999 * highest_mean(sound, CONTEXT * CELL)


@settings(max_examples=60, deadline=None)
@given(first=SOUNDS, second=SOUNDS, third=SOUNDS, at=st.integers(0, RATE))
def test_a_sound_reaches_no_further_alone_after_another_or_while_its_gain_moves(
    first, second, third, at
):
    gauge = Gauge(CELL)
    one, two, three = map(gauge.course, (first, second, third))
    assert_reaches(one.reach(CELL), first)
    together, all_of_it = (
        one.then(two).then(three).reach(CELL),
        np.concatenate([first, second, third]),
    )
    assert_reaches(together, all_of_it)
    moving = 0.5 + 0.5 * np.cos(
        np.pi * np.clip((np.arange(len(all_of_it)) - at) / (0.6 * RATE), 0, 1)
    )
    assert_reaches(together, all_of_it * moving[:, None])


def test_where_sounds_meet_it_is_what_both_have_there():
    half_a_thump = np.zeros((RATE, 2), np.float32)
    half_a_thump[-THUMP // 2 * CELL :] = 0.1
    ending, beginning = map(Gauge(CELL).course, (half_a_thump, half_a_thump[::-1]))
    both = np.concatenate([half_a_thump, half_a_thump[::-1]])
    assert_reaches(ending.then(beginning).reach(CELL), both)
    assert beginning.then(ending).begins == beginning.begins
    assert beginning.then(ending).ends == ending.ends


@pytest.mark.parametrize("style", sorted(set(STYLES) - {"none"}))
def test_of_a_tone_it_is_not_much_more(style):
    sound = cycle(style, (4 * RATE, 0, 6 * RATE, 0), RATE)
    reach, power = Gauge(CELL).course(sound).reach(CELL), (sound**2).mean(axis=1, keepdims=True)
    assert reach.peak == np.abs(sound).max()
    for cells, level in zip(LENGTHS, reach.levels, strict=True):
        assert level < 1.2 * math.sqrt(highest_mean(power, cells * CELL))
    assert reach.offset < reach.swing < reach.peak / 8


PHASE, HOLD = st.floats(1, 12), st.sampled_from([0.0, 0.0, 0.5, 3.0])
NEARLY = st.floats(0.95, 1.05)


@settings(max_examples=60, deadline=None)
@given(
    style=st.sampled_from(sorted(set(STYLES) - {"none"})),
    seconds=st.tuples(PHASE, HOLD, PHASE, HOLD),
    breaths=st.lists(st.tuples(NEARLY, NEARLY, NEARLY, NEARLY), min_size=2, max_size=3),
    sigh=st.sampled_from([0, 0.3]),
    rate=st.sampled_from([8000, RATE, 48000]),
    seed=st.integers(0, 9),
)
def test_breaths_of_one_kind_reach_about_as_far_as_one_another(
    style, seconds, breaths, sigh, rate, seed
):
    cell, courses = cell_frames(rate), []
    for breath in [(1, 1, 1, 1), *breaths]:
        phases = tuple(round(a * b * rate) for a, b in zip(seconds, breath, strict=True))
        which = style, phases, rate, seed, round(sigh * phases[0])
        if not courses:
            one = kind(*which)
        if kind(*which) == one:
            courses.append(Gauge(cell).course(cycle(*which)))
    first = courses[0]
    as_one = reduce(Course.then, [first] * len(courses)).reach(cell)
    assert reduce(Course.then, courses).reach(cell).is_within(as_one.times(ALIKE))
    for course in courses:
        assert course.reach(cell).is_within(first.reach(cell).times(ALIKE))


def test_breaths_that_differ_by_more_than_a_little_in_pace_are_of_other_kinds():
    phases = RATE, 0, RATE, 0
    one = kind("pad", phases, RATE)
    assert kind("pad", (RATE + 1, 0, RATE - 1, 0), RATE) == one
    others = [
        kind("bowl", phases, RATE),
        kind("pad", (RATE, 0, 2 * RATE, 0), RATE),
        kind("pad", (RATE, 0, RATE, RATE), RATE),
        kind("pad", phases, 2 * RATE),
        kind("pad", phases, RATE, seed=1),
        kind("pad", phases, RATE, top_up=RATE // 3),
    ]
    assert len({one, *others}) == 7


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
