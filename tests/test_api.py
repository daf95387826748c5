"""The Python API: what a program gets is what the command line makes, and nobody's own choices."""

import io
import re
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import soundfile
from parts import needs
from running import run
from sounds import noise, write

import voice_guide
from voice_guide import VoiceGuideError, listener_settings, open_session
from voice_guide.errors import (
    OutputError,
    PaceError,
    RequestError,
    ScriptError,
    SettingsError,
    UnknownNameError,
)
from voice_guide.options import OPTIONS, Options
from voice_guide.pace.pace import Pace
from voice_guide.settings import Polish, Settings
from voice_guide.voices.polish import polished

ROOT = Path(__file__).resolve().parents[1]
PAUSE = "one-minute-pause"
TEXT = "---\npace: 2-3\n---\n\nLet your feet find the floor.\n\n[2 breaths]\n"
SMALL: dict[str, Any] = {"voice": "none", "sample_rate": 16000}


@pytest.fixture
def chosen(folders):
    """Writes what the listener of this computer has chosen."""

    def chosen(text):
        path = folders / "config" / "voice-guide" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return chosen


# It loads when it is used


def test_importing_it_loads_nothing():
    script = (
        "import sys, voice_guide\n"
        "assert 'open_session' in dir(voice_guide)\n"
        "ours = [name for name in sys.modules if name.startswith('voice_guide')]\n"
        "assert ours == ['voice_guide'], ours\n"
        "assert not {'click', 'numpy', 'soundfile', 'yaml'} & set(sys.modules)\n"
        "assert voice_guide.VoiceGuideError and 'numpy' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_name_is_there():
    for name in voice_guide.__all__:
        assert getattr(voice_guide, name)
    with pytest.raises(AttributeError, match="no attribute 'nosuch'"):
        _ = voice_guide.nosuch


# The same as on the command line


@pytest.mark.parametrize(
    ("source", "options", "typed"),
    [
        (PAUSE, {}, []),
        (
            PAUSE,
            {"pace": Pace.parse("3-4"), "vary": 5, "minutes": 2, "mono": True, "tone": "bowl"},
            ["--pace", "3-4", "--vary", "5%", "--minutes", "2", "--mono", "--tone", "bowl"],
        ),
        ("text.md", {"ramp": "2-2:15s", "night": "yes"}, ["--ramp", "2-2:15s", "--night"]),
        (PAUSE, {"profile": "podcast"}, ["--profile", "podcast"]),
        (PAUSE, {"bed": Path("rain.wav"), "seed": 3}, ["--bed", "rain.wav", "--seed", "3"]),
    ],
    ids=["nothing", "types", "as typed", "profile", "path"],
)
def test_the_same_options_give_the_same_bytes(guide, folders, source, options, typed):
    (folders / "text.md").write_text(TEXT)
    write(folders / "rain.wav", noise(-20, 3, rate=8000), rate=8000)
    small = ["--voice", "none", "--sample-rate", "16000"]
    code, _, err = guide("export", source, "-o", "b.wav", "--plan", "b.json", *small, *typed)
    assert (code, err) == (0, "")
    plan = open_session(source, **SMALL, **options).export("a.wav", plan_file="a.json")
    for ending in ("wav", "json"):
        ours, theirs = (folders / f"{name}.{ending}" for name in "ab")
        assert ours.read_bytes() == theirs.read_bytes()
    assert plan.frames == soundfile.info("a.wav").frames


def test_what_is_spoken_is_the_same_too(folders):
    text = folders / "text.md"
    text.write_text(TEXT)
    done = run("export", text, "-o", "-", "--voice", "espeak", text=False, check=True)
    session = open_session(TEXT, voice="espeak")
    session.export("a.wav")
    with wave.open("a.wav") as file, wave.open(io.BytesIO(done.stdout)) as streamed:
        assert file.getparams() == streamed.getparams()
        assert file.readframes(file.getnframes()) == streamed.readframes(file.getnframes())
    assert session.clips.spoken_by == ["espeak"]
    assert np.abs(soundfile.read(io.BytesIO(done.stdout))[0]).max() > 0.05


def test_every_option_of_the_command_line_is_one_of_the_api():
    defaults = vars(Settings())
    assert list(OPTIONS) == list(Options.__annotations__) == list(defaults)[: len(OPTIONS)]
    assert set(defaults) - set(OPTIONS) == {"own_voice", "own_words", "cache_limit"}
    for how in get_args(Polish):
        polished("Rest.", np.zeros(4000, np.float32), 8000, how)
    for name, default in defaults.items():
        if name in OPTIONS and default is not None:
            assert OPTIONS[name].read(default) == default


# Where a session comes from


def test_a_name_a_path_and_a_text_give_the_same_plan(folders):
    text = (ROOT / "scripts" / f"{PAUSE}.md").read_text()
    (folders / "mine.md").write_text(text)
    sources = (PAUSE, "mine.md", Path("mine.md"), folders / "mine.md", text)
    plans = [open_session(source, **SMALL).plan().to_json() for source in sources]
    assert plans == [plans[0]] * len(sources)


def test_a_path_is_never_taken_for_a_name(folders):
    (folders / PAUSE).write_text(TEXT)
    assert open_session(Path(PAUSE), **SMALL).script.texts() == ["Let your feet find the floor."]
    assert len(open_session(PAUSE, **SMALL).script.texts()) > 5


def test_a_text_may_include_practices(folders):
    (folders / "beside.md").write_text("Here.\n")
    script = open_session("[practice beside]\n\n[practice return]\n", **SMALL).script
    assert script.texts()[0] == "Here."
    assert len(script.texts()) > 2


def test_faults_of_a_text_are_told_where_they_are():
    with pytest.raises(ScriptError, match=r"text:3:1: .*\[2 breaths\]"):
        open_session("One.\n\n[2 breths]\n")
    with pytest.raises(ScriptError, match="text:2:1: is not UTF-8 text"):
        open_session("One.\n\ud800\n")
    for empty in ("\n", " \n "):
        with pytest.raises(ScriptError, match="is empty"):
            open_session(empty)


# What is heard of it


@pytest.mark.parametrize("frames", [777, 65536])
def test_the_blocks_are_what_is_planned(frames):
    session = open_session(TEXT, **SMALL)
    blocks = list(session.blocks(frames))
    sound = np.concatenate(blocks)
    assert 0 < max(map(len, blocks)) <= frames
    assert sound.dtype == np.float32
    assert sound.shape == (session.plan().frames, 2)
    assert np.array_equal(sound, np.concatenate(list(session.blocks(4096))))


def test_a_length_is_settled_once():
    session = open_session(PAUSE, minutes=3, **SMALL)
    lengths = {session.plan().seconds for _ in range(3)}
    assert len(lengths) == 1
    assert lengths.pop() == pytest.approx(180, abs=5)
    assert len(np.concatenate(list(session.blocks()))) == session.plan().frames


def test_a_profile_that_can_not_be_met_is_refused_each_time(folders):
    quiet = TEXT + "[60 breaths]\n"
    session = open_session(quiet, voice="espeak", sample_rate=16000, profile="acx")
    for ask in (session.plan, session.plan, lambda: session.export("a.wav")):
        with pytest.raises(RequestError, match="rests that are too long"):
            ask()
    assert not (folders / "a.wav").exists()


def test_what_it_made_can_be_measured(folders):
    plan = open_session(PAUSE, **SMALL).export("a.flac", plan_file="a.plan.json")
    analysis = voice_guide.analyse("a.flac")
    assert analysis.measures.frames == plan.frames
    assert len(analysis.lines) == len(plan.to_json()["lines"])
    assert analysis.breath.seconds == pytest.approx(10, abs=0.1)


# Whose choices count


def test_what_the_listener_has_chosen_changes_nothing(chosen, monkeypatch):
    before = open_session(PAUSE, **SMALL).plan().to_json()
    monkeypatch.setenv("VOICE_GUIDE_PACE", "3-4")
    for text in ('pace = "5-7"\nvoice = "none"\nminutes = 20', "damaged"):
        chosen(text)
        assert open_session(PAUSE, **SMALL).plan().to_json() == before
        session = open_session("Rest.\n", rate=120)
        assert session.settings == Settings(rate=120)
        assert session.clips.recall([]), "voices are opened without the file, too"


def test_the_listeners_choices_count_where_they_are_asked_for(chosen, monkeypatch):
    chosen('pace = "5-7"\ntone = "pad"\nvoice = "espeak:f2"\nminutes = 20\ncache_limit = 7')
    monkeypatch.setenv("VOICE_GUIDE_TONE", "bowl")
    settings = listener_settings(breaths=30)
    assert (str(settings.pace), settings.tone, settings.voice) == ("5-7", "bowl", "espeak:f2")
    assert (settings.minutes, settings.breaths) == (None, 30)
    assert (settings.own_voice, settings.cache_limit) == ("espeak:f2", 7_000_000)
    session = open_session(PAUSE, settings, pace="3-4", voice="none", minutes=2)
    assert (str(session.pace), session.settings.tone) == ("3-4", "bowl")
    assert session.plan().seconds == pytest.approx(120, abs=4)
    assert listener_settings(["tone"]).pace is None


def test_a_wrong_choice_is_told_with_its_place(chosen, monkeypatch):
    path = chosen('tone = "brath"')
    with pytest.raises(SettingsError, match=rf"{re.escape(str(path))}: tone: 'brath' is not one"):
        listener_settings()
    assert listener_settings(tone="pad").tone == "pad"
    monkeypatch.setenv("VOICE_GUIDE_RATE", "fast")
    with pytest.raises(RequestError, match="VOICE_GUIDE_RATE: 'fast'"):
        listener_settings(tone="pad")


# What can't be is told


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"tune": "pad"}, UnknownNameError, r"unknown option 'tune'.*Did you mean tone\?"),
        ({"own_voice": "espeak"}, UnknownNameError, "unknown option 'own_voice'"),
        ({"tone": "brath"}, RequestError, "tone: 'brath' is not one of 'breath', 'ocean'"),
        ({"tone": ["pad"]}, RequestError, "tone: "),
        ({"minutes": 0}, RequestError, "minutes: 0 is out of range: give more than 0"),
        ({"minutes": float("nan")}, RequestError, "minutes: 'nan' is not a number"),
        ({"minutes": True}, RequestError, "minutes: 'True' is not a number"),
        ({"minutes": 3, "breaths": 30}, RequestError, "give only one of them"),
        ({"sample_rate": 8000}, RequestError, "sample_rate: 8000 .* give 16000 to 96000"),
        ({"sample_rate": 44100.5}, RequestError, "sample_rate: '44100.5' .* whole number"),
        ({"vary": "21%"}, RequestError, "vary: 21 is out of range: give 0 to 20"),
        ({"night": "perhaps"}, RequestError, "night: 'perhaps'.*give true or false"),
        ({"bed": 3}, RequestError, "bed: 3 is not the path"),
        ({"bed": "nowhere.wav"}, RequestError, "there is no file"),
        ({"pace": "4"}, RequestError, "pace: '4' is not a pace.*4-7-8"),
        ({"pace": "4-7-8"}, PaceError, "never holds the breath"),
        ({"voice": "espeek"}, RequestError, "voice: there is no voice 'espeek': choose auto"),
        ({"profile": "radio"}, UnknownNameError, "no profile 'radio': choose gentle, podcast"),
        ({"profile": "acx", "voice": "none"}, RequestError, "needs a voice"),
        ({"profile": "podcast", "loudness": -30}, RequestError, "-30 doesn't go with"),
    ],
)
def test_a_wrong_option_says_what_is_allowed(options, error, told):
    with pytest.raises(error, match=told):
        open_session("stay-present", **options)


def test_none_is_the_default():
    assert open_session("Rest.\n", **SMALL, pace=None, minutes=None).settings == Settings(**SMALL)


def test_an_unknown_script_is_answered_with_the_nearest():
    with pytest.raises(VoiceGuideError, match="one-minute-pause"):
        open_session("one-minut-pause")


def test_nothing_is_spoken_for_a_file_that_can_not_be_written(folders, monkeypatch):
    session = open_session(TEXT, voice="espeak")
    monkeypatch.setattr(session.clips, "prepare", lambda *_: pytest.fail("it spoke"))
    (folders / "a.wav").write_bytes(b"mine")
    for file, error in (("a.xyz", RequestError), ("a.wav", OutputError), ("no/a.wav", OutputError)):
        with pytest.raises(error):
            session.export(file)
    with pytest.raises(OutputError):
        session.export("b.wav", plan_file="a.wav")
    assert (folders / "a.wav").read_bytes() == b"mine"
    with pytest.raises(RequestError, match="would be silent"):
        open_session(TEXT, voice="none", tone="none").export("b.wav")


# What the pages show

PAGES = [(ROOT / page).read_text() for page in ("README.md", "docs/api.md")]
EXAMPLES = [
    code for page in PAGES for code in re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
]


@pytest.mark.parametrize("code", EXAMPLES)
def test_what_the_pages_show_runs(folders, code):
    exec(compile(code, "the page", "exec"), {})  # noqa: S102 - our own


@needs(modules=["mypy"])
def test_what_the_pages_show_has_types_and_what_is_wrong_has_none(tmp_path):
    wrong = (
        "import voice_guide\n"
        "voice_guide.open_session('return', tune='pad')  # type: ignore[call-arg]\n"
        "voice_guide.open_session('return', tone='brath')  # type: ignore[arg-type]\n"
        "voice_guide.open_session('return', minutes=[3])  # type: ignore[arg-type]\n"
        "voice_guide.analyse('a.wav').nosuch  # type: ignore[attr-defined]\n"
    )
    for number, code in enumerate([*EXAMPLES, wrong]):
        (tmp_path / f"example_{number}.py").write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", *sorted(tmp_path.glob("*.py"))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == f"Success: no issues found in {len(EXAMPLES) + 1} source files\n"
