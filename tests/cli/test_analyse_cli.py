"""The command: its table, JSON, picture and errors; and what it loads and keeps."""

import json
import subprocess
import sys

import numpy as np
import pytest
from parts import needs
from running import COMMAND, run
from sounds import breaths, sine, write

from voice_guide.analysis.planned import read_plan
from voice_guide.errors import AudioError


@pytest.fixture
def tone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("tone.wav", sine(-20, 4), subtype="PCM_16")
    return tmp_path


def plan_of(seconds, **changes):
    """A plan of one breath and one line."""
    plan = {
        "schema": 1,
        "title": "Small",
        "pace": "4-6",
        "sample_rate": 100,
        "frames": round(100 * seconds),
        "sections": [],
        "breaths": [{"start": 0, "inhale": 160, "hold_in": 0, "exhale": 240, "hold_out": 0}],
        "lines": [{"text": "Hello.", "start": 160, "end": 240}],
        "bells": [],
    }
    return json.dumps(plan | changes)


def test_the_table(tone):
    shown = run("analyse", "tone.wav", check=True).stdout
    assert shown.startswith("tone.wav: 0:04, 48000 Hz, stereo\n")
    for row in (
        "integrated loudness   -20.0 LUFS",
        "true peak             -20.0 dBTP",
        "RMS                   -23.0 dBFS",
        "clicks                none",
        "breath                none found",
        "plan                  none",
    ):
        assert f"  {row}\n" in shown + "\n"


def test_json_is_one_object_a_file(tone):
    write("other.flac", sine(-30, 4), subtype="PCM_16")
    done = run("analyse", "tone.wav", "other.flac", "--json", "--profile", "podcast")
    reports = json.loads(done.stdout)
    assert done.returncode == 1
    assert [report["file"] for report in reports] == ["tone.wav", "other.flac"]
    levels = [report["integrated_lufs"] for report in reports]
    assert levels == [pytest.approx(-20, abs=0.1), pytest.approx(-30, abs=0.1)]
    assert [report["passed"] for report in reports] == [False, False]
    assert reports[0]["criteria"][1] == {
        "name": "true peak",
        "asked": "≤ -1 dBTP",
        "found": "-20.00 dBTP",
        "passed": True,
    }


@pytest.mark.parametrize("name", ["tone.json", "tone.plan.json"])
def test_a_plan_beside_the_file_is_found(tone, name):
    (tone / name).write_text(plan_of(4))
    report = json.loads(run("analyse", "tone.wav", "--json", check=True).stdout)[0]
    assert report["plan"] == name
    assert report["lines"][0]["text"] == "Hello."
    assert report["lines"][0]["onset_ms"] is None
    assert "not heard where it is planned" in run("analyse", "tone.wav").stdout


def test_what_lies_beside_and_is_no_plan_of_it_is_left_alone(tone):
    (tone / "tone.json").write_text('{"other": "thing"}')
    assert "  plan                  none\n" in run("analyse", "tone.wav", check=True).stdout + "\n"
    (tone / "tone.json").write_text(plan_of(60))
    assert "none: the plan tone.json doesn't fit" in run("analyse", "tone.wav", check=True).stdout


@pytest.mark.slow
@needs(modules=["matplotlib"])
@pytest.mark.parametrize("planned", [True, False])
def test_the_picture(tone, planned):
    if planned:
        (tone / "tone.json").write_text(plan_of(4))
    run("analyse", "tone.wav", "--png", "a.png", check=True)
    assert (tone / "a.png").read_bytes().startswith(b"\x89PNG")
    again = run("analyse", "tone.wav", "--png", "a.png")
    assert again.returncode == 1
    assert "--overwrite" in again.stderr
    run("analyse", "tone.wav", "--png", "a.png", "--overwrite", check=True)


PLANS = {
    "missing.json": (None, 2, "can't be read"),
    "text.json": ("hello", 1, "isn't JSON"),
    "list.json": ("[]", 1, "not a plan of schema 1"),
    "later.json": (plan_of(4, schema=2), 1, "not a plan of schema 1"),
    "damaged.json": (plan_of(4, lines=[{"text": "Hello."}]), 1, "damaged plan: KeyError: 'start'"),
    "no-rate.json": (plan_of(4, sample_rate=0), 1, "damaged plan"),
    "longer.json": (plan_of(30), 1, "it lasts 30.0 s, the file 4.0 s"),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_will_not_do(tone, name):
    text, code, reason = PLANS[name]
    if text is not None:
        (tone / name).write_text(text)
    done = run("analyse", "tone.wav", "--plan", name)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr
    assert name in done.stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (plan_of(4, frames=float("nan")), "damaged plan: TypeError"),
        (plan_of(4, bells=[{"start": 0.5}]), "damaged plan: TypeError"),
        (plan_of(4, bells=[{"start": 10**400}]), "damaged plan: OverflowError"),
        ("[" * 100_000, "isn't JSON"),
    ],
)
def test_positions_that_are_no_whole_frames_are_a_damaged_plan(tmp_path, text, reason):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(AudioError, match=reason):
        read_plan(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["missing.wav"], 2, "there is no file 'missing.wav'"),
        (["."], 2, "is a folder"),
        (["text.wav"], 1, "can't be read as sound"),
        (["text.raw"], 1, "can't be read as sound"),
        (["empty.wav"], 1, "it has no sound in it"),
        (["nan.wav"], 1, "samples that are not numbers"),
        ([], 2, "Missing argument"),
        (["tone.wav", "--profile", "loud"], 2, "'gentle', 'podcast', 'acx', 'broadcast', 'wcag'"),
        (["tone.wav", "--png", "a.jpg"], 2, "does not end in .png"),
        (["tone.wav", "--png", "no/a.png"], 1, "there is no folder no"),
        (["tone.wav", "tone.wav", "--plan", "a.json"], 2, "--plan is for one file, not 2"),
        (["tone.wav", "tone.wav", "--png", "a.png"], 2, "--png is for one file, not 2"),
    ],
)
def test_what_cannot_be_done(tone, arguments, code, reason):
    for name in ("text.wav", "text.raw"):
        (tone / name).write_text("This is no sound.")
    write("empty.wav", np.zeros(0))
    write("nan.wav", np.full(100, np.nan))
    done = run("analyse", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_files_that_can_be_measured_are_when_others_cannot(tone):
    done = run("analyse", "missing.wav", "tone.wav")
    assert done.returncode == 2
    assert "there is no file 'missing.wav'" in done.stderr
    assert "tone.wav: 0:04" in done.stdout


@pytest.mark.slow
def test_memory_does_not_grow_with_length(tmp_path):
    """Some values are kept for every 10 ms, not the samples."""
    script = (
        "import sys; from voice_guide.analysis import analyse; analyse(sys.argv[1]);"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    peaks = []
    for minutes in (1, 8):
        path = tmp_path / f"{minutes}.wav"
        write(path, np.tile(breaths(10, 4, 6, 8000), minutes), 8000, "PCM_16", 1)
        done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True)
        peaks.append(int(done.stdout) / 1024)
    samples = 7 * 60 * 8000 * 8 / 1e6
    assert peaks[1] - peaks[0] < samples


def test_nothing_of_the_renderer_is_loaded():
    code = (
        "import sys, voice_guide.analysis, voice_guide.analysis.drawing;"
        "print(*[m for m in sys.modules if m.startswith('voice_guide.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("voice_guide.analysis")}
    audio = {
        f"voice_guide.audio.{name}"
        for name in ("decoding", "faults", "meter", "samples", "soundfiles", "soundheads")
    }
    names = "audio engines errors files folders lettering limits terminal texts units"
    others = {f"voice_guide.{name}" for name in names.split()}
    assert loaded == audio | others


def test_help_is_quick(tmp_path):
    done = run("analyse", "--help", check=True)
    assert "--profile [gentle|podcast|acx|broadcast|wcag]" in done.stdout
    code = "import sys; from voice_guide.cli import analyse; print('numpy' in sys.modules)"
    loaded = subprocess.run([COMMAND[0], "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "False\n"
