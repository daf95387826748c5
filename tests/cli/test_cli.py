"""The command line: what a person gets back, whatever they type."""

import re
import subprocess
import sys

import pytest
from running import run, words

from voice_guide import __version__
from voice_guide.cli import _COMMANDS, pace
from voice_guide.texts import CARE

pytestmark = pytest.mark.usefixtures("folder")

SILENT = ("--voice", "none")
PAUSE = "one-minute-pause"


# Help


def test_version(guide):
    assert guide("--version") == (0, f"voice-guide, version {__version__}\n", "")


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize(("group", "commands"), [((), _COMMANDS), (("pace",), pace._COMMANDS)])
def test_help_names_every_command_and_each_has_its_own(guide, group, commands, flag):
    code, out, _ = guide(*group, flag)
    assert code == 0
    for command, (_, about) in commands.items():
        assert re.search(rf"^  {command} ", out, re.MULTILINE)
        assert words(about) in words(out)
        code, out_of_command, _ = guide(*group, command, flag)
        assert code == 0
        assert words(out_of_command).startswith(" ".join(["Usage: voice-guide", *group, command]))


@pytest.mark.parametrize(("columns", "width"), [(60, 58), (100, 78)])
def test_help_is_as_wide_as_the_terminal_but_no_wider_than_can_be_read(
    guide, monkeypatch, columns, width
):
    monkeypatch.setenv("COLUMNS", str(columns))
    for arguments in (("--help",), ("export", "--help")):
        widest = max(map(len, guide(*arguments)[1].splitlines()))
        assert width - 10 < widest <= width


def test_help_says_where_to_turn_in_danger(guide):
    assert words(CARE) in words(guide("--help")[1])


@pytest.mark.parametrize("command", ["list", "play", "export", "show", "check"])
def test_what_depends_on_the_pace_can_be_given_one(guide, command):
    assert "--pace" in guide(command, "--help")[1]


def test_without_a_command_it_says_how_to_begin():
    done = run()
    assert done.returncode == 2
    assert "To start:  voice-guide" in done.stderr


HEAVY = {
    *("numpy", "scipy", "soundfile", "sounddevice", "soxr", "matplotlib", "pyttsx3", "yaml"),
    *("tomllib", "json", "html", "hashlib", "subprocess", "concurrent.futures"),
}
"""What takes longer to load than help to be written."""


def loaded(*arguments):
    """The modules that a command has loaded when it has ended."""
    script = (
        "import sys\nfrom voice_guide.cli import _run\n"
        f"assert _run({arguments!r}, False) == 0\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_help_loads_next_to_nothing_of_ours():
    modules = loaded("--help")
    ours = {name.removeprefix("voice_guide.") for name in modules if "voice_guide." in name}
    assert ours == {
        "cli",
        "cli.echo",
        "cli.lazy",
        "cli.streams",
        "engines",
        "errors",
        "limits",
        "texts",
    }
    assert not modules & (HEAVY | {"dataclasses", "pathlib", "fractions", "shutil"})


@pytest.mark.parametrize("command", ["list", "play", "export", "show", "check"])
def test_help_of_a_command_loads_nothing_heavy(command):
    assert not loaded(command, "--help") & (HEAVY - {"json"})


def test_the_list_loads_nothing_heavy():
    modules = loaded("list")
    assert not modules & HEAVY
    assert not {
        name for name in modules if name.startswith(("voice_guide.sound", "voice_guide.output"))
    }


def test_an_export_of_kept_speech_loads_nothing_that_makes_more(guide):
    export = ("export", PAUSE, "--voice", "espeak", "-o", "pause.wav", "--overwrite")
    assert guide(*export)[0] == 0
    unneeded = {"yaml", "html", "subprocess", "concurrent.futures", "soxr", "matplotlib"}
    assert not loaded(*export) & unneeded


# What is wrong is said, with what would be right


@pytest.mark.parametrize("command", ["export", "show", "check"])
@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("one-minut-pause", "one-minute-pause"),
        ("numness", "numbness"),
        ("stay_present", "stay-present"),
        ("SEEN", "seen-and-safe"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(guide, command, name, near):
    code, out, err = guide(command, name)
    assert code == 2
    assert repr(name) in out + err
    assert near in out + err


def test_a_script_with_errors_shows_all_of_them_where_they_are(guide, folder):
    (folder / "my.md").write_text(
        "---\ntitel: Mine\npace: 0-6\n---\n\nBreathe in.\n\n  [3 breths]\n\n[bel]\n"
    )
    for command in ("check", "export", "show"):
        code, out, err = guide(command, "my.md")
        assert code == 1
        text = out + err
        places = [
            (int(row), int(column)) for row, column in re.findall(r"my\.md:(\d+):(\d+):", text)
        ]
        assert places == [(2, 1), (3, 7), (8, 3), (10, 1)]
        for shown in (
            "    titel: Mine\n    ^",
            "    pace: 0-6\n          ^",
            "      [3 breths]\n      ^",
        ):
            assert shown in text
        for suggestion in (
            "title, about",
            "Did you mean title?",
            "1 to 30 s",
            "[3 breaths]",
            "[bell]",
        ):
            assert suggestion in text


@pytest.mark.parametrize(
    "pace", ["0-6", "4", "4-x", "4-6-8-2-1", "31-4", "4-6-4-31", "", "coherant"]
)
def test_a_wrong_pace_is_answered_with_what_a_pace_looks_like(guide, pace):
    code, _, err = guide("show", PAUSE, "--pace", pace)
    assert code == 2
    for part in ("4-6", "4-7-8", "4-4-4-4", "slow-exhale", "1 to 30 s", "0 to 30 s"):
        assert part in err
    assert ("Did you mean coherent?" in err) == (pace == "coherant")


@pytest.mark.parametrize("section", ["9", "²", "nowhere"])
def test_a_section_that_is_none_is_answered_with_those_that_are(guide, section):
    code, _, err = guide("play", PAUSE, *SILENT, "--start", section)
    assert code == 2
    assert f"has no section {section!r}; its sections are: 1 " in err


@pytest.mark.parametrize("minutes", ["0.5", "200"])
def test_a_length_that_can_not_be_is_answered_with_those_that_can(guide, minutes):
    code, _, err = guide("show", PAUSE, *SILENT, "--minutes", minutes)
    assert code == 2
    shortest, longest = re.search(r"shortest is ([\d.]+).*longest ([\d.]+) ", err).groups()
    for possible in (shortest, longest):
        assert guide("show", PAUSE, *SILENT, "--minutes", possible)[0] == 0
    assert float(shortest) < float(longest)


def test_holds_are_refused_where_they_are_forbidden_with_the_nearest_pace(guide):
    code, _, err = guide("show", "stay-present", *SILENT, "--pace", "4-7-8")
    assert code == 2
    assert "nearest pace without holds is 4-8" in err


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--minutes", "0", "give more than 0"),
        *(("--minutes", wrong, "give more than 0") for wrong in ("nan", "inf", "1e400")),
        ("--tone", "brath", "'breath', 'ocean', 'pad', 'chord', 'bowl', 'none'"),
        ("--voice", "espeek", "auto, hibari, espeak"),
        ("--rate", "79", "give 80 to 300"),
        ("--rate", "fast", "whole number"),
        ("--loudness", "0", "give -40 to -10"),
        ("--loudness", "nan", "give -40 to -10"),
        ("--loudness", "loud", "give -40 to -10"),
        ("--vary", "inf%", "give 0 to 20"),
        ("--duck", "inf", "give 0 to 60"),
        ("--duck", "-1", "give 0 to 60"),
        ("--sample-rate", "8000", "give 16000 to 96000"),
        ("--seed", "-1", "give 0 or more"),
        ("--colour", "blue", "No such option"),
    ],
)
def test_a_wrong_option_is_answered_with_what_is_allowed(guide, option, value, allowed):
    code, _, err = guide("export", PAUSE, option, value)
    assert code == 2
    assert option in err
    assert allowed in err


@pytest.mark.parametrize(
    ("command", "option"),
    [
        *((("export", PAUSE), option) for option in ("--minutes", "--vary", "--loudness")),
        *((("show", PAUSE), option) for option in ("--tone-level", "--duck", "--seed")),
        *((("play", PAUSE), option) for option in ("--volume", "--rate", "--sample-rate")),
        *((("pace", "find"), "--minutes"), (("pace", "listen"), "--seconds")),
        *((("pace", "tap"), "--breaths"), (("list",), "--minutes")),
    ],
)
@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e400", "9" * 5000])
def test_no_number_is_endless(guide, command, option, value):
    code, _, err = guide(*command, f"{option}={value}")
    assert (code, option in err) == (2, True)
    assert "unexpected" not in err


def test_a_bed_that_is_missing_is_named(guide):
    code, _, err = guide("export", PAUSE, "--bed", "no/rain.wav")
    assert code == 2
    assert "there is no file" in err
    assert "no/rain.wav'" in err


def test_a_mistyped_command_is_answered_with_the_nearest():
    result = run("exprt")
    assert result.returncode == 2
    assert "export" in result.stderr
