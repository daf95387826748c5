"""What is heard: the mix of voice, tone and bell, measured."""

import tracemalloc

import numpy as np
import pytest
from metering import momentary, true_peak

from voice_guide.audio.loudness import integrated, level_clip
from voice_guide.pace.pace import Pace
from voice_guide.plan.timeline import Timeline
from voice_guide.scripting.model import Bell, Line, Rest, Script, Section, TimedRest
from voice_guide.session import Session, open_session
from voice_guide.settings import Settings
from voice_guide.sound import tones
from voice_guide.sound.render import Mix, Renderer
from voice_guide.voices.clips import SilentClips

RATE = 16000
LUFS = -18.0


class FakeClips(SilentClips):
    """Bursts of noise, as loud as speech would be and as long as their text says."""

    def __init__(self):
        super().__init__(RATE, rate=None)

    def frames(self, line):
        return round(float(line.text) * RATE)

    def samples(self, line):
        rng = np.random.default_rng(7)
        noise = rng.standard_normal(self.frames(line)).astype(np.float32) * np.float32(0.1)
        return level_clip(noise, RATE, LUFS, 0.79)


class Mute(FakeClips):
    """The same lines, making room, but without a sound."""

    def samples(self, line):
        return np.zeros(self.frames(line), np.float32)


def session_of(*items, clips=None, pace="4-6", **options):
    script = Script("test", (Section("test", items),))
    options = {"sample_rate": RATE, "pace": Pace.parse(pace), **options}
    session = open_session(script, Settings(**options))
    return Session(script, session.pace, session.settings, clips or FakeClips(), session.mix)


def whole(session, block=4096):
    return np.concatenate(list(session.renderer().blocks(block)))


EVERYTHING = (
    Line("1.5", "in"),
    Line("2.2"),
    Rest(1, 1),
    Line("7"),
    TimedRest(2),
    Bell(),
    Rest(2, 2),
)


def test_the_size_of_blocks_changes_nothing():
    session = session_of(Line("1"), Bell(), clips=None, pace="1-1.5")
    reference = whole(session, 65536)
    for size in (1, 1000, 480):
        assert np.array_equal(whole(session, size), reference)


def test_it_is_as_long_as_planned():
    session = session_of(*EVERYTHING)
    assert len(whole(session)) == session.plan().frames


@pytest.mark.parametrize("tone", tones.STYLES)
def test_each_line_is_heard_on_its_very_frame(tone):
    session = session_of(*EVERYTHING, tone=tone)
    mono = whole(session).mean(axis=1)
    for cue in (cue for _, cue in session.plan().cues() if isinstance(cue.item, Line)):
        clip = session.clips.samples(cue.item)
        around = mono[cue.start - 800 : cue.end + 800]
        lag = np.argmax(np.correlate(around, clip, mode="valid")) - 800
        assert lag == 0


@pytest.mark.parametrize("tone", [style for style in tones.STYLES if style != "none"])
@pytest.mark.parametrize("duck", [20, 26])
def test_the_tone_stays_that_far_under_the_voice_while_a_line_sounds(tone, duck):
    session = session_of(*EVERYTHING, tone=tone, duck=duck, clips=Mute())
    levels = momentary(whole(session), RATE)
    for cue in (cue for _, cue in session.plan().cues() if isinstance(cue.item, Line)):
        first, last = cue.start * 10 // RATE + 4, cue.end * 10 // RATE
        assert levels[first:last].max() <= LUFS - duck + 0.2


@pytest.mark.parametrize("tone", [style for style in tones.STYLES if style != "none"])
def test_in_rests_the_tone_lies_14_lu_under_the_voice(tone):
    session = session_of(Line("1"), Rest(6, 6), tone=tone)
    breath = session.plan().breaths[3]
    rest = whole(session)[breath.start : breath.end]
    assert integrated(rest, RATE) == pytest.approx(LUFS - 14, abs=0.5)


@pytest.mark.parametrize("tone", [style for style in tones.STYLES if style != "none"])
def test_without_a_voice_the_tone_itself_is_brought_to_the_loudness(tone):
    session = session_of(Line("1"), Rest(6, 6), tone=tone, voice="none", clips=Mute())
    breath = session.plan().breaths[3]
    assert integrated(whole(session)[breath.start : breath.end], RATE) == pytest.approx(
        -18, abs=0.5
    )


def test_the_tone_makes_room_from_600_ms_before_the_voice_until_1500_ms_after():
    session = session_of(Rest(1, 1), Line("2"), Rest(2, 2), clips=Mute())
    cue = next(cue for _, cue in session.plan().cues())
    open_bed = session_of(Rest(4, 4))
    ducked, free = whole(session)[:, 0], whole(open_bed)[:, 0]
    loud = np.abs(free[: len(ducked)]) > 1e-4
    gain = np.where(loud, ducked / np.where(loud, free[: len(ducked)], 1), 1)
    changed = np.flatnonzero(np.abs(gain[: 30 * RATE] - 1) > 0.01)
    assert changed[0] == pytest.approx(cue.start - 0.6 * RATE, abs=0.06 * RATE)
    assert changed[-1] == pytest.approx(cue.end + 1.5 * RATE, abs=0.15 * RATE)
    assert gain[cue.start : cue.end][loud[cue.start : cue.end]] == pytest.approx(
        session.mix.duck_gain, abs=0.01
    )


def test_it_fades_in_and_ends_in_digital_silence():
    sound = whole(session_of(*EVERYTHING))
    assert not sound[0].any()
    first, second = np.abs(sound[: RATE // 10]).max(), np.abs(sound[RATE : 2 * RATE]).max()
    assert first < 0.1 * second
    assert not sound[-RATE // 2 :].any()
    assert sound[-RATE : -RATE // 2].any()


def test_true_peak_stays_under_minus_1_dbtp():
    sound = whole(session_of(*EVERYTHING, loudness=-12, duck=10))
    assert true_peak(sound, RATE) <= 10 ** (-1 / 20)


def test_a_breath_is_pulled_only_when_its_first_word_could_duck_the_tone():
    session = session_of(Rest(5, 5))
    pulled = []

    def watched():
        for breath in session.timeline():
            pulled.append((breath.start, renderer.position))
            yield breath

    renderer = Renderer(watched(), FakeClips().samples, session.mix, RATE)
    while len(renderer.read(100)):
        pass
    assert len(pulled) == 5
    assert all(start - position <= 0.6 * RATE for start, position in pulled)


def test_memory_does_not_grow_with_the_length():
    def peak(breaths):
        pace, mix = Pace.parse("1-1"), Mix(tone="none", tone_gain=0, duck_gain=1, bell_gain=0)
        script = Script("long", (Section("long", (Line("1"), Rest(1, 1)) * breaths),))
        timeline = Timeline(script, pace, 4000, lambda line: 4000)
        renderer = Renderer(timeline, lambda line: np.zeros(4000, np.float32), mix, 4000)
        tracemalloc.start()
        while len(renderer.read(4000)):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(900)  # what is kept once for all is kept now, and what the interpreter keeps for reuse
    assert peak(900) < peak(30) + 100_000
