"""Paces under names of one's own: kept, found again, and never lost."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import run

from voice_guide.errors import OutputError, PaceError, RequestError, SettingsError
from voice_guide.pace import saved as paces
from voice_guide.pace.pace import PRESETS, Pace

EVENING = Pace.parse("4.5-7")


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """Where the paces are saved."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "voice-guide" / "paces.toml"


def written(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_a_saved_pace_is_found_by_its_name_however_it_is_typed():
    assert paces.save("evening", EVENING) is None
    assert paces.resolve("evening") == paces.resolve(" Evening ") == EVENING
    assert paces.save("evening", Pace.parse("4-4-4-4")) == EVENING
    assert str(paces.resolve("evening")) == "4-4-4-4"


def test_what_is_no_name_is_read_as_a_pace():
    assert paces.resolve("4-6") == Pace.parse("4-6")
    assert paces.resolve("box") == Pace.parse("box")


def test_all_are_kept_in_order_with_what_a_person_wrote_beside_them(file):
    written(file, '# of the doctor\nmorning = "3-4"  # at first\n')
    paces.save("evening", EVENING)
    paces.save("morning-2", Pace.parse("5-5"))
    assert "# of the doctor" in file.read_text()
    assert "# at first" in file.read_text()
    assert paces.remove("Evening") == EVENING
    assert {name: str(pace) for name, pace in paces.saved().items()} == {
        "morning": "3-4",
        "morning-2": "5-5",
    }


@given(name=st.text(max_size=45))
def test_a_name_that_is_taken_is_never_one_that_means_another_pace(name):
    try:
        kept = paces.check_name(name)
    except RequestError:
        return
    assert kept not in PRESETS
    with pytest.raises(PaceError):
        Pace.parse(kept)


@pytest.mark.parametrize("name", [*PRESETS, "mine", "4-6", "4", "", "a b", "-x", 'a"b', "a" * 41])
def test_a_name_that_would_be_mistaken_is_refused(name):
    with pytest.raises(RequestError, match=r"(hoose|a name starts with a letter)"):
        paces.check_name(name)


def test_before_anything_is_measured_mine_says_how_to_measure():
    with pytest.raises(PaceError, match="pace tap"):
        paces.resolve("mine")


def test_an_unknown_name_is_answered_with_the_nearest_saved_one():
    paces.save("evening", EVENING)
    with pytest.raises(PaceError, match="Did you mean evening"):
        paces.resolve("evning")
    with pytest.raises(PaceError, match=r"'zzz' is not a pace.*box"):
        paces.resolve("zzz")


@pytest.mark.parametrize("text", ["damaged", 'evening = "4-"', "evening = 4", "[evening]\nx = 1"])
def test_a_damaged_file_is_told_with_what_is_wrong_and_left_as_it_is(file, text):
    written(file, text)
    for change in (lambda: paces.save("other", EVENING), lambda: paces.remove("evening")):
        with pytest.raises(SettingsError, match=str(file)):
            change()
    assert file.read_text() == text
    assert paces.resolve("4-6") == Pace.parse("4-6")  # which needs no file


def test_a_folder_that_can_not_be_made_is_told(file):
    file.parent.parent.write_text("a file")
    with pytest.raises((OutputError, SettingsError), match="config"):
        paces.save("evening", EVENING)


# On the command line


def test_it_is_used_by_name_as_an_option_a_default_and_a_variable(guide, file, monkeypatch):
    show = ("show", "one-minute-pause", "--voice", "none")
    assert guide("pace", "save", "Evening", "4.5-7")[0] == 0
    assert "breaths at 4.5-7\n" in guide(*show, "--pace", "evening")[1]
    monkeypatch.setenv("VOICE_GUIDE_PACE", "evening")
    assert "breaths at 4.5-7\n" in guide(*show)[1]
    monkeypatch.delenv("VOICE_GUIDE_PACE")
    file.with_name("config.toml").write_text('pace = "evening"')
    assert "breaths at 4.5-7\n" in guide(*show)[1]


def test_list_has_every_pace_with_its_rate_and_marks_the_default(guide, file):
    assert "none yet" in guide("pace", "list")[1]
    paces.save("evening", EVENING)
    file.with_name("config.toml").write_text('pace = "box"')
    _, out, _ = guide("pace", "list")
    rows = {row[2:].split()[0]: row for row in out.splitlines() if row[:1] in " *"}
    assert set(rows) == {*PRESETS, "evening"}
    assert rows["evening"].split()[1:] == ["4.5-7", "5.22", "breaths", "a", "minute"]
    assert [name for name, row in rows.items() if row.startswith("*")] == ["box"]


def test_list_tells_where_a_default_is_that_is_no_pace(guide, file, monkeypatch):
    config = file.with_name("config.toml")
    config.parent.mkdir(parents=True)
    config.write_text('pace = "4"')
    code, _, err = guide("pace", "list")
    assert code == 1
    assert f"{config}: pace: '4' is not a pace" in err
    monkeypatch.setenv("VOICE_GUIDE_PACE", "5")
    assert "VOICE_GUIDE_PACE: '5' is not a pace" in guide("pace", "list")[2]


@pytest.mark.parametrize(
    ("pace", "parts"),
    [
        ("4-6", ["6 breaths a minute", "4 s  inhale", "6 s  exhale", "10 s  in total", "no holds"]),
        ("box", ["3.75 breaths a minute", "4 s  hold", "16 s  in total"]),
        ("evening", ["4.5-7: 5.22", "11.5 s  in total"]),
        ("sigh", ["2+1-6: 6.67", "  2 + 1 s  inhale\n", "      6 s  exhale\n", "9 s  in total"]),
    ],
)
def test_show_has_the_phases_the_length_and_the_rate(guide, pace, parts):
    paces.save("evening", EVENING)
    _, out, _ = guide("pace", "show", pace)
    assert [part for part in parts if part not in out] == []


def test_saving_over_a_name_says_what_it_was(guide):
    guide("pace", "save", "evening", "4-6")
    assert "evening is 4-7 (it was 4-6)" in guide("pace", "save", "evening", "4-7")[1]
    assert "it was 4-7" in guide("pace", "remove", "evening")[1]
    assert "You have saved none yet" in guide("pace", "remove", "evening")[2]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["save", "box", "4-6"], 2),
        (["save", "evening", "4"], 2),
        (["save", "evening"], 2),
        (["remove", "box"], 2),
        (["show", "nothing"], 2),
        (["lst"], 2),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(guide, file, arguments, code):
    assert guide("pace", *arguments)[0] == code
    assert not file.exists()


def test_a_damaged_file_exits_with_1_and_keeps_completion_working(guide, file):
    written(file, "damaged")
    for arguments in (["list"], ["show", "evening"], ["save", "evening", "4-6"]):
        code, _, err = guide("pace", *arguments)
        assert code == 1
        assert "is not TOML" in err
    words = {"COMP_WORDS": "voice-guide show --pace b", "COMP_CWORD": "3"}
    done = run(env={**os.environ, **words, "_VOICE_GUIDE_COMPLETE": "bash_complete"})
    assert done.stdout.splitlines() == ["plain,box"]


def test_completion_knows_saved_names():
    paces.save("evening", EVENING)
    words = {"COMP_WORDS": "voice-guide show --pace ev", "COMP_CWORD": "3"}
    done = run(env={**os.environ, **words, "_VOICE_GUIDE_COMPLETE": "bash_complete"})
    assert done.stdout.splitlines() == ["plain,evening"]
