"""The plan in the studio: as `show` prints it, with what `check` says, and at once."""

import json
import threading
from typing import Any

import pytest
from running import run, wait_until

from voice_guide.options import listener_settings
from voice_guide.session import open_session
from voice_guide.studio.asked import Source
from voice_guide.studio.making import Making
from voice_guide.studio.planning import Planner

PRESENT = {"name": "stay-present"}
ESPEAK = {"voice": "espeak"}


def planned(studio, source, **settings):
    status, answer = studio.post("api/plan", source=source, settings={**ESPEAK, **settings})
    assert status == 200, answer
    return answer


def settled(studio, source, **settings):
    """The plan when all speech is made."""
    return wait_until(
        lambda: (told := planned(studio, source, **settings))["settled"] and told, seconds=60
    )


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({}, []),
        ({"pace": "5-7", "minutes": 14, "count": True}, ["--pace=5-7", "--minutes=14", "--count"]),
        ({"ramp": "3-4:2m", "talk": "least"}, ["--ramp=3-4:2m", "--talk=least"]),
        ({"breaths": 80, "vary": 5, "seed": 3}, ["--breaths=80", "--vary=5", "--seed=3"]),
    ],
)
def test_it_is_what_show_prints(studio, settings, options):
    shown = run("show", "stay-present", "--json", "--voice=espeak", *options, check=True)
    told = settled(studio, PRESENT, **settings)
    plan = told["plan"]
    assert plan == json.loads(shown.stdout)
    assert told["seconds"] == plan["frames"] / plan["sample_rate"]
    assert told["breaths"] == len(plan["breaths"])
    minutes = sum(sum(list(each.values())[1:]) for each in plan["breaths"]) / plan["sample_rate"]
    assert told["breaths_per_minute"] == pytest.approx(60 * told["breaths"] / minutes)


SCRIPT = """---
title: Mine
---

in: This is much too long for one single breath in, however slowly it is said by whoever says it.

Utilize your breath.

[practice part-that-is-not-there]
"""


def test_errors_are_at_their_rows(studio):
    told = planned(studio, {"text": SCRIPT})
    assert told["plan"] is None
    (error,) = told["findings"]
    assert (error["line"], error["level"]) == (9, "error")
    assert "there is no practice 'part-that-is-not-there'" in error["message"]


def test_warnings_and_hints_are_those_of_check(studio, tmp_path):
    text = SCRIPT.replace("[practice part-that-is-not-there]\n", "")
    (tmp_path / "a.md").write_text(text)
    checked = run("check", tmp_path / "a.md", "--voice=espeak").stdout
    told = settled(studio, {"text": text})["findings"]
    assert {(each["line"], each["level"]) for each in told} == {(5, "warning"), (7, "hint")}
    for each in told:
        assert f"a.md:{each['line']}:" in checked
        assert each["message"] in checked


def test_a_row_that_is_put_in_moves_what_is_said_of_those_below(studio):
    text = SCRIPT.replace("[practice part-that-is-not-there]\n", "")
    before = settled(studio, {"text": text})["findings"]
    after = settled(studio, {"text": text.replace("\n\n", "\n\n<!-- a note -->\n\n", 1)})[
        "findings"
    ]
    assert after == [{**each, "line": each["line"] + 2} for each in before]


def test_a_length_is_estimated_until_the_line_is_spoken(studio):
    words = "Words that were never said before this test said them."
    first = planned(studio, {"text": words})
    assert not first["settled"]
    after = settled(studio, {"text": words})
    line, was = after["plan"]["lines"][0], first["plan"]["lines"][0]
    assert line["start"] == was["start"]
    assert 0.5 < (was["end"] - was["start"]) / (line["end"] - line["start"]) < 2


def test_what_can_not_be_is_said_in_a_sentence(studio):
    for source, settings, words in (
        (PRESENT, {"minutes": 1}, "can't last 1 minute"),
        ({"text": "---\nholds: no\n---\nHello.\n"}, {"pace": "4-7-8"}, "never holds the breath"),
        ({"name": "not-there"}, {}, "there is no script"),
    ):
        status, answer = studio.post("api/plan", source=source, settings={**ESPEAK, **settings})
        assert status in (404, 422)
        assert words in answer["error"]


def test_what_is_dragged_is_only_placed_anew(monkeypatch):
    """Nothing is opened or looked up again, so that the answer comes at once."""
    planner, source = Planner(), Source("stay-present")
    opened = []

    def opening(*given, **how):
        from voice_guide.session import open_session

        opened.append(given)
        return open_session(*given, **how)

    monkeypatch.setattr("voice_guide.studio.planning.open_session", opening)
    try:
        for settings in (
            listener_settings(voice="none", pace="4-6"),
            listener_settings(voice="none", pace="4-6.5", ramp="3-4:2m"),
            listener_settings(voice="none", minutes=20),
            listener_settings(voice="none", tone_level=-20, voice_level=3),
        ):
            assert planner.answer(source, settings)["plan"]["breaths"]
    finally:
        planner.making.close()
    assert len(opened) == 1


def test_what_is_heard_is_spoken_first(monkeypatch):
    """Nothing is made twice at a time: what the sound has made is there afterwards."""
    monkeypatch.setattr("voice_guide.studio.making.CALM_SECONDS", 0.01)
    looks, made, told = iter([True, True, False]), [], threading.Event()

    class Clips:
        def prepare(self, lines, progress):
            made.append(next(looks, "all looks were taken"))
            told.set()

        def close(self):
            pass

    making = Making()
    making.gives_way = lambda: next(looks)
    try:
        session = open_session("one-minute-pause", listener_settings(voice="none"))
        clips: Any = Clips()
        session.clips = clips
        making.want(session)
        assert told.wait(timeout=60)
        assert made == ["all looks were taken"]
    finally:
        making.close()


def test_only_so_many_sessions_are_kept_open():
    from voice_guide.studio.planning import MOST_OPEN

    planner = Planner()
    try:
        for number in range(MOST_OPEN + 3):
            planner.answer(Source("", f"Hello {number}."), listener_settings(voice="none"))
        assert len(planner._opened) == MOST_OPEN
    finally:
        planner.making.close()
