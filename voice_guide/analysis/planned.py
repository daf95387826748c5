"""The plan of a session, read back from its file and laid against the sound."""

import json
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any

import numpy as np

from voice_guide.analysis.measures import Envelope, Mask, Measures, Values
from voice_guide.errors import AudioError, RequestError, reason
from voice_guide.files import read_bytes
from voice_guide.limits import MOST_PLAN_BYTES, MOST_PLANNED

__all__ = ["PlannedBreath", "PlannedLine", "SessionPlan", "find_plan", "plan_of", "read_plan"]

MAKING_ROOM_SECONDS = 0.65
"""Before a line the tone makes room for it, so this isn't the breath alone."""

COMING_BACK_SECONDS = 1.6
"""After a line, likewise."""

BELL_SECONDS = 7.0
"""No bell rings longer."""
STARTING_SECONDS, ENDING_SECONDS = 1.6, 3.0
"""What fades at the ends of a session."""

_MOST_ASTRAY_SECONDS = 6.0
"""A file that differs more from its plan's length isn't this plan's."""


@dataclass(frozen=True)
class PlannedLine:
    """A line: its words, and its first and last moment in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class PlannedBreath:
    """A breath: the second it starts at, and its inhale, hold, exhale and hold in seconds."""

    start: float
    phases: tuple[float, float, float, float]


@dataclass(frozen=True)
class SessionPlan:
    """A plan as ``voice-guide show --json`` writes it, in seconds."""

    title: str
    seconds: float
    breaths: tuple[PlannedBreath, ...]
    lines: tuple[PlannedLine, ...]
    bells: tuple[float, ...]

    def check_fit(self, measures: Measures, path: Path) -> None:
        """Refuse a plan of another session.

        Raises:
            AudioError: if the file's length is another, a lost or an added end excepted.
        """
        if abs(measures.seconds - self.seconds) > _MOST_ASTRAY_SECONDS:
            raise AudioError(
                f"the plan {path} doesn't fit: it lasts {self.seconds:.1f} s, "
                f"the file {measures.seconds:.1f} s. Give the plan of this export with --plan."
            )

    def clear(self, envelope: Envelope, lines: bool = True) -> Mask:
        """Whether nothing but the breath sounds, for each hop; with ``lines`` False, they don't."""
        clear = np.ones(len(envelope.power), np.bool_)

        def hide(start: float, end: float) -> None:
            clear[max(envelope.hop(start), 0) : max(envelope.hop(end), 0)] = False

        hide(0, STARTING_SECONDS)
        hide(self.seconds - ENDING_SECONDS, self.seconds + _MOST_ASTRAY_SECONDS)
        for bell in self.bells:
            hide(bell - 0.1, bell + BELL_SECONDS)
        for line in self.lines if lines else ():
            hide(line.start - MAKING_ROOM_SECONDS, line.end + COMING_BACK_SECONDS)
        return clear

    def places(self, envelope: Envelope) -> Values:
        """Say for each hop where in its breath it lies: 0 to 1 in the inhale, 1 to 2 held, and on.

        nan outside of all breaths. Equal places of two breaths sound alike.
        """
        times = (np.arange(len(envelope.power)) + 0.5) * envelope.hop_seconds
        places = np.full(len(times), np.nan)
        for breath in self.breaths:
            start = breath.start
            for number, length in enumerate(breath.phases):
                first, last = np.searchsorted(times, (start, start + length))
                places[first:last] = number + (times[first:last] - start) / max(length, 1e-9)
                start += length
        return places


def find_plan(audio: Path) -> Path | None:
    """Return the plan beside a file, NAME.json or NAME.plan.json; None if there is none."""
    for suffix in (".plan.json", ".json"):
        path = audio.with_suffix(suffix)
        if path != audio and path.is_file() and _is_plan(path):
            return path
    return None


def _is_plan(path: Path) -> bool:
    try:
        data = json.loads(read_bytes(path, MOST_PLAN_BYTES))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and {"schema", "breaths", "lines"} <= data.keys()


def read_plan(path: Path) -> SessionPlan:
    """Read a plan.

    Raises:
        RequestError: if there is no such file.
        AudioError: if it isn't a plan of schema 1.
    """
    try:
        data = json.loads(read_bytes(path, MOST_PLAN_BYTES))
    except OSError as error:
        raise RequestError(f"the plan {path} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise AudioError(f"{path} is not a plan: it isn't JSON ({error}).") from error
    if not isinstance(data, dict) or data.get("schema") != 1:
        raise AudioError(
            f"{path} is not a plan of schema 1, which show --json and export --plan write."
        )
    try:
        if (most := max(len(data[key]) for key in ("breaths", "lines", "bells"))) > MOST_PLANNED:
            raise AudioError(f"{path} plans {most} breaths, lines or bells, over {MOST_PLANNED}.")
        return plan_of(data)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise AudioError(
            f"{path} is a damaged plan: {type(error).__name__}: {reason(error)}."
        ) from error


def plan_of(data: dict[str, Any]) -> SessionPlan:
    """Return a plan from its JSON.

    Raises:
        KeyError, TypeError, ArithmeticError: if it is damaged.
    """

    def seconds(item: dict[str, Any], key: str) -> float:
        return index(item[key]) / index(data["sample_rate"])

    return SessionPlan(
        title=str(data["title"]),
        seconds=seconds(data, "frames"),
        breaths=tuple(
            PlannedBreath(
                seconds(item, "start"),
                (
                    seconds(item, "inhale"),
                    seconds(item, "hold_in"),
                    seconds(item, "exhale"),
                    seconds(item, "hold_out"),
                ),
            )
            for item in data["breaths"]
        ),
        lines=tuple(
            PlannedLine(str(item["text"]), seconds(item, "start"), seconds(item, "end"))
            for item in data["lines"]
        ),
        bells=tuple(seconds(item, "start") for item in data["bells"]),
    )
