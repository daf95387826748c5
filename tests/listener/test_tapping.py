"""Taps become the breath that was meant, though they come early, late, twice or not at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_guide.errors import MeasureError
from voice_guide.listener.measured import Measured
from voice_guide.listener.tapping import measured, turns
from voice_guide.pace.pace import Pace

PACES = [4, 5.5, 7, 9, 12, 15, 18, 20]
"""Breaths a minute."""


def meant(inhale, exhale, breaths):
    """When each turn of the breath begins, up to the end of the last breath."""
    return [k // 2 * (inhale + exhale) + k % 2 * inhale for k in range(2 * breaths + 1)]


def tapped(per_minute, breaths, jitter, fault, seed):
    """A person's taps: each a little off, some missing, some twice; and their inhale."""
    rng = np.random.default_rng([seed, round(per_minute * 10)])
    cycle = 60 / per_minute
    inhale = max(cycle * rng.uniform(0.33, 0.5), 1.0)
    slack = jitter * min(inhale, cycle - inhale)
    taps = []
    for number, time in enumerate(meant(inhale, cycle - inhale, breaths)):
        if 0 < number < 2 * breaths and rng.random() < fault:
            continue
        taps.append(time + slack * rng.standard_normal())
        if rng.random() < fault:
            taps.append(taps[-1] + rng.uniform(0.08, 0.4))
    return taps, inhale


@pytest.mark.parametrize("per_minute", PACES)
@pytest.mark.parametrize(("jitter", "fault"), [(0.05, 0.08), (0.1, 0.06), (0.1, 0)])
def test_the_error_of_the_pace_is_under_2_percent(per_minute, jitter, fault):
    for seed in range(6):
        taps, inhale = tapped(per_minute, 8, jitter, fault, seed)
        found = measured(taps)
        assert found.cycle == pytest.approx(60 / per_minute, rel=0.02)
        assert found.inhale == pytest.approx(inhale, rel=0.2)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), inhale=st.floats(1, 6), ratio=st.floats(0.8, 2.2))
def test_exact_taps_give_the_exact_breath_even_with_one_missing_and_one_twice(data, inhale, ratio):
    times = meant(inhale, inhale * ratio, breaths=6)
    twice = data.draw(st.integers(0, len(times) - 1))
    missing = data.draw(st.integers(1, len(times) - 2))
    again = [times[twice] + 0.2] if twice != missing else []
    taps = sorted([*times[:missing], *times[missing + 1 :], *again])
    found = measured(taps)
    assert found.cycle == pytest.approx(inhale * (1 + ratio), rel=1e-6)
    assert found.inhale == pytest.approx(inhale, rel=1e-6)
    assert found.spread == pytest.approx(0, abs=1e-6)
    assert found.breaths == 6


def test_turns_are_counted_live_with_those_that_were_missed():
    times = meant(2, 3, breaths=5)
    assert [turns(times[:count]) for count in range(1, 12)] == list(range(1, 12))
    assert turns([*times[:5], times[4] + 0.1]) == 5
    assert turns(times[:5] + times[6:]) == 11


def test_the_spread_is_that_of_single_breaths():
    rng = np.random.default_rng(1)
    lengths = 8 + 0.5 * rng.standard_normal(60)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    taps = sorted([*starts, *(starts[:-1] + 3.2)])
    assert measured(taps).spread == pytest.approx(0.5, rel=0.25)


@pytest.mark.parametrize("count", range(7))
def test_too_few_taps_are_told(count):
    with pytest.raises(MeasureError, match="too few"):
        measured(meant(2, 3, breaths=5)[: min(count, 6)])


# What is made of a measured breath


@given(inhale=st.floats(1.1, 20), exhale=st.floats(1.1, 20))
def test_a_pace_is_rounded_to_what_can_be_written_and_hardly_changed(inhale, exhale):
    pace = Measured(inhale + exhale, 0.1, 8, inhale).pace(Pace.parse("4-6"))
    assert Pace.parse(str(pace)) == pace
    assert float(pace.cycle) == pytest.approx(inhale + exhale, abs=0.026)
    assert float(pace.inhale) == pytest.approx(inhale, abs=0.026)


def test_where_the_turn_is_not_known_it_is_where_the_target_has_it():
    assert str(Measured(10, 0, 8).pace(Pace.parse("5-5"))) == "5-5"
    assert str(Measured(5, 0, 8).pace(Pace.parse("4-6"))) == "2-3"


@pytest.mark.parametrize("cycle", [1.5, 65])
def test_nobody_is_led_at_an_impossible_pace(cycle):
    with pytest.raises(MeasureError, match="1 to 30 s"):
        Measured(cycle, 0, 8).pace(Pace.parse("4-6"))
