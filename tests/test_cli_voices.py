"""``voices``: listed, tried and chosen."""

import json

import pytest
import soundfile

PROGRAM = """
[voices.festival]
command = ["text2wave", "{text_file}", "-o", "{output}"]
language = "en"
"""


@pytest.fixture(autouse=True)
def config(folders):
    """The settings file, which describes a program."""
    path = folders / "config" / "voice-guide" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(PROGRAM)
    return path


def test_voices_are_listed_tried_and_chosen(guide, config, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, out, _ = guide("voices", "list", "--json")
    assert code == 0
    found = {row["name"]: row for row in json.loads(out)}
    assert found["espeak"]["speed"] > 1
    assert "de" in found["espeak"]["languages"]
    assert "not installed" in found["command:festival"]["fault"]
    assert all(row["offline"] for row in found.values())
    assert guide("voices", "try", "espeak", "--text", "Breathing out.", "-o", "try.wav")[0] == 0
    assert soundfile.read("try.wav")[0].any()
    assert guide("voices", "set", "espeak:f2")[0] == 0
    assert config.read_text() == f'voice = "espeak:f2"\n{PROGRAM}'
    code, out, _ = guide("export", "one-minute-pause", "-o", "a.wav", "--tone", "none")
    assert "voice espeak:f2 at" in out


def test_a_voice_that_does_not_speak_is_not_chosen(guide, config):
    for name in ("recorded:nosuch", "espeak:nosuch"):
        code, _, err = guide("voices", "set", name)
        assert code == 2
        assert "nosuch" in err
    assert config.read_text() == PROGRAM


def test_a_folder_that_is_chosen_is_found_from_anywhere(guide, config, folders):
    (folders / "mine").mkdir()
    assert guide("voices", "set", "recorded:mine,auto")[0] == 0
    assert f'voice = "recorded:{folders / "mine"},auto"' in config.read_text()
