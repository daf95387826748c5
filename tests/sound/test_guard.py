"""The last guard: whatever reaches it, nothing startles that leaves it; what is right passes."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from listening import RATE, Words, breathing, listen, seconds, session_of, step, talk, whole
from metering import momentary, true_peak
from sounds import noise, sine, write

from voice_guide.errors import AudioError, RequestError
from voice_guide.live.playback import Playback
from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp
from voice_guide.sound.guard import Guard, Mended
from voice_guide.sound.tones import STYLES
from voice_guide.voices.cache import ClipCache

CEILING = 10 ** (-1 / 20)
LONG = 3 * RATE
MIDDLE = RATE + RATE // 3


def one(value, into=0.0):
    sound = np.full(LONG, into)
    sound[MIDDLE] = value
    return sound


def burst(seconds, level=1.0):
    sound = np.zeros(LONG)
    sound[MIDDLE:][: round(seconds * RATE)] = level
    return sound * np.clip(noise(0, 3, RATE), -1, 1)


FAULTS = {
    "no numbers": np.full(LONG, np.nan),
    "one that is no number": np.where(np.arange(LONG) == MIDDLE, np.nan, sine(-20, 3, 440, RATE)),
    "infinite": np.full(LONG, -np.inf),
    "huge": 1e30 * sine(0, 3, 440, RATE),
    "direct current": np.full(LONG, 1.0),
    "words over direct current": 0.3 + sine(-20, 3, 440, RATE),
    "a square wave": np.sign(sine(0, 3, 100, RATE)),
    "far too loud": 5 * sine(0, 3, 440, RATE),
    "a burst of 20 ms": burst(0.02),
    "a burst of 200 ms": burst(0.2),
    "a click": one(1.0),
    "the highest note": 0.99 * sine(0, 3, RATE / 4, RATE, degrees=45),
}
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


def levels(sound, cell):
    """Mean squares in dB of cells of so many seconds."""
    size = round(cell * RATE)
    cells = sound[: len(sound) // size * size].reshape(-1, 2 * size)
    return 10 * np.log10(np.mean(np.square(cells, dtype=np.float64), axis=1) + 1e-15)


def assert_gentle(sound, lufs=-18.0):
    assert np.isfinite(sound).all()
    assert true_peak(sound, RATE) <= CEILING
    sums = np.cumsum(sound, axis=0, dtype=np.float64)
    assert np.abs(sums[RATE:] - sums[:-RATE]).max() / RATE < 0.1
    assert np.abs(sound.mean(axis=0)).max() < 0.005
    # A little above the bounds, as a gain of one cell acts on the next ones, too.
    assert levels(sound, 0.01).max() < lufs + 11
    assert levels(sound, 0.1).max() < lufs + 9.5
    assert levels(sound, 0.4).max() < lufs + 8
    assert momentary(sound, RATE).max() < lufs + 14  # K-weighting adds 4 dB in high notes


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_clip_does_not_startle_and_is_told(fault):
    session = session_of(talk("a", "b", seconds=3), words=Broken(FAULTS[fault]), tone="pad")
    assert_gentle(heard(session))
    (note,) = session.notes
    assert note.startswith("some of it was turned down so as not to startle you: ")
    again = session_of(talk("a", "b", seconds=3), words=Broken(FAULTS[fault]), tone="pad")
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

        guard = Guard(read, RATE, -18.0, CEILING, Mended())
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

        guard = Guard(read, RATE, -18.0, CEILING, Mended())
        tracemalloc.start()
        while len(guard.read(4096)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    highest(20)
    assert highest(800) < highest(80) + 100_000


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


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_bed_is_refused_or_does_not_startle(fault, tmp_path):
    path = write(tmp_path / "bed.wav", FAULTS[fault], RATE)

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
