"""The page in Firefox: drawn, heard through a sound server, and read by a checker."""

import numpy as np
import pytest
import soundfile
from browsers import Firefox, axe
from parts import need
from pulse import Pulse
from rig import Recording
from running import run, wait_until

LATENCY_NOTED = """
    globalThis.latencyAsked = 0;
    AudioContext.prototype.getOutputTimestamp = () => { latencyAsked += 1; return {}; };
    Object.defineProperty(AudioContext.prototype, "outputLatency", {
        get: () => { latencyAsked += 1; return 0; },
    });
"""
"""Firefox on Linux may stop for ever as it answers: then it waits for its sound server, which waits
for more of its sound."""


@pytest.fixture
def pulse(tmp_path):
    need("pulseaudio", "pactl", "parec")
    server = Pulse(tmp_path / "pulse")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def firefox(pulse, tmp_path):
    browser = Firefox(tmp_path, env=pulse.env)
    yield browser
    browser.close()


@pytest.mark.slow
def test_it_works_in_firefox_too(firefox, pulse, studio, short, tmp_path):
    run("export", short, "-o", tmp_path / "short.wav", "--subtype", "float", check=True)
    exported = soundfile.read(tmp_path / "short.wav", dtype="float32", always_2d=True)[0]

    def text(name):
        return firefox.run(f"document.getElementById('{name}').textContent")

    firefox.open(f"http://127.0.0.1:{studio.port}/{studio.token}/#practice=short")
    wait_until(lambda: firefox.run("document.body.dataset.ready ?? ''") and text("length"))
    assert text("breaths") == "2 breaths"
    firefox.run(f"(() => {{ {LATENCY_NOTED} }})()")
    with pulse.recording(tmp_path / "heard.raw"):
        recording = Recording(tmp_path / "heard.raw")
        firefox.press(" ")
        for phase in ("Breathe in", "Breathe out"):
            wait_until(lambda phase=phase: text("phase") == phase)
        assert firefox.run("document.getElementById('shape').style.transform") != "scale(0.4)"
        wait_until(lambda: text("told") == "The session has ended.", seconds=40)
        recording.until_silent()
    assert heard_of(exported, recording.all()) > 0.5
    assert firefox.run("latencyAsked") == 0
    firefox.run(f"(() => {{ {axe()} }})()")
    found = firefox.run("axe.run().then(({ violations }) => violations.map(({ id }) => id))")
    assert found == []
    assert firefox.complaints() == []


def heard_of(sound, recording):
    """Return the share of a sound's tenths of a second that a recording has, to the last bit.

    A sound server without a card drops some of them while the computer is busy.
    """
    tenths = [t for t in np.split(sound, range(4800, len(sound), 4800)) if t.any(1).all()]
    return np.mean([has(recording, tenth) for tenth in tenths])


def has(recording, piece):
    starts = np.flatnonzero((recording[: -len(piece)] == piece[0]).all(1))
    return any(np.array_equal(recording[at : at + len(piece)], piece) for at in starts)
