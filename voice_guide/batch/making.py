"""Making one export, in whatever process: all of its files, safe on the disk, or none."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from voice_guide.batch.manifest import Record, kept_safe
from voice_guide.errors import VoiceGuideError, reason
from voice_guide.scripting.model import Line
from voice_guide.session.exporting import Export

if TYPE_CHECKING:
    from voice_guide.audio.samples import Audio

__all__ = ["Failed", "Job", "Made", "attempt", "keeping_speech"]


@dataclass(frozen=True)
class Job:
    """An export to be made.

    Attributes:
        export: what is made.
        files: that it makes, the sound first.
        stamp: what shapes it, see `Stamps`.
    """

    export: Export
    files: tuple[Path, ...]
    stamp: Mapping[str, str]


@dataclass(frozen=True)
class Made:
    """A finished export: what is known of its files, and what the listener should know."""

    record: Record
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """Why there is no file."""

    why: str


def keeping_speech(export: Export) -> Export:
    """Return an export whose end throws no speech away: the next one needs it."""
    return replace(export, settings=replace(export.settings, cache_limit=sys.maxsize))


def attempt(job: Job, speech: Mapping[Line, "Audio"] | None = None) -> Made | Failed:
    """Make an export, or say why it can't be made; whatever is raised stays in this process.

    Args:
        job: what is made.
        speech: clips of its lines that were made elsewhere.
    """
    try:
        session = keeping_speech(job.export).open()
        give = getattr(session.clips, "give", None)
        for line, clip in (speech or {}).items():
            if give:
                give(line, clip)
        session.export(job.export.target, overwrite=True, **job.export.files)
        kept_safe(job.files)
        return Made(Record.of(dict(job.stamp), job.files), tuple(session.notes))
    except VoiceGuideError as error:
        return Failed(str(error))
    except MemoryError:
        return Failed("there was not enough memory: give a smaller number of --jobs")
    except Exception as error:
        return Failed(f"something unexpected happened ({type(error).__name__}: {reason(error)})")
