"""The first stage: every line that a catalogue needs is spoken once for each voice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from voice_guide.batch.making import Failed, Job, keeping_speech
from voice_guide.errors import SpeechError, VoiceGuideError
from voice_guide.scripting.model import Line
from voice_guide.session.exporting import Export
from voice_guide.voices.clips import Progress
from voice_guide.voices.spoken import SpokenClips, as_said

__all__ = ["Speech", "grouped", "speak"]


@dataclass
class Speech:
    """Lines that are missing, and an export whose voice and loudness they have.

    Attributes:
        export: one of those that need them.
        jobs: all that do.
        needs: what the cache calls the clips of all their lines.
        lines: the missing ones of these, but for those of an earlier group.
    """

    export: Export
    jobs: list[Job] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)


def grouped(jobs: Sequence[Job], has: Callable[[SpokenClips, str], bool]) -> list[Speech]:
    """Return the lines that exports need, each in one group.

    Args:
        jobs: the exports. What can't be opened, or is heard by a recogniser, is left to itself.
        has: whether the clip of a key is there already.
    """
    groups: dict[object, Speech] = {}
    for job in jobs:
        export = keeping_speech(job.export)
        if export.proof:
            continue
        alike = replace(export.settings, minutes=None, breaths=None, vary=0.0)
        group = id(export.script), alike, export.profile, export.asked
        groups.setdefault(group, Speech(export)).jobs.append(job)
    known: set[str] = set()
    for speech in groups.values():
        try:
            session = speech.export.open()
        except VoiceGuideError:  # told when it is made
            continue
        clips = session.clips
        if not isinstance(clips, SpokenClips):
            continue
        for line in dict.fromkeys(map(as_said, [*session.script.lines(), *session.numbers()])):
            key = clips.wanted(line)
            if key is None:  # told when it is made
                continue
            speech.needs.append(key)
            if key not in known:
                known.add(key)
                if not has(clips, key):
                    speech.lines[key] = line
    return list(groups.values())


def speak(jobs: Sequence[Job], progress: Progress) -> dict[int, Failed]:
    """Speak what is missing in the cache; return why exports can't be made, by their ``id``.

    Engines speak side by side as it is, so that one process keeps all cores busy.
    """
    groups = [
        each
        for each in grouped(jobs, lambda clips, key: clips.cache.head(key) is not None)
        if each.lines
    ]
    total, done = sum(len(each.lines) for each in groups), 0
    failed: dict[int, Failed] = {}
    for speech in groups:
        clips = speech.export.open().clips
        errors: list[SpeechError] = []
        before = done

        def tell(spoken: int, _: int, before: int = before) -> None:
            progress(before + spoken, total)

        try:
            clips.prepare(speech.lines.values(), tell, errors.append)
        finally:
            clips.close()
        done += len(speech.lines)
        if errors:
            failed |= {id(job): Failed(str(errors[0])) for job in speech.jobs}
    progress(max(done, 1), max(total, 1))
    return failed
