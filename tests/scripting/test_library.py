"""Finding scripts by their names, and reading them whatever they are."""

import io
import zipfile

import numpy as np
import pytest
import soundfile

from voice_guide.errors import ScriptError, UnknownNameError
from voice_guide.limits import MAX_BYTES
from voice_guide.scripting.library import SESSIONS, find, names
from voice_guide.scripting.loading import load
from voice_guide.scripting.model import Line


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
    assert near in message.partition("Did you mean ")[2]


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
def test_what_is_not_utf8_is_named_by_line_and_character(written, data, line, column, byte):
    (problem,) = problems(written(mine=data))
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
        (packed(word__document="<w:p>Hi.</w:p>"), "a Word document (.docx)", "guide import FILE"),
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
        (b"\n<!DOCTYPE html>\n<p>Hi.", "a web page (HTML)", "guide import FILE"),
        (b"<speak>\nHi. <break time='3s'/></speak>", "SSML", "guide import FILE"),
        (
            b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi.",
            "a captions file (WebVTT)",
            "guide import FILE",
        ),
        (
            b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHi.",
            "a captions file (SRT)",
            "guide import FILE",
        ),
        (b'{"name": "Quiet", "unit": 3}', "JSON", "guide import FILE"),
        ("Hello.".encode("utf-16"), "text in UTF-16", "the encoding UTF-8"),
        ("Hello.".encode("utf-32"), "text in UTF-16 or UTF-32", "the encoding UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(written, data, kind, advice):
    (problem,) = problems(written(mine=data))
    assert (problem.line, problem.column) == (1, 1)
    assert f"is {kind}" in problem.message
    assert advice in problem.message


def test_a_large_sound_file_is_named_as_what_it_is_and_not_for_its_size(written):
    (problem,) = problems(written(mine=sound("WAV") + bytes(MAX_BYTES)))
    assert "is a WAV sound file" in problem.message


@pytest.mark.parametrize(
    "text", ["{a} b", "<b>Hi</b>", "PK, hello", "ID3, hello", "RIFF", "1\n2", '"Stay", she said.']
)
def test_text_that_begins_a_little_like_another_kind_is_a_script(written, text):
    assert said(load(written(mine=text)))


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
    written, items, line, column, most
):
    (problem,) = problems(written(mine="\n\n".join(items)))
    assert (problem.line, problem.column) == (line, column)
    assert f"goes over {most}" in problem.message
    assert load(written(mine="\n\n".join(items[: (line - 1) // 2])))


def test_a_session_is_too_long_with_all_that_it_includes(written):
    half = "\n\n".join([SENTENCE * 100] * 11)
    path = written(mine="[practice half]\n\n[practice half]", half=half)
    (problem,) = problems(path)
    assert problem.path.endswith("half.md")
    assert "goes over 60000 letters of speech" in problem.message


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_said_to_be_empty(written, data):
    (problem,) = problems(written(mine=data))
    assert "is empty" in problem.message


def test_a_file_may_have_one_mebibyte_and_no_more(written):
    text = "<!-- " + "x" * (MAX_BYTES - 15) + " -->\nHi."
    text += "\n" * (MAX_BYTES - len(text))
    assert said(load(written(mine=text))) == ["Hi."]
    (problem,) = problems(written(mine=text + "\n"))
    assert "larger than 1024 KiB" in problem.message


def test_a_folder_in_place_of_a_file_is_an_error_too(written, tmp_path):
    (tmp_path / "part.md").mkdir()
    (problem,) = problems(written(mine="[practice part]"))
    assert "no practice 'part'" in problem.message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_editors_line_ends_and_marks_are_fine(written, end, mark):
    text = mark + end.join(["---", "title: Mine", "---", "One", "two.", "", "in: Three.", ""])
    script = load(written(mine=text))
    assert script.title == "Mine"
    assert list(script.lines()) == [Line("One two."), Line("Three.", "in")]


def test_a_script_without_a_title_is_called_like_its_file(written):
    assert load(written(my_evening_pause="Hello.")).title == "My evening pause"
