"""The names of files, and other texts, with the values of an export in them."""

import re
from collections.abc import Mapping

from voice_guide.errors import RequestError, did_you_mean, nearest

__all__ = ["filled", "fit"]

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_UNFIT = re.compile(r"[^\w.,+%=-]+")
"""What a value may have in it, and no system's file name should."""


def filled(text: str, fields: Mapping[str, str]) -> str:
    """Return a text with the fields in braces filled in; two braces stand for one.

    Raises:
        RequestError: for a field that isn't there, and for a brace alone.
    """

    def value(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found[1] is None:
            raise RequestError(f"{text!r} has a brace without its other: write {{{{ for a brace.")
        key = found[1].strip().replace("-", "_")
        if key not in fields:
            message = (
                f"{{{found[1]}}} stands for nothing here: this export has "
                f"{', '.join(f'{{{each}}}' for each in fields)}."
            )
            raise RequestError(did_you_mean(message, nearest(key, fields)))
        return fields[key]

    return _FIELD.sub(value, text)


def fit(value: object) -> str:
    """Return a value as it can stand in the name of a file."""
    words = str(value).lower() if isinstance(value, bool) else str(value)
    return str(_UNFIT.sub("-", words)).strip("-") or "-"
