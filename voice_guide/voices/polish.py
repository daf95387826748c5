"""The last touch that every voice gets: pauses, de-essing, warmth and a small room.

A voice that sounds like a person gets less: pauses alone where the touch is light. All of it
is subtle. Pure: the same clip gives the same samples.

The filters are our own, as SciPy would be a dependency for them alone. Here high-pass, shelves and
room are one product in the spectrum: 0.8 ms for 4 s of speech, where SciPy 1.17's sosfilt and
oaconvolve take 2.9 ms, and are imported first.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from voice_guide.audio.loudness import between_blocks
from voice_guide.audio.samples import Audio
from voice_guide.settings import Polish
from voice_guide.units import db_to_gain

__all__ = ["later", "polished", "with_pauses"]

COMMA_SECONDS, STOP_SECONDS = 0.45, 0.8
"""The least pause at a comma and at a full stop inside a line."""

_MARK = re.compile(r"""[,;:—–.!?…]+["'”’»)\]]*(?=\s+\S)""")
_STOPS = frozenset(".!?…")

_PAUSE_SECONDS = 0.15
"""A shorter silence is a closure within words, or a gap between them."""

_PAUSE_DB = -40.0
"""A silence stays below this, relative to the clip's peak."""

_FADE_SECONDS = 0.01
"""On both sides of a place where silence is put in."""

_HIGH_PASS_HZ, _LOW_SHELF_HZ, _HIGH_SHELF_HZ = 80.0, 300.0, 3500.0
"""Under the first there is rumble; under the second it is made warmer, over the third softer."""

_HISS_HZ = (3500.0, 4500.0)
"""Where the band that is de-essed begins, and where it is whole."""

_HISS_SHARE = 0.5
"""A frame with more of its energy in that band is a sibilant."""

_HISS_DB = -12.0
"""What a sibilant may have in that band, relative to the voice; half of what is above it goes."""

_HOP_SECONDS = 0.005
"""From one frame to the next, in looking for sibilants."""

_ROOM_SECONDS, _ROOM_DECAY_DB = 0.12, 30.0
_ROOM_DELAY_SECONDS = 0.006
"""How long the room answers, how far it sinks in that time, and how late its answer begins."""

_RING_SECONDS = 0.16
"""No filter rings longer."""

_LEAD_SECONDS = 0.02
"""What of the filters' responses may come before the sound."""


@dataclass(frozen=True)
class _Touch:
    shelf_db: float  # more below _LOW_SHELF_HZ, less above _HIGH_SHELF_HZ
    hiss_db: float  # the most that is taken from a sibilant
    room_db: float  # energy of the room, relative to the voice


_LIGHT, _WARM = _Touch(1.5, 4.0, -22.0), _Touch(3.0, 7.0, -18.0)

_MACHINE: dict[Polish, _Touch | None] = {"light": _LIGHT, "warm": _WARM}
_NATURAL: dict[Polish, _Touch | None] = {"light": None, "warm": _LIGHT}
"""A predictor of listeners' ratings (DistillMOS, 1 to 5; tests/benchmarks/polish.py) gives robots
more for what is light: eSpeak .41, flite .13 to .19, pico .07. A voice of Piper's loses .04 by
it, hibari .07: .03 by the de-essing, .02 by the shelves, .02 by the room. Pauses cost nothing."""


def polished(text: str, clip: Audio, rate: int, how: Polish, *, natural: bool = False) -> Audio:
    """Polish what a voice said.

    Args:
        text: what it said.
        clip: float32 of shape (frames,), trimmed.
        rate: its sample rate in Hz.
        how: ``off``, ``light`` or ``warm``.
        natural: whether the voice sounds like a person, and wants less of it.

    Returns:
        float32 of shape (frames,), longer by its pauses and by the room's decay; frame 0
        is still the onset of the voice.
    """
    if how == "off":
        return clip
    clip = with_pauses(text, clip, rate)
    touch = (_NATURAL if natural else _MACHINE)[how]
    if touch is None:
        return clip
    clip = _de_essed(clip, rate, touch.hiss_db)
    return _filtered(np.pad(clip, (0, round(_ROOM_SECONDS * rate))), rate, _response(touch, rate))


def with_pauses(text: str, clip: Audio, rate: int) -> Audio:
    """Lengthen, in place, the pauses that a voice makes at commas and full stops.

    The voice keeps its own melody on both sides. When its silences are not as many as
    the marks, nobody can tell which is which, and all stay as they are.
    """
    pauses = _pauses(text, clip, rate)
    if not pauses:
        return clip
    clip = clip.copy()
    fade = np.linspace(1, 0, math.ceil(_FADE_SECONDS * rate), dtype=np.float32)
    for begin, end, _ in pauses:
        middle = (begin + end) // 2
        clip[middle - len(fade) : middle] *= fade
        clip[middle : middle + len(fade)] *= fade[::-1]
    middles = [(begin + end) // 2 for begin, end, _ in pauses]
    return np.insert(clip, np.repeat(middles, [more for _, _, more in pauses]), 0)


def later(frames: Sequence[int], text: str, clip: Audio, rate: int, how: Polish) -> list[int]:
    """Return where some frames of a clip are once it is polished.

    What is in a silence goes along with the words after it.
    """
    pauses = _pauses(text, clip, rate) if frames and how != "off" else []
    return [frame + sum(more for begin, _, more in pauses if begin < frame) for frame in frames]


def _pauses(text: str, clip: Audio, rate: int) -> list[tuple[int, int, int]]:
    """Return the silences at marks of a text: where each begins and ends, and what it lacks."""
    marks = [found.group() for found in _MARK.finditer(text)]
    loud = np.flatnonzero(np.abs(clip) > np.abs(clip).max(initial=0) * db_to_gain(_PAUSE_DB))
    gaps = np.diff(loud)
    pauses = np.flatnonzero(gaps >= _PAUSE_SECONDS * rate)
    if len(pauses) != len(marks):
        return []
    least = [STOP_SECONDS if _STOPS & set(mark) else COMMA_SECONDS for mark in marks]
    more = np.maximum(np.round(np.multiply(least, rate)).astype(int) - gaps[pauses], 0)
    begin, end = loud[pauses], loud[pauses] + gaps[pauses]
    return list(zip(begin.tolist(), end.tolist(), more.tolist(), strict=True))


def _de_essed(clip: Audio, rate: int, most_db: float) -> Audio:
    """Turn down the band of hiss while a sibilant sounds; everything else stays as it is."""
    hop = max(round(_HOP_SECONDS * rate), 1)
    padded = np.pad(clip, (0, -len(clip) % hop))
    hiss = _filtered(padded, rate, _hiss(rate))
    whole, high = ((band.reshape(-1, hop) ** 2).mean(axis=1) for band in (padded, hiss))
    voice = whole[whole > whole.max(initial=0) * db_to_gain(-40)]
    if not len(voice):
        return clip
    over_db = 10 * np.log10(np.maximum(high / voice.mean(), 1e-9)) - _HISS_DB
    less_db = np.where(high > _HISS_SHARE * whole, np.clip(over_db / 2, 0, most_db), 0)
    if not less_db.any():
        return clip
    smooth = np.convolve(less_db, (0.25, 0.5, 0.25), mode="same")
    gain = between_blocks(10 ** (-smooth / 20), hop, len(padded))
    return (padded - (1 - gain) * hiss)[: len(clip)]


def _filtered(clip: Audio, rate: int, response: np.ndarray) -> Audio:
    """Filter a clip block by block, adding what of each rings on in the next."""
    size, ring = 2 * (len(response) - 1), round(_RING_SECONDS * rate)
    hop = size - ring
    blocks = np.pad(clip, (0, -len(clip) % hop)).reshape(-1, hop)
    # NumPy computes its usual rfft of float32 in float64, which takes five times as long.
    spectra = np.fft.rfft(blocks, size, norm="ortho")
    heard = np.fft.irfft(spectra * response, size, norm="ortho")
    whole = np.zeros((len(blocks) + 1, hop), np.float32)
    whole[:-1] = heard[:, :hop]
    whole[1:, :ring] += heard[:, hop:]
    late = round(_LEAD_SECONDS * rate)
    return whole.reshape(-1)[late : late + len(clip)]


def _grid(rate: int) -> np.ndarray:
    """The frequencies in Hz, times j, at which a response is given."""
    size = 1 << round(4 * _RING_SECONDS * rate).bit_length()
    return 1j * np.fft.rfftfreq(size, 1 / rate)


def _late(response: np.ndarray, rate: int) -> np.ndarray:
    """A response that begins later, as some of it comes before the sound."""
    late = response * np.exp(-2 * np.pi * _grid(rate) * round(_LEAD_SECONDS * rate) / rate)
    return late.astype(np.complex64)


@lru_cache(maxsize=8)
def _hiss(rate: int) -> np.ndarray:
    """How much of each frequency belongs to the band that is de-essed."""
    return _late(np.interp(_grid(rate).imag, _HISS_HZ, (0, 1)), rate)


@lru_cache(maxsize=8)
def _response(touch: _Touch, rate: int) -> np.ndarray:
    """A high-pass (Butterworth, second order), two first-order shelves and the room."""
    s = _grid(rate)
    gain = db_to_gain(touch.shelf_db)
    high_pass = s**2 / (s**2 + math.sqrt(2) * _HIGH_PASS_HZ * s + _HIGH_PASS_HZ**2)
    low_shelf = (s + gain * _LOW_SHELF_HZ) / (s + _LOW_SHELF_HZ)
    high_shelf = (_HIGH_SHELF_HZ + s / gain) / (_HIGH_SHELF_HZ + s)
    room = np.fft.rfft(_room(rate) * db_to_gain(touch.room_db), 2 * (len(s) - 1))
    return _late(high_pass * low_shelf * high_shelf * (1 + room), rate)


def _room(rate: int) -> np.ndarray:
    """The decay of a small, soft room, without the sound itself; of energy 1."""
    n = np.arange(round(_ROOM_SECONDS * rate))
    grain = np.random.default_rng(0).standard_normal(len(n))
    decay = 10 ** (-_ROOM_DECAY_DB * n / len(n) / 20) * (1 - n / len(n))
    dull = np.convolve(grain * decay, np.hanning(2 + round(rate / 4000)), mode="same")
    dull[: round(_ROOM_DELAY_SECONDS * rate)] = 0
    room: np.ndarray = dull / np.sqrt(np.sum(dull**2))
    return room
