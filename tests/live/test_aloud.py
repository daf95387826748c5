"""What is said and signalled outside of a session, as a stream."""

import numpy as np
from listening import RATE, burst, kink, seconds

from voice_guide.live.aloud import Aloud
from voice_guide.live.earcons import FALLING, RISING, sign

LOUDNESS = -18.0
BLOCK = seconds(0.05)


def both(clip):
    return np.repeat(clip[:, None], 2, axis=1)


def to_the_end(aloud, frames=BLOCK):
    """All that is heard, to the block that is shorter than asked for."""
    blocks = [aloud.read(frames)]
    while len(blocks[-1]) == frames:
        blocks.append(aloud.read(frames))
    return np.concatenate(blocks)


def test_what_was_asked_for_is_heard_to_its_last_frame():
    aloud, clip = Aloud(RATE, LOUDNESS), burst("a clip 0.72")
    aloud.say(clip)
    aloud.finish()
    assert np.array_equal(to_the_end(aloud), both(clip))
    aloud = Aloud(RATE, LOUDNESS)
    aloud.sign(FALLING)
    aloud.finish()
    assert np.array_equal(to_the_end(aloud), sign(FALLING, RATE, LOUDNESS))


def test_words_give_way_to_a_sign_at_once_and_without_a_click():
    aloud = Aloud(RATE, LOUDNESS)
    smooth = 0.3 * np.sin(np.arange(seconds(3)) * (2 * np.pi * 200 / RATE)).astype(np.float32)
    smooth *= np.minimum(1, np.arange(len(smooth)) / RATE * 5)  # from nothing
    aloud.say(smooth)
    before = aloud.read(seconds(1))
    aloud.sign(RISING)
    after, alone = aloud.read(seconds(1)), sign(RISING, RATE, LOUDNESS)
    assert np.array_equal(after[seconds(0.1) : len(alone)], alone[seconds(0.1) :])
    assert not after[len(alone) :].any()
    smoothest = kink(both(smooth)) + kink(alone)
    assert kink(np.concatenate([before, after])) < 1.2 * smoothest


def test_it_is_idle_when_all_has_been_read():
    aloud = Aloud(RATE, LOUDNESS)
    assert aloud.idle
    for ask in (lambda: aloud.say(burst("a 0.04")), lambda: aloud.sign(RISING)):
        ask()
        assert not aloud.idle
        aloud.read(seconds(0.02))
        assert not aloud.idle
        aloud.read(seconds(1))
        assert aloud.idle
    assert not aloud.read(BLOCK).any()
