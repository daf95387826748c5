"""The keys that ``play`` names, and what each does to a session."""

import re
import threading

import click
import numpy as np
import pytest
from listening import breathing, seconds

from voice_guide.cli.play import _actions, play_command
from voice_guide.live.playback import Playback

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
    _actions(playback)[key]()
    for thread in set(threading.enumerate()) - before:
        thread.join()
    return playback


def test_the_help_names_every_key():
    named = {NAMES.get(key, key) for key in keys_in_the_help()}
    assert named == set(_actions(Playback(breathing(1))))


@pytest.mark.parametrize("key", _actions(Playback(breathing(1))))
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
