"""The committed demos are what the code renders today."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import soundfile
from metering import momentary

from voice_guide.scripting.loading import load
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.sound import tones

pytestmark = pytest.mark.slow

AUDIO = Path(__file__).parent.parent / "audio"
STYLES = [style for style in tones.STYLES if style != "none"]


def is_what_is_rendered_today(file, script, settings):
    """Compression keeps loudness and, nearly, the wave: 1 LU in each moment, 0.9 of the
    correlation."""
    demo, rate = soundfile.read(AUDIO / file, dtype="float32")
    session = open_session(load(script), settings)
    session.speak()
    today = np.concatenate(list(session.renderer().blocks(65536)))
    assert rate == settings.sample_rate
    assert abs(len(demo) - len(today)) < rate // 10
    demo = demo[: len(today)]
    heard = [
        (then, now)
        for then, now in zip(momentary(demo, rate), momentary(today, rate), strict=False)
        if now > -60
    ]
    assert len(heard) > 200
    assert max(abs(then - now) for then, now in heard) < 1
    assert np.corrcoef(demo[:, 0], today[: len(demo), 0])[0, 1] > 0.9


@pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime has no wheel for this"
)
def test_the_demo_of_a_session():
    is_what_is_rendered_today("one-minute-pause.opus", "one-minute-pause", Settings(voice="hibari"))


@pytest.mark.parametrize("tone", STYLES)
def test_the_demo_of_a_tone(tone):
    settings = Settings(tone=tone, voice="none", loudness=-23, sample_rate=16000)
    is_what_is_rendered_today(f"{tone}.ogg", str(AUDIO / "two-breaths.md"), settings)


def test_the_demos_are_small():
    assert sum(file.stat().st_size for file in AUDIO.glob("*.o*")) < 1_500_000
