"""All of it put together: a script, its pace, its speech and its balance, ready to be heard."""

from voice_guide.session.opening import open_session
from voice_guide.session.session import Session

__all__ = ["Session", "open_session"]
