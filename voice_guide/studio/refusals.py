"""What the server doesn't do, as the page is told: a number of HTTP, and a sentence for people."""

from voice_guide.errors import VoiceGuideError

__all__ = ["RefusedError"]


class RefusedError(VoiceGuideError):
    """A request that is refused.

    Attributes:
        status: of the answer: 400 malformed, 403 foreign, 404 not there, 409 exists or changed,
            413 too large, 422 can't be done, 429 too many.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
