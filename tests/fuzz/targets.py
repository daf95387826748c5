"""All targets, by name."""

from fuzz import kept, scripts, sounds  # noqa: F401 - each adds its own
from fuzz.target import TARGETS, FindingError, Target

__all__ = ["TARGETS", "FindingError", "Target"]
