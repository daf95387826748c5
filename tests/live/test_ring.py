"""From blocks to the device's callback: the ring, the outlet, the thread that fills, the format."""

import threading
import time
from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import wait_until

from voice_guide.live.device import Format
from voice_guide.live.ring import RISE_SECONDS, STOP_SECONDS, Feeder, Outlet, Ring, callback_of

RATE = 48000


def numbered(first, frames, channels=2):
    """Frames that carry their own number."""
    column = np.arange(first, first + frames, dtype=np.float32)[:, None]
    return np.repeat(column, channels, axis=1)


def tone(frames, hertz=220.0, rate=RATE, level=0.5):
    mono = level * np.sin(2 * np.pi * hertz / rate * np.arange(frames))
    return np.stack([mono, mono], axis=1).astype(np.float32)


def ring_of(sound, complete=True):
    ring = Ring(len(sound), sound.shape[1])
    ring.write(sound)
    ring.complete = complete
    return ring


def poured(outlet, block=512, channels=2, most=1000):
    """Everything that a device gets."""
    pieces, go_on = [], True
    while go_on:
        out = np.full((block, channels), 9, np.float32)  # a device's memory is never clean
        go_on = outlet.fill(out, False)
        pieces.append(out)
        assert len(pieces) < most
    return np.concatenate(pieces)


# --- ring -------------------------------------------------------------------------------------

steps = st.lists(
    st.tuples(st.sampled_from(["write", "read", "go back"]), st.integers(0, 40)), max_size=60
)


@given(size=st.integers(1, 30), kept=st.integers(0, 12), channels=st.integers(1, 2), todo=steps)
def test_a_ring_gives_back_what_was_put_in_in_order(size, kept, channels, todo):
    ring, model, past = Ring(size, channels, kept), deque(), deque()
    written = 0
    for action, frames in todo:
        if action == "write" and ring.free > 0:
            count = min(frames, ring.free)
            ring.write(numbered(written, count, channels))
            model.extend(range(written, written + count))
            written += count
        elif action == "read":
            out = np.full((frames, channels), -1, np.float32)
            count = ring.read_into(out)
            expected = [model.popleft() for _ in range(min(frames, len(model)))]
            past.extend(expected)
            assert count == len(expected)
            assert np.array_equal(out[:count], numbered(0, written, channels)[expected])
            assert (out[count:] == -1).all()
        elif action == "go back":
            ring.go_back()
            furthest = max(past, default=-1) + 1
            model = deque(range(max(furthest - kept, 0), written))
        assert ring.filled == len(model)
        assert ring.free == size - len(model)


def test_going_back_twice_without_progress_is_going_back_once():
    ring = Ring(100, 2, kept=20)
    ring.write(numbered(0, 100))
    ring.read_into(np.empty((50, 2), np.float32))
    for _ in range(3):  # a device that is opened, takes a little, and goes again
        ring.go_back()
        out = np.empty((5, 2), np.float32)
        ring.read_into(out)
        assert out[0, 0] == 30


# --- outlet -----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [1, 64, 500, 512, 4096])
def test_it_sends_everything_then_silence_that_pushes_the_end_out_then_stops(block):
    sound = tone(1000)
    outlet = Outlet(ring_of(sound), RATE, padding=300)
    heard = poured(outlet, block, most=5000)
    assert np.array_equal(heard[:1000], sound)
    assert not heard[1000:].any()
    assert 300 <= len(heard) - 1000 < 300 + block
    assert outlet.done
    assert outlet.underflows == 0


def test_a_late_block_is_silence_and_counted_and_nothing_is_lost():
    ring = Ring(1000, 2)
    outlet = Outlet(ring, RATE, padding=10)
    ring.write(numbered(1, 30))
    first, second = np.full((2, 50, 2), 9, np.float32)
    assert outlet.fill(first, False)
    ring.write(numbered(31, 50))
    assert outlet.fill(second, False)
    assert np.array_equal(first[:30], numbered(1, 30))
    assert not first[30:].any()
    assert np.array_equal(second, numbered(31, 50))
    assert outlet.underflows == 1


def test_what_the_device_tells_of_underflows_is_counted():
    outlet = Outlet(ring_of(tone(1000)), RATE, padding=10)
    for underflow in (True, False, True):
        outlet.fill(np.empty((100, 2), np.float32), underflow)
    assert outlet.underflows == 2


def test_a_call_that_comes_too_late_for_the_device_counts_though_nothing_is_reported(monkeypatch):
    clock = iter([100, 103, 103.1, 103.2, 103.45, 103.5, 104])
    monkeypatch.setattr("voice_guide.live.ring.time.monotonic", lambda: next(clock))
    outlet = Outlet(ring_of(tone(RATE)), RATE, padding=10)
    outlet.latency = 0.2
    for _ in range(5):  # the first after 3 s: a device takes its time to begin
        outlet.fill(np.empty((100, 2), np.float32), False)
    assert outlet.underflows == 1
    outlet.fill(np.empty((100, 2), np.float32), True)
    assert outlet.underflows == 2


@pytest.mark.parametrize("block", [64, 480, 512, 4800])
def test_stopping_at_once_fades_without_a_click_within_100_ms(block):
    sound = tone(RATE)
    outlet = Outlet(ring_of(sound), RATE, padding=RATE // 10)
    before = np.empty((960, 2), np.float32)
    outlet.fill(before, False)
    outlet.leave()
    after = poured(outlet, block)
    last = np.flatnonzero(after.any(axis=1))[-1]
    assert last < STOP_SECONDS * RATE < 0.1 * RATE
    assert outlet.done
    heard = np.concatenate([before, after])
    assert np.abs(np.diff(heard, axis=0)).max() <= np.abs(np.diff(sound, axis=0)).max()


def test_stopping_when_nothing_is_left_ends_too():
    outlet = Outlet(Ring(100, 2), RATE, padding=100)
    outlet.leave()
    assert not poured(outlet).any()


def test_a_device_that_came_back_begins_softly():
    sound = tone(RATE)
    heard = poured(Outlet(ring_of(sound), RATE, padding=10, rise=RISE_SECONDS), 500)[:RATE]
    quarter = round(RISE_SECONDS * RATE / 4)
    assert not heard[0].any()
    assert np.abs(heard[:quarter]).max() < 0.3 * np.abs(sound).max()
    assert np.array_equal(heard[4 * quarter :], sound[4 * quarter :])
    assert np.abs(np.diff(heard, axis=0)).max() <= 1.01 * np.abs(np.diff(sound, axis=0)).max()


def test_a_device_that_asks_for_nothing_is_suspended(monkeypatch):
    outlet = Outlet(ring_of(tone(1000)), RATE, padding=10)
    assert not outlet.suspended
    monkeypatch.setattr("voice_guide.live.ring.SUSPENDED_SECONDS", 0.01)
    wait_until(lambda: outlet.suspended)
    outlet.fill(np.empty((10, 2), np.float32), False)
    monkeypatch.setattr("voice_guide.live.ring.SUSPENDED_SECONDS", 1)
    assert not outlet.suspended


class Flags:
    output_underflow = False


def test_the_callback_stops_the_stream_at_the_end_and_on_an_error_in_silence():
    outlet = Outlet(ring_of(tone(100)), RATE, padding=50)
    callback = callback_of(outlet, EOFError)
    out = np.empty((100, 2), np.float32)
    callback(out, 100, None, Flags)
    with pytest.raises(EOFError):
        callback(out, 100, None, Flags)
    mono = np.full((100, 1), 9, np.float32)  # what it was not opened for
    broken = callback_of(Outlet(ring_of(tone(100)), RATE, padding=50), EOFError)
    with pytest.raises(EOFError):
        broken(mono, 100, None, Flags)
    assert not mono.any()


# --- feeder -----------------------------------------------------------------------------------


class Count:
    """A source of numbered frames."""

    def __init__(self, frames, fails_at=None):
        self.at, self.frames, self.fails_at = 0, frames, fails_at

    def read(self, frames):
        if self.fails_at is not None and self.at >= self.fails_at:
            raise ValueError("it broke")
        count = min(frames, self.frames - self.at)
        self.at += count
        return numbered(self.at - count, count)


def as_it_is(block, _last):
    return block


def drained(ring):
    pieces = [np.empty((0, 2), np.float32)]
    while not (ring.complete and not ring.filled):
        out = np.empty((37, 2), np.float32)
        pieces.append(out[: ring.read_into(out)])
        time.sleep(0)
    return np.concatenate(pieces)


@pytest.mark.parametrize("frames", [0, 1, 99, 100, 101, 5000])
def test_everything_that_the_source_has_arrives(frames):
    ring = Ring(300, 2)
    feeder = Feeder(Count(frames), as_it_is, ring, sample_rate=1000)
    assert np.array_equal(drained(ring), numbered(0, frames))
    feeder.halt()
    assert feeder.error is None


def test_it_keeps_the_ring_filled_and_reads_no_further_ahead():
    ring, source = Ring(300, 2), Count(10**6)
    feeder = Feeder(source, as_it_is, ring, sample_rate=1000)
    feeder.wait_until_filled()
    for _ in range(5):
        wait_until(lambda: ring.free < 100, seconds=1)
        assert source.at - ring._read <= 300  # none is made before there is room for it
        ring.read_into(np.empty((100, 2), np.float32))
    feeder.halt()


def test_a_block_that_finds_no_room_is_kept_for_another_device():
    ring, source = Ring(250, 2), Count(10**6)

    def late(block, _last):  # as where a rate is changed, which begins late
        return block if source.at == 100 else np.repeat(block, 2, axis=0)

    feeder = Feeder(source, late, ring, sample_rate=1000)
    feeder.wait_until_filled()
    assert (source.at, ring.filled) == (200, 100)
    feeder.halt()
    assert np.array_equal(np.concatenate(feeder.latest(0.1)), numbered(0, 200))


def test_an_error_of_the_source_is_handed_over_after_what_came_before():
    ring = Ring(1000, 2)
    feeder = Feeder(Count(10**6, fails_at=250), as_it_is, ring, sample_rate=1000)
    feeder.wait_until_filled()
    assert wait_until(lambda: feeder.error).args == ("it broke",)
    assert ring.filled == 300
    feeder.halt()


def test_it_halts_promptly_though_the_ring_is_full():
    threads = threading.active_count()
    feeder = Feeder(Count(10**6), as_it_is, Ring(300, 2), sample_rate=1000)
    feeder.wait_until_filled()
    halting = threading.Thread(target=feeder.halt)
    halting.start()
    halting.join(20)
    assert not halting.is_alive()
    assert threading.active_count() == threads


# --- format -----------------------------------------------------------------------------------


def converted(form, sound, rate=RATE, block=2400):
    convert = form.converter(rate)
    blocks = [sound[at : at + block] for at in range(0, len(sound) + 1, block)]
    return np.concatenate([convert(part, part is blocks[-1]) for part in blocks])


def test_a_device_that_takes_it_as_it_is_gets_it_as_it_is():
    assert np.array_equal(converted(Format(RATE, 2), tone(10000)), tone(10000))


@pytest.mark.parametrize(("rate", "frames"), [(44100, 50001), (96000, 48000), (16000, 2400 * 3)])
def test_another_rate_keeps_length_pitch_and_level(rate, frames):
    sound = converted(Format(rate, 2), tone(frames, hertz=440))
    assert len(sound) == pytest.approx(frames * rate / RATE, abs=2)
    expected = tone(len(sound), hertz=440, rate=rate)
    middle = slice(len(sound) // 4, -len(sound) // 4)
    assert np.allclose(sound[middle], expected[middle], atol=1e-3)


def test_one_channel_gets_the_mean_of_both():
    sound = tone(1000)
    sound[:, 1] *= 0.5
    mono = converted(Format(RATE, 1), sound)
    assert mono.shape == (1000, 1)
    assert mono.dtype == np.float32
    assert np.allclose(mono[:, 0], sound.mean(axis=1))
