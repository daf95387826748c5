"""Finding scripts, and putting those together that name each other."""

import io
import time
import zipfile

import numpy as np
import pytest
import soundfile

from voice_guide.errors import PaceError, ScriptError, UnknownNameError
from voice_guide.library import SESSIONS, find, load, names
from voice_guide.limits import MAX_BYTES, MAX_DEPTH
from voice_guide.pace import Pace
from voice_guide.script import Line


@pytest.fixture
def folder(tmp_path):
    """Write scripts by name; returns the path of the first one."""

    def write(**scripts):
        for name, text in scripts.items():
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / f"{name}.md").write_bytes(data)
        return str(tmp_path / f"{next(iter(scripts))}.md")

    return write


def problems(path):
    with pytest.raises(ScriptError) as error:
        load(path)
    return error.value.problems


def said(script):
    return [line.text for line in script.lines()]


# names


def test_sessions_come_first_and_the_default_before_all():
    known = names()
    assert known[0] == "stay-present"
    assert tuple(known[: len(SESSIONS)]) == SESSIONS
    assert known[len(SESSIONS) :] == sorted(known[len(SESSIONS) :])
    assert "README" not in known


@pytest.mark.parametrize("name", names())
def test_every_bundled_script_is_found_and_says_what_it_is_for(name):
    assert find(name).stem == name
    script = load(name)
    assert said(script)
    assert script.title != "Untitled"
    assert script.about


def test_a_file_is_found_by_its_path_with_or_without_suffix(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / "mine.md", tmp_path / "notes"):
        path.write_text("Hello.")
        assert find(str(path)) == path
        assert find(path.name).resolve() == path
        assert said(load(path.name)) == ["Hello."]


def test_a_name_means_the_bundled_script_even_beside_a_file_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "numbness").write_text("Hello.")
    assert said(load("numbness")) != ["Hello."]
    assert said(load("./numbness")) == ["Hello."]


@pytest.mark.parametrize(
    ("mistyped", "near"),
    [
        ("numness", "numbness"),
        ("Stay-Present", "stay-present"),
        ("scared", "scared-part"),
        ("one", "one-"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_nearest(mistyped, near):
    with pytest.raises(UnknownNameError) as error:
        find(mistyped)
    message = str(error.value)
    assert f"no practice or session {mistyped!r}" in message
    assert near in message.partition("the nearest are: ")[2]


def test_a_name_that_resembles_nothing_is_answered_with_all_there_is():
    with pytest.raises(UnknownNameError) as error:
        find("qqqq")
    assert all(name in str(error.value) for name in names())


@pytest.mark.parametrize("target", ["missing.md", "no/such/file", ".", "", "a\0b.md"])
def test_a_path_without_a_file_is_said_to_be_missing(target, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError, match="there is no"):
        find(target)


# reading


@pytest.mark.parametrize(
    ("data", "line", "column", "byte"),
    [
        (b"\xff", 1, 1, "0xff"),
        (b"one\ntwo \xfe three", 2, 5, "0xfe"),
        ("é one\r\né ".encode() + b"\xe9t\xe9", 2, 3, "0xe9"),
        ("\ufeffone\nü".encode() + b"\xc3(", 2, 2, "0xc3"),
    ],
)
def test_what_is_not_utf8_is_named_by_line_and_character(folder, data, line, column, byte):
    (problem,) = problems(folder(mine=data))
    assert (problem.line, problem.column) == (line, column)
    assert f"not UTF-8 text (byte {byte})" in problem.message


def packed(**files):
    """A ZIP file, as office programs write their documents."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return data.getvalue()


def sound(kind, subtype=None):
    data = io.BytesIO()
    soundfile.write(data, np.zeros(48000, np.float32), 48000, format=kind, subtype=subtype)
    return data.getvalue()


ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "kind", "advice"),
    [
        (packed(word__document="<w:p>Hi.</w:p>"), "a Word document (.docx)", "plain text (.md"),
        (packed(mimetype="x", xl__workbook="1"), "an Excel file", "plain text"),
        (packed(Index__Document="1"), "a document from Pages, Numbers or Keynote", "plain text"),
        (packed(notes="Hi."), "a ZIP archive", "unpack it"),
        (b"PK\3\4" + b"\0" * 26 + f"mimetype{ODT}".encode(), "an OpenDocument text (.odt)", ".md"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document", "copy its words"),
        (b"{\\rtf1\\ansi Hi.}", "a rich text document (RTF)", "plain text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a document from an older Word", "plain text"),
        (sound("WAV"), "a WAV sound file", "voice-guide analyse"),
        (sound("RF64"), "a WAV sound file", "voice-guide analyse"),
        (sound("FLAC"), "a FLAC sound file", "voice-guide analyse"),
        (sound("OGG", "OPUS"), "an Ogg or Opus sound file", "voice-guide analyse"),
        (sound("AIFF"), "an AIFF sound file", "voice-guide analyse"),
        (sound("MP3"), "an MP3 sound file", "voice-guide analyse"),
        (b"\0\0\0\x20ftypM4A ", "a sound or video file (M4A, MP4)", "voice-guide analyse"),
        (b"\x89PNG\r\n\x1a\n", "a picture", "the text to be spoken"),
        (b"\x1f\x8b\x08\0", "an archive", "unpack it"),
        (b"Hi.\0\1\2", "not text", "plain text"),
        (b"\n<!DOCTYPE html>\n<p>Hi.", "a web page (HTML)", "copy its words"),
        (b"<speak>\nHi. <break time='3s'/></speak>", "SSML", "copy its words"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi.", "a captions file (WebVTT)", "copy its words"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHi.", "a captions file (SRT)", "copy its words"),
        (b'{"name": "Quiet", "unit": 3}', "JSON", "copy its words"),
        ("Hello.".encode("utf-16"), "text in UTF-16", "the encoding UTF-8"),
        ("Hello.".encode("utf-32"), "text in UTF-16 or UTF-32", "the encoding UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(folder, data, kind, advice):
    (problem,) = problems(folder(mine=data))
    assert (problem.line, problem.column) == (1, 1)
    assert f"is {kind}" in problem.message
    assert advice in problem.message


def test_a_large_sound_file_is_named_as_what_it_is_and_not_for_its_size(folder):
    (problem,) = problems(folder(mine=sound("WAV") + bytes(MAX_BYTES)))
    assert "is a WAV sound file" in problem.message


@pytest.mark.parametrize(
    "text", ["{a} b", "<b>Hi</b>", "PK, hello", "ID3, hello", "RIFF", "1\n2", '"Stay", she said.']
)
def test_text_that_begins_a_little_like_another_kind_is_a_script(folder, text):
    assert said(load(folder(mine=text)))


SENTENCE = "Let your feet find the floor. "  # 30 letters


@pytest.mark.parametrize(
    ("items", "line", "column", "most"),
    [
        (["in: " + SENTENCE * 100] * 21, 41, 1, "60000 letters of speech"),
        (["Hi.", *["[1000 breaths]"] * 11, "Hi."], 23, 1, "10000 breaths of rest"),
        (["Hi.", *["[count 1000 breaths]"] * 11], 23, 1, "10000 breaths of rest"),
        (["Hi.", *[" [600 seconds]"] * 145], 291, 2, "86400 seconds of exact rest"),
    ],
)
def test_a_session_that_would_never_end_is_refused_where_it_becomes_too_long(
    folder, items, line, column, most
):
    (problem,) = problems(folder(mine="\n\n".join(items)))
    assert (problem.line, problem.column) == (line, column)
    assert f"goes over {most}" in problem.message
    assert load(folder(mine="\n\n".join(items[: (line - 1) // 2])))


def test_a_session_is_too_long_with_all_that_it_includes(folder):
    half = "\n\n".join([SENTENCE * 100] * 11)
    path = folder(mine="[practice half]\n\n[practice half]", half=half)
    (problem,) = problems(path)
    assert problem.path.endswith("half.md")
    assert "goes over 60000 letters of speech" in problem.message


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_said_to_be_empty(folder, data):
    (problem,) = problems(folder(mine=data))
    assert "is empty" in problem.message


def test_a_file_may_have_one_mebibyte_and_no_more(folder):
    text = "<!-- " + "x" * (MAX_BYTES - 15) + " -->\nHi."
    text += "\n" * (MAX_BYTES - len(text))
    assert said(load(folder(mine=text))) == ["Hi."]
    (problem,) = problems(folder(mine=text + "\n"))
    assert "larger than 1024 KiB" in problem.message


def test_a_folder_in_place_of_a_file_is_an_error_too(folder, tmp_path):
    (tmp_path / "part.md").mkdir()
    (problem,) = problems(folder(mine="[practice part]"))
    assert "no practice 'part'" in problem.message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_editors_line_ends_and_marks_are_fine(folder, end, mark):
    text = mark + end.join(["---", "title: Mine", "---", "One", "two.", "", "in: Three.", ""])
    script = load(folder(mine=text))
    assert script.title == "Mine"
    assert list(script.lines()) == [Line("One two."), Line("Three.", "in")]


def test_a_script_without_a_title_is_called_like_its_file(folder):
    assert load(folder(my_evening_pause="Hello.")).title == "My evening pause"


# including


def test_a_practice_brings_its_sections_and_what_follows_goes_on(folder):
    session = load(
        folder(
            session="---\ntitle: All\npace: 5-7\n---\n"
            "Before.\n\n[practice part]\n\nAfter.\n\n## Last\n\nEnd.",
            part="---\ntitle: Part\npace: 3-4\n---\nOne.\n\n## Two\n\nTwo.",
        )
    )
    assert [(s.title, [i.text for i in s.items]) for s in session.sections] == [
        ("All", ["Before."]),
        ("Part", ["One."]),
        ("Two", ["Two."]),
        ("All", ["After."]),
        ("Last", ["End."]),
    ]
    assert session.pace == Pace.parse("5-7"), "a session's pace governs what it includes"


def test_a_practice_is_looked_for_beside_the_script_and_then_among_the_bundled(folder):
    script = load(folder(mine="[practice numbness]\n[practice noticing]", numbness="My own."))
    assert said(script) == ["My own.", *said(load("noticing"))]


def test_a_practice_looks_beside_itself_too(folder, tmp_path):
    mine = folder(mine="[practice part]", part="[practice inner]", inner="Deep.")
    assert said(load(mine)) == ["Deep."]


def test_an_unknown_practice_is_named_where_it_is_asked_for_with_the_nearest(folder):
    (problem,) = problems(folder(mine="Hi.\n\n  [practice numness]"))
    assert (problem.line, problem.column) == (3, 3)
    assert "no practice 'numness'; the nearest are: numbness" in problem.message
    assert problem.source == "  [practice numness]"


def test_errors_are_named_in_the_file_that_has_them_all_at_once_and_once(folder, tmp_path):
    found = problems(
        folder(
            mine="[practice good]\n[practice bad]\n[practice bad]\n[practice gone-away]",
            good="Hi.\n\n[practice bad]",
            bad="Hi.\n\n[bel]\n\n[0 breaths]",
        )
    )
    assert [(p.path, p.line) for p in found] == [
        (str(tmp_path / "bad.md"), 3),
        (str(tmp_path / "bad.md"), 5),
        (str(tmp_path / "mine.md"), 4),
    ]


@pytest.mark.parametrize("steps", [0, 1, 2, 7])
def test_a_script_that_includes_itself_is_refused_whatever_the_detour(folder, tmp_path, steps):
    scripts = {f"step{n}": f"Hi.\n\n[practice step{n + 1}]" for n in range(steps)}
    (problem,) = problems(folder(**scripts, **{f"step{steps}": "Hi.\n\n[practice step0]"}))
    assert (problem.path, problem.line) == (str(tmp_path / f"step{steps}.md"), 3)
    way = " → ".join([*(f"step{n}" for n in range(steps + 1)), "step0"])
    assert problem.message == f"a script can't include itself: {way}"


def test_a_circle_that_the_script_only_leads_to_is_found(folder):
    (problem,) = problems(folder(mine="[practice a]", a="[practice b]", b="Hi.\n\n[practice a]"))
    assert "can't include itself: mine → a → b → a" in problem.message


@pytest.mark.parametrize("last", ["Hi.", "[practice step0]"])
def test_a_very_long_row_of_scripts_is_refused_not_crashed_on(folder, last):
    row = {f"step{n}": f"[practice step{n + 1}]" for n in range(400)}
    (problem,) = problems(folder(**row, step400=last))
    assert f"more than {MAX_DEPTH} scripts" in problem.message
    assert problem.line == 1


def test_a_row_as_long_as_allowed_is_fine(folder):
    row = {f"step{n}": f"[practice step{n + 1}]" for n in range(MAX_DEPTH - 1)}
    assert said(load(folder(**row, **{f"step{MAX_DEPTH - 1}": "Hi."}))) == ["Hi."]


@pytest.mark.parametrize("last", ["Hi.", "[bel]", "[practice gone-away]", "[practice step0]"])
def test_scripts_that_double_are_refused_in_no_time(folder, last):
    doubling = {f"step{n}": f"[practice step{n + 1}]\n" * 2 for n in range(40)}
    begun = time.monotonic()
    assert problems(folder(**doubling, step40=last))
    assert time.monotonic() - begun < 5, "read one by one, these would take centuries"


def test_the_same_practice_may_come_more_than_once(folder):
    assert said(load(folder(mine="[practice part]\n\nAnd.\n\n[practice part]", part="Hi."))) == [
        "Hi.",
        "And.",
        "Hi.",
    ]


def test_many_scripts_in_one_are_refused_before_they_fill_the_memory(folder):
    mine = folder(mine="[practice part]\n" * 5_000, part="Hi.\n\n" * 15_000)
    (problem,) = problems(mine)
    assert "has more than" in problem.message


# holds


def test_no_holds_is_inherited_from_any_practice_at_any_depth(folder):
    mine = folder(mine="Hi.\n\n[practice a]", a="Hi.\n\n[practice b]", b="---\nholds: no\n---\nHi.")
    script = load(mine)
    assert not script.holds
    for pace, nearest in [("4-7-8", "4-8"), ("4-4-4-4", "4-4"), ("4.5-0-6-1", "4.5-6")]:
        with pytest.raises(PaceError) as error:
            script.check_pace(Pace.parse(pace))
        assert pace in str(error.value)
        assert str(error.value).endswith(f"the nearest pace without holds is {nearest}.")
    script.check_pace(Pace.parse("4-0-6-0"))


def test_holds_are_allowed_where_no_part_forbids_them(folder):
    script = load(folder(mine="[practice a]", a="---\nholds: yes\n---\nHi."))
    script.check_pace(Pace.parse("4-7-8"))


def test_bundled_scripts_hold_no_breath_exactly_where_numbness_is_in_them():
    assert {name for name in names() if not load(name).holds} == {"numbness", "stay-present"}
