"""Where defaults come from: the listener's file, the environment, the command line."""

import json
import os

import pytest
from running import run
from sounds import noise, write

from voice_guide.cli import _run
from voice_guide.doctor import examine
from voice_guide.errors import RequestError
from voice_guide.options import Number

PAUSE = "one-minute-pause"

pytestmark = pytest.mark.usefixtures("config")


def test_without_any_the_script_decides(shown):
    assert shown() == "4-6"


def test_the_file_then_the_environment_then_the_option(config, shown, monkeypatch):
    config('pace = "5-7"')
    assert shown() == "5-7"
    monkeypatch.setenv("VOICE_GUIDE_PACE", "box")
    assert shown() == "4-4-4-4"
    assert shown("--pace", "3-4") == "3-4"


def test_every_option_can_be_set_in_the_file_and_in_the_environment(config, tmp_path):
    """Both ways give the file that the options give."""
    write(tmp_path / "rain.wav", noise(-20, 3, rate=8000), rate=8000)
    values = {
        "pace": "3-4",
        "ramp": "2-3:30s",
        "vary": "5%",
        "minutes": 1.5,
        "tone": "bowl",
        "bed": "rain.wav",
        "voice": "none",
        "fallback": True,
        "rate": 140,
        "talk": "less",
        "count": True,
        "loudness": -21.5,
        "duck": 12,
        "tone_level": -20,
        "voice_level": 2,
        "night": True,
        "mono": True,
        "sample_rate": 16000,
        "seed": 3,
    }
    options = [
        f"--{name.replace('_', '-')}" + ("" if value is True else f"={value}")
        for name, value in values.items()
    ]
    run("export", PAUSE, "-o", "options.flac", *options, check=True)
    environment = {f"VOICE_GUIDE_{name.upper()}": str(value) for name, value in values.items()}
    run("export", PAUSE, "-o", "environment.flac", env={**os.environ, **environment}, check=True)
    config("\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items()))
    done = run("export", PAUSE, "-o", "file.flac", check=True)
    assert (
        done.stdout == "file.flac: 1:27, 13 breaths from 2-3 to 3-4 in 0:30, tone at -21.5 LUFS\n"
    )
    made = {path.name: path.read_bytes() for path in tmp_path.glob("*.flac")}
    assert len(made) == 3
    assert len(set(made.values())) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pace", ["is not TOML", "Correct or remove it"]),
        ("pace = 4-6", ["is not TOML", "line 1"]),
        (b"pace = '\xff'", ["can't be read"]),
        ('pase = "4-6"', ["unknown key 'pase'", "pace, ramp, vary, minutes", "Did you mean pace?"]),
        ("sample-rate = 48000", ["unknown key 'sample-rate'", "Did you mean sample_rate?"]),
        ('[export]\ntone = "pad"', ["unknown key 'export'", "pace, ramp, vary, minutes"]),
        ("colour = 1", ["unknown key 'colour'"]),
        ('pace = "0-6"', [": pace: ", "1 to 30 s"]),
        ("pace = 4", [": pace: ", "'4'", "4-4-4-4"]),
        (
            'tone = "brath"',
            [": tone: 'brath'", "'breath', 'ocean', 'pad', 'chord', 'bowl', 'none'"],
        ),
        ('tone = ["breath"]', [": tone: "]),
        ("minutes = 0", [": minutes: "]),
        ("minutes = nan", [": minutes: "]),
        ('minutes = "ten"', [": minutes: 'ten'"]),
        ("loudness = nan", [": loudness: "]),
        ("loudness = inf", [": loudness: ", "give -40 to -10"]),
        ("rate = 79", [": rate: 79", "give 80 to 300"]),
        ("rate = {a = 1}", [": rate: "]),
        ("sample_rate = 44100.9", [": sample_rate: '44100.9'"]),
        ("seed = true", [": seed: 'True'"]),
        ("seed = 2000-01-01", [": seed: "]),
        ('voice = "nosuch"', [": voice: there is no voice 'nosuch'", "auto, hibari"]),
        ('voice = "neural"', [": voice: ", "neural:FOLDER"]),
        ("fallback = 3", [": fallback: "]),
        ("cache_limit = 0", [": cache_limit: ", "megabytes"]),
        ('cache_limit = "much"', [": cache_limit: ", "'much'"]),
        ("voices = 3", [": voices: ", "[voices.NAME]"]),
        ("[voices]\nsay = 3", [": voices.say: ", "command"]),
        ("[voices.say]\nlanguage = 'en'", [": voices.say: ", "command is required"]),
        ("[voices.say]\ncommand = 'say'", [": voices.say.command: "]),
        ("[voices.say]\ncommand = ['say', 3]", [": voices.say.command: "]),
        ("[voices.say]\ncommand = ['say', '{output}']", [": voices.say.command: ", "{text_file}"]),
        ("[voices.say]\ncommand = ['say', '{text_file}']\nrate = 5000", [": voices.say: ", "80"]),
        ("[voices.say]\ncommand = ['say', '{text_file}']\ncolour = 1", [": voices.say: "]),
    ],
)
@pytest.mark.parametrize("command", ["show", "export"])
def test_what_is_wrong_in_the_file_is_named_with_the_file(config, capsys, text, parts, command):
    path = config(text)
    assert _run([command], debug=False) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"Error: {path}: ")
    for part in parts:
        assert part in message
    found = by_doctor()
    assert not found.ok
    assert f"Error: {found.found}\n" == message


@pytest.mark.parametrize(("written", "meant"), [("2,5", 2.5), (" 0,25 ", 0.25), ("-0,5", -0.5)])
def test_a_decimal_comma_is_understood(written, meant):
    assert Number(-1, 5).read(written) == meant


@pytest.mark.parametrize("written", ["1,000", "1,2,3", ",5", "2,"])
def test_a_comma_that_may_mean_something_else_is_not_guessed_at(written):
    with pytest.raises(RequestError, match="is not a number: give 0 to 5000"):
        Number(0, 5000).read(written)


def by_doctor():
    """What doctor finds in the settings; nothing after it is looked at."""
    return next(finding for finding in examine() if finding.name == "settings")


@pytest.mark.parametrize(
    ("text", "found", "fix"),
    [
        ('tone = "pad"\n\nminuets = 10', "unknown key 'minuets'", "line 3: minuets = 10"),
        ("minutes = 0", ": minutes: ", "line 1: minutes = 0"),
        ("# mine\n[voices.say]\ncommand = 3", "can't be 3", "line 3: command = 3"),
        ("[voices.say]\nrate = 99", "command is required", "line 1: [voices.say]"),
        ("minutes = 10\nbreaths = 60", "give only one of them", "line 2: breaths = 60"),
        ('tone = "pad', "is not TOML", "correct it in"),
        ("seed = " + "9" * 5000, "is not TOML", "correct it in"),
        ("a = " + "[" * 9000, "is not TOML", "correct it in"),
        ('voice = "recorded:/nowhere"', "there is no folder '/nowhere'", "correct it in"),
        ('bed = "/nowhere.wav"', "there is no file '/nowhere.wav'", "correct it in"),
        ('pace = "4-7-8"', "never holds the breath", "correct it in"),
        ("minutes = 500", "can't last 500 minutes", "correct it in"),
        ('tone = "none"\nvoice = "none"', "would be silent", "correct it in"),
    ],
)
def test_doctor_finds_what_keeps_a_session_from_being_played(config, text, found, fix):
    config(text)
    finding = by_doctor()
    assert (finding.ok, finding.needed) == (False, True)
    assert found in finding.found
    assert finding.fix.startswith(fix)


def test_doctor_finds_nothing_wrong_where_there_is_nothing_wrong(config):
    assert by_doctor().ok
    path = config('tone = "pad"\nminutes = 12\n')
    assert (by_doctor().ok, by_doctor().found) == (True, str(path))


def test_doctor_finds_a_wrong_variable_and_a_damaged_list_of_paces(config, monkeypatch):
    config("").with_name("paces.toml").write_text("evening = ")
    assert "paces.toml: is not TOML" in by_doctor().found
    monkeypatch.setenv("VOICE_GUIDE_RATE", "fast")
    assert "VOICE_GUIDE_RATE: 'fast'" in by_doctor().found


def test_doctor_says_it_in_its_table_too(config, capsys):
    config("minuets = 10")
    assert _run(["doctor"], debug=False) == 1
    out = capsys.readouterr().out
    assert "✗ settings" in out
    assert "line 1: minuets = 10" in out
    assert out.endswith("You can't play a session yet.\n")


def test_a_file_that_can_not_be_read_is_named(config, shown):
    path = config("")
    path.unlink()
    path.mkdir()
    code, message = shown()
    assert code == 1
    assert message.startswith(f"Error: {path}: can't be read")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("TONE", "brath", "'breath', 'ocean', 'pad', 'chord', 'bowl', 'none'"),
        ("PACE", "4", "4-7-8"),
        ("SEED", "one", "whole number"),
    ],
)
def test_a_wrong_variable_is_named(shown, monkeypatch, name, value, allowed):
    monkeypatch.setenv(f"VOICE_GUIDE_{name}", value)
    code, message = shown()
    assert code == 2
    assert f"VOICE_GUIDE_{name}" in message
    assert allowed in message


def test_an_option_makes_up_for_a_wrong_default(config, shown, monkeypatch):
    config('pace = "wrong"')
    monkeypatch.setenv("VOICE_GUIDE_PACE", "wrong too")
    assert shown("--pace", "3-4") == "3-4"


def test_help_and_completion_do_without_the_file(config):
    config("damaged")
    for command in (["--help"], ["export", "--help"], ["list", "-h"]):
        assert run(*command).returncode == 0
    completion = {"_VOICE_GUIDE_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    words = {"COMP_WORDS": "voice-guide export one"}
    done = run(env={**os.environ, **completion, **words})
    assert done.stdout.splitlines() == ["plain,one-minute-pause", "plain,one-percent"]
    assert done.stderr == ""
