"""Every press is answered by a sound, and what a listener is told of the place is true."""

import json

import numpy as np
import pytest
from listening import (
    AHEAD,
    RATE,
    Words,
    breathing,
    burst,
    kink,
    listen,
    seconds,
    session_of,
    talk,
    whole,
)
from metering import true_peak
from startling import CEILING, IN_A_CLIP, assert_gentle

from voice_guide.live import resume
from voice_guide.live.playback import Playback
from voice_guide.live.resume import Bookmark
from voice_guide.scripting.model import Rest

SILENT = {"tone": "none", "voice": "none"}

PRESSES = [
    *("toggle_pause", "pause", "resume", "slower", "faster", "exhale_longer", "exhale_shorter"),
    *("again", "next", "louder", "quieter", "next_tone", "answer", "toggle_words", "finish"),
]


@pytest.mark.parametrize("press", PRESSES)
def test_a_press_is_heard_within_400_ms_where_the_session_is_silent(press):
    playback = Playback(breathing(4, pace="4-6", **SILENT))
    at = seconds(7)
    playback.read(at)
    getattr(playback, press)()
    assert np.abs(playback.read(seconds(0.4))).max() > 0.01


def test_a_press_is_heard_in_a_pause_and_in_the_tail():
    playback = Playback(breathing(1, **SILENT))
    playback.pause()
    playback.read(seconds(1))
    for ask in (playback.slower, playback.resume, playback.finish):
        ask()
        assert np.abs(playback.read(seconds(0.4))).max() > 0.01
        playback.read(seconds(1))
    while len(last := playback.read(seconds(0.1))) == seconds(0.1):
        pass
    assert len(last) < seconds(0.1)


def test_a_sign_outlasts_the_session():
    session = breathing(1, **SILENT)
    playback, end = Playback(session), len(whole(session))
    heard = listen(playback, (end - 480, playback.slower))
    assert heard[end:].any()
    assert np.abs(heard[-1]).max() < 1e-3


def test_signs_that_are_pressed_too_fast_to_be_heard_give_way_to_the_newest():
    playback = Playback(breathing(3, **SILENT))
    for _ in range(30):
        playback.slower()
        playback.faster()
        playback.read(seconds(0.03))
    assert playback.read(seconds(0.7)).any()
    assert not playback.read(seconds(0.7)).any()


def test_the_signs_differ_by_what_was_done():
    def sign(press):
        playback = Playback(breathing(1, pace="4-6", **SILENT))
        getattr(playback, press)()
        return playback.read(seconds(0.4))[:, 0]

    assert np.corrcoef(sign("slower"), sign("exhale_longer"))[0, 1] > 0.99
    assert np.corrcoef(sign("slower"), sign("faster"))[0, 1] < 0.5
    assert np.corrcoef(sign("quieter"), sign("slower"))[0, 1] > 0.99
    assert np.allclose(sign("louder"), sign("answer"))  # it can't be louder


@pytest.mark.parametrize(("press", "times", "db"), [("quieter", 1, -2), ("quieter", 3, -6)])
def test_the_volume_goes_by_2_db(press, times, db):
    playback = Playback(breathing(3, tone="pad"))
    heard = listen(playback, *[(seconds(1), getattr(playback, press))] * times)
    later = slice(seconds(3), seconds(9))
    levels = [np.std(sound[later]) for sound in (heard, whole(breathing(3, tone="pad")))]
    assert 20 * np.log10(levels[0] / levels[1]) == pytest.approx(db, abs=0.05)
    playback = Playback(breathing(3), volume=0.5)
    assert np.array_equal(listen(playback), whole(breathing(3)) * np.float32(0.5))


def test_the_volume_has_a_lowest_step_that_is_still_heard():
    playback = Playback(breathing(1))
    for _ in range(100):
        playback.quieter()
    playback.read(1)
    assert playback.volume == pytest.approx(0.01)


# --- the keys, said aloud ---------------------------------------------------------------------


def test_while_the_keys_are_said_the_session_waits_and_goes_on_where_it_was():
    session = session_of(talk("a", "b"), tone="none")
    playback, clip = Playback(session), burst("keys 3")
    heard = listen(playback, (seconds(5), lambda: playback.say(clip)))
    said = slice(seconds(5.3) + AHEAD, seconds(8.3) + AHEAD)
    assert np.array_equal(heard[said], np.repeat(clip[:, None], 2, axis=1))
    assert np.array_equal(np.delete(heard, said, axis=0), whole(session))


def test_asked_for_in_a_pause_they_are_said_and_the_pause_goes_on():
    playback = Playback(breathing(2, **SILENT))
    playback.pause()
    playback.read(seconds(1))
    playback.say(burst("keys 1"))
    assert playback.read(seconds(1) + AHEAD).any()
    assert not playback.read(seconds(5)).any()
    assert playback.status().paused


@pytest.mark.usefixtures("unanswered")
@pytest.mark.parametrize("press", ["toggle_pause", "pause", "finish", "say"])
def test_a_press_cuts_them_short_without_a_click(press):
    playback = Playback(breathing(2, **SILENT))
    smooth = np.sin(np.arange(seconds(3)) * (2 * np.pi * 200 / RATE)).astype(np.float32)
    smooth *= 0.2 * np.minimum(1, np.arange(len(smooth)) / RATE * 5)  # from nothing
    playback.say(smooth)
    before = playback.read(seconds(1.3))
    again = (smooth * 0,) if press == "say" else ()
    getattr(playback, press)(*again)
    after = playback.read(seconds(1))
    assert np.abs(after[: seconds(0.05)]).max() > 0.1
    assert not after[seconds(0.1) + AHEAD :].any()
    assert kink(np.concatenate([before, after])) < 2 * kink(before[seconds(0.6) :])


@pytest.mark.parametrize("fault", ["no numbers", "a square wave", "a burst of 20 ms"])
def test_an_answer_that_is_broken_does_not_startle(fault):
    session = breathing(8, tone="pad", voice="espeak")
    playback, clip = Playback(session), IN_A_CLIP[fault].astype(np.float32)
    asked = [
        (seconds(3), lambda: playback.remark(clip)),
        (seconds(8), lambda: playback.say(clip)),
        (seconds(9), playback.slower),
    ]
    assert_gentle(listen(playback, *asked))
    assert list(session.mended.notes())


def test_signs_stay_under_the_ceiling_beside_the_loudest_session():
    options = {"loudness": -10, "tone": "pad", "voice": "none"}
    playback = Playback(breathing(3, **options))
    presses = [(seconds(at), playback.answer) for at in np.arange(2, 14, 0.4)]
    assert true_peak(listen(playback, *presses), RATE) <= CEILING


# --- where it is ------------------------------------------------------------------------------


def told(session, *asked, **options):
    """What the status says at each tenth of a second, with the frame."""
    playback, seen = Playback(session, **options), []
    acts = [(at, getattr(playback, press)) for at, press in asked]
    listen(playback, *acts, block=RATE // 10, look=lambda at: seen.append((at, playback.status())))
    return seen[1:]


def test_it_tells_section_breath_and_time():
    session = session_of(talk("a", "b"), [Rest(2, 2), *talk("c")], pace="2-3")
    seen = told(session)
    end, frames = session.plan().breaths[-1].end, session.plan().frames
    for at, status in seen:
        assert status.title == "test"
        assert status.seconds == pytest.approx(min(at + AHEAD, frames) / RATE, abs=0.01)
        assert status.seconds_left == pytest.approx(max(end - at - AHEAD, 0) / RATE, abs=0.01)
        assert not status.paused
        if at < end - seconds(0.2):
            assert status.breath == (at - 1 + AHEAD) // seconds(5) + 1
            assert status.section == ("one" if status.breath <= 2 else "two")


def test_it_tells_how_full_the_lungs_are():
    for at, status in told(breathing(1, pace="2-1-3-1")):
        now = (at + AHEAD) / RATE
        if now <= 7:
            expected = np.interp(now, [0, 2, 3, 6, 7], [0, 1, 1, 0, 0])
            assert status.height == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("pressed", [2, 4.8, 9.7])
def test_the_time_left_follows_the_pace(pressed):
    seen = told(breathing(5, pace="2-3"), (seconds(pressed), "slower"), (seconds(12), "next"))
    end = next(at for at, status in seen if status.seconds_left == 0)
    for at, status in seen:
        if at > seconds(pressed):
            assert status.seconds_left == pytest.approx(max(end - at, 0) / RATE, abs=0.11)


def test_in_a_pause_the_time_stands_still():
    playback = Playback(breathing(3))
    playback.read(seconds(3))
    playback.pause()
    playback.read(seconds(0.3) + AHEAD)
    before = playback.status()
    playback.read(seconds(10))
    assert playback.status() == before
    assert before.paused


def test_breathing_alone_it_tells_no_time_left_until_the_script_is_there():
    session = session_of([*talk("a"), Rest(1, 10)], minutes=0.5)
    seen = told(session, (seconds(12), "begin"), waits=True)
    early = [status for at, status in seen if at <= seconds(12)]
    assert all(status.seconds_left is None and status.section == "one" for status in early)
    at, late = next((at, status) for at, status in seen if at > seconds(16))
    assert late.seconds_left + at / RATE + 3 == pytest.approx(30, abs=2.5)


def test_the_lines_that_are_not_made_yet_are_guessed():
    words = Words()
    words.late = {"a few words more 2"}
    playback = Playback(session_of([*talk("b"), *talk("a few words more", seconds=2)], words=words))
    playback.read(seconds(1))
    assert playback.status().seconds_left == pytest.approx(9, abs=0.1)


# --- a place that is kept ---------------------------------------------------------------------


def test_the_place_is_the_breath_that_sounds():
    session = session_of([*talk("a", "b"), Rest(2, 2), *talk("c")])
    items = {}
    playback = Playback(session)
    listen(playback, look=lambda at: items.setdefault(playback.status().breath, playback.item))
    assert [items[breath] for breath in (1, 2, 3, 4, 5)] == [0, 1, 2, 2, 3]


@pytest.mark.parametrize("waits", [False, True])
def test_the_place_is_never_before_the_one_it_started_from(waits):
    playback = Playback(session_of(talk("a", "b", "c")), start=2, waits=waits)
    assert playback.item == 2
    assert not playback.began
    playback.read(seconds(1))
    assert playback.item == 2
    assert playback.began


def test_a_place_is_kept_and_forgotten(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert resume.kept() is None
    place = Bookmark("stay-present", 12, {"pace": "4-6", "minutes": 10.0}, sleep=True)
    resume.keep(place)
    assert resume.kept() == place
    resume.forget()
    assert resume.kept() is None


@pytest.mark.parametrize(
    "damaged",
    [
        *("", "{", "[1]", '{"name": "x"}'),
        json.dumps({"name": 1, "item": 0, "settings": {}}),
        json.dumps({"name": "x", "item": -1, "settings": {}}),
    ],
)
def test_a_damaged_place_counts_as_none(monkeypatch, tmp_path, damaged):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    resume.keep(Bookmark("x", 1, {}))
    next(tmp_path.rglob("place.json")).write_text(damaged)
    assert resume.kept() is None
