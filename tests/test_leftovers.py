"""What a process ended by force leaves is swept by the next; what a living one has stays."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from running import is_alive, run, start, wait_until

from voice_guide.engines import minder
from voice_guide.errors import OutputError
from voice_guide.leftovers import sweep, temporary_file, temporary_folder

LEAVES = """
import sys, time
from pathlib import Path
from voice_guide.leftovers import part_beside, temporary_file, temporary_folder
part, bed = part_beside(Path({target!r})), temporary_file(".wav")
part.write_text("half of i")
with temporary_folder() as folder:
    (folder / "line.txt").write_text("words")
    print(part, folder, bed, sep="\\n", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # what is left at last goes with the test
    return tmp_path / "state" / "voice-guide" / "running"


@pytest.fixture
def leaves(tmp_path):
    """A process that has a part and a folder; returns it, and them."""
    started = []

    def begin():
        code = LEAVES.format(target=str(tmp_path / "a b\n.wav"))
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, bufsize=1
        )
        started.append(process)
        # The name of the target has a line break of its own; ours have none.
        return process, [process.stdout.readline().strip() for _ in range(3)]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_what_is_left_by_force_is_swept_and_what_belongs_to_the_living_is_not(leaves, state):
    dead, left = leaves()
    _, used = leaves()
    dead.kill()
    dead.wait()
    assert all(map(os.path.exists, left + used))
    sweep()
    assert not any(map(os.path.exists, left))
    assert all(map(os.path.exists, used))
    assert len(list(state.iterdir())) == 1


def test_nothing_is_made_to_find_out_where_temporary_files_go(tmp_path, monkeypatch):
    """Python makes a file for that, which stays when the process is ended just then."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: pytest.fail("it looks for a folder"))
    assert temporary_file(".wav").parent == tmp_path


@pytest.mark.parametrize(
    "make", [lambda: temporary_file(".wav"), lambda: temporary_folder().__enter__()]
)
def test_where_nothing_temporary_can_be_made_it_is_told_what_helps(tmp_path, monkeypatch, make):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", full)
    monkeypatch.setattr(Path, "touch", full)
    with pytest.raises(OutputError, match=r"No space left.*: free some space there, or set TMPDIR"):
        make()


def test_a_process_that_ends_by_itself_leaves_nothing(tmp_path, state):
    code = (
        "from pathlib import Path; from voice_guide.leftovers import *\n"
        f"part_beside(Path({str(tmp_path)!r}, 'a')).touch()\n"
        "kept = temporary_folder(); (kept.__enter__() / 'line.txt').touch()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(state.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_journal_is_trusted_with_nothing_but_its_own_names(tmp_path, state):
    mine = tmp_path / "mine.wav"
    mine.write_text("a recording")
    state.mkdir(parents=True)
    journal = state / "0123456789ab.journal"
    journal.write_text(f'"{mine}"\n"{tmp_path}/.voice-guide-0123456789ab-1.part"\nnonsense\n"half')
    part = tmp_path / ".voice-guide-0123456789ab-1.part"
    part.symlink_to(mine)
    sweep()
    assert mine.read_text() == "a recording"
    assert not part.is_symlink()
    assert not journal.exists()


def test_of_a_link_to_a_folder_only_the_link_is_swept(tmp_path, state):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "take.wav").write_text("a recording")
    link = tmp_path / "voice-guide-0123456789ab-1"
    link.symlink_to(kept)
    state.mkdir(parents=True)
    (state / "0123456789ab.journal").write_text(f'"{link}"\n')
    sweep()
    assert not link.is_symlink()
    assert (kept / "take.wav").exists()


def test_the_next_export_sweeps_what_a_killed_one_left(folders):
    def parts():
        return list(folders.glob(".voice-guide-*"))

    process = start("export", "stay-present", "--voice", "none", "--minutes", "38", "-o", "a.wav")
    wait_until(parts)
    process.kill()
    process.communicate()
    assert parts()
    done = run("export", "one-minute-pause", "--voice", "none", "-o", "b.wav")
    assert done.returncode == 0
    assert not parts()


def test_a_program_that_hangs_is_ended_when_its_session_is_killed(folders):
    config = folders / "config" / "voice-guide" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f'[voices.slow]\nseconds = 600\ncommand = ["sh", "-c", '
        f'"sleep 0.5; echo $$ >{folders}/pids; sleep 600; true", "{{text_file}}"]\n'
    )
    process = start("export", "one-minute-pause", "--voice", "command:slow", "-o", "a.wav")
    wait_until(lambda: (folders / "pids").exists() and (folders / "pids").read_text().strip())
    pid = int((folders / "pids").read_text().split()[0])
    assert is_alive(pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not is_alive(pid))


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="only Linux tells where processes are")
def test_a_program_is_ended_though_its_number_was_not_told_in_time(tmp_path):
    at_work, other = tmp_path / "voice-guide-1", tmp_path / "voice-guide-2"
    pipe = subprocess.Popen([sys.executable, minder.__file__], stdin=subprocess.PIPE, text=True)
    programs = []
    for folder in (at_work, other):
        folder.mkdir()
        command = ["sh", "-c", "sleep 600; true"]
        programs.append(subprocess.Popen(command, cwd=folder, start_new_session=True))
    pipe.communicate("voice-guide-1\nvoice-guide-2\nvoice-guide-2 -\n")  # and then it is gone
    assert programs[0].wait(20) == -signal.SIGKILL
    assert programs[1].poll() is None
    minder.end(programs[1].pid)
    programs[1].wait()


def test_a_worker_that_hangs_ends_itself_though_nobody_is_left_to_end_it():
    code = (
        "import os, time\n"
        "from voice_guide.engines.__main__ import answer\n"
        "def speak(request, path):\n"
        "    sum(range(10**12))  # in C, with the lock that Python's threads need\n"
        "answer(speak, '/tmp')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        env={**os.environ, "SPEECH_WORKER_SECONDS": "0.3"},
    )
    process.stdin.write(b"{}\n")
    process.stdin.flush()
    assert process.wait(20) == 1
    process.stdin.close()
