"""Helpers for tests that run the program as a person would: in a process of its own."""

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "voice_guide"]


def run(*arguments, text=True, **options):
    """Run the command to its end; options are those of ``subprocess.run``."""
    options = {"capture_output": True, "timeout": 60, **options}
    done = subprocess.run([*COMMAND, *map(str, arguments)], text=text, **options)
    assert "Exception ignored" not in str(done.stderr), done.stderr  # all is put away in time
    return done


def start(*arguments, **options):
    """Start the command; its messages can be read from ``stderr``."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], **options)


def listening():
    """Hear Ctrl-C, and the terminal's end, even if the tests were started without one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def wait_until(condition, seconds=20):
    """Wait for something to become true, and return it; fail when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
    return value


def words(text):
    """A text without its line breaks."""
    return " ".join(text.split())


def is_alive(pid):
    """Whether a process still runs; one that has ended and waits to be reaped does not."""
    try:
        state, _ = _state_and_parent(pid)
    except OSError:
        return False
    return state != "Z"


def children_of(pid):
    """The processes that a process has started."""
    children = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if _state_and_parent(folder.name)[1] == str(pid):
                children.append(int(folder.name))
    return children


def _state_and_parent(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
