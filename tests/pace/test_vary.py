"""Breaths that differ as living breath does, around a pace that stays."""

import itertools
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placing import cases, check_lines, check_tiling, examples, paces

from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import NO_RAMP, Ramp, Variation
from voice_guide.plan.timeline import Timeline
from voice_guide.scripting.loading import load
from voice_guide.session import open_session
from voice_guide.settings import Settings

PERCENT = st.integers(1, 200).map(lambda n: n / 10)
SEEDS = st.integers(0, 1000)


def lengths(pace, percent, seed=0, count=800, ramp=NO_RAMP):
    timeline = Timeline(
        None, pace, 48000, lambda line: 0, ramp=ramp, variation=Variation(percent, seed)
    )
    return [breath.frames / 48000 for breath in itertools.islice(timeline, count)]


@examples(40)
@given(paces(), PERCENT, SEEDS)
def test_no_breath_differs_by_more_and_all_together_are_on_the_pace(pace, percent, seed):
    timeline = Timeline(None, pace, 48000, lambda line: 0, variation=Variation(percent, seed))
    for number, breath in enumerate(itertools.islice(timeline, 200)):
        astray = breath.frames / 48000 / float(pace.cycle) - 1
        assert abs(astray) <= percent / 100 + 1e-4
        for frames, phase in zip(breath.phases, pace.phases, strict=True):
            assert abs(frames - phase / pace.cycle * breath.frames) <= 2, "in their ratio"
        if number % 8 == 7:
            assert breath.end == round((number + 1) * pace.cycle * 48000), "nothing drifts"


def test_the_lengths_spread_evenly_and_one_says_nothing_of_the_next():
    heard = lengths(Pace.parse("4-6"), 5, count=1600)
    assert statistics.mean(heard) == pytest.approx(10, abs=1e-6)
    assert min(heard) == pytest.approx(9.5, abs=1e-4)
    assert max(heard) == pytest.approx(10.5, abs=1e-4)
    assert 0.03 < statistics.stdev(heard) / 10 < 0.035
    assert abs(statistics.correlation(heard[1:], heard[:-1])) < 0.2


@examples(20)
@given(PERCENT, SEEDS)
def test_a_seed_gives_the_same_session_and_another_another(percent, seed):
    pace = Pace.parse("4-6")
    assert lengths(pace, percent, seed, 40) == lengths(pace, percent, seed, 40)
    assert lengths(pace, percent, seed, 40) != lengths(pace, percent, seed + 1, 40)


@examples(40)
@given(cases(), PERCENT, SEEDS)
def test_the_words_keep_their_places(case, percent, seed):
    timeline = Timeline(
        *(case.script, case.pace, case.rate, case.clip), variation=Variation(percent, seed)
    )
    breaths = list(timeline)
    check_lines(case, breaths)
    check_tiling(breaths)


def test_a_ramp_that_varies_ends_on_its_target():
    heard = lengths(Pace.parse("4-6"), 5, count=80, ramp=Ramp.parse("3-4:3m"))
    assert statistics.mean(heard[-40:]) == pytest.approx(10, abs=1e-4)
    assert heard[0] == pytest.approx(7, rel=0.05)


@pytest.mark.parametrize("minutes", [11, 20])
def test_a_length_is_met_when_breaths_vary(minutes):
    settings = Settings(vary=10, seed=3, minutes=minutes, voice="none", tone="none")
    session = open_session(load("stay-present"), settings)
    session.speak()
    plan = session.plan()
    assert abs(plan.seconds - minutes * 60) <= 1.1 * plan.pace.cycle / 2
    assert len({breath.frames for breath in plan.breaths}) > 7


@pytest.mark.parametrize("wrong", ["21%", "-1", "five", "5%%", "nan%"])
def test_what_is_no_variation_is_refused(guide, wrong):
    code, _, message = guide("show", "arrival", "--vary", wrong)
    assert code == 2
    assert "--vary" in message


def test_the_end_of_the_range_may_be_passed():
    timeline = Timeline(
        None, Pace.parse("1-30"), 1000, lambda line: 0, variation=Variation(20.0, 0)
    )
    assert len({breath.inhale for breath in itertools.islice(timeline, 8)}) == 8
    assert Variation(0, 5).factor(3) == Fraction(1)
