"""Which mixes are right because each of their parts is: known without a look at them.

The tone and the bell are measured, which gives how far they reach (see ``course``): each once, and
of breaths that are nearly alike, one. A sum of sounds reaches no further than the sum of what they
do, whatever their gains are, up to 1, and from whichever frame they sound. A line is right where
there is room for all of that: it was looked at when it was made, or is now (see ``calm``). What was
found to be calm in no room isn't looked at again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import reduce
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar
from weakref import ref

from voice_guide.audio.samples import Audio
from voice_guide.sound.bounds import CONTEXT, LENGTHS, Bounds
from voice_guide.sound.calm import UNBOUNDED, Reach, Room, is_right, rooms
from voice_guide.sound.course import Course, Gauge
from voice_guide.sound.tones import Kind
from voice_guide.voices.clips import Calm

__all__ = ["NEAR", "Part", "Proof", "alike"]

_K = TypeVar("_K")
_V = TypeVar("_V")

NEAR = 1 / 8
"""Breaths are nearly alike if no phase is further from the other's, in octaves: 9 %."""


def _further(peak: float, means: float, levels: float) -> Reach:
    return Reach(peak, means, means, (levels,) * len(LENGTHS))


_ALIKE = {
    "breath": _further(1.2, 2.0, 1.3),
    "ocean": _further(1.3, 1.8, 1.5),
    "pad": _further(1.5, 1.5, 1.25),
    "chord": _further(1.35, 1.4, 1.2),
    "bowl": _further(1.45, 1.6, 1.35),
    "none": _further(1.0, 1.0, 1.0),
}
_ALIKE_AT_ANY_PACE = _further(1.5, 2.0, 1.5)


def alike(kind: Kind) -> Reach:
    """Return how much further a breath reaches than another that is nearly alike, at most.

    Of 2,800 random breaths of each style at usual paces (11,800 of bowl), with three near each, one
    reached at most 1.14, 1.19, 1.39, 1.26 and 1.38 times as far in peaks, 1.87, 1.51, 1.33, 1.23
    and 1.45 in means, and 1.26, 1.43, 1.19, 1.11 and 1.345 in levels. Of 10,900 at other paces it
    was 1.38, 1.62 and 1.39. A search for more found 1.45 in levels of ocean.
    """
    return _ALIKE[kind.style] if kind.usual else _ALIKE_AT_ANY_PACE


_ITSELF = Reach(1.0, 1.0, 1.0, (1.0,) * len(LENGTHS))

_KEPT, _KEPT_KINDS = 64, 8
"""Sounds that are remembered, and breaths that others are compared with."""


@dataclass(frozen=True, eq=False)
class Part:
    """A sound of a mix, from one frame to another.

    ``gain`` is its amplitude factor, and ``ducked`` what is left of that while a line sounds: None
    for the lines themselves, which are mono (frames,), and nothing is done to them. ``kind`` tells
    of a breath which others are nearly alike, and reach about as far, and ``calm`` is how calm a
    line was found to be, if that is known. Where it was measured already how far a sound reaches,
    that is its ``reach``, and ``sound`` has no frames.
    """

    sound: Audio
    start: int
    end: int
    _: KW_ONLY
    gain: float = 1.0
    ducked: float | None = None
    kind: Kind | None = None
    calm: Calm | None = None
    reach: Reach | None = None


_NOTHING = Reach(0.0, 0.0, 0.0, (0.0,) * len(LENGTHS))


class Proof:
    """Looks at sounds, each once.

    Args:
        bounds: of the mix.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds, self._cell = bounds, bounds.cell
        self._most = Reach(
            bounds.near,
            bounds.thump,
            bounds.most_offset,
            tuple(sudden**0.5 for _, _, sudden in bounds.loudest),
        )
        self._apart = CONTEXT * self._cell  # frames
        self._gauge = Gauge(self._cell)
        self._courses: dict[int, tuple[ref[Audio], Course]] = {}
        self._kinds: dict[Kind, Course] = {}
        self._latest: tuple[Sequence[Course], Reach] = (), _NOTHING  # that followed one another
        self._lines: dict[int, tuple[ref[Part], Room, bool]] = {}

    def holds(self, parts: Sequence[Part]) -> bool:
        """Return whether a mix of these is known to be right.

        A sound is taken to reach as far as one that is nearly alike may; if that is too far, it is
        measured itself.
        """
        lines, lanes = _sorted(parts)
        if not self._may_be_right(lines):
            return False
        if self._hold(lines, lanes):
            return True
        gauged = [part for lane in lanes for part in lane if part.reach is None]
        for part in sorted(gauged, key=attrgetter("end"), reverse=True):  # to be like what follows
            if self._own(part) is None:
                self._measure(part)
                if self._hold(lines, lanes):
                    return True
        return False

    def _may_be_right(self, lines: list[Part]) -> bool:
        """Return whether lines are far enough apart, whole, and not found to be calm nowhere."""
        if any(a.end + self._apart > b.start for a, b in pairwise(lines)):
            return False
        whole = all(len(line.sound) == line.end - line.start for line in lines)
        return whole and all(line.calm is None or line.calm.rooms for line in lines)

    def _hold(self, lines: list[Part], lanes: list[list[Part]]) -> bool:
        reaches = [self._reach(lane).times(lane[0].gain) for lane in lanes]
        if not reduce(Reach.and_, reaches, _NOTHING).is_within(self._most):
            return False
        return all(self._is_right(line, *self._beside(line, lanes, reaches)) for line in lines)

    def _beside(
        self, line: Part, lanes: list[list[Part]], reaches: list[Reach]
    ) -> tuple[Reach, Reach]:
        """Return how far reaches what is heard with a line, and before and after it."""
        within = around = _NOTHING
        for lane, reach in zip(lanes, reaches, strict=True):
            if lane[0].start < line.end + self._apart and lane[-1].end > line.start - self._apart:
                around = around.and_(reach)
                within = within.and_(reach.times(lane[0].ducked or 0))
        return within, around

    def _reach(self, lane: list[Part]) -> Reach:
        """Return how far stereo sounds reach, one right after the other."""
        if lane[0].reach is not None:
            return lane[0].reach
        parts = [*_heard(lane)]
        if len(parts) > 1 and min(len(part.sound) for part in parts) < self._apart:
            return UNBOUNDED
        courses, like = zip(*map(self._course, parts), strict=True)
        before, reach = self._latest
        if list(map(id, courses)) != list(map(id, before)):
            reach = reduce(Course.then, courses).reach(self._cell)
            self._latest = courses, reach
        return reach.by(reduce(Reach.or_, like))

    def _course(self, part: Part) -> tuple[Course, Reach]:
        """Return the course of a sound, or of one like it, and how much further it reaches."""
        own = self._own(part)
        return (own, _ITSELF) if own else self._like(part.kind) or (self._measure(part), _ITSELF)

    def _own(self, part: Part) -> Course | None:
        """Return the course of a sound, if it was measured itself."""
        kept = self._courses.get(id(part.sound))
        return kept[1] if kept is not None and kept[0]() is part.sound else None

    def _like(self, kind: Kind | None) -> tuple[Course, Reach] | None:
        """Return the course of a sound that is nearly alike, and how much further one may reach."""
        if kind is None or not self._kinds:
            return None
        nearest = min(self._kinds, key=kind.away)
        return (self._kinds[nearest], alike(kind)) if kind.away(nearest) <= NEAR else None

    def _measure(self, part: Part) -> Course:
        course = self._gauge.course(part.sound)
        _keep(self._courses, id(part.sound), (ref(part.sound), course), _KEPT)
        if part.kind is not None:
            _keep(self._kinds, part.kind, course, _KEPT_KINDS)
        return course

    def _is_right(self, line: Part, within: Reach, around: Reach) -> bool:
        if line.calm is not None:
            left = self._bounds.ceiling - line.calm.ceiling
            if rooms(line.calm.lufs, left)[: line.calm.rooms][-1].holds(within, around):
                return True
        room, kept = Room(within, around), self._lines.get(id(line))
        if kept is not None and kept[0]() is line:
            _, before, right = kept
            if before.holds(*room) if right else room.holds(*before):
                return right
        right = is_right(line.sound, self._bounds, room)
        _keep(self._lines, id(line), (ref(line), room, right), _KEPT)
        return right


def _sorted(parts: Sequence[Part]) -> tuple[list[Part], list[list[Part]]]:
    """Return the lines in order, and the other sounds in lanes, each of which goes on unbroken."""
    lines: list[Part] = []
    lanes: list[list[Part]] = []
    for part in sorted(parts, key=attrgetter("start")):
        if part.ducked is None:
            lines.append(part)
            continue
        at = part.start, part.gain, part.ducked, part.reach
        for lane in lanes:
            if (lane[-1].end, lane[-1].gain, lane[-1].ducked, lane[-1].reach) == at:
                lane.append(part)
                break
        else:
            lanes.append([part])
    return lines, lanes


def _heard(lane: list[Part]) -> Iterator[Part]:
    """Yield what is heard in a lane, twice what follows upon itself."""
    for part in lane:
        yield part
        if part.end - part.start > len(part.sound):
            yield part


def _keep(kept: dict[_K, _V], key: _K, value: _V, most: int) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > most:
        del kept[next(iter(kept))]
