"""The same files from a Dask cluster, whichever of its workers are lost on the way."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from catalogues import CATALOGUE, FILES, SCRIPT, Home
from parts import module, need
from running import children_of, is_alive, listening, start, wait_until

distributed, psutil = module("distributed"), module("psutil")
need("openssl", allow_module_level=True)
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
    """Starts a scheduler and workers as one does on several computers; returns the address.

    It speaks TLS, as the page on catalogues says.
    """
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
            *["-subj", "/CN=voice-guide", "-keyout", str(key), "-out", str(certificate)],
        ],
        check=True,
        capture_output=True,
    )
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", str(certificate))
    for each in ("SCHEDULER", "WORKER", "CLIENT"):
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{each}__CERT", str(certificate))
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{each}__KEY", str(key))
    started: list[subprocess.Popen[bytes]] = []

    def begin(*homes):
        scheduler = tmp_path / "scheduler.json"
        common = ["--scheduler-file", str(scheduler)]
        quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        dask = [PYTHON, "-m", "distributed.cli.dask_scheduler"]
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--protocol", "tls"]
        started.append(subprocess.Popen([*dask, *options, *common], **quiet))
        wait_until(lambda: scheduler.exists() and scheduler.read_text().endswith("}"), 60)
        dask = [PYTHON, "-m", "distributed.cli.dask_worker"]
        for number, environment in enumerate(homes):
            folder = tmp_path / f"worker{number}"
            folder.mkdir()
            options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--name", str(number)]
            own = {**os.environ, "TMPDIR": str(folder), **environment}  # as one is killed
            where: Any = {"cwd": folder, "env": own}
            command = [*dask, *options, *common]
            started.append(subprocess.Popen(command, **where, **quiet))
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
    """They have a cache, a home and a folder of their own, and one is killed in the middle."""
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


@pytest.mark.slow
def test_what_ends_three_workers_is_reported_and_the_rest_is_made(home, noting):
    """A program that speaks one line ends the worker that has started it."""
    noting(
        "import os, signal\n"
        "worker = os.getpid()\n"
        "def status(pid): return open(f'/proc/{pid}/status').read()\n"
        "while 'Notice' in text and 'spawn_main' not in open(f'/proc/{worker}/cmdline').read():\n"
        "    worker = int(status(worker).partition('PPid:')[2].split()[0])\n"
        "if 'Notice' in text:\n"
        "    os.kill(worker, signal.SIGKILL)\n"
    )
    (home.folder / "c.toml").write_text(CATALOGUE.replace('"espeak"', '"command:noting"'))
    done = home.batch(*LOCALLY, timeout=180)
    assert done.returncode == 1
    assert done.stdout == "9 exports: 4 made, 0 up to date, 5 failed\n", done.stderr
    assert done.stderr.count("3 workers of the cluster ended while they made it") == 5
    assert not home.left()


@pytest.mark.slow
def test_workers_without_the_voice_are_named(home, tmp_path, noting, cluster):
    noting()
    (home.folder / "c.toml").write_text(CATALOGUE.replace('"espeak"', '"command:noting"'))
    address, _ = cluster({"XDG_CONFIG_HOME": str(tmp_path / "none")}, {})
    wait_until(lambda: len(_workers(address)) == 2, 60)
    done = home.batch("--scheduler", address)
    assert done.returncode == 0, done.stderr
    assert "Note: 1 worker can't make these files:\n  tls://127.0.0.1:" in done.stderr
    assert "noting" in done.stderr
    assert len(home.made()) == FILES


def _workers(address):
    """The workers that have come, as a client sees them."""
    own = {
        name: os.environ["DASK_DISTRIBUTED__COMM__TLS__" + variable]
        for name, variable in (
            ("tls_ca_file", "CA_FILE"),
            ("tls_client_cert", "CLIENT__CERT"),
            ("tls_client_key", "CLIENT__KEY"),
        )
    }
    security = distributed.Security(**own)
    with distributed.Client(address, security=security, set_as_default=False) as client:
        return client.nthreads()


def test_ctrl_c_ends_a_local_cluster_and_leaves_nothing(home):
    text = CATALOGUE.replace("[1-9", "[900").replace('"espeak"', '"none"')
    (home.folder / "c.toml").write_text(text)
    (home.folder / "a.md").write_text(SCRIPT.replace("[1-9", "[900"))
    process = start(
        "batch", "c.toml", *LOCALLY, cwd=home.folder, preexec_fn=listening, start_new_session=True
    )
    wait_until(home.left, 60)
    children = children_of(process.pid)
    for pid in (process.pid, *workers(process.pid)):
        assert {at.laddr.ip for at in psutil.Process(pid).net_connections()} == {"127.0.0.1"}
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    wait_until(lambda: not any(map(is_alive, children)))
    assert not home.left()


def test_without_a_cluster_it_says_what_to_start(home):
    done = home.batch("--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 1
    assert "no cluster can be used at tcp://127.0.0.1:1" in done.stderr
    assert home.made() == {}


def test_options_of_a_cluster_are_for_a_cluster(home):
    assert home.batch("--gather").returncode == 2
    assert home.batch("--scheduler", "tls://x:1", "--jobs", "1").returncode == 2
