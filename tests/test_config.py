"""The listener's own files: where they are, and how they are changed without losing anything."""

import os
import stat
import subprocess
import sys
import tomllib

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_guide import config as config_module
from voice_guide.errors import OutputError, SettingsError
from voice_guide.files import locked
from voice_guide.folders import own_folder

pytestmark = pytest.mark.usefixtures("config")


def test_folders_are_those_of_the_platform(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert config_module.cache_folder() == tmp_path / "cache" / "voice-guide" / "clips"
    assert config_module.config_file() == tmp_path / "config" / "voice-guide" / "config.toml"


# What is remembered for the listener


def test_without_a_home_folder_it_is_told_what_to_set():
    """Some containers run programs as a user whom the system doesn't know."""
    code = (
        "import pwd\n"
        "def unknown(number): raise KeyError(number)\n"
        "pwd.getpwuid = unknown\n"
        "from voice_guide.cli import main\n"
        "main()"
    )
    homeless = {
        name: value
        for name, value in os.environ.items()
        if name != "HOME" and not name.startswith("XDG_")
    }
    done = subprocess.run(
        [sys.executable, "-c", code, "list"], capture_output=True, text=True, env=homeless
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: you have no home folder on this computer")
    assert "Set HOME to a folder" in done.stderr


def test_where_the_home_folder_is_none_there_are_no_settings(tmp_path, monkeypatch):
    """Accounts of services often have /dev/null for a home."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    assert config_module.read_config() == {}


@pytest.mark.parametrize("kind", ["cache", "config", "data", "state"])
@pytest.mark.parametrize("home", ["/home/me", "relative", None])
@pytest.mark.parametrize("base", ["/elsewhere", "relative", "", None])
def test_folders_are_where_programs_of_this_system_have_them(monkeypatch, kind, home, base):
    for name, value in (("HOME", home), (f"XDG_{kind.upper()}_HOME", base)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    found = own_folder(kind)
    if sys.platform == "linux" and (base, home) == ("relative", "/home/me"):
        # To be ignored, by the XDG Base Directory Specification; old platformdirs don't.
        monkeypatch.delenv(f"XDG_{kind.upper()}_HOME")
    assert found == getattr(platformdirs, f"user_{kind}_path")("voice-guide", appauthor=False)


def test_a_default_is_remembered_and_the_rest_of_the_file_stays(config, shown):
    config('# mine\ntone = "pad"  # softer\npace = "4-4"\n')
    path = config_module.remember("pace", "5-7")
    assert shown() == "5-7"
    text = path.read_text()
    assert '# mine\ntone = "pad"  # softer\n' in text
    assert "4-4" not in text
    config_module.remember("pace", "3-4")
    assert shown() == "3-4"
    assert config_module.read_config() == {"pace": "3-4", "tone": "pad"}


def test_a_default_is_remembered_where_there_was_no_file(shown):
    config_module.remember("pace", "5-7")
    assert shown() == "5-7"


def test_a_damaged_file_is_told_not_overwritten(config):
    path = config("damaged")
    with pytest.raises(SettingsError, match="is not TOML"):
        config_module.remember("pace", "5-7")
    assert path.read_text() == "damaged"


def test_a_program_that_is_called_like_a_setting_stays(config):
    programs = '[voices]\n[voices.voice]  # mine\ncommand = ["say", "{text_file}"]\nrate = 120\n'
    path = config(f'tone = "pad"\n\n# programs\n{programs}')
    config_module.remember("voice", "espeak")
    assert path.read_text().endswith(f'tone = "pad"\n\n# programs\n{programs}')
    assert config_module.read_config()["voice"] == "espeak"


def test_a_value_of_several_rows_is_replaced_as_a_whole(config):
    path = config('pace = "5-7"\r\nvoice = """\r\nespeak"""  # softer\r\nduck = 20\r\n')
    config_module.remember("voice", "flite:slt")
    expected = b'pace = "5-7"\r\nvoice = "flite:slt"  # softer\r\nduck = 20\r\n'
    assert path.read_bytes() == expected


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = TEXTS | st.integers(-9, 9) | st.lists(TEXTS, max_size=2)
FILES = st.dictionaries(TEXTS, VALUES | st.dictionaries(TEXTS, VALUES, max_size=2), max_size=4)


@given(FILES, TEXTS, TEXTS | st.none())
def test_whatever_the_file_holds_only_that_row_changes(tmp_path_factory, before, key, value):
    import tomlkit

    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(tomlkit.dumps(before), encoding="utf-8", newline="")
    config_module.set_row(path, key, value)
    changed = {name: kept for name, kept in before.items() if name != key}
    expected = changed if value is None else changed | {key: value}
    assert tomllib.loads(path.read_bytes().decode()) == expected


def test_a_name_that_is_no_text_is_refused_before_anything_is_written(config):
    path = config('tone = "pad"\n')
    with pytest.raises(OutputError, match="rename it first"):
        config_module.remember("voice", "recorded:caf\udce9")
    assert path.read_text() == 'tone = "pad"\n'
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_the_file_behind_a_link_is_changed_and_keeps_its_permissions(config, tmp_path):
    kept = tmp_path / "dotfiles.toml"
    kept.write_text('tone = "pad"\n')
    kept.chmod(0o640)
    config("").unlink()
    config_module.config_file().symlink_to(kept)
    config_module.remember("pace", "5-7")
    assert config_module.config_file().is_symlink()
    assert tomllib.loads(kept.read_text()) == {"tone": "pad", "pace": "5-7"}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640


SAVES = """
import sys
from voice_guide.pace.pace import Pace
from voice_guide.pace.saved import save
sys.stdin.readline()
for number in range(10):
    save(f"{sys.argv[1]}{number}", Pace.parse("4-7"))
"""


def test_processes_that_change_a_file_at_once_lose_nothing(config, tmp_path):
    script = tmp_path / "saves.py"
    script.write_text(SAVES)
    both = [subprocess.Popen([sys.executable, script, name], stdin=-1, text=True) for name in "ab"]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.close()
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    rows = config_module.read_rows(config_module.config_file().with_name("paces.toml"))
    assert set(rows) == {f"{name}{number}" for name in "ab" for number in range(10)}


def test_a_process_that_never_finishes_is_not_waited_for_endlessly(config, monkeypatch):
    monkeypatch.setattr("voice_guide.files.LOCK_SECONDS", 0.01)
    path = config("")
    with locked(path), pytest.raises(OutputError, match="another voice-guide"):
        config_module.remember("pace", "5-7")
    config_module.remember("pace", "5-7")


@pytest.mark.parametrize("text", ["a = " + "[" * 30_000, "a = " + "9" * 5000, "#" * 70_000])
def test_a_file_that_is_too_deep_or_too_large_is_told(config, text):
    path = config(text)
    with pytest.raises(SettingsError, match=f"{path}: ") as caught:
        config_module.remember("pace", "5-7")
    assert len(str(caught.value)) < 400
    assert path.read_text() == text


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(config):
    path = config("")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SettingsError, match="not a regular file"):
        config_module.read_config()
