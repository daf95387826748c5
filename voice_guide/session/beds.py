"""The bed of a session: measured once, and not again as long as its file is the same."""

import contextlib
import os
import time
from typing import Any

import numpy as np

from voice_guide.config import cache_folder
from voice_guide.sound.bed import Bed, Stamp, open_bed, stamp_of
from voice_guide.sound.calm import Reach
from voice_guide.voices.cache import ClipCache, key_of

__all__ = ["known_bed"]

_MEASURED = 1
"""Part of the key: raise it when something else is measured, or measured in another way."""

_SETTLED_SECONDS = 3
"""What is measured of a file that has just been changed isn't kept yet: it may be changed again
within one step of its file system's clock, which is up to 2 s."""


def known_bed(path: str, sample_rate: int) -> Bed:
    """Return a file as a bed, as it was measured when it was first used, or is now.

    What is measured is kept beside the clips.

    Raises:
        RequestError, AudioError: as ``open_bed``.
    """
    stamp = stamp_of(path)
    if stamp is None:
        return open_bed(path, sample_rate)
    cache, where = ClipCache(cache_folder()), os.path.realpath(path)
    key = key_of(bed=where, stamp=stamp, sample_rate=sample_rate, measured=_MEASURED)
    if (note := cache.note(key)) is not None:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            return _bed(path, stamp, sample_rate, note)
    bed = open_bed(path, sample_rate)
    if bed.stamp == stamp and _settled(stamp) and len(bed.offset) == 1:
        cache.put_note(key, _note(bed))
    return bed


def _settled(stamp: Stamp) -> bool:
    *_, changed, moved = stamp
    return time.time_ns() - max(changed, moved) > _SETTLED_SECONDS * 10**9


def _note(bed: Bed) -> dict[str, Any]:
    return {
        "frames": bed.frames,
        "lufs": bed.lufs,
        "loudest": bed.loudest,
        "highest": bed.highest,
        "peak": bed.peak,
        "reach": bed.reach,
        "offset": bed.offset.tolist(),
    }


def _bed(path: str, stamp: Stamp, sample_rate: int, note: dict[str, Any]) -> Bed:
    peak, swing, offset, levels = note["reach"]
    return Bed(
        path=path,
        frames=note["frames"],
        sample_rate=sample_rate,
        lufs=note["lufs"],
        loudest=note["loudest"],
        highest=note["highest"],
        stamp=stamp,
        peak=note["peak"],
        reach=Reach(peak, swing, offset, tuple(levels)),
        offset=np.array(note["offset"], np.float32),
    )
