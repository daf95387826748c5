"""Pico: six voices in five languages, the same each time, and never told what to do by a text."""

import contextlib
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from parts import needs
from running import COMMAND
from speaking import spoken

from voice_guide import voices
from voice_guide.errors import UnknownNameError, VoiceError
from voice_guide.voices import WorkerFault, open_voice
from voice_guide.voices.catalogue import catalogue

pytestmark = needs(modules=["py_nanotts"])

LINES = {
    "en": [
        "Let your feet find the floor.",
        "For a few breaths, out more slowly than in.",
        "Is my distance coming from fear, or from preference?",
        "You don't have to achieve anything right now.",
        "Look around, and name three things that you see.",
    ],
    "de": [
        "Lass deine Füße den Boden finden.",
        "Der Atem kommt und geht, ganz von allein.",
        "Du musst gerade nichts erreichen.",
        "Atme langsam aus, so lange es angenehm ist.",
        "Spür, wie die Schultern ein wenig sinken.",
        "Wenn Gedanken kommen, dürfen sie weiterziehen.",
        "Leg eine Hand auf das Herz und die andere auf den Bauch.",
        "Vielleicht wird es in dir etwas ruhiger.",
        "Schau dich um und nenne drei Dinge, die du siehst.",
        "Gleich läutet eine leise Glocke.",
    ],
    "fr": [
        "Laissez vos pieds trouver le sol.",
        "Le souffle va et vient, tout seul.",
        "Il n’y a rien à réussir en ce moment.",
        "Expirez lentement, aussi longtemps que c’est agréable.",
        "Sentez vos épaules descendre un peu.",
        "Quand une pensée arrive, elle peut repartir.",
        "Posez une main sur le cœur et l’autre sur le ventre.",
        "Peut-être que tout devient un peu plus calme.",
        "Regardez autour de vous et nommez trois choses que vous voyez.",
        "Bientôt une petite cloche va sonner.",
    ],
    "es": [
        "Deja que tus pies encuentren el suelo.",
        "La respiración viene y va, ella sola.",
        "Ahora mismo no tienes que lograr nada.",
        "Suelta el aire despacio, mientras te sea agradable.",
        "Nota cómo los hombros bajan un poco.",
        "Cuando llegue un pensamiento, puede seguir su camino.",
        "Pon una mano sobre el corazón y la otra sobre el vientre.",
        "Quizás dentro de ti haya un poco más de calma.",
        "Mira a tu alrededor y nombra tres cosas que ves.",
        "Pronto sonará una campana suave.",
    ],
    "it": [
        "Lascia che i tuoi piedi trovino il pavimento.",
        "Il respiro va e viene, da solo.",
        "Adesso non devi riuscire in niente.",
        "Espira lentamente, finché è piacevole.",
        "Senti le spalle scendere un poco.",
        "Quando arriva un pensiero, può andare oltre.",
        "Metti una mano sul cuore e l’altra sulla pancia.",
        "Forse dentro di te c’è un po’ più di calma.",
        "Guardati intorno e nomina tre cose che vedi.",
        "Fra poco suonerà una campana leggera.",
    ],
}


def answers(texts, language="de", rate=None, name="pico"):
    with contextlib.closing(open_voice(name, language, rate)) as voice:
        return list(voice.speak(texts))


def words_a_minute(language, rate):
    clips = spoken("pico", *LINES[language], language=language, rate=rate)
    words = sum(len(line.split()) for line in LINES[language])
    return 60 * words / sum(len(clip) / hz for clip, hz in clips)


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize("rate", [90, 130, 200])
def test_it_speaks_as_many_words_a_minute_as_it_is_asked_for(language, rate):
    assert words_a_minute(language, rate) == pytest.approx(rate, rel=0.06)


@pytest.mark.parametrize("language", LINES)
def test_it_is_calm_of_its_own(language):
    calm = {"en": 122, "de": 137, "fr": 170, "es": 112, "it": 102}  # 80 % of its own speed
    assert words_a_minute(language, None) == pytest.approx(calm[language], rel=0.05)


def test_the_same_line_has_the_same_bytes_in_any_order_and_in_another_process():
    lines = LINES["de"]
    first = answers(lines)
    again = list(zip(lines, answers(lines), strict=True))
    shuffled = sorted(lines, key=lambda line: line[::-1])
    known = dict(zip(lines, first, strict=True))
    assert all(isinstance(answer, bytes) for answer in first)
    assert again == [(line, known[line]) for line in lines]
    assert answers(shuffled) == [known[line] for line in shuffled]


def test_no_line_is_clipped():
    for language, lines in LINES.items():
        for clip, _ in spoken("pico", *lines, language=language):
            assert np.abs(clip).max() < 0.98


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hallo Привет Welt.", "can't read Cyrillic letters"),
        ("こんにちは", "can't read Japanese letters"),
        ("ॐ", "can't read Devanagari letters"),
        ("Der Buchstabe Ǯ.", "can't pronounce the letters of 'Ǯ.'"),
        ("😀 🌊", "no words"),
        ("<>", "no words"),
        ("x" * 300, "too long for a word"),
    ],
)
def test_what_it_can_not_say_is_told_and_what_it_can_is_said_all_the_same(text, reason):
    before, fault, after = answers([LINES["de"][0], text, LINES["de"][1]])
    assert isinstance(fault, WorkerFault)
    assert reason in str(fault)
    assert [before, after] == answers(LINES["de"][:2])


@pytest.mark.parametrize(
    "text",
    [
        '<speed level="400">{}</speed>',
        "</speed></volume>{}",
        "<ignore>{}</ignore>",
        '<volume level="0"> {}',
        "<break time='9s'/>{}",
        '<play file="/dev/zero"/>{}',
    ],
)
def test_a_text_can_not_tell_it_what_to_do(text):
    """Its words are read out; nothing is left out, hurried, silenced or waited for."""
    line = LINES["de"][0]
    (marked, hz), (plain, _) = spoken("pico", text.format(line), line, language="de")
    assert len(plain) < len(marked) < len(plain) + 7 * hz


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Der Atem kommt – und geht.", "Der Atem kommt, und geht."),
        ("Wie geht’s dir, „mein Freund“?", 'Wie geht\'s dir, "mein Freund"?'),
        ("Ein Café bei So\u0301lya.", "Ein Café bei Sólya."),
        ("Lass den Bo\u00adden da sein.", "Lass den Boden da sein."),
        ("Der Fluss bei Győr, der Markt von Łódź.", "Der Fluss bei Gyor, der Markt von Lodz."),
    ],
)
def test_signs_and_accents_are_said_as_they_are_meant(written, plain):
    assert answers([written]) == answers([plain])


def test_an_oe_of_french_is_said_as_one_sound_and_written_out_elsewhere():
    assert answers(["le cœur"], "fr") != answers(["le c ur"], "fr")
    assert answers(["das Œuvre"]) == answers(["das Oeuvre"])


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "en-US"),
        ("en-US", "en-US"),
        ("en-gb", "en-GB"),
        ("de-AT", "de"),
        ("fr-CA", "fr"),
        ("es", "es"),
        ("it-IT", "it"),
    ],
)
def test_a_language_has_the_voice_of_its_region_or_the_usual_one(language, name):
    assert open_voice("pico", language, None).name == f"pico:{name}"


@pytest.mark.parametrize(
    ("language", "name"), [("de", "pico:de"), ("fr-BE", "pico:fr"), ("pt", "espeak")]
)
def test_auto_lets_it_speak_its_languages(monkeypatch, language, name):
    monkeypatch.setattr(voices, "best_first", lambda *_: ["hibari", "flite", "pico", "espeak"])
    assert [voice.name for voice in voices.open_voices("auto", language, None)[0]] == [name]


def test_a_voice_that_is_named_speaks_whatever_the_language_of_the_script():
    (german,), (own,) = (
        answers(["Guten Tag."], language, name="pico:DE") for language in ("en", "de")
    )
    assert german == own


def test_a_language_or_a_voice_that_it_lacks_is_refused():
    with pytest.raises(VoiceError, match=r"pico speaks en-US, .*, it, and the script is in 'ja'"):
        open_voice("pico", "ja", None)
    with pytest.raises(UnknownNameError, match="no voice 'ja': choose en-US"):
        open_voice("pico:ja", "en", None)


def test_a_rate_that_it_does_not_reach_is_refused():
    with pytest.raises(VoiceError, match=r"it with 261 words per minute at most.*below 300"):
        open_voice("pico", "it", 300)


def test_without_its_package_the_command_that_adds_it_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(VoiceError, match="pip install py-nanotts"):
        open_voice("pico", "de", None)
    assert not [entry for entry in catalogue() if entry.back_end == "pico"]


def test_it_is_in_the_list_with_its_languages():
    found = {entry.name: entry.languages for entry in catalogue() if entry.back_end == "pico"}
    assert found["pico:de"] == ("de",)
    assert len(found) == 6


def test_it_speaks_wherever_its_package_lies(tmp_path, monkeypatch):
    import py_nanotts

    there = tmp_path / ("über die Brücke " * 12)
    shutil.copytree(Path(py_nanotts.__file__).parent, there / "py_nanotts")
    usual = answers(LINES["de"][:1])
    monkeypatch.syspath_prepend(there)
    assert answers(LINES["de"][:1]) == usual


def test_it_needs_no_network(folders):
    (folders / "a.md").write_text("---\nlanguage: de\npace: 2-4\n---\n\nAtme langsam aus.\n")
    alone = ["unshare", "--map-root-user", "--net"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("a namespace without a network can't be made here")
    export = [*COMMAND, "export", "a.md", "--voice", "pico", "-o", "a.wav"]
    done = subprocess.run([*alone, *export], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "voice pico:de" in done.stdout
