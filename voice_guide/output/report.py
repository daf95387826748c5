"""What is measured in the file of a session, as ``analyse`` tells it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from voice_guide.plan.plan import Plan

if TYPE_CHECKING:
    from voice_guide.output.order import Order

__all__ = ["write_report"]

OF_THE_EXPORT = "that of the export"
"""What a report calls a plan that has no file of its own."""


def write_report(part: Path, sound: Path, plan: Plan, asked: "Order") -> None:
    """Measure a file that is made, and write what ``analyse --json`` prints of it and its plan.

    Args:
        part: where it goes.
        sound: the file, which has another name as yet.
        plan: of the session.
        asked: what is made.

    Raises:
        OSError: if it can't be written.
        AudioError: if the file can't be measured.
    """
    from voice_guide.analysis import judge, verdict
    from voice_guide.analysis.planned import plan_of
    from voice_guide.analysis.report import analyse_as

    note = str(asked.beside.plan) if asked.beside.plan else OF_THE_EXPORT
    analysis = analyse_as(sound, plan_of(plan.to_json()), note)
    analysis = replace(analysis, file=asked.target)
    told = analysis.to_json()
    if asked.profile:
        told |= verdict(asked.profile, judge(asked.profile, analysis))
    part.write_text(json.dumps([told], indent=1) + "\n", encoding="utf-8", newline="\n")
