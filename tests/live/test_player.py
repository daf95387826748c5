"""A device that goes away, comes back as another, or has room for one stream only."""

import threading

import numpy as np
import pytest
from running import wait_until

from voice_guide.live import calls
from voice_guide.live import player as module
from voice_guide.live.player import Player
from voice_guide.live.ring import HANDOVER_SECONDS, KEPT_SECONDS, RISE_SECONDS

RATE = 48000


class Seconds:
    """A source whose samples say how far it is, in seconds."""

    def __init__(self, seconds):
        self.at, self.end = 0, round(seconds * RATE)

    def read(self, frames):
        count = min(frames, self.end - self.at)
        self.at += count
        column = np.arange(self.at - count, self.at, dtype=np.float64)[:, None] / RATE
        return np.repeat(column, 2, axis=1).astype(np.float32)


class Device:
    """PortAudio as far as a player uses it; a test asks for the blocks that a device would."""

    class PortAudioError(Exception):
        pass

    CallbackStop = EOFError

    class Flags:
        output_underflow = False

    def __init__(self):
        self.takes = (RATE, 2)
        self.name = "headphones"
        self.room = 9
        self.streams = []

    def query_devices(self, device=None, kind=None):
        return {"name": self.name, "default_samplerate": self.takes[0]}

    def check_output_settings(self, device, channels, dtype, samplerate):
        if (samplerate, channels) != self.takes:
            raise self.PortAudioError("not that")

    def stream(self, **options):
        if len(self.streams) == self.room:
            raise self.PortAudioError("busy")
        self.streams.append(Stream(self, **options))
        return self.streams[-1]

    OutputStream = stream  # as PortAudio names it

    def _terminate(self):
        pass

    _initialize = _terminate


class Stream:
    def __init__(self, owner, device, channels, latency, callback, finished_callback, **options):
        self.device = device
        self.owner, self.channels, self.latency = owner, channels, latency
        self.callback, self.finished = callback, finished_callback
        self.asking = None

    def start(self):
        pass

    def heard(self, seconds, block=480):
        """What the device gets, a block at a time, the source being given time to fill."""
        pieces = []
        for _ in range(round(seconds * 100)):
            out = np.empty((block, self.channels), np.float32)
            self.owner.until_filled(block)
            try:
                self.callback(out, block, None, self.owner.Flags)
            except self.owner.CallbackStop:
                self.finished()
                return np.concatenate([*pieces, out])
            pieces.append(out)
        return np.concatenate(pieces)

    def abort(self):
        self.finished()

    close = start


@pytest.fixture
def device(monkeypatch):
    device = Device()
    monkeypatch.setattr(module, "load_sounddevice", lambda: device)
    monkeypatch.setattr("voice_guide.live.device.devices", list)
    monkeypatch.setattr(module, "devices", list)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0)
    monkeypatch.setattr(module, "outputs", lambda: None)  # no server that knows of any
    monkeypatch.setattr("voice_guide.live.opened.Watch", Unwatched)
    return device


class Unwatched:
    output = None

    def __init__(self, gone):
        self.stop = list


@pytest.fixture
def playing(device):
    player = Player(Seconds(60), RATE)
    player.start()
    device.until_filled = lambda frames: wait_until(lambda: player._ring.filled >= frames)
    yield player
    player.close()


def came_back(player):
    wait_until(lambda: player.watch() and not player.lost)


@pytest.mark.parametrize("other", [(44100, 2), (RATE, 1), (16000, 1)])
def test_a_device_that_comes_back_as_another_goes_on_from_before_the_break(device, playing, other):
    heard = device.streams[0].heard(2)[-1, 0]
    device.streams[0].finished()
    device.takes = other
    came_back(playing)
    again = device.streams[1].heard(2, block=other[0] // 100)
    risen = round((RISE_SECONDS + 0.1) * other[0])
    at = np.arange(risen, len(again) - risen) / other[0]
    began = again[risen : len(again) - risen, 0] - at
    assert np.ptp(began) < 0.001  # without a gap
    assert heard - KEPT_SECONDS - 0.2 < began[0] <= heard


def test_another_device_is_not_played_on_until_the_first_is_back(device, playing, monkeypatch):
    heard = device.streams[0].heard(1)[-1, 0]
    device.streams[0].finished()
    device.name = "loudspeakers"
    wait_until(lambda: playing.watch() and playing.waiting)
    monkeypatch.setattr(module, "devices", lambda: [{"index": 7, "name": "headphones"}])
    came_back(playing)
    assert not playing.waiting
    assert [stream.device for stream in device.streams] == [None, 7]
    assert device.streams[1].heard(1)[-1, 0] <= heard + 1


@pytest.mark.parametrize("keep_playing", [False, True])
def test_another_device_is_played_on_when_the_listener_wishes(device, keep_playing):
    player = Player(Seconds(60), RATE, keep_playing=keep_playing)
    player.start()
    device.streams[0].finished()
    device.name = "loudspeakers"
    wait_until(lambda: player.watch() and (player.waiting or not player.lost))
    assert player.waiting != keep_playing
    player.go_on()
    came_back(player)
    device.streams[-1].finished()
    device.name = "headphones"  # what it plays on now is what it stays on
    wait_until(lambda: player.watch() and (player.waiting or len(device.streams) > 2))
    assert player.waiting != keep_playing
    player.close()


def test_a_device_whose_server_hangs_holds_up_neither_the_keys_nor_the_end(device, playing):
    answers = threading.Event()
    device.streams[0].abort = answers.wait
    device.streams[0].finished()
    assert playing.watch()
    assert playing.lost
    playing.stop()  # returns
    assert calls.stuck()
    answers.set()
    wait_until(lambda: not calls.stuck())
    assert len(device.streams) == 1


def test_leaving_goes_on_in_a_close_stream_while_the_first_fades(device, playing):
    first = device.streams[0]
    heard = first.heard(1)[-1, 0]
    rise = round(HANDOVER_SECONDS * RATE)
    wait_until(lambda: len(playing._now.outlet.ring.peek(rise)) == rise)
    far = playing._now
    playing.come_close()
    wait_until(lambda: far.outlet._fall is not None)  # asked to leave
    fading = first.heard(0.5)
    wait_until(lambda: playing._now is not far)
    second = device.streams[1]
    rising = second.heard(0.6)
    late = round((first.latency - second.latency) * RATE)
    assert not rising[:late].any()
    both = fading[:rise, 0] + rising[late : late + rise, 0]
    begins = heard + 1 / RATE
    assert np.allclose(both, begins + np.arange(rise) / RATE, atol=1e-3)
    assert np.abs(np.diff(both)).max() < 0.001
    assert playing.watch()
    assert second.latency < 0.05 < first.latency


def test_where_there_is_room_for_one_stream_only_it_stays_in_that(device, playing):
    device.room = 1
    before = device.streams[0].heard(1)[-1, 0]
    playing.come_close()
    assert device.streams[0].heard(1)[-1, 0] == pytest.approx(before + 1)
    assert playing.watch()
