"""Breaths handed out one by one, while clips are still made and the pace changes."""

import itertools
import tracemalloc
from collections import deque

from hypothesis import given
from hypothesis import strategies as st
from placing import cases, check_lines, check_tiling, cues, examples, paces

from voice_guide.pace.pace import Pace
from voice_guide.plan.timeline import Timeline
from voice_guide.scripting.model import Line, Rest, Script, Section
from voice_guide.scripting.parse import parse


@examples(120)
@given(cases(), st.data())
def test_a_line_whose_clip_is_not_there_yet_waits_and_nothing_is_lost(case, data):
    missing = {line.text: data.draw(st.integers(0, 3)) for line in case.script.lines()}

    def late(line):
        missing[line.text] -= 1
        return case.clip(line) if missing[line.text] < 0 else None

    breaths = list(Timeline(case.script, case.pace, case.rate, late))
    check_lines(case, breaths)
    check_tiling(breaths)


def test_the_breath_goes_on_while_a_line_is_made():
    ready = False
    script = parse("in: One.\n\nout: Two.", "mine.md")
    timeline = Timeline(script, Pace.parse("4-6"), 48000, lambda line: 48000 if ready else None)
    waiting = [next(timeline) for _ in range(5)]
    assert not cues(waiting)
    ready = True
    assert [cue.item.text for cue in next(timeline).cues] == ["One.", "Two."]
    assert not list(timeline)


@examples(120)
@given(cases(), st.lists(paces(), min_size=1, max_size=5))
def test_a_new_pace_takes_effect_with_the_next_breath(case, paces):
    timeline = case.timeline()
    breaths = []
    for pace in itertools.cycle(paces):
        timeline.pace = pace
        breath = next(timeline, None)
        if breath is None:
            break
        breaths.append(breath)
        asked = (pace.inhale, pace.hold_in, pace.exhale, pace.hold_out)
        for frames, seconds in zip(breath.phases, asked, strict=True):
            assert abs(frames - seconds * case.rate) <= 1
    check_lines(case, breaths)
    check_tiling(breaths)
    cycles = sum(pace.cycle for pace in itertools.islice(itertools.cycle(paces), len(breaths)))
    assert breaths[-1].end == round(cycles * case.rate), "changing pace does not make it drift"


def test_a_timeline_hands_out_its_breaths_one_by_one():
    asked = []
    script = parse("One.\n\n[5 breaths]\n\nTwo.", "mine.md")

    def frames(line):
        asked.append(line)
        return 100

    timeline = Timeline(script, Pace.parse("4-6"), 48000, frames)
    assert iter(timeline) is timeline
    next(timeline)
    assert [line.text for line in asked] == ["One."]


def test_eight_hours_need_no_more_memory_than_one_minute():
    def peak(breaths):
        script = Script("Long", (Section("s", (Line("Hi."), *[Rest(960, 960)] * breaths)),))
        timeline = Timeline(script, Pace.parse("4-6"), 48000, lambda line: 48000)
        tracemalloc.start()
        deque(timeline if breaths else itertools.islice(timeline, 6), maxlen=0)
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return memory

    peak(0)  # what is made once only
    assert peak(3) < peak(0) + 5_000, "in bytes"
