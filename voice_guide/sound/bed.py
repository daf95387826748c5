"""The listener's own ambience under a session: a file of any length, endless and without a seam."""

import copy
import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voice_guide.audio import meter
from voice_guide.audio.samples import Audio
from voice_guide.errors import AudioError, RequestError
from voice_guide.sound.bedfile import SHORTEST_SECONDS, measured, resampler, steady
from voice_guide.sound.calm import UNBOUNDED, Reach
from voice_guide.sound.looped import looped
from voice_guide.units import db_to_gain

if TYPE_CHECKING:
    from voice_guide.audio.soundfiles import Sound

__all__ = ["Bed", "BedStream", "Stamp", "open_bed", "stamp_of"]

Stamp = tuple[int, ...]
"""What changes with a file: whatever its file system tells."""

BETWEEN_SAMPLES_DB = 1.0
"""How far it is taken to rise above its highest sample in between."""

_LEAST_OFFSET = 0.005
"""Of its highest sample: a smaller mean is the sound's own, a larger one direct current of the
recorder, which would be made as much louder as a soft recording is."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bed:
    """A file that can lie under a session, and what was measured in it.

    Attributes:
        path: of the file.
        frames: its length, at its own sample rate.
        sample_rate: in Hz, of what is read from its streams.
        lufs: its integrated loudness.
        loudest: its loudest moment, momentary loudness in LUFS.
        highest: of its samples, as they are in the file. What is higher when they are read again,
            as the file was changed, is held down to that.
        stamp: of the file as it was measured, see ``stamp_of``.
        peak: its true peak at most, as an amplitude.
        reach: how far it reaches, at any gain up to 1.
        offset: direct current that is taken out, float32 of shape (n, 2): of all the file, or of
            each ``OFFSET_SECONDS`` of it.
    """

    path: str
    frames: int
    sample_rate: int
    lufs: float
    loudest: float
    highest: float
    stamp: Stamp | None
    peak: float
    reach: Reach
    offset: Audio

    def stream(self) -> "BedStream":
        """Return the bed from its beginning."""
        return BedStream(self)


class BedStream:
    """The endless sound of a bed; what it reads doesn't depend on the size of the blocks."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        (self._blocks,) = itertools.tee(_endless(bed), 1)
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

    @property
    def reach(self) -> Reach:
        """How far it reaches, at any gain up to 1; any distance, if the file was changed."""
        return self._bed.reach if stamp_of(self._bed.path) == self._bed.stamp else UNBOUNDED

    def skip(self, frames: int) -> None:
        """Leave out the next frames."""
        from voice_guide.audio.soundfiles import BLOCK_FRAMES

        for first in range(0, frames, BLOCK_FRAMES):
            self.read(min(BLOCK_FRAMES, frames - first))

    def branch(self) -> "BedStream":
        """Return a second stream that goes on from here; what one has read, the other will."""
        other = copy.copy(self)
        other._blocks = copy.copy(self._blocks)
        return other


def stamp_of(path: str) -> Stamp | None:
    """Return the stamp of a file as it is now; None if it can't be had."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def open_bed(path: str, sample_rate: int) -> Bed:
    """Measure a file, reading it once.

    Args:
        path: a file that libsndfile reads; mono is heard in both channels, and so is the
            mean of more than two.
        sample_rate: in Hz, at which it is to be heard.

    Raises:
        RequestError: if it is missing, too short or silent.
        AudioError: if it is damaged, too long, or of no format that is read.
    """
    stamp, offset = stamp_of(path), np.zeros((1, 2), np.float32)
    heard = measured(path, sample_rate, offset)
    if np.abs(heard.mean).max() > _LEAST_OFFSET * heard.peak:
        offset = heard.mean
        heard = measured(path, sample_rate, offset)
    if heard.frames < SHORTEST_SECONDS * heard.rate:
        raise RequestError(
            f"{path}: lasts {heard.frames / heard.rate:.1f} s; "
            f"a bed has to last at least {SHORTEST_SECONDS} s."
        )
    if np.abs(drift := heard.drift).max() > db_to_gain(meter.integrated(heard.energies)):
        # It comes and goes, and more of it than of the sound: a cable with a loose contact.
        offset = offset + drift
        heard = measured(path, sample_rate, offset)
    lufs, loudest = meter.integrated(heard.energies), meter.loudest(heard.energies)
    if not math.isfinite(lufs):
        raise RequestError(f"{path}: is silent. Choose another bed, or leave it out.")
    between = db_to_gain(BETWEEN_SAMPLES_DB)
    return Bed(
        path=path,
        frames=heard.frames,
        sample_rate=sample_rate,
        lufs=lufs,
        loudest=loudest,
        highest=heard.highest,
        stamp=stamp,
        peak=heard.peak * between,
        reach=heard.reach.times(between),
        offset=offset,
    )


def _endless(bed: Bed) -> Iterator[Audio]:
    from voice_guide.audio.soundfiles import BadSoundError, open_sound

    changed = f"{bed.path}: changed while it was playing. Choose another bed."
    with open_sound(bed.path) as file:
        file.ceiling = bed.highest
        resampled = resampler(file.sample_rate, bed.sample_rate)
        try:
            for block in looped(lambda: _without_offset(bed, file), bed.frames, file.sample_rate):
                yield resampled(block)
        except BadSoundError as error:
            raise AudioError(changed) from error
    raise AudioError(changed)


def _without_offset(bed: Bed, file: "Sound") -> Iterator[Audio]:
    """Yield a file from its beginning to its end, in two channels."""
    from voice_guide.audio.soundfiles import BLOCK_FRAMES

    frames = 0
    for block in file.blocks(BLOCK_FRAMES):
        yield steady(block, bed.offset, frames, file.sample_rate)
        frames += len(block)
