"""Placing words on breaths: what happens when, breath by breath, in frames.

A timeline is a generator, so that playing can pull it just ahead of the ear
while exporting runs it to the end. Positions are exact fractions of a frame
until they leave; each is rounded once, so nothing drifts and a shift by whole
breaths changes nothing but the numbers.
"""

import copy
import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import NO_RAMP, STEADY, Ramp, Variation
from voice_guide.plan.breath import Breath, Cue
from voice_guide.scripting.model import (
    BELL_SECONDS,
    Anchor,
    Bell,
    Count,
    Item,
    Line,
    RampTo,
    Rest,
    Script,
    TimedRest,
)
from voice_guide.units import seconds_to_frames

__all__ = ["TAIL_SECONDS", "Timeline"]

LEAD_IN_SECONDS = 1.5
"""Tone before the first word, while a Bluetooth headset wakes up."""

Exact = int | Fraction
"""A position in frames: an int wherever it is a whole one, which takes a tenth of the time."""

COUNTED: tuple[Anchor, ...] = ("in", "hold", "out", "hold")
"""The phases as anchors, for the words that count their seconds."""

GAP_SECONDS = 0.6
"""The least silence between two lines."""

FADING_SECONDS = 0.5
"""The quiet end of a number may lie under the next one."""

TAIL_SECONDS = 3
"""What follows the last exhale: a fade, and digital silence."""


class Timeline:
    """An iterator over the breaths of a session.

    Args:
        script: what to say, a rest taking its lower bound; or None to breathe
            alone until ``begin`` brings it.
        pace: what the breath comes to, once the ramp has ended.
        sample_rate: in Hz.
        line_frames: the length of a line's clip in frames, or None while it is
            not made: the line then waits for a later breath.
        start: the item of the script to start with.
        ramp: how the breath comes to its pace, from the first frame on.
        variation: of the length of single breaths.
    """

    def __init__(
        self,
        script: Script | None,
        pace: Pace,
        sample_rate: int,
        line_frames: Callable[[Line], int | None],
        *,
        start: int = 0,
        ramp: Ramp = NO_RAMP,
        variation: Variation = STEADY,
    ) -> None:
        self._pace = pace
        self._ramp = ramp
        self._variation = variation
        self._ramp_from: Exact = 0  # the frame at which it began
        self._cycle: tuple[Pace, Exact, list[Exact]] | None = None  # see ``_phases``
        self.sample_rate = sample_rate
        self._line_frames = line_frames
        self._items: list[tuple[int, Item]] = []
        self._next = 0  # the item that is to be placed next
        self.waits = True  # for a script
        self._breath = 0  # the number of the next breath
        self._position: Exact = 0  # where it starts
        self._rested = 0  # breaths that the current rest has had
        self._measured = False  # whether measured seconds have just been asked for
        self._section = 0  # the section of the item that was placed last
        self._quiet_from: Exact = 0  # when the last cue ends, or the last rest
        self._sounds_until: Exact = 0  # when every cue has ended
        self._free_from: Exact = 0  # when the voice may start
        if script is not None:
            self.begin(script, start)

    def begin(self, script: Script, start: int = 0) -> None:
        """Bring the script to a timeline that breathes alone."""
        self._items = [
            (number, item)
            for number, section in enumerate(script.sections)
            for item in section.items
        ]
        self._next = start
        self._section = self._items[start][0] if start < len(self._items) else 0
        # Wherever it begins it goes as it would from the start, so that its length is the same.
        self._quiet_from = self._position
        self._free_from = self._position + self._frames(LEAD_IN_SECONDS)
        self.waits = False

    @property
    def position(self) -> int:
        """The frame at which the next breath starts."""
        return round(self._position)

    @property
    def seconds(self) -> float:
        """When the next breath starts."""
        return float(Fraction(self._position) / self.sample_rate)

    @property
    def breaths(self) -> int:
        """How many there were so far."""
        return self._breath

    @property
    def pace(self) -> Pace:
        """What the breath comes to; a new one takes effect with the next breath, ending a ramp."""
        return self._pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._pace, self._ramp = pace, NO_RAMP

    @property
    def next_pace(self) -> Pace:
        """The pace of the next breath, whatever its variation."""
        if not self._ramp.seconds:
            return self._pace
        return self._ramp.toward(self._pace, self._ramped)

    @property
    def ramp(self) -> Ramp:
        """What is left of the ramp."""
        left = max(self._ramp.seconds - self._ramped, Fraction(0))
        return Ramp(self.next_pace, Fraction(round(left * 1000), 1000))

    @property
    def _ramped(self) -> Fraction:
        """Seconds of the ramp that have gone by."""
        return Fraction(max(self._position - self._ramp_from, 0)) / self.sample_rate

    def end(self, line_frames: Callable[[Line], int]) -> int:
        """Return the frame at which the last breath ends, as the pace goes now.

        Args:
            line_frames: the length of any line, estimated if need be.
        """
        ahead = copy.copy(self)
        ahead._line_frames = line_frames
        ahead.waits = False
        end = round(ahead._position)
        for breath in ahead:
            end = breath.end
        return end

    def skip_to(self, frame: int, reach: int, line_frames: Callable[[Line], int]) -> None:
        """Leave out the breaths before a frame, but the last, and those that are still felt there.

        Args:
            frame: on this timeline; past its end, the last breaths are left.
            reach: frames that a word's end is felt for.
            line_frames: the length of any line, estimated if need be.
        """
        own, self._line_frames = self._line_frames, line_frames
        before = list(itertools.takewhile(lambda each: each.start <= frame, copy.copy(self)))
        felt = (
            number
            for number, breath in enumerate(before)
            if any(cue.end + reach > frame for cue in breath.cues)
        )
        for _ in range(min(next(felt, len(before)), len(before) - 1) - 1):
            next(self)
        self._line_frames = own

    def __iter__(self) -> Iterator[Breath]:
        return self

    def __next__(self) -> Breath:
        ended = max(self._quiet_from, self._sounds_until) <= self._position
        if self._next == len(self._items) and ended and not self.waits:
            raise StopIteration
        pace = self.next_pace
        second = _exact(self._variation.factor(self._breath) * self.sample_rate)
        turns = list(itertools.accumulate(self._phases(pace, second), initial=self._position))
        item = self._next
        cues = tuple(self._place(turns))
        self._position = turns[-1]
        self._breath += 1
        ends = [round(turn) for turn in turns]
        inhale, hold_in, exhale, hold_out = (b - a for a, b in itertools.pairwise(ends))
        return Breath(
            number=self._breath - 1,
            start=ends[0],
            inhale=inhale,
            hold_in=hold_in,
            exhale=exhale,
            hold_out=hold_out,
            cues=cues,
            section=self._section,
            item=item,
            top_up=ends[1] - round(turns[1] - pace.top_up * second) if pace.top_up else 0,
        )

    def _phases(self, pace: Pace, second: Exact) -> list[Exact]:
        """Return the frames of each phase; most breaths are as long as the one before."""
        if self._cycle is None or self._cycle[0] is not pace or self._cycle[1] != second:
            self._cycle = pace, second, [_exact(phase * second) for phase in pace.phases]
        return self._cycle[2]

    def _frames(self, seconds: float) -> int:
        return seconds_to_frames(seconds, self.sample_rate)

    def _place(self, turns: list[Exact]) -> Iterator[Cue]:
        """Place items until one has to wait for a later breath."""
        start, hold, out, _, end = turns
        anchors = {"in": start, "hold": hold, "out": out}
        while self._next < len(self._items):
            section, item = self._items[self._next]
            match item:
                case Line():
                    at = anchors[item.anchor or "out"]
                    frames = self._line_frames(item)
                    if at < self._free_from or frames is None:
                        return
                    cue = self._cue(at, frames, item, section)
                    if item.said:
                        yield cue
                    self._free_from = self._quiet_from + self._frames(GAP_SECONDS) + 1
                case Bell():
                    at = self._quiet_from if self._measured else start
                    at = max(at, start)
                    if at >= end or (not self._measured and start < self._free_from):
                        return
                    yield self._cue(at, self._frames(BELL_SECONDS), item, section)
                    self._free_from = at + self._frames(BELL_SECONDS / 2)
                case TimedRest():
                    if self._quiet_from >= end:
                        return
                    self._section = section
                    self._quiet_from += self._frames(item.seconds)
                    self._free_from = max(self._free_from, self._quiet_from)
                case Rest():
                    if start < max(self._quiet_from, self._sounds_until):
                        return
                    self._section = section
                    self._rested += 1
                    if item.is_counted and self._rested == 2:
                        yield from self._count(turns, section)
                    if self._rested < item.low:
                        return
                    self._rested = 0
                    self._quiet_from = self._free_from = end
                case Count():
                    begins = start >= max(self._free_from, self._sounds_until)
                    made = self._line_frames(Line("1")) is not None
                    if not made or not (begins or self._rested):
                        return
                    yield from self._count(turns, section)
                    self._rested += 1
                    if self._rested < item.breaths:
                        return
                    self._rested = 0
                case RampTo():
                    self._ramp = Ramp(self.next_pace, item.seconds)
                    self._pace, self._ramp_from = item.pace, end
            self._measured = isinstance(item, TimedRest)
            self._next += 1

    def _count(self, turns: list[Exact], section: int) -> Iterator[Cue]:
        """Say the number of each whole second of each phase, on the second.

        One that the number before leaves no room for, or that is not made, is left out.
        """
        for anchor, (start, end) in zip(COUNTED, itertools.pairwise(turns), strict=True):
            for number in range(int((end - start) // self.sample_rate)):
                at = start + number * self.sample_rate
                word = Line(str(number + 1), anchor)
                frames = self._line_frames(word)
                if frames is not None and at + self._frames(FADING_SECONDS) >= self._quiet_from:
                    yield self._cue(at, frames, word, section)
        self._free_from = self._quiet_from + self._frames(GAP_SECONDS) + 1
        self._quiet_from = min(self._quiet_from, turns[-1])
        self._sounds_until = min(self._sounds_until, turns[-1])

    def _cue(self, at: Exact, frames: int, item: Line | Bell, section: int) -> Cue:
        self._section = section
        self._quiet_from = at + frames
        self._sounds_until = max(self._sounds_until, self._quiet_from)
        return Cue(round(at), round(at) + frames, item, section)


def _exact(frames: Exact) -> Exact:
    return int(frames) if frames.denominator == 1 else frames
