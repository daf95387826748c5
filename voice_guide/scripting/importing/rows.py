"""What the readers of all kinds of files hand on: rows of a script, and notes on what they did."""

from dataclasses import KW_ONLY, dataclass, field

from voice_guide.scripting.words import Word

__all__ = ["Draft", "rest"]


@dataclass
class Draft:
    """Rows of a script, each with the row of the file that it comes from (from 1)."""

    kind: str
    _: KW_ONLY
    title: str = ""
    pace: str = ""
    language: str = ""
    words: list[Word] = field(default_factory=list)
    rows: list[tuple[str, int]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def add(self, text: str, line: int) -> None:
        """Add a row; one that is empty parts what stands above it from what follows."""
        self.rows.append((text, line))

    def block(self, text: str, line: int) -> None:
        """Add a row that is a paragraph by itself."""
        self.rows += [("", line), (text, line), ("", line)]

    def note(self, line: int, message: str) -> None:
        self.notes.append((line, message))


def rest(seconds: float) -> str:
    """Return a measured rest, as a script has it; of no length where there is none."""
    return f"[{seconds:.10g} seconds]" if seconds > 0 else ""
