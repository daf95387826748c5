"""No test touches the listener's own cache or settings, or is changed by them."""

import json
import os
import tempfile
import threading

import pytest
from running import run

from voice_guide.cli import _run


def pytest_configure(config):
    """Keep what libraries note as soon as they are imported out of the home folder."""
    if "MPLCONFIGDIR" not in os.environ:  # or the process that started this one has done so
        folder = tempfile.TemporaryDirectory(prefix="voice-guide-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ |= dict.fromkeys(("MPLCONFIGDIR", "PULSE_RUNTIME_PATH"), folder.name)


def pytest_report_header(config):
    if not config.option.markexpr:
        return "All of it takes about 7 minutes on two cores; -m 'not slow' about 3."


@pytest.fixture(scope="session", autouse=True)
def folders_of_the_tests(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("VOICE_GUIDE_")]:
            patch.delenv(name)
        # Whatever else this computer can speak with: the same sound everywhere.
        patch.setattr("voice_guide.voices.best_first", lambda *_: ["espeak"])
        patch.setenv("VOICE_GUIDE_VOICE", "espeak")
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Exports with their plans beside them, made once each."""
    folder, made = tmp_path_factory.mktemp("exports"), {}

    def exported(*options, suffix=".wav"):
        if (*options, suffix) not in made:
            path = folder / f"{len(made)}{suffix}"
            plan = path.with_suffix(".plan.json")
            run("export", *options, "-o", path, "--plan", plan, check=True, timeout=300)
            made[*options, suffix] = path
        return made[*options, suffix]

    return exported


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The current folder, with settings, voices and speech of its own, and nothing in them yet."""
    monkeypatch.delenv("VOICE_GUIDE_VOICE")
    for variable in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(tmp_path / variable.lower()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def disk(tmp_path):
    """Makes a small disk."""
    from disks import SmallDisk

    made = []

    def make(size):
        made.append(SmallDisk(tmp_path / "disk", size))
        return made[-1]

    yield make
    for each in made:
        each.remove()


@pytest.fixture
def unanswered(monkeypatch):
    """Keys without their signs, so that the session alone is heard."""
    monkeypatch.setattr("voice_guide.live.earcons.SIGN_BELOW_VOICE_DB", 4000)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def guide(capsys):
    """Runs a command in this process; gives its exit code, its output and its messages."""

    def guide(*arguments):
        code = _run(list(arguments), debug=False)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return guide


@pytest.fixture
def written(tmp_path):
    """Write scripts by name; returns the path of the first one."""

    def write(**scripts):
        for name, text in scripts.items():
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / f"{name}.md").write_bytes(data)
        return str(tmp_path / f"{next(iter(scripts))}.md")

    return write


@pytest.fixture
def server():
    """A server that files can be got from."""
    from serving import Server

    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.over.set()
        running.shutdown()


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Writes the listener's file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("VOICE_GUIDE_VOICE")
    path = tmp_path / "config" / "voice-guide" / "config.toml"

    def config(text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return config


@pytest.fixture
def shown(capsys):
    """Shows a plan; gives its pace, or the exit code and the message."""

    def shown(*options):
        code = _run(
            ["show", "one-minute-pause", "--json", "--voice", "none", *options], debug=False
        )
        out, err = capsys.readouterr()
        return json.loads(out)["pace"] if code == 0 else (code, err)

    return shown
