"""What a terminal can do."""

import os
from typing import TextIO

__all__ = ["takes_codes"]


def takes_codes(stream: TextIO) -> bool:
    """Whether a stream is a terminal that can go back in its line, and hide its cursor."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
