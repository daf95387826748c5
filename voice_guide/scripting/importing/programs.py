"""Breathing programs in JSON: the seconds of each phase become a pace, and their rounds breaths."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voice_guide.errors import Problem, ScriptError
from voice_guide.limits import MAX_BREATHS
from voice_guide.scripting.importing.rows import Draft
from voice_guide.units import counted

__all__ = ["read_program"]

_TITLES = ("title", "name", "label")
_ROUNDS = ("rounds", "cycles", "cycle", "repeat", "repeats", "repetitions", "count", "breaths")
_LISTS = ("phases", "steps", "pattern", "ratio", "sequence", "breath", "cycle", "timing")
_SECONDS = ("seconds", "duration", "sec", "secs", "time", "length", "value", "ms", "milliseconds")
_PHASES = (
    ("inhale", re.compile(r"in\b|inhal|breathe[ _-]?in", re.IGNORECASE)),
    ("exhale", re.compile(r"out\b|exhal|breathe[ _-]?out", re.IGNORECASE)),
    ("hold", re.compile(r"hold|pause|retain|retention|rest|wait|empty|full", re.IGNORECASE)),
)
_ROUNDS_USUAL = 12  # of a program that gives no number
_MILLISECONDS = 200
"""From here on a phase is given in thousandths: no breath is so long."""


def read_program(text: str, path: str) -> Draft:
    """Read a program of phases in seconds, of milliseconds, or of a ratio and its unit.

    Raises:
        ScriptError: if it is no JSON, or has no phases of a breath.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        message = f"is not JSON: {getattr(error, 'msg', 'too deep')}"
        raise ScriptError([Problem(path, line, column, message)]) from error
    draft = Draft("a breathing program")
    phases = next(_phases(told), None)
    if phases is None:
        raise ScriptError([Problem(path, 1, 1, "has no inhale and exhale in seconds")])
    fields = told if isinstance(told, Mapping) else {}
    lengths = _scaled(phases, fields)
    inhale, hold_in, exhale, hold_out = lengths
    shown = [inhale, exhale] if not hold_in and not hold_out else list(lengths)
    draft.pace = "-".join(f"{seconds:.4g}" for seconds in shown)
    draft.title = next(
        (str(fields[key]) for key in _TITLES if isinstance(fields.get(key), str)), ""
    )
    rounds = next((fields[key] for key in _ROUNDS if _number(fields.get(key))), None)
    if rounds is None:
        draft.note(1, f"says no number of rounds: taken as {_ROUNDS_USUAL}")
    count = min(max(round(rounds if rounds is not None else _ROUNDS_USUAL), 1), MAX_BREATHS)
    draft.block(f"[{counted(count, 'breath')}]", 1)
    known = {*_TITLES, *_ROUNDS, *_LISTS, "unit"}
    for key in map(str, fields):
        if key.lower() not in known and not _named(key):
            draft.note(1, f"left out: {key}")
    return draft


def _phases(told: Any, depth: int = 0) -> Iterator[tuple[float, float, float, float]]:
    """Yield the seconds of inhale, hold, exhale and hold, wherever a program has them."""
    if depth > 4:
        return
    if isinstance(told, Mapping):
        named = [(_named(str(key)), value) for key, value in told.items() if _number(value)]
        if (found := _in_order(named)) is not None:
            yield found
        for value in told.values():
            if isinstance(value, Mapping | list):
                yield from _phases(value, depth + 1)
    elif isinstance(told, Sequence) and not isinstance(told, str):
        if 2 <= len(told) <= 4 and all(map(_number, told)):
            numbers = [float(number) for number in told]
            if len(numbers) == 2:
                numbers = [numbers[0], 0.0, numbers[1]]
            inhale, hold, exhale, *last = numbers
            if inhale > 0 and exhale > 0:
                yield inhale, hold, exhale, last[0] if last else 0.0
            return
        steps = [step for step in told if isinstance(step, Mapping)]
        if (found := _in_order([_step(step) for step in steps])) is not None:
            yield found
        for step in steps:
            yield from _phases(step, depth + 1)


def _step(step: Mapping[str, Any]) -> tuple[str, Any]:
    """Return a step's phase, and how long it is."""
    seconds = next((step[key] for key in _SECONDS if _number(step.get(key))), None)
    phase = next(
        (p for value in step.values() if isinstance(value, str) and (p := _named(value))), ""
    )
    return phase, seconds


def _in_order(named: list[tuple[str, Any]]) -> tuple[float, float, float, float] | None:
    """Put phases that have names into the order of a breath: a hold belongs to what it follows."""
    lengths = {"inhale": 0.0, "hold_in": 0.0, "exhale": 0.0, "hold_out": 0.0}
    last = "inhale"
    for phase, seconds in named:
        if not _number(seconds):
            continue
        if phase in ("inhale", "exhale"):
            last = phase
            lengths[phase] += float(seconds)
        elif phase == "hold":
            lengths["hold_in" if last == "inhale" else "hold_out"] += float(seconds)
    if lengths["inhale"] > 0 and lengths["exhale"] > 0:
        return lengths["inhale"], lengths["hold_in"], lengths["exhale"], lengths["hold_out"]
    return None


def _scaled(phases: tuple[float, ...], fields: Mapping[str, Any]) -> tuple[float, ...]:
    unit = fields.get("unit")
    if isinstance(unit, int | float) and _number(unit) and unit > 0:
        return tuple(phase * unit for phase in phases)
    return tuple(p / 1000 for p in phases) if max(phases) >= _MILLISECONDS else phases


def _named(name: str) -> str:
    return next((phase for phase, said in _PHASES if said.match(name.strip())), "")


def _number(value: Any) -> bool:
    """Whether it is a length or a count: neither negative, nor endless."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6
