"""The listener's own ambience under a session: a file of any length, endless and without a seam."""

import copy
import itertools
import math
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voice_guide import meter
from voice_guide.errors import AudioError, RequestError
from voice_guide.tones import Audio
from voice_guide.units import db_to_gain

if TYPE_CHECKING:
    import soundfile

__all__ = ["Bed", "BedStream", "open_bed"]

SHORTEST_SECONDS = 2
CROSSFADE_SECONDS = 3.0
"""Its end goes over into its beginning for this long; in a short file for a quarter of it."""

SLACK_SECONDS = 0.05
"""Up to this much of its end is left out, so that waves meet: a period of 20 Hz."""

BETWEEN_SAMPLES_DB = 1.0
"""How far it is taken to rise above its highest sample in between."""

BLOCK_FRAMES = 8192


@dataclass(frozen=True)
class Bed:
    """A file that can lie under a session, and what was measured in it.

    Attributes:
        path: of the file.
        frames: its length, at its own sample rate.
        sample_rate: in Hz, of what is read from its streams.
        lufs: its integrated loudness.
        loudest: its loudest moment, momentary loudness in LUFS.
        peak: its true peak at most, as an amplitude.
    """

    path: str
    frames: int
    sample_rate: int
    lufs: float
    loudest: float
    peak: float

    def stream(self) -> "BedStream":
        """Return the bed from its beginning."""
        return BedStream(_endless(self))


class BedStream:
    """The endless sound of a bed; what it reads doesn't depend on the size of the blocks."""

    def __init__(self, blocks: Iterator[Audio]) -> None:
        (self._blocks,) = itertools.tee(blocks, 1)
        self._rest = np.zeros((0, 2), np.float32)

    def read(self, frames: int) -> Audio:
        """Return the next frames, float32 of shape (frames, 2)."""
        pieces = []
        while frames > 0:
            if not len(self._rest):
                self._rest = next(self._blocks)
            pieces.append(self._rest[:frames])
            self._rest = self._rest[frames:]
            frames -= len(pieces[-1])
        return np.concatenate(pieces) if pieces else self._rest[:0]

    def branch(self) -> "BedStream":
        """Return a second stream that goes on from here; what one has read, the other will."""
        other = copy.copy(self)
        other._blocks = copy.copy(self._blocks)
        return other


def open_bed(path: str, sample_rate: int) -> Bed:
    """Measure a file, reading it once.

    Args:
        path: a file that libsndfile reads; mono is heard in both channels, and so is the
            mean of more than two.
        sample_rate: in Hz, at which it is to be heard.

    Raises:
        RequestError: if it is missing, of no format that is read, too short or silent.
        AudioError: if it is damaged.
    """
    with _opened(path) as file:
        rate, resampled = file.samplerate, _resampler(file.samplerate, sample_rate)
        measured, energies = meter.Meter(sample_rate, 2), [np.empty(0)]
        frames, peak = 0, 0.0
        while len(part := _read(path, file, rate // 10)):
            frames += len(part)
            heard = resampled(part)
            peak = max(peak, float(np.abs(heard).max(initial=0.0)))
            energies.append(measured.add(heard))
    if frames < SHORTEST_SECONDS * rate:
        raise RequestError(
            f"{path}: lasts {frames / rate:.1f} s; a bed has to last at least {SHORTEST_SECONDS} s."
        )
    whole = np.concatenate(energies)
    lufs, loudest = meter.integrated(whole), meter.loudest(whole)
    if not math.isfinite(lufs + peak):
        raise RequestError(f"{path}: is silent. Choose another bed, or leave it out.")
    return Bed(path, frames, sample_rate, lufs, loudest, peak * db_to_gain(BETWEEN_SAMPLES_DB))


def _opened(path: str) -> "soundfile.SoundFile":
    import soundfile

    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise RequestError(f"{path}: is not a file. Give a sound file.")
        with open(path, "rb"):
            file = soundfile.SoundFile(path)
    except OSError as error:
        raise RequestError(f"{path}: can't be read ({error.strerror}).") from error
    except (soundfile.LibsndfileError, TypeError) as error:  # the latter for raw samples
        formats = ", ".join(sorted(soundfile.available_formats()))
        raise RequestError(
            f"{path}: is not a sound file that can be read; these formats can: {formats}."
        ) from error
    # soundfile seeks after every read of what can be sought: in an MP3 that tears the sound.
    file.seekable = lambda: False
    return file


def _read(path: str, file: "soundfile.SoundFile", frames: int) -> Audio:
    """Return the next frames of a file in two channels; fewer at its end."""
    import soundfile

    try:
        sound: Audio = file.read(frames, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{path}: is damaged ({error}). Choose another bed.") from error
    if file.channels != 2:
        sound = np.repeat(sound.mean(axis=1, keepdims=True), 2, axis=1)
    return sound


def _resampler(rate: int, sample_rate: int) -> Callable[[Audio], Audio]:
    if rate == sample_rate:
        return lambda block: block
    import soxr

    stream = soxr.ResampleStream(rate, sample_rate, 2, dtype="float32")
    resampled: Callable[[Audio], Audio] = stream.resample_chunk
    return resampled


def _endless(bed: Bed) -> Iterator[Audio]:
    with _opened(bed.path) as file:
        resampled = _resampler(file.samplerate, bed.sample_rate)
        for block in _looped(bed, file):
            yield resampled(block)


def _looped(bed: Bed, file: "soundfile.SoundFile") -> Iterator[Audio]:
    """Yield a file over and over, its end crossfaded into its beginning."""
    fade = min(round(CROSSFADE_SECONDS * file.samplerate), bed.frames // 4)
    keep = fade + round(SLACK_SECONDS * file.samplerate)
    held = np.zeros((0, 2), np.float32)
    while True:
        file.seek(0)
        start = _read(bed.path, file, fade)
        if len(start) < fade:
            raise AudioError(f"{bed.path}: changed while it was playing. Choose another bed.")
        yield _joined(held, start) if len(held) else start
        held = held[:0]
        while len(block := _read(bed.path, file, BLOCK_FRAMES)):
            held = np.concatenate([held, block])
            ready = max(len(held) - keep, 0)
            yield held[:ready]
            held = held[ready:]


def _joined(end: Audio, start: Audio) -> Audio:
    """Crossfade the end of a sound into a shorter start of one, where their waves agree best.

    The gains keep the power of two sounds that agree by a correlation r:
    power (a cos + b sin) = 1 + 2 r sin cos.
    """
    frames = len(start)
    energy = np.cumsum(np.concatenate([[0.0], (end.astype(np.float64) ** 2).sum(axis=1)]))
    energies = (energy[frames:] - energy[:-frames]) * (start.astype(np.float64) ** 2).sum()
    size = len(end) + frames
    spectra = np.fft.rfft(end, size, axis=0) * np.conj(np.fft.rfft(start, size, axis=0))
    products = np.fft.irfft(spectra, size, axis=0)[: len(energies)].sum(axis=1)
    agreements = products / np.sqrt(np.maximum(energies, 1e-20))
    at = int(np.argmax(agreements))
    turned = np.linspace(0, np.pi / 2, frames)
    over, out = np.sin(turned), np.cos(turned)
    power = np.sqrt(1 + 2 * max(float(agreements[at]), 0.0) * over * out)
    crossed = end[at : at + frames] * (out / power)[:, None] + start * (over / power)[:, None]
    return np.concatenate([end[:at], crossed.astype(np.float32)])
