"""Measuring a sound file, ours or not, without any of the code that renders.

It is independent on purpose: when the tone makes room, where words begin and how long a bell rings
is written down here once more, as it is to be heard, so that a mistake in what renders shows.
Loudness alone is measured by what measures it everywhere, which is held to EBU's own cases.

What is measured: ``measures`` (loudness, peaks, one pass), ``audio.faults`` (clicks, clipping),
``edges`` (silence, noise, onsets), ``breath`` (the pace), ``planned`` and ``lines`` (each line),
``tone`` and ``ducking`` (what is under the words, and makes room), ``requirements`` (pass or fail).
"""

from voice_guide.analysis.measures import Measures
from voice_guide.analysis.report import Analysis, analyse
from voice_guide.analysis.requirements import PROFILES, Criterion, judge, verdict

__all__ = ["PROFILES", "Analysis", "Criterion", "Measures", "analyse", "judge", "verdict"]
