"""Scripts, paces and clips of any kind, and what holds wherever they are placed on breaths."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

from voice_guide.pace.pace import Pace
from voice_guide.plan.timeline import Timeline
from voice_guide.scripting.model import Bell, Line, Rest, Script, Section, TimedRest

GAP = Fraction(6, 10)


LEAD_IN = Fraction(3, 2)


@dataclass(frozen=True)
class Case:
    """A script, a pace, a sample rate, and how long each line takes."""

    script: Script
    pace: Pace
    rate: int
    frames: dict[str, int]

    def clip(self, line: Line) -> int:
        return self.frames[line.text]

    def timeline(self, script: Script | None = None) -> Timeline:
        return Timeline(script or self.script, self.pace, self.rate, self.clip)


def seconds(lowest, highest):
    """Tenths, and thousandths, which hardly ever make whole frames."""
    tenths = st.integers(lowest * 10, highest * 10).map(lambda n: n / 10)
    return tenths | st.integers(lowest * 1000, highest * 1000).map(lambda n: n / 1000)


def paces():
    def written(*phases):
        return Pace.parse("-".join(f"{phase:g}" for phase in phases))

    phase, hold = seconds(1, 9), seconds(0, 5)
    return st.builds(written, phase, phase) | st.builds(written, phase, hold, phase, hold)


RATES = st.sampled_from([44100, 48000, 22050])


ANCHORS = st.sampled_from([None, "in", "out", "hold"])


LINES = st.builds(Line, st.just("?"), ANCHORS)


RESTS = st.tuples(st.integers(1, 4), st.integers(0, 6)).map(lambda r: Rest(r[0], r[0] + r[1]))


PAUSES = st.integers(1, 2000).map(lambda hundredths: TimedRest(hundredths / 100))


ANYTHING = LINES | RESTS | PAUSES | st.just(Bell())


@st.composite
def cases(draw, items=ANYTHING):
    """Scripts of up to three sections whose lines take up to twenty seconds each."""
    sections = draw(st.lists(st.lists(items, min_size=1, max_size=7), min_size=1, max_size=3))
    rate = draw(RATES)
    frames = {}

    def numbered(item):
        if not isinstance(item, Line):
            return item
        line = Line(f"line {len(frames)}", item.anchor)
        frames[line.text] = draw(st.integers(1, 4 * rate) | st.integers(1, 20 * rate))
        return line

    script = Script(
        "Any", tuple(Section("s", tuple(numbered(item) for item in items)) for items in sections)
    )
    return Case(script, draw(paces()), rate, frames)


def examples(count):
    return settings(max_examples=count, deadline=None)


def cues(breaths):
    return [cue for breath in breaths for cue in breath.cues]


def line_cues(breaths):
    return [cue for cue in cues(breaths) if isinstance(cue.item, Line)]


def anchor_frame(breath, anchor):
    after = {"in": 0, "hold": breath.inhale, "out": breath.inhale + breath.hold_in}
    return breath.start + after[anchor or "out"]


def check_lines(case, breaths):
    """What holds for the lines of every session, however it came about."""
    placed = line_cues(breaths)
    assert [cue.item for cue in placed] == list(case.script.lines()), "each once, in order"
    assert all(cue.end - cue.start == case.clip(cue.item) for cue in placed), "and whole"
    for before, after in itertools.pairwise(placed):
        assert after.start - before.end >= GAP * case.rate
    for breath in breaths:
        for cue in breath.cues:
            if isinstance(cue.item, Line):
                assert cue.start == anchor_frame(breath, cue.item.anchor)
    assert all(cue.start >= LEAD_IN * case.rate for cue in placed)


def check_tiling(breaths):
    assert breaths[0].start == 0
    assert [breath.number for breath in breaths] == list(range(len(breaths)))
    for before, after in itertools.pairwise(breaths):
        assert after.start == before.end
    for breath in breaths:
        assert all(breath.start <= cue.start <= breath.end for cue in breath.cues)


def resting(pace, ramp, rate=48000, breaths=4000):
    script = Script("Rest", (Section("s", (*[Rest(500, 500)] * (breaths // 500),)),))
    return Timeline(script, pace, rate, lambda line: 0, ramp=ramp)
