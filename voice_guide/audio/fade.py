"""A gain that moves without a step."""

import numpy as np

from voice_guide.audio.samples import Audio, smooth

__all__ = ["Fade", "half_cosine"]


class Fade:
    """A gain on its way to another, along half a cosine."""

    def __init__(self, start: float, target: float, frames: int) -> None:
        self.value, self.target = start, target
        self.left = frames if start != target else 0
        self._start, self._frames = start, frames

    def apply(self, audio: Audio) -> None:
        """Scale a block in place, and go on to the next."""
        fading = min(self.left, len(audio))
        if fading:
            at = self._frames - self.left + np.arange(1, fading + 1)
            curve = smooth(at / self._frames)
            audio[:fading] *= (self._start + (self.target - self._start) * curve)[:, None]
            self.left -= fading
            self.value = self._start + (self.target - self._start) * float(curve[-1])
        if not self.left:
            self.value = self.target
        if self.value != 1 and len(audio) > fading:
            audio[fading:] *= np.float32(self.value)


def half_cosine(before: float, after: float, frames: int) -> Audio:
    """Return the whole way from one gain to another, float32 (frames,)."""
    curve = smooth(np.arange(frames) / frames)
    return (before + (after - before) * curve).astype(np.float32)
