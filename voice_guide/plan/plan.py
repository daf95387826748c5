"""The plan of a session: every breath, line and bell at its frame, for people and programs."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import NO_RAMP, Ramp
from voice_guide.plan.breath import Breath, Cue
from voice_guide.plan.timeline import TAIL_SECONDS
from voice_guide.scripting.model import Line, Script
from voice_guide.units import clock, counted

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """A whole session, worked out: every breath, line and bell at its frame.

    Attributes
    ----------
    script : Script
        What is said.
    pace : Pace
        Seconds of inhale, hold, exhale and hold.
    sample_rate : int
        Of all frames, in Hz.
    breaths : tuple of Breath
        One after the other, from frame 0.
    ramp : Ramp
        Where the pace begins.
    tail : int or None
        Frames after the last breath; None: the usual ones, which fade.
    """

    script: Script
    pace: Pace
    sample_rate: int
    breaths: tuple[Breath, ...]
    ramp: Ramp = NO_RAMP
    _: KW_ONLY
    tail: int | None = None

    @property
    def frames(self) -> int:
        """The length of the session in frames, the fading tail included."""
        return self.end + (TAIL_SECONDS * self.sample_rate if self.tail is None else self.tail)

    @property
    def end(self) -> int:
        """The frame at which the last breath ends."""
        return self.breaths[-1].end if self.breaths else 0

    def cut(self, first: int, last: int) -> "Plan":
        """Return the plan of a part, from one frame to another, as if it began at 0.

        Silence comes before it where ``first`` is negative. Of a breath that is cut,
        the phases are what is left of them.
        """

        def part(breath: Breath) -> Breath:
            turns = [
                min(max(turn, first), last) - first
                for turn in accumulate(breath.phases, initial=breath.start)
            ]
            inhale, hold_in, exhale, hold_out = (b - a for a, b in pairwise(turns))
            cues = (c._replace(start=c.start - first, end=c.end - first) for c in breath.cues)
            return breath._replace(
                start=turns[0],
                inhale=inhale,
                hold_in=hold_in,
                exhale=exhale,
                hold_out=hold_out,
                cues=tuple(cues),
            )

        parts = [breath for breath in map(part, self.breaths) if breath.end > breath.start]
        breaths = tuple(breath._replace(number=number) for number, breath in enumerate(parts))
        left = last - first - (breaths[-1].end if breaths else 0)
        return replace(self, breaths=breaths, tail=left)

    @property
    def seconds(self) -> float:
        """The length of the session, the fading tail included."""
        return self.frames / self.sample_rate

    @property
    def sections(self) -> list[tuple[str, int]]:
        """The title of each section, and the first frame of its first breath.

        One that has no breath, as it is nothing but a ramp, starts at the end.
        """
        starts = []
        for number, section in enumerate(self.script.sections):
            first = next((b.start for b in self.breaths if b.section >= number), self.end)
            starts.append((section.title, first))
        return starts

    @property
    def summary(self) -> str:
        """How long it is and how it is breathed, such as ``8:05, 48 breaths at 4-6``."""
        paced = self.ramp.to(self.pace)
        return f"{clock(self.seconds)}, {counted(len(self.breaths), 'breath')} {paced}"

    def cues(self) -> Iterator[tuple[Breath, Cue]]:
        """Yield each line and bell with the breath that it is placed on, in their order."""
        return ((breath, cue) for breath in self.breaths for cue in breath.cues)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as other programs read it, schema 1.

        Returns
        -------
        dict
            title, pace, sample_rate (Hz), frames, sections, breaths, lines and bells, as
            ``voice-guide show --json`` prints them. All positions and lengths are in frames.
        """
        cues = list(self.cues())
        return {
            "schema": 1,
            "title": self.script.title,
            "pace": str(self.pace),
            "sample_rate": self.sample_rate,
            "frames": self.frames,
            "sections": [{"title": title, "start": start} for title, start in self.sections],
            "breaths": [
                {
                    "start": breath.start,
                    "inhale": breath.inhale,
                    "hold_in": breath.hold_in,
                    "exhale": breath.exhale,
                    "hold_out": breath.hold_out,
                }
                for breath in self.breaths
            ],
            "lines": [
                {
                    "text": cue.item.text,
                    "section": cue.section,
                    "anchor": cue.item.anchor or "out",
                    "breath": breath.number,
                    "start": cue.start,
                    "end": cue.end,
                }
                for breath, cue in cues
                if isinstance(cue.item, Line)
            ],
            "bells": [{"start": cue.start} for _, cue in cues if not isinstance(cue.item, Line)],
        }
