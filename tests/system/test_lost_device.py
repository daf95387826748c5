"""A device or its server goes away while it plays, and comes back."""

import os
import signal
import sys

import numpy as np
import pexpect
import pytest
from listening import kink
from pulse import SINK, until
from rig import RATE, ended

from voice_guide.live.ring import KEPT_SECONDS, RISE_SECONDS

RISE = round(RISE_SECONDS * RATE)


def where(sound, whole):
    """The only frame of a whole at which a sound is, exactly."""
    found = [
        int(at)
        for at in np.flatnonzero(whole[: len(whole) - len(sound), 0] == sound[0, 0])
        if np.array_equal(whole[at : at + len(sound)], sound)
    ]
    assert len(found) == 1
    return found[0]


def assert_went_on(heard, again, expected):
    """It came back softly, at or before the last frame heard, and went on to the end."""
    assert np.array_equal(heard, expected[: len(heard)])
    came_back = where(again[RISE : RISE + RATE], expected) - RISE
    assert came_back + RISE <= len(heard)
    assert len(heard) - came_back < (KEPT_SECONDS + 0.1) * RATE
    rest = expected[came_back:]
    assert np.array_equal(again[RISE : len(rest)], rest[RISE:])
    softly = slice(1, RISE // 10)  # the very first frame may be left from before
    assert np.abs(again[softly]).max() < 0.25 * np.abs(rest[softly]).max()
    assert kink(again[1:]) < 1.2 * kink(expected)


def unload_the_sink(pulse):
    pulse.pactl("unload-module", "module-null-sink")
    yield
    pulse.pactl("load-module", *SINK.split())


def kill_the_server(pulse):
    pulse.stop()
    yield
    pulse.start()


@pytest.mark.parametrize("away", [unload_the_sink, kill_the_server])
def test_the_place_is_kept_and_nothing_is_lost(rig, short, exported, away):
    expected = exported(short)
    with rig.recording(cut_off=True) as before:
        player = rig.play(short)
        before.until_heard(3)
        steps = away(rig.pulse)
        next(steps)
        heard = before.sound()
    os.kill(player.pid, signal.SIGSTOP)  # until the recorder is there
    next(steps, None)
    with rig.recording() as after:
        os.kill(player.pid, signal.SIGCONT)
        code, wrote = ended(player)
    assert code == 0
    assert "ALSA" not in wrote
    assert "PortAudio" not in wrote
    assert_went_on(heard, after.sound(), expected)


def test_a_device_that_was_suspended_is_found_out_and_goes_on(rig, short, exported):
    expected = exported(short)
    with rig.recording() as recording:
        player = rig.play(short)
        recording.until_heard(3)
        rig.pulse.pactl("suspend-sink", "rig", "1")
        until(lambda: not rig.pulse.playing())  # given up
        until(rig.pulse.playing)  # tried again
        rig.pulse.pactl("suspend-sink", "rig", "0")
        code, _ = ended(player)
    heard = recording.sound()
    frames = min(len(heard), len(expected))
    parted = int(np.flatnonzero((heard[:frames] != expected[:frames]).any(axis=1))[0])
    silence = ~heard.any(axis=1)
    again = parted + int(np.flatnonzero(~silence[parted:])[0])
    assert code == 0
    assert_went_on(heard[:parted], heard[again - 1 :], expected)


LOUDSPEAKERS = SINK.replace("sink_name=rig", "sink_name=loudspeakers")

AT_MOST_SECONDS = 0.25
"""Of what the server had already, before it was told to stop: far from a word."""


@pytest.fixture
def loudspeakers(rig):
    """A second device, to which the server moves what played on the first when that goes."""
    rig.pulse.pactl("load-module", *LOUDSPEAKERS.split())

    def unplug():
        modules = rig.pulse.pactl("list", "short", "modules").splitlines()
        (number,) = [row.split()[0] for row in modules if "sink_name=rig" in row]
        rig.pulse.pactl("unload-module", number)

    return unplug


def test_without_headphones_it_waits_and_goes_on_when_they_are_back(
    rig, short, exported, loudspeakers
):
    expected = exported(short)
    with rig.recording(cut_off=True) as headphones:
        player = rig.play(short)
        headphones.until_heard(3)
        with rig.recording(sink="loudspeakers") as elsewhere:
            loudspeakers()
            heard = headphones.sound()
            player.expect("device gone")
            until(lambda: not rig.pulse.playing())
        assert len(elsewhere.sound()) < AT_MOST_SECONDS * RATE
    os.kill(player.pid, signal.SIGSTOP)  # until the recorder is there
    rig.pulse.pactl("load-module", *SINK.split())
    with rig.recording() as after:
        os.kill(player.pid, signal.SIGCONT)
        code, wrote = ended(player)
    assert code == 0
    assert "ALSA" not in wrote
    assert_went_on(heard, after.sound(), expected)


def test_without_headphones_a_key_goes_on_where_it_can_be_heard(rig, short, exported, loudspeakers):
    expected = exported(short)
    with rig.recording(cut_off=True) as headphones:
        player = rig.play(short)
        headphones.until_heard(3)
        loudspeakers()
        heard = headphones.sound()
    player.expect("device gone")
    until(lambda: not rig.pulse.playing())
    with rig.recording(sink="loudspeakers") as elsewhere:
        player.send(" ")
        code, _ = ended(player)
    assert code == 0
    assert_went_on(heard, elsewhere.sound(), expected)


def test_who_wishes_so_hears_it_on_wherever_it_goes(rig, short, loudspeakers):
    with rig.recording(cut_off=True) as headphones:
        player = rig.play(short, "--keep-playing")
        headphones.until_heard(3)
        with rig.recording(sink="loudspeakers") as elsewhere:
            loudspeakers()
            elsewhere.until_heard(1)
            player.send("qq")
            assert ended(player)[0] == 0


def test_a_device_that_stays_away_ends_it_with_the_way_to_go_on(rig, short):
    code = (
        "import sys; from voice_guide.live import player; player.GIVE_UP_SECONDS = 1\n"
        "from voice_guide.cli import main; main()"
    )
    with rig.recording(cut_off=True) as before:
        player = pexpect.spawn(
            sys.executable, ["-c", code, "play", str(short)], env=rig.env, encoding="utf-8"
        )
        before.until_heard(1.5)
        rig.pulse.stop()
        exit_code, wrote = ended(player)
    assert exit_code == 1
    assert "voice-guide play --resume" in wrote
    assert (rig.folder / "XDG_STATE_HOME" / "voice-guide" / "place.json").exists()
