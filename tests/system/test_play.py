"""Listening in real time: what leaves a sound server, recorded while somebody presses keys."""

import numpy as np
from listening import kink, step
from rig import BLOCK, RATE, SIGN, ended, model, when_it_parted

from voice_guide.live.pause import PAUSE_SECONDS

TONE = ("--tone", "pad", "--voice", "none")
"""Smooth, so that the least click is found."""


def test_a_whole_practice_is_heard_as_it_is_exported(rig, exported):
    practice = ("one-minute-pause", "--pace", "2-3", "--rate", "250")
    expected = exported(*practice)
    with rig.recording() as recording:
        player = rig.play(*practice)
        code, wrote = ended(player, 90)
    heard = recording.sound()
    assert code == 0
    assert "broke up" not in wrote
    assert "A one-minute pause · breath 1" in wrote
    assert np.array_equal(heard[: len(expected)], expected)
    assert not heard[len(expected) :].any()


def test_a_pause_loses_and_repeats_nothing(rig, short, exported):
    expected, fade = exported(short), round(PAUSE_SECONDS * RATE)
    with rig.recording() as recording:
        player = rig.play(short)
        recording.until_heard(3)
        player.send(" ")
        recording.until_silent()
        player.send(" ")
        code, wrote = ended(player)
    heard = recording.sound()
    stopped = when_it_parted(heard, expected)
    silence = stopped + SIGN + int(np.flatnonzero(~heard[stopped + SIGN :].any(axis=1))[0])
    goes_on = silence + int(np.flatnonzero(heard[silence:].any(axis=1))[0])
    goes_on -= (goes_on - stopped) % BLOCK
    assert code == 0
    assert "paused" in wrote
    assert np.array_equal(heard[:stopped], expected[:stopped])
    rest = expected[stopped + fade + SIGN :]  # what follows the sign of going on
    assert np.array_equal(heard[goes_on + SIGN :][: len(rest)], rest)
    asked = [(stopped, "toggle_pause"), (goes_on, "toggle_pause")]
    whole = model(short, *asked)
    assert np.array_equal(heard[: len(whole)], whole)


def test_a_new_pace_and_a_skip_are_heard_as_they_are_made_without_a_click(rig, short, exported):
    undisturbed = exported(short, *TONE)
    with rig.recording() as recording:
        player = rig.play(short, *TONE)
        recording.until_heard(1.2)
        player.send("\x1b[B")
        recording.until_heard(4.5)
        player.send("\x1b[D")
        code, _ = ended(player)
    heard = recording.sound()
    silent = {"tone": "pad", "voice": "none"}
    slower = when_it_parted(heard, undisturbed)
    again = when_it_parted(heard, model(short, (slower, "slower"), **silent))
    whole = model(short, (slower, "slower"), (again, "again"), **silent)
    assert code == 0
    assert np.array_equal(heard[: len(whole)], whole)
    assert step(heard) <= 1.1 * step(undisturbed)
    assert kink(heard) <= 1.2 * kink(undisturbed)
