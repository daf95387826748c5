"""What a writer may want to look at in a script that has no errors."""

import re
from collections.abc import Iterator

from voice_guide.errors import Problem, did_you_mean, nearest
from voice_guide.languages import (
    NAMES,
    fitting,
    foreign_letters,
    letters_of,
    name_of_letters,
)
from voice_guide.plan.breath import Breath, Cue
from voice_guide.plan.plan import Plan
from voice_guide.plan.timeline import Timeline
from voice_guide.scripting.hints import said_as_words
from voice_guide.scripting.model import Line, Place, RampTo, Script
from voice_guide.scripting.words import occurring
from voice_guide.units import clock, counted

__all__ = ["cut_short", "misfit", "misfits", "remarks"]

MOST_BREATHS = 7
"""The most that one line may last; a longer one is a list or a transcript in one paragraph."""


def remarks(script: Script) -> Iterator[Problem]:
    """Say what was read in another form, and which lines aren't words, or of another language."""
    yield from script.notes
    yield from _words_of_no_line(script)
    yield from _foreign_lines(script)
    for line in script.lines():
        hint = said_as_words(line.text, anchored=line.anchor is not None)
        if hint and line.place:
            yield line.place.problem(f"warning: this will be spoken as words; {hint}")


def misfits(plan: Plan) -> Iterator[Problem]:
    """Name the lines that last longer than their phase, or than several breaths."""
    for breath, cue in plan.cues():
        wrong = misfit(breath, cue, plan.sample_rate)
        if wrong and isinstance(cue.item, Line) and cue.item.place:
            yield cue.item.place.problem(f"warning: {wrong}")


def misfit(breath: Breath, cue: Cue, sample_rate: int) -> str:
    """Say how a line is longer than its phase, or than several breaths; "" if it isn't."""
    if not isinstance(cue.item, Line):
        return ""  # a bell
    taken, said = cue.end - cue.start, f"{(cue.end - cue.start) / sample_rate:.1f} s"
    lengths = {"in": breath.inhale, "out": breath.exhale, "hold": breath.hold_in}
    phase = lengths.get(cue.item.anchor or "")
    if phase is not None and taken > phase:
        return f"takes {said}, but its phase is only {phase / sample_rate:.3g} s"
    if phase is None and taken > MOST_BREATHS * breath.frames:
        return (
            f"takes {said}, more than {MOST_BREATHS} breaths without a rest: "
            "put empty lines between its sentences"
        )
    return ""


def cut_short(script: Script, timeline: Timeline) -> Iterator[str]:
    """Say when the session ends before its last ramp does."""
    if not timeline.ramp.seconds and not any(isinstance(i, RampTo) for i in script.items()):
        return
    for _ in timeline:
        pass
    if left := float(timeline.ramp.seconds):
        yield (f"warning: the session ends {clock(left)} before the breath reaches {timeline.pace}")


def _words_of_no_line(script: Script) -> Iterator[Problem]:
    """Name the words of the script's list that it doesn't have, with the nearest that it has."""
    texts = script.texts()
    found = occurring(script.words, "\n".join(texts))
    for word in script.words:
        if word not in found and word.place:
            said = set(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", " ".join(texts)))
            hint = did_you_mean("no line has this word", nearest(word.written, said))
            yield word.place.problem(f"warning: {hint}")


def _foreign_lines(script: Script) -> Iterator[Problem]:
    """Name the letters that the script's language doesn't have: once for each other language."""
    known = letters_of(script.language)
    lines = [(line, foreign_letters(line.text, known)) for line in script.lines()]
    texts = {
        kind: " ".join(line.text for line, kinds in lines if kind in kinds)
        for kind in frozenset().union(*(kinds for _, kinds in lines))
    }
    found: dict[str, list[Place]] = {}
    for line, kinds in lines:
        if kinds and line.place:
            # The lines beside it tell which of several languages its letters belong to.
            text = " ".join(texts[kind] for kind in sorted(kinds))
            kinds = foreign_letters(text, known)
            found.setdefault(name_of_letters(kinds) + fitting(text, kinds), []).append(line.place)
    for advice, places in found.items():
        letters, _, then = advice.partition(";")
        more = f" (also in {counted(len(places) - 1, 'more line')})" if len(places) > 1 else ""
        language = NAMES.get(script.language.lower(), script.language)
        message = f"warning: {letters} in a script in {language}{then and ';'}{then}{more}"
        yield places[0].problem(message)
