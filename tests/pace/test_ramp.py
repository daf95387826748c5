"""A pace that glides: evenly, one way, exactly to its target; all else keeps its place."""

import itertools
from collections import deque
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from placing import cases, check_lines, check_tiling, examples, paces, resting

from voice_guide.errors import PaceError, ScriptError
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import NO_RAMP, Ramp
from voice_guide.plan.length import fit_minutes
from voice_guide.plan.timeline import TAIL_SECONDS, Timeline
from voice_guide.scripting.model import RampTo, Rest, Script, Section, stretch
from voice_guide.scripting.parse import parse

TIMES = st.integers(1, 3_600_000).map(lambda n: Fraction(n, 1000))
RATES = st.sampled_from([44100, 48000, 22050])
HALF_MS = Fraction(1, 2000)


# the glide


@examples(60)
@given(paces(), paces(), TIMES, RATES)
def test_a_ramp_goes_one_way_from_its_start_exactly_to_its_target(start, target, seconds, rate):
    timeline = resting(target, Ramp(start, seconds), rate)
    asked = []
    while timeline.seconds < min(seconds + 60, 900):
        at, pace = timeline.seconds, timeline.next_pace
        breath = next(timeline)
        asked.append(pace)
        assert at < seconds or pace == target, "from its end on"
        for frames, phase in zip(breath.phases, pace.phases, strict=True):
            assert abs(frames - phase * rate) <= 1
    assert asked[0] == start
    for way in zip(*(pace.phases for pace in (*asked, target)), strict=True):
        assert list(way) in (sorted(way), sorted(way, reverse=True))


@examples(60)
@given(paces(), paces(), TIMES)
def test_breaths_a_minute_change_evenly_with_time(start, target, seconds):
    timeline = resting(target, Ramp(start, seconds))
    first, last = 60 / start.cycle, 60 / target.cycle
    while (at := timeline.seconds) < min(seconds, 600):
        cycle = timeline.next_pace.cycle
        even = 60 / (first + (last - first) * (Fraction(at) / seconds))
        assert abs(cycle - even) <= 4 * HALF_MS + Fraction(1, 10**6), "each phase is rounded once"
        next(timeline)


@examples(50)
@given(paces(), paces(), TIMES)
def test_every_phase_goes_the_same_part_of_its_way(start, target, seconds):
    half = Ramp(start, seconds).toward(target, seconds / 2)
    assume(start.cycle != target.cycle)
    share = (half.cycle - start.cycle) / (target.cycle - start.cycle)
    for before, now, after in zip(start.phases, half.phases, target.phases, strict=True):
        way = abs(after - before) / abs(target.cycle - start.cycle)
        assert abs(before + (after - before) * share - now) <= HALF_MS + way * 4 * HALF_MS


@examples(20)
@given(paces(), paces(), TIMES, RATES)
def test_positions_are_exact_and_an_hour_with_a_ramp_does_not_drift(start, target, seconds, rate):
    timeline, exact = resting(target, Ramp(start, seconds), rate), Fraction(0)
    while exact < 3600:
        pace = timeline.next_pace
        turns = [exact + sum(pace.phases[:n]) for n in range(5)]
        breath = next(timeline)
        ends = itertools.accumulate(breath.phases, initial=breath.start)
        assert list(ends) == [round(turn * rate) for turn in turns]
        exact = turns[-1]


@examples(20)
@given(paces(), paces(), TIMES)
def test_the_sample_rate_does_not_change_a_ramp(start, target, seconds):
    one, two = (resting(target, Ramp(start, seconds), rate) for rate in (22050, 48000))
    for _ in range(50):
        assert one.next_pace == two.next_pace
        assert abs(next(one).end / 22050 - next(two).end / 48000) < 1 / 22050


@examples(50)
@given(cases(), paces(), TIMES)
def test_the_words_keep_their_places_on_a_ramp(case, start, seconds):
    breaths = list(replace_ramp(case, Ramp(start, seconds)))
    check_lines(case, breaths)
    check_tiling(breaths)


def replace_ramp(case, ramp, script=None):
    return Timeline(script or case.script, case.pace, case.rate, case.clip, ramp=ramp)


@examples(50)
@given(cases(), paces(), TIMES, st.floats(0, 1))
def test_a_requested_length_is_met_on_a_ramp(case, start, seconds, share):
    def timeline(script):
        return replace_ramp(case, Ramp(start, seconds), script)

    def last(script):
        return deque(timeline(script), maxlen=1).pop()

    widest = [Rest(i.high, i.high) if isinstance(i, Rest) else i for i in case.script.items()]
    longest = last(Script("Any", (Section("s", tuple(widest)),))).end
    shortest = last(case.script).end
    wanted = shortest + share * (longest - shortest)
    placed = timeline(fit_minutes(case.script, wanted / case.rate + TAIL_SECONDS, timeline))
    fitted = deque(placed, maxlen=1).pop()
    half = max(fitted.frames, placed.next_pace.cycle * case.rate) / 2
    assert abs(fitted.end - wanted) <= half + 1, "of the last breath, or of the one left out"


def test_a_line_that_a_ramp_moves_by_two_breaths_does_not_spoil_the_length():
    text = "[1-5 breaths]\n\n[4 breaths]\n\nA.\n\n[bell]\n[9.05 seconds]\n[4-5 breaths]"
    script = parse(text + "\n\nhold: B.\n\nhold: C.", "mine.md")
    ramp = Ramp(Pace.parse("1.1-5.6"), Fraction(20841, 125))

    def timeline(script):
        return Timeline(script, Pace.parse("1-1"), 22050, lambda line: 2, ramp=ramp)

    ends = [deque(timeline(stretch(script, more)), maxlen=1).pop().end for more in range(6)]
    for wanted in range(ends[0], ends[-1], 20000):
        placed = timeline(fit_minutes(script, wanted / 22050 + TAIL_SECONDS, timeline))
        *_, breath = placed
        assert abs(breath.end - wanted) <= breath.frames / 2 + 1000, wanted


# what is asked for


@pytest.mark.parametrize(
    ("written", "start", "seconds"),
    [
        ("3-4:5m", "3-4", 300),
        ("4-5:90s", "4-5", 90),
        ("box:2.5m", "4-4-4-4", 150),
        (" 4-7-8:0.5M ", "4-7-8", 30),
        ("3-4:120m", "3-4", 7200),
        ("3–4: 5 m", "3-4", 300),
        ("3 – 4,5:2,5m", "3-4.5", 150),
    ],
)
def test_a_ramp_is_a_pace_and_a_time(written, start, seconds):
    ramp = Ramp.parse(written)
    assert ramp == Ramp(Pace.parse(start), Fraction(seconds))
    assert Ramp.parse(str(ramp)) == ramp


def test_none_is_the_pace_at_once():
    assert Ramp.parse("none") == NO_RAMP
    assert str(NO_RAMP) == "none"
    assert NO_RAMP.toward(Pace.parse("5-7"), Fraction(0)) == Pace.parse("5-7")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        *[(w, "is not a ramp") for w in ("", "3-4", "3-4:", "3-4:5", "3-4:5h", "3-4:-5m", ":")],
        *[(w, "is not a ramp") for w in ("5m:3-4", "3-4:1e3s", "3-4:nanm")],
        *[(w, "is out of range") for w in ("3-4:0s", "3-4:121m", "3-4:999999s", "0-4:5m")],
        *[(w, "is not a pace") for w in (":5m", "4:5m", "bxo:5m")],
    ],
)
def test_what_is_no_ramp_is_refused_with_what_one_looks_like(wrong, says):
    with pytest.raises(PaceError, match=says) as error:
        Ramp.parse(wrong)
    assert "3-4:5m" in str(error.value) or "4-6" in str(error.value)


def test_a_script_says_its_ramp_in_its_head():
    script = parse("---\nramp: 3-4:5m\n---\nHello.", "mine.md")
    assert script.ramp == Ramp.parse("3-4:5m")
    with pytest.raises(ScriptError, match=r"mine\.md:2:7: '3-4' is not a ramp"):
        parse("---\nramp: 3-4\n---\nHello.", "mine.md")


@pytest.mark.parametrize(
    ("written", "seconds"), [("2 minutes", 120), ("90 seconds", 90), ("1.5 minute", 90)]
)
def test_a_direction_changes_the_pace_from_there_on(written, seconds):
    script = parse(f"Hi.\n\n[1 breath]\n[Ramp to 4-8  over {written}]\n[40 breaths]", "mine.md")
    assert RampTo(Pace.parse("4-8"), Fraction(seconds)) in list(script.items())
    timeline = Timeline(script, Pace.parse("4-4"), 100, lambda line: 100)
    paced = [(breath.start / 100, sum(breath.phases) / 100) for breath in timeline]
    assert [cycle for at, cycle in paced if at <= 16] == [8, 8, 8]
    assert all(8 < cycle < 12 for at, cycle in paced if 16 < at < 16 + seconds)
    assert {cycle for at, cycle in paced if at >= 16 + seconds} == {12}
