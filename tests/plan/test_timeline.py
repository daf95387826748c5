"""Words on breaths: whatever is written, at whatever pace, lands where DESIGN says it does."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placing import (
    ANCHORS,
    GAP,
    LEAD_IN,
    LINES,
    PAUSES,
    RATES,
    RESTS,
    Case,
    anchor_frame,
    cases,
    check_lines,
    check_tiling,
    cues,
    examples,
    line_cues,
    paces,
)

from voice_guide.pace.pace import Pace
from voice_guide.plan.breath import Breath
from voice_guide.plan.timeline import Timeline
from voice_guide.scripting.model import BELL_SECONDS, Bell, Line, Rest, Script, Section, TimedRest
from voice_guide.units import seconds_to_frames


@examples(120)
@given(cases())
def test_every_line_is_said_once_whole_in_order_on_its_anchor_and_alone(case):
    check_lines(case, list(case.timeline()))


@examples(120)
@given(cases())
def test_breaths_follow_each_other_without_a_gap_and_last_until_everything_has_ended(case):
    breaths = list(case.timeline())
    check_tiling(breaths)
    assert all(cue.end <= breaths[-1].end for cue in cues(breaths))


@examples(120)
@given(cases())
def test_bells_and_lines_keep_the_order_in_which_they_are_written(case):
    breaths = list(case.timeline())
    sounding = [i for i in case.script.items() if isinstance(i, Line | Bell)]
    assert [cue.item for cue in cues(breaths)] == sounding
    starts = [cue.start for cue in cues(breaths)]
    assert starts == sorted(starts)
    written = [
        n for n, s in enumerate(case.script.sections) for i in s.items if isinstance(i, Line | Bell)
    ]
    assert [cue.section for cue in cues(breaths)] == written


def between_cues(case, breaths):
    """Yield what is written before each cue, and before the end, with what it lies between.

    (items, the cues before them, the cue or None at the end, the breath that it starts in)
    """
    placed = iter([(cue, breath) for breath in breaths for cue in breath.cues])
    waiting, before = [], []
    for item in case.script.items():
        if isinstance(item, Line | Bell):
            cue, breath = next(placed)
            yield waiting, tuple(before), cue, breath
            waiting = []
            before.append(cue)
        else:
            waiting.append(item)
    end = Breath(
        number=len(breaths), start=breaths[-1].end, inhale=0, hold_in=0, exhale=0, hold_out=0
    )
    yield waiting, tuple(before), None, end


@examples(120)
@given(cases(LINES | RESTS | st.just(Bell())))
def test_a_rest_holds_the_whole_breaths_that_it_promises_and_no_more(case):
    breaths = list(case.timeline())
    for rests, before, _, breath in between_cues(case, breaths):
        ended = max((cue.end for cue in before), default=0)
        promised = sum(rest.low for rest in rests)
        if promised:
            silent = [b for b in breaths[: breath.number] if b.start >= ended - 1]
            # Where sound ends as a breath starts, rounding decides whether that one counts.
            touching = sum(abs(b.start - ended) <= 1 for b in silent) if ended else 0
            assert promised <= len(silent) <= promised + touching


@examples(120)
@given(cases())
def test_measured_seconds_are_never_cut_short(case):
    for waiting, before, cue, breath in between_cues(case, list(case.timeline())):
        ended = before[-1].end if before else 0
        pauses = [item for item in waiting if isinstance(item, TimedRest)]
        if pauses:
            frames = sum(Fraction(str(pause.seconds)) for pause in pauses) * case.rate
            start = cue.start if cue else breath.start
            assert start - ended >= frames - len(pauses) - 1  # each is rounded


@st.composite
def measured(draw):
    """A line, measured seconds, a bell, and something that follows."""
    rate = draw(RATES)
    items = [Line("line", draw(ANCHORS)), draw(PAUSES), Bell(), *draw(st.lists(RESTS | PAUSES))]
    script = Script("Measured", (Section("s", tuple(items)),))
    return Case(script, draw(paces()), rate, {"line": draw(st.integers(1, 20 * rate))})


@examples(120)
@given(measured())
def test_a_bell_after_measured_seconds_rings_exactly_at_their_end(case):
    line, bell = cues(case.timeline())
    pause = next(item for item in case.script.items() if isinstance(item, TimedRest))
    assert abs(bell.start - line.end - seconds_to_frames(pause.seconds, case.rate)) <= 1
    assert bell.end - bell.start == BELL_SECONDS * case.rate


@examples(120)
@given(cases(LINES | PAUSES | st.just(Bell())))
def test_a_bell_that_follows_no_measured_seconds_rings_with_a_breath(case):
    for waiting, _, cue, breath in between_cues(case, list(case.timeline())):
        if cue and isinstance(cue.item, Bell) and not waiting:
            assert cue.start == breath.start


@examples(120)
@given(cases(LINES))
def test_no_line_waits_longer_than_the_one_before_makes_it(case):
    breaths = list(case.timeline())
    free = LEAD_IN * case.rate
    for cue in line_cues(breaths):
        missed = [anchor_frame(b, cue.item.anchor) for b in breaths]
        # Two frames of grace, for what rounding may cost.
        assert not [frame for frame in missed if free + 2 <= frame < cue.start]
        free = cue.end + GAP * case.rate
    assert breaths[-1].start < line_cues(breaths)[-1].end


@examples(120)
@given(paces(), RATES, st.integers(-3, 3))
def test_a_line_follows_in_the_same_breath_exactly_when_the_gap_is_left(pace, rate, frames):
    turn = (pace.inhale + pace.hold_in) * rate
    clip = round(turn - GAP * rate) + frames
    script = Script("Two", (Section("s", (Line("One", "in"), Line("Two", "out"))),))
    one, two = line_cues(Timeline(script, pace, rate, lambda line: clip))
    assert two.start - one.end >= GAP * rate
    waits = two.start - one.start > turn + 1
    assert waits == (frames > 0) or abs(frames) <= 2, "two frames may be lost to rounding"


@examples(120)
@given(RATES, st.integers(1450, 1550), ANCHORS)
def test_no_word_in_the_first_one_and_a_half_seconds(rate, milliseconds, anchor):
    pace = Pace.parse(f"{milliseconds / 1000}-6")
    script = Script("One", (Section("s", (Line("One", anchor),)),))
    (cue,) = line_cues(Timeline(script, pace, rate, lambda line: rate))
    assert cue.start >= LEAD_IN * rate
    if anchor != "in" and milliseconds >= 1500:
        assert cue.start < 2 * rate, "and no longer to wait than that"


@examples(25)
@given(paces(), RATES)
def test_an_hour_of_breaths_is_on_the_frame_that_exact_arithmetic_gives(pace, rate):
    check_hour(pace, rate)


@pytest.mark.parametrize("pace", ["5.5-5.5", "4.3-6.1", "4.333-5.667", "3.701-1.1-6.307-0.9"])
@pytest.mark.parametrize("rate", [44100, 48000, 22050])
def test_an_hour_at_odd_paces_does_not_drift(pace, rate):
    check_hour(Pace.parse(pace), rate)


def check_hour(pace, rate):
    count = round(3600 / pace.cycle)
    script = Script("Hour", (Section("s", (*[Rest(500, 500)] * 4,)),))
    breaths = list(itertools.islice(Timeline(script, pace, rate, lambda line: 0), count))
    phases = (pace.inhale, pace.hold_in, pace.exhale, pace.hold_out)
    turns = list(itertools.accumulate(phases))
    for breath in breaths:
        start = breath.number * pace.cycle
        assert breath.start == round(start * rate)
        exact = [round((start + turn) * rate) for turn in turns]
        assert [breath.start + sum(breath.phases[: n + 1]) for n in range(4)] == exact
    assert breaths[-1].end == round(len(breaths) * pace.cycle * rate)
