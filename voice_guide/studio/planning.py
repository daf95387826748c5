"""The plan of a session as it is tuned: what stays is kept, and only placed anew.

To read a script, to find its voice and to look up how long each line takes are done once for a
source and a voice. To drag a slider then costs the placing alone.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from voice_guide.errors import Problem, ScriptError
from voice_guide.options import listener_settings
from voice_guide.plan.advice import long_lines, style
from voice_guide.plan.check import cut_short, misfit, misfits, remarks
from voice_guide.plan.plan import Plan
from voice_guide.scripting.loading import read_text
from voice_guide.scripting.model import Line, Script
from voice_guide.session import Session, open_session
from voice_guide.settings import Settings
from voice_guide.studio.asked import Source
from voice_guide.studio.making import Making
from voice_guide.voices.clips import Clips

__all__ = ["Planner"]

MOST_OPEN = 8
"""Sessions that are kept open: a few scripts, each with a voice or two."""

_PLACED: dict[str, Any] = {
    **{"pace": None, "ramp": None, "minutes": None, "breaths": None, "vary": 0.0, "seed": 0},
    **{"tone_level": Settings.tone_level, "mono": False},
}
"""The settings that change nothing of what is said, nor how, with their defaults."""


class _Likely:
    """Clips whose length is estimated while they are not made."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def frames(self, line: Line) -> int:
        return self._session.estimate(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session.clips, name)


@dataclass(frozen=True)
class _Opened:
    """A session before it is placed, and what there is to say of its script."""

    session: Session
    said: tuple[Problem, ...]


class Planner:
    """Answers what a session is like, one question after the other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.making = Making()
        self._opened: OrderedDict[tuple[str, Script, Settings], _Opened] = OrderedDict()

    def answer(self, source: Source, settings: Settings) -> dict[str, Any]:
        """Return the plan and what there is to say of it, as the page has it.

        Raises:
            RefusedError: if there is no such script.
            RequestError: if it can't be what was asked for.
        """
        with self._lock:
            try:
                opened = self._open(source, settings)
            except ScriptError as error:
                return {"plan": None, "findings": list(_findings(error.problems, source, "error"))}
            session, settled = _placed(opened.session, settings)
            plan = session.plan()
        if not settled:
            self.making.want(replace(session, clips=opened.session.clips))
        said = [*opened.said, *misfits(plan), *long_lines(plan)]
        fault = self.making.faults.get(opened.session.clips)
        notes = [
            *filter(None, [fault]),
            *session.notes,
            *cut_short(session.script, session.timeline()),
        ]
        findings = [*_findings(dict.fromkeys(said), source, "warning"), *map(_note, notes)]
        minutes = plan.end / plan.sample_rate / 60
        return {
            "plan": plan.to_json(),
            "seconds": plan.seconds,
            "breaths": len(plan.breaths),
            "breaths_per_minute": len(plan.breaths) / minutes if minutes else 0,
            "settled": settled,
            "misfits": list(_misfits(plan)),
            "findings": findings,
        }

    def plan(self, source: Source, settings: Settings) -> Plan:
        """Return the plan alone.

        Raises:
            ScriptError: if the script has errors.
            RefusedError, RequestError: as ``answer``.
        """
        with self._lock:
            return _placed(self._open(source, settings).session, settings)[0].plan()

    def _open(self, source: Source, settings: Settings) -> _Opened:
        # Scripts are the same if they sound the same; of its text, the rows are needed, too.
        text = source.written()
        script = read_text(text, source.path)
        own = listener_settings(("loudness", "voice_level"))  # no line is longer for being louder
        levels: dict[str, Any] = {"loudness": own.loudness, "voice_level": own.voice_level}
        key = text, script, replace(settings, **_PLACED, **levels)
        if key not in self._opened:
            session = open_session(script, key[-1])
            said = (*remarks(script), *style(script))
            self._opened[key] = _Opened(session, said)
        self._opened.move_to_end(key)
        while len(self._opened) > MOST_OPEN:
            self._opened.popitem(last=False)
        return self._opened[key]


def _misfits(plan: Plan) -> Iterator[dict[str, Any]]:
    """Tell which of the plan's lines don't fit, by their order: some are in other files."""
    lines = [(breath, cue) for breath, cue in plan.cues() if isinstance(cue.item, Line)]
    for index, (breath, cue) in enumerate(lines):
        if wrong := misfit(breath, cue, plan.sample_rate):
            yield {"line": index, "message": wrong}


def _placed(opened: Session, settings: Settings) -> tuple[Session, bool]:
    """Return a session with its own pace and length, and whether all its speech is made.

    Raises:
        PaceError: if the script forbids the pace.
        LengthError: if it can't be that long or short.
    """
    script = opened.script
    pace, ramp = settings.pace or script.pace, settings.ramp or script.ramp
    script.check_pace(pace, ramp)
    session = replace(opened, pace=pace, ramp=ramp, settings=settings)
    settled = session.clips.recall([*script.lines(), *session.numbers()])
    if not settled:
        likely: Clips = _Likely(session)
        session = replace(session, clips=likely)
    session.fit()
    session.ready = True
    return session, settled


def _findings(problems: Iterable[Problem], source: Source, usual: str) -> Iterator[dict[str, Any]]:
    """Tell each problem with its row; one in a practice that is included has none here."""
    for problem in problems:
        level, _, message = problem.message.partition(": ")
        if level not in ("warning", "hint"):
            level, message = usual, problem.message
        here = problem.path == str(source.path)
        where = "" if here else f"{problem.path.rpartition('/')[2]}:{problem.line}: "
        line = problem.line if here else None
        yield {"line": line, "level": level, "message": f"{where}{message}"}


def _note(note: str) -> dict[str, Any]:
    return {"line": None, "level": "warning", "message": note.removeprefix("warning: ")}
