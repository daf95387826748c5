"""What is known to be right is handed on unseen; nothing else is."""

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import product
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from listening import RATE, Broken, burst, heard, session_of, talk
from sounds import noise, sine, write
from startling import IN_A_CLIP, LONG

from voice_guide.audio.samples import in_two
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.model import Bell, Rest
from voice_guide.session.opening import open_session
from voice_guide.sound import tones
from voice_guide.sound.bounds import Bounds
from voice_guide.sound.course import Gauge
from voice_guide.sound.judge import Judge, Mended
from voice_guide.sound.proof import Part, Proof
from voice_guide.sound.tones import STYLES, kind
from voice_guide.voices.clips import Calm, SilentClips


@pytest.fixture
def unseen(monkeypatch):
    """Tells how much was passed over unseen since the last time; it is looked at after all."""
    pieces = []  # as they came: the judge, the sound, and whether it was seen
    look, pass_over = Judge.look, Judge.pass_over

    def passed_over(judge, sound):
        pieces.append((judge, sound, False))
        pass_over(judge, sound)

    def looked_at(judge, sound):
        pieces.append((judge, sound, True))
        return look(judge, sound)

    def share():
        assert len({judge for judge, _, _ in pieces}) == 1
        bounds, sound = pieces[0][0]._bounds, np.concatenate([piece for _, piece, _ in pieces])
        seen = np.concatenate([np.full(len(piece), was_seen) for _, piece, was_seen in pieces])
        pieces.clear()
        mended, needs = look(Judge(bounds, Mended()), sound)
        wrong = (
            np.repeat(np.ones(len(sound)) if needs is None else needs, bounds.cell)[: len(sound)]
            < 1
        )
        if mended is not None:
            wrong = wrong | (mended != sound).any(axis=1)
        in_a_cell = np.append(np.flatnonzero(seen), -1)  # that was seen, in part at least
        wrong[np.isin(np.arange(len(wrong)) // bounds.cell, in_a_cell // bounds.cell)] = False
        assert not wrong[: len(seen)].any()
        return 1 - seen.mean()

    monkeypatch.setattr(Judge, "pass_over", passed_over)
    monkeypatch.setattr(Judge, "look", looked_at)
    return share


@pytest.mark.parametrize("tone", STYLES)
@pytest.mark.parametrize("pace", ["2-2", "2.3+1-4", "with a ramp"])
def test_what_is_made_of_sounds_that_are_right_is_so_unseen(tone, pace, unseen):
    how = {"pace": pace}
    if pace == "with a ramp":  # no breath is as the one before
        how = {"pace": "2-3", "ramp": Ramp(Pace.parse("3-4"), Fraction(40))}
    session = session_of([Rest(5, 5), *talk("a"), Bell(), *talk("b"), Rest(5, 5)], tone=tone, **how)
    heard(session, 4096)
    assert unseen() > 0.95


def test_of_breaths_that_are_nearly_alike_one_is_measured(unseen):
    measured, course = [], Gauge.course

    def counted(gauge, sound):
        measured.append(sound)
        return course(gauge, sound)

    items = [*talk("a", "b"), Rest(20, 20)]
    with mock.patch.object(Gauge, "course", counted):
        heard(session_of(items, tone="pad", vary=5), 4096)
    assert unseen() > 0.95
    assert 1 <= len(measured) < 10


@pytest.mark.parametrize("usual", [False, True])
@pytest.mark.parametrize(
    ("dbfs", "measured", "right"),
    [(-14, [1, 1], True), (-12, [2, 1], True), (-9.9, [2, 2], True), (-8, [2, 2], False)],
)
def test_where_there_is_no_room_for_all_of_a_kind_each_of_it_is_measured(
    dbfs, measured, right, usual
):
    alike = kind("pad", (RATE, 0, RATE, 0), RATE)._replace(usual=usual)
    one, other = (
        Part(in_two(sine(level, 2, 300, RATE)[:, None]), 0, 2 * RATE, ducked=1.0, kind=alike)
        for level in (dbfs, dbfs - 0.1)
    )
    proof = Proof(Bounds(RATE, lufs=-18, ceiling=0.9))
    with mock.patch.object(Gauge, "course", side_effect=proof._gauge.course) as counted:
        assert proof.holds([one]) == right
        assert proof.holds([other]) == right
    assert counted.call_count == measured[usual]


def test_a_breath_is_taken_to_reach_about_as_far_as_the_one_that_is_most_alike():
    def breath(dbfs, octaves):
        alike = kind("pad", (4 * RATE, 0, 4 * RATE, 0), RATE)
        alike = alike._replace(pace=tuple(each + octaves for each in alike.pace))
        sound = in_two(sine(dbfs, 2, 300, RATE)[:, None])
        return Part(sound, 0, 2 * RATE, ducked=1.0, kind=alike)

    loud, soft, another, far = (
        breath(-9.5, 0),
        breath(-20, 0.1),
        breath(-20, 0.08),
        breath(-20, 0.3),
    )
    proof = Proof(Bounds(RATE, lufs=-18, ceiling=0.9))
    with mock.patch.object(Gauge, "course", side_effect=proof._gauge.course) as counted:
        measured = []
        for part in (loud, soft, another, far):
            assert proof.holds([part])
            measured.append(counted.call_count)
    assert measured == [1, 2, 2, 3]


def test_nor_is_it_right_because_the_one_before_it_is():
    alike = kind("pad", (2 * RATE, 0, 2 * RATE, 0), RATE)
    soft, loud = (
        Part(in_two(sine(dbfs, 2, 300, RATE)[:, None]), at, at + 2 * RATE, ducked=1.0, kind=alike)
        for dbfs, at in ((-12.5, 0), (-7, 2 * RATE))
    )
    proof = Proof(Bounds(RATE, lufs=-18, ceiling=0.9))
    assert proof.holds([soft])
    assert not proof.holds([soft, loud])


@pytest.mark.parametrize("rate", [RATE, 44100])
@pytest.mark.parametrize("voice", ["none", "espeak"])
def test_with_a_bed_that_is_right_nothing_is_looked_at(rate, voice, unseen, tmp_path):
    bed = str(write(tmp_path / "rain.wav", noise(-20, 5, rate), rate))
    items = [Rest(5, 5), *talk("a"), Bell(), *talk("b"), Rest(5, 5)]
    heard(session_of(items, tone="pad", voice=voice, bed=bed), 4096)
    assert unseen() > (0.85 if voice == "none" else 0.95)  # as loud as a voice, with a bell


BEDS = {
    "no bed": None,
    "rain": noise(-20, 5, RATE),
    "a fire": noise(-36, 5, RATE) + noise(-12, 5, RATE, 2) * (np.arange(5 * RATE) % 9001 < 20),
    "a rumble": noise(-30, 5, RATE) + np.convolve(noise(0, 5, RATE, 2), np.ones(99) / 500, "same"),
    "a tremor": noise(-30, 5, RATE) + sine(-24.5, 5, 4, RATE),
}


@pytest.mark.parametrize(
    ("name", "night"),
    sorted({*product(BEDS, [False, True])} - {("a tremor", True)}),  # as beds are louder at night
)
def test_words_that_were_found_calm_are_not_looked_at_again(name, night, unseen, tmp_path):
    script = tmp_path / "a.md"
    script.write_text("# One\n\nLet a breath come.\n\nYour hands are warm.\n", "utf-8")
    bed = None if name == "no bed" else str(write(tmp_path / "bed.wav", BEDS[name], RATE))
    session = open_session(script, voice="espeak", sample_rate=RATE, bed=bed, night=night)
    session.speak()
    with mock.patch("voice_guide.sound.proof.is_right") as looked:
        heard(session, 4096)
    assert looked.call_count == 0
    assert unseen() > 0.95


def test_a_bed_that_was_changed_since_it_was_measured_is_looked_at(unseen, tmp_path):
    path = write(tmp_path / "rain.wav", noise(-20, 5, RATE))
    session = session_of([Rest(8, 8)], bed=str(path))
    write(path, 4 * noise(-20, 5, RATE) * (np.arange(5 * RATE) % 9000 < 700))
    heard(session, 4096)
    assert unseen() < 0.05


CALM = noise(-18, 1, RATE).astype(np.float32)


@pytest.mark.parametrize(
    ("calm", "beside", "looks"),
    [
        (None, 0.01, 1),
        (Calm(-18, 0.79, 0), 0.01, 0),
        (Calm(-18, 0.79, 1), 0.01, 0),
        (Calm(-18, 0.79, 1), 0.018, 1),
        (Calm(-18, 0.79, 2), 0.018, 0),
        (Calm(-18, 0.79, 2), 0.025, 1),
        (Calm(-18, 0.79, 3), 0.025, 0),
        (Calm(-18, 0.79, 3), 0.06, 1),
        (Calm(-18, 0.79, 6), 0.025, 0),  # as a clip may tell that another version has kept
    ],
)
def test_a_line_is_looked_at_where_more_is_beside_it_than_it_was_found_calm_in(calm, beside, looks):
    tone = Part(np.full((RATE, 2), beside, np.float32), 0, RATE, ducked=1.0)
    tone.sound[::2] *= -1
    line = Part(CALM, 0, RATE, calm=calm)
    with mock.patch("voice_guide.sound.proof.is_right", return_value=True) as looked:
        right = Proof(Bounds(RATE, lufs=-18, ceiling=0.9)).holds([tone, line])
    assert looked.call_count == looks
    assert right == (calm != Calm(-18, 0.79, 0))


def test_beside_a_line_that_is_to_be_looked_at_anyway_nothing_is_measured():
    tone = Part(in_two(sine(-40, 2, 300, RATE)[:, None]), 0, 2 * RATE, ducked=1.0)
    proof = Proof(Bounds(RATE, lufs=-18, ceiling=0.9))
    beside = [
        [Part(CALM, 0, RATE, calm=Calm(-18, 0.79, 0))],
        [Part(CALM, 0, RATE - 1)],
        [Part(CALM, 0, RATE), Part(CALM, RATE + 1, 2 * RATE + 1)],
    ]
    with mock.patch.object(Gauge, "course", side_effect=proof._gauge.course) as measured:
        assert not any(proof.holds([tone, *lines]) for lines in beside)
        assert measured.call_count == 0
        assert proof.holds([tone])
    assert measured.call_count == 1


@pytest.mark.parametrize("tone", STYLES)
@pytest.mark.parametrize("pace", ["2-2", "4-6"])
def test_a_tone_as_loud_as_a_voice_is_right_unseen(tone, pace, unseen):
    how = {"voice": "none", "tone": tone, "pace": pace, "words": SilentClips(RATE, None)}
    heard(session_of([*talk("a"), Rest(5, 5)], **how), 4096)
    assert unseen() > 0.95


@pytest.mark.parametrize("fault", [None, *IN_A_CLIP])
def test_with_a_fault_only_what_is_away_from_it_is_not_looked_at(fault, unseen):
    clip = IN_A_CLIP[fault] if fault else burst("a 3")
    session = session_of([*talk("a", seconds=3), Rest(9, 9)], words=Broken(clip), tone="pad")
    heard(session, 4096)
    share = unseen()
    assert (share > 0.95) == (fault is None)
    assert share > 0.6


RATHER = st.floats(-40, 6, width=32)
"""A level in dB over the voice."""
SHAPES = {
    "noise": noise(-18, 3, RATE),
    "a low hum": sine(-15, 3, 15, RATE),
    "a high tone": sine(-15, 3, 9000, RATE),
    "a square wave": 10 ** (-18 / 20) * np.sign(sine(0, 3, 100, RATE)),
    "bursts": 10 ** (-6 / 20) * noise(0, 3, RATE) * (np.arange(LONG) % 9000 < 700),
    "clicks": 10 ** (-3 / 20) * (np.arange(LONG) % 5000 == 0),
    "a slow drift": 10 ** (-15 / 20) * np.hanning(LONG),
}


@examples(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    line=st.sampled_from(sorted(SHAPES)),
    tone=st.sampled_from(sorted(SHAPES)),
    levels=st.tuples(RATHER, RATHER),
    pace=st.sampled_from(["2-3", "2.001-3.01", "with a ramp"]),
)
def test_no_two_sounds_are_taken_for_right_together_that_are_not(line, tone, levels, pace, unseen):
    clip, cycle = (
        SHAPES[shape].astype(np.float32) * np.float32(10 ** (level / 20))
        for shape, level in zip((line, tone), levels, strict=True)
    )

    def made(_style, phases, *_):
        turned = np.roll(cycle, sum(phases) * 7)  # no breath goes on where another has ended
        return np.resize(np.column_stack([turned, -turned]), (sum(phases), 2))

    how = {"pace": pace}
    if pace == "with a ramp":
        how = {"pace": "2-3", "ramp": Ramp(Pace.parse("3-4"), Fraction(12))}
    session = session_of(talk("a", "b", seconds=3), words=Broken(clip), tone="pad", **how)
    session.mix = replace(session.mix, tone_gain=1.0, duck_gain=0.4)
    with mock.patch.object(tones, "cycle", lru_cache(made)):
        heard(session, 4096)
    unseen()


@examples(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    line=st.sampled_from(sorted(SHAPES)),
    bed=st.sampled_from(sorted(set(SHAPES) - {"a slow drift"})),  # of which nothing would be left
    levels=st.tuples(RATHER, st.floats(-20, 6, width=32)),
    rate=st.sampled_from([RATE, 22050]),
)
def test_nor_is_a_bed_with_a_line(line, bed, levels, rate, unseen, tmp_path):
    clip, under = (
        SHAPES[shape].astype(np.float32) * np.float32(10 ** (level / 20))
        for shape, level in zip((line, bed), levels, strict=True)
    )
    path = str(write(tmp_path / "bed.wav", np.column_stack([under, np.roll(under, 99)]), rate))
    session = session_of(talk("a", "b", seconds=3), words=Broken(clip), tone="pad", bed=path)
    session.mix = replace(session.mix, bed_gain=1.0, bed_duck_gain=0.4)
    heard(session, 4096)
    unseen()


@pytest.mark.parametrize("ramp", [None, Ramp(Pace.parse("3-4"), Fraction(12))])
def test_where_one_breath_follows_another_both_are_looked_at(ramp, unseen):
    def half_a_thump_at_each_end(_style, phases, *_):
        sound = np.zeros((sum(phases), 2), np.float32)
        sound[:500] = sound[-500:] = 0.08
        return sound

    items = [*talk("a", "b", seconds=3), Rest(6, 6)]
    session = session_of(items, tone="pad", pace="2-3", ramp=ramp)
    session.mix = replace(session.mix, tone_gain=1.0, duck_gain=1.0)
    with mock.patch.object(tones, "cycle", lru_cache(half_a_thump_at_each_end)):
        heard(session, 4096)
    assert next(session.mended.notes())
    unseen()
