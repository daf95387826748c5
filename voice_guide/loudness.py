"""Measuring and setting loudness (ITU-R BS.1770 through libebur128), clip by clip."""

import math

import numpy as np
import pyebur128

from voice_guide.tones import Audio
from voice_guide.units import db_to_gain

__all__ = ["integrated", "level_clip", "of_cycle", "true_peak"]

_SHORTEST_SECONDS = 3
"""Shorter sounds are measured repeated, as gating needs whole blocks of 400 ms."""

NIGHT_ATTACK_SECONDS = 0.06
"""At night a clip rises over this time, from ``NIGHT_FIRST_DB`` under its own level."""

NIGHT_FIRST_DB = -12.0
"""A consonant at the very beginning stays this far down, and is still heard."""

EVEN_ABOVE_DB = -9.0
"""A voice is evened out where it is louder than this, against its mean level."""

_MISSED_LU = 0.3
"""What limiting may cost of a clip's loudness."""

_MOST_BETWEEN = 2.5
_USUALLY_BETWEEN = 1.02
"""How far the wave of speech mostly rises above its samples; more is measured, and allowed for."""

_DUAL_MONO_LU = 10 * math.log10(2)
"""What a mono clip gains when it is played in both channels."""


def integrated(audio: Audio, sample_rate: int) -> float:
    """Return the integrated loudness in LUFS of float32 (frames, channels); -inf for silence."""
    mode = pyebur128.MeasurementMode.MODE_I
    state = _measured(_repeated(audio, sample_rate), mode, sample_rate)
    return float(pyebur128.get_loudness_global(state))


def of_cycle(audio: Audio, sample_rate: int) -> tuple[float, float]:
    """Return the integrated and the highest momentary loudness in LUFS of what repeats without end.

    Args:
        audio: one cycle, float32 of shape (frames, channels).
        sample_rate: in Hz.
    """
    mode = pyebur128.MeasurementMode.MODE_I
    state = pyebur128.R128State(audio.shape[1], sample_rate, mode)
    hop = sample_rate // 10
    loudest = -math.inf
    lapped = np.concatenate([audio, audio[: 4 * hop]])
    for number, start in enumerate(range(0, len(lapped) - hop + 1, hop)):
        state.add_frames(np.ascontiguousarray(lapped[start : start + hop]).reshape(-1), hop)
        if number >= 3:
            loudest = max(loudest, pyebur128.get_loudness_momentary(state))
    return float(pyebur128.get_loudness_global(state)), float(loudest)


def true_peak(audio: Audio, sample_rate: int) -> float:
    """Return the true peak of float32 (frames, channels) as an amplitude (1 is 0 dBTP)."""
    mode = pyebur128.MeasurementMode.MODE_TRUE_PEAK
    state = _measured(_near_its_peak(audio, sample_rate), mode, sample_rate)
    return max(float(pyebur128.get_true_peak(state, c)) for c in range(audio.shape[1]))


def _near_its_peak(audio: Audio, sample_rate: int) -> Audio:
    """Leave out what can't hold the true peak, which takes long to look for.

    Between samples, the wave doesn't rise to ``_MOST_BETWEEN`` times the highest of them.
    """
    block = max(sample_rate // 200, 100)
    padded = np.pad(np.abs(audio).max(axis=1, initial=0), (0, -len(audio) % block))
    highest = padded.reshape(-1, block).max(axis=1, initial=0)
    near = highest * _MOST_BETWEEN >= highest.max(initial=0)
    near |= np.append(near[1:], False) | np.append(False, near[:-1])  # and all that is around it
    loud: Audio = audio[np.repeat(near, block)[: len(audio)]]
    return loud


def level_clip(
    clip: Audio, sample_rate: int, lufs: float, ceiling: float, night: bool = False
) -> Audio:
    """Bring a mono clip to a loudness and keep its true peak under a ceiling.

    Args:
        clip: float32 of shape (frames,), heard in both channels.
        sample_rate: in Hz.
        lufs: the loudness to reach.
        ceiling: the highest true peak allowed, as an amplitude.
        night: soften its beginning, and what is loud in it.

    Returns:
        float32 of shape (frames,); silence stays silence.
    """
    if night:
        clip = _softened(_evened(clip, sample_rate), sample_rate)
    levelled, reached = _levelled(clip, sample_rate, lufs, ceiling)
    if not night and lufs - reached > _MISSED_LU:
        # Evening out a whole syllable is gentler than limiting each of its waves.
        levelled, _ = _levelled(_evened(clip, sample_rate), sample_rate, lufs, ceiling)
    return levelled


def _levelled(clip: Audio, sample_rate: int, lufs: float, ceiling: float) -> tuple[Audio, float]:
    """Return the clip and the loudness that it has reached."""
    loudness = _loudness(clip, sample_rate)
    if not math.isfinite(loudness):
        return clip, lufs
    between = _USUALLY_BETWEEN
    for rounds in (6, 3, 3):
        for _ in range(rounds):  # limiting costs a little loudness, which is given back
            if abs(loudness - lufs) < 0.05:
                break
            louder = clip * np.float32(db_to_gain(lufs - loudness))
            clip = _limited(louder, sample_rate, ceiling / between)
            loudness = lufs if clip is louder else _loudness(clip, sample_rate)
        over = true_peak(clip[:, None], sample_rate) / ceiling
        if over <= 1:
            return clip, loudness
        between *= over
        clip = _limited(clip, sample_rate, ceiling / between)
        loudness = _loudness(clip, sample_rate)
    over = max(true_peak(clip[:, None], sample_rate) / ceiling, 1.0)
    return clip / np.float32(over * db_to_gain(0.01)), loudness


def _loudness(clip: Audio, sample_rate: int) -> float:
    """The loudness of a mono clip, heard in both channels."""
    return integrated(clip[:, None], sample_rate) + _DUAL_MONO_LU


def _evened(clip: Audio, sample_rate: int) -> Audio:
    """Halve, in dB, what is louder than the clip's faint parts.

    The gain follows the level of 60 ms around each moment, before as after, so it moves
    ahead of a loud syllable and never within a period of the voice.
    """
    block = max(sample_rate // 200, 1)
    padded = np.pad(np.square(clip), (0, -len(clip) % block)).reshape(-1, block)
    window = np.hanning(13)
    power = np.convolve(padded.mean(axis=1), window / window.sum(), "same")
    faint = float(np.mean(np.square(clip))) * db_to_gain(EVEN_ABOVE_DB) ** 2
    gain = np.minimum(1, (faint / np.maximum(power, 1e-12)) ** 0.25)  # half, as amplitude
    centres = (np.arange(len(gain)) + 0.5) * block
    return np.asarray(clip * np.interp(np.arange(len(clip)), centres, gain), np.float32)


def _softened(clip: Audio, sample_rate: int) -> Audio:
    """Let a clip begin gently."""
    attack = min(round(NIGHT_ATTACK_SECONDS * sample_rate), len(clip))
    rising = 0.5 - 0.5 * np.cos(np.pi * np.arange(attack) / max(attack, 1))
    first = db_to_gain(NIGHT_FIRST_DB)
    clip = clip.copy()
    clip[:attack] *= (first + (1 - first) * rising).astype(np.float32)
    return clip


def _limited(clip: Audio, sample_rate: int, ceiling: float) -> Audio:
    """Turn down, smoothly and looking 3 ms ahead, whatever sample would pass the ceiling."""
    if float(np.abs(clip).max()) <= ceiling:
        return clip
    block = max(sample_rate // 1000, 1)
    padded = np.pad(np.abs(clip), (0, -len(clip) % block)).reshape(-1, block)
    needed = np.minimum(1, ceiling / np.maximum(padded.max(axis=1), 1e-9))
    reach = 3
    edged = np.pad(needed, 2 * reach, constant_values=1)
    lowest = np.lib.stride_tricks.sliding_window_view(edged, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 1 + 2)[1:-1]
    smooth = np.convolve(lowest, window / window.sum(), mode="valid")
    centres = (np.arange(len(smooth)) + 0.5) * block
    return (clip * np.interp(np.arange(len(clip)), centres, smooth)).astype(np.float32)


def _repeated(audio: Audio, sample_rate: int) -> Audio:
    times = math.ceil(_SHORTEST_SECONDS * sample_rate / max(len(audio), 1))
    return np.tile(audio, (times, 1)) if times > 1 else audio


def _measured(audio: Audio, mode: int, sample_rate: int) -> pyebur128.R128State:
    state = pyebur128.R128State(audio.shape[1], sample_rate, mode)
    state.add_frames(np.ascontiguousarray(audio, dtype=np.float32).reshape(-1), len(audio))
    return state
