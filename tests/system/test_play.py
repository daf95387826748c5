"""Listening in real time: what leaves a sound server, recorded while somebody presses keys."""

import numpy as np
import pytest
from listening import kink, step
from rig import BLOCK, RATE, ended, model, when_it_parted

from voice_guide.playback import PAUSE_SECONDS

SIGN = round(0.34 * RATE)
"""No sign lasts longer."""

TONE = ("--tone", "pad", "--voice", "none")
"""Smooth, so that the least click is found."""


def test_a_whole_practice_is_heard_as_it_is_exported(rig, exported):
    expected = exported("one-minute-pause", "--pace", "2-3")
    with rig.recording() as recording:
        player = rig.play("one-minute-pause", "--pace", "2-3")
        code, wrote = ended(player, 90)
    heard = recording.sound()
    assert code == 0
    assert "broke off" not in wrote
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


@pytest.mark.parametrize(("key", "name"), [("\x1b[B", "slower"), ("\x1b[C", "next")])
def test_a_key_does_in_the_recording_what_it_does_without_a_device(rig, short, exported, key, name):
    undisturbed = exported(short, *TONE)
    with rig.recording() as recording:
        player = rig.play(short, *TONE)
        recording.until_heard(2.2)
        player.send(key)
        code, _ = ended(player)
    heard = recording.sound()
    whole = model(short, (when_it_parted(heard, undisturbed), name), tone="pad", voice="none")
    assert code == 0
    assert np.array_equal(heard[: len(whole)], whole)
    assert step(heard) <= 1.1 * step(undisturbed)
    assert kink(heard) <= 1.2 * kink(undisturbed)
