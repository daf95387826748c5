"""Making one export, in whatever process: all of its files, safe on the disk, or none."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voice_guide.audio.samples import Audio
from voice_guide.batch.manifest import Record, kept_safe
from voice_guide.errors import VoiceGuideError, reason
from voice_guide.scripting.model import Line
from voice_guide.session.exporting import Export

__all__ = ["Failed", "Job", "Made", "Speech", "attempt", "keeping_speech"]

Speech = dict[Line, tuple[Audio, Mapping[str, Any] | None]]
"""Clips, float32 (frames,), and what the cache notes of each."""


@dataclass(frozen=True)
class Job:
    """An export to be made.

    Attributes:
        export: what is made.
        files: that it makes, the sound first.
        stamp: what shapes it, see `Stamps`.
        called: what its files are called where it was asked for, if that is elsewhere.
    """

    export: Export
    files: tuple[Path, ...]
    stamp: Mapping[str, str]
    called: tuple[str, ...] = ()


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


def attempt(job: Job, speech: Speech | None = None) -> Made | Failed:
    """Make an export, or say why it can't be made; whatever is raised stays in this process.

    Args:
        job: what is made.
        speech: clips of its lines that were made elsewhere.
    """
    try:
        session = keeping_speech(job.export).open()
        give = getattr(session.clips, "give", None)
        for line, (clip, note) in (speech or {}).items():
            if give:
                give(line, clip, note)
        session.export(job.export.target, overwrite=True, **job.export.files)
        _call_as_asked(job)
        kept_safe(job.files)
        return Made(Record.of(dict(job.stamp), job.files), tuple(session.notes))
    except VoiceGuideError as error:
        return Failed(str(error))
    except MemoryError:
        return Failed("there was not enough memory: give a smaller number of --jobs")
    except Exception as error:
        return Failed(f"something unexpected happened ({type(error).__name__}: {reason(error)})")


def _call_as_asked(job: Job) -> None:
    """Let a report, which names what it is of, name that as it is called where it was asked for."""
    report = job.export.files.get("report_file")
    if not report or not job.called:
        return
    text = Path(report).read_text(encoding="utf-8")
    for file, name in zip(job.files, job.called, strict=True):
        text = text.replace(json.dumps(str(file)), json.dumps(name))
    Path(report).write_text(text, encoding="utf-8", newline="\n")
