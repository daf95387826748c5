"""A wheel, installed into an empty environment, has all that a listener needs."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import soundfile

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path.stem for path in (ROOT / "scripts").glob("*.md") if path.stem != "README")
SESSIONS = ["seen-and-safe", "stay-present"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def guide(wheel, empty, tmp_path_factory):
    """Runs the installed command in an empty folder; the cache and the settings are empty."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip(environment / "bin" / "python", "install", wheel)

    def guide(*arguments):
        done = subprocess.run(
            [environment / "bin" / "voice-guide", *arguments],
            cwd=empty,
            env={"PATH": os.defpath, "HOME": str(tmp_path_factory.getbasetemp() / "home")},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return guide


def pip(python, *arguments):
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_it_holds_the_package_the_scripts_and_the_licence_and_no_tests(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for script in SCRIPTS:
        assert f"voice_guide/scripts/{script}.md" in names
    assert "voice_guide/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"voice_guide"}


def test_it_lists_every_script(guide):
    listed = [row.split()[0] for row in guide("list").splitlines() if row.startswith("  ")]
    assert sorted(listed) == SCRIPTS


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_exports_every_script(guide, empty, name):
    """The sessions with the voice, the practices that they are made of without."""
    quick = () if name in SESSIONS else ("--voice", "none", "--sample-rate", "16000")
    made = guide("export", name, *quick, "--plan", f"{name}.json")
    assert made.startswith(f"{name}.wav: ")
    plan = json.loads((empty / f"{name}.json").read_text())
    with soundfile.SoundFile(empty / f"{name}.wav") as file:
        assert file.samplerate == plan["sample_rate"]
        assert file.frames == plan["frames"]
        assert abs(file.read(frames=60 * file.samplerate)).max() > 0.05
    (empty / f"{name}.wav").unlink()
