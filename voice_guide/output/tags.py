"""What a file says of itself: its title, who speaks, its chapters and its picture."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field

from voice_guide import __version__
from voice_guide.errors import RequestError
from voice_guide.output.pictures import is_jpeg
from voice_guide.plan.plan import Plan
from voice_guide.texts import CARE, plain
from voice_guide.units import clock

__all__ = ["Chapter", "Labels", "Tags", "check_date", "clock_ms", "tags_of"]

SOFTWARE = f"Voice Guide {__version__}"

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True)
class Labels:
    """What whoever makes a file calls it; None: what the session says.

    Attributes:
        title, artist, album: in their own words.
        date: as in 2026, 2026-11 or 2026-11-28; a file has none otherwise.
    """

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    date: str | None = None


@dataclass(frozen=True)
class Chapter:
    """A section: its title, its first frame, and the frame after its last."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Tags:
    """All that a file says, whatever its format calls it.

    Attributes:
        cover: a picture, PNG or JPEG; empty for none.
        sample_rate: in Hz, of the chapters' frames.
        frames: the length of the sound.
    """

    title: str
    artist: str
    album: str
    _: KW_ONLY
    description: str
    language: str
    pace: str
    date: str = ""
    software: str = SOFTWARE
    comment: str = CARE
    sample_rate: int
    frames: int
    chapters: tuple[Chapter, ...] = ()
    cover: bytes = field(default=b"", repr=False)

    @property
    def length(self) -> str:
        """As people read it: 8:05."""
        return clock(self.frames / self.sample_rate)

    @property
    def cover_type(self) -> str:
        """The MIME type of the cover."""
        return "image/jpeg" if is_jpeg(self.cover) else "image/png"

    def milliseconds(self, frame: int) -> int:
        """Return a frame's place, to the nearest millisecond."""
        return round(frame * 1000 / self.sample_rate)

    def times(self) -> Iterator[tuple[str, int, int]]:
        """Yield each chapter's title, its start and its end in ms."""
        for chapter in self.chapters:
            yield chapter.title, self.milliseconds(chapter.start), self.milliseconds(chapter.end)


def tags_of(
    plan: Plan, voices: Sequence[str] = (), labels: Labels | None = None, cover: bytes = b""
) -> Tags:
    """Return what a session's file says of itself.

    Args:
        plan: of what is written.
        voices: that are heard.
        labels: what counts more than what the session says.
        cover: a picture, PNG or JPEG; empty: its breath is drawn.
    """
    from voice_guide.output.cover import draw_cover

    script, labels = plan.script, labels or Labels()
    artist = labels.artist or script.artist or " and ".join(voices) or "Voice Guide"
    about = f"{script.about.rstrip('.')}. " if script.about else ""
    return Tags(
        plain(labels.title or script.title),
        plain(artist),
        plain(labels.album or script.album or script.title),
        description=plain(f"{about}{plan.summary}."),
        language=script.language,
        pace=str(plan.pace),
        date=labels.date or "",
        sample_rate=plan.sample_rate,
        frames=plan.frames,
        chapters=tuple(_chapters(plan)),
        cover=cover or draw_cover(plan),
    )


def _chapters(plan: Plan) -> Iterator[Chapter]:
    """Each section from its first breath to the next; the first from the beginning.

    One that has no breath of its own has no chapter: no player could go there.
    """
    starts = [(title, start) for title, start in plan.sections if start < plan.end]
    starts = [(title, max(start, 0)) for title, start in starts]
    ends = [start for _, start in starts[1:]] + [plan.frames]
    for number, ((title, start), end) in enumerate(zip(starts, ends, strict=True)):
        if end > start:
            yield Chapter(plain(title), start if number else 0, end)


def clock_ms(milliseconds: int) -> str:
    """Return a time as chapters and captions have it: ``01:02:03.456``."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def check_date(date: str) -> str:
    """Return a date, if it can be one.

    Raises:
        RequestError: saying what it may be.
    """
    if not _DATE.fullmatch(date):
        raise RequestError(
            f"{date!r} is no date: give a year, a month or a day, such as 2026, 2026-11 or "
            "2026-11-28."
        )
    return date
