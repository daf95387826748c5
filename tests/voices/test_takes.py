"""Takes: the voice in them, found and checked; files, matched to lines."""

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import noise
from speaking import spoken

from voice_guide.settings import Settings
from voice_guide.voices.prepare import decode
from voice_guide.voices.recorded import file_stem
from voice_guide.voices.takes import (
    PRE_ROLL_SECONDS,
    RELEASE_SECONDS,
    SILENCE_SECONDS,
    WAIT_SECONDS,
    BadTakeError,
    Take,
    match,
    trim,
)

RATE = 22050
LINE = "Let your feet find the floor."
NEAR = 0.12
"""Seconds; a word begins and ends softly."""


@pytest.fixture(scope="module")
def voice():
    """A line as it is spoken, float32 (frames,), peak 0.4; no silence around it."""
    ((clip, rate),) = spoken("espeak", LINE, rate=150)
    assert rate == RATE
    last = np.flatnonzero(np.abs(clip) > 0.01 * np.abs(clip).max())[-1]
    return clip[: last + 1] * np.float32(0.4 / np.abs(clip).max())


def said(voice, before, after, dbfs=-80.0, seed=1):
    """A take: the noise of a room, and a voice in it."""
    frames = [round(seconds * RATE) for seconds in (before, after)]
    take = noise(dbfs, (sum(frames) + len(voice)) / RATE, RATE, seed)
    take = np.resize(take, sum(frames) + len(voice)).astype(np.float32)
    take[frames[0] : frames[0] + len(voice)] += voice
    return take


def heard(take, block=512):
    """How many seconds of a take are recorded until it ends by itself; None if it doesn't."""
    listening, at = Take(RATE, LINE), 0
    while not listening.ended:
        if at >= len(take):
            return None
        listening.hear(take[at : at + block])
        at += block
    assert np.array_equal(listening.samples(), take[:at])
    return at / RATE


# Where the voice is


@settings(deadline=None)
@given(
    before=st.floats(0.3, 3),
    after=st.floats(0.5, 3),
    dbfs=st.floats(-90, -58),
    seed=st.integers(0, 99),
)
def test_a_take_is_cut_to_the_voice_whole_and_softly(voice, before, after, dbfs, seed):
    take = said(voice, before, after, dbfs, seed)
    made = trim(take, RATE, LINE)
    clip = made.samples.astype(float)
    assert made.faults == ()
    assert clip[0] == 0
    assert clip[-1] == 0
    around = PRE_ROLL_SECONDS + RELEASE_SECONDS
    assert abs(len(clip) - len(voice)) / RATE <= around + NEAR
    energy = [(sound.astype(float) ** 2).sum() for sound in (clip, voice)]
    assert energy[0] > 0.99 * energy[1]


@settings(deadline=None)
@given(shift=st.integers(0, RATE))
def test_the_same_take_later_is_the_same_voice(voice, shift):
    shift -= shift % 441  # whole hops, two of them
    first, later = (trim(said(voice, 0.5 + s / RATE, 1), RATE, LINE) for s in (0, shift))
    assert abs(len(first.samples) - len(later.samples)) <= 0.02 * RATE


@pytest.mark.parametrize("at", [0.1, -0.2])
def test_the_click_of_a_key_is_no_voice(voice, at):
    take = said(voice, 1, 1)
    place = round(at * RATE) % len(take)
    take[place : place + round(0.03 * RATE)] += np.float32(0.3)
    made = trim(take, RATE, LINE)
    assert len(made.samples) / RATE < len(voice) / RATE + PRE_ROLL_SECONDS + RELEASE_SECONDS + NEAR


def test_the_hum_of_the_mains_is_neither_voice_nor_noise(voice):
    take = said(voice, 1, 1)
    hum = 0.03 * np.sin(2 * np.pi * 50 / RATE * np.arange(len(take)))
    made, without = (trim(sound, RATE, LINE) for sound in (take + hum.astype(np.float32), take))
    assert made.faults == ()
    assert abs(len(made.samples) - len(without.samples)) <= 0.03 * RATE


def test_a_file_that_is_trimmed_already_loses_nothing(voice):
    assert len(trim(voice, RATE, LINE).samples) >= len(voice) - 0.05 * RATE


@settings(deadline=None, max_examples=20)
@given(dbfs=st.floats(-90, -45), before=st.floats(0.3, 5))
def test_a_take_ends_by_itself_two_seconds_after_the_voice(voice, dbfs, before):
    end = before + len(voice) / RATE
    recorded = heard(said(voice, before, SILENCE_SECONDS + 1, dbfs))
    assert end + SILENCE_SECONDS - 2 * NEAR < recorded < end + SILENCE_SECONDS + NEAR


def test_a_pause_within_a_line_does_not_end_it(voice):
    half = len(voice) // 2
    pause = np.zeros(round(1.5 * RATE), np.float32)
    slow = np.concatenate([voice[:half], pause, voice[half:]])
    assert heard(said(slow, 0.5, 3)) > (0.5 * RATE + len(slow)) / RATE + 1.5


def test_a_take_without_a_voice_ends_too():
    assert heard(np.zeros(20 * RATE, np.float32)) == pytest.approx(WAIT_SECONDS, abs=0.1)


def test_a_take_goes_on_while_somebody_speaks(voice):
    assert heard(said(np.tile(voice, 4), 0.5, 0)) is None


# What can't be kept, and what could be better


@pytest.mark.parametrize(
    ("take", "reason"),
    [
        (np.zeros(0), "nothing was heard"),
        (np.zeros(3 * RATE), "nothing was heard.*muted.*--device"),
        (noise(-70, 3, RATE), "nothing was heard"),
        (np.concatenate([noise(-80, 1, RATE), noise(-20, 3, RATE)]), "it is noise"),
    ],
    ids=["nothing", "digital silence", "silence", "noise"],
)
def test_what_holds_no_voice_is_refused(take, reason):
    with pytest.raises(BadTakeError, match=reason):
        trim(take.astype(np.float32), RATE, LINE)


def test_half_a_long_line_and_a_line_many_times_are_refused(voice):
    with pytest.raises(BadTakeError, match=r"s is too short for 36 words"):
        trim(said(voice, 1, 1), RATE, " ".join([LINE] * 6))
    with pytest.raises(BadTakeError, match=r"s is too long for 1 word"):
        trim(said(np.tile(voice, 9), 1, 1), RATE, "Rest.")


@pytest.mark.parametrize(("times", "clipped"), [(2.4, False), (3, True), (20, True)])
def test_an_overdriven_take_is_told(voice, times, clipped):
    take = np.clip(times * said(voice, 1, 1), -1, 1)
    assert ("too loud" in " ".join(trim(take, RATE, LINE).faults)) == clipped


@pytest.mark.parametrize(("seconds", "told"), [(0.8, False), (1.3, True)])
def test_a_number_that_leaves_no_room_for_the_next_is_told(voice, seconds, told):
    take = said(voice[: round(seconds * RATE)], 1, 1)
    assert ("longer than a second" in " ".join(trim(take, RATE, "7").faults)) == told
    assert trim(take, RATE, "Seven.").faults == ()


@pytest.mark.parametrize("below", [15, 20, 25, 30, 36, 40])
def test_noise_is_told_by_how_far_it_is_under_the_voice(voice, below):
    level = 10 * np.log10(np.mean(voice.astype(float) ** 2))
    told = " ".join(trim(said(voice, 1, 1, level - below), RATE, LINE).faults)
    if below < Settings().duck + 10:
        assert abs(int(told.partition(" dB")[0].split()[-1]) - below) <= 4
    else:
        assert told == ""


def test_what_is_kept_is_taken_for_the_line_by_a_session(voice):
    made = trim(said(voice, 1, 1, -60), RATE, LINE).samples
    file = io.BytesIO()
    soundfile.write(file, made, RATE, "PCM_24", format="WAV")
    clip, rate = decode(LINE, file.getvalue())
    assert rate == RATE
    assert abs(len(clip) - len(voice)) < 0.3 * RATE


# Which file is which line

LINES = [LINE, "Breathing in", "and slowly out.", "Don’t wait.", "Ruhe für dich"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("let-your-feet-find-the-floor.wav", 0),
        ("Let your feet find the floor.mp3", 0),
        ("03 Breathing in.flac", 1),
        ("BREATHING_IN.ogg", 1),
        ("dont-wait.wav", 3),
        ("Don't wait..aif", 3),
        ("Ruhe fu\u0308r dich.wav", 4),  # as macOS writes it
        ("01.wav", 0),
        ("2.wav", 1),
        ("track 03.wav", 2),
        ("line-0004.wav", 3),
        ("Aufnahme5.m4a", 4),
        ("0.wav", None),
        ("06.wav", None),
        ("breathing.wav", None),
        ("20260102.wav", None),
        (".wav", None),
    ],
)
def test_a_file_belongs_to_the_line_of_its_words_or_of_its_number(name, line):
    matches = match(LINES, [name])
    if line is None:
        assert matches.by_line == {}
        assert matches.unmatched == (name,)
    else:
        assert matches.by_line == {LINES[line]: name}
        assert matches.unmatched == ()


def test_words_count_more_than_numbers_and_a_line_has_one_file():
    matches = match(LINES, ["02.wav", "1.wav", "breathing-in.wav", "01.wav"])
    assert matches.by_line == {LINES[0]: "01.wav", LINES[1]: "breathing-in.wav"}
    assert matches.unmatched == ("1.wav", "02.wav")


def test_a_number_that_is_counted_is_none_of_a_line():
    names = ["1.wav", "count 01.mp3", "07-count-2.ogg", "count-3.wav"]
    matches = match([*LINES, "1", "2"], names)
    assert matches.by_line == {LINES[0]: names[0], "1": names[1], "2": names[2]}
    assert matches.unmatched == ("count-3.wav",)
    assert match(LINES, names[1:]).by_line == {}


texts = st.lists(st.text(st.sampled_from("abc äß1 -'."), min_size=1, max_size=12), unique=True)


@given(lines=texts, names=texts, seed=st.randoms())
def test_every_file_is_told_once_in_any_order(lines, names, seed):
    names = [f"{name}.wav" for name in names]
    matches = match(lines, names)
    assert sorted([*matches.by_line.values(), *matches.unmatched]) == sorted(names)
    assert list(matches.by_line) == [text for text in lines if text in matches.by_line]
    seed.shuffle(names)
    assert match(lines, names) == matches


@given(lines=st.lists(st.text(st.sampled_from("abc äß"), min_size=1), unique_by=file_stem))
def test_files_with_the_names_that_lines_give_find_them_all(lines):
    lines = [text for text in lines if file_stem(text)]
    names = [f"{file_stem(text)}.flac" for text in lines]
    assert match(lines, names).by_line == dict(zip(lines, names, strict=True))
