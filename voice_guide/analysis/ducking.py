"""How the tone makes room for words: when it goes down before them, and comes back after."""

import math
from dataclasses import dataclass

import numpy as np

from voice_guide.analysis.measures import Envelope, Values
from voice_guide.analysis.planned import COMING_BACK_SECONDS, MAKING_ROOM_SECONDS, SessionPlan
from voice_guide.audio.meter import sliding

__all__ = ["Ducking", "ducking"]

_FEWEST = 3  # lines whose neighbours are far enough
_GRAIN_SECONDS = 0.05  # over which the level is evened out
_DEEP_ENOUGH = 0.8  # of its amplitude, or less, is left of a tone that makes room


@dataclass(frozen=True)
class Ducking:
    """How many seconds before words the tone is halfway down, and after them halfway back.

    ``left`` is what is left of its amplitude when it is down. All are means over the lines that
    stand alone; nan where there are too few, or where the tone stays as it is.
    """

    before: float
    after: float
    left: float


def ducking(envelope: Envelope, plan: SessionPlan, alone: Values) -> Ducking:
    """Compare the tone beside the lines with the undisturbed one.

    Args:
        envelope: of the file.
        plan: of the session.
        alone: the energy of the undisturbed tone, for each hop; nan where it isn't known.
    """
    clear = plan.clear(envelope, lines=False)
    down, back = envelope.hop(MAKING_ROOM_SECONDS), envelope.hop(COMING_BACK_SECONDS)
    before: list[slice] = []
    after: list[slice] = []
    far = MAKING_ROOM_SECONDS + COMING_BACK_SECONDS
    ends = [-math.inf, *(line.end for line in plan.lines)]
    starts = [*(line.start for line in plan.lines), math.inf]
    for start, end in zip(starts, ends, strict=True):
        if start - end < far:
            continue
        if math.isfinite(start):
            before.append(slice(envelope.hop(start) - down, envelope.hop(start)))
        if math.isfinite(end):
            after.append(slice(envelope.hop(end), envelope.hop(end) + back))

    def shares(places: list[slice], length: int) -> Values:
        """The mean amplitude of the tone against the undisturbed one."""
        known = [
            place
            for place in places
            if len(alone[place]) == length
            and clear[place].all()
            and not np.isnan(alone[place]).any()
        ]
        if len(known) < _FEWEST:
            return np.empty(0)
        heard = np.sum([envelope.energy[place] for place in known], axis=0)
        usual = np.sum([alone[place] for place in known], axis=0)
        if np.mean(usual) < 1e-10:  # -100 LUFS is no tone
            return np.empty(0)
        grain = envelope.hop(_GRAIN_SECONDS)
        return np.sqrt(sliding(heard, grain) / np.maximum(sliding(usual, grain), 1e-12))

    falling, rising = shares(before, down), shares(after, back)
    if not len(falling) or not len(rising):
        return Ducking(math.nan, math.nan, math.nan)
    left = float(min(falling[-1], rising[0]))
    if left > _DEEP_ENOUGH:
        return Ducking(math.nan, math.nan, left)
    up = (1 + left) / 2
    edge = _GRAIN_SECONDS / 2
    return Ducking(
        before=_reached(falling[::-1], up) * envelope.hop_seconds + edge,
        after=_reached(rising, up) * envelope.hop_seconds + edge,
        left=left,
    )


def _reached(shares: Values, level: float) -> int:
    """The hops from the words to where the tone is above a level for good."""
    below = np.flatnonzero(shares < level)
    return int(below[-1]) + 1 if len(below) else 0
