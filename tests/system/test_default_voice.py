"""Who speaks on this computer when nobody has chosen, for real."""

import importlib.util
import io
import os

import pytest
import soundfile
from running import run

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime has no wheel for this"
)

ENGLISH = "Let your feet find the floor.\n\nout: and slowly out.\n"
GERMAN = "---\nlanguage: de\n---\n\nSpüre deine Füße auf dem Boden.\n"


def exported(folder, script, *options):
    """What is written to the two outputs by a process that has the settings of nobody."""
    (folder / "a.md").write_text(script)
    environment = {**os.environ, **{f"XDG_{x}_HOME": str(folder) for x in ("CACHE", "CONFIG")}}
    environment.pop("VOICE_GUIDE_VOICE")
    return run("export", folder / "a.md", "-o", "-", *options, text=False, env=environment)


def test_english_is_spoken_by_the_natural_voice(tmp_path):
    done = exported(tmp_path, ENGLISH)
    assert done.returncode == 0, done.stderr
    assert b"voice hibari at -18 LUFS" in done.stderr
    sound, rate = soundfile.read(io.BytesIO(done.stdout))
    assert abs(sound[: 8 * rate]).max() > 0.05
    again = exported(tmp_path, ENGLISH, "--voice", "hibari")
    assert again.stdout == done.stdout


def test_another_language_is_left_to_a_voice_that_speaks_it(tmp_path):
    done = exported(tmp_path, GERMAN)
    assert done.returncode == 0, done.stderr
    assert b"hibari" not in done.stderr


def test_what_it_can_not_say_stops_an_export_and_names_the_word(tmp_path):
    done = exported(tmp_path, "Breathe.\n\n" + "la" * 15)
    assert done.returncode == 1
    assert done.stdout == b""
    assert "'hibari' could not speak" in done.stderr.decode()
    assert f"it can't say '{'la' * 12}…'" in done.stderr.decode()
    done = exported(tmp_path, "la" * 15, "--fallback")
    assert done.returncode == 0
    assert b"spoke in its place" in done.stderr


def test_only_the_worker_loads_onnxruntime(tmp_path, monkeypatch):
    """By the interpreter's own account of the command; what a worker writes goes elsewhere."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    done = exported(tmp_path, ENGLISH)
    assert done.returncode == 0
    assert b"soxr" in done.stderr
    assert b"onnxruntime" not in done.stderr
