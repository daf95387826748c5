"""The keys that ``play`` names, and what each does to a session."""

import re
import threading

import click
import numpy as np
import pytest
from listening import RATE, breathing, burst, listen, seconds, session_of, talk

from voice_guide.cli.play import play_command
from voice_guide.live.answers import Answers, change_in_words, pace_in_words
from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.model import Rest

NAMES = {"↓": "down", "↑": "up", "←": "left", "→": "right"}


def keys_in_the_help():
    """What stands before two spaces in the table of ``play --help``, twice in each row."""
    text = play_command.get_help(click.Context(play_command))
    rows = text[text.index("space  ") : text.index("Options:")].splitlines()
    for row in filter(str.strip, rows):
        for column in re.findall(r"(?:^|   )\s*(space|[\S] [\S]|[a-z?])\s{3,}", row):
            yield from [column] if column == "space" else column.split()


def pressed(key, **options):
    """A silent session in which a key was pressed."""
    playback = Playback(breathing(20, pace="4-6", tone="none", voice="none"), **options)
    playback.read(seconds(1))
    before = set(threading.enumerate())
    Answers(playback).actions[key]()
    for thread in set(threading.enumerate()) - before:
        if thread.is_alive():  # not one that this one is about to start
            thread.join()
    return playback


def test_the_help_names_every_key():
    named = {NAMES.get(key, key) for key in keys_in_the_help()}
    assert named == set(Answers(Playback(breathing(1))).actions)


@pytest.mark.parametrize("key", Answers(Playback(breathing(1))).actions)
def test_every_key_is_answered_by_a_sound(key):
    assert np.abs(pressed(key).read(seconds(0.4))).max() > 0.01


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("space", lambda playback: playback.status().paused),
        ("down", lambda playback: str(playback.pace) == "4.2-6.3"),
        ("up", lambda playback: str(playback.pace) == "3.8-5.7"),
        ("[", lambda playback: str(playback.pace) == "4-5.5"),
        ("]", lambda playback: str(playback.pace) == "4-6.5"),
        ("-", lambda playback: playback.volume < 1),
        ("t", lambda playback: playback.session.mix.tone == "breath"),
        ("q", lambda playback: playback.finishing),
    ],
)
def test_what_a_key_does(key, what):
    playback = pressed(key)
    playback.read(seconds(0.5))
    assert what(playback)


def test_the_keys_are_said_aloud_and_then_the_session_goes_on():
    playback = pressed("?")
    aloud = playback.read(seconds(60))
    assert aloud[seconds(1) :].any(axis=1).sum() > seconds(8)
    last = np.flatnonzero(aloud.any(axis=1))[-1]
    assert last < seconds(59)
    assert playback.status().seconds < 60 - 8
    assert not playback.status().paused


def in_words(pace, target=None, ramp="none"):
    return pace_in_words(Pace.parse(pace), Pace.parse(target or pace), Ramp.parse(ramp))


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        ("4-6", "Six breaths a minute: in four, out six."),
        (
            "5.5-5.5",
            "Five and a half breaths a minute: in five and a half, out five and a half.",
        ),
        ("4-7-8", "About three breaths a minute: in four, hold seven, out eight."),
        ("4-4-4-4", "About four breaths a minute: in four, hold four, out four, hold four."),
        ("2+1-6", "About six and a half breaths a minute: in two, and one on top, out six."),
        ("4.2-6.3", "About five and a half breaths a minute: in 4.2, out 6.3."),
        ("30-30", "One breath a minute: in 30, out 30."),
        ("1-1", "30 breaths a minute: in one, out one."),
    ],
)
def test_a_pace_in_words(pace, said):
    assert in_words(pace) == said


def test_a_ramp_in_words():
    assert in_words("3-4", "4-6", "3-4:5m").endswith(
        "in three, out four. It is gliding to six breaths a minute."
    )
    assert "on its way" not in in_words("4-6", "4-6", "3-4:5m")


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("4-6", "4.2-6.3", "Slower."),
        ("4-6", "3.8-5.7", "Faster."),
        ("4-6", "4-6.5", "A longer breath out."),
        ("4-6", "4-5.5", "A shorter breath out."),
        ("4-6", "4-6", ""),
    ],
)
def test_a_change_in_words(before, after, word):
    assert change_in_words(Pace.parse(before), Pace.parse(after)) == word


def test_the_pace_is_said_aloud_and_then_the_session_goes_on():
    playback = pressed("p")
    aloud = playback.read(seconds(20))
    assert aloud[seconds(1) :].any(axis=1).sum() > seconds(1.5)
    assert not aloud[seconds(12) :].any()
    assert playback.status().seconds < 20 - 1.5


def changed(monkeypatch, *keys, session=None):
    """What is remarked after keys, once none follows."""
    clock = [100.0]
    monkeypatch.setattr("voice_guide.live.answers.time.monotonic", lambda: clock[0])
    said = []

    def spoken(self, *words):
        said.extend(words)
        return burst("a 1")

    monkeypatch.setattr(Answers, "_spoken", spoken)
    playback = Playback(session or session_of(talk("a"), pace="4-6", tone="none"))
    answers = Answers(playback)
    for key in keys:
        answers.actions[key]()
        playback.read(seconds(0.2))
        answers.look()
        clock[0] += 0.3
    clock[0] += 1
    before = set(threading.enumerate())
    answers.look()
    answers.look()
    for thread in set(threading.enumerate()) - before:
        thread.join()
    return said


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["down"], ["Slower."]),
        (["down"] * 4, ["Slower."]),
        (["up", "up", "down"], ["Faster."]),
        (["down", "up"], []),
        (["]", "]"], ["A longer breath out."]),
        (["["], ["A shorter breath out."]),
        (["+", "space"], []),
    ],
)
def test_a_change_of_pace_is_said_once_in_a_word(monkeypatch, keys, words):
    assert changed(monkeypatch, *keys) == words


def test_whoever_has_no_voice_hears_no_word(monkeypatch):
    assert changed(monkeypatch, "down", session=breathing(9, voice="none", tone="none")) == []


# a word beside the session


def remarked(session, at, prepare=lambda playback: None):
    """What a word adds to a session; and the word."""
    word = burst("slower 0.5")
    playback = Playback(session)
    prepare(playback)
    heard = listen(playback, (seconds(at), lambda: playback.remark(word)))
    undisturbed = Playback(session)
    prepare(undisturbed)
    return heard - listen(undisturbed), np.repeat(word[:, None], 2, axis=1) * 10 ** (-6 / 20)


def found(added):
    return np.flatnonzero(np.abs(added).max(axis=1) > 1e-6)


def test_it_is_heard_at_once_where_nothing_is_said_and_the_session_goes_on():
    added, word = remarked(breathing(4, pace="4-6"), 5)
    first = found(added)[0]
    assert seconds(5) <= first <= seconds(5.03)
    assert np.allclose(added[first:][: len(word)], word[: len(added) - first], atol=1e-5)
    assert found(added)[-1] < first + len(word)


def test_it_waits_for_a_line_to_end():
    session = session_of([*talk("a", seconds=3), Rest(3, 3)], pace="4-6", tone="none")
    line = next(cue for breath in session.timeline() for cue in breath.cues)
    added, _ = remarked(session, line.start / RATE + 0.5)
    assert line.end <= found(added)[0] <= line.end + seconds(0.1)


def test_with_words_off_or_no_room_it_is_not_said():
    assert not len(found(remarked(breathing(4), 5, lambda playback: playback.toggle_words())[0]))
    session = session_of([*talk("a", seconds=20), Rest(3, 3)], pace="4-6", tone="none")
    assert not len(found(remarked(session, 6)[0]))
