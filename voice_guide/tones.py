"""The sound of the breath: one cycle at a time, and the bell.

Every cycle of a style begins and ends in the same state (level, pitch, phase
and place in the noise), so any cycle follows any other without a seam: a cycle
is rendered once and serves all its repeats, and a new pace needs no crossfade.

All sounds are float32 of shape (frames, 2), before their gain is set.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.timeline import BELL_SECONDS
from voice_guide.units import db_to_gain

__all__ = [
    "BELL_LUFS",
    "BELL_PEAK",
    "HIGHEST_HZ",
    "STYLES",
    "Audio",
    "Phases",
    "bell",
    "cycle",
    "signal",
]

Audio = NDArray[np.float32]
Phases = tuple[int, int, int, int]
"""Frames of inhale, hold, exhale, hold."""

HIGHEST_HZ = 2500
"""No tone has more than a hundredth of its power above this."""

FLOOR = db_to_gain(-34)
"""What is left of the tone between two breaths."""

HELD = db_to_gain(-9)
"""The level at the top of the inhale, and while the breath is held."""

PARTED = db_to_gain(-16)
"""What is left of the tone between the two inhales of a sigh."""

ATTACK_SECONDS = 0.4
"""The quickest rise of a tone; at least 0.2 s, so that nothing startles."""


@lru_cache(maxsize=4)  # a pace that doesn't fall on whole frames takes turns between a few
def cycle(style: str, phases: Phases, sample_rate: int, seed: int = 0, top_up: int = 0) -> Audio:
    """Render one breath; the same one again costs nothing.

    Args:
        style: a name in ``STYLES``.
        phases: frames of inhale, hold, exhale, hold; each may be 0.
        sample_rate: in Hz.
        seed: chooses the noise; the same seed gives the same samples.
        top_up: frames at the end of the inhale that are heard as a second one.

    Returns:
        float32 of shape (sum of phases, 2), read-only.
    """
    sound = STYLES[style](phases, sample_rate, seed)
    if top_up:
        _part(sound, phases[0] - top_up, top_up, sample_rate)
    sound.flags.writeable = False
    return sound


def _part(sound: Audio, at: int, top_up: int, sample_rate: int) -> None:
    """Let the level dip where the second inhale begins; a short one is parted less."""
    reach = round(ATTACK_SECONDS * sample_rate)
    depth = (1 - PARTED) * min(top_up / reach, 1.0)
    start = max(at - reach, 0)
    dip = sound[start : at + reach]
    away = np.abs(np.arange(start, start + len(dip), dtype=np.float32) - at) / reach
    dip *= (1 - np.float32(depth) * (1 - _smooth(away)))[:, None]


_STRIDE = 64
"""Frames between two points of the slow curves, which are straight in between."""


def _smooth(x: NDArray[Any]) -> Audio:
    """A curve from 0 to 1 without corners at its ends (half a cosine)."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(x, 0, 1)), np.float32)


def _full(curve: Audio, frames: int) -> Audio:
    """A slow curve, from its points to all its frames."""
    between = np.arange(_STRIDE, dtype=np.float32) / np.float32(_STRIDE)
    return (curve[:-1, None] + np.diff(curve)[:, None] * between).reshape(-1)[:frames]


class _Curves:
    """What a cycle's level, pitch and timbre do, at a point every ``_STRIDE`` frames.

    ``level`` swells up to the turn, and then dies away to the floor; ``height`` goes from
    0 up to 1 while breathing in and back down while breathing out; ``warmth`` is 0 while
    breathing in and holding, and 1 while breathing out.
    """

    def __init__(self, phases: Phases, sample_rate: int) -> None:
        inhale, hold_in, exhale, _ = phases
        turn = inhale + hold_in
        at = np.arange(0, sum(phases) + 2 * _STRIDE, _STRIDE, dtype=np.float32)
        drawn, let_go = at / max(inhale, 1), (at - turn) / max(exhale, 1)
        attack = max(0.14, ATTACK_SECONDS * sample_rate / max(exhale, 1))
        swell = FLOOR + (0.8 - FLOOR) * _smooth(drawn / 0.78)
        swell -= (0.8 - HELD) * _smooth((drawn - 0.78) / 0.22)
        rise = HELD + (1 - HELD) * _smooth(let_go / attack)
        dying = 1 - _smooth((let_go - attack * 0.6) / (1 - attack * 0.6))
        fall = FLOOR + (1 - FLOOR) * dying**1.15
        out = np.minimum(rise, fall)
        inside, held, outside = at < inhale, at < turn, at < turn + exhale
        self.level = _float(np.select([inside, held, outside], [swell, HELD, out], FLOOR))
        falling = 1 - _smooth(np.clip(let_go, 0, 1) ** 0.8)
        self.height = _float(np.select([inside, held, outside], [_smooth(drawn), 1, falling], 0))
        turning = ATTACK_SECONDS * sample_rate
        warm = _smooth((at - turn) / turning) * _smooth((turn + exhale - at) / turning)
        self.warmth = _float(np.where(held, 0, warm))


def _float(curve: NDArray[Any]) -> Audio:
    return np.asarray(curve, np.float32)


def _progress(frames: int) -> Audio:
    """From 0 towards 1 through a phase."""
    return np.arange(frames, dtype=np.float32) / np.float32(max(frames, 1))


def _angle(turns: NDArray[np.float64]) -> Audio:
    """Turns as an angle in radians, small enough for float32."""
    return np.asarray(2 * np.pi * (turns - np.floor(turns)), np.float32)


def _add_wide(out: Audio, level: Audio, angle: Audio, offset: float) -> None:
    """Add a sine to both channels, ``offset`` radians ahead in one and behind in the other."""
    out[:, 0] += level * np.sin(angle + np.float32(offset))
    out[:, 1] += level * np.sin(angle - np.float32(offset))


# --- breath: air, drawn in bright and narrow, let go dark and wide ---------------------------

_BANDS = 2.0 ** np.arange(np.log2(180), np.log2(3600), 0.5)
"""Centres in Hz of the noise bands, half an octave apart."""

_LOOPS = (131072, 118098, 124416, 125000, 120000, 128000, 117649, 121500, 126000)
"""Frames of each band's loop; they differ, so that their sum hardly repeats."""

_WIDTH = 0.4
"""Mono 0, two unrelated channels 1: at 0.4 a mono speaker loses 0.6 dB."""


@lru_cache(maxsize=2)
def _noise(sample_rate: int, seed: int) -> tuple[tuple[Audio, Audio], ...]:
    """A loop of noise for each band, left and right, of unit power, seamless in itself."""
    rng = np.random.default_rng(seed)
    loops = []
    for centre, frames in zip(_BANDS, _LOOPS, strict=True):
        hertz = np.fft.rfftfreq(frames, 1 / sample_rate)
        octaves = np.log2(np.maximum(hertz, 1) / centre)
        shape = np.exp(-0.5 * (octaves / 0.3) ** 2)
        spectrum = shape * (rng.standard_normal(hertz.size) + 1j * rng.standard_normal(hertz.size))
        loop = np.fft.irfft(spectrum, frames)
        mid = (loop / np.sqrt(np.mean(loop**2))).astype(np.float32)
        side = np.roll(mid, frames // 2) * np.float32(_WIDTH)
        loops.append((mid + side, mid - side))
    return tuple(loops)


def _read_loop(loop: Audio, frames: int, sample_rate: int) -> Audio:
    """Read ``frames`` from a loop so that the end leads back, unheard, to the first frame."""
    sound = np.resize(loop, frames)
    overlap = min(sample_rate // 4, frames)
    fade = np.linspace(0, np.pi / 2, overlap, endpoint=False, dtype=np.float32)
    sound[frames - overlap :] *= np.cos(fade)
    sound[frames - overlap :] += loop[len(loop) - overlap :] * np.sin(fade)
    return sound


def _breath(phases: Phases, sample_rate: int, seed: int) -> Audio:
    curves, frames = _Curves(phases, sample_rate), sum(phases)
    centre = np.log2(np.float32(420)) + 1.75 * curves.height - 0.45 * curves.warmth
    width = 0.42 + 0.5 * curves.warmth
    distances = (np.log2(_BANDS)[:, None] - centre) / width
    weights = np.exp(-0.5 * distances**2)
    # Equal power whatever the width, and a tilt of -3 dB an octave above 420 Hz against hiss.
    weights *= curves.level / np.sqrt(np.sum(weights**2, axis=0))
    weights *= np.minimum(1, 420 / _BANDS)[:, None] ** 0.5
    channels = np.zeros((2, frames), np.float32)
    for weight, loops in zip(weights, _noise(sample_rate, seed), strict=True):
        gain = _full(_float(weight), frames)
        for channel, loop in zip(channels, loops, strict=True):
            channel += _read_loop(loop, frames, sample_rate) * gain
    return np.ascontiguousarray(channels.T)


# --- pad: soft partials that glide up and down together --------------------------------------

_PAD = (  # ratio to the root, gain while breathing in, gain while breathing out
    (1.0, 0.35, 1.00),
    (1.5, 0.50, 0.80),
    (2.0, 0.80, 0.60),
    (3.0, 0.70, 0.32),
    (4.0, 0.50, 0.14),
    (6.0, 0.24, 0.03),
)
_PAD_ROOT = 196.0  # Hz, G3: the third partial and up pass a phone's speaker
_PAD_GLIDE = 3 / 12  # octaves


def _pad(phases: Phases, sample_rate: int, seed: int) -> Audio:
    curves, frames = _Curves(phases, sample_rate), sum(phases)
    out = np.zeros((frames, 2), np.float32)
    # Seconds of the glide, warped: a partial of f Hz has turned f * warped times.
    speed = 2.0 ** (_PAD_GLIDE * _full(curves.height, frames).astype(np.float64))
    warped = np.concatenate([[0.0], np.cumsum(speed)]) / sample_rate
    whole, warped = warped[-1], warped[:-1]
    for number, (ratio, bright, warm) in enumerate(_PAD):
        opening = ratio ** (curves.height - 1)  # the higher, the brighter
        gain = _full(
            _float(curves.level * opening * (bright + (warm - bright) * curves.warmth)), frames
        )
        turns = max(round(_PAD_ROOT * ratio * whole), 1)
        # The second, softer voice beats against the first a whole number of times a cycle.
        for beats, share in ((0, 1.0), (number + 1, 0.4)):
            angle = _angle((turns + beats) / whole * warped)
            _add_wide(out, gain * np.float32(share), angle, 0.3 if number % 2 else -0.3)
    return out


# --- bowl: a singing bowl struck softly at each turn -----------------------------------------

_BOWL = ((1.0, 1.0), (2.71, 0.55), (5.15, 0.16))  # ratio to the root, gain
_HIGH_BOWL, _LOW_BOWL = 262.0, 175.0  # Hz: C4 drawing in, F3 letting go


def _bowl(phases: Phases, sample_rate: int, seed: int) -> Audio:
    inhale, hold_in, exhale, _ = phases
    out = np.zeros((sum(phases), 2), np.float32)
    drawn = inhale + hold_in
    # Breathing in: the bowl is rubbed, so it swells and rises; it fades as the next is struck.
    ring = min(int(0.5 * sample_rate), exhale)
    swell = np.concatenate(
        [
            _smooth(_progress(inhale) / 0.85),
            np.ones(hold_in, np.float32),
            1 - _smooth(_progress(ring)),
        ]
    )
    _ring(
        out[: drawn + ring], _HIGH_BOWL, swell * np.float32(0.75), +1 / 12, sample_rate, bright=1.6
    )
    # Breathing out: the low bowl is struck and dies away, sinking a little.
    x = _progress(exhale)
    struck = _smooth(x * exhale / (0.25 * sample_rate))
    struck *= np.exp(-2.6 * x, dtype=np.float32)
    struck *= 1 - _smooth((x - 0.7) / 0.3)
    _ring(out[drawn : drawn + exhale], _LOW_BOWL, struck, -1 / 12, sample_rate, bright=0.8)
    return out


def _ring(
    out: Audio, root: float, envelope: Audio, glide: float, sample_rate: int, bright: float
) -> None:
    """Add the partials of a bowl under an envelope, gliding by ``glide`` octaves."""
    octaves = glide * _progress(len(envelope)).astype(np.float64)
    turns = np.cumsum(2.0**octaves) * (root / sample_rate)
    for number, (ratio, gain) in enumerate(_BOWL):
        level = np.float32(gain * bright**number) * envelope
        for hertz, share in ((0.0, 1.0), (0.35, 0.4)):  # the slow beating of a hand-made bowl
            beat = np.arange(len(envelope)) * (hertz * (number + 1) / sample_rate)
            angle = _angle(turns * ratio + beat)
            _add_wide(out, level * np.float32(share), angle, 0.25 if number % 2 else -0.25)


def _none(phases: Phases, sample_rate: int, seed: int) -> Audio:
    return np.zeros((sum(phases), 2), np.float32)


STYLES: dict[str, Callable[[Phases, int, int], Audio]] = {
    "breath": _breath,
    "pad": _pad,
    "bowl": _bowl,
    "none": _none,
}
"""Tone styles by name; the first is the default."""


# --- the bell ---------------------------------------------------------------------------------

_BELL = ((1.0, 1.0, 2.4), (2.0, 0.45, 1.7), (2.76, 0.3, 1.3), (4.07, 0.12, 0.8))
"""Ratio, gain and decay time in seconds of each partial."""

_BELL_ROOT = 440.0  # Hz

BELL_LUFS = -0.55
"""The bell's loudest moment, before its gain."""

BELL_PEAK = 1.71
"""The bell's true peak, before its gain."""


def signal(sample_rate: int, hertz: tuple[float, ...]) -> Audio:
    """Render a small sign that a key was heard: one soft note of 0.16 s for each frequency."""
    notes = []
    for note in hertz:
        x = _progress(round(0.16 * sample_rate))
        envelope = _smooth(x / 0.35) * (1 - _smooth((x - 0.35) / 0.65))
        angle = (2 * np.pi * note / sample_rate) * np.arange(x.size)
        mono = envelope * np.sin(angle).astype(np.float32)
        notes.append(np.stack([mono, mono], axis=1))
    return np.concatenate(notes)


@lru_cache(maxsize=1)
def bell(sample_rate: int) -> Audio:
    """Render one soft bell of ``BELL_SECONDS``: no hard stroke, and a decay that reaches zero.

    Returns:
        float32 of shape (frames, 2), read-only.
    """
    frames = BELL_SECONDS * sample_rate
    seconds = np.arange(frames) / sample_rate
    attack = _smooth((seconds / 0.08).astype(np.float32))
    release = 1 - _smooth(((seconds - BELL_SECONDS + 2) / 2).astype(np.float32))
    out = np.zeros((frames, 2), np.float32)
    for number, (ratio, gain, decay) in enumerate(_BELL):
        level = (gain * np.exp(-seconds / decay)).astype(np.float32) * attack * release
        angle = _angle(_BELL_ROOT * ratio * seconds)
        _add_wide(out, level, angle, 0.25 if number % 2 else -0.25)
    out.flags.writeable = False
    return out
