"""What a page hears: the export's own samples, and each change with the next breath."""

import json
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from running import run, wait_until
from visiting import Listener

PAUSE, PRESENT = {"name": "one-minute-pause"}, {"name": "stay-present"}
RATE = 16000
SETTINGS = {"voice": "espeak", "sample_rate": RATE, "tone": "pad"}
OPTIONS = ("--voice", "espeak", "--sample-rate", str(RATE), "--tone", "pad", "--subtype", "float")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A session as it is exported, float32 (n, 2), and its plan."""
    folder = tmp_path_factory.mktemp("made")

    def made(name, *options):
        sound, plan = folder / "a.wav", folder / "a.json"
        told = ["export", name, *OPTIONS, *options, "-o", sound, "--plan", plan, "--overwrite"]
        run(*told, check=True)
        return soundfile.read(sound, dtype="float32")[0], json.loads(plan.read_text("utf-8"))

    return made


@pytest.fixture
def page(studio):
    """Opens a session in a page, and leaves it at the end."""
    opened = []

    def page(source=PAUSE, at=0, **settings):
        opened.append(Listener(studio, source, at, **{**SETTINGS, **settings}))
        return opened[-1]

    yield page
    for each in opened:
        each.leave()


def level(sound):
    return np.sqrt((sound.astype(np.float64) ** 2).mean())


def test_it_is_the_export_sample_for_sample(page, made):
    exported, plan = made("one-minute-pause")
    heard = page()
    sound = np.concatenate([heard.seconds(20), heard.seconds(60, block=2)])
    assert np.array_equal(sound, exported)
    told = [breath for each in heard.told for breath in each["breaths"]]
    kinds = ("inhale", "hold_in", "exhale", "hold_out")
    assert [
        {"start": breath["at"], **{kind: breath[kind] for kind in kinds}} for breath in told
    ] == plan["breaths"]
    assert [breath["number"] for breath in told] == list(range(len(told)))
    assert len(heard.pull(100)) == 0


def test_from_the_midst_it_is_the_export_too(page, made):
    exported, plan = made("numbness")
    for at in (plan["breaths"][5]["start"] / RATE, plan["lines"][3]["start"] / RATE + 0.5):
        heard = page({"name": "numbness"}, at)
        first = round(at * RATE)
        assert np.array_equal(heard.seconds(15), exported[first : first + 15 * RATE])
        (sounding, *_) = heard.told[0]["breaths"]
        breath = plan["breaths"][sounding["number"]]
        assert breath["start"] <= first < breath["start"] + breath["inhale"] + breath["exhale"]
        assert breath["start"] == first + sounding["at"]
        assert heard.told[0]["seconds"] == pytest.approx(at, abs=1 / RATE)


def test_past_the_end_there_is_the_end(page):
    assert len(page(at=100_000).seconds(10, block=2)) <= 4 * RATE


def test_it_tells_what_is_said_and_how_full_the_breath_is(page, made):
    _, plan = made("one-minute-pause")
    heard = page()
    heard.seconds(40, block=0.25)
    for told in heard.told:
        now = [each for each in plan["lines"] if each["start"] <= told["at"] < each["end"]]
        assert told["line"] == (now[0]["text"] if now else "")
        breath = plan["breaths"][told["breath"] - 1]
        into = told["at"] - breath["start"]
        share = into / breath["inhale"]
        out = 1 - (into - breath["inhale"]) / breath["exhale"]
        assert told["height"] == pytest.approx(share if into < breath["inhale"] else out, abs=1e-6)
        assert told["title"] == "A one-minute pause"


def test_another_pace_is_breathed_with_the_next_breath(page, made):
    exported, plan = made("one-minute-pause")
    heard = page()
    before = heard.seconds(5)
    status, told = heard.ask(settings={**SETTINGS, "pace": "5-7.5"})
    assert (status, told["at"]) == (200, 5 * RATE)
    after = heard.seconds(25)
    one = plan["breaths"][0]
    end = one["inhale"] + one["exhale"]
    assert np.array_equal(np.concatenate([before, after])[:end], exported[:end])
    breaths = [breath for each in heard.told for breath in each["breaths"]]
    assert [(breath["at"], breath["inhale"], breath["exhale"]) for breath in breaths[:2]] == [
        (0, one["inhale"], one["exhale"]),
        (end, 5 * RATE, round(7.5 * RATE)),
    ]
    assert heard.told[-1]["pace"] == "5-7.5"


@pytest.mark.parametrize(
    ("change", "factor"),
    [({"tone_level": -20}, 0.5), ({"tone": "none"}, 0.0), ({"loudness": -24}, 0.5)],
)
def test_another_tone_and_another_level_are_heard_with_the_next_breath(page, change, factor):
    """Of a script without words, 6 dB make half of the amplitude."""
    breath = 4 * RATE
    both = page({"text": "[6 breaths]\n\n[bell]"}, pace="2-2", voice="espeak")
    both.seconds(6)
    status, told = both.ask(settings={**SETTINGS, "pace": "2-2", **change})
    assert (status, "reopen" in told) == (200, False)
    rest = both.seconds(10)
    until_then, then = rest[: 2 * RATE], rest[2 * RATE : 2 * RATE + breath]
    alike = page({"text": "[6 breaths]\n\n[bell]"}, pace="2-2", voice="espeak").seconds(12)
    assert np.array_equal(until_then, alike[6 * RATE : 8 * RATE])
    assert level(then) == pytest.approx(factor * level(alike[8 * RATE :]), rel=0.01, abs=1e-9)


def test_a_louder_voice_is_heard_with_the_next_line(page):
    usual, louder = page(tone="none"), page(tone="none")
    louder.ask(settings={**SETTINGS, "tone": "none", "voice_level": -6})
    first, second = usual.seconds(25), louder.seconds(25)
    assert level(second) == pytest.approx(0.5 * level(first), rel=0.02)
    assert heard_at(first) == heard_at(second)


def heard_at(sound):
    """The tenths of seconds in which anything is heard, to 20 dB under its highest."""
    highest = np.abs(sound).max()
    tenths = sound[: len(sound) // 1600 * 1600].reshape(-1, 3200)
    return np.flatnonzero(np.abs(tenths).max(axis=1) > 0.1 * highest).tolist()


def test_settings_that_change_nothing_are_not_heard(page, made):
    exported, _ = made("one-minute-pause")
    heard = page()
    sound = [heard.seconds(3)]
    heard.ask(settings=SETTINGS)
    sound.append(heard.seconds(20))
    assert np.array_equal(np.concatenate(sound), exported[: 23 * RATE])


@pytest.mark.parametrize(
    "change", [{"voice": "none"}, {"rate": 120}, {"talk": "less"}, {"night": True}]
)
def test_what_takes_another_session_says_where_to_open_it(page, studio, change):
    heard = page(PRESENT)
    heard.seconds(57, block=1.5)
    status, told = heard.ask(settings={**SETTINGS, **change})
    assert (status, told["reopen"]) == (200, True)
    _, answer = studio.post("api/plan", source=PRESENT, settings={**SETTINGS, **change})
    number = heard.told[-1]["breath"] - 1
    assert told["at"] == answer["plan"]["breaths"][number]["start"] / RATE


def test_a_pace_that_the_script_forbids_is_refused_and_the_sound_goes_on(page):
    heard = page({"text": "---\nholds: no\n---\n\nHello.\n\n[5 breaths]\n"})
    status, told = heard.ask(settings={**SETTINGS, "pace": "4-7-8"})
    assert (status, "never holds the breath" in told["error"]) == (422, True)
    assert len(heard.seconds(12)) == 12 * RATE


def test_next_and_again_lead_to_the_sections_of_the_plan(page, studio):
    _, answer = studio.post("api/plan", source=PRESENT, settings=SETTINGS)
    starts = [section["start"] / RATE for section in answer["plan"]["sections"]]
    first = page(PRESENT)
    first.seconds(2)
    assert first.ask(do="next")[1] == {"reopen": True, "at": starts[1]}
    assert first.ask(do="again")[1] == {"reopen": True, "at": 0}
    last = page(PRESENT, at=starts[-1] + 30)
    last.seconds(2)
    assert last.ask(do="again")[1] == {"reopen": True, "at": starts[-1]}
    assert "reopen" not in last.ask(do="next")[1]


def test_a_pause_is_silent_and_the_breath_goes_on_where_it_was(page):
    heard = page(voice="none")
    heard.seconds(3)
    heard.ask(do="pause")
    paused = heard.seconds(4)
    assert not paused[2 * RATE :].any()
    assert heard.told[-1]["paused"]
    heard.ask(do="resume")
    heard.seconds(2)
    (begun,) = [breath for each in heard.told[-4:] for breath in each["breaths"]]
    assert begun["number"] == 0
    assert 3 * RATE < begun["at"] < 4 * RATE
    assert heard.told[-1]["breath"] == 1


def test_finish_ends_on_a_finished_exhale(page):
    heard = page(PRESENT, voice="none")
    heard.seconds(4)
    assert heard.ask(do="finish")[0] == 200
    rest = heard.seconds(30)
    assert len(rest) == (6 + 3) * RATE
    assert not rest[-RATE // 10 :].any()


@pytest.mark.parametrize(("key", "pace"), [("slower", "4.2-6.3"), ("exhale_longer", "4-6.5")])
def test_the_keys_of_play_change_the_pace(page, key, pace):
    heard = page()
    heard.seconds(1)
    heard.ask(do=key)
    heard.seconds(1)
    assert heard.told[-1]["pace"] == pace


def test_the_pace_is_said_over_the_breath_which_goes_on(page):
    """Without a tone, nothing else is heard."""
    heard = page({"text": "Hello.\n\n[20 breaths]\n"}, tone="none")
    heard.seconds(8)
    assert not heard.seconds(1).any()
    assert heard.ask(do="say_pace")[0] == 200
    wait_until(lambda: heard.pull(RATE // 4).any())
    begun = [breath for each in heard.told for breath in each["breaths"]]
    assert {after["at"] - before["at"] for before, after in pairwise(begun)} <= {10 * RATE}


def test_speech_that_is_missing_is_made_while_the_breath_sounds(page):
    text = "Words that nobody has said before, and that are said now.\n\n[3 breaths]\n"
    heard = page({"text": text}, tone="none")
    sound = heard.seconds(45, block=0.25)
    assert text.split("\n")[0] in {told["line"] for told in heard.told}
    assert level(sound) > 0.01
