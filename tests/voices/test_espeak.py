"""The embedded voice, for real."""

import contextlib
import io
import itertools
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from voice_guide.errors import VoiceError
from voice_guide.voices import open_voice
from voice_guide.voices.catalogue import catalogue
from voice_guide.voices.espeak import Espeak, espeak_languages
from voice_guide.voices.prepare import decode, spoken_parts
from voice_guide.voices.workers import WorkerFault, Workers, worker_command

LINES = [
    "Let your feet find the floor.",
    "Breathing in",
    "and slowly out.",
    "Is my distance coming from fear, or from preference?",
    "That's enough.",
]
CALM = {
    "voice": "en-us+f3",
    "rate": 115,
    "volume": 70,
    "pitch": 30,
    "range": 40,
    "word_gap": 0,
}


def speak(*texts, language="en", rate=None):
    with contextlib.closing(Espeak(language, rate)) as voice:
        return list(voice.speak(texts))


def seconds(data):
    assert isinstance(data, bytes), data
    with soundfile.SoundFile(io.BytesIO(data)) as sound:
        return sound.frames / sound.samplerate


@pytest.fixture(scope="module")
def one_worker():
    """Asks one process for lines, each with properties of its own."""
    workers = Workers(worker_command("espeak"), count=1)

    def ask(*requests):
        return list(workers.ask([{"text": text, "properties": p} for text, p in requests]))

    yield ask
    workers.close()


def test_a_line_is_spoken():
    (data,) = speak("Let your feet find the floor.")
    samples, rate = soundfile.read(io.BytesIO(data))
    assert rate >= 16000
    assert samples.ndim == 1
    assert 1 < len(samples) / rate < 6
    assert 0.05 < np.abs(samples).max() < 1


def test_the_same_text_is_the_same_sound_in_any_order_and_in_any_process():
    """One process each, then all in one order and another, some twice."""
    alone = {text: speak(text)[0] for text in LINES}
    assert len(set(alone.values())) == len(LINES)
    for texts in (LINES, LINES[::-1], [LINES[2], *LINES, *LINES[::-1]] * 3):
        assert speak(*texts) == [alone[text] for text in texts]


def test_other_lines_at_other_rates_and_voices_change_nothing_in_a_process(one_worker):
    line = (LINES[0], CALM)
    before, *_, after = one_worker(
        line,
        (LINES[3], {**CALM, "rate": 300}),
        (LINES[1], {**CALM, "voice": "de+whisper", "pitch": 90, "range": 99}),
        ("x", {**CALM, "voice": "nosuch"}),
        (LINES[0], {**CALM, "rate": 80, "volume": 30}),
        line,
    )
    assert isinstance(before, bytes)
    assert before == after


WITH_FEW_LINKS = """
import os, pathlib
from voice_guide.engines import espeak
from voice_guide.engines.__main__ import answer

made = []
link = pathlib.Path.symlink_to

def link_some(path, target):
    if len(made) >= {links}:
        raise OSError("no space left on device")
    made.append(path)
    link(path, target)

def speak(request, target):
    espeak.speak(request, target)
    assert not any(map(os.path.lexists, made))

pathlib.Path.symlink_to = link_some
answer(speak, os.environ["TMPDIR"])
"""


@pytest.mark.parametrize("links", [0, 20])
def test_where_links_can_not_be_made_it_sounds_the_same_and_leaves_none(one_worker, links):
    lines = [(LINES[0], {**CALM, "voice": f"{language}+f3"}) for language in ("en-us", "de")]
    requests = [{"text": text, "properties": properties} for text, properties in lines]
    command = [sys.executable, "-c", WITH_FEW_LINKS.format(links=links)]
    with contextlib.closing(Workers(command, count=1)) as workers:
        assert list(workers.ask(requests)) == one_worker(*lines)


def test_a_higher_rate_is_shorter_whatever_was_spoken_before(one_worker):
    rates = [200, 80, 300, 110, 140, 90, 260] * 3
    answers = one_worker(*((LINES[3], {"voice": "en-us+f3", "rate": rate}) for rate in rates))
    lengths = {}
    for rate, answer in zip(rates, answers, strict=True):
        lengths.setdefault(rate, set()).add(seconds(answer))
    assert all(len(found) == 1 for found in lengths.values())
    in_order = [lengths[rate].pop() for rate in sorted(lengths)]
    assert all(slower > 1.05 * faster for slower, faster in itertools.pairwise(in_order))
    assert in_order[0] > 2.5 * in_order[-1]  # 80 and 300


def test_the_rate_can_be_chosen():
    slow, calm, fast = (speak(LINES[3], rate=rate)[0] for rate in (80, None, 200))
    assert seconds(slow) > 1.2 * seconds(calm) > 1.2 * 1.3 * seconds(fast)


@pytest.mark.parametrize("language", ["qq", "en-qq", "english", "../en", "de-xx"])
def test_an_unknown_language_is_refused_by_its_name(one_worker, language):
    (fault,) = one_worker(("One.", {"voice": f"{language}+f3"}))
    assert isinstance(fault, WorkerFault)
    assert f"no voice for the language {language!r}" in str(fault)


@pytest.mark.parametrize("variant", ["nosuch", "f33", "../en", "F3 "])
def test_an_unknown_variant_is_refused_by_its_name(one_worker, variant):
    (fault,) = one_worker(("One.", {"voice": f"en-us+{variant}"}))
    assert isinstance(fault, WorkerFault)
    assert repr(variant) in str(fault)


def test_without_its_package_it_says_how_to_add_it_and_others_are_still_found(monkeypatch):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)  # as if it weren't installed
    espeak_languages.cache_clear()
    with pytest.raises(VoiceError, match="pip install espeakng-loader"):
        open_voice("espeak", "en", None)
    found = [entry.back_end for entry in catalogue()]
    assert found
    assert "espeak" not in found


def test_languages_are_spoken_by_voices_of_their_own():
    languages = ["en", "en-GB", "de", "fr", "nb", "pt", "pt-BR", "ro", "yue"]
    answers = [speak("Alle langsam aus.", language=language)[0] for language in languages]
    assert len(set(answers)) == len(languages)
    assert min(map(seconds, answers)) > 0.5


@pytest.mark.parametrize(("one", "other"), [("en", "en-US"), ("fr", "fr-FR"), ("no", "nb")])
def test_a_language_without_a_region_is_that_of_its_usual_one(one, other):
    text = "Alle langsam aus."
    assert seconds(speak(text, language=one)[0]) > 0.5
    assert speak(text, language=one) == speak(text, language=other)


def test_after_a_refusal_the_same_process_speaks_on(one_worker):
    good = (LINES[0], {"voice": "en-us+f3"})
    first, fault, unknown, last = one_worker(
        good, ("x", {"voice": "qq"}), ("x", {"voice": "en-us", "colour": 3}), good
    )
    assert isinstance(fault, WorkerFault)
    assert "colour" in str(unknown)
    assert first == last
    assert seconds(last) > 1


def test_20000_characters_are_spoken_whole(one_worker):
    text = "Out more slowly than in. " * 800
    assert len(text) == 20_000
    sentence, whole = one_worker((text[:24], {"rate": 300}), (text, {"rate": 300}))
    assert seconds(whole) > 800 * 0.6 * seconds(sentence)


def test_300_words_are_spoken_whole(one_worker):
    words = [("breathe", "slowly", "out", "again")[number % 4] for number in range(300)]
    (answer,) = one_worker((" ".join(words), {"rate": 150}))
    assert 300 / 150 * 60 * 0.6 < seconds(answer) < 300 / 150 * 60 * 1.6


def test_control_characters_are_no_part_of_the_speech():
    dirty = "Let your\x00 feet\x07 find\x1b the\x9b\u2028 floor.\x7f"
    assert speak(*spoken_parts(dirty)) == speak(LINES[0])


@pytest.mark.parametrize(
    "text",
    [
        "breathe in <b>and</b> slowly out",
        "breathe in & slowly out",
        "breathe in < slowly out",
        "breathe in <speak and slowly out",
        "breathe in </voice> and slowly out",
        "breathe in &nosuch; and slowly out",
        'breathe in "and" slowly out',
        "breathe in [[and]] slowly out",
        "breathe in \\ and slowly out",
    ],
)
def test_markup_takes_no_words_away(one_worker, text):
    lines = ("breathe in slowly out", text, "breathe in")
    plain, marked, start = one_worker(*((line, {"voice": "en-us+f3"}) for line in lines))
    assert seconds(marked) >= seconds(plain) > 1.2 * seconds(start)


def test_nothing_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = [
        "$(touch a)",
        "`touch b`",
        "; touch c",
        "| touch d",
        "' ; touch e; '",
        '" ; touch f',
    ]
    assert all(seconds(answer) > 0.3 for answer in speak(*commands, "--help", "-w g.wav", "%s%n"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Café — naïve… “quoted” ½ °"),
        ("en", "🙂 🧘🏽‍♀️"),
        ("en", "1234567890123"),
        ("en", "https://www.example.org/a?b=c"),
        ("en", "- – — in – — ."),
        ("de", "Größe, Fuß, ä ö ü"),
        ("ru", "Медленно выдохните."),
        ("el", "Αναπνεύστε αργά."),
        ("ar", "تنفس ببطء"),
        ("hi", "धीरे से साँस छोड़ें"),
        ("cmn", "请让双脚感受地面，慢慢呼气。"),
        ("ja", "ゆっくり息を吐いてください。"),
    ],
)
@pytest.mark.parametrize("rate", [80, 300])
def test_other_writing_is_spoken_and_taken_for_plausible(one_worker, language, text, rate):
    (data,) = one_worker((text, {"voice": f"{language}+f3", "rate": rate}))
    clip, hertz = decode(text, data)
    assert len(clip) / hertz > 0.2


def test_it_needs_no_espeak_and_no_path(tmp_path):
    """In an environment without PATH, from a folder whose files are named as modules are."""
    for name in ("wave.py", "json.py", "pyttsx3.py"):
        (tmp_path / name).write_text("raise RuntimeError('the wrong module')")
    command = shutil.which("voice-guide", path=os.path.dirname(sys.executable))
    assert command
    done = subprocess.run(
        [command, "export", "one-minute-pause", "-o", "a.wav", "--tone", "none"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "", "LD_LIBRARY_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert soundfile.info(tmp_path / "a.wav").duration > 55
