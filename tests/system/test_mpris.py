"""Media keys: ``playerctl`` drives a real player over a bus of its own."""

import contextlib
import os
import signal
import subprocess
import time

import pytest
from parts import need
from pulse import until
from rig import ended


class Bus:
    """A private D-Bus; ``env`` makes programs use it."""

    def __init__(self, env):
        self._bus = subprocess.Popen(
            ["dbus-run-session", "sh", "-c", "echo $DBUS_SESSION_BUS_ADDRESS; exec sleep 600"],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.env = {**env, "DBUS_SESSION_BUS_ADDRESS": self._bus.stdout.readline().strip()}

    def stop(self):
        with contextlib.suppress(ProcessLookupError):  # stopped already
            os.killpg(self._bus.pid, signal.SIGTERM)
        self._bus.wait()
        self._bus.stdout.close()

    def ctl(self, *command):
        """What playerctl answers."""
        asked = ["playerctl", "--player=voice_guide", *command]
        answer = subprocess.run(asked, env=self.env, capture_output=True, text=True, timeout=10)
        return answer.stdout.strip()


@pytest.fixture
def bus(rig):
    need("dbus-run-session", "playerctl", modules=["dbus_fast"], libraries=["portaudio"])
    bus = Bus(rig.env)
    rig.env = bus.env
    yield bus
    bus.stop()


LONG = """---
title: With keys
pace: 1.5-2
---

## One

Feel the floor.

[9 breaths]

## Two

And let go.

[9 breaths]

## Three

Rest.

[9 breaths]
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "long.md"
    path.write_text(LONG)
    return path


def becomes(bus, expected, *command):
    until(lambda: bus.ctl(*command) == expected)


def test_media_keys_drive_a_session(rig, bus, script):
    with rig.recording() as recording:
        player = rig.play(script)
        becomes(bus, "Playing", "status")
        recording.until_heard(1)
        assert bus.ctl("metadata", "xesam:title") == "One"
        assert bus.ctl("metadata", "xesam:album") == "With keys"
        left = int(bus.ctl("metadata", "mpris:length")) / 1e6
        assert left == pytest.approx(30 * 3.5, abs=8)

        bus.ctl("play-pause")
        becomes(bus, "Paused", "status")
        recording.until_silent()
        position = bus.ctl("position")
        until(lambda: recording.seconds > 2.5)
        assert bus.ctl("position") == position
        bus.ctl("play")
        becomes(bus, "Playing", "status")
        until(lambda: float(bus.ctl("position")) > float(position))

        bus.ctl("next")
        becomes(bus, "Two", "metadata", "xesam:title")
        bus.ctl("next")
        becomes(bus, "Three", "metadata", "xesam:title")
        bus.ctl("previous")  # it has only begun, so the one before
        becomes(bus, "Two", "metadata", "xesam:title")

        bus.ctl("stop")
        code, wrote = ended(player)
    assert code == 0
    assert "Traceback" not in wrote
    assert bus.ctl("status") == ""


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/bus", "nonsense"])
def test_without_a_bus_it_plays_and_says_nothing(rig, script, address):
    if address is None:
        rig.env.pop("DBUS_SESSION_BUS_ADDRESS", None)
    else:
        rig.env["DBUS_SESSION_BUS_ADDRESS"] = address
    with rig.recording() as recording:
        player = rig.play(script, "--quiet")
        recording.until_heard(0.7)
        player.send("qq")
        code, wrote = ended(player)
    assert code == 0
    assert wrote == ""


def test_a_bus_that_goes_away_does_not_stop_the_session(rig, bus, script):
    with rig.recording() as recording:
        player = rig.play(script)
        becomes(bus, "Playing", "status")
        bus.stop()
        heard = recording.seconds
        recording.until_heard(heard + 1)
        began = time.monotonic()
        player.send("qq")
        code, wrote = ended(player)
    assert code == 0
    assert time.monotonic() - began < 3
    assert "Traceback" not in wrote
