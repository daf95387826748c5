"""``voices``: listed, tried and chosen."""

import json

import pytest
import soundfile
from parts import needs
from speaking import spoken

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


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("recorded:nosuch", "no folder 'nosuch'"),
        ("recorded:a.wav", "a.wav is a file"),
        ("recorded:~nosuch", "no folder '~nosuch'"),
        pytest.param(f"neural:{'a' * 300}", "no folder 'a", marks=needs(modules=["sherpa_onnx"])),
        ("recorded:cache", "no recordings yet"),
        ("espeak:nosuch", "no voice variant 'nosuch'"),
    ],
)
def test_a_voice_that_does_not_speak_is_not_chosen(guide, config, folders, name, reason):
    (folders / "a.wav").touch()
    (folders / "cache").mkdir(exist_ok=True)
    code, _, err = guide("voices", "set", name)
    assert code == 2
    assert reason in err
    assert config.read_text() == PROGRAM


def test_a_recorded_voice_is_tried_with_what_is_recorded(guide, folders):
    (folders / "mine").mkdir()
    for text, name in (("Now let it go.", "z"), ("Feel the floor.", "feel-the-floor")):
        ((clip, rate),) = spoken("espeak", text)
        soundfile.write(folders / "mine" / f"{name}.wav", clip, rate)

    def tried(index):
        (folders / "mine" / "lines.json").write_text(json.dumps(index))
        code, out, err = guide("voices", "try", "recorded:mine", "-o", "a.wav", "--overwrite")
        assert (code, err) == (0, "")
        assert soundfile.read("a.wav")[0].any()
        return out

    assert tried({}) == "recorded:mine: feel the floor\n"
    index = {"Gone.": "gone.wav", "Now let it go.": "z.wav"}
    assert tried(index) == "recorded:mine: Now let it go.\n"


def test_a_program_is_tried_in_its_own_language(guide, config, folders):
    ((clip, rate),) = spoken("espeak", "Breathing out.")
    soundfile.write(folders / "said.wav", clip, rate)
    program = ["cat", str(folders / "said.wav"), "{text_file}"]
    config.write_text(f'[voices.other]\ncommand = {json.dumps(program)}\nlanguage = "de"\n')
    options = ("--text", "Langsam ausatmen.", "-o", "a.wav")
    code, out, err = guide("voices", "try", "command:other,auto", *options)
    assert (code, err) == (0, "")
    assert out == "command:other: Langsam ausatmen.\n"
    assert soundfile.read("a.wav")[0].any()


def test_where_the_recordings_of_an_empty_folder_belong_is_told(guide, folders):
    empty = folders / "data" / "voice-guide" / "voices" / "my voice"
    empty.mkdir(parents=True)
    code, _, err = guide("voices", "set", "recorded:my voice")
    assert code == 2
    assert f"voice-guide record --into '{empty}'" in err


def test_words_that_are_none_are_told(guide, folders):
    code, _, err = guide("voices", "try", "espeak", "--text", "  ", "-o", "a.wav")
    assert code == 2
    assert "--text is empty" in err
    assert not (folders / "a.wav").exists()


def test_a_damaged_settings_file_is_told_before_any_voice(guide, config):
    config.write_text("voice = ")
    code, out, err = guide("voices")
    assert (code, out) == (1, "")
    assert f"{config}: is not TOML" in err
    assert "Correct or remove it" in err


def test_a_folder_that_is_chosen_is_found_from_anywhere(guide, config, folders):
    (folders / "mine").mkdir()
    (folders / "mine" / "breathing-in.wav").touch()
    assert guide("voices", "set", "recorded:mine,auto")[0] == 0
    assert f'voice = "recorded:{folders / "mine"},auto"' in config.read_text()
