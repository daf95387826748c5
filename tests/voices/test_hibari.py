"""The natural voice of its package, for real."""

import contextlib
import importlib.metadata
import importlib.util
import io
import itertools
import os
import shutil
import subprocess
import sys

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import need, needs
from running import COMMAND, children_of, is_alive, run
from speaking import LINES, spoken

from voice_guide import voices
from voice_guide.engines.hibari import phrases
from voice_guide.errors import UnknownNameError, VoiceError
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.voices import WorkerFault, open_voice
from voice_guide.voices.hibari import PACES, Hibari, pace_at
from voice_guide.voices.prepare import spoken_parts
from voice_guide.voices.workers import Workers, worker_command

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime has no wheel for this"
)

MORE_LINES = [*LINES, "Breathing in", "and slowly out.", "It's 10 o'clock; that is enough."]


@pytest.fixture(scope="module")
def ask():
    """Asks so many workers, which are kept, for texts."""
    with contextlib.ExitStack() as stack, contextlib.closing(Hibari("en", None)) as voice:
        kept = {}

        def ask(count, *texts):
            if count not in kept:
                workers = Workers(worker_command("hibari"), count)
                kept[count] = stack.enter_context(contextlib.closing(workers))
            return list(kept[count].ask([{"text": text, **voice._request} for text in texts]))

        yield ask


@pytest.fixture(scope="module")
def alone(ask):
    """Each line as it is said by a process that has said nothing before."""
    with contextlib.ExitStack() as stack:
        voices = [stack.enter_context(contextlib.closing(Hibari("en", None))) for _ in MORE_LINES]
        return {text: next(v.speak([text])) for v, text in zip(voices, MORE_LINES, strict=True)}


def test_a_line_is_spoken(ask):
    (data,) = ask(1, LINES[0])
    samples, rate = soundfile.read(io.BytesIO(data))
    assert rate == 24000
    assert 1.5 < len(samples) / rate < 5
    assert 0.05 < abs(samples).max() < 1


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(st.sampled_from(MORE_LINES), min_size=1, max_size=9), count=st.integers(1, 2))
def test_the_same_text_is_the_same_bytes_in_any_order_and_by_any_worker(ask, alone, texts, count):
    assert ask(count, *texts) == [alone[text] for text in texts]


def test_what_could_not_be_said_changes_nothing(ask, alone):
    _, again = ask(1, "Привет", LINES[1])
    assert again == alone[LINES[1]]


def test_scipy_is_not_used_where_it_is_installed(tmp_path):
    """Its FFT rounds otherwise; hibari takes it when it can."""
    need(modules=["scipy"])
    request = Hibari("en", None)._request
    code = f"""
import sys
from voice_guide.engines.hibari import speak
speak({{"text": "Let your feet find the floor.", **{request!r}}}, {str(tmp_path / "a.wav")!r})
import hibari.dsp
print(hibari.dsp.FFT_BACKEND, [name for name in sys.modules if name.startswith("scipy.")])
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "numpy []\n"


@pytest.mark.slow
@pytest.mark.parametrize("rate", [80, None, 280])
def test_the_rate_is_kept_over_all_lines_of_all_scripts(rate):
    texts = dict.fromkeys(line.text for name in names() for line in load(name).lines())
    seconds = sum(len(clip) / hertz for clip, hertz in spoken("hibari", *texts, rate=rate))
    wanted = rate or Hibari("en", None).rate
    assert sum(len(text.split()) for text in texts) / seconds * 60 == pytest.approx(
        wanted, rel=0.05
    )


@given(st.integers(80, 299))
def test_a_higher_rate_is_never_slower(rate):
    (speed, pause), (faster, less) = pace_at(rate), pace_at(rate + 1)
    assert 0.55 <= speed <= faster <= PACES[-1][-1][1]
    assert faster > speed or less <= pause
    assert pause == 0 or rate < 109 or 259 < rate < 300


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("🙂 🧘🏽‍♀️", "it can't say any of these words"),
        ("…", "it can't say any of these words"),
        ("ॐ", "it can't say 'ॐ'"),
        ("Медленно выдохните.", "it can't say 'Медленно' and 'выдохните'"),
        ("请让双脚感受地面", "it can't say '请让双脚感受地面'"),
        ("धीरे से", "it can't say 'धीरे' and 'से'"),
        ("Breathe in, мир, and out.", "it can't say 'мир'"),
        ("The α and the ω.", "it can't say 'α' and 'ω'"),
        ("9" * 60, "it can't say '999999999999999999999999…'"),
        (
            "[floor](/flˈɔɹ/)",
            "it can't say '[floor](/flˈɔɹ/)'",
        ),  # a text's brackets are no phonemes
    ],
)
def test_what_it_can_not_say_is_told_and_never_left_out(ask, text, told):
    (fault,) = ask(1, text)
    assert isinstance(fault, WorkerFault)
    assert str(fault) == told


def test_5000_letters_without_a_space_are_a_clear_fault(ask):
    faults = ask(1, *spoken_parts("a" * 5000))
    assert {str(fault) for fault in faults} == {"it can't say 'aaaaaaaaaaaaaaaaaaaaaaaa…'"}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Nguyễn waits.", "Nguyen waits."),
        ("A cafe\N{COMBINING ACUTE ACCENT} waits.", "A café waits."),
        ("Breathe 🙂 out.", "Breathe  out."),
        ("It is 10.", "It is ten."),
    ],
)
def test_other_spellings_are_said_as_well(ask, text, same):
    one, other = ask(1, text, same)
    assert isinstance(one, bytes)
    assert abs(len(one) - len(other)) < 0.1 * len(other)


def test_made_up_words_and_long_lines_are_said(ask):
    for text in ("The wibbletron hums.", "word " * 60):
        (data,) = ask(1, text)
        assert isinstance(data, bytes)


TEXTS = st.lists(
    st.sampled_from(["in", "and", "out,", "floor.", "the", "“stay”", "so...", "a", "find"]),
    min_size=1,
    max_size=20,
).map(" ".join)


@given(TEXTS)
def test_phrases_have_all_words_and_few_each(text):
    parts = phrases(text)
    for part, word in zip(
        itertools.chain(*(part.split() for part in parts)), text.split(), strict=True
    ):
        assert part in (word, f"{word},")
    assert max(len(part.split()) for part in parts) <= 4


@pytest.mark.parametrize("language", ["de", "fr-CA", "ja"])
def test_other_languages_are_refused(language):
    with pytest.raises(VoiceError, match="only English"):
        Hibari(language, None)


def test_voices_that_are_not_there_are_told(folders):
    with pytest.raises(UnknownNameError, match="choose heart, emma"):
        open_voice("hibari:nosuch", "en", None)
    with pytest.raises(VoiceError, match="voices get hibari:emma"):
        open_voice("hibari:emma", "en", None)


def test_what_shapes_the_sound_is_in_its_identity():
    calm, brisk = (Hibari("en", rate).identity("x") for rate in (None, 200))
    assert calm != brisk
    assert calm == Hibari("en-US", Hibari("en", None).rate).identity("y")
    installed = [importlib.metadata.version(p) for p in ("hibari-tts", "onnxruntime", "numpy")]
    assert calm["versions"] == installed
    assert (calm["threads"], calm["fft"]) == (1, "numpy")


def test_it_needs_no_network(tmp_path):
    """In a network namespace that has none, from a cache that is empty."""
    apart = ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], check=False).returncode:
        pytest.skip("no network namespace can be made here")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "HIBARI_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "voice_guide", "export", "one-minute-pause"]
    done = subprocess.run(
        [*apart, *command, "--voice", "hibari", "-o", "-"],
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert b"voice hibari at -18 LUFS" in done.stderr
    assert soundfile.info(io.BytesIO(done.stdout)).duration > 50


@needs("strace")
def test_nobody_is_called_and_no_note_is_kept(tmp_path):
    """onnxruntime gives a computer a number, notes how it is used, and reports, if it may."""
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment.pop("CI", None)  # with which it is silent anyway
    watched = ["strace", "-f", "-e", "trace=%network", "-o", tmp_path / "calls"]
    done = subprocess.run(
        [*watched, *COMMAND, "voices", "try", "hibari", "-o", tmp_path / "a.wav"],
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "AF_INET" not in (tmp_path / "calls").read_text()
    assert {path.name for path in tmp_path.iterdir()} <= {"a.wav", "cache", "calls"}
    assert {path.name for path in tmp_path.glob("cache/*")} <= {"voice-guide"}


def test_it_gets_ready_while_the_rest_is_loaded_and_is_then_the_voice_that_speaks(folders):
    before = children_of(os.getpid())
    voices.wake("hibari,espeak", "en", None)
    (worker,) = set(children_of(os.getpid())) - set(before)
    with contextlib.closing(open_voice("hibari", "en", None)) as voice:
        assert isinstance(next(voice.speak(LINES[:1])), bytes)
        assert worker in children_of(os.getpid())
    assert not is_alive(worker)
    assert open_voice("hibari", "en", None) is not voice


@pytest.mark.parametrize("name", ["hibari", "espeak", "hibari:nosuch", "hibari:emma", "none"])
def test_nothing_is_started_that_may_not_be_needed(folders, name):
    if name == "hibari":  # something was spoken before, perhaps all of this
        (folders / "cache" / "voice-guide" / "clips" / "aa").mkdir(parents=True)
        (folders / "cache" / "voice-guide" / "clips" / "aa" / "b.clip").touch()
    before = children_of(os.getpid())
    voices.wake(name, "en", None)
    assert children_of(os.getpid()) == before


def test_a_session_that_can_not_be_opened_leaves_nothing_of_the_voice_that_got_ready(
    folders, monkeypatch
):
    soundfile.write("bed.wav", [0.1, float("nan")] * 96000, 48000, subtype="FLOAT")
    monkeypatch.setenv("TMPDIR", str(folders))
    done = run("export", "one-minute-pause", "--voice", "hibari", "--bed", "bed.wav", "-o", "a.wav")
    assert done.returncode == 1
    assert done.stderr == (
        f"Error: {folders / 'bed.wav'} has samples that are not numbers: it is damaged.\n"
    )
    assert [path.name for path in folders.iterdir()] == ["bed.wav"]
