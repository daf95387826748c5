"""A bundle played where no voice could speak: heard through ALSA's file plugin."""

import json

import numpy as np
import pytest
from alsa import spoken
from rig import model

from voice_guide import open_session

SECOND = 1
"""The first item of the short script's second section."""


@pytest.fixture
def bundle(alsa, short, tmp_path):
    """Made of the short script; the one who plays it has chosen a voice that isn't there."""
    path = tmp_path / "s.zip"
    session = open_session(short, voice="espeak", tone="pad")
    session.export(tmp_path / "a.wav", bundle_file=path)
    alsa.env |= {"XDG_CACHE_HOME": str(tmp_path / "empty"), "VOICE_GUIDE_VOICE": "neural:/nowhere"}
    return path


def test_it_is_heard_as_the_script_is(alsa, short, bundle):
    played, sound = alsa.play(bundle, "--start", "Two")
    assert played.returncode == 0
    assert np.array_equal(spoken(sound), spoken(model(short, tone="pad", start=SECOND)))


def test_its_place_is_gone_on_with_as_it_was_left(alsa, short, bundle, tmp_path):
    place = tmp_path / "state" / "voice-guide" / "place.json"
    place.parent.mkdir(parents=True)
    settings = {"pace": "2-2", "tone": "pad", "voice": "auto"}
    place.write_text(json.dumps({"name": str(bundle), "item": SECOND, "settings": settings}))
    expected = model(short, pace="2-2", tone="pad", start=SECOND)
    played, sound = alsa.play("--resume")
    assert played.returncode == 0
    assert np.array_equal(spoken(sound), spoken(expected))
    assert not place.exists()


def test_a_clip_that_is_none_is_told_before_anything_sounds(alsa, bundle):
    data = bytearray(bundle.read_bytes())
    data[data.rindex(b"data") + 400] ^= 1
    bundle.write_bytes(data)
    played, sound = alsa.play(bundle)
    assert played.returncode == 1
    assert "in it is damaged" in played.stderr
    assert not len(sound)
