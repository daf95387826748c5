"""``doctor`` finds what is there, and names the command for what is not."""

import json
import subprocess
import sys

import pytest


def doctor(*options, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-m", "voice_guide", "doctor", *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def findings(run):
    return {finding["name"]: finding for finding in json.loads(run.stdout)["findings"]}


def test_without_any_device_it_says_what_helps_and_exits_with_1(tmp_path):
    (tmp_path / "asound.conf").write_text("pcm.!default { type hw card 99 }\n")
    run = doctor("--json", ALSA_CONFIG_PATH=str(tmp_path / "asound.conf"), PULSE_SERVER="none")
    assert run.returncode == 1
    assert not json.loads(run.stdout)["can_play"]
    found = findings(run)
    assert not found["devices"]["ok"]
    assert found["devices"]["fix"]
    assert found["voice"]["ok"]
    assert found["packages"]["ok"]


def test_with_a_device_a_session_can_be_played(pulse):
    run = doctor("--json", **pulse.env)
    assert run.returncode == 0, run.stdout
    found = findings(run)
    assert found["devices"]["ok"]
    assert "48000" in found["devices"]["found"]


def test_the_table_names_each_thing_and_comes_to_a_conclusion(pulse):
    run = doctor(**pulse.env)
    for name in ("Python", "packages", "PortAudio", "devices", "voice", "cache", "media keys"):
        assert name in run.stdout
    assert run.stdout.rstrip().endswith("You can play a session.")


def test_without_portaudio_it_names_the_package(tmp_path):
    """The library is hidden from sounddevice, as on a machine that lacks it."""
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    run = doctor("--json", PYTHONPATH=str(tmp_path))
    assert run.returncode == 1
    assert "portaudio" in findings(run)["PortAudio"]["fix"].lower()


@pytest.mark.parametrize("bus", ["", "unix:path=/nowhere"])
def test_media_keys_are_an_extra_that_keeps_nobody_from_listening(pulse, bus):
    run = doctor("--json", **{**pulse.env, "DBUS_SESSION_BUS_ADDRESS": bus})
    assert run.returncode == 0
    assert findings(run)["media keys"]["needed"] is False
