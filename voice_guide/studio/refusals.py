"""What the server doesn't do, as the page is told: a number of HTTP, and a sentence for people."""

import sys

from voice_guide.errors import VoiceGuideError

__all__ = ["RefusedError", "told"]


class RefusedError(VoiceGuideError):
    """A request that is refused.

    Attributes:
        status: of the answer: 400 malformed, 403 foreign, 404 not there, 409 exists or changed,
            413 too large, 422 can't be done, 429 too many.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def told(error: Exception) -> tuple[int, str]:
    """Return the status and the sentence for what went wrong."""
    if isinstance(error, RefusedError):
        return error.status, str(error)
    if isinstance(error, VoiceGuideError):
        return 422, str(error)
    sys.stderr.write(f"The studio met something unexpected: {type(error).__name__}.\n")
    return 500, "something unexpected happened; all that is open goes on."
