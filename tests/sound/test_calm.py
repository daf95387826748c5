"""What a line may be, so that nobody has to look at it whenever it is heard."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import RATE, burst
from sounds import noise, sine
from startling import CEILING, IN_A_CLIP

from voice_guide.audio.loudness import level_clip
from voice_guide.sound.bounds import Bounds
from voice_guide.sound.calm import is_calm, is_right, usual
from voice_guide.sound.judge import Judge, Mended
from voice_guide.units import db_to_gain

BOUNDS = Bounds(RATE, lufs=-18.0, ceiling=CEILING)
FRAMES = np.arange(2 * RATE)

KINDS = {
    "syllables": burst("a 2"),
    "a tone": sine(-18, 2, 300, RATE),
    "a low hum": sine(-12, 2, 25, RATE),
    "a high tone": sine(-9, 2, RATE / 4, RATE),
    "swells": noise(-15, 2, RATE) * (0.5 - 0.5 * np.cos(FRAMES / RATE * 6 * np.pi)),
    "bursts": noise(-12, 2, RATE) * (FRAMES % (RATE // 3) < RATE // 20),
    "clicks": 0.5 * (FRAMES % (RATE // 7) == 0),
}


def heard_beside(clip, offset, tone):
    """A line that begins at any frame, over a tone that makes as little room as may be usual."""
    room, at = usual(-18.0), RATE + offset
    out = tone[: len(clip) + 2 * RATE] * room.around.levels[0]
    out[at : at + len(clip)] *= room.within.levels[0] / room.around.levels[0]
    out[at : at + len(clip)] += clip
    return np.repeat(out[:, None], 2, axis=1).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    db=st.floats(-20, 12),
    offset=st.integers(0, BOUNDS.cell - 1),
    cut=st.integers(0, 9),
    hertz=st.sampled_from([90, 400]),
)
def test_what_is_calm_is_so_wherever_it_begins_over_whatever_is_usual(kind, db, offset, cut, hertz):
    clip = (KINDS[kind] * db_to_gain(db)).astype(np.float32)[cut * 1000 :]
    if is_calm(clip, BOUNDS):
        tone = np.sqrt(2) * np.sin(2 * np.pi * hertz * np.arange(5 * RATE) / RATE)
        mended, needs = Judge(BOUNDS, Mended()).look(heard_beside(clip, offset, 0.9 * tone))
        assert mended is None
        assert needs is None


@pytest.mark.parametrize("lufs", [-30.0, -18.0, -12.0])
def test_usual_words_are_calm_at_their_loudness_and_within_any_higher(lufs):
    clip = level_clip(burst("a 2"), RATE, lufs, 0.79)
    assert is_calm(clip, Bounds(RATE, lufs=lufs, ceiling=CEILING))
    assert is_right(clip, Bounds(RATE, lufs=lufs + 5, ceiling=CEILING), usual(lufs))


@pytest.mark.parametrize("fault", IN_A_CLIP)
def test_no_fault_is_calm(fault):
    assert not is_calm(IN_A_CLIP[fault].astype(np.float32), BOUNDS)


@pytest.mark.parametrize("frames", [0, 1, RATE])
def test_silence_is_calm(frames):
    assert is_calm(np.zeros(frames, np.float32), BOUNDS)
