"""A catalogue of short files, and what its commands make of it alone."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from catalogues import Home

from voice_guide.cli import _run


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    """What each export of the catalogue makes, by a command of its own."""
    home = Home(tmp_path_factory.mktemp("alone") / "home")
    _, rows = home.rows("--dry-run")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home.folder)
        for row in rows:
            assert _run(row["command"][1:], debug=False) == 0
    return home.made()


@pytest.fixture(scope="session")
def _finished(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("finished") / "home")
    return home, home.batch("--jobs", "2")


@pytest.fixture
def finished(_finished, tmp_path):
    """A copy of a catalogue that is made, and what its command said."""
    made, done = _finished
    shutil.copytree(made.folder, tmp_path / "copy")
    home = Home.__new__(Home)
    home.folder = Path(tmp_path / "copy")
    return home, done


NOTING = """
import math, struct, sys, wave
text = open(sys.argv[1]).read().strip()
open({asked!r}, "a").write(text + "\\n")
{more}
frames = [math.sin(0.05 * n) * math.sin(math.pi * n / 4000) for n in range(16000)]
with wave.open(sys.argv[2], "wb") as file:
    file.setparams((1, 2, 16000, 0, "NONE", ""))
    file.writeframes(b"".join(struct.pack("<h", int(8000 * each)) for each in frames))
"""


@pytest.fixture
def noting(tmp_path, monkeypatch):
    """A voice that notes what it is asked for, and may do more; gives the file of its notes."""

    def make(more=""):
        program, asked = tmp_path / "speak.py", tmp_path / "asked"
        for kind in ("CACHE", "CONFIG"):
            monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
        program.write_text(NOTING.format(asked=str(asked), more=more))
        config = tmp_path / "config" / "voice-guide" / "config.toml"
        config.parent.mkdir(parents=True)
        command = json.dumps([sys.executable, str(program), "{text_file}", "{output}"])
        config.write_text(f"[voices.noting]\ncommand = {command}\n")
        return asked

    return make
