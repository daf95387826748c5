"""``play --resume``: which session it is, and with which options."""

import contextlib

import click
import pytest

from voice_guide.cli.play import play_command
from voice_guide.cli.resuming import first_item, place_to_go_on
from voice_guide.errors import RequestError, VoiceGuideError
from voice_guide.live import resume
from voice_guide.live.resume import Bookmark
from voice_guide.options import OPTIONS
from voice_guide.scripting.loading import load
from voice_guide.settings import Settings


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch, folders):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "voice-guide" / "place.json"


def left(name="numbness", item=3, **options):
    defaults = {name: getattr(Settings(), name) for name in OPTIONS}
    kept = {**defaults, "pace": "4-6", "ramp": "none", **options}
    resume.keep(Bookmark(name, item, kept))


def going_on(*typed):
    """The place and the settings of ``play --resume`` with what else is typed."""
    found = []

    def take(**options):
        settings = Settings(**{name: options[name] for name in OPTIONS})
        found.extend(place_to_go_on(options["name"], settings))

    command = click.Command("play", params=play_command.params, callback=take)
    command.main(["--resume", *typed], standalone_mode=False)
    return found


def test_without_a_name_it_is_the_one_that_was_left():
    left(tone="pad", minutes=3.0)
    place, settings = going_on()
    assert (place.name, place.item) == ("numbness", 3)
    assert (settings.tone, settings.minutes, str(settings.pace)) == ("pad", 3.0, "4-6")


def test_a_name_is_honoured(folder):
    left()
    assert going_on("numbness")[0].name == "numbness"
    with pytest.raises(RequestError) as error:
        going_on("one-percent")
    assert str(error.value) == (
        "you left 'numbness', not 'one-percent'. To resume it:  voice-guide play --resume\n"
        "To start the other one:  voice-guide play one-percent"
    )


def test_the_default_is_a_name_only_where_it_is_typed():
    left()
    with pytest.raises(RequestError, match="you left 'numbness', not 'stay-present'"):
        going_on("stay-present")


def test_a_file_is_the_same_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "mine.md").write_text("Rest.")
    left(str(tmp_path / "mine.md"), 0)
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert going_on("../mine.md")[0].name == str(tmp_path / "mine.md")
    with pytest.raises(RequestError):
        going_on("mine.md")


def test_the_command_says_it_with_its_exit_code(guide):
    code, _, err = guide("play", "--resume")
    assert (code, "there is no session to resume" in err) == (1, True)
    left()
    code, _, err = guide("play", "one-percent", "--resume")
    assert (code, "you left 'numbness'" in err) == (2, True)


def test_what_is_typed_now_counts_and_a_length_replaces_the_other_measure():
    left(minutes=3.0, tone="pad")
    _, settings = going_on("--breaths", "20", "--tone", "bowl")
    assert (settings.minutes, settings.breaths, settings.tone) == (None, 20, "bowl")


@pytest.mark.parametrize(
    "options",
    [
        {"loudness": "x"},
        {"vary": [1]},
        {"sample_rate": None, "rate": {}},
        {"tone": 3},
        {"count": "maybe"},
        {"pace": 4},
        {"ramp": "4"},
        {"unknown": 1},
        {"minutes": 1e400},
        {"seed": "one"},
        {"bed": 3},
    ],
)
def test_a_place_that_was_damaged_is_told(options):
    left(**options)
    with pytest.raises(VoiceGuideError, match=r"can't be read\. Start again"):
        going_on()


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("value", [[1], {"a": 1}, -1, 1e400, True, "\0", "9" * 5000, "\ud800"])
def test_whatever_stands_for_a_setting_is_taken_or_told(name, value):
    left(**{name: value})
    with contextlib.suppress(VoiceGuideError):
        going_on()


def test_a_place_nested_beyond_reason_is_none(state):
    left()
    state.write_text("[" * 100_000)
    assert resume.kept() is None


def test_a_script_that_has_become_shorter_begins_anew(capsys):
    script = load("numbness")
    items = sum(1 for _ in script.items())
    assert first_item(Bookmark("numbness", items - 1, {}), script) == items - 1
    assert capsys.readouterr().err == ""
    assert first_item(Bookmark("numbness", items, {}), script) == 0
    assert "is shorter than when you left" in capsys.readouterr().err
