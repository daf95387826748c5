"""Voice Guide: spoken practices in time with the breath.

What is listed here is what programs can rely on. Each name is loaded when it is first used, so
that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voice_guide.analysis import Analysis, analyse
    from voice_guide.errors import VoiceGuideError
    from voice_guide.options import listener_settings
    from voice_guide.plan.plan import Plan
    from voice_guide.session import Session, open_session
    from voice_guide.settings import Settings

__all__ = [
    "Analysis",
    "Plan",
    "Session",
    "Settings",
    "VoiceGuideError",
    "__version__",
    "analyse",
    "listener_settings",
    "open_session",
]
__version__ = "0.1.0"

_MODULES = {
    "Analysis": "voice_guide.analysis",
    "Plan": "voice_guide.plan.plan",
    "Session": "voice_guide.session",
    "Settings": "voice_guide.settings",
    "VoiceGuideError": "voice_guide.errors",
    "analyse": "voice_guide.analysis",
    "listener_settings": "voice_guide.options",
    "open_session": "voice_guide.session",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
