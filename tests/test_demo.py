"""The committed demo is what the code renders today."""

from pathlib import Path

import numpy as np
import pyebur128
import soundfile

from voice_guide.library import load
from voice_guide.session import open_session
from voice_guide.settings import Settings

DEMO = Path(__file__).parent.parent / "audio" / "one-minute-pause.opus"


def moments(audio, rate):
    state = pyebur128.R128State(2, rate, pyebur128.MeasurementMode.MODE_M)
    hop = rate // 10
    for start in range(0, len(audio) - hop + 1, hop):
        state.add_frames(np.ascontiguousarray(audio[start : start + hop]).reshape(-1), hop)
        yield pyebur128.get_loudness_momentary(state)


def test_the_demo_is_what_is_rendered_today():
    """Opus keeps loudness and, nearly, the wave: 1 LU in each moment, 0.9 of the correlation."""
    demo, rate = soundfile.read(DEMO, dtype="float32")
    session = open_session(load("one-minute-pause"), Settings())
    session.speak()
    today = np.concatenate(list(session.renderer().blocks(65536)))
    assert rate == 48000
    assert abs(len(demo) - len(today)) < rate // 10
    demo = demo[: len(today)]
    heard = [
        (then, now)
        for then, now in zip(moments(demo, rate), moments(today, rate), strict=False)
        if now > -60
    ]
    assert len(heard) > 500
    assert max(abs(then - now) for then, now in heard) < 1
    assert np.corrcoef(demo[:, 0], today[: len(demo), 0])[0, 1] > 0.9


def test_the_demo_is_small():
    assert DEMO.stat().st_size < 2_000_000
