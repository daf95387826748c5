"""Counted breaths: each whole second of a phase has its number, on the second."""

import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from placing import cases, check_tiling, cues, examples, line_cues, paces

from voice_guide.pace.pace import Pace
from voice_guide.pace.ramp import Ramp, Variation
from voice_guide.plan.timeline import GAP_SECONDS, Timeline
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import MORE_NUMBERS, Count, Line, Script, Section, count_rests
from voice_guide.scripting.parse import parse
from voice_guide.session import open_session
from voice_guide.settings import Settings

RATE = 48000


def place(text, pace="4-6", word=0.8, count=False, **how):
    """The breaths of a script whose lines last two seconds, and its numbers ``word`` seconds."""
    script = parse(text, "mine.md")
    script = count_rests(script) if count else script
    timeline = Timeline(
        *(script, Pace.parse(pace), RATE),
        lambda line: round((word if line.text.isdigit() else 2) * RATE),
        **how,
    )
    return list(timeline)


def numbers(breath):
    lines = (cue.item for cue in breath.cues if isinstance(cue.item, Line))
    return [line.text for line in lines if line.text.isdigit()]


def counted(breaths):
    return [breath.number for breath in breaths if numbers(breath)]


@examples(60)
@given(paces(), paces(), st.sampled_from([0.0, 8.0]))
def test_every_whole_second_of_every_phase_is_counted_on_the_second(pace, start, percent):
    how = {"ramp": Ramp(start, Fraction(20)), "variation": Variation(percent)}
    breaths = [b for b in place("[count 6 breaths]", str(pace), 0.5, **how) if b.cues]
    assert len(breaths) == 6 or percent, "a phase may be shorter than a second"
    for breath in breaths:
        said = [(cue.item.text, cue.start) for cue in breath.cues]
        for start, frames in zip(turns_of(breath), breath.phases, strict=False):
            seconds = frames / RATE  # a phase that ends on a second is rounded up, or down
            for second in range(int(seconds + 1 / RATE)):
                near = [text for text, at in said if abs(at - start - second * RATE) <= 1]
                assert near == [str(second + 1)] or seconds - second - 1 <= 1 / RATE
        assert len(said) <= sum(int((frames + 1) / RATE) for frames in breath.phases)


def turns_of(breath):
    return list(itertools.accumulate(breath.phases, initial=breath.start))


def test_a_count_begins_with_the_next_whole_breath_and_lasts_as_many_as_it_says():
    breaths = place("Hi.\n\n[count 3 breaths]\n\nBye.\n\n[count]")
    assert counted(breaths) == [1, 2, 3, 5]
    assert numbers(breaths[1]) == [*"1234", *"123456"]
    assert [cue.item.anchor for cue in breaths[1].cues] == ["in"] * 4 + ["out"] * 6
    assert [cue.item.text for cue in breaths[4].cues] == ["Bye."]


def test_halves_of_seconds_and_holds():
    breaths = place("[count]", "2.5-1-3.9-0.5")
    assert numbers(breaths[1]) == ["1", "2", "1", "1", "2", "3"]
    assert [cue.item.anchor for cue in breaths[1].cues] == ["in", "in", "hold", "out", "out", "out"]


@pytest.mark.parametrize(("word", "said"), [(1.4, 6), (1.6, 3), (2.6, 2)])
def test_a_number_that_has_no_room_is_left_out_and_the_others_stay_on_their_second(word, said):
    (breath,) = [b for b in place("[count]", "2.9-6", word) if b.cues]
    said_out = [cue for cue in breath.cues if cue.item.anchor == "out"]
    first = breath.start + breath.inhale
    assert all(cue.start == first + RATE * (int(cue.item.text) - 1) for cue in said_out)
    ends = [cue.end - 0.5 * RATE for cue in breath.cues]
    assert all(cue.start >= end for cue, end in zip(breath.cues[1:], ends, strict=False))
    assert len(said_out) == said


@examples(60)
@given(cases(), st.data())
def test_numbers_keep_away_from_lines(case, data):
    """Whatever lies around them, with the gap that lies between any two lines."""
    items = list(case.script.items())
    items.insert(data.draw(st.integers(0, len(items))), Count(data.draw(st.integers(1, 3))))
    script = count_rests(Script("Counted", (Section("s", tuple(items)),)))
    length = data.draw(st.integers(1, case.rate))

    def clip(line):
        return length if line.text.isdigit() else case.clip(line)

    timeline = Timeline(script, case.pace, case.rate, clip)
    breaths = list(timeline)
    check_tiling(breaths)
    said = line_cues(breaths)
    assert [cue.item for cue in said if not cue.item.text.isdigit()] == list(case.script.lines())
    for before, after in itertools.pairwise(said):
        if not (before.item.text.isdigit() and after.item.text.isdigit()):
            assert after.start - before.end >= GAP_SECONDS * case.rate - 1


def test_a_listener_hears_the_second_breath_of_each_longer_rest_counted():
    text = "Hi.\n\n[2 breaths]\n\nOne.\n\n[3 breaths]\n\nTwo.\n\n[5 breaths]\n\nBye.\n\n[9 breaths]"
    plain, breaths = place(text), place(text, count=True)
    assert len(plain) == len(breaths)
    rests = [b.number for b in plain if not b.cues]
    assert rests[:10] == [1, 2, 4, 5, 6, 8, 9, 10, 11, 12]
    assert counted(breaths) == [5, 9], "not after the last words"
    left = [cue for cue in cues(breaths) if not cue.item.text.isdigit()]
    assert left == cues(plain)


def test_a_count_waits_for_its_words():
    made = []
    script = parse("[count]", "mine.md")
    timeline = Timeline(script, Pace.parse("4-6"), RATE, lambda line: 100 if made else None)
    assert [next(timeline).cues for _ in range(4)] == [()] * 4
    made.append(True)
    assert len(next(timeline).cues) == 10


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_number_starts_within_25_ms_of_its_second(tmp_path, guide, language):
    """In the audio alone: at six breaths a minute the counted breaths begin at 10 and 20 s."""
    script, wav = tmp_path / "count.md", tmp_path / "count.wav"
    script.write_text(f"---\nlanguage: {language}\n---\nHi.\n\n[count 2 breaths]\n")
    code, _, message = guide("export", str(script), "-o", str(wav), "--tone=none")
    assert code == 0, message
    sound, rate = soundfile.read(wav)
    hop = rate // 500
    power = np.mean(sound[: len(sound) // hop * hop, 0].reshape(-1, hop) ** 2, axis=1)
    level = 10 * np.log10(power + 1e-12)
    errors = []
    for second in range(10, 30):
        word = level[second * 500 - 100 : second * 500 + 400]
        onset = np.argmax(word > word.max() - 44)
        errors.append((onset - 100) / 500)
    assert np.abs(errors).max() <= 0.025


def test_only_what_counts_has_its_numbers_made():
    def made(name, **options):
        return [
            n.text for n in open_session(load(name), Settings(voice="none", **options)).numbers()
        ]

    assert made("arrival") == []

    def up_to(last):
        return [str(number) for number in range(1, last + 1)]

    short, ramp = Pace.parse("2-3"), Ramp.parse("4-5:2m")
    assert made("arrival", count=True) == up_to(6 + MORE_NUMBERS)
    assert made("arrival", count=True, pace=short) == up_to(3 + MORE_NUMBERS)
    assert made("arrival", count=True, pace=short, ramp=ramp) == up_to(5 + MORE_NUMBERS)


def test_a_session_that_counts_keeps_its_length(guide):
    code, out, _ = guide("show", "--voice=none", "--minutes=12", "--count")
    assert code == 0
    minutes, seconds = re.search(r": (\d+):(\d+),", out).groups()
    assert abs(int(minutes) * 60 + int(seconds) - 720) <= 5.5
    assert re.search(r"in\s+1\n.*in\s+2\n.*in\s+3\n.*in\s+4\n.*out\s+1\n", out)


# where nothing is counted


def notes(script, **options):
    session = open_session(script, Settings(count=True, **options))
    session.speak()
    return session, [note for note in session.notes if "nothing is counted" in note]


@pytest.mark.parametrize("name", ["stay-present", "one-minute-pause"])
def test_a_length_at_which_no_rest_is_long_enough_is_answered_with_one_that_is(name):
    session, (note,) = notes(load(name))
    assert not counted(session.plan().breaths)
    (minutes,) = map(int, re.findall(r"no rest has 3 breaths; .*--minutes (\d+)\.", note))
    longer, none = notes(load(name), minutes=minutes)
    assert none == []
    assert counted(longer.plan().breaths)


def test_a_script_whose_rests_are_always_short_is_told_as_such():
    _, (note,) = notes(parse("Hi.\n\n[1-2 breaths]\n\nBye.\n\n[9 breaths]", "mine.md"))
    assert "no rest has 3 breaths, however long" in note


def test_without_a_voice_nothing_is_counted_and_with_a_long_rest_nothing_is_said():
    script = parse("Hi.\n\n[3 breaths]\n\nBye.", "mine.md")
    assert notes(script)[1] == []
    _, (note,) = notes(script, voice="none")
    assert "there is no voice" in note


@pytest.mark.parametrize("command", ["export", "show"])
def test_it_is_said_by_the_command(guide, folder, command):
    code, _, err = guide(command, "one-minute-pause", "--count")
    assert code == 0
    assert "Note: nothing is counted, as no rest has 3 breaths" in err
