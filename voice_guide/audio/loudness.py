"""Measuring and setting loudness, clip by clip."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice_guide.audio import meter
from voice_guide.audio.samples import Audio, smooth
from voice_guide.units import db_to_gain

__all__ = ["between_blocks", "integrated", "level_clip", "of_cycle"]

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

_OVERSAMPLED_HZ = 88200
"""Peaks are looked for at this rate at least, and at four times the audio's own."""

_MOST_BETWEEN = 2.5
"""A wave rises between samples to less than so many times the highest of those around."""

_AROUND_BLOCKS = 5
"""Blocks of 1 ms that are looked at with one, as the filter reaches as far."""

_UNSEEN = 1.02
"""How far a peak may rise above what is found, at another rate: 1.02 in white noise."""

_MOST_ROUNDS, _NEAR_LU = 9, 0.1
"""Limiting costs a little loudness, which is given back and limited again, until it is near."""

_DUAL_MONO_LU = 10 * math.log10(2)
"""What a mono clip gains when it is played in both channels."""


def integrated(audio: Audio, sample_rate: int) -> float:
    """Return the integrated loudness in LUFS of float32 (frames, channels); -inf for silence."""
    times = math.ceil(_SHORTEST_SECONDS * sample_rate / max(len(audio), 1))
    repeated = np.tile(np.asarray(audio, np.float32), (times, 1))
    return meter.integrated(meter.energies(repeated, sample_rate))


def of_cycle(audio: Audio, sample_rate: int) -> tuple[float, float]:
    """Return the integrated and the highest momentary loudness in LUFS of what repeats without end.

    Args:
        audio: one cycle, float32 of shape (frames, channels).
        sample_rate: in Hz.
    """
    whole = len(audio) - len(audio) % sample_rate
    again = audio[: round(meter.BLOCK_SECONDS * sample_rate)]
    lapped = np.concatenate([audio[whole:], again])
    energies = meter.energies(audio[:whole], sample_rate, lapped)
    return meter.integrated(energies), meter.loudest(energies)


def level_clip(
    clip: Audio, sample_rate: int, lufs: float, ceiling: float, *, night: bool = False
) -> Audio:
    """Bring a mono clip to a loudness and keep its true peak under a ceiling, at any later rate.

    Args:
        clip: float32 of shape (frames,), heard in both channels.
        sample_rate: in Hz.
        lufs: the loudness to reach.
        ceiling: the highest true peak allowed, as an amplitude.
        night: soften its beginning, and what is loud in it.

    Returns:
        float32 of shape (frames,); silence stays silence.
    """
    ceiling /= _UNSEEN
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
    for _ in range(_MOST_ROUNDS):
        louder = clip * np.float32(db_to_gain(lufs - loudness))
        clip = _limited(louder, sample_rate, ceiling)
        if _fall_db(louder, clip) < _NEAR_LU:
            return clip, lufs
        loudness = _loudness(clip, sample_rate)
        if abs(loudness - lufs) < _NEAR_LU:
            break
    return clip, loudness


def _fall_db(before: Audio, after: Audio) -> float:
    """How far the level has fallen, which is found sooner than how far the loudness has."""
    return 10 * math.log10(float(np.vdot(before, before)) / float(np.vdot(after, after)))


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
    return clip * between_blocks(gain, block, len(clip))


def _softened(clip: Audio, sample_rate: int) -> Audio:
    """Let a clip begin gently."""
    attack = min(round(NIGHT_ATTACK_SECONDS * sample_rate), len(clip))
    rising = smooth(np.arange(attack) / max(attack, 1))
    first = db_to_gain(NIGHT_FIRST_DB)
    clip = clip.copy()
    clip[:attack] *= (first + (1 - first) * rising).astype(np.float32)
    return clip


def _limited(clip: Audio, sample_rate: int, ceiling: float) -> Audio:
    """Turn down, smoothly and looking 3 ms ahead, whatever true peak would pass the ceiling."""
    block = max(sample_rate // 1000, 1)
    peaks = _true_peaks(clip, sample_rate, block, ceiling)
    if peaks.max() <= ceiling:
        return clip
    needed = np.minimum(1, ceiling / np.maximum(peaks, 1e-9))
    reach = 3  # and one block more, as the gain is drawn from the middle of one to the next
    edged = np.pad(needed, 2 * reach + 1, constant_values=1)
    lowest = np.lib.stride_tricks.sliding_window_view(edged, 2 * reach + 3).min(axis=1)
    window = np.hanning(2 * reach + 1 + 2)[1:-1]
    gain = np.convolve(lowest, window / window.sum(), mode="valid")
    return clip * between_blocks(gain, block, len(clip))


def between_blocks(values: NDArray[Any], block: int, frames: int) -> Audio:
    """Return a value for each frame, from one for each block: straight between their middles.

    Args:
        values: of shape (blocks,).
        block: frames of each.
        frames: how many are wanted, at most those of all blocks.
    """
    edged = np.concatenate([values[:1], values, values[-1:]]).astype(np.float32)
    lines = np.diff(edged)[:, None] * (np.arange(block, dtype=np.float32) / np.float32(block))
    lines += edged[:-1, None]
    return lines.reshape(-1)[block // 2 : block // 2 + frames]


def _true_peaks(clip: Audio, sample_rate: int, block: int, ceiling: float) -> Audio:
    """Return how far the samples reach in each ``block`` frames, and the wave between them.

    The wave is looked at where it may pass the ceiling only, as that takes long.
    """
    import soxr

    blocks = np.pad(clip, (0, -len(clip) % block)).reshape(-1, block)
    peaks: Audio = np.abs(blocks).max(axis=1)
    near = np.convolve(peaks * _MOST_BETWEEN > ceiling, np.ones(3), "same") > 0  # beside it, too
    around = np.convolve(near, np.ones(2 * _AROUND_BLOCKS + 1), "same") > 0
    if near.any():
        times = max(4, math.ceil(_OVERSAMPLED_HZ / sample_rate))
        wave = soxr.resample(
            blocks[around].ravel(), sample_rate, times * sample_rate, quality="VHQ"
        )
        between = np.abs(wave).reshape(-1, times * block).max(axis=1)
        peaks[near] = np.maximum(peaks[near], between[near[around]])
    return peaks
