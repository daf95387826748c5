"""All of it put together: a script, its pace, its speech and its balance, ready to be heard."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voice_guide.session.exporting import Export
    from voice_guide.session.opening import open_session
    from voice_guide.session.session import Session

__all__ = ["Export", "Session", "open_session"]

_MODULES = {"Export": "exporting", "Session": "session", "open_session": "opening"}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
