"""Sound devices for tests, and scripts that are short enough to be played in real time."""

import os

import pytest
from alsa import AlsaFile
from parts import need
from pulse import Pulse
from rig import Rig
from running import run

SHORT = """---
title: Short
pace: 1.5-2
---

## One

Feel the floor.

## Two

And let go.
"""


@pytest.fixture
def pulse(tmp_path):
    """A sound server of its own, with a sink that nobody hears."""
    need("pulseaudio", "pactl", "parec", libraries=["portaudio"])
    server = Pulse(tmp_path / "pulse")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def rig(pulse, tmp_path):
    return Rig(pulse, tmp_path)


@pytest.fixture
def alsa(tmp_path):
    """Devices that hand back what they are given."""
    need(libraries=["portaudio"])
    return AlsaFile(tmp_path)


@pytest.fixture
def deaf(tmp_path):
    """The environment of a machine without a sound device."""
    (tmp_path / "nothing.conf").write_text("pcm.!default { type hw card 99 }\n")
    lacking = {"ALSA_CONFIG_PATH": str(tmp_path / "nothing.conf"), "PULSE_SERVER": "none"}
    return {**os.environ, **lacking, "XDG_STATE_HOME": str(tmp_path / "state")}


@pytest.fixture(scope="session")
def short(tmp_path_factory):
    """A script of two lines, ten seconds long."""
    script = tmp_path_factory.mktemp("scripts") / "short.md"
    script.write_text(SHORT)
    return script


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """What is exported, float32 (frames, 2), given a script and options.

    Ask before playing: the speech is then in the cache, and no line comes late.
    """
    import soundfile

    folder, known = tmp_path_factory.mktemp("exported"), {}

    def export(*arguments):
        key = " ".join(map(str, arguments))
        if key not in known:
            file = folder / f"{len(known)}.wav"
            finished = run("export", *arguments, "-o", file, "--subtype", "float")
            assert finished.returncode == 0, finished.stderr
            known[key], _ = soundfile.read(file, dtype="float32")
        return known[key]

    return export
