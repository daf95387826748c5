"""Work in processes: one that is lost loses only its own, and is done again, up to three times."""

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest
from running import is_alive, wait_until

from voice_guide.batch.processes import MOST_ENDINGS, in_processes


def doubled(number):
    return 2 * number


def ends_its_process(task):
    """Note that it began, and end as a process does that the system has no memory for."""
    folder, name = task
    begun = Path(folder, name)
    with begun.open("a") as file:
        file.write(f"{os.getpid()}\n")
    times = len(begun.read_text().splitlines())
    if name == "always" or (name == "once" and times == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    return name


def waits(folder):
    Path(folder, "pid").write_text(str(os.getpid()))
    time.sleep(600)


def test_each_task_comes_with_its_result():
    assert dict(in_processes(doubled, range(5), 2)) == {n: 2 * n for n in range(5)}


def test_no_more_are_begun_than_are_worked_on():
    begun = []
    for done, _ in enumerate(in_processes(doubled, range(4), 1, begun.append), start=1):
        assert len(begun) == done


def test_what_ends_its_process_is_tried_again_and_harms_nothing_else(tmp_path):
    tasks = [(str(tmp_path), name) for name in ("once", "always", "never", "nor")]
    results = {name: result for (_, name), result in in_processes(ends_its_process, tasks, 2)}
    assert results == {"once": "once", "always": None, "never": "never", "nor": "nor"}
    begun = {path.name: path.read_text().count("\n") for path in tmp_path.iterdir()}
    assert begun == {"once": 2, "always": MOST_ENDINGS, "never": 1, "nor": 1}


def test_what_is_raised_is_raised_here():
    with pytest.raises(TypeError):
        list(in_processes(doubled, [None], 1))


def test_whoever_stops_listening_has_the_processes_ended(tmp_path):
    def tasks():
        yield str(tmp_path)

    with (
        closing(in_processes(waits, tasks(), 1, lambda _: None)) as work,
        pytest.raises(_EnoughError),
    ):
        _interrupted(work, tmp_path)
    pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_alive(pid))


class _EnoughError(Exception):
    """A signal has come."""


def _interrupted(work, folder):
    """Listen until a signal comes, which is sent when the work has begun."""

    def enough(*_):
        if (folder / "pid").exists() and (folder / "pid").read_text():
            raise _EnoughError
        signal.setitimer(signal.ITIMER_REAL, 0.05)

    before = signal.signal(signal.SIGALRM, enough)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        next(work)
    finally:
        signal.signal(signal.SIGALRM, before)
