"""NumPy works in one thread: another would wait in a loop, and take time from the rest."""

import json
import os
import subprocess
import sys

import pytest
from running import run

from voice_guide.engines import NUMPY_THREADS, environment

AT_ITS_END = """\
import atexit, os, sys
from voice_guide.cli import main

def tell():
    import numpy
    print(len(os.listdir("/proc/self/task")))

atexit.register(tell)
main()
"""

PROGRAM = """\
import os, sys, wave
with open("{told}", "a") as told:
    print(os.environ.get("{name}", "as it likes"), file=told)
with wave.open(sys.argv[2], "wb") as file:
    file.setparams((1, 2, 24000, 0, "NONE", ""))
    file.writeframes(bytes(48000))
"""


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A home without settings, and nothing said of threads."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv(NUMPY_THREADS, raising=False)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells of threads on Linux")
def test_a_command_has_one_thread_when_numpy_is_there(elsewhere):
    command = [sys.executable, "-c", AT_ITS_END, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "1"


def test_processes_of_ours_have_one_each_unless_the_listener_says_more(elsewhere, monkeypatch):
    assert environment()[NUMPY_THREADS] == "1"
    monkeypatch.setenv(NUMPY_THREADS, "4")
    assert environment()[NUMPY_THREADS] == "4"


@pytest.mark.parametrize("said", [None, "4"])
def test_a_program_that_speaks_gets_what_the_listener_has(elsewhere, monkeypatch, said):
    if said:
        monkeypatch.setenv(NUMPY_THREADS, said)
    told, program = elsewhere / "told.txt", elsewhere / "program.py"
    program.write_text(PROGRAM.format(told=told, name=NUMPY_THREADS))
    config = elsewhere / "config" / "voice-guide" / "config.toml"
    config.parent.mkdir(parents=True)
    command = json.dumps([sys.executable, str(program), "{text_file}", "{output}"])
    config.write_text(f"[voices.mine]\ncommand = {command}\n")
    run("voices", "try", "command:mine", "-o", elsewhere / "out.wav")
    assert set(told.read_text().splitlines()) == {said or "as it likes"}
    assert os.environ.get(NUMPY_THREADS) == said
