"""The tone of a session alone: as breaths repeat, those without words tell what is under words."""

import math

import numpy as np

from voice_guide.analysis.measures import Envelope, Mask, Values
from voice_guide.analysis.planned import SessionPlan
from voice_guide.audio.meter import BLOCK_SECONDS, integrated

__all__ = ["gated", "tone_loudness", "undisturbed"]

_PLACES = 100  # of each phase, in which the tone is averaged


def undisturbed(plan: SessionPlan, envelope: Envelope) -> Values:
    """The energy of the tone alone for each hop, as if no one spoke; nan where it is unknown."""
    places = plan.places(envelope)
    tone = _shape(envelope, places, plan.clear(envelope))
    cells = np.minimum((np.nan_to_num(places) * _PLACES).astype(int), 4 * _PLACES - 1)
    return np.where(np.isnan(places), np.nan, tone[cells])


def tone_loudness(plan: SessionPlan, envelope: Envelope, spoken: bool) -> float:
    """The loudness in LUFS of a whole breath without words; nan if none can be heard.

    Args:
        plan: of the session.
        envelope: of the file.
        spoken: whether any of its lines is heard.
    """
    if not plan.breaths:
        return math.nan
    shape = _shape(envelope, plan.places(envelope), plan.clear(envelope, lines=spoken))
    parts = []
    for part, seconds in zip(np.split(shape, 4), plan.breaths[0].phases, strict=True):
        hops = max(envelope.hop(seconds), 0)
        parts.append(part[(np.arange(hops) / max(hops, 1) * _PLACES).astype(int)])
    whole = np.concatenate(parts)
    return gated(whole[~np.isnan(whole)], envelope)


def gated(energy: Values, envelope: Envelope) -> float:
    """Integrated loudness in LUFS of a stretch of energies (ITU-R BS.1770-4).

    A stretch under 3 s is taken to repeat, as gating needs blocks of 400 ms.
    """
    if not len(energy):
        return -math.inf
    energy = np.tile(energy, max(math.ceil(envelope.hop(3) / len(energy)), 1))
    return integrated(energy, envelope.hop(BLOCK_SECONDS))


def _shape(envelope: Envelope, places: Values, clear: Mask) -> Values:
    """The energy of the tone alone at each place of its cycle, (400,); nan where it is unknown."""
    known = clear & ~np.isnan(places)
    cells = np.minimum((places[known] * _PLACES).astype(int), 4 * _PLACES - 1)
    sums = np.bincount(cells, envelope.energy[known], 4 * _PLACES)
    counts = np.bincount(cells, minlength=4 * _PLACES)
    with np.errstate(invalid="ignore", divide="ignore"):
        shape = sums / counts
    for part in np.split(shape, 4):  # a phase that is never heard alone stays unknown
        seen = np.flatnonzero(~np.isnan(part))
        if len(seen) > _PLACES // 2:
            part[:] = np.interp(np.arange(_PLACES), seen, part[seen])
    return shape
