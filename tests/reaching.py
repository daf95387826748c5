"""How far sounds reach, by their definition: means of so many frames, from whichever frame on."""

import math

import numpy as np

from voice_guide.sound.bounds import CONTEXT, LENGTHS, THUMP


def highest_mean(values, frames, around=True):
    """Of so many values together, in any channel, with silence around them or not."""
    silence = np.zeros((frames if around else 0, values.shape[1]))
    sums = np.concatenate([np.zeros((1, values.shape[1])), silence, values, silence])
    sums = sums.cumsum(axis=0, dtype=np.float64)
    return np.abs(sums[frames:] - sums[:-frames]).max(initial=0) / frames


def assert_reaches(reach, sound, cell, around=True):
    """A sound, float32 (frames, 2), alone with silence around it, reaches no further than told."""
    assert reach.peak >= np.abs(sound).max()
    power = (sound.astype(np.float64) ** 2).mean(axis=1, keepdims=True)
    for cells, level in zip(LENGTHS, reach.levels, strict=True):
        assert level >= 0.9999 * math.sqrt(highest_mean(power, cells * cell, around))
    assert reach.swing >= 0.9999 * highest_mean(sound, THUMP * cell, around)
    assert reach.offset >= 0.9999 * highest_mean(sound, CONTEXT * cell, around)


def assert_reaches_within(reach, sound, cell):
    """The same of one that begins, and ends, in its midst."""
    assert_reaches(reach, sound, cell, around=False)
