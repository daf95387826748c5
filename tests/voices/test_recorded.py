"""A folder of recordings, as a voice."""

import json

import numpy as np
import pytest
import soundfile
from speaking import LINES, spoken

from voice_guide.errors import VoiceError
from voice_guide.voices import open_voice
from voice_guide.voices.recorded import file_stem, keep, read_index


@pytest.fixture
def recordings(folders):
    """Makes a folder of recordings: tones of a frequency each."""

    def recordings(**files):
        folder = folders / "mine"
        folder.mkdir(exist_ok=True)
        for name, hertz in files.items():
            n = np.arange(3 * 22050)
            sound = 0.2 * np.sin(2 * np.pi * hertz * n / 22050)
            soundfile.write(folder / f"{name.replace('_', '-')}.flac", sound, 22050)
        return folder

    return recordings


def test_a_recording_is_found_by_the_words_in_its_name(recordings):
    recordings(let_your_feet_find_the_floor=300)
    ((clip, rate),) = spoken("recorded:mine", "Let your feet find the floor.")
    assert np.fft.rfftfreq(len(clip), 1 / rate)[np.abs(np.fft.rfft(clip)).argmax()] == (
        pytest.approx(300, 0.02)
    )
    assert file_stem("That’s ENOUGH, café!") == "thats-enough-café"
    assert len(file_stem("word " * 100)) <= 80


def test_a_line_whose_text_changed_is_noticed(recordings):
    """By the index; its file, whatever its name, is no longer taken."""
    folder = recordings(let_your_feet_find_the_floor=300)
    index = {"Let your feet find the floor!": "let-your-feet-find-the-floor.flac"}
    (folder / "lines.json").write_text(json.dumps(index))
    voice = open_voice("recorded:mine", "en", None)
    assert voice.identity(LINES[0]) is None
    (fault,) = voice.speak(LINES[:1])
    assert "what was recorded is 'Let your feet find the floor!'" in str(fault)
    assert voice.identity("Let your feet find the floor!")


@pytest.mark.parametrize(
    ("recorded", "written"),
    [
        ("Don't rush.", "Don’t rush."),
        ("Don’t rush.", "Don´t rush."),
        ("Rest in the cafe\u0301.", "Rest in the café."),
        ("In — and out – now.", "In - and out-now."),
        ("She said “rest”…", 'She said "rest"...'),
        ("ab\u00adso\u00adlute\u00adly here", "absolutely\u00a0here"),
    ],
)
def test_a_line_that_looks_the_same_has_its_recording(recordings, recorded, written):
    folder = recordings(a=300)
    (folder / "lines.json").write_text(json.dumps({recorded: "a.flac"}))
    voice = open_voice("recorded:mine", "en", None)
    assert voice.identity(written)
    assert isinstance(next(iter(voice.speak([written]))), bytes)
    assert voice.identity(written.replace(".", "?").replace("here", "there")) is None
    keep(folder, written, np.zeros(800, np.float32), 8000)  # and takes its place
    assert list(read_index(folder)) == [" ".join(written.split())]


@pytest.mark.parametrize("index", ["{", "[]", '{"a": 3}', '{"a": "../b.wav"}', '{"a": ""}'])
def test_a_damaged_index_is_told(recordings, index):
    (recordings() / "lines.json").write_text(index)
    with pytest.raises(VoiceError, match=r"lines\.json"):
        open_voice("recorded:mine", "en", None)


def test_a_damaged_recording_is_told_by_its_name(recordings):
    folder = recordings(breathing_in=300)
    (folder / "breathing-in.flac").write_bytes(b"no sound")
    (fault,) = open_voice("recorded:mine", "en", None).speak(["Breathing in"])
    assert str(fault).startswith("mine/breathing-in.flac can't be read as sound: ")


def test_another_recording_of_a_line_is_another_clip(recordings):
    recordings(breathing_in=300)
    before = open_voice("recorded:mine", "en", None).identity("Breathing in")
    assert before
    recordings(breathing_in=400)
    assert open_voice("recorded:mine", "en", None).identity("Breathing in") != before


def test_what_is_not_recorded_is_spoken_by_the_next(recordings, guide):
    recordings(let_your_feet_find_the_floor=300)
    options = ("--tone", "none", "-o", "a.wav", "--overwrite")
    code, _, err = guide("export", "one-minute-pause", "--voice", "recorded:mine", *options)
    assert code == 1
    assert "there is no recording of it" in err
    code, out, err = guide("export", "one-minute-pause", "--voice", "recorded:mine,auto", *options)
    assert (code, err) == (0, "")
    assert "voice recorded:mine and espeak at" in out
