"""The plan as other programs read it, and sessions of a requested length."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placing import Case, cases, examples

from voice_guide.errors import LengthError
from voice_guide.pace.pace import Pace
from voice_guide.plan.length import fit_breaths, fit_minutes
from voice_guide.plan.plan import Plan
from voice_guide.plan.timeline import TAIL_SECONDS
from voice_guide.scripting.model import Bell, Line, Rest, Script, Section, stretch
from voice_guide.scripting.parse import parse
from voice_guide.units import clock


def case_of(script, pace="4-6", clip=100):
    """A script whose lines take ``clip`` frames each, at 100 frames a second."""
    frames = {line.text: clip for line in script.lines()}
    return Case(script, Pace.parse(pace), 100, frames)


def plan_of(case, script=None):
    script = script or case.script
    return Plan(script, case.pace, case.rate, tuple(case.timeline(script)))


def test_the_plan_of_a_small_session_is_what_design_says():
    script = parse(
        "---\ntitle: Small\n---\n## One\n\nHello.\n\n## Two\n\nin: Again.\n\n[1 breath]\n[bell]",
        "small.md",
    )
    plan = plan_of(case_of(script))
    assert plan.seconds == 43
    assert plan.to_json() == {
        "schema": 1,
        "title": "Small",
        "pace": "4-6",
        "sample_rate": 100,
        "frames": 4300,
        "sections": [{"title": "One", "start": 0}, {"title": "Two", "start": 1000}],
        "breaths": [
            {"start": start, "inhale": 400, "hold_in": 0, "exhale": 600, "hold_out": 0}
            for start in (0, 1000, 2000, 3000)
        ],
        "lines": [
            {
                "text": "Hello.",
                "section": 0,
                "anchor": "out",
                "breath": 0,
                "start": 400,
                "end": 500,
            },
            {
                "text": "Again.",
                "section": 1,
                "anchor": "in",
                "breath": 1,
                "start": 1000,
                "end": 1100,
            },
        ],
        "bells": [{"start": 3000}],
    }


def test_a_session_of_nothing_is_only_its_tail():
    plan = Plan(Script("Empty", ()), Pace.parse("4-6"), 48000, ())
    assert plan.frames == TAIL_SECONDS * 48000
    assert plan.to_json()["breaths"] == []


def is_frame(value):
    return type(value) is int and value >= 0


@examples(120)
@given(cases())
def test_every_plan_has_the_same_keys_and_whole_frames(case):
    plan = plan_of(case).to_json()
    assert json.loads(json.dumps(plan)) == plan
    assert list(plan) == [
        *("schema", "title", "pace", "sample_rate", "frames"),
        *("sections", "breaths", "lines", "bells"),
    ]
    assert plan["pace"] == str(case.pace)
    assert (plan["sample_rate"], plan["title"]) == (case.rate, "Any")
    assert is_frame(plan["frames"])
    for part, texts, numbers in [
        ("sections", {"title"}, {"start"}),
        ("breaths", set(), {"start", "inhale", "hold_in", "exhale", "hold_out"}),
        ("lines", {"text", "anchor"}, {"section", "breath", "start", "end"}),
        ("bells", set(), {"start"}),
    ]:
        for row in plan[part]:
            assert set(row) == texts | numbers
            assert all(isinstance(row[key], str) for key in texts)
            assert all(is_frame(row[key]) for key in numbers)


@examples(120)
@given(cases())
def test_every_row_of_a_plan_points_to_the_others(case):
    plan = plan_of(case).to_json()
    said = [item for item in case.script.items() if isinstance(item, Line)]
    assert [row["text"] for row in plan["lines"]] == [line.text for line in said]
    assert [row["anchor"] for row in plan["lines"]] == [line.anchor or "out" for line in said]
    assert len(plan["bells"]) == sum(isinstance(item, Bell) for item in case.script.items())
    for row in plan["lines"]:
        breath = plan["breaths"][row["breath"]]
        assert 0 <= row["start"] - breath["start"] < sum(breath.values()) - breath["start"]
        section = plan["sections"][row["section"]]
        assert section["start"] <= row["start"]
    last = plan["breaths"][-1]
    assert plan["frames"] == sum(last.values()) + TAIL_SECONDS * case.rate


@examples(120)
@given(cases())
def test_sections_start_with_a_breath_in_their_order(case):
    plan = plan_of(case)
    starts = [start for _, start in plan.sections]
    assert len(starts) == len(case.script.sections)
    assert starts[0] == 0
    assert starts == sorted(starts)
    assert set(starts) <= {breath.start for breath in plan.breaths}


def test_a_section_of_measured_seconds_starts_when_they_do():
    script = parse("## One\n\nHello.\n\n[1 breath]\n\n## Two\n\n[30 seconds]", "small.md")
    plan = plan_of(case_of(script))
    assert plan.sections == [("One", 0), ("Two", 2000)]


def test_a_last_section_that_has_no_breath_starts_at_the_end():
    script = parse("Hello.\n\n## Two\n\n[ramp to 5-7 over 1 minute]", "small.md")
    plan = plan_of(case_of(script))
    assert plan.sections == [("Untitled", 0), ("Two", plan.breaths[-1].end)]


# a requested length


def with_rests(script, choose):
    """The script with each range settled by ``choose``."""

    def settled(item):
        return Rest(choose(item), choose(item)) if isinstance(item, Rest) else item

    return Script("Any", tuple(Section("s", tuple(map(settled, s.items))) for s in script.sections))


def check_length(case, share):
    """Ask for a length between the shortest and the longest, or somewhat beyond."""
    shortest = plan_of(case, with_rests(case.script, lambda rest: rest.low)).frames
    longest = plan_of(case, with_rests(case.script, lambda rest: rest.high)).frames
    wanted = max(round(shortest + share * (longest - shortest + 20 * case.rate)), 1)
    half = case.pace.cycle * case.rate / 2
    ask = (wanted / case.rate, case.timeline)
    # One frame either side may be decided by rounding.
    if not shortest - half - 1 <= wanted <= longest + half + 1:
        with pytest.raises(LengthError) as error:
            fit_minutes(case.script, *ask)
        for name, frames in ("shortest is", shortest), ("longest", longest):
            seconds = frames / case.rate
            assert f"the {name} {seconds / 60:.2f} ({clock(seconds)})" in str(error.value)
    elif shortest - half + 1 <= wanted <= longest + half - 1:
        fitted = fit_minutes(case.script, *ask)
        assert abs(plan_of(case, fitted).frames - wanted) <= half + 1
        for before, after in zip(case.script.items(), fitted.items(), strict=True):
            if isinstance(before, Rest):
                assert before.low <= after.low <= before.high
            else:
                assert before == after


@examples(120)
@given(cases(), st.floats(-0.3, 1.3))
def test_a_number_of_breaths_is_met_exactly_or_refused(case, share):
    low, high = (
        len(plan_of(case, with_rests(case.script, end)).breaths)
        for end in (lambda rest: rest.low, lambda rest: rest.high)
    )
    wanted = max(low + round(share * (high - low + 3)), 1)
    if low <= wanted <= high:
        fitted = fit_breaths(case.script, wanted, case.timeline)
        assert len(plan_of(case, fitted).breaths) == wanted
    else:
        with pytest.raises(LengthError, match=f"the shortest has {low}, the longest {high}\\."):
            fit_breaths(case.script, wanted, case.timeline)


@examples(120)
@given(cases(), st.floats(-0.3, 1.3))
def test_a_requested_length_is_met_within_half_a_breath_or_refused(case, share):
    check_length(case, share)


@pytest.mark.parametrize("share", [-0.2, 0, 0.3, 0.6, 1.3])
def test_a_bell_that_outlasts_the_words_after_it_does_not_spoil_the_length(share):
    # At a pace this quick, the bell still rings when the rest after the words could be over.
    script = parse("[1 second]\n[bell]\n\nHi.\n\n[1-9 breaths]", "quick.md")
    check_length(case_of(script, "1-1", 10), share)


@examples(120)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 50)), min_size=1), st.data())
def test_rests_share_in_proportion_to_their_ranges(ranges, data):
    rests = tuple(Rest(low, low + width) for low, width in ranges)
    total = sum(width for _, width in ranges)
    breaths = data.draw(st.integers(0, total))
    stretched = list(stretch(Script("Any", (Section("s", rests),)), breaths).items())
    extra = [after.low - before.low for before, after in zip(rests, stretched, strict=True)]
    assert sum(extra) == breaths
    for got, (_, width) in zip(extra, ranges, strict=True):
        assert abs(got - Fraction(breaths * width, total or 1)) < 1


@pytest.mark.parametrize("breaths", [-1, 4])
def test_more_than_the_ranges_hold_can_not_be_shared(breaths):
    with pytest.raises(ValueError, match="0 to 3 allowed"):
        stretch(parse("Hi.\n\n[1-4 breaths]", "mine.md"), breaths)
