"""Reading a catalogue's text, within bounds."""

import re
import tomllib
from pathlib import Path
from typing import Any

from voice_guide.errors import Problem, ScriptError, UnknownNameError, reason
from voice_guide.files import read_bytes
from voice_guide.limits import MOST_CATALOGUE_BYTES, MOST_DOTS_IN_A_ROW

__all__ = ["parsed"]


def parsed(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a catalogue, and its tables.

    Raises:
        UnknownNameError: if there is none.
        ScriptError: if it can't be read, or is not TOML.
    """

    def fault(message: str, row: int = 1, column: int = 1, source: str = "") -> ScriptError:
        return ScriptError([Problem(str(path), row, column, message, source)])

    try:
        text = read_bytes(path, MOST_CATALOGUE_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise UnknownNameError(f"there is no catalogue {str(path)!r}.") from error
    except OSError as error:
        raise fault(f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise fault("is not UTF-8 text: in your editor, choose Save as and UTF-8") from error
    for number, row in enumerate(text.split("\n"), start=1):
        if row.count(".") > MOST_DOTS_IN_A_ROW:
            raise fault(
                f"this row has more than {MOST_DOTS_IN_A_ROW} dots: write it in several", number
            )
    try:
        return text, tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of too many digits
        why, place = reason(error), (1, 1)
        if found := re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", why):
            why, place = found[1], (int(found[2]), int(found[3]))
        source = text.split("\n")[place[0] - 1]
        raise fault(f"is not TOML: {why}", *place, source) from error
