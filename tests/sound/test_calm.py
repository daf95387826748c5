"""What a line may be, so that nobody has to look at it whenever it is heard."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import RATE, burst
from sounds import noise, sine
from startling import CEILING, IN_A_CLIP

from voice_guide.audio.loudness import level_clip
from voice_guide.sound.bounds import Bounds
from voice_guide.sound.calm import UNBOUNDED, Room, calm_in, is_right, rooms
from voice_guide.sound.judge import Judge, Mended
from voice_guide.units import db_to_gain

BOUNDS = Bounds(RATE, lufs=-18.0, ceiling=CEILING)
LEFT = 0.1
"""Of the ceiling of a mix, by a clip."""
FRAMES = np.arange(2 * RATE)
NOTHING = UNBOUNDED._replace(peak=0, swing=0, offset=0, levels=(0,) * len(UNBOUNDED.levels))

KINDS = {
    "syllables": burst("a 2"),
    "a tone": sine(-18, 2, 300, RATE),
    "a low hum": sine(-12, 2, 25, RATE),
    "a high tone": sine(-9, 2, RATE / 4, RATE),
    "swells": noise(-15, 2, RATE) * (0.5 - 0.5 * np.cos(FRAMES / RATE * 6 * np.pi)),
    "bursts": noise(-12, 2, RATE) * (FRAMES % (RATE // 3) < RATE // 20),
    "clicks": 0.5 * (FRAMES % (RATE // 7) == 0),
}


def heard_beside(clip, offset, tone, room):
    """A line that begins at any frame, over a tone that leaves it no more than a room."""
    at = RATE + offset
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
def test_what_is_calm_is_so_wherever_it_begins_over_whatever_leaves_it_its_room(
    kind, db, offset, cut, hertz
):
    clip = (KINDS[kind] * db_to_gain(db)).astype(np.float32)[cut * 1000 :]
    for room in rooms(-18.0, LEFT)[: calm_in(clip, BOUNDS, CEILING - LEFT)]:
        tone = np.sqrt(2) * np.sin(2 * np.pi * hertz * np.arange(5 * RATE) / RATE)
        mended, needs = Judge(BOUNDS, Mended()).look(heard_beside(clip, offset, 0.9 * tone, room))
        assert mended is None
        assert needs is None


@pytest.mark.parametrize("lufs", [-30.0, -18.0, -12.0])
def test_usual_words_are_calm_at_their_loudness_and_within_any_higher(lufs):
    clip = level_clip(burst("a 2"), RATE, lufs, 0.79)
    assert calm_in(clip, Bounds(RATE, lufs=lufs, ceiling=CEILING), 0.79)
    assert is_right(
        clip, Bounds(RATE, lufs=lufs + 5, ceiling=CEILING), rooms(lufs, CEILING - 0.79)[0]
    )


def test_each_room_is_at_least_as_wide_as_the_one_before():
    for narrow, wide in pairwise(rooms(-18.0, LEFT)):
        assert wide.holds(*narrow)
        assert not narrow.holds(*wide)


@pytest.mark.parametrize("fault", IN_A_CLIP)
def test_no_fault_is_calm(fault):
    assert not calm_in(IN_A_CLIP[fault].astype(np.float32), BOUNDS, CEILING - LEFT)


@pytest.mark.parametrize("frames", [0, 1, RATE])
def test_silence_is_calm(frames):
    assert calm_in(np.zeros(frames, np.float32), BOUNDS, CEILING - LEFT) == len(rooms(-18.0, LEFT))


def test_a_word_that_begins_at_once_may_be_calm_and_so_it_is_at_any_frame():
    """Its first pulse is its loudest: whichever cell that ends in, it is more than a click."""
    times = FRAMES / RATE
    pulses = np.exp(-500 * (times % 0.008)) * np.cos(2 * np.pi * 700 * (times % 0.008))
    word = 0.66 * pulses * (0.3 + 0.7 * np.exp(-40 * times)) * np.exp(-times)
    clip = np.concatenate([np.zeros(100), word]).astype(np.float32)
    assert calm_in(clip, BOUNDS, CEILING - LEFT)
    for offset in range(BOUNDS.cell):
        beside = heard_beside(clip, offset, np.zeros(5 * RATE), rooms(-18.0, LEFT)[0])
        assert Judge(BOUNDS, Mended()).look(beside) == (None, None)


@pytest.mark.parametrize("before", [True, False])
def test_what_would_be_a_click_at_any_frame_is_not_right(before):
    """It is none if enough of a burst is in its 10 ms, and cells may part them anywhere."""
    cell, found = BOUNDS.cell, set()
    alone = Room(NOTHING, NOTHING)
    for level, gap in product(range(-24, -18), range(0, 3 * cell, cell // 4)):
        clip = np.zeros(12 * cell, np.float32)
        clip[6 * cell : 7 * cell] = noise(level, 1, RATE)[:cell]
        at = 6 * cell - 2 - gap if not before else 7 * cell + gap
        clip[at : at + 2] = 0.66, -0.3
        right = is_right(clip, BOUNDS, alone)
        for offset in range(0, cell * right, 4):
            sound = np.repeat(np.pad(clip, (64 * cell + offset, 2 * cell - offset))[:, None], 2, 1)
            assert Judge(BOUNDS, Mended()).look(sound) == (None, None)
        found.add(right)
    assert found == {False, before}  # what comes after may be in another cell


def test_a_click_over_a_soft_sound_is_not():
    clip = (0.02 * noise(0, 1, RATE)).astype(np.float32)
    assert calm_in(clip, BOUNDS, CEILING - LEFT)
    clip[RATE // 2] = 0.66
    assert not calm_in(clip, BOUNDS, CEILING - LEFT)
