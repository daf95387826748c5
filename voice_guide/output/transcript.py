"""A session to read: what is said, when, in which breath, and how long it rests."""

from collections.abc import Iterator

from voice_guide.plan.breath import Breath, Cue
from voice_guide.plan.plan import Plan
from voice_guide.scripting.model import Line
from voice_guide.scripting.writing import escaped
from voice_guide.texts import CARE, plain
from voice_guide.units import clock, counted

__all__ = ["transcript"]

LEAST_RESTED = 2
"""Breaths without a word that are told; the pause between two lines is no rest."""


def transcript(plan: Plan) -> str:
    """Return a session as Markdown, with the time and the breath of each line."""
    script = plan.script
    blocks = [f"# {escaped(plain(script.title))}"]
    if script.about:
        blocks.append(escaped(plain(script.about)))
    blocks.append(plan.summary[0].upper() + plan.summary[1:] + ".")
    blocks += _told(plan)
    blocks.append(f"*{CARE}*")
    return "\n\n".join(blocks) + "\n"


def _told(plan: Plan) -> Iterator[str]:
    """Yield the headings, the rests, and each line and bell, breath by breath."""
    titles = [(title, start) for title, start in plan.sections if start < plan.end]
    said_until = quiet = 0
    for breath in plan.breaths:
        heading = bool(titles) and titles[0][1] <= breath.start
        cues = [cue for cue in breath.cues if not isinstance(cue.item, Line) or cue.item.said]
        if (cues or heading) and quiet >= LEAST_RESTED:
            yield _rest(quiet)
        while titles and titles[0][1] <= breath.start:
            title, start = titles.pop(0)
            yield f"## {escaped(plain(title))} ({_at(start, plan)})"
        quiet = 0 if cues or heading else quiet
        quiet += not cues and said_until <= breath.start
        for cue in cues:
            said_until = cue.end if isinstance(cue.item, Line) else said_until
            yield f"**{_at(cue.start, plan)}** {_words(breath, cue)}"
    if quiet >= LEAST_RESTED:
        yield _rest(quiet)


def _rest(breaths: int) -> str:
    return f"*({counted(breaths, 'breath')})*"


def _words(breath: Breath, cue: Cue) -> str:
    if not isinstance(cue.item, Line):
        return "*(a bell)*"
    return (
        f"(breath {breath.number + 1}, {cue.item.anchor or 'out'}) {escaped(plain(cue.item.text))}"
    )


def _at(frame: int, plan: Plan) -> str:
    return clock(max(frame, 0) / plan.sample_rate)
