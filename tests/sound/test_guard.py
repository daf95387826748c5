"""The last guard: whatever reaches it, nothing startles that leaves it; what is right passes."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from listening import (
    RATE,
    Broken,
    breathing,
    heard,
    listen,
    seconds,
    session_of,
    step,
    talk,
    whole,
)
from sounds import noise, sine, write
from startling import CEILING, FAULTS, IN_A_CLIP, LONG, MIDDLE, assert_gentle

from voice_guide.errors import AudioError, RequestError
from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.scripting.model import Bell, Rest
from voice_guide.sound import tones
from voice_guide.sound.guard import Guard
from voice_guide.sound.judge import Mended
from voice_guide.sound.tones import STYLES
from voice_guide.voices.cache import ClipCache

HARMLESS = {
    "half a sample": np.zeros(0),
    "one sample": np.full(1, 0.5),
    "silence": np.zeros(LONG),
}


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
