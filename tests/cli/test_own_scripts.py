"""Scripts of one's own: begun, copied, read from a file or from a pipe."""

import io
import json
import os
import subprocess
import sys
import threading

import pytest
import soundfile
from running import run

from voice_guide.scripting import library
from voice_guide.scripting.loading import load

pytestmark = pytest.mark.usefixtures("folder")

SILENT = ("--voice", "none")
SCRIPT = "---\ntitle: Mine\n---\n\nLet your feet find the floor.\n\n[2 breaths]\n"


@pytest.fixture
def piped(monkeypatch):
    """Puts a text into standard input."""

    def piped(text):
        data = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return piped


# from standard input


def test_a_script_from_standard_input_is_as_good_as_a_file(guide, piped, folder):
    (folder / "mine.md").write_text(SCRIPT)
    for command in (("show",), ("show", "--json"), ("show", "--source")):
        expected = guide(*command, "mine.md", *SILENT)
        piped(SCRIPT)
        assert guide(*command, "-", *SILENT) == expected
    piped(SCRIPT)
    assert guide("check", "-", *SILENT)[:2] == (0, "-: Mine: no errors\n")


def test_what_is_wrong_with_it_is_told_with_line_and_column(guide, piped):
    piped("Hello.\n\n[2 breths]\n")
    code, out, _ = guide("check", "-", *SILENT)
    assert code == 1
    assert out.startswith("-:3:1: ")
    assert "Did you mean [2 breaths]?" in out


def test_without_a_title_it_is_untitled_and_an_export_is_called_session(guide, piped, folder):
    piped("Rest.\n")
    assert guide("show", "-", *SILENT)[1].startswith("Untitled: ")
    piped(SCRIPT)
    assert guide("export", "-", *SILENT)[0] == 0
    assert [path.name for path in folder.iterdir()] == ["session.wav"]
    assert soundfile.info("session.wav").duration > 20


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (b"caf\xe9", "is not UTF-8 text"),
        ("a" * (1024 * 1024 + 1), "larger than 1024 KiB"),
    ],
)
def test_what_is_no_script_is_refused(guide, piped, text, says):
    piped(text)
    code, _, err = guide("show", "-", *SILENT)
    assert (code, says in err) == (1, True)


def test_what_it_includes_is_looked_for_in_the_current_folder(guide, piped, folder):
    (folder / "rest.md").write_text("Rest now.")
    piped("[practice rest]\n\n[practice return]\n")
    texts = [line["text"] for line in json.loads(guide("show", "-", "--json", *SILENT)[1])["lines"]]
    assert texts[0] == "Rest now."
    assert len(texts) > 3


def test_the_whole_way_through_two_pipes(folder):
    made = run("export", "-", *SILENT, "-o", "-", input=SCRIPT.encode(), text=False, check=True)
    assert soundfile.info(io.BytesIO(made.stdout)).duration > 20


# from another pipe


@pytest.mark.parametrize("command", ["show", "check", "export"])
def test_a_named_pipe_is_read(guide, folder, command):
    os.mkfifo(folder / "pipe")
    writer = threading.Thread(target=lambda: (folder / "pipe").write_text(SCRIPT))
    writer.start()
    code, out, _ = guide(command, "./pipe", *SILENT)
    writer.join()
    assert (code, "Mine" in out or (folder / "session.wav").exists()) == (0, True)


def test_what_a_shell_substitutes_is_read():
    script = f"{sys.executable} -m voice_guide check <(echo Rest.) --voice none"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert done.stdout.endswith(": Untitled: no errors\n")


def test_something_without_an_end_is_refused():
    script = f"{sys.executable} -m voice_guide show <(yes Rest.) --voice none"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, "larger than 1024 KiB" in done.stderr) == (1, True)


def test_a_folder_is_told_as_such(guide, folder):
    code, _, err = guide("show", str(folder))
    assert code == 2
    assert f"there is no script file {str(folder)!r}: it is a folder" in err


@pytest.mark.parametrize("command", ["show", "check", "play", "export"])
def test_a_script_of_ones_own_that_is_given_without_its_ending_is_told_with_it(guide, command):
    assert guide("new", "evening")[0] == 0
    code, out, err = guide(command, "evening")
    assert code == 2
    assert "for your own script, give 'evening.md'" in out + err  # what check finds is its output


# seen and copied


@pytest.mark.parametrize("name", library.names())
def test_every_script_that_comes_along_can_be_seen_as_it_is_written(guide, name):
    assert guide("show", name, "--source") == (0, library.find(name).read_text(), "")


def test_a_script_with_errors_can_be_seen_too(guide, folder):
    (folder / "bad.md").write_text("[bel]")
    assert guide("show", "bad.md", "--source") == (0, "[bel]\n", "")
    code, _, err = guide("show", "bad.md", "--source", "--json")
    assert (code, "give only one of them" in err) == (2, True)


def test_a_copy_says_the_same_and_is_ones_own(guide, folder):
    code, out, _ = guide("new", "evening", "--from", "one-minute-pause")
    assert code == 0
    assert (folder / "evening.md").read_text() == library.find("one-minute-pause").read_text()
    assert out.startswith("evening.md: a copy of one-minute-pause.")
    assert load("evening.md").texts() == load("one-minute-pause").texts()


def test_a_copy_of_a_session_still_finds_its_practices(guide):
    assert guide("new", "mine", "--from", "stay-present")[0] == 0
    assert load("mine.md").texts() == load("stay-present").texts()


def test_a_copy_can_be_made_of_a_file_or_of_standard_input(guide, piped, folder):
    (folder / "mine.md").write_text(SCRIPT)
    assert guide("new", "second", "--from", "mine.md")[0] == 0
    piped(SCRIPT)
    assert guide("new", "third", "--from", "-")[0] == 0
    assert (folder / "second.md").read_text() == (folder / "third.md").read_text() == SCRIPT


# begun


@pytest.mark.parametrize(
    ("name", "file", "title"),
    [
        ("evening", "evening.md", "Evening"),
        ("my-evening.md", "my-evening.md", "My evening"),
        ("Ein Abend: für dich", "Ein Abend: für dich.md", "Ein abend: für dich"),
        ("true", "true.md", "True"),
        ('a "quiet" one', 'a "quiet" one.md', 'A "quiet" one'),
        ("sub/evening", "sub/evening.md", "Evening"),
    ],
)
def test_a_new_practice_passes_check_and_says_what_to_do_next(guide, folder, name, file, title):
    (folder / "sub").mkdir()
    code, out, _ = guide("new", name)
    assert code == 0
    assert load(file).title == title
    first, *commands = out.splitlines()
    assert first.startswith(f"{file}: ")
    for command, asked in zip(commands, ("check", "play"), strict=True):
        assert command.startswith(f"  voice-guide {asked} ")
    code, checked, _ = guide("check", file)
    assert code == 0
    assert "warning" not in checked
    assert "optional lines: 1" in checked


def test_a_new_practice_can_be_made_longer(guide):
    guide("new", "evening")
    assert guide("show", "evening.md", *SILENT, "--minutes", "3")[0] == 0


def test_it_goes_where_it_is_asked_to_and_replaces_nothing(guide, folder):
    assert guide("new", "evening", "-o", "other.md")[0] == 0
    assert [path.name for path in folder.iterdir()] == ["other.md"]
    (folder / "other.md").write_text("mine")
    for options in ((), ("--from", "return")):
        code, _, err = guide("new", "evening", "-o", "other.md", *options)
        assert (code, "is kept" in err) == (1, True)
        assert (folder / "other.md").read_text() == "mine"
    assert guide("new", "evening", "-o", "other.md", "--overwrite")[0] == 0
    assert "mine" not in (folder / "other.md").read_text()


@pytest.mark.parametrize("name", ["", " ", ".", "..", ".md"])
def test_what_is_no_name_is_refused(guide, folder, name):
    code, _, err = guide("new", name)
    assert (code, "is not a name: give one such as my-evening" in err) == (2, True)
    assert list(folder.iterdir()) == []


def test_where_nothing_can_be_written_that_is_told(guide):
    code, _, err = guide("new", "nowhere/evening")
    assert (code, "there is no folder nowhere" in err) == (1, True)
    code, _, err = guide("new", "x", "--from", "nosuch")
    assert (code, "there is no practice or session 'nosuch'" in err) == (2, True)
