"""A catalogue of short files, and what its commands make of it alone."""

import shutil
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
