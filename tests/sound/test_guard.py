"""The last guard: whatever reaches it, nothing startles that leaves it; what is right passes."""

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from listening import RATE, Words, breathing, burst, listen, seconds, session_of, step, talk, whole
from sounds import noise, sine, write
from startling import (
    CEILING,
    FAULTS,
    IN_A_CLIP,
    LONG,
    MIDDLE,
    assert_gentle,
)

from voice_guide.errors import AudioError, RequestError
from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.model import Bell, Rest
from voice_guide.sound import tones
from voice_guide.sound.guard import Guard
from voice_guide.sound.judge import Judge, Mended
from voice_guide.sound.tones import STYLES
from voice_guide.voices.cache import ClipCache
from voice_guide.voices.clips import SilentClips

HARMLESS = {
    "half a sample": np.zeros(0),
    "one sample": np.full(1, 0.5),
    "silence": np.zeros(LONG),
}


class Broken(Words):
    """Words whose clips all have a fault."""

    def __init__(self, clip):
        super().__init__()
        self.clip = np.asarray(clip, np.float32)

    def frames(self, line):
        return len(self.clip)

    def samples(self, line):
        return self.clip


def heard(session, frames=5000):
    return np.concatenate(list(session.blocks(frames)))


@pytest.mark.parametrize("fault", IN_A_CLIP)
def test_a_faulty_clip_does_not_startle_and_is_told(fault):
    session = session_of(talk("a", "b", seconds=3), words=Broken(IN_A_CLIP[fault]), tone="pad")
    assert_gentle(heard(session))
    (note,) = session.notes
    assert note.startswith("some of it was turned down so as not to startle you: ")
    again = session_of(talk("a", "b", seconds=3), words=Broken(IN_A_CLIP[fault]), tone="pad")
    assert np.allclose(heard(again, 333), heard(session, 4096), atol=1e-5)


@pytest.mark.parametrize("clip", HARMLESS)
def test_what_is_only_odd_passes(clip):
    session = session_of(talk("a", "b", seconds=3), words=Broken(HARMLESS[clip]), tone="pad")
    assert np.array_equal(heard(session), whole(session))
    assert session.notes == []


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_played_is_guarded_as_what_is_exported(fault):
    session = session_of(talk("a", "b", seconds=3), words=Broken(FAULTS[fault]), tone="pad")
    assert np.allclose(listen(Playback(session)), heard(session), atol=1e-5)
    assert session.notes


def test_a_fault_leaves_what_lies_away_from_it_as_it_is():
    clip = FAULTS["one that is no number"]
    session = session_of(talk("a", seconds=3), words=Broken(clip), tone="pad")
    guarded, raw = heard(session), whole(session)
    changed = np.flatnonzero((guarded != raw).any(axis=1))
    at = np.flatnonzero(~np.isfinite(raw[:, 0]))[0]
    assert 0 < at - changed[0] < 0.04 * RATE
    assert changed[-1] - at < 1.5 * RATE
    assert step(guarded) < 1.5 * step(np.nan_to_num(raw[: at - 1]))


def test_a_tone_that_breaks_is_guarded_too(monkeypatch):
    def broken(style, phases, rate, *_):
        return np.full((sum(phases), 2), np.nan, np.float32)

    session = breathing(3, voice="none")
    monkeypatch.setattr("voice_guide.sound.tones.cycle", broken)
    assert not heard(session).any()
    assert "not sound" in next(session.mended.notes())


# --- sound that is right ----------------------------------------------------------------------


@pytest.mark.parametrize("ramp", [None, Ramp(Pace.parse("2-3"), Fraction(15))])
@pytest.mark.parametrize("voice", ["none", "espeak"])
@pytest.mark.parametrize("tone", STYLES)
def test_what_is_right_passes_as_it_is(tone, voice, ramp):
    options = {"tone": tone, "voice": voice, "ramp": ramp, "pace": "4-6"}
    session = session_of(talk("a", "b", "c", seconds=2), **options)
    raw = whole(session)
    for frames in (333, 65536):
        assert np.array_equal(heard(session, frames), raw)
    assert list(session.mended.notes()) == []


@pytest.mark.parametrize("loudness", [-40, -24, -12, -10])
def test_at_any_loudness(loudness):
    for voice in ("none", "espeak"):
        session = breathing(4, voice=voice, loudness=loudness, tone="breath")
        assert np.array_equal(heard(session), whole(session))


@examples(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=12),
    length=st.integers(0, 20_000),
    fault=st.sampled_from([None, *FAULTS]),
)
def test_the_size_of_blocks_changes_nothing(sizes, length, fault):
    sound = np.repeat((0.1 * noise(-10, 1, RATE))[:length, None], 2, axis=1).astype(np.float32)
    if fault:
        sound += FAULTS[fault][MIDDLE - 9000 :][: len(sound), None].astype(np.float32)

    def guarded(sizes):
        left = [sound]

        def read(frames):
            block, left[0] = left[0][:frames], left[0][frames:]
            return block

        guard = Guard(read, RATE, lufs=-18.0, ceiling=CEILING, mended=Mended())
        pieces = [guard.read(size) for size in sizes]
        pieces += list(guard.blocks(4096))
        assert guard.position == len(sound)
        return np.concatenate([np.zeros((0, 2)), *pieces])

    assert len(guarded(sizes)) == len(sound)
    assert np.allclose(guarded(sizes), guarded([]), atol=1e-5)
    if not fault:
        assert np.array_equal(guarded(sizes), sound)


def test_it_needs_no_more_memory_for_a_longer_sound():
    import tracemalloc

    def highest(blocks):
        left = iter(range(blocks))
        block = np.full((8192, 2), 0.3, np.float32) * np.sign(sine(0, 1, 100, 8192))[:, None]

        def read(frames):
            return block[:frames] if next(left, None) is not None else block[:0]

        guard = Guard(read, RATE, lufs=-18.0, ceiling=CEILING, mended=Mended())
        tracemalloc.start()
        while len(guard.read(4096)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    highest(20)
    assert highest(800) < highest(80) + 100_000


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


def test_a_fault_in_a_bell_is_mended(monkeypatch):
    broken = tones.bell(RATE).copy()
    broken[RATE // 2 :][: RATE // 10] = 300
    monkeypatch.setattr(tones, "bell", lambda _rate: broken)
    session = session_of([Rest(1, 1), Bell(), *talk("a")], tone="pad")
    assert_gentle(heard(session))
    assert session.notes


def test_a_fault_in_a_tone_is_mended_in_each_of_its_breaths(monkeypatch):
    make, phases = tones.cycle, (48000, 0, 72000, 0)
    broken = make("pad", phases, RATE).copy()
    broken[30_000:30_500] = 3
    monkeypatch.setattr(tones, "cycle", lambda *of: broken if of[1] == phases else make(*of))
    sound = heard(breathing(6, pace="2-3", voice="none", tone="pad"), 65536)
    assert_gentle(sound[seconds(1.5) :])


@pytest.mark.parametrize("fault", [300, np.nan])
@pytest.mark.parametrize("at", [0, 30_000, -500])
def test_a_fault_in_one_breath_of_a_ramp_is_mended(at, fault, monkeypatch):
    make, made = tones.cycle, []

    def third_broken(*of):
        sound = make(*of)
        if len(made) == 2:
            sound = sound.copy()
            sound[at:][:500] = fault
        made.append(sound)
        return sound

    ramp = Ramp(Pace.parse("3-4"), Fraction(25))
    session = session_of([Rest(8, 8), *talk("a")], pace="2-3", ramp=ramp, tone="pad")
    monkeypatch.setattr(tones, "cycle", third_broken)
    assert_gentle(heard(session, 65536)[seconds(1.5) :])
    assert session.notes


# --- what is mended before --------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["no numbers", "infinite", "huge"])
def test_a_cached_clip_that_is_none_counts_as_absent(fault, tmp_path):
    cache = ClipCache(tmp_path)
    cache.put("ab" * 20, FAULTS[fault].astype(np.float32))
    assert cache.get("ab" * 20) is None
    cache.put("ab" * 20, np.ones(9, np.float32))
    kept = cache.get("ab" * 20)
    assert kept is not None
    assert len(kept) == 9


REFUSED = {"no numbers", "one that is no number", "infinite", "huge"}


@pytest.mark.parametrize("fault", IN_A_CLIP)
def test_a_faulty_bed_is_refused_or_does_not_startle(fault, tmp_path):
    path = write(tmp_path / "bed.wav", IN_A_CLIP[fault], RATE)

    def opened():
        return breathing(4, bed=str(path), tone="pad", pace="3-4")

    if fault in REFUSED:
        with pytest.raises(AudioError, match=r"bed\.wav has samples"):
            opened()
    elif fault == "direct current":
        with pytest.raises(RequestError, match="is silent"):
            opened()
    else:
        assert_gentle(heard(opened())[: -seconds(1)])


def test_a_bed_that_steps_to_direct_current_is_mended_and_told(tmp_path):
    path = write(tmp_path / "bed.wav", IN_A_CLIP["a step to direct current"], RATE)
    session = breathing(4, bed=str(path), tone="pad", pace="3-4")
    assert_gentle(heard(session))
    assert "direct current" in session.notes[0]
