"""Silence, what is left in it, and how suddenly sound begins and ends."""

import math
from dataclasses import dataclass

import numpy as np

from voice_guide.analysis.measures import Envelope, Mask, Values
from voice_guide.audio.meter import sliding

__all__ = ["Change", "Silences", "silences", "steepest"]

SILENCE_DB = -50.0
"""What is fainter, as RMS of 10 ms in dBFS, is taken for silence at the ends."""

_LEAST_SECONDS = 0.1  # of silence, in which a noise floor is measured
_NOISE_SECONDS = 0.5  # the length of the quietest part
_AUDIBLE_DB = -60.0  # changes below this level are not counted
_AROUND_SECONDS = 0.15  # on each side of a change, in which its bottom and its top are looked for


@dataclass(frozen=True)
class Silences:
    """Silence in seconds at both ends, and noise as RMS in dBFS.

    ``noise_floor`` is the louder one of the quietest 500 ms of head and tail; nan without either.
    ``quietest`` is that of the quietest 500 ms anywhere (of the whole, if it is shorter).
    """

    head: float
    tail: float
    noise_floor: float
    quietest: float


@dataclass(frozen=True)
class Change:
    """The steepest rise or fall of the level: where, by how much, and how quickly.

    ``ms`` is the time from 10 % to 90 % of the change of amplitude.
    """

    seconds: float
    db: float
    ms: float


def silences(envelope: Envelope) -> Silences:
    """Measure the silence of a file."""
    sounding = np.flatnonzero(_db(envelope.power) >= SILENCE_DB)
    hops = len(envelope.power)
    head = int(sounding[0]) if len(sounding) else hops
    tail = hops - 1 - int(sounding[-1]) if len(sounding) else hops
    ends = [envelope.power[:head], envelope.power[hops - tail :]]
    floors = [
        _quietest(part, envelope) for part in ends if len(part) >= envelope.hop(_LEAST_SECONDS)
    ]
    return Silences(
        head=head * envelope.hop_seconds,
        tail=tail * envelope.hop_seconds,
        noise_floor=max(floors) if floors else math.nan,
        quietest=_quietest(envelope.power, envelope),
    )


def steepest(envelope: Envelope, where: Mask | None = None, falling: bool = False) -> Change | None:
    """Find where the level changes most within 20 ms; None where it never rises (or falls).

    Args:
        envelope: of the file.
        where: the hops that count; all if None.
        falling: look for a fall instead of a rise.
    """
    power = envelope.power[::-1] if falling else envelope.power
    counts = np.ones(len(power), np.bool_) if where is None else where
    counts = counts[::-1] if falling else counts
    if len(power) < 3:
        return None
    level = np.maximum(_db(power), _AUDIBLE_DB)
    rises = np.where(counts[2:] & counts[:-2], level[2:] - level[:-2], 0.0)
    at = int(np.argmax(rises))
    if rises[at] <= 0:
        return None
    reach = envelope.hop(_AROUND_SECONDS)
    first, last = max(at + 1 - reach, 0), min(at + 1 + reach, len(power) - 1)
    bottom = first + int(np.argmin(power[first : at + 2]))
    top = at + 1 + int(np.argmax(power[at + 1 : last + 1]))
    amplitude = np.sqrt(power[bottom : top + 1])
    grown = np.maximum.accumulate((amplitude - amplitude[0]) / (amplitude[-1] - amplitude[0]))
    begin, end = (_crossing(grown, share) for share in (0.1, 0.9))
    middle = bottom + _crossing(grown, 0.5) + 0.5
    if falling:
        middle = len(power) - middle
    return Change(
        seconds=middle * envelope.hop_seconds,
        db=float(level[top] - level[bottom]),
        ms=1000 * (end - begin) * envelope.hop_seconds,
    )


def _crossing(grown: Values, share: float) -> float:
    """The place, in hops, at which a growing curve passes a value."""
    after = int(np.argmax(grown >= share))
    if after == 0:
        return 0.0
    below, above = float(grown[after - 1]), float(grown[after])
    return after - 1 + (share - below) / (above - below)


def _quietest(power: Values, envelope: Envelope) -> float:
    length = min(envelope.hop(_NOISE_SECONDS), len(power))
    return float(_db(sliding(power, length).min()))


def _db(power: Values | float) -> Values:
    with np.errstate(divide="ignore"):
        return np.asarray(10 * np.log10(np.maximum(power, 1e-15)))  # -150 dB: digital silence
