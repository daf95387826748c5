"""What of a catalogue has to be made, and why; or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice_guide.batch.catalogue import Wanted
from voice_guide.batch.making import Job
from voice_guide.batch.manifest import Manifest
from voice_guide.batch.stamps import Stamps
from voice_guide.errors import OutputError

__all__ = ["Entry", "look"]

_MOST_NAMED = 20
"""Files that are in the way, before the rest is counted."""

_CHANGES = {
    "script": "its script has changed",
    "options": "its options have changed",
    "voice": "its voice has changed",
    "version": "another version of Voice Guide made it",
}
"""What a part of a stamp tells when it is another one."""


@dataclass(frozen=True)
class Entry:
    """An export of a catalogue, and what becomes of it.

    Attributes:
        wanted: what the catalogue asks for.
        job: what would be made.
        state: whether it is made, skipped as it is up to date, or kept as somebody changed it.
        why: in words.
    """

    wanted: Wanted
    job: Job
    state: Literal["make", "skip", "keep"]
    why: str

    @property
    def target(self) -> str:
        """The name of its sound."""
        return self.job.export.target


def look(wanted: Sequence[Wanted], manifest: Manifest, overwrite: bool) -> list[Entry]:
    """Compare what a catalogue asks for with what is there.

    Args:
        wanted: of the catalogue, in its order.
        manifest: what it has made.
        overwrite: whether files that it hasn't made, or that have changed since, are replaced.

    Raises:
        OutputError: naming the files that it hasn't made and would replace.
    """
    stamps, entries, foreign = Stamps(), [], []
    for each in wanted:
        job = Job(each.export, each.files, stamps.of(each.export))
        state, why = _state(job, manifest)
        if state == "keep" and overwrite:
            state = "make"
        if state == "make" and not overwrite:
            foreign += [f for f in each.files if str(f) not in manifest.own and f.exists()]
        entries.append(Entry(each, job, state, why))
    if foreign:
        named = "\n".join(f"  {file}" for file in foreign[:_MOST_NAMED])
        more = len(foreign) - _MOST_NAMED
        rest = f"\n  and {more} more" if more > 0 else ""
        raise OutputError(
            f"these files are there already, were not made by this catalogue, and are kept:\n"
            f"{named}{rest}\nMove them, give other names, or add --overwrite."
        )
    return entries


def _state(job: Job, manifest: Manifest) -> tuple[Literal["make", "skip", "keep"], str]:
    record = manifest.made.get(job.export.target)
    if record is None:
        begun = job.export.target in manifest.own
        return "make", "it was begun and not finished" if begun else "it is new"
    if missing := record.missing():
        return "make", f"{missing[0]} is gone"
    if changed := record.changed():
        return "keep", f"{changed[0]} was changed since it was made; --overwrite makes it again"
    for part, said in _CHANGES.items():
        if record.stamp.get(part) != job.stamp[part]:
            return "make", said
    if {str(file) for file in job.files} != record.files.keys():
        return "make", _CHANGES["options"]
    return "skip", "it is up to date"
