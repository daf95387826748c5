"""Leaving in the middle: how soon, how gently, and how to come back."""

import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from alsa import spoken
from listening import kink, step
from pulse import until
from rig import RATE, ended, model, when_it_parted
from running import children_of, is_alive

from voice_guide.live.player import LATENCY_SECONDS
from voice_guide.live.ring import RISE_SECONDS

TONE = ("--tone", "pad", "--voice", "none")
"""Smooth, so that the least click is found."""

NO_VOICE = ("--voice", "none")

AT_ONCE_SECONDS = 0.1
RECORDER_SECONDS = 0.05
"""How far the recorder may be behind the ear."""

HANDED_OVER_SECONDS = LATENCY_SECONDS + RISE_SECONDS + 0.2
"""When a session that was asked to end is in a stream that is close to the ear."""


AT_THE_LATEST_SECONDS = HANDED_OVER_SECONDS + 1
"""The same on a computer that is too busy to open a stream at once."""


def last_of(recording):
    """The last frame that is not silent."""
    return int(np.flatnonzero(recording.all().any(axis=1))[-1])


def told_by(shell):
    """The exit code of what a shell ran, and whether the terminal is as it was before."""
    shell_code, wrote = ended(shell)
    assert shell_code == 0
    code, _, after = wrote.rpartition("RC=")[2].partition("\n")
    return int(code), after.split()


def settings_before(shell):
    shell.expect("BEGIN")
    return shell.before.split()


def assert_handed_over(heard, whole, asked):
    """It is the session; while it ends it comes through another stream, at nearly the same time."""
    assert np.array_equal(heard[:asked], whole[:asked])
    away = asked + round(AT_THE_LATEST_SECONDS * RATE)
    later = [np.flatnonzero(sound[away:].any(axis=1))[-1] for sound in (heard, whole)]
    shift = int(later[0] - later[1])
    assert abs(shift) < 0.05 * RATE
    rest = whole[away : away + later[1] - RATE // 10]
    assert np.array_equal(heard[away + shift :][: len(rest)], rest)
    assert kink(heard[: len(whole) + shift]) < 1.2 * kink(whole)


@pytest.mark.parametrize(("key", "expected"), [("q", 0), ("\x03", 130)], ids=["q", "Ctrl-C"])
@pytest.mark.parametrize(
    ("later", "within"),
    [(HANDED_OVER_SECONDS, AT_ONCE_SECONDS), (0.1, LATENCY_SECONDS + AT_ONCE_SECONDS)],
    ids=["a while later", "while still near the first"],
)
def test_asked_twice_it_stops_at_once_without_a_click(
    rig, short, exported, key, expected, later, within
):
    with rig.recording() as recording:
        shell = rig.shell(short, *TONE)
        before = settings_before(shell)
        recording.until_heard(2)
        shell.send(key)
        recording.until_heard(2 + later)
        pressed = recording.frames
        shell.send(key)
        assert told_by(shell) == (expected, before)
    assert (last_of(recording) - pressed) / RATE < within + RECORDER_SECONDS
    heard, undisturbed = recording.sound(), exported(short, *TONE)
    assert step(heard) <= 1.1 * step(undisturbed)
    assert kink(heard) <= 1.2 * kink(undisturbed)


def test_sigterm_stops_at_once_without_a_click_and_restores_the_terminal(rig, short, exported):
    with rig.recording() as recording:
        shell = rig.shell(short, *TONE)
        before = settings_before(shell)
        recording.until_heard(2)
        pressed = recording.frames
        (player,) = children_of(shell.pid)
        os.kill(player, signal.SIGTERM)
        assert told_by(shell) == (143, before)
    late = LATENCY_SECONDS + AT_ONCE_SECONDS + RECORDER_SECONDS
    assert (last_of(recording) - pressed) / RATE < late
    assert kink(recording.sound()) <= 1.2 * kink(exported(short, *TONE))


def test_leaving_ends_the_voices_that_are_still_at_work(rig):
    rig.env["XDG_CACHE_HOME"] = str(rig.folder / "cold")
    with rig.recording() as recording:
        player = rig.play("stay-present")
        recording.until_heard(0.1)
        voices = children_of(player.pid)
        player.kill(signal.SIGTERM)
        began = time.monotonic()
        code, _ = ended(player)
    assert code == 143
    assert time.monotonic() - began < 2
    assert voices
    assert not [voice for voice in voices if is_alive(voice)]


def test_ctrl_c_lets_the_breath_out_and_exits_with_130(rig, short, exported):
    with rig.recording() as recording:
        shell = rig.shell(short, *TONE)
        before = settings_before(shell)
        recording.until_heard(1.5)
        shell.send("\x03")
        assert told_by(shell) == (130, before)
    heard = recording.sound()
    asked = when_it_parted(heard, exported(short, *TONE))
    whole = model(short, (asked, "finish"), tone="pad", voice="none")
    assert len(whole) == 3.5 * RATE + 3 * RATE
    assert_handed_over(heard, whole, asked)


def test_q_lets_the_breath_out_and_what_was_changed_and_the_place_are_kept(
    rig, alsa, short, exported
):
    undisturbed = exported(short, *NO_VOICE)  # which would say how the pace has changed
    with rig.recording() as recording:
        player = rig.play(short, *NO_VOICE, "--remember")
        recording.until_heard(1.2)
        player.send("\x1b[B")
        recording.until_heard(4.5)
        player.send("q")
        code, wrote = ended(player)
    heard = recording.sound()
    slower = when_it_parted(heard, undisturbed)
    finish = when_it_parted(heard, model(short, (slower, "slower"), voice="none"))
    whole = model(short, (slower, "slower"), (finish, "finish"), voice="none")
    assert code == 0
    assert len(whole) == (3.5 + 4 + 3) * RATE  # the second breath is the slower one
    assert_handed_over(heard, whole, finish)
    assert "Your pace, 1.714-2.286, is saved in" in " ".join(wrote.split())
    config = Path(rig.env["XDG_CONFIG_HOME"]) / "voice-guide" / "config.toml"
    assert config.read_text() == 'pace = "1.714-2.286"\n'
    state = Path(rig.env["XDG_STATE_HOME"]) / "voice-guide" / "place.json"
    place = json.loads(state.read_text())
    assert place["item"] == 1
    env = {**alsa.env, "XDG_STATE_HOME": rig.env["XDG_STATE_HOME"]}
    rest = model(short, start=1, pace="1.714-2.286")
    _, sound = alsa.play("--resume", "--voice", "espeak", env=env)
    assert np.array_equal(spoken(sound), spoken(rest))


@pytest.mark.parametrize(
    ("keys", "expected"), [("qq", 0), ("\x03\x03", 130), ("", 143)], ids=["q", "Ctrl-C", "SIGTERM"]
)
def test_a_sound_server_that_has_stopped_answering_holds_nobody_up(rig, short, keys, expected):
    with rig.recording(cut_off=True) as recording:
        player = rig.play(short)
        recording.until_heard(1)
        rig.pulse.hang()
        for key in keys:
            player.send(key)
            time.sleep(0.2)  # two presses, not one of two
        if not keys:
            player.kill(signal.SIGTERM)
        code, wrote = ended(player, 10)  # without an end, it took until the server answered
        rig.pulse.go_on()
    assert code == expected
    assert "Traceback" not in wrote


def test_a_terminal_that_closes_ends_it_with_its_place_kept(rig, short):
    with rig.recording(cut_off=True) as recording:
        player = rig.play(short)
        recording.until_heard(1)
        os.close(player.child_fd)
        until(lambda: not is_alive(player.pid))
    assert (rig.folder / "XDG_STATE_HOME" / "voice-guide" / "place.json").exists()


@pytest.mark.parametrize("how", ["q twice", "SIGTERM"])
def test_on_a_suspended_device_leaving_takes_no_longer(rig, short, how):
    with rig.recording(cut_off=True) as recording:
        player = rig.play(short)
        recording.until_heard(1)
        rig.pulse.pactl("suspend-sink", "rig", "1")
        began = time.monotonic()
        if how == "SIGTERM":
            player.kill(signal.SIGTERM)
        else:
            player.send("qq")
        code, _ = ended(player)
    assert code == (143 if how == "SIGTERM" else 0)
    assert time.monotonic() - began < 3


def test_on_a_suspended_device_one_q_is_enough(rig, short):
    with rig.recording(cut_off=True) as recording:
        player = rig.play(short)
        recording.until_heard(1)
        rig.pulse.pactl("suspend-sink", "rig", "1")
        player.send("q")
        code, _ = ended(player, 5)
    assert code == 0
