"""What is found in a script beside its words: what is wrong, or read in another form."""

from typing import NamedTuple

from voice_guide.errors import Problem
from voice_guide.limits import MOST_PROBLEMS
from voice_guide.scripting.model import Place

__all__ = ["EnoughError", "Findings", "Mend"]

_MOST_NOTES = 500
"""On one script; there may be a thousand rests that are written otherwise."""


class Mend(NamedTuple):
    """One right form: ``right`` in place of so many letters of a row; both count from 0."""

    row: int
    column: int
    letters: int
    right: str


class EnoughError(Exception):
    """Nothing more is read of a script that is too large, or that has too many problems."""


class Findings:
    """All that is found in the rows of a script.

    Args:
        path: of the script.
        rows: all of them, from the head on.
    """

    def __init__(self, path: str, rows: list[str]) -> None:
        self.path, self.rows = path, rows
        self.problems: list[Problem] = []
        self.too_long = False
        self.notes: list[Problem] = []
        self.mends: list[Mend] = []
        self.most = MOST_PROBLEMS

    def report(
        self, row: int, column: int, message: str, right: tuple[int, int, str] | None = None
    ) -> None:
        """Report what is wrong; ``right`` is a column, so many letters, and the one right form."""
        if right:
            self.mends.append(Mend(row, *right))
        self.problems.append(self.place(row, column).problem(message))
        if len(self.problems) > self.most:
            raise EnoughError

    def note(self, row: int, column: int, message: str) -> None:
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(self.place(row, column).problem(message))

    def place(self, row: int, column: int) -> Place:
        source = self.rows[row] if row < len(self.rows) else ""
        return Place(self.path, row + 1, column + 1, source)

    def bound(self, many: int, most: int, of: str, row: int, column: int) -> None:
        if many > most:
            self.too_long = True
            self.report(row, column, f"here the session goes over {most} {of}: split it in two")
            raise EnoughError
