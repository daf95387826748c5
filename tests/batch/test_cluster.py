"""The same files from a Dask cluster, whichever of its workers are lost on the way."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from catalogues import CATALOGUE, SCRIPT, Home
from parts import module
from running import children_of, is_alive, listening, start, wait_until

distributed = module("distributed")
PYTHON = sys.executable
LOCALLY = ("--scheduler", "local", "--jobs", "2")


def workers(pid):
    """The processes of the local cluster's workers that a command has started."""
    found = []
    for child in children_of(pid):
        with contextlib.suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Starts a scheduler and workers as one does on several computers; returns the address."""
    started = []

    def begin(*homes):
        scheduler = tmp_path / "scheduler.json"
        common = ["--scheduler-file", str(scheduler)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        dask = [PYTHON, "-m", "distributed.cli.dask_scheduler"]
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        started.append(subprocess.Popen([*dask, *options, *common], **quiet))
        wait_until(lambda: scheduler.exists() and scheduler.read_text().endswith("}"), 60)
        dask = [PYTHON, "-m", "distributed.cli.dask_worker"]
        for number, environment in enumerate(homes):
            folder = tmp_path / f"worker{number}"
            folder.mkdir()
            options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--name", str(number)]
            where = {"cwd": folder, "env": {**os.environ, **environment}}
            started.append(subprocess.Popen([*dask, *options, *common], **where, **quiet))
        return json.loads(scheduler.read_text())["address"], started

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_worker_is_killed_in_the_middle_and_all_files_are_there(home, alone):
    process = start("batch", "c.toml", *LOCALLY, cwd=home.folder)
    wait_until(lambda: list((home.folder / "out").glob("*.opus")), 60)
    os.kill(workers(process.pid)[0], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "9 exports: 9 made, 0 up to date\n"), err
    assert home.made() == alone
    assert not home.left()
    assert home.batch("--dry-run").stdout.endswith("9 exports: 0 to make, 9 up to date\n")


@pytest.mark.slow
def test_files_are_gathered_from_workers_that_share_nothing(tmp_path, alone, cluster):
    """They have a cache, a home and a folder of their own; one is without the voice."""
    home = Home(tmp_path / "home")
    homes = [
        {f"XDG_{kind}_HOME": str(tmp_path / name / kind) for kind in ("CACHE", "CONFIG", "STATE")}
        for name in ("one", "two")
    ]
    address, (_, worker, _) = cluster(*homes)
    process = start("batch", "c.toml", "--scheduler", address, "--gather", cwd=home.folder)
    wait_until(lambda: list((home.folder / "out").glob("*.opus")), 60)
    worker.kill()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "9 exports: 9 made, 0 up to date\n"), err
    assert home.made() == alone
    assert not home.left()


def test_ctrl_c_ends_a_local_cluster_and_leaves_nothing(home):
    text = CATALOGUE.replace("[1-9", "[900").replace('"espeak"', '"none"')
    (home.folder / "c.toml").write_text(text)
    (home.folder / "a.md").write_text(SCRIPT.replace("[1-9", "[900"))
    process = start(
        "batch", "c.toml", *LOCALLY, cwd=home.folder, preexec_fn=listening, start_new_session=True
    )
    wait_until(home.left, 60)
    children = children_of(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    wait_until(lambda: not any(map(is_alive, children)))
    assert not home.left()


def test_without_a_cluster_it_says_what_to_start(home):
    done = home.batch("--scheduler", "tcp://127.0.0.1:1", env={**os.environ, "DASK_X": "1"})
    assert done.returncode == 1
    assert "no cluster can be used at tcp://127.0.0.1:1" in done.stderr
    assert home.made() == {}


def test_options_of_a_cluster_are_for_a_cluster(home):
    assert home.batch("--gather").returncode == 2
    assert (
        run("batch", "c.toml", "--scheduler", "x", "--jobs", "1", cwd=home.folder).returncode == 2
    )
