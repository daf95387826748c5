"""Captions, a transcript and a plan beside the sound: exact, easy to read, all of them or none."""

import json
import os
import re
import subprocess

import pytest
from parts import needs
from running import words

from voice_guide.errors import OutputError, VoiceGuideError
from voice_guide.files import replacing_all
from voice_guide.output.captions import ROW_LETTERS, captions_of, vtt
from voice_guide.scripting.model import Line
from voice_guide.session import open_session

LONG = (
    "Let your weight be held by whatever is under you, and let the next breath be as long as it "
    "likes to be, without helping it along and without holding anything back."
)
SCRIPT = f"""---
title: To read [along]
pace: 2-3
---

## Begin

Hello <there> & {{you}}.

[3 breaths]

## Go on

{LONG}

[bell]

in: In.

out: And out.
"""
KINDS = ["vtt", "srt", "lrc", "ass"]


@pytest.fixture(scope="module")
def plan():
    return open_session(SCRIPT, voice="none", sample_rate=16000).plan()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.md").write_text(SCRIPT)
    return tmp_path


def made(guide, *options):
    return guide("export", "my.md", "--voice", "none", "--sample-rate", "16000", *options)


def seconds(time):
    parts = [float(part) for part in time.replace(",", ".").split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


TIMES = {
    "vtt": r"([\d:.]+) --> ([\d:.]+)",
    "srt": r"([\d:,]+) --> ([\d:,]+)",
    "ass": r"Dialogue: 0,([\d:.]+),([\d:.]+),Said",
}


def test_each_line_has_its_caption_within_5_ms_of_the_plan(guide, folder, plan):
    assert made(guide, "-o", "a.wav", "--captions", ",".join(KINDS))[0] == 0
    starts, ends = (
        [getattr(cue, end) / 16000 for _, cue in plan.cues() if isinstance(cue.item, Line)]
        for end in ("start", "end")
    )
    for kind, pattern in TIMES.items():
        found = re.findall(pattern, (folder / f"a.{kind}").read_text())
        shown = [(seconds(first), seconds(last)) for first, last in found]
        assert len(shown) == 5  # the long one has two
        for start, end in zip(starts, ends, strict=True):
            assert min(abs(first - start) for first, _ in shown) <= 0.005
            assert min(abs(last - end) for _, last in shown) <= 0.005
    lyrics = re.findall(r"^\[([\d:.]+)\]", (folder / "a.lrc").read_text(), re.MULTILINE)
    for time in (*starts, *ends):
        assert min(abs(seconds(shown) - time) for shown in lyrics) <= 0.0051


@needs("ffprobe")
@pytest.mark.parametrize("kind", ["vtt", "srt", "ass"])
def test_ffmpeg_reads_the_words_as_they_were_written(guide, folder, kind):
    assert made(guide, "-o", "a.wav", "--captions", kind, "--captions-breath")[0] == 0
    command = ["ffmpeg", "-v", "error", "-i", f"a.{kind}", "-f", "webvtt", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    said = words(re.sub(r"&lt;|&gt;|[<>]", "", done.stdout).replace("\\", ""))
    assert "Let your weight be held" in said
    assert re.search(r"Hello (there)? ?&(amp;)? \{you\}", said)
    assert said.count("(breathe in)") == said.count("(breathe out)") > 5


def test_no_caption_has_more_than_two_rows_of_42_letters(plan):
    for cue in captions_of(plan, breath=True).cues:
        assert len(cue.rows) <= 2
        assert all(len(row) <= ROW_LETTERS for row in cue.rows)
    said = " ".join(row for cue in captions_of(plan).cues for row in cue.rows)
    assert LONG in said


@pytest.mark.parametrize("text", ["ああ" * 60, "a" * 100, "é" * 90, "word " * 200])
def test_what_has_no_spaces_is_broken_too_and_nothing_is_lost(text):
    plan = open_session(f"{text}\n", voice="none", sample_rate=16000).plan()
    rows = [row for cue in captions_of(plan).cues for row in cue.rows]
    wide = 2 if text[0] == "あ" else 1
    assert max(map(len, rows)) <= ROW_LETTERS // wide
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_captions_of_a_breath_last_as_long_as_it_does(plan):
    breaths = [cue for cue in captions_of(plan, breath=True).cues if cue.breath]
    assert [(cue.start, cue.end, cue.rows) for cue in breaths[:2]] == [
        (0, 2000, ("(breathe in)",)),
        (2000, 5000, ("(breathe out)",)),
    ]


def test_the_breath_is_told_in_the_language_of_the_session():
    for language, said in (("de", "(einatmen)"), ("ja", "(↑)")):
        text = f"---\nlanguage: {language}\n---\n\nA.\n"
        plan = open_session(text, voice="none", sample_rate=16000).plan()
        assert said in vtt(captions_of(plan, breath=True))


def test_what_falls_silent_has_no_caption():
    text = "(Breathe.)\n\n[2 breaths]\n"
    session = open_session(text, voice="none", sample_rate=16000, talk="least")
    assert captions_of(session.plan()).cues == ()


def test_a_transcript_has_every_line_with_its_time_and_breath(guide, folder):
    assert made(guide, "-o", "a.wav", "--transcript", "a.md")[0] == 0
    rows = (folder / "a.md").read_text().split("\n\n")
    assert rows[0] == r"# To read \[along\]"
    assert "**0:02** (breath 1, out) Hello \\<there\\> & {you}." in rows
    assert rows.index("*(3 breaths)*") == rows.index("## Go on (0:20)") - 1
    assert any(row.endswith("(breath 8, in) In.") or " in) In." in row for row in rows)
    assert sum("*(a bell)*" in row for row in rows) == 1


# All of them, or none


def test_they_are_made_together(guide, folder):
    options = ["-o", "a.flac", "--plan", "a.json", "--transcript", "a.md", "--captions", "vtt,lrc"]
    assert made(guide, *options)[0] == 0
    names = {"my.md", "a.flac", "a.json", "a.md", "a.vtt", "a.lrc"}
    assert {path.name for path in folder.iterdir()} == names
    assert json.loads((folder / "a.json").read_text())["schema"] == 1


@pytest.mark.parametrize("there", ["a.flac", "a.vtt", "a.lrc", "a.json"])
def test_one_that_is_there_keeps_all_from_being_made(guide, folder, there):
    (folder / there).write_text("mine")
    code, _, err = made(guide, "-o", "a.flac", "--plan", "a.json", "--captions", "vtt,lrc")
    assert (code, f"{there} already exists" in err) == (1, True)
    assert {path.name for path in folder.iterdir()} == {"my.md", there}


def test_a_set_that_fails_in_the_middle_leaves_all_as_it_was(tmp_path, monkeypatch):
    paths = [tmp_path / name for name in ("a", "b", "c")]
    paths[0].write_text("older")
    move, moved = os.replace, []

    def fail(source, target):
        if target == paths[2]:
            raise OSError(28, "No space left on device")
        moved.append(target)
        move(source, target)

    def write_all():
        with replacing_all(paths) as parts:
            for part in parts.values():
                part.write_text("newer")

    monkeypatch.setattr("voice_guide.files.os.replace", fail)
    with pytest.raises(OutputError, match=r"can't write .*c: No space"):
        write_all()
    assert moved[:2] == paths[:2]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "older"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "-", "--captions", "vtt"], "give one with -o"),
        (["--captions", "vvt"], "Did you mean vtt?"),
        (["--captions-breath"], "--captions"),
        (["-o", "a.wav", "--plan", "a.wav"], "two files at once"),
        (["-o", "a.wav", "--date", "yesterday"], "2026-11-28"),
        (["-o", "a.wav", "--cover", "nosuch.png"], "nosuch.png"),
    ],
)
def test_what_does_not_go_together_is_refused_before_any_work(guide, folder, options, said):
    code, _, err = made(guide, *options)
    assert (code, said in words(err)) == (2, True), err
    assert [path.name for path in folder.iterdir()] == ["my.md"]


# What a script says of its file


def test_a_script_names_its_artist_its_album_and_a_cover_beside_it(folder):
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes([0, 0, 0, 9, 0, 0, 0, 9, 8, 2]) + bytes(20)
    (folder / "c.png").write_bytes(picture)
    (folder / "s.md").write_text("---\nartist: Me: myself\nalbum: All\ncover: c.png\n---\n\nHi.\n")
    session = open_session("s.md", voice="none", sample_rate=16000)
    session.export("s.mp3")
    data = (folder / "s.mp3").read_bytes()
    assert picture in data
    assert "Me: myself".encode("utf-16-le") in data


@pytest.mark.parametrize("cover", ["../c.png", "/etc/c.png", "in/c.png", "c:\\c.png", "passwd"])
def test_a_script_has_no_cover_from_elsewhere(folder, cover):
    (folder / "s.md").write_text(f"---\ncover: {cover}\n---\n\nHi.\n")
    with pytest.raises(VoiceGuideError, match="a picture beside the script"):
        open_session("s.md", voice="none")


def test_a_cover_that_is_a_link_out_of_the_folder_is_refused(folder):
    (folder / "theirs").mkdir()
    (folder / "mine.png").write_bytes(b"secret")
    (folder / "theirs" / "c.png").symlink_to(folder / "mine.png")
    (folder / "theirs" / "s.md").write_text("---\ncover: c.png\n---\n\nHi.\n")
    with pytest.raises(VoiceGuideError, match="a link out of this folder"):
        open_session("theirs/s.md", voice="none")
