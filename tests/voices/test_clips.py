"""The clips of a session's lines: made once, kept, handed out by line."""

import io
import os

import numpy as np
import pytest
import soundfile
from speaking import RATE, FakeVoice

from voice_guide.errors import SpeechError
from voice_guide.scripting.model import Line
from voice_guide.voices.spoken import SpokenClips
from voice_guide.voices.workers import WorkerFault


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


IN, OUT = Line("Breathing in", "in"), Line("and slowly out.", "out")


@pytest.fixture
def clips_of(tmp_path):
    def clips_of(*voices, **options):
        options = {"sample_rate": 48000, "lufs": -18.0, "ceiling": 0.8, "polish": "off", **options}
        return SpokenClips(voices, tmp_path / "clips", **options)

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


def test_what_was_made_is_counted_against_the_limit_whatever_was_there_already(clips_of, tmp_path):
    before, after = clips_of(FakeVoice()), clips_of(FakeVoice(), limit=1)
    before.prepare([IN])
    for file in files(tmp_path):
        os.utime(file, (0, 0))  # long ago
    after.prepare([OUT])
    after.prepare([OUT])
    after.close()
    assert not clips_of(FakeVoice()).recall([IN])
    assert clips_of(FakeVoice()).recall([OUT])


@pytest.mark.parametrize(
    "other",
    [
        {"sample_rate": 44100},
        {"lufs": -19.0},
        {"ceiling": 0.7},
        {"polish": "light"},
        {"voice": FakeVoice(rate=90)},
        {"voice": FakeVoice("fake 2")},
    ],
)
def test_whatever_shapes_the_sound_makes_another_clip(clips_of, other):
    clips_of(FakeVoice()).prepare([IN])
    voice = other.get("voice", FakeVoice())
    options = {name: value for name, value in other.items() if name != "voice"}
    clips_of(voice, **options).prepare([IN, IN])
    assert voice.asked == [IN.text]


def test_another_way_of_preparing_makes_another_clip(clips_of, monkeypatch):
    clips_of(FakeVoice()).prepare([IN])
    monkeypatch.setattr("voice_guide.voices.prepare.PREPARATION", -1)
    voice = FakeVoice()
    clips_of(voice).prepare([IN])
    assert voice.asked == [IN.text]


def damage(path):
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def test_an_entry_that_was_cut_short_is_made_again_before(clips_of, tmp_path):
    clips_of(FakeVoice()).prepare([IN, OUT])
    cut = files(tmp_path)[0]
    cut.write_bytes(cut.read_bytes()[:-1])
    voice = FakeVoice()
    clips_of(voice).prepare([IN, OUT])
    assert len(voice.asked) == 1


@pytest.mark.parametrize("harm", [os.unlink, lambda path: path.write_bytes(b""), damage])
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


@pytest.mark.parametrize("rate", [80, 120])
def test_what_is_said_otherwise_when_it_is_made_again_keeps_to_its_time(clips_of, tmp_path, rate):
    voice = FakeVoice()
    clips = clips_of(voice)
    clips.prepare([IN])
    before = clips.samples(IN)
    voice.wanted_rate = rate
    damage(files(tmp_path)[0])
    again = clips.samples(IN)
    assert len(again) == len(before) == clips.frames(IN)
    assert np.abs(again).max() > 0.1
    assert np.abs(again[-480:]).max() < 0.05, "no word breaks off"


def test_what_can_not_be_made_again_is_left_out_and_told(clips_of, tmp_path):
    voice = FakeVoice()
    clips = clips_of(voice)
    clips.prepare([IN, OUT])
    voice.faults = {line.text: WorkerFault("it is gone") for line in (IN, OUT)}
    for path in files(tmp_path):
        damage(path)
    assert not clips.samples(IN).any()
    assert len(clips.samples(OUT)) == clips.frames(OUT)
    assert "a line is missing, as its clip was damaged, and" in clips.notes[0]
    assert IN.text in clips.notes[0]


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
        (b"nonsense", "its audio can't be read as sound"),
        (SILENCE.getvalue(), "its audio is silent"),
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
        f"the voice 'fake' could not speak 'and slowly out.': {reason}.\n"
        "Try other words, another --voice or --rate, --fallback to let another voice speak "
        "what this one can't, or --voice none for the breath alone."
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


# Several voices


def test_each_line_is_spoken_by_the_first_voice_that_has_it(clips_of):
    own, other = FakeVoice("own"), FakeVoice("other")
    own.lacks = {OUT.text}
    clips = clips_of(own, other)
    clips.prepare([OUT, IN])
    assert (own.asked, other.asked) == ([IN.text], [OUT.text])
    assert clips.spoken_by == ["other", "own"]
    assert clips.notes == []
    own.lacks = set()  # it has been added since: what the other has spoken is not taken for it
    assert not clips_of(own, other).recall([OUT])


def test_without_fallback_no_other_voice_speaks_what_one_can_not(clips_of):
    own, other = FakeVoice("own"), FakeVoice("other")
    own.faults[OUT.text] = WorkerFault("no answer in 20 s")
    with pytest.raises(SpeechError, match=r"'own' could not speak (.|\n)* --fallback"):
        clips_of(own, other).prepare([IN, OUT])
    assert other.asked == []


def test_with_fallback_the_next_voice_speaks_a_line_and_it_is_noted(clips_of):
    own, other, last = FakeVoice("own"), FakeVoice("other"), FakeVoice("last")
    own.faults[OUT.text] = other.faults[OUT.text] = WorkerFault("no answer in 20 s")
    clips = clips_of(own, other, last, fallback=True)
    clips.prepare([IN, OUT, Line("Breathing on")])
    assert last.asked == [OUT.text]
    assert clips.spoken_by == ["own", "last"]
    first, second = clips.notes
    assert first.startswith("the voice 'own' could not speak 'and slowly out.': no answer in 20 s.")
    assert "'other' spoke it instead." in first
    assert "'last' spoke it instead." in second
    assert not clips_of(own).recall([OUT])  # it is asked again another time
    assert clips_of(last).recall([OUT])


def test_a_voice_that_fails_twice_is_asked_no_more(clips_of):
    own, other = FakeVoice("own"), FakeVoice("other")
    lines = [Line(f"Breathing in {number}") for number in range(20)]
    own.faults = {line.text: WorkerFault("it crashed (exit 3)") for line in lines}
    clips, told = clips_of(own, other, fallback=True), []
    clips.prepare([IN, *lines], lambda *progress: told.append(progress))
    assert other.asked[-len(lines) + 1 :] == [line.text for line in lines[1:]]
    assert len(clips.notes) == 2
    assert clips.notes[1].endswith("'other' spoke it instead, and everything after it.")
    assert [done for done, _ in told] == list(range(len(lines) + 2))
    assert clips.samples(IN).any()  # made before it failed


def test_a_line_that_no_voice_can_speak_is_told_with_the_last_reason(clips_of):
    own, other = FakeVoice("own"), FakeVoice("other")
    own.faults[OUT.text] = other.faults[OUT.text] = WorkerFault("it crashed (exit 3)")
    clips, failed = clips_of(own, other, fallback=True), []
    clips.prepare([OUT, IN], failed=failed.append)
    assert "'other' could not speak 'and slowly out.'" in str(failed[0])
    assert clips.spoken_by == ["own"]


# What is said inside


def test_what_is_said_inside_is_another_clip_and_3_lu_softer(clips_of):
    clips, aside = clips_of(FakeVoice()), Line("Breathing in", inner=True)
    clips.prepare([IN, aside])
    outer, inner = clips.samples(IN), clips.samples(aside)
    level = 20 * np.log10(np.std(inner) / np.std(outer))
    assert level == pytest.approx(-3, abs=0.1)


def test_what_is_said_inside_may_have_a_voice_of_its_own(clips_of):
    own, other = FakeVoice("own"), FakeVoice("other")
    clips = clips_of(own, wished={"its own": [other]})
    clips.prepare([IN, Line("I can stay.", inner=True, voice="its own")])
    assert (own.asked, other.asked) == ([IN.text], ["I can stay."])


# What is given to another voice


@pytest.mark.parametrize("fallback", [False, True])
def test_what_a_wished_voice_can_not_speak_is_told_and_with_fallback_spoken_all_the_same(
    clips_of, fallback
):
    own, other, line = FakeVoice("own"), FakeVoice("other"), Line("I can stay.", voice="theirs")
    other.faults[line.text] = WorkerFault("it crashed (exit 3)")
    clips, failed = clips_of(own, wished={"theirs": [other]}, fallback=fallback), []
    clips.prepare([line], failed=failed.append)
    assert own.asked == ([line.text] if fallback else [])
    (told,) = clips.notes if fallback else map(str, failed)
    assert "the voice 'other' could not speak 'I can stay.': it crashed (exit 3)" in told


def test_the_same_words_of_two_voices_are_two_clips(clips_of):
    own, other = FakeVoice("own"), FakeVoice("other")
    clips = clips_of(own, wished={"theirs": [other]})
    clips.prepare([IN, Line(IN.text, voice="theirs"), IN])
    assert (own.asked, other.asked) == ([IN.text], [IN.text])
    clips.close()
    assert (own.closed, other.closed) == (1, 1)
