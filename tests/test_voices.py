"""Voices by their names: the real ones that this computer has, and who speaks when."""

import contextlib
import io
import json
import re
import shutil
import time

import numpy as np
import pytest
import soundfile
import tiny_model
from running import run, start
from sounds import needs

from voice_guide import voices
from voice_guide.errors import UnknownNameError, VoiceError
from voice_guide.voices import check_name, open_voice, open_voices
from voice_guide.voices.cache import ClipCache
from voice_guide.voices.prepare import decode
from voice_guide.voices.recorded import file_stem

LINES = [
    "Let your feet find the floor.",
    "For a few breaths, out more slowly than in.",
    "Is my distance coming from fear, or from preference?",
]
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
    *(pytest.param(f"flite{v}", marks=needs("flite")) for v in ("", ":slt", ":rms", ":awb")),
    pytest.param("system", marks=needs("espeak-ng")),
    pytest.param("command:ng", marks=needs("espeak-ng")),
    pytest.param("command:festival", marks=needs("text2wave")),
]


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Folders of the test's own; the settings file describes two programs."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("VOICE_GUIDE_VOICE")
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config" / "voice-guide" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(PROGRAMS)
    return tmp_path


def spoken(name, *texts, language="en", rate=None):
    """What a voice answers, decoded: samples and their rate."""
    with contextlib.closing(open_voice(name, language, rate)) as voice:
        return [
            decode(text, answer, voice.rate)
            for text, answer in zip(texts, voice.speak(texts), strict=True)
        ]


def seconds(name, **options):
    return sum(len(clip) / rate for clip, rate in spoken(name, *LINES, **options))


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


@pytest.mark.parametrize(
    "name", ["nosuch", "espeek", "", "neural", "recorded:", "command", "none,espeak", "a,b"]
)
def test_a_wrong_name_is_answered_with_what_there_is(name):
    with pytest.raises(UnknownNameError):
        check_name(name)


@pytest.mark.parametrize(
    ("name", "language", "part"),
    [
        pytest.param("flite", "de", "English only", marks=needs("flite")),
        pytest.param("command:festival", "de", "'en'", marks=needs("text2wave")),
        pytest.param("system", "xx", "no voice for the language 'xx'", marks=needs("espeak-ng")),
        ("recorded:nosuch", "en", "no folder 'nosuch'"),
        ("neural:nosuch", "en", "'nosuch'"),
    ],
)
def test_a_voice_that_can_not_speak_says_why_and_with_fallback_another_does(name, language, part):
    with pytest.raises(VoiceError, match=part):
        open_voices(name, language, None)
    opened, missing = open_voices(name, language, None, fallback=True)
    assert [voice.name for voice in opened] == ["espeak"]
    assert part in missing[0]


@pytest.mark.parametrize("name", ["flite:nosuch", "system:nosuch", "command:nosuch"])
def test_a_part_that_is_unknown_is_no_reason_for_another_voice(name):
    program = {"f": "flite", "s": "espeak-ng", "c": "sh"}[name[0]]
    if shutil.which(program) is None and name[0] != "f":
        pytest.skip(f"{program} is not installed")
    with pytest.raises(UnknownNameError, match="nosuch"):
        open_voice(name, "en", None)


def test_without_flite_it_is_named_with_the_command_that_adds_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VoiceError, match="apt-get install flite"):
        open_voice("flite", "en", None)


# auto


@pytest.mark.parametrize(
    ("platform", "config", "order"),
    [
        ("linux", "", ["flite", "espeak"]),
        ("darwin", "", ["system", "flite", "espeak"]),
        ("win32", 'voice = "espeak:f2"', ["espeak:f2", "system", "flite", "espeak"]),
        ("linux", 'voice = "recorded:mine, auto"', ["recorded:mine", "flite", "espeak"]),
        ("linux", 'voice = "none"', ["flite", "espeak"]),
    ],
)
def test_the_best_comes_first(monkeypatch, folders, platform, config, order):
    (folders / "config" / "voice-guide" / "config.toml").write_text(config)
    monkeypatch.setattr("sys.platform", platform)
    assert REAL_ORDER() == order


def test_auto_is_the_first_that_speaks_the_language(monkeypatch):
    monkeypatch.setattr(voices, "best_first", lambda: ["flite", "espeak"])
    assert [v.name for v in open_voices("auto", "de", None)[0]] == ["espeak"]
    monkeypatch.setenv("PATH", "")
    opened, missing = open_voices("auto", "en", None, fallback=True)
    assert [v.name for v in opened] == ["espeak"]
    assert missing == []  # it was not asked for by name


# The platform's own voices, where this computer is another platform


DRIVER = """
import wave
from pyttsx3.voice import Voice
def buildDriver(proxy):
    return Driver(proxy)
class Driver:
    def __init__(self, proxy):
        self.proxy, self.values = proxy, {"voice": "b", "rate": 200}
    def getProperty(self, name):
        if name == "voices":
            return [Voice("a", "Anna", ["de_DE"]), Voice("b", "Beth", ["en_GB"]),
                    Voice("c", "Carl", ["en_US"])]
        return self.values[name]
    def setProperty(self, name, value):
        self.values[name] = value
    def save_to_file(self, text, filename):
        import soundfile, numpy as np
        used.append(text)
        assert len(used) == 1, "these speak once in a process"
        n = np.arange(int(22050 * (0.2 + 0.1 * len(text)) * 110 / self.values["rate"]))
        hertz = {"a": 110, "b": 220, "c": 330}[self.values["voice"]]
        sound = 0.2 * np.sin(2 * np.pi * hertz * n / 22050)
        soundfile.write(filename, sound, 22050, format="AIFF")  # as macOS does
    def startLoop(self):
        self.proxy.setBusy(False)
    def endLoop(self): pass
    def stop(self): pass
    def destroy(self): pass
used = []
"""


@pytest.fixture(params=["sapi5", "nsss"])
def platform_driver(request, folders, monkeypatch):
    """A driver with the interface of the platform's, in the place of pyttsx3's own."""
    (folders / "lib").mkdir()
    (folders / "lib" / "driver.py").write_text(DRIVER)
    (folders / "lib" / "sitecustomize.py").write_text(
        "import sys, importlib\n"
        "try:\n"
        "    import pyttsx3.engine as engine\n"
        "    import driver\n"
        f"    sys.modules['pyttsx3.drivers.{request.param}'] = driver\n"
        f"    engine.default_engine_by_sys_platform = lambda: {request.param!r}\n"
        "except ImportError: pass\n"
    )
    monkeypatch.syspath_prepend(folders / "lib")


@pytest.mark.usefixtures("platform_driver")
@pytest.mark.parametrize(
    ("name", "language", "hertz"),
    [
        ("system", "en", 220),  # the listener's own choice
        ("system", "en-US", 330),
        ("system", "de", 110),
        ("system:carl", "en", 330),
    ],
)
def test_a_platforms_voice_fits_the_language_and_speaks_once_in_a_process(name, language, hertz):
    for clip, rate in spoken(name, *LINES, language=language, rate=110):
        spectrum = np.abs(np.fft.rfft(clip))
        assert np.fft.rfftfreq(len(clip), 1 / rate)[spectrum.argmax()] == pytest.approx(hertz, 0.02)


# Neural voices


@pytest.fixture
def model(folders):
    pytest.importorskip("sherpa_onnx")
    folder = tiny_model.write(folders / "data" / "voice-guide" / "voices" / "tiny")
    tiny_model.lexicon(folder, {w for line in LINES for w in re.findall("[a-z']+", line.lower())})
    return folder


@pytest.mark.usefixtures("model")
def test_a_model_is_found_loaded_and_speaks_at_the_speed_that_is_asked_for():
    """It proves that models of the VITS kind are loaded, fed and heard by the real engine; not
    that a trained one is understood, nor anything of Piper's own spelling, Kokoro or Matcha."""
    own, slow = seconds("neural:tiny"), seconds("neural:tiny", rate=75)
    letters = sum(map(str.isalpha, "".join(LINES)))
    assert own > 0.9 * tiny_model.TOKEN_SECONDS * letters
    assert slow == pytest.approx(2 * own, rel=0.05)  # 150 words a minute is its own


@pytest.mark.usefixtures("model")
def test_a_speaker_that_the_model_lacks_is_refused():
    with contextlib.closing(open_voice("neural:tiny#7", "en", None)) as voice:
        (fault,) = voice.speak(LINES[:1])
    assert "no speaker 7" in str(fault)


def test_a_model_that_is_damaged_ends_a_worker_and_no_more(model):
    (model / "model.onnx").write_bytes(b"no model")
    with contextlib.closing(open_voice("neural:tiny", "en", None)) as voice:
        (fault,) = voice.speak(LINES[:1])
    assert isinstance(fault, voices.WorkerFault)


@pytest.mark.parametrize(
    ("files", "family"),
    [
        (["a.onnx", "tokens.txt"], "vits"),
        (["a.onnx", "tokens.txt", "voices.bin"], "kokoro"),
        (["model-steps-3.onnx", "vocos-22khz-univ.onnx", "tokens.txt"], "matcha"),
        (["a.onnx"], None),
        (["tokens.txt"], None),
    ],
)
def test_the_family_is_found_by_what_the_folder_holds(folders, files, family):
    from voice_guide.voices.neural import model_in

    for name in files:
        (folders / name).touch()
    if family is None:
        with pytest.raises(VoiceError, match=r"tokens\.txt"):
            model_in(folders)
    else:
        found, paths = model_in(folders)
        assert found == family
        assert {path.name for path in paths.values()} == set(files)


# Recordings


@pytest.fixture
def recordings(folders):
    """Makes a folder of recordings: tones of a frequency each."""

    def recordings(**files):
        folder = folders / "mine"
        folder.mkdir(exist_ok=True)
        for name, hertz in files.items():
            n = np.arange(3 * 22050)
            sound = 0.2 * np.sin(2 * np.pi * hertz * n / 22050)
            soundfile.write(folder / f"{name.replace('_', '-')}.flac", sound, 22050)
        return folder

    return recordings


def test_a_recording_is_found_by_the_words_in_its_name(recordings):
    recordings(let_your_feet_find_the_floor=300)
    ((clip, rate),) = spoken("recorded:mine", "Let your feet find the floor.")
    assert np.fft.rfftfreq(len(clip), 1 / rate)[np.abs(np.fft.rfft(clip)).argmax()] == (
        pytest.approx(300, 0.02)
    )
    assert file_stem("That’s ENOUGH, café!") == "thats-enough-café"
    assert len(file_stem("word " * 100)) <= 80


def test_a_line_whose_text_changed_is_noticed(recordings):
    """By the index; its file, whatever its name, is no longer taken."""
    folder = recordings(let_your_feet_find_the_floor=300)
    index = {"Let your feet find the floor!": "let-your-feet-find-the-floor.flac"}
    (folder / "lines.json").write_text(json.dumps(index))
    voice = open_voice("recorded:mine", "en", None)
    assert voice.identity(LINES[0]) is None
    (fault,) = voice.speak(LINES[:1])
    assert "recorded was 'Let your feet find the floor!'" in str(fault)
    assert voice.identity("Let your feet find the floor!")


@pytest.mark.parametrize("index", ["{", "[]", '{"a": 3}', '{"a": "../b.wav"}', '{"a": ""}'])
def test_a_damaged_index_is_told(recordings, index):
    (recordings() / "lines.json").write_text(index)
    with pytest.raises(VoiceError, match=r"lines\.json"):
        open_voice("recorded:mine", "en", None)


def test_another_recording_of_a_line_is_another_clip(recordings):
    recordings(breathing_in=300)
    before = dict(open_voice("recorded:mine", "en", None).identity("Breathing in"))
    recordings(breathing_in=400)
    assert open_voice("recorded:mine", "en", None).identity("Breathing in") != before


def test_what_is_not_recorded_is_spoken_by_the_next(recordings, guide):
    recordings(let_your_feet_find_the_floor=300)
    options = ("--tone", "none", "-o", "a.wav", "--overwrite")
    code, _, err = guide("export", "one-minute-pause", "--voice", "recorded:mine", *options)
    assert code == 1
    assert "there is no recording of it" in err
    code, out, err = guide("export", "one-minute-pause", "--voice", "recorded:mine,auto", *options)
    assert (code, err) == (0, "")
    assert "voice recorded:mine and espeak at" in out


# The commands


def test_voices_are_listed_tried_and_chosen(guide, folders, monkeypatch):
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
    text = (folders / "config" / "voice-guide" / "config.toml").read_text()
    assert text == f'voice = "espeak:f2"\n{PROGRAMS}'
    code, out, _ = guide("export", "one-minute-pause", "-o", "a.wav", "--tone", "none")
    assert "voice espeak:f2 at" in out


def test_a_voice_that_does_not_speak_is_not_chosen(guide, folders):
    for name in ("recorded:nosuch", "espeak:nosuch"):
        code, _, err = guide("voices", "set", name)
        assert code == 2
        assert "nosuch" in err
    assert "voice =" not in (folders / "config" / "voice-guide" / "config.toml").read_text()


def test_a_folder_that_is_chosen_is_found_from_anywhere(guide, recordings, folders):
    folder = recordings(breathing_in=300)
    assert guide("voices", "set", "recorded:mine,auto")[0] == 0
    text = (folders / "config" / "voice-guide" / "config.toml").read_text()
    assert f'voice = "recorded:{folder},auto"' in text


def test_the_cache_is_shown_and_cleared(guide, folders, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folders / "cache"))
    guide("export", "one-minute-pause", "-o", "a.wav", "--tone", "none")
    told = json.loads(guide("cache", "--json")[1])
    files = list((folders / "cache").rglob("*.clip"))
    assert told["clips"] == len(files) > 3
    assert told["bytes"] == sum(file.stat().st_size for file in files)
    assert told["limit"] == 512_000_000
    assert "0 clips" in guide("cache", "--clear")[1]
    assert not list((folders / "cache").rglob("*.clip"))


def test_two_exports_share_a_cache_that_is_cleared_meanwhile(folders, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folders / "cache"))
    options = ("export", "one-minute-pause", "--voice", "espeak", "--tone", "none", "-o")
    assert run(*options, "alone.wav").returncode == 0
    cache = ClipCache(folders / "cache" / "voice-guide" / "clips")
    both = [start(*options, f"{name}.wav") for name in "ab"]
    while any(process.poll() is None for process in both):
        cache.clear()
        time.sleep(0.3)
    for process in both:
        process.communicate()
        assert process.returncode == 0
    first, *others = [(folders / f"{name}.wav").read_bytes() for name in ("alone", "a", "b")]
    assert all(other == first for other in others)


# What is said inside


def test_what_is_said_inside_has_the_voice_that_the_script_wishes(guide, folders):
    script = "---\n{head}pace: 2-4\n---\n\nBreathe out.\n\nin: inner: I can stay.\n"
    (folders / "a.md").write_text(script.format(head="inner: espeak:f2\n"))
    options = ("-o", "a.wav", "--overwrite", "--voice", "espeak")
    code, out, err = guide("export", "a.md", *options)
    assert (code, err) == (0, "")
    assert "espeak and espeak:f2" in out
    (folders / "a.md").write_text(script.format(head="inner: recorded:nosuch\n"))
    code, out, err = guide("export", "a.md", *options)
    assert code == 0
    assert "What is said inside is spoken by 'espeak'" in err
    (folders / "a.md").write_text(script.format(head="inner: nosuch\n"))
    code, _, err = guide("export", "a.md", *options)
    assert code == 1
    assert "a.md:2:8: there is no voice 'nosuch'" in err


@needs("flite")
def test_the_pause_is_rendered_with_flite_by_name(folders):
    done = run("export", "one-minute-pause", "--voice", "flite:rms", "-o", "-", text=False)
    assert done.returncode == 0
    assert b"flite:rms at -18 LUFS" in done.stderr
    assert soundfile.info(io.BytesIO(done.stdout)).duration > 50
