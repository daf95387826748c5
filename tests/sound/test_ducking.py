"""How all else makes room for the voice: in sound, and as it is worked out without any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_guide.plan.breath import Cue
from voice_guide.scripting.model import Line
from voice_guide.sound.ducking import Ducking, gain_down_to, lowered, turned_down

RATE = 1000
FRAMES = 20 * RATE


def line(start, seconds):
    return Cue(round(start * RATE), round((start + seconds) * RATE), Line("Rest."), 0)


def room(lines, frames=FRAMES):
    """All of the room for some lines, asked for in blocks."""
    ducking = Ducking(RATE)
    for one in lines:
        ducking.add(one)
    return np.concatenate(
        [room_of(ducking, at, min(at + frames, FRAMES)) for at in range(0, FRAMES, frames)]
    )


def room_of(ducking, start, end):
    """The room between two frames, (frames,), stretch by stretch."""
    found = []
    while start < end:
        until = ducking.until(start, end)
        room = ducking.room(start, until)
        found.append(np.broadcast_to(1 if room is None else room, (until - start, 2))[:, 0])
        start = until
    return np.concatenate(found)


LINES = st.lists(st.builds(line, st.floats(1, 15), st.floats(0.2, 4)), max_size=4)


@settings(max_examples=25, deadline=None)
@given(LINES, st.integers(50, FRAMES))
def test_it_is_the_same_in_blocks_of_any_size_and_as_worked_out_without_sound(lines, frames):
    heard = room(lines, frames)
    seconds = np.arange(FRAMES) / RATE
    down = np.zeros(FRAMES)
    for one in lines:
        down = np.maximum(down, turned_down(seconds, one.start / RATE, one.end / RATE))
    assert np.abs(1 - heard - down).max() < 0.005, "a frame early or late at most"


def test_it_is_whole_while_a_line_sounds_and_begins_and_ends_softly():
    heard = room([line(5, 2)])
    assert not heard[5 * RATE : 7 * RATE].any()
    assert (heard[: round(4.4 * RATE)] == 1).all()
    assert (heard[round(8.5 * RATE) :] == 1).all()
    assert np.abs(np.diff(heard)).max() < 0.003


def test_a_line_that_is_left_out_makes_no_room_and_what_has_gone_down_comes_back():
    ducking, now = Ducking(RATE), round(4.7 * RATE)
    ducking.add(line(5, 2))
    before = room_of(ducking, 0, now)
    ducking.leave_out(5 * RATE, now)
    after = room_of(ducking, now, 9 * RATE)
    whole = np.concatenate([before, after])
    assert 0 < before[-1] < 1
    assert np.abs(np.diff(whole)).max() < 0.003, "no step"
    assert (whole[round(6.6 * RATE) :] == 1).all()
    assert not ducking.sounds(0, FRAMES)


@pytest.mark.parametrize(("loudest", "gain"), [(-20.0, 1.0), (-10.0, 0.5), (-60.0, 1.0)])
def test_a_sound_is_brought_down_to_its_level_and_never_up(loudest, gain):
    left = gain_down_to(-40.0, loudest, gain)
    reached = loudest + 20 * np.log10(gain * left)
    assert reached == pytest.approx(min(-40.0, loudest + 20 * np.log10(gain)))
    sound = np.ones((4, 2), np.float32)
    lower = lowered(sound, np.array([[1, 0.5, 0, 0]] * 2, np.float32).T, left)
    assert lower[:, 0] == pytest.approx([1, (1 + left) / 2, left, left])
    assert lowered(sound, np.zeros(1, np.float32), left)[:, 1] == pytest.approx(4 * [left])
    assert (sound == 1).all()
