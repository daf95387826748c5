"""Words in a picture: in fonts that have their letters, broken into lines, and none over others."""

import contextlib
import logging
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Label", "Measure", "Room", "fonts_for", "lettered", "without_font"]

USUAL_FONT = "DejaVu Sans"
"""It comes with matplotlib, and has Latin, Cyrillic, Greek and some more."""

MOST_SHOWN = 10
"""Letters that are named as missing; there may be hundreds."""

MOST_FONTS = 6
"""Beside the usual one: a text has a few kinds of letters at most."""


@contextlib.contextmanager
def lettered(text: str) -> Iterator[tuple[list[str], str]]:
    """Let all that matplotlib writes be in fonts that have its letters, and as it is written.

    Args:
        text: all that will be written.

    Returns:
        The families of fonts, and the letters that none of them has.
    """
    import matplotlib

    families, missing = fonts_for(text)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # no bold font is not worth a word
    # Signs of money make no formula.
    chosen: Any = {"font.family": families, "text.parse_math": False}
    with matplotlib.rc_context(chosen), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield families, missing


def without_font(missing: str) -> str:
    """Say which letters are boxes in a picture, and what to do."""
    from voice_guide.languages import foreign_letters, name_of_letters

    kinds = name_of_letters(foreign_letters(missing, ()))
    letters = "".join(filter(str.isalnum, missing)) or missing
    shown = letters if len(letters) <= MOST_SHOWN else f"{letters[:MOST_SHOWN]}…"
    named = f"{kinds}: {shown}" if kinds else shown
    return (
        f"No font on this computer has all the letters in the picture ({named}), so it shows boxes "
        "instead. Install a font that has them, such as Noto (Debian, Ubuntu: sudo apt-get "
        "install fonts-noto), and draw it again."
    )


def fonts_for(text: str) -> tuple[list[str], str]:
    """Return the families of fonts to write a text with, and the letters that none of them has.

    Fonts of this computer are looked through only if the usual one lacks a letter.
    """
    from matplotlib import font_manager

    def letters_in(path: str) -> set[str]:
        # Fonts of bitmaps and damaged files can't be used; matplotlib reports it in several ways.
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            return missing & set(map(chr, font_manager.get_font(path).get_charmap()))
        return set()

    families = [USUAL_FONT]
    missing = {letter for letter in text if letter.isprintable() and not letter.isspace()}
    missing -= letters_in(font_manager.findfont(USUAL_FONT))
    found = {path: letters_in(path) for path in _installed_fonts()} if missing else {}
    while missing and len(families) <= MOST_FONTS:
        best = max(sorted(found), key=lambda path: len(found[path] & missing), default="")
        if not best or not found[best] & missing:
            break
        font_manager.fontManager.addfont(best)  # one that came after matplotlib's list was made
        families.append(font_manager.get_font(best).family_name)
        missing -= found[best]
    return families, "".join(sorted(missing))


def _installed_fonts() -> list[str]:
    from matplotlib import font_manager

    return font_manager.findSystemFonts()


class Measure:
    """How wide words are, in inches.

    Args:
        figure: in which they are written.
        families: of fonts.
        size: in points.
    """

    def __init__(self, figure: Any, families: list[str], size: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas: Any = FigureCanvasAgg(figure)
        self._renderer = canvas.get_renderer()
        self._families, self._size, self._dpi = families, size, figure.dpi

    def __call__(self, words: str, weight: str = "normal") -> float:
        from matplotlib.font_manager import FontProperties

        font = FontProperties(family=self._families, size=self._size, weight=weight)
        lines = (
            self._renderer.get_text_width_height_descent(line, font, ismath=False)[0]
            for line in words.split("\n")
        )
        return float(max(lines) / self._dpi)

    def wrapped(self, words: str, inches: float, weight: str = "normal") -> str:
        """Break words into lines that are no wider, as far as their longest piece allows."""
        lines, line = [], ""
        for piece in _pieces(words):
            if line and self((line + piece).rstrip(), weight) > inches:
                lines.append(line)
                line = ""
            line += piece
        return "\n".join(text.strip() for text in (*lines, line))

    def shortened(self, words: str, inches: float) -> str:
        """Cut words that are wider, and show that they are cut."""
        if self(words) <= inches:
            return words
        while words and self(words + "…") > inches:
            words = words[:-1]
        return words.rstrip() + "…"


def _pieces(words: str) -> Iterator[str]:
    """Yield what can't be broken: words with their spaces, and each letter of a wide writing."""
    piece = ""
    for letter in words:
        wide = unicodedata.east_asian_width(letter) in "WF" and letter.isalnum()
        if piece and (wide or piece[-1].isspace()):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


@dataclass(frozen=True)
class Label:
    """Words at their place in a row: ``x`` is their left edge, ``y`` their upper one."""

    x: float
    y: float
    words: str
    colour: str
    weight: str = "normal"


@dataclass
class Room:
    """The room of a row, in which no label lies over another, and none leaves it.

    Args:
        left, right: its edges; labels begin and end between them.
        line: height of a line of words, downwards.
    """

    left: float
    right: float
    line: float
    gap: float = 0.3  # between two labels side by side
    _taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def put(
        self, x: float, y: float, width: float, lines: int, upwards: bool = False
    ) -> tuple[float, float]:
        """Take the place of a label, or the nearest below (or above) it that is free.

        Returns:
            Its left and its upper edge.
        """
        x = max(min(x, self.right - width), self.left)
        height = lines * self.line
        while others := [box for box in self._taken if self._overlaps(box, x, y, width, height)]:
            y = max(box[3] for box in others) + height if upwards else min(box[2] for box in others)
        self._taken.append((x, x + width, y - height, y))
        return x, y

    def _overlaps(
        self,
        box: tuple[float, float, float, float],
        x: float,
        y: float,
        width: float,
        height: float,
    ) -> bool:
        left, right, bottom, top = box
        beside = x >= right + self.gap or x + width + self.gap <= left
        return not beside and y - height < top - 1e-9 and y > bottom + 1e-9

    @property
    def top(self) -> float:
        return max((box[3] for box in self._taken), default=0.0)

    @property
    def bottom(self) -> float:
        return min((box[2] for box in self._taken), default=0.0)
