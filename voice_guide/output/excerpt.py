"""The part of a session that is exported, where that isn't the whole."""

from collections.abc import Iterator

import numpy as np

from voice_guide.audio.fade import Fade
from voice_guide.audio.samples import Audio
from voice_guide.sound.guard import Guard
from voice_guide.units import seconds_to_frames

__all__ = ["cut"]

CUT_FADE_SECONDS = 0.5
"""Where an export is cut from a session, at moments that are all but silent."""


def cut(
    guard: Guard, excerpt: tuple[int, int], frames: int, sample_rate: int, channels: int = 2
) -> Iterator[Audio]:
    """Yield a part of what a guard lets through, from one frame to another, faded at both ends.

    Silence comes before it where it begins before 0. Each block is float32 of shape
    (``frames`` or fewer, ``channels``).
    """
    first, last = excerpt
    fading_frames = seconds_to_frames(CUT_FADE_SECONDS, sample_rate)
    fade_in, fade_out = Fade(0, 1, fading_frames), Fade(1, 0, fading_frames)
    for at in range(first, 0, frames):
        yield np.zeros((min(frames, -at), channels), np.float32)
    while guard.position < first:
        guard.read(min(frames, first - guard.position))
    while guard.position < last:
        fading = guard.position >= last - fade_out.left
        until = last if fading else last - fade_out.left
        block = np.require(guard.read(min(frames, until - guard.position)), requirements="W")
        fade_in.apply(block)
        if fading:
            fade_out.apply(block)
        yield block
