"""What the page may choose from, and what it hands back: a pace with a name, a command to copy."""

import json
import shlex

import pytest
from running import run
from visiting import Studio

from voice_guide.options import OPTIONS
from voice_guide.output.formats import FORMATS
from voice_guide.pace.pace import PRESETS, Pace

PAUSE = {"name": "one-minute-pause"}


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return tmp_path_factory.mktemp("config")


@pytest.fixture(scope="module")
def own(config):
    """A studio of a listener with choices of their own."""
    (config / "voice-guide").mkdir()
    file = config / "voice-guide" / "config.toml"
    file.write_text('pace = "5-7"\nvoice = "flite"\nnight = true\nminutes = 9\n')
    running = Studio(XDG_CONFIG_HOME=str(config), VOICE_GUIDE_VOICE="", XDG_DATA_HOME=str(config))
    yield running
    running.end()


def test_all_that_there_is_is_offered(studio):
    status, offers = studio.get("api/offers")
    assert status == 200
    assert offers["tones"] == list(OPTIONS["tone"].words)
    assert [each["suffix"] for each in offers["formats"]] == list(FORMATS)
    assert all(each["available"] != bool(each["hint"]) for each in offers["formats"])
    voices = [each["name"] for each in offers["voices"]]
    assert voices[0] == "auto"
    assert voices[-1] == "none"
    assert "espeak" in voices
    paces = {each["name"]: each["pace"] for each in offers["paces"]}
    assert paces == PRESETS


def test_each_voice_that_is_offered_may_be_chosen(studio):
    _, offers = studio.get("api/offers")
    for voice in offers["voices"]:
        settings = {"voice": voice["name"]}
        status, answer = studio.post("api/plan", source=PAUSE, settings=settings)
        assert status == 200 or "no voice" not in answer["error"]


def test_the_ends_of_each_range_are_allowed_and_nothing_past_them(studio):
    _, offers = studio.get("api/offers")
    phases = ("inhale", "hold_in", "exhale", "hold_out")
    for end in (0, 1):
        pace = "-".join(str(offers["ranges"][phase][end]) for phase in phases)
        assert Pace.parse(pace)
    for name, (least, most, step) in offers["ranges"].items():
        assert least < most
        assert step > 0
        if name not in (*phases, "minutes"):
            for value in (least, most, least - 1, most + 1):
                allowed = least <= value <= most
                asked = {"voice": "none", name: value}
                status, _ = studio.post("api/plan", source=PAUSE, settings=asked)
                assert (status == 200) == allowed, (name, value)


def test_the_listeners_own_choices_are_where_it_begins(own):
    _, offers = own.get("api/offers")
    defaults = offers["defaults"]
    assert (defaults["pace"], defaults["voice"], defaults["night"]) == ("5-7", "flite", True)
    assert (defaults["minutes"], defaults["ramp"], defaults["tone"]) == (9, None, "breath")
    present = {"name": "stay-present"}
    for more, pace in (({}, "5-7"), ({"pace": None}, "4-6")):
        settings = {"voice": "none", "minutes": 14, **more}
        _, answer = own.post("api/plan", source=present, settings=settings)
        assert answer["plan"]["pace"] == pace


def test_a_pace_is_kept_under_a_name(own, config):
    paces = config / "voice-guide" / "paces.toml"
    status, answer = own.post("api/paces", name="Evening", pace="4.5-7")
    assert status == 200
    assert {"name": "evening", "pace": "4.5-7", "own": True} in answer["paces"]
    assert 'evening = "4.5-7"' in paces.read_text()
    for name, pace in (("box", "4-6"), ("../a", "4-6"), ("mine", "4-6"), ("b", "0-6"), ("", "4-6")):
        status, answer = own.post("api/paces", name=name, pace=pace)
        assert (status, bool(answer["error"])) == (422, True)
    assert len(paces.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, ""),
        ({"pace": "4-6.5", "minutes": 2}, "--pace 4-6.5 --minutes 2"),
        ({"ramp": "3-4:90s", "tone_level": -20.5}, "--ramp 3-4:90s --tone-level -20.5"),
        ({"night": True, "mono": True, "vary": 5}, "--vary 5 --night --mono"),
        ({"tone": "pad", "breaths": 9, "seed": 4}, "--breaths 9 --tone pad --seed 4"),
    ],
)
def test_the_command_has_what_was_chosen_and_no_more(studio, settings, words):
    asked = {"source": PAUSE, "settings": settings, "suffix": ".opus"}
    status, answer = studio.post("api/command", **asked)
    assert status == 200
    words = f"one-minute-pause {words}".strip()
    assert answer["command"] == f"voice-guide export {words} -o one-minute-pause.opus"


def test_the_command_takes_back_what_the_listener_has_chosen_for_always(own):
    settings = {"pace": "4-6", "night": False, "minutes": 9, "voice": "flite"}
    _, answer = own.post("api/command", source=PAUSE, settings=settings, suffix=".wav")
    words = "one-minute-pause --pace 4-6 --no-night -o one-minute-pause.wav"
    assert answer["command"] == f"voice-guide export {words}"


def test_the_command_plays_the_same(studio, data):
    """As typed into a shell: a script of one's own is found by its path, spaces and all."""
    folder = data / "voice-guide" / "scripts"
    folder.mkdir(parents=True)
    (folder / "my evening.md").write_text("Hello.\n\n[3-9 breaths]\n")
    source = {"name": "my evening"}
    settings = {"pace": "4.25-6", "minutes": 1, "voice": "none", "ramp": "3-4:20s"}
    _, answer = studio.post("api/command", source=source, settings=settings, suffix=".wav")
    words = shlex.split(answer["command"])
    assert words[-2:] == ["-o", "my evening.wav"]
    shown = run("show", *words[2:-2], "--json", check=True).stdout
    _, planned = studio.post("api/plan", source=source, settings=settings)
    assert json.loads(shown) == planned["plan"]


def test_a_text_that_is_not_saved_has_no_command(studio):
    asked = {"source": {"text": "Hello."}, "settings": {}, "suffix": ".wav"}
    status, answer = studio.post("api/command", **asked)
    assert (status, answer["error"]) == (422, "save the script first: a command needs its file.")


@pytest.mark.parametrize("suffix", [".exe", ".wav; rm", "", 1, None])
def test_a_command_has_a_format_that_there_is(studio, suffix):
    asked = {"source": PAUSE, "settings": {}, "suffix": suffix}
    status, answer = studio.post("api/command", **asked)
    assert status in ((200,) if not suffix else (400, 422)), answer
