"""Voices by their names: the real ones that this computer has, and who speaks when."""

import contextlib
import io
from importlib.util import find_spec

import numpy as np
import pytest
import soundfile
from parts import need, needs
from running import run
from speaking import LINES, seconds, spoken

from voice_guide import voices
from voice_guide.errors import SettingsError, UnknownNameError, VoiceError
from voice_guide.options import listener_settings
from voice_guide.voices import check_name, open_voice, open_voices

REAL_ORDER = voices.best_first  # before conftest lets all tests speak with espeak

PROGRAMS = """
[voices.festival]
command = ["text2wave", "{text_file}", "-o", "{output}"]
language = "en"

[voices.ng]
command = ["espeak-ng", "-v", "en-us", "-s", "{rate}", "-f", "{text_file}", "--stdout"]
"""

REAL = [
    "espeak",
    "espeak:f2",
    pytest.param(
        "hibari", marks=pytest.mark.skipif(find_spec("hibari") is None, reason="no wheel")
    ),
    *(pytest.param(f"flite{v}", marks=needs("flite")) for v in ("", ":slt", ":rms", ":awb")),
    pytest.param("system", marks=needs("espeak-ng")),
    pytest.param("command:ng", marks=needs("espeak-ng")),
    pytest.param("command:festival", marks=needs("text2wave")),
]


@pytest.fixture(autouse=True)
def config(folders):
    """The settings file, which describes two programs."""
    path = folders / "config" / "voice-guide" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(PROGRAMS)
    return path


@pytest.mark.parametrize("name", REAL)
def test_a_real_voice_speaks_the_same_line_the_same_way_again(name):
    first, again = (spoken(name, *LINES) for _ in range(2))
    for (clip, _), (other, _) in zip(first, again, strict=True):
        assert np.array_equal(clip, other)
    assert len({clip.tobytes() for clip, _ in first}) == len(LINES)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("flite:slt", marks=needs("flite")),
        pytest.param("system", marks=needs("espeak-ng")),
        pytest.param("command:ng", marks=needs("espeak-ng")),
    ],
)
def test_a_rate_is_kept_to(name):
    assert seconds(name, rate=100) == pytest.approx(2 * seconds(name, rate=200), rel=0.25)


@needs("flite")
def test_flite_says_accents_and_signs_as_it_can():
    plain, written = spoken("flite", "That's a cafe - yes.", "That’s a café – yes.")
    assert len(plain[0]) == pytest.approx(len(written[0]), rel=0.05)


@needs("flite")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The letter ŋ, and rest.", "it can't say 'ŋ,'"),
        ("🙂", "it can't say any of these words"),
        ("...", "it can't say any of these words"),
    ],
)
def test_flite_says_no_word_or_all(text, told):
    with contextlib.closing(open_voice("flite", "en", None)) as voice:
        fault, spoken, again = voice.speak([text, "Größe, smørrebrød.", text])
    assert str(fault) == str(again) == told
    assert isinstance(spoken, bytes)


@pytest.mark.parametrize(
    "name", ["nosuch", "espeek", "", "neural", "recorded:", "command", "none,espeak", "a,b"]
)
def test_a_wrong_name_is_answered_with_what_there_is(name):
    with pytest.raises(UnknownNameError):
        check_name(name)


@pytest.mark.parametrize(
    ("name", "language", "part"),
    [
        pytest.param("flite", "de", "only English", marks=needs("flite")),
        pytest.param("command:festival", "de", "'en'", marks=needs("text2wave")),
        ("recorded:nosuch", "en", "no folder 'nosuch'"),
        pytest.param("neural:nosuch", "en", "'nosuch'", marks=needs(modules=["sherpa_onnx"])),
    ],
)
def test_a_voice_that_can_not_speak_says_why_and_with_fallback_another_does(name, language, part):
    with pytest.raises(VoiceError, match=part):
        open_voices(name, language, None)
    for names in (name, f"{name}, {name}"):
        opened, missing = open_voices(names, language, None, fallback=True)
        assert [voice.name for voice in opened] == ["espeak"]
        (told,) = missing
        assert part in told


@pytest.mark.parametrize("name", ["espeak", pytest.param("system", marks=needs("espeak-ng"))])
def test_a_language_that_nobody_speaks_is_refused_with_fallback_too(name):
    for fallback in (False, True):
        with pytest.raises(VoiceError, match="no voice for the language 'xx'"):
            open_voices(name, "xx", None, fallback)


@pytest.mark.parametrize("name", ["flite:nosuch", "system:nosuch", "command:nosuch"])
def test_a_part_that_is_unknown_is_no_reason_for_another_voice(name):
    if name.startswith("system"):
        need("espeak-ng")
    with pytest.raises(UnknownNameError, match="nosuch"):
        open_voice(name, "en", None)


def test_without_flite_it_is_named_with_the_command_that_adds_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VoiceError, match="apt-get install flite"):
        open_voice("flite", "en", None)


# auto


@pytest.mark.parametrize(
    ("platform", "chosen", "order"),
    [
        ("linux", "auto", ["hibari", "flite", "pico", "espeak"]),
        ("darwin", "auto", ["hibari", "system", "flite", "pico", "espeak"]),
        (
            "win32",
            "espeak:f2",
            ["espeak:f2", "hibari", "system", "flite", "pico", "espeak"],
        ),
        (
            "linux",
            "recorded:mine, auto",
            ["recorded:mine", "hibari", "flite", "pico", "espeak"],
        ),
        ("linux", "none", ["hibari", "flite", "pico", "espeak"]),
    ],
)
def test_the_best_comes_first(monkeypatch, config, platform, chosen, order):
    config.write_text(f'voice = "{chosen}"')
    monkeypatch.setattr("sys.platform", platform)
    assert REAL_ORDER(listener_settings().own_voice) == order


def test_auto_is_the_first_that_speaks_the_language(monkeypatch):
    monkeypatch.setattr(voices, "best_first", lambda *_: ["flite", "espeak"])
    assert [v.name for v in open_voices("auto", "de", None)[0]] == ["espeak"]
    monkeypatch.setenv("PATH", "")
    opened, missing = open_voices("auto", "en", None, fallback=True)
    assert [v.name for v in opened] == ["espeak"]
    assert missing == []  # it was not asked for by name


def test_a_choice_that_is_no_voice_is_told_with_its_place(config):
    config.write_text('voice = "nosuch"')
    for settings in (lambda: listener_settings(), lambda: listener_settings(voice="auto")):
        with pytest.raises(SettingsError, match=r"config\.toml: voice: there is no voice 'nosuch'"):
            REAL_ORDER(settings().own_voice)


def test_a_voice_that_is_named_twice_is_asked_once(monkeypatch, tmp_path):
    (tmp_path / "flite").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(voices, "best_first", lambda *_: ["flite", "espeak"])
    opened, _ = open_voices("flite,auto", "en", None, fallback=True)
    assert [voice.name for voice in opened] == ["flite:rms", "espeak"]


def test_what_is_said_inside_has_the_voice_that_the_script_wishes(guide, folders):
    script = "---\n{head}pace: 2-4\n---\n\nBreathe out.\n\nin: inner: I can stay.\n"
    (folders / "a.md").write_text(script.format(head="inner: espeak:f2\n"))
    options = ("-o", "a.wav", "--overwrite", "--voice", "espeak")
    code, out, err = guide("export", "a.md", *options)
    assert (code, "Note:" in err) == (0, False)
    assert "espeak and espeak:f2" in out
    (folders / "a.md").write_text(script.format(head="inner: recorded:nosuch\n"))
    code, out, err = guide("export", "a.md", *options)
    assert code == 0
    assert "so 'espeak' speaks the lines for 'recorded:nosuch'." in err
    (folders / "a.md").write_text(script.format(head="inner: nosuch\n"))
    code, _, err = guide("export", "a.md", *options)
    assert code == 0
    assert "there is no voice 'nosuch', so 'espeak' speaks the lines for 'nosuch'." in err


@needs("flite")
def test_the_pause_is_rendered_with_flite_by_name():
    done = run("export", "one-minute-pause", "--voice", "flite:rms", "-o", "-", text=False)
    assert done.returncode == 0
    assert b"flite:rms at -18 LUFS" in done.stderr
    assert soundfile.info(io.BytesIO(done.stdout)).duration > 50
