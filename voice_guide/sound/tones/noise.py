"""Tones of noise: ``breath``, air that is drawn in and let go, and ``ocean``, waves on a shore."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio.samples import Audio, smooth
from voice_guide.sound.tones.curves import PIECE, Curves, Phases, draw, in_pieces, lines

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
    high, exhale = int(np.searchsorted(_OCTAVES[:, 0], 8)), curves.exhale
    flicker = _flicker(curves, seed)[high:]
    flicker *= curves.warmth[exhale]
    wave[high:, exhale] *= 10 ** (flicker * np.clip(_OCTAVES[high:] - 8, 0, 1) * 3 / 20)
    rumble = _hump(np.full_like(level, np.log2(90)), 0.6) * (0.01 + 0.25 * level)
    return _sum(np.hypot(wave, rumble), curves, seed)


def _hump(centre: NDArray[Any], width: NDArray[Any] | float) -> NDArray[Any]:
    """Return each band's gain, (bands, points): equal power whatever the width in octaves."""
    gains: NDArray[Any] = _OCTAVES - centre
    gains /= width
    np.square(gains, out=gains)
    gains *= -0.5
    np.exp(gains, out=gains)
    gains /= np.sqrt(np.sum(np.square(gains), axis=0))
    return gains


def _flicker(curves: Curves, seed: int) -> NDArray[Any]:
    """Return slow noise of unit power, (bands, points of the exhale), about six waves a second."""
    step = curves.sample_rate / 12
    waves = int(curves.at[-1] / step) + 2
    knots = np.random.default_rng(seed).standard_normal((len(_CENTRES), waves))
    whole, part = np.divmod(curves.at[curves.exhale] / step, 1)
    before = whole.astype(int)
    between: NDArray[Any] = np.diff(knots)[:, before] * smooth(part)
    between += knots[:, before]
    np.clip(between, -1.5, 1.5, out=between)
    return between


@lru_cache(maxsize=2 * len(_LOOPS))
def _noise(band: int, sample_rate: int, seed: int) -> Audio:
    """A loop of noise, (frames, 2), of unit power, seamless in itself; its beginning follows it."""
    frames, rng = _LOOPS[band], np.random.default_rng((seed, band))
    resolution = sample_rate / frames  # Hz
    lowest, highest = _CENTRES[band] * 2.0 ** np.array([-_REACH, _REACH]) / resolution
    bins = np.arange(max(int(lowest), 1), min(int(highest), frames // 2))
    octaves = np.log2(bins * resolution / _CENTRES[band])
    grain = rng.standard_normal((2, len(bins)), np.float32)
    spectrum = np.zeros(frames // 2 + 1, np.complex64)
    spectrum[bins] = np.exp(-0.5 * (octaves / 0.3) ** 2) * (grain[0] + 1j * grain[1])
    mid = np.fft.irfft(spectrum, frames)
    mid /= np.sqrt(np.mean(np.square(mid)))
    loop = np.empty((frames + PIECE, 2), np.float32)
    left, right = loop[:frames].T
    # What the channels don't share is the same noise half a loop later.
    half, width = frames // 2, np.float32(_WIDTH)
    np.multiply(mid[-half:], width, out=right[:half])
    np.multiply(mid[:-half], width, out=right[half:])
    np.add(mid, right, out=left)
    np.subtract(mid, right, out=right)
    loop[frames:] = loop[:PIECE]
    return loop


def _sum(gains: NDArray[Any], curves: Curves, seed: int) -> Audio:
    """Return all bands of noise, each at its gain, (frames, 2)."""
    bands = [
        (lines(points), _noise(band, curves.sample_rate, seed))
        for band, points in enumerate(gains)
        if points.any()
    ]
    out = np.empty((curves.frames, 2), np.float32)
    buffer = np.empty((PIECE, 2), np.float32)
    turn = _Turn(curves)
    for piece in in_pieces(curves.frames):
        sound = out[piece]
        sound.fill(0)
        for gain, loop in bands:
            heard = draw(gain, piece, buffer)
            heard *= turn.read(loop, piece)
            sound += heard
        _round_off(sound, buffer[: len(sound)])
    return out


class _Turn:
    """Reads loops so that the end of a cycle leads back, unheard, to its first frame."""

    def __init__(self, curves: Curves) -> None:
        frames = min(curves.sample_rate // 4, curves.frames)
        fade = np.linspace(0, np.pi / 2, frames, endpoint=False, dtype=np.float32)
        self._begins, self._frames = curves.frames - frames, frames
        self._old, self._new = (np.stack([x, x], axis=1) for x in (np.cos(fade), np.sin(fade)))

    def read(self, loop: Audio, piece: slice) -> Audio:
        """Return a piece of a cycle, from a loop of ``_noise``."""
        frames = len(loop) - PIECE
        at = piece.start % frames
        sound = loop[at : at + piece.stop - piece.start]
        if piece.stop > self._begins:
            part = slice(max(piece.start - self._begins, 0), piece.stop - self._begins)
            sound = sound.copy()
            last = sound[part.start - part.stop :]
            last *= self._old[part]
            last += loop[frames - self._frames : frames][part] * self._new[part]
        return sound


def _round_off(sound: Audio, buffer: Audio) -> None:
    """Round off the rare peaks of noise, so that it can be as loud as other tones are."""
    np.divide(sound, np.float32(_HIGHEST), out=buffer)
    np.square(buffer, out=buffer)
    np.square(buffer, out=buffer)
    buffer += 1
    np.sqrt(buffer, out=buffer)
    np.sqrt(buffer, out=buffer)
    sound /= buffer
