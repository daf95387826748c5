"""Captions that tell when each word is said: as the voice tells, through all that is done to it."""

import re
from itertools import pairwise

import numpy as np
import pytest

from voice_guide.engines.given import written
from voice_guide.engines.marks import marks_of, to_words
from voice_guide.errors import RequestError
from voice_guide.output.captions import ass, captions_of, lrc, vtt
from voice_guide.session import open_session
from voice_guide.texts import plain
from voice_guide.voices.espeak import Espeak
from voice_guide.voices.spoken import SpokenClips
from voice_guide.voices.words import in_text, read_words, words_of

LONG = (
    "Let your weight be held by whatever is under you, and let the next breath be as long as it "
    "likes to be, without helping it along, and without holding anything back."
)
# After a mark there is silence, and then a word whose sound begins at once.
SCRIPT = f"""---
title: Words
pace: 3-4
---

Let it go, and rest. All is well, you know.

{LONG}

Count 4-6 & <now>, it's "{{fine}}".
"""
STAMP = re.compile(r"<(\d\d):(\d\d):(\d\d\.\d{3})>")


@pytest.fixture(scope="module")
def session():
    session = open_session(SCRIPT, voice="espeak", tone="none")
    session.speak()
    return session


@pytest.fixture(scope="module")
def captions(session):
    return captions_of(session.plan(), said=session.said)


def onsets(samples, rate):
    """The seconds at which sound begins after a tenth of a second of silence."""
    hop = rate // 1000
    power = (samples[: len(samples) // hop * hop].reshape(-1, hop) ** 2).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 1e-4)
    return loud[np.flatnonzero(np.diff(loud, prepend=-1000) > 100)] * hop / rate


def told(text):
    """The words after marks in WebVTT, and the seconds at which it tells that they are said."""
    times = re.findall(r"[,.]\s<(\d\d):(\d\d):(\d\d\.\d{3})>(\w+)", text)
    return {word: 3600 * int(h) + 60 * int(m) + float(s) for h, m, s, word in times}


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"polish": "off", "rate": 160},
        {"polish": "warm", "sample_rate": 44100, "night": True},
        {"profile": "acx"},
    ],
    ids=lambda how: "-".join(how) or "usual",
)
def test_words_after_a_silence_are_told_when_they_begin_to_sound(how):
    session = open_session(SCRIPT, voice="espeak", tone="none", **how)
    session.speak()
    samples = np.concatenate(list(session.blocks()))[:, 0]
    heard = onsets(samples, session.settings.sample_rate)
    _, first, *_ = vtt(captions_of(session.plan(), said=session.said)).split("\n\n")
    words = told(first)
    assert list(words) == ["and", "All", "you"]
    for word, seconds in words.items():
        assert np.abs(heard - seconds).min() < 0.010, word


def test_words_of_a_very_long_line_are_found_in_all_its_parts():
    """It is spoken in several parts, with a pause between them."""
    text = " ".join([LONG, LONG.replace("Let", "Allow"), LONG])
    session = open_session(f"---\npace: 4-6\n---\n\n{text}\n", voice="espeak", tone="none")
    session.speak()
    (line,) = session.script.lines()
    rate, words = session.settings.sample_rate, dict(session.said(line))
    heard = onsets(session.clips.samples(line), rate)
    assert np.abs(heard - words[text.index("Allow")] / rate).min() < 0.010
    assert len(words) > 0.9 * len(text.split())


def test_webvtt_has_a_time_within_the_cue_before_each_word(session, captions):
    without = vtt(captions_of(session.plan()))
    said = vtt(captions)
    assert STAMP.sub("", said).split("\n\n")[1] == without.split("\n\n")[1]
    for cue in captions.cues:
        times = [cue.start, *(ms for at, ms in cue.words if at), cue.end]
        assert all(before < after for before, after in pairwise(times))
    assert len(STAMP.findall(said)) > 30
    assert "&lt;now&gt;" in said


def test_what_is_shown_stays_the_same(session, captions):
    plain_captions = captions_of(session.plan())
    assert [cue.rows for cue in captions.cues] == [cue.rows for cue in plain_captions.cues]
    for cue in captions.cues:
        assert "".join(piece for _, piece in cue.pieces()) == "\n".join(cue.rows)


def test_a_long_line_goes_on_in_the_next_caption_with_its_word(session, captions):
    _, line, _ = session.script.lines()
    begin = next(cue.start for _, cue in session.plan().cues() if cue.item == line)
    _, first, second, _ = captions.cues
    word = second.rows[0].split()[0]
    frames = {line.text[at:].split()[0]: begin + frame for at, frame in session.said(line)}
    assert first.end == second.start == round(frames[word] / 48)


def test_the_lengths_in_ass_add_up_to_the_caption(captions):
    rows = re.findall(r"Dialogue: 0,(.*?),(.*?),Said,,0,0,0,,(.*)", ass(captions))
    assert len(rows) == len(captions.cues)
    for start, end, text in rows:
        seconds = [
            sum(float(n) * 60**i for i, n in enumerate(t.split(":")[::-1])) for t in (start, end)
        ]
        lengths = list(map(int, re.findall(r"\{\\k(\d+)\}", text)))
        assert sum(lengths) == round(100 * (seconds[1] - seconds[0]))
        assert min(lengths) > 0


def test_lrc_is_of_the_enhanced_kind(captions):
    (row,) = re.findall(r"^\[00:03.00\](.*)$", lrc(captions), re.MULTILINE)
    assert row.startswith("<00:03.00>Let <00:03.")
    assert re.sub(r"<[\d:.]+>", "", row) == "Let it go, and rest. All is well, you know."


def test_words_are_kept_with_the_speech_and_made_again_where_they_are_lost(session, monkeypatch):
    line = next(iter(session.script.lines()))
    words = session.said(line)
    again = open_session(SCRIPT, voice="espeak", tone="none")
    with monkeypatch.context() as patch:
        patch.setattr(Espeak, "speak", lambda *_: pytest.fail("it is kept"))
        assert again.recall()
        assert again.said(line) == words
    clips = again.clips
    assert isinstance(clips, SpokenClips)
    key = clips.key(line) or ""
    kept = clips.cache._path(key, ".note")
    for damage in (
        kept.unlink,
        lambda: kept.write_bytes(kept.read_bytes()[:-1]),
        lambda: clips.cache.put_note(key, {"words": [[0]]}),
    ):
        damage()
        assert again.said(line) == words


def test_a_voice_that_does_not_tell_is_named_as_such(tmp_path):
    session = open_session(SCRIPT, voice="none", sample_rate=16000)
    session.export(tmp_path / "a.wav", captions="vtt", captions_words=True)
    assert [note for note in session.notes if "doesn't tell" in note]
    assert not STAMP.search((tmp_path / "a.vtt").read_text())


@pytest.mark.parametrize("captions", [None, "srt"])
def test_it_takes_captions_that_can_tell_words(tmp_path, captions):
    session = open_session(SCRIPT, voice="none")
    with pytest.raises(RequestError, match="--captions-words is for"):
        session.export(tmp_path / "a.wav", captions=captions, captions_words=True)


# Which word it is


def test_what_is_said_in_other_words_is_told_as_far_as_it_is_known(session):
    *_, line = session.script.lines()
    text, rate = plain(line.text), session.settings.sample_rate
    found = {text[at:].split()[0]: frame / rate for at, frame in session.said(line)}
    assert list(found) == ["Count", "4-6", "<now>,", "it's", '"{fine}".']
    assert list(found.values()) == sorted(found.values())


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("one two", [("one", 0), ("two", 9)], ["one", "two"]),
        ("one or two", [("one or", 0), ("two", 9)], ["one", "two"]),
        ("— one, 2!", [("one", 0), ("two", 9)], ["one,", "2!"]),
        ("4-6 now", [("four", 0), ("to", 3), ("six", 5), ("now", 9)], ["4-6", "now"]),
        ("a b", [], []),
    ],
)
def test_words_are_found_in_what_is_written(text, said, found):
    assert [text[at:].split()[0] for at, _ in in_text(text, said)] == found


def test_words_whose_sounds_are_given_are_told_as_they_are_written():
    text = "You may ⟦lead|liːd⟧ the way now"
    voice = Espeak("en", None)
    (data,) = voice.speak([text])
    voice.close()
    assert isinstance(data, bytes)
    marks = marks_of(data, written(text))
    assert [word for word, _ in words_of(written(text), marks)][:4] == ["You", "may", "lead", "the"]


@pytest.mark.parametrize("marks", [[(1, 0), (2, 40)], [(0, 50), (4, 40)], [(0, 0), (99, 10)]])
def test_cue_points_that_are_no_words_are_left_alone(marks):
    """As other programs write them, counted from 1."""
    assert to_words("one two", marks) != marks


@pytest.mark.parametrize("note", [None, {}, {"words": 1}, {"words": [["a", 5], ["b", 2]]}])
def test_notes_that_are_damaged_count_as_none(note):
    assert read_words(note) is None
