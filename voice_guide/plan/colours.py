"""What a picture of a plan is drawn with, light and dark."""

from dataclasses import dataclass

__all__ = ["DARK", "LIGHT", "Colours"]


@dataclass(frozen=True, kw_only=True)
class Colours:
    """What a picture is drawn with; ``faint`` is for what can be overlooked."""

    paper: str
    ink: str
    faint: str
    inhale: str
    hold: str
    exhale: str
    words: str
    bell: str


LIGHT = Colours(
    paper="#fbfaf7",
    ink="#2b3a42",
    faint="#7f8c91",
    inhale="#a9d0d3",
    hold="#e0d2b4",
    exhale="#cfe0df",
    words="#2f6470",
    bell="#b07a2c",
)
DARK = Colours(
    paper="#141c21",
    ink="#e4ebec",
    faint="#7d8c92",
    inhale="#3f7f88",
    hold="#5f5638",
    exhale="#2a5159",
    words="#a5d6d9",
    bell="#e0b060",
)
