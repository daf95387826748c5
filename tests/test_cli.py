"""The command line: what a person gets back, whatever they type."""

import io
import os
import re
import shlex
import subprocess
import sys

import click
import pytest
import soundfile
from running import COMMAND, run, words

from voice_guide import __version__
from voice_guide.cli import CARE

pytestmark = pytest.mark.usefixtures("folder")

SILENT = ("--voice", "none")
PAUSE = "one-minute-pause"


# Help


def test_version(guide):
    assert guide("--version") == (0, f"voice-guide, version {__version__}\n", "")


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_command_and_the_sentence_of_care(guide, flag):
    code, out, _ = guide(flag)
    assert code == 0
    assert words(CARE) in words(out)
    for command in ("list", "export", "show", "check"):
        assert re.search(rf"^  {command} ", out, re.MULTILINE)
        code, out_of_command, _ = guide(command, flag)
        assert code == 0
        assert "--pace" in out_of_command


def test_without_a_command_it_says_how_to_begin():
    done = run()
    assert done.returncode == 2
    assert "To start:  voice-guide" in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["export", "--help"], ["show", "--help"]])
def test_help_loads_nothing_heavy(arguments):
    script = (
        "import sys\nfrom voice_guide.cli import _run\n"
        f"assert _run({arguments!r}, False) == 0\n"
        "heavy = {'numpy', 'scipy', 'soundfile', 'sounddevice', 'soxr', 'yaml',"
        " 'pyttsx3', 'matplotlib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# What is wrong is said, with what would be right


@pytest.mark.parametrize("command", ["export", "show", "check"])
@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("one-minut-pause", "one-minute-pause"),
        ("numness", "numbness"),
        ("stay_present", "stay-present"),
        ("SEEN", "seen-and-safe"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(guide, command, name, near):
    code, out, err = guide(command, name)
    assert code == 2
    assert repr(name) in out + err
    assert near in out + err


def test_a_script_with_errors_shows_all_of_them_where_they_are(guide, folder):
    (folder / "my.md").write_text(
        "---\ntitel: Mine\npace: 0-6\n---\n\nBreathe in.\n\n  [3 breths]\n\n[bel]\n"
    )
    for command in ("check", "export", "show"):
        code, out, err = guide(command, "my.md")
        assert code == 1
        text = out + err
        places = [
            (int(row), int(column)) for row, column in re.findall(r"my\.md:(\d+):(\d+):", text)
        ]
        assert places == [(2, 1), (3, 7), (8, 3), (10, 1)]
        for shown in (
            "    titel: Mine\n    ^",
            "    pace: 0-6\n          ^",
            "      [3 breths]\n      ^",
        ):
            assert shown in text
        for suggestion in (
            "title, about",
            "Did you mean 'title'",
            "1 to 30 s",
            "[3 breaths]",
            "[bell]",
        ):
            assert suggestion in text


@pytest.mark.parametrize(
    "pace", ["0-6", "4", "4-x", "4-6-8-2-1", "31-4", "4-6-4-31", "", "coherant"]
)
def test_a_wrong_pace_is_answered_with_what_a_pace_looks_like(guide, pace):
    code, _, err = guide("show", PAUSE, "--pace", pace)
    assert code == 2
    for part in ("4-6", "4-7-8", "4-4-4-4", "slow-exhale", "1 to 30 s", "0 to 30 s"):
        assert part in err
    assert ("Did you mean coherent?" in err) == (pace == "coherant")


@pytest.mark.parametrize("section", ["9", "²", "nowhere"])
def test_a_section_that_is_none_is_answered_with_those_that_are(guide, section):
    code, _, err = guide("play", PAUSE, *SILENT, "--start", section)
    assert code == 2
    assert f"has no section {section!r}; its sections are: 1 " in err


@pytest.mark.parametrize("minutes", ["0.5", "200"])
def test_a_length_that_can_not_be_is_answered_with_those_that_can(guide, minutes):
    code, _, err = guide("show", PAUSE, *SILENT, "--minutes", minutes)
    assert code == 2
    shortest, longest = re.search(r"shortest is ([\d.]+).*longest ([\d.]+) ", err).groups()
    for possible in (shortest, longest):
        assert guide("show", PAUSE, *SILENT, "--minutes", possible)[0] == 0
    assert float(shortest) < float(longest)


def test_holds_are_refused_where_they_are_forbidden_with_the_nearest_pace(guide):
    code, _, err = guide("show", "stay-present", *SILENT, "--pace", "4-7-8")
    assert code == 2
    assert "nearest pace without holds is 4-8" in err


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--minutes", "0", "give more than 0"),
        *(("--minutes", wrong, "give more than 0") for wrong in ("nan", "inf", "1e400")),
        ("--tone", "brath", "'breath', 'ocean', 'pad', 'chord', 'bowl', 'none'"),
        ("--voice", "espeek", "auto, hibari, espeak"),
        ("--rate", "79", "give 80 to 300"),
        ("--rate", "fast", "whole number"),
        ("--loudness", "0", "give -40 to -10"),
        ("--loudness", "nan", "give -40 to -10"),
        ("--loudness", "loud", "give -40 to -10"),
        ("--vary", "inf%", "give 0 to 20"),
        ("--duck", "inf", "give 0 to 60"),
        ("--duck", "-1", "give 0 to 60"),
        ("--sample-rate", "8000", "give 16000 to 96000"),
        ("--seed", "-1", "give 0 or more"),
        ("--colour", "blue", "No such option"),
    ],
)
def test_a_wrong_option_is_answered_with_what_is_allowed(guide, option, value, allowed):
    code, _, err = guide("export", PAUSE, option, value)
    assert code == 2
    assert option in err
    assert allowed in err


@pytest.mark.parametrize(
    ("command", "option"),
    [
        *((("export", PAUSE), option) for option in ("--minutes", "--vary", "--loudness")),
        *((("show", PAUSE), option) for option in ("--tone-level", "--duck", "--seed")),
        *((("play", PAUSE), option) for option in ("--volume", "--rate", "--sample-rate")),
        *((("pace", "find"), "--minutes"), (("pace", "listen"), "--seconds")),
        *((("pace", "tap"), "--breaths"), (("list",), "--minutes")),
    ],
)
@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e400", "9" * 5000])
def test_no_number_is_endless(guide, command, option, value):
    code, _, err = guide(*command, f"{option}={value}")
    assert (code, option in err) == (2, True)
    assert "unexpected" not in err


def test_a_bed_that_is_missing_is_named(guide):
    code, _, err = guide("export", PAUSE, "--bed", "no/rain.wav")
    assert code == 2
    assert "no/rain.wav: can't be read (No such file or directory)." in err


# Errors that nobody foresaw


BROKEN = """
import sys
from voice_guide import cli, library
def load(name):
    raise ZeroDivisionError("nobody foresaw this")
library.load = load
cli.main()
"""


def broken(*arguments):
    command = [sys.executable, "-c", BROKEN, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_an_unforeseen_error_is_told_in_a_line():
    done = broken("export", PAUSE)
    assert done.returncode == 1
    assert done.stderr == (
        "Error: something unexpected happened (ZeroDivisionError: nobody foresaw this). "
        "Run the command again with --debug to see where.\n"
    )


def test_ctrl_c_is_told_as_such_also_where_an_import_was_interrupted(guide, monkeypatch):
    """As Python 3.11 tells it of what happens while a class is made."""

    def load(name):
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    monkeypatch.setattr("voice_guide.library.load", load)
    assert guide("show", PAUSE) == (130, "", "Interrupted.\n")


@pytest.mark.parametrize("arguments", [("--debug", "export", PAUSE), ("export", PAUSE, "--debug")])
def test_debug_shows_where_before_or_after_the_command(arguments):
    done = broken(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert "in load" in done.stderr


def test_debug_shows_where_foreseen_errors_come_from_too():
    done = run("--debug", "show", "nosuch")
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "UnknownNameError" in done.stderr


@pytest.fixture
def cut_byte_code(tmp_path):
    """Let Python keep the byte code of a run in a folder of its own, then cut one module's."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "pyc")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run_with_cut(module, *arguments):
        assert run(*arguments, env=environment).returncode == 0
        (code,) = (tmp_path / "pyc").rglob(f"voice_guide/{module}.*.pyc")
        code.write_bytes(code.read_bytes()[:100])
        return [run(*options, *arguments, env=environment) for options in ([], ["--debug"])]

    return run_with_cut


@pytest.mark.parametrize("module", ["cli/scripts", "library", "parse"])
def test_damaged_byte_code_is_told_as_what_it_is(cut_byte_code, module):
    told, debugged = cut_byte_code(module, "list")
    assert told.returncode == 1
    assert "EOFError: marshal data too short" in told.stderr
    assert "Interrupted" not in told.stderr
    assert debugged.returncode == 1
    assert "Traceback" in debugged.stderr
    assert debugged.stderr.rstrip().endswith("EOFError: marshal data too short")


def test_ctrl_d_at_a_question_is_an_interruption(guide, monkeypatch):
    def asked(name):
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO(""))
            click.confirm("Go on?")

    monkeypatch.setattr("voice_guide.library.load", asked)
    code, _, err = guide("show", PAUSE)
    assert (code, err.strip()) == (130, "Interrupted.")


@pytest.mark.parametrize("arguments", [["show", PAUSE, *SILENT, "--json"], ["list"], ["--help"]])
def test_a_reader_that_goes_away_is_no_error_to_speak_of(arguments):
    done = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    done.stdout.close()
    message = done.stderr.read()
    done.stderr.close()
    done.wait(timeout=30)
    assert message == b""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_session_is_made_also_where_nothing_can_be_told(tmp_path, closed):
    command = f"{shlex.join(COMMAND)} export one-minute-pause --voice none -o a.wav {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, timeout=60)
    assert done.returncode == 0
    assert soundfile.info(tmp_path / "a.wav").duration > 55


@pytest.fixture(params=["buffered", "unbuffered"])
def environment(request):
    """The tests' environment, with Python's output as people have it, and at once."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return kept | ({"PYTHONUNBUFFERED": "1"} if request.param == "unbuffered" else {})


@pytest.mark.parametrize(
    "arguments",
    [
        *(["list"], ["--help"], ["export", "--help"], ["--version"], ["doctor"], ["cache"]),
        *(["show", PAUSE, *SILENT], ["show", PAUSE, *SILENT, "--json"], ["check", PAUSE, *SILENT]),
        *(["pace", "list"], ["pace", "show", "box"], ["export", PAUSE, *SILENT, "-o", "-"]),
    ],
    ids=" ".join,
)
def test_output_on_a_full_disk_fails_and_says_so(arguments, environment):
    with open("/dev/full", "wb") as full:
        done = run(*arguments, env=environment, capture_output=False, stdout=full, stderr=-1)
    reason = "standard output can't be written: No space left on device."
    assert (done.returncode, done.stderr) == (1, f"Error: {reason}\n")


def test_where_no_message_can_be_written_the_work_is_done_and_the_code_is_right(
    folder, environment
):
    with open("/dev/full", "wb") as full:

        def code_of(*arguments):
            told = {"capture_output": False, "stdout": -1, "stderr": full}
            return run(*arguments, env=environment, **told).returncode

        assert code_of("export", PAUSE, *SILENT, "--count", "-o", "a.wav") == 0
        assert soundfile.info("a.wav").duration > 55
        assert code_of("show", "nosuch") == 2
        assert code_of("export", PAUSE, *SILENT, "-o", "nosuch/a.wav") == 1


@pytest.mark.parametrize("closed", ["<&-", "<&- >&-", "<&- >&- 2>&-"])
def test_what_is_closed_is_not_taken_for_a_file_of_ours(folder, closed):
    command = f"{shlex.join(COMMAND)} export one-minute-pause --voice none -o a.flac {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60)
    assert (done.returncode, b"Error" in done.stderr) == (0, False)
    assert soundfile.info("a.flac").duration > 55


# Completion


def completions(*typed):
    environment = {
        **os.environ,
        "_VOICE_GUIDE_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["voice-guide", *typed]),
        "COMP_CWORD": str(len(typed)),
    }
    done = run(env=environment)
    assert done.stderr == ""
    return [row.partition(",")[2] for row in done.stdout.splitlines()]


def test_scripts_options_and_paces_are_completed():
    assert completions("export", "one") == ["one-minute-pause", "one-percent"]
    assert completions("show", "stay") == ["stay-present"]
    assert "--pace" in completions("export", "--")
    assert completions("export", "--pace", "b") == ["box"]
    assert completions("export", "--tone", "b") == ["breath", "bowl"]
    assert completions("sh") == ["show"]


def kinds(*typed, shell="bash"):
    """What a shell is told of each completion: its kind."""
    words = " ".join(["voice-guide", *typed])
    environment = {"_VOICE_GUIDE_COMPLETE": f"{shell}_complete", "COMP_WORDS": words}
    cursor = typed[-1] if shell == "fish" else str(len(typed))
    done = run(env={**os.environ, **environment, "COMP_CWORD": cursor})
    assert done.stderr == ""
    return [re.split(r"[,\n]", row)[0] for row in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    "typed",
    [
        *("analyse om", "analyse a.wav om", "analyse --plan om", "analyse --png om", "check om"),
        *("export om", "export -o om", "export --output om", "export --plan om", "export --bed om"),
        *("play om", "show om", "show --png om", "new x --from om", "new x -o om"),
        *("record om", "record --from om", "record --into om", "record --into m --from a om"),
        *("voices try auto -o om", "pace listen om"),
    ],
)
def test_files_are_completed_wherever_one_is_asked_for(typed, shell):
    assert "file" in kinds(*typed.split(), shell=shell)


def test_scripts_of_ones_own_are_completed_beside_those_that_come_along(folder):
    (folder / "one-evening.md").write_text("Rest.")
    (folder / "one.txt").write_text("Rest.")
    assert completions("play", "one") == ["one-minute-pause", "one-percent", "one-evening.md"]


def test_voices_paces_and_choices_are_completed():
    assert completions("voices", "try", "es") == ["espeak"]
    assert completions("voices", "set", "no") == ["none"]
    assert completions("export", "--voice", "fl") == ["flite"]
    assert completions("export", "--ramp", "bo") == ["box:5m"]
    assert completions("export", "--profile", "g") == ["gentle"]
    assert completions("export", "--subtype", "f") == ["float"]
    run("pace", "save", "evening", "4-7", check=True)
    assert completions("pace", "remove", "ev") == ["evening"]
    assert completions("pace", "show", "ev") == ["evening"]
    run("pace", "remove", "evening", check=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell):
    done = run(env={**os.environ, "_VOICE_GUIDE_COMPLETE": f"{shell}_source"})
    assert "_VOICE_GUIDE_COMPLETE" in done.stdout
    assert done.returncode == 0


def test_a_mistyped_command_is_answered_with_the_nearest():
    result = run("exprt")
    assert result.returncode == 2
    assert "export" in result.stderr
