"""Tones of noise: ``breath``, air that is drawn in and let go, and ``ocean``, waves on a shore."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio, smooth
from voice_guide.sound.tones.curves import PIECE, Curves, Phases, Piecewise, in_pieces

__all__ = ["breath", "ocean"]

_CENTRES = 64 * 2.0 ** (np.arange(12) / 2)
"""In Hz, of the bands of noise: 64 to 2896, half an octave apart."""

_LOOPS: tuple[int, ...] = (262144, 248832, 259200, 131072, 118098, 124416)
_LOOPS += (125000, 120000, 128000, 117649, 121500, 126000)
"""Frames of each band's loop; they differ, so that their sum hardly repeats."""

_REACH = 1.5
"""Octaves from its centre at which a band has sunk by 108 dB, and ends."""

_WIDTH = 0.4
"""Mono 0, two unrelated channels 1: at 0.4 a mono speaker loses 0.6 dB."""

_HIGHEST = 2.6
"""What no peak passes; one of half of it is lowered by 1.5 %."""

_OCTAVES = np.log2(_CENTRES)[:, None]


def breath(phases: Phases, sample_rate: int, seed: int) -> Audio:
    """Air, drawn in bright and narrow, let go dark and wide."""
    curves = Curves(phases, sample_rate)
    centre = np.log2(420) + 1.75 * curves.height - 0.45 * curves.warmth
    gains = _hump(centre, 0.42 + 0.5 * curves.warmth) * curves.level
    gains[:3] = 0
    # A tilt of -3 dB an octave above 420 Hz against hiss.
    gains *= np.minimum(1, 420 / _CENTRES)[:, None] ** 0.5
    return _sum(gains, curves, seed)


def ocean(phases: Phases, sample_rate: int, seed: int) -> Audio:
    """A wave that swells, breaks, and runs out in foam, over a rumble that never ends."""
    curves = Curves(phases, sample_rate)
    level = 0.85 * curves.level**0.8
    centre = np.log2(220) + 2.2 * curves.height - 0.5 * curves.warmth
    wave = _hump(centre, 1.0 + 0.3 * curves.warmth) * level
    wave *= np.minimum(1, 300 / _CENTRES)[:, None] ** 0.5
    # Foam: the bands of the wave flicker, each on its own, while it runs out.
    flicker = _flicker(len(_CENTRES), curves, seed)
    wave *= 10 ** (curves.warmth * flicker * np.clip(_OCTAVES - 8, 0, 1) * 3 / 20)
    rumble = _hump(np.full_like(level, np.log2(90)), 0.6) * (0.01 + 0.25 * level)
    return _sum(np.hypot(wave, rumble), curves, seed)


def _hump(centre: NDArray[Any], width: NDArray[Any] | float) -> NDArray[Any]:
    """Return each band's gain, (bands, points): equal power whatever the width in octaves."""
    gains: NDArray[Any] = np.exp(-0.5 * ((_OCTAVES - centre) / width) ** 2)
    gains /= np.sqrt(np.sum(gains**2, axis=0))
    return gains


def _flicker(bands: int, curves: Curves, seed: int) -> NDArray[Any]:
    """Return slow noise of unit power, (bands, points), about six waves a second."""
    step = curves.sample_rate / 12
    knots = np.random.default_rng(seed).standard_normal((bands, int(curves.at[-1] / step) + 2))
    whole, part = np.divmod(curves.at / step, 1)
    before, after = knots[:, whole.astype(int)], knots[:, whole.astype(int) + 1]
    between: NDArray[Any] = before + (after - before) * smooth(part)
    np.clip(between, -1.5, 1.5, out=between)
    return between


@lru_cache(maxsize=2 * len(_LOOPS))
def _noise(band: int, sample_rate: int, seed: int) -> Audio:
    """A loop of noise, (2, frames), of unit power, seamless in itself; its beginning follows it."""
    frames, rng = _LOOPS[band], np.random.default_rng((seed, band))
    resolution = sample_rate / frames  # Hz
    lowest, highest = _CENTRES[band] * 2.0 ** np.array([-_REACH, _REACH]) / resolution
    bins = np.arange(max(int(lowest), 1), min(int(highest), frames // 2))
    octaves = np.log2(bins * resolution / _CENTRES[band])
    grain = rng.standard_normal((2, len(bins)), np.float32)
    spectrum = np.zeros(frames // 2 + 1, np.complex64)
    spectrum[bins] = np.exp(-0.5 * (octaves / 0.3) ** 2) * (grain[0] + 1j * grain[1])
    mid = np.fft.irfft(spectrum, frames)
    loop = np.empty((2, frames + PIECE), np.float32)
    left, right = loop[0, :frames], loop[1, :frames]
    mid /= np.sqrt(np.mean(np.square(mid, out=left)))
    # What the channels don't share is the same noise half a loop later.
    half, width = frames // 2, np.float32(_WIDTH)
    np.multiply(mid[-half:], width, out=right[:half])
    np.multiply(mid[:-half], width, out=right[half:])
    np.add(mid, right, out=left)
    np.subtract(mid, right, out=right)
    loop[:, frames:] = loop[:, :PIECE]
    return loop


def _sum(gains: NDArray[Any], curves: Curves, seed: int) -> Audio:
    """Return all bands of noise, each at its gain, (frames, 2)."""
    lead = _Lead(curves.frames, curves.sample_rate)
    bands = [
        (Piecewise(points), _noise(band, curves.sample_rate, seed))
        for band, points in enumerate(gains)
        if points.any()
    ]
    one = np.empty((2, PIECE), np.float32)

    def piece(start: int, frames: int) -> Audio:
        channels = np.zeros((2, frames), np.float32)
        for gain, loop in bands:
            sound = lead.read(loop, start, frames)
            channels += np.multiply(gain.read(start, frames), sound, out=one[:, :frames])
        return _rounded(channels)

    return in_pieces(curves.frames, piece)


def _rounded(sound: Audio) -> Audio:
    """Round off the rare peaks of noise, so that it can be as loud as other tones are."""
    fourth = sound / np.float32(_HIGHEST)
    np.square(fourth, out=fourth)
    np.square(fourth, out=fourth)
    fourth += 1
    np.sqrt(fourth, out=fourth)
    np.sqrt(fourth, out=fourth)
    sound /= fourth
    return sound


class _Lead:
    """Reads a cycle from loops so that its end leads back, unheard, to its first frame."""

    def __init__(self, frames: int, sample_rate: int) -> None:
        self._overlap = min(sample_rate // 4, frames)
        self._fades_from = frames - self._overlap
        fade = np.linspace(0, np.pi / 2, self._overlap, endpoint=False, dtype=np.float32)
        self._out, self._in = np.cos(fade), np.sin(fade)

    def read(self, loop: Audio, start: int, frames: int) -> Audio:
        """Return some frames of the cycle, (2, frames), from a loop as ``_noise`` returns it."""
        length = loop.shape[1] - PIECE
        sound = loop[:, start % length : start % length + frames]
        if start + frames > self._fades_from:
            sound = sound.copy()
            there = sound[:, max(self._fades_from - start, 0) :]
            here = slice(max(start - self._fades_from, 0), start + frames - self._fades_from)
            there *= self._out[here]
            there += loop[:, length - self._overlap : length][:, here] * self._in[here]
        return sound
