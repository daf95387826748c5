"""The clips of a session's lines: made once, kept, handed out by line."""

import io
import os

import numpy as np
import pytest
import soundfile

from voice_guide.errors import SpeechError
from voice_guide.script import Line
from voice_guide.voices.clips import SpokenClips
from voice_guide.voices.worker import WorkerFault

RATE = 22050


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


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
        options = {"sample_rate": 48000, "lufs": -18.0, "ceiling": 0.8, "polish": "off", **options}
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
        {"polish": "light"},
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
