"""What nobody foresaw: broken code, interruptions, closed and full outputs."""

import io
import os
import shlex
import subprocess
import sys

import click
import pytest
import soundfile
from running import COMMAND, listening, run

pytestmark = pytest.mark.usefixtures("folder")

SILENT = ("--voice", "none")
PAUSE = "one-minute-pause"


BROKEN = """
import sys
from voice_guide import cli
from voice_guide.scripting import loading
def load(name):
    raise ZeroDivisionError("nobody foresaw this")
loading.load = load
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

    monkeypatch.setattr("voice_guide.scripting.loading.load", load)
    assert guide("show", PAUSE) == (130, "", "Interrupted.\n")


PUT_AWAY = """\
import signal, time
from voice_guide import cli

class Thing:
    def __del__(self):
        signal.raise_signal(signal.{name})

def work(*_, **__):
    Thing()
    time.sleep(20)

cli.cli.main = work
cli.main()
"""


@pytest.mark.parametrize(
    ("name", "code", "told"), [("SIGINT", 130, "Interrupted."), ("SIGTERM", 143, "")]
)
def test_a_signal_while_something_is_put_away_is_not_lost(name, code, told):
    command = [sys.executable, "-c", PUT_AWAY.format(name=name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, preexec_fn=listening)
    assert (done.returncode, done.stderr.strip()) == (code, told)


@pytest.mark.parametrize("kind", ["CACHE", "DATA", "STATE"])
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("export", PAUSE, "-o", "a.wav"), 0),
        (("cache",), 0),
        (("voices", "remove", "recorded:nosuch"), 2),
    ],
    ids=["export", "cache", "voices"],
)
def test_a_folder_that_can_not_be_looked_into_is_no_fault(folder, kind, command, code):
    """Here its name is too long; a home on a network that is gone does the same."""
    done = run(*command, env={**os.environ, f"XDG_{kind}_HOME": str(folder / ("a" * 300))})
    assert (done.returncode, "unexpected" in done.stderr) == (code, False), done.stderr


def test_what_fails_at_the_very_end_is_told_as_what_it_is():
    program = (
        "from voice_guide import cli\n"
        "class Thing:\n"
        "    def __del__(self): raise ValueError('at the very end')\n"
        "cli.cli.main = lambda *_, **__: setattr(cli, 'thing', Thing())\n"
        "cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.strip().endswith("ValueError: at the very end")


@pytest.mark.parametrize("error", ["OSError", "BrokenPipeError", "errors.OutputError"])
@pytest.mark.parametrize(
    ("name", "code", "told"), [("SIGINT", 130, "Interrupted."), ("SIGTERM", 143, "")]
)
def test_a_signal_is_none_of_the_errors_that_came_of_it(name, code, told, error):
    """Of an import that was torn, or of what could not be put away."""
    program = (
        "import signal; from voice_guide import cli, errors\n"
        "def work(*_, **__):\n"
        f"    try: signal.raise_signal(signal.{name})\n"
        f"    finally: raise {error}('gone')\n"
        "cli.cli.main = work; cli.main()"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, preexec_fn=listening)
    assert (done.returncode, done.stderr.strip()) == (code, told)


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


@pytest.mark.parametrize("module", ["cli/scripts", "scripting/library", "scripting/parse"])
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

    monkeypatch.setattr("voice_guide.scripting.loading.load", asked)
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
