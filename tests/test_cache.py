"""Clips kept between runs, and handed out by line."""

import contextlib
import io
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from voice_guide.errors import SpeechError
from voice_guide.script import Line
from voice_guide.voices import cache as cache_module
from voice_guide.voices.cache import ClipCache, key_of
from voice_guide.voices.clips import SpokenClips
from voice_guide.voices.worker import WorkerFault

RATE = 22050
CLIP = np.sin(np.arange(500, dtype=np.float32))
KEY = key_of(text="That's enough.")


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def cache(tmp_path):
    return ClipCache(tmp_path / "clips")


@pytest.fixture
def entry(cache, tmp_path):
    """The file of a clip."""
    cache.put(KEY, CLIP)
    (path,) = files(tmp_path)
    return path


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=50))
def test_what_is_put_is_what_another_run_gets(tmp_path_factory, samples):
    folder, clip = tmp_path_factory.mktemp("clips"), np.array(samples, np.float32)
    ClipCache(folder).put(KEY, clip)
    found = ClipCache(folder).get(KEY)
    assert found.dtype == np.float32
    assert np.array_equal(found, clip)


def test_what_was_never_put_is_absent(cache):
    assert cache.get(KEY) is None


def test_any_flipped_bit_makes_an_entry_absent(cache, entry):
    data = entry.read_bytes()
    for position in range(len(data)):
        flipped = bytearray(data)
        flipped[position] ^= 1 << position % 8
        entry.write_bytes(flipped)
        assert cache.get(KEY) is None
    entry.write_bytes(data)
    assert np.array_equal(cache.get(KEY), CLIP)


def test_an_entry_that_is_cut_short_or_too_long_is_absent(cache, entry):
    data = entry.read_bytes()
    for length in range(len(data)):
        entry.write_bytes(data[:length])
        assert cache.get(KEY) is None
    for tail in (b"\0", bytes(4), data):
        entry.write_bytes(data + tail)
        assert cache.get(KEY) is None


def test_an_entry_that_can_not_be_read_is_absent_and_kept_in_memory_when_made_again(cache, entry):
    entry.unlink()
    entry.mkdir()
    (entry / "in the way").touch()
    assert cache.get(KEY) is None
    cache.put(KEY, CLIP)
    assert np.array_equal(cache.get(KEY), CLIP)


def test_a_damaged_entry_is_replaced(cache, entry):
    entry.write_bytes(b"damaged")
    cache.put(KEY, CLIP)
    assert np.array_equal(cache.get(KEY), CLIP)


def test_nothing_but_the_entry_is_left(cache, entry, tmp_path):
    assert files(tmp_path) == [entry]


@pytest.mark.parametrize("interruption", [OSError, KeyboardInterrupt])
def test_an_entry_is_there_whole_or_not_at_all(cache, tmp_path, monkeypatch, interruption):
    def interrupted(*_):
        raise interruption

    with monkeypatch.context() as patch:
        patch.setattr(cache_module.os, "replace", interrupted)
        with contextlib.suppress(KeyboardInterrupt):
            cache.put(KEY, CLIP)
    assert files(tmp_path) == []
    assert ClipCache(tmp_path / "clips").get(KEY) is None


def test_a_folder_that_can_not_be_made_keeps_clips_in_memory(tmp_path):
    (tmp_path / "clips").write_text("a file is in the way")
    cache = ClipCache(tmp_path / "clips")
    cache.put(KEY, CLIP)
    assert np.array_equal(cache.get(KEY), CLIP)
    assert ClipCache(tmp_path / "clips").get(KEY) is None


def test_a_full_disk_keeps_clips_in_memory_and_leaves_nothing(tmp_path):
    """A process that may write no file larger than 1000 bytes; the clip has 2000."""
    script = f"""
import resource
from pathlib import Path
import numpy as np
from voice_guide.voices.cache import ClipCache
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
cache = ClipCache(Path({str(tmp_path)!r}))
cache.put({KEY!r}, np.ones(500, np.float32))
assert cache.get({KEY!r}).sum() == 500
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert files(tmp_path) == []


def test_two_processes_at_once_leave_a_whole_entry(tmp_path):
    script = f"""
import sys
from pathlib import Path
import numpy as np
from voice_guide.voices.cache import ClipCache
cache = ClipCache(Path({str(tmp_path)!r}))
sys.stdin.readline()
for _ in range(200):
    cache.put({KEY!r}, np.full(20_000, int(sys.argv[1]), np.float32))
    assert len(set(cache.get({KEY!r}))) == 1
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", script, number], stdin=subprocess.PIPE)
        for number in "12"
    ]
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    for writer in writers:
        writer.stdin.close()
    assert len(files(tmp_path)) == 1
    assert set(ClipCache(tmp_path).get(KEY)) in ({1.0}, {2.0})


class FakeVoice:
    """Speaks a tone, as long as the text says; notes what it was asked for."""

    def __init__(self, **identity):
        self.identity = {"engine": "fake", **identity}
        self.asked = []
        self.closed = 0
        self.faults = {}

    def speak(self, texts):
        self.asked += texts
        for text in texts:
            yield self.faults.get(text) or self.file_of(text)

    def file_of(self, text):
        n = np.arange(round((0.5 + 0.1 * len(text)) * RATE))
        file = io.BytesIO()
        soundfile.write(file, 0.3 * np.sin(0.06 * n), RATE, format="WAV")
        return file.getvalue()

    def close(self):
        self.closed += 1


IN, OUT = Line("Breathing in", "in"), Line("and slowly out.", "out")


@pytest.fixture
def clips_of(tmp_path):
    def clips_of(voice, **options):
        options = {"sample_rate": 48000, "lufs": -18.0, "ceiling": 0.8, **options}
        return SpokenClips(voice, "fake", tmp_path / "clips", **options)

    return clips_of


def test_a_line_that_is_said_twice_is_spoken_once(clips_of):
    voice, told = FakeVoice(), []
    clips = clips_of(voice)
    clips.prepare([IN, OUT, IN, Line("Breathing in")], lambda *progress: told.append(progress))
    assert voice.asked == [IN.text, OUT.text]
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert len(clips.samples(IN)) == clips.frames(IN) > 48000
    assert clips.frames(Line("never prepared")) is None


def test_another_run_speaks_nothing_and_has_the_same_clips(clips_of):
    cold, warm = clips_of(FakeVoice()), clips_of(silent := FakeVoice())
    cold.prepare([IN, OUT])
    warm.prepare([IN, OUT])
    assert silent.asked == []
    for line in (IN, OUT):
        assert np.array_equal(cold.samples(line), warm.samples(line))
        assert cold.frames(line) == warm.frames(line)


@pytest.mark.parametrize(
    "other",
    [
        {"sample_rate": 44100},
        {"lufs": -19.0},
        {"ceiling": 0.7},
        {"voice": FakeVoice(rate=90)},
        {"voice": FakeVoice(engine="fake 2")},
    ],
)
def test_whatever_shapes_the_sound_makes_another_clip(clips_of, other):
    clips_of(FakeVoice()).prepare([IN])
    options = {"voice": FakeVoice(), **other}
    clips_of(**options).prepare([IN, IN])
    assert options["voice"].asked == [IN.text]


def test_another_way_of_preparing_makes_another_clip(clips_of, monkeypatch):
    clips_of(FakeVoice()).prepare([IN])
    monkeypatch.setattr("voice_guide.voices.prepare.PREPARATION", -1)
    voice = FakeVoice()
    clips_of(voice).prepare([IN])
    assert voice.asked == [IN.text]


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2) | st.text("ab", max_size=2)))
def test_keys_are_equal_only_when_everything_is(identity):
    assert key_of(**identity) == key_of(**dict(reversed(identity.items())))
    for name in identity:
        assert key_of(**identity) != key_of(**{**identity, name: "another"})
        assert key_of(**identity) != key_of(**{n: v for n, v in identity.items() if n != name})


def test_a_damaged_entry_is_noticed_and_made_again_before(clips_of, tmp_path):
    clips_of(FakeVoice()).prepare([IN, OUT])
    damaged = files(tmp_path)[0]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    voice = FakeVoice()
    clips_of(voice).prepare([IN, OUT])
    assert len(voice.asked) == 1


@pytest.mark.parametrize("harm", [os.unlink, lambda path: path.write_bytes(b"")])
def test_an_entry_that_is_harmed_while_it_is_needed_is_made_again(clips_of, tmp_path, harm):
    voice = FakeVoice()
    clips = clips_of(voice)
    clips.prepare([IN])
    clips.close()
    before = clips.samples(IN).copy()
    harm(files(tmp_path)[0])
    assert np.array_equal(clips.samples(IN), before)
    assert voice.asked == [IN.text] * 2
    assert voice.closed == 2  # what spoke again does not stay
    assert np.array_equal(clips_of(FakeVoice()).samples(IN), before)


def test_a_long_line_is_spoken_in_parts_and_is_one_clip(clips_of):
    voice = FakeVoice()
    clips = clips_of(voice)
    long = Line("Let it be as it is. " * 30)
    clips.prepare([IN, long, OUT])
    first, *parts, last = voice.asked
    assert (first, last) == (IN.text, OUT.text)
    assert len(parts) == 2
    spoken = sum(0.5 + 0.1 * len(part) for part in parts) + 0.35
    assert clips.frames(long) == pytest.approx(spoken * 48000, rel=0.01)


SILENCE = io.BytesIO()
soundfile.write(SILENCE, np.zeros(RATE), RATE, format="WAV")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (WorkerFault("no answer in 20 s"), "no answer in 20 s"),
        (b"nonsense", "the engine returned no audio file"),
        (SILENCE.getvalue(), "the engine returned silence"),
    ],
)
def test_a_line_that_can_not_be_spoken_is_named_with_voice_reason_and_advice(
    clips_of, tmp_path, answer, reason
):
    voice = FakeVoice()
    voice.faults[OUT.text] = answer
    with pytest.raises(SpeechError) as caught:
        clips_of(voice).prepare([IN, OUT])
    assert str(caught.value) == (
        f"the voice 'fake' could not speak 'and slowly out.': {reason}. "
        "Try other words, another --rate, or --voice none for the breath alone."
    )
    assert len(files(tmp_path)) == 1  # the line that could be spoken is kept


def test_a_line_that_can_not_be_spoken_may_be_left_out(clips_of):
    """A listener would rather hear the rest: a second of quiet is in its place."""
    voice, told, failed = FakeVoice(), [], []
    voice.faults[OUT.text] = WorkerFault("no answer in 20 s")
    clips = clips_of(voice)
    clips.prepare([OUT, IN], lambda *progress: told.append(progress), failed.append)
    assert [type(error) for error in failed] == [SpeechError]
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert clips.frames(OUT) == 48000
    assert not clips.samples(OUT).any()
    assert clips.samples(IN).any()
    assert clips_of(FakeVoice()).recall([IN])
    assert not clips_of(FakeVoice()).recall([IN, OUT])  # it is tried again another time
