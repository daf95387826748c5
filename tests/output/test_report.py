"""What is measured and drawn beside a session, as its own commands would do it."""

import json

import pytest
import soundfile
from parts import module

from voice_guide.errors import OutputError, PictureError, RequestError
from voice_guide.output import beside
from voice_guide.session import open_session

pytestmark = pytest.mark.usefixtures("folder")

TALK = "---\ntitle: Talk\npace: 2-3\n---\n\n## One\n\n" + "Breathe in, and out.\n\n" * 4


@pytest.fixture
def talk(folder):
    (folder / "talk.md").write_text(TALK)
    return "talk.md"


@pytest.mark.parametrize(
    ("file", "profile"), [("a.wav", ["--profile", "podcast"]), ("a.mp3", []), ("a.opus", [])]
)
def test_a_report_is_what_analyse_tells_of_the_file(guide, talk, file, profile):
    made = guide("export", talk, "-o", file, "--report", "r.json", "--plan", "p.json", *profile)
    assert made[0] == 0
    code, out, _ = guide("analyse", file, "--plan", "p.json", "--json", *profile)
    with open("r.json") as report:
        assert report.read() == out
    (told,) = json.loads(out)
    assert (told["file"], len(told["lines"])) == (file, 4)
    assert told.get("passed", True) is (code == 0)


def test_it_knows_the_plan_without_a_file_of_it(folder):
    open_session(TALK, voice="espeak").export("a.flac", report_file="r.json")
    (told,) = json.loads((folder / "r.json").read_text())
    assert told["plan"] == "that of the export"
    assert [abs(line["onset_ms"]) < 10 for line in told["lines"]] == [True] * 4
    assert sorted(path.name for path in folder.iterdir()) == ["a.flac", "r.json"]


def test_a_picture_is_the_one_that_show_draws(guide, talk, folder):
    module("matplotlib")
    assert guide("export", talk, "-o", "a.wav", "--picture", "e.png")[0] == 0
    assert guide("show", talk, "--png", "s.png")[0] == 0
    assert (folder / "e.png").read_bytes() == (folder / "s.png").read_bytes()


def test_without_matplotlib_it_says_what_to_install_before_any_work(folder, monkeypatch):
    monkeypatch.setattr(beside, "find_spec", lambda name: None)
    session = open_session(TALK, voice="espeak")
    with pytest.raises(PictureError, match=r"pip install 'voice-guide\[picture\]'"):
        session.export("a.wav", picture_file="a.png")
    assert not session.ready
    assert list(folder.iterdir()) == []


def test_letters_that_no_font_has_are_named(folder):
    module("matplotlib")
    session = open_session(f"---\ntitle: Talk\n---\n\n## {chr(0x12000)}\n\nHello.\n", voice="none")
    session.export("a.wav", picture_file="a.png")
    (note,) = (note for note in session.notes if "font" in note)
    assert chr(0x12000) in note


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"picture_file": "a.jpg"}, r"'a\.jpg' as a picture: end its name in \.png"),
        ({"report_file": "r.json", "file": "-"}, "a report tells of the sound's file"),
        ({"report_file": "a.wav"}, r"a\.wav would be two files at once"),
    ],
)
def test_what_does_not_go_together_is_said(folder, options, said):
    session = open_session(TALK, voice="none")
    with pytest.raises(RequestError, match=said):
        session.export(options.pop("file", "a.wav"), **options)
    assert list(folder.iterdir()) == []


def whole_set(session, **more):
    session.export(
        "a.wav",
        plan_file="p.json",
        transcript_file="t.md",
        captions="vtt,ass",
        page_file="p.html",
        report_file="r.json",
        stems=True,
        **more,
    )


def test_what_fails_in_the_middle_leaves_nothing_of_all(folder, monkeypatch):
    """The last of a set is measured when all else is written."""
    (folder / "a.vtt").write_text("older")

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("voice_guide.output.report.write_report", broken)
    with pytest.raises(OutputError, match=r"r\.json: No space left on device"):
        whole_set(open_session(TALK, voice="none"), overwrite=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"a.vtt": "older"}


def test_the_whole_set_is_made_at_once(folder):
    module("matplotlib")
    session = open_session(TALK, voice="none")
    whole_set(session, picture_file="p.png")
    names = "a.ass a.bed.wav a.bells.wav a.tone.wav a.voice.wav a.vtt a.wav"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{names} p.html p.json p.png r.json t.md".split()
    )
    assert soundfile.info("a.voice.wav").frames == session.plan().frames
