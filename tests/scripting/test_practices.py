"""The bundled practices keep what they promise their listeners, as the default voice says them."""

import re
from dataclasses import replace

import pytest
from practising import QUOTED, after, lines, longest_silence, texts

from voice_guide.errors import PaceError
from voice_guide.pace.pace import PRESETS, Pace
from voice_guide.scripting.library import SESSIONS, names
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import Line, Rest, stretch
from voice_guide.session import open_session
from voice_guide.settings import Settings

STEPS = {
    "one-minute-pause": "feet · jaw · out more slowly than in · "
    "ask yourself, quietly · nothing has to be decided",
    "scared-part": "picture · not weak · young · three sentences · inside · earn love · allowed "
    "to be seen · ten more seconds · not forcing closeness · letting yourself stay",
    "numbness": "feet · jaw · slow one out · hand on your chest · ribs · whispered · inside · "
    "disappear · not the enemy · protects in the only way it learned · taught another",
    "noticing": "healing begins with noticing · without shame · no judging · nervous system · "
    "its job · thank",
    "one-percent": "one person · one percent more · tiny doses · not in dramatic leaps · "
    "small true thing · shown · stop",
    "not-too-much": "not earned · not performed · not proven · met · held · shared · seen · safe",
}

MADE_OF = {
    "stay-present": "arrival · one-minute-pause · scared-part · numbness · not-too-much · return",
    "seen-and-safe": "arrival · noticing · scared-part · one-percent · not-too-much · return",
}

PRACTICES = [name for name in names() if name not in SESSIONS]
WITHOUT_HOLDS = ["3-4", "4-6", "5.5-5.5", "3-7", "6-9"]


@pytest.fixture(scope="module")
def spoken():
    """Every bundled script, as a session that has been spoken."""
    sessions = {name: open_session(load(name), Settings()) for name in names()}
    for session in sessions.values():
        session.speak()
    return sessions


@pytest.fixture(scope="module")
def planned(spoken):
    """Plan a script by name: at its own pace or another, as written or stretched to its longest."""

    def plan(name, pace=None, longest=False):
        session = spoken[name]
        script = session.script
        if longest:
            rests = [item for item in script.items() if isinstance(item, Rest)]
            script = stretch(script, sum(rest.high - rest.low for rest in rests))
        return replace(
            session, script=script, pace=Pace.parse(pace) if pace else session.pace
        ).plan()

    return plan


def the_line(plan, words):
    (cue,) = [cue for cue in lines(plan) if words in cue.item.text]
    return cue


# what is said


@pytest.mark.parametrize("name", QUOTED)
def test_the_given_words_are_spoken_word_for_word_in_order(name):
    quotes = set(QUOTED[name])
    assert [text for text in texts(load(name)) if text in quotes] == QUOTED[name]


@pytest.mark.parametrize("name", STEPS)
def test_the_steps_of_a_practice_come_in_their_order(name):
    said = " ".join(texts(load(name))).lower()
    at = 0
    for step in STEPS[name].split(" · "):
        at = said.find(step, at)
        assert at >= 0, f"{step!r} is missing, or comes too early"


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_is_made_of_its_practices_in_order(name):
    sections = [section for part in MADE_OF[name].split(" · ") for section in load(part).sections]
    assert list(load(name).sections) == sections


def test_there_is_a_practice_for_every_part_and_a_session_for_every_name():
    assert set(SESSIONS) == set(MADE_OF)
    assert {part for made in MADE_OF.values() for part in made.split(" · ")} == set(PRACTICES)


def test_numbness_offers_eyes_open_as_often_as_eyes_closed():
    said = " ".join(texts(load("numbness"))).lower()
    opened, closed = (len(re.findall(rf"\b{word}\b", said)) for word in ("open", "closed"))
    assert opened == closed > 0


# the breath


@pytest.mark.parametrize("name", names())
def test_by_default_the_exhale_is_longer_than_the_inhale_and_nothing_is_held(name):
    pace = load(name).pace
    assert pace.exhale > pace.inhale
    assert not pace.has_holds
    assert 4.5 <= 60 / pace.cycle <= 6.5, "breaths a minute"


@pytest.mark.parametrize("name", ["numbness", "stay-present"])
@pytest.mark.parametrize("pace", ["4-7-8", "4-4-4-4"])
def test_no_breath_is_held_in_numbness_or_in_a_session_with_it(name, pace):
    with pytest.raises(PaceError, match="nearest pace without holds"):
        open_session(load(name), Settings(pace=Pace.parse(pace)))


@pytest.mark.parametrize("name", names())
def test_words_for_one_phase_fit_into_it(planned, name):
    plan = planned(name)
    anchored = [(breath, cue) for breath, cue in plan.cues() if getattr(cue.item, "anchor", None)]
    assert anchored, "a practice that keeps the breath company says so"
    for breath, cue in anchored:
        phase = {"in": breath.inhale, "out": breath.exhale}[cue.item.anchor]
        assert cue.end - cue.start <= phase, cue.item.text


# lengths


def test_the_one_minute_pause_lasts_one_minute(planned):
    plan = planned("one-minute-pause")
    assert abs(plan.seconds - 60) <= plan.pace.cycle / 2


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_lasts_at_most_nine_minutes_as_written(planned, name):
    assert planned(name).seconds <= 9 * 60


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("minutes", [9, 10, 17.3, 30])
def test_a_session_can_be_asked_for_at_any_length_up_to_thirty_minutes(name, minutes):
    session = open_session(load(name), Settings(minutes=minutes))
    session.speak()
    plan = session.plan()
    assert abs(plan.seconds - minutes * 60) <= plan.pace.cycle / 2
    assert [cue.item for cue in lines(plan)] == list(load(name).lines())


# room and company


def test_after_the_question_there_is_silence_for_it(planned):
    plan = planned("one-minute-pause")
    question = the_line(plan, "Is my distance")
    answered = after(plan, question)
    room = [b for b in plan.breaths if b.start >= question.end and b.end <= answered.start]
    assert room


@pytest.mark.parametrize("name", ["scared-part", *SESSIONS])
@pytest.mark.parametrize("pace", [None, "5.5-5.5", "3-7"])
@pytest.mark.parametrize("words", QUOTED["scared-part"])
def test_each_sentence_to_the_scared_part_has_a_whole_exhale_after_it(planned, name, pace, words):
    plan = planned(name, pace)
    sentence = the_line(plan, words)
    quiet_until = after(plan, sentence).start
    exhales = [(b.end - b.hold_out - b.exhale, b.end - b.hold_out) for b in plan.breaths]
    assert any(sentence.end <= begins and ends <= quiet_until for begins, ends in exhales)


@pytest.mark.parametrize("name", ["scared-part", *SESSIONS])
@pytest.mark.parametrize("pace", [None, "5.5-5.5", "3-7", "4.3-6.1"])
@pytest.mark.parametrize("longest", [False, True])
def test_ten_seconds_really_follow_thats_enough(planned, name, pace, longest):
    plan = planned(name, pace, longest)
    enough = the_line(plan, "That's enough.")
    following = next(cue for _, cue in plan.cues() if cue.start >= enough.end)
    assert not isinstance(following.item, Line), "a bell ends them"
    assert abs(following.start - enough.end - 10 * plan.sample_rate) <= 1
    assert after(plan, enough).start >= following.start


@pytest.mark.parametrize("pace", WITHOUT_HOLDS)
@pytest.mark.parametrize("longest", [False, True])
def test_numbness_is_never_without_a_word_for_more_than_two_breaths(planned, pace, longest):
    plan = planned("numbness", pace, longest)
    assert longest_silence(plan.breaths, [cue for _, cue in plan.cues()]) <= 2


@pytest.mark.parametrize("pace", WITHOUT_HOLDS)
@pytest.mark.parametrize("longest", [False, True])
def test_within_a_session_numbness_keeps_company_too(planned, pace, longest):
    plan = planned("stay-present", pace, longest)
    said = texts(load("numbness"))
    first, last = the_line(plan, said[0]), the_line(plan, said[-1])
    end = after(plan, last).end
    breaths = [b for b in plan.breaths if b.end > first.start and b.start < end]
    assert longest_silence(breaths, [cue for _, cue in plan.cues()]) <= 2


# care


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("longest", [False, True])
def test_the_listener_may_keep_the_eyes_open_or_stop_within_thirty_seconds(planned, name, longest):
    paces = [None, *(p for p in PRESETS.values() if load(name).holds or p.count("-") == 1), "9-12"]
    for pace in paces:
        plan = planned(name, pace, longest)
        invited = [
            c for c in lines(plan) if re.search(r"\beyes open\b|\bstop\b", c.item.text.lower())
        ]
        assert invited[0].end <= 30 * plan.sample_rate, pace


@pytest.mark.parametrize("name", SESSIONS)
def test_the_end_is_announced_before_it_comes(planned, name):
    plan = planned(name)
    closing = set(texts(load("return")))
    announced = [
        c for c in lines(plan) if c.item.text in closing and re.search(r"\bend\b", c.item.text)
    ]
    left = [b for b in plan.breaths if b.start >= announced[0].end]
    assert len(left) >= 2
    assert len(left) * plan.pace.cycle <= 90, "and not long before"


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_ends_with_the_last_bell_that_was_announced(planned, name):
    plan = planned(name)
    *_, last = [cue for _, cue in plan.cues()]
    assert not isinstance(last.item, Line)
    assert "bell" in lines(plan)[-1].item.text
    assert plan.breaths[-1].end >= last.end
