"""Every word proven: what is heard of each line, and what becomes of those in doubt."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from speaking import FakeVoice

from voice_guide.scripting.model import Line
from voice_guide.scripting.words import Word
from voice_guide.voices.cache import ClipCache
from voice_guide.voices.proof import Heard, Verdict, judged, words_of
from voice_guide.voices.proven import ProvenClips
from voice_guide.voices.spoken import SpokenClips

# What is heard against what is written


def verdict(said, heard, begun=0.3, left=0.3):
    """As if every letter were a sound."""
    return judged(Heard(heard, begun, left), words_of(said), words_of(heard))


@pytest.mark.parametrize(
    "heard",
    [
        "Let your feet find the floor.",
        "let your feet, find the floor",
        "Let your feet find the flour.",
        "Let you're feet find the floor.",
        "Let your feet find thefloor.",
        "Let your feet mind the floor.",
    ],
)
def test_a_line_that_was_heard_is_in_no_doubt(heard):
    assert not verdict("Let your feet find the floor.", heard).doubtful


@pytest.mark.parametrize(
    ("heard", "first", "last"),
    [
        ("your feet find the floor", False, True),
        ("Let your feet find the", True, False),
        ("Your feet find the", False, False),
        ("And your feet find the floor.", False, True),
        ("Let your feet find the door step.", True, True),
        ("", False, False),
    ],
)
def test_a_lost_first_or_last_word_is_noticed(heard, first, last):
    found = verdict("Let your feet find the floor.", heard)
    assert (found.first, found.last) == (first, last)
    assert found.doubtful == (not (first and last))


def test_a_line_with_many_other_words_is_in_doubt_whatever_its_ends():
    found = verdict("Let your feet find the floor.", "Let us go and buy a floor.")
    assert (found.first, found.last) == (True, True)
    assert found.wrong >= 3
    assert found.doubtful


def test_words_that_go_on_after_a_line_are_counted():
    heard = "Let your feet find the floor. Thanks for watching, and subscribe to us."
    assert verdict("Let your feet find the floor.", heard).doubtful


@pytest.mark.parametrize(
    ("times", "first", "last"),
    [((0.04, 0.3), False, True), ((0.3, -0.1), True, False), ((0.1, 0.2), True, True)],
)
def test_a_word_that_is_written_where_there_is_no_sound_was_not_heard(times, first, last):
    found = verdict("You are not too much.", "You are not too much.", *times)
    assert (found.first, found.last, found.wrong) == (first, last, 0)


def test_signs_alone_have_no_words_to_be_missed():
    assert not judged(Heard("", 0, 0), [], []).doubtful


def test_very_long_lines_are_compared_in_bounded_time():
    said, heard = [f"a{n}b" for n in range(2000)], [f"c{n}d" for n in range(2000)]
    assert judged(Heard("", 0, 0), said, heard).doubtful


# What becomes of the lines

FEET, OUT = Line("Let your feet, both, find it."), Line("and slowly out.")
MISSED = "what was heard"


class FakeEar:
    """Hears all but what it is told to miss: ``missed`` words of a text in a clip."""

    def __init__(self, language="en", missed=lambda text, clip: 0):
        self.language, self.missed = language, missed
        self.identity = {"ear": "fake"}
        self.heard = []

    def judge(self, texts, clips, sample_rate):
        for text, clip in zip(texts, clips, strict=True):
            self.heard.append(text)
            wrong = self.missed(text, clip)
            yield Verdict(MISSED if wrong else text, not wrong, True, wrong, 6)

    def close(self):
        pass


@pytest.fixture
def clips_of(tmp_path):
    def clips_of(voice):
        clips = SpokenClips(
            [voice], tmp_path, sample_rate=16000, lufs=-18.0, ceiling=0.8, polish="off"
        )
        clips.prepare([FEET, OUT])
        return clips

    return clips_of


@pytest.fixture
def proven(clips_of, monkeypatch):
    """Lets an ear hear the two lines."""
    others = "voice_guide.voices.proven.open_voice"
    monkeypatch.setattr(others, lambda name, language, rate: FakeVoice(name, wanted_rate=rate))

    def proven(ear, voice=None):
        clips = ProvenClips(clips_of(voice or FakeVoice(wanted_rate=100)), ear)
        clips.prepare([FEET, OUT, FEET])
        return clips

    return proven


def misses(missed, *lines):
    return lambda text, clip: missed if text in [line.text for line in lines] else 0


def test_a_line_without_doubt_is_heard_once_and_stays_as_it_was(proven, clips_of):
    clips, usual = proven(ear := FakeEar()), clips_of(FakeVoice(wanted_rate=100))
    assert ear.heard == [FEET.text, OUT.text]
    assert clips.proof.rows() == ["2 lines heard, none in doubt"]
    for line in (FEET, OUT):
        assert np.array_equal(clips.samples(line), usual.samples(line))
        assert clips.frames(line) == usual.frames(line)


def test_another_run_hears_nothing_and_sounds_the_same(proven):
    first = proven(FakeEar(missed=lambda text, clip: 1 + len(clip) % 3))
    again = proven(silent := FakeEar())
    assert silent.heard == []
    assert again.proof == first.proof
    for line in (FEET, OUT):
        assert np.array_equal(first.samples(line), again.samples(line))


def test_a_line_in_doubt_is_said_with_pauses_at_its_marks(proven, clips_of):
    usual = clips_of(FakeVoice(wanted_rate=100))
    ear = FakeEar(missed=lambda text, clip: len(clip) == usual.frames(FEET))
    clips = proven(ear)
    assert ear.heard == [FEET.text, FEET.text, OUT.text]
    assert clips.proof.rows() == ["2 lines heard, 1 said in another way, none in doubt"]
    assert clips.frames(FEET) == len(clips.samples(FEET)) > usual.frames(FEET)
    assert np.array_equal(clips_of(FakeVoice(wanted_rate=100)).samples(FEET), usual.samples(FEET))


def test_without_a_mark_it_is_said_slower_then_faster_and_the_best_take_is_used(proven):
    takes, costs = [], iter([5, 2, 3])

    def missed(text, clip):
        if text != OUT.text:
            return 0
        takes.append(len(clip))
        return next(costs)

    clips = proven(FakeEar(missed=missed))
    usual, slower, faster = takes
    assert faster < usual < slower == clips.frames(OUT)
    assert clips.proof.rows() == [
        "2 lines heard, 1 said in another way, 1 in doubt:",
        f"  warning: written {OUT.text!r}, heard {MISSED!r} (without its first word)",
    ]


def test_a_voice_that_cant_be_asked_for_a_pace_has_the_usual_take(proven):
    clips = proven(ear := FakeEar(missed=misses(1, OUT)), FakeVoice())
    assert ear.heard == [FEET.text, OUT.text]
    assert [doubt.line for doubt in clips.proof.doubts] == [OUT]


def test_a_recording_is_heard_and_never_said_again(proven):
    clips = proven(
        ear := FakeEar(missed=misses(1, FEET, OUT)), FakeVoice(wanted_rate=100, whole=True)
    )
    assert ear.heard == [FEET.text, OUT.text]
    assert clips.proof.rows()[0] == "2 lines heard, 2 in doubt:"


@pytest.mark.parametrize(("whole", "expected"), [(False, "Meet Neev."), (True, "Meet Niamh.")])
def test_a_word_with_another_spelling_should_sound_like_that_except_from_a_person(
    clips_of, whole, expected
):
    line = Line("Meet Niamh.", words=(Word("Niamh", said="Neev"),))
    ear: Any = FakeEar()
    ProvenClips(clips_of(FakeVoice(whole=whole)), ear).prepare([line])
    assert ear.heard == [expected]


def test_a_kept_verdict_that_is_damaged_is_heard_anew(proven, tmp_path):
    proven(FakeEar())
    notes = sorted(tmp_path.rglob("*.note"))
    assert len(notes) == 2
    notes[0].write_bytes(b"{")
    notes[1].write_bytes(notes[1].read_bytes().replace(b"true", b"null"))
    proven(ear := FakeEar())
    assert sorted(ear.heard) == sorted([FEET.text, OUT.text])
    assert ClipCache(tmp_path).size()[0] == 2
    ClipCache(tmp_path).clear()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


# On the command line

TEXT = f"---\npace: 2-3\n---\n\n{FEET.text}\n\n[2 breaths]\n\n{OUT.text}\n"


def test_what_stays_in_doubt_is_listed_with_its_place(folders, guide, written, monkeypatch):
    missed = misses(3, OUT)
    monkeypatch.setattr("voice_guide.voices.ear.Ear", lambda language: FakeEar(language, missed))
    path = written(mine=TEXT)
    options = ("--voice", "espeak", "--tone", "none", "--sample-rate", "16000")
    code, out, err = guide("check", path, "--spoken", *options)
    told = f"{path}:9:1: warning: written {OUT.text!r}, heard {MISSED!r} (without its first word)"
    assert (code, err) == (0, "")
    assert out.splitlines()[-2] == told
    assert out.splitlines()[-1].endswith("no errors, 1 to look at")
    profile = ("--profile", "podcast")
    code, out, err = guide("export", path, "-o", "mine.wav", "--proof", *options, *profile)
    assert code == 0
    assert err.splitlines()[:2] == ["2 lines heard, 1 in doubt:", f"  {told}"]


def test_without_the_recogniser_it_is_told_how_to_get_it(folders, guide, monkeypatch):
    monkeypatch.setattr("voice_guide.voices.ear.NEEDED", ("nothing_of_this_name",))
    code, out, err = guide("export", "one-minute-pause", "--proof", "--voice", "espeak")
    assert (code, out) == (2, "")
    assert "pip install 'voice-guide[proof]'" in err
    assert list(folders.glob("*.wav")) == []


def test_without_a_voice_there_is_nothing_to_prove(folders, guide):
    code, _, err = guide("export", "one-minute-pause", "--proof", "--voice", "none")
    assert code == 2
    assert "no words to prove" in err


def test_without_a_proof_nothing_of_it_is_loaded():
    script = (
        "import sys, voice_guide\n"
        "voice_guide.open_session('one-minute-pause', voice='none').plan()\n"
        "parts = ('voices.proof', '.proven', '.ear')\n"
        "print([name for name in sys.modules if name.endswith(parts)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
