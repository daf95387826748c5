"""``check``: what a writer is told of a script that can be spoken, and what to write instead."""

import pytest

from voice_guide.plan.check import remarks
from voice_guide.scripting.hints import meant
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.scripting.parse import parse

pytestmark = pytest.mark.usefixtures("folder")


def told(text, head=""):
    return [str(each) for each in remarks(parse(head + text, "my.md"))]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        (
            "Inhale: 4 seconds",
            "the pace sets how long a breath takes: write  pace: 4-6  in the head",
        ),
        (
            "Breathe in for 4 seconds",
            "the pace sets how long a breath takes: write  pace: 4-6  in the head",
        ),
        ("Exhale - 6", "the pace sets how long a breath takes: write  pace: 4-6  in the head"),
        ("hold: 7", "the pace sets how long a breath takes: write  pace: 4-6  in the head"),
        ("out: 6 seconds.", "the pace sets how long a breath takes: write  pace: 4-6  in the head"),
        ("Breathe in: Let it come", "write  in: Let it come"),
        ("Breathe out: and slowly go", "write  out: and slowly go"),
        ("Soft body (5 minutes):", "to begin a section, write  ## Soft body"),
        ("Soft body (2-3 min)", "to begin a section, write  ## Soft body"),
        ("Repeat twice more.", "what is to be said again is written again"),
        ("Repeat 3 times", "what is to be said again is written again"),
        ("00:30 Rest here.", "make it a practice with  voice-guide import FILE"),
        ("01:00  180+6/20", "make it a practice with  voice-guide import FILE"),
    ],
)
def test_a_direction_that_would_be_said_is_told_with_its_right_form(written, right):
    (warning,) = told(f"Hello.\n\n  {written}")
    first, source, _ = warning.split("\n")
    assert first.startswith("my.md:3:3: warning: this will be spoken as words; ")
    assert first.endswith(right)
    assert written in source


@pytest.mark.parametrize(
    "words",
    [
        *(
            "Rest.",
            "Wait.",
            "Breathe.",
            "Breathe in.",
            "In – and out.",
            "Stay.",
        ),
        *("Pause and feel the floor.", "A pause, if you like.", "Three more breaths.", "3", "Ten."),
        *(
            "in: and two",
            "Give it ten seconds.",
            "3:30 is early.",
            "Repeat it in your mind.",
            "Rest (a minute or so).",
            "Hold it lightly.",
            "Let the bell fade.",
            "(Rest.)",
        ),
    ],
)
def test_words_that_people_say_are_no_directions(words):
    assert told(words) == []


@pytest.mark.parametrize("name", names())
def test_nothing_in_the_bundled_scripts_is_remarked_on(name):
    assert list(remarks(load(name))) == []


def test_a_hint_is_a_direction_that_can_be_read():
    for words in ("1 min", "pause", "1:30", "gong", "two breaths", "3 to 8 breaths", "0.5 s"):
        hint = meant(words)
        assert hint, words
        assert parse(hint, "my.md")


@pytest.mark.parametrize(
    ("text", "head", "says"),
    [
        (
            "تنفس ببطء",
            "",
            "Arabic letters in a script in English; if this is Arabic, write  language: ar",
        ),
        ("نفس بکشید، پیوسته", "", "if this is Persian, write  language: fa"),
        ("Дыши медленно", "---\nlanguage: de\n---\n", "Cyrillic letters in a script in German"),
        (
            "息を\n\n吸\n\nいき",
            "",
            "if this is Japanese, write  language: ja  between two lines of ---",
        ),
        (
            "Say 🙂 ½ – “é”.\n\nशांति",
            "---\nlanguage: de-AT\n---\n",
            "Devanagari letters in a script in",
        ),
    ],
)
def test_letters_that_the_language_does_not_have_are_told_once(text, head, says):
    (warning,) = told(text, head)
    assert says in warning
    assert warning.startswith("my.md:")


def test_the_first_place_and_the_number_of_others_are_told():
    (warning,) = told("Hello.\n\n  Вдох\n\nAnd.\n\nВыдох\n\nПауза")
    assert warning.startswith("my.md:3:3: warning: Cyrillic letters")
    assert "(also in 2 more lines)" in warning


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "息を吐く"),
        ("zh-TW", "呼吸"),
        ("ko", "호흡"),
        ("uk", "Видих"),
        ("fa-IR", "نفس"),
        ("sr", "dah дах"),
    ],
)
def test_a_language_may_have_its_own_letters_and_latin_ones(language, text):
    assert told(f"{text} OK", f"---\nlanguage: {language}\n---\n") == []


def test_japanese_is_refused_where_it_would_be_spelled_and_warned_of_where_it_is_silent(
    guide, folder
):
    (folder / "ja.md").write_text("Hello.\n\nゆっくり息を吐いて。\n", "utf-8")
    code, out, _ = guide("check", "ja.md", "--voice", "espeak")
    assert code == 1
    assert "ja.md:3:1: the voice 'espeak' could not speak 'ゆっくり" in out
    assert "can't read Chinese characters and Japanese letters; if this is Japanese" in out
    code, out, _ = guide("check", "ja.md", "--voice", "none")
    assert (code, out.count("warning")) == (0, 1)
    (folder / "kana.md").write_text("---\nlanguage: ja\n---\nゆっくり いきを はく\n", "utf-8")
    code, out, _ = guide("check", "kana.md", "--voice", "espeak")
    assert (code, out) == (0, "kana.md: Kana: no errors\n")


def test_what_a_voice_can_not_read_another_speaks_with_fallback(guide, folder):
    recorded = folder / "mine"
    recorded.mkdir()
    (folder / "om.md").write_text("ॐ शांति\n", "utf-8")
    code, out, _ = guide("check", "om.md", "--voice", "recorded:mine")
    assert (code, "Try another --voice, --fallback" in out) == (1, True)
    assert guide("check", "om.md", "--voice", "recorded:mine,espeak")[0] == 0


def test_a_line_that_lasts_for_many_breaths_is_told(guide, folder):
    (folder / "list.md").write_text("let your feet find the floor\n" * 45)
    code, out, _ = guide("check", "list.md", "--voice", "none")
    assert code == 0
    assert "list.md:1:1: warning: takes" in out
    assert "more than 7 breaths without a rest: put empty lines between its sentences" in out
    assert out.endswith("1 to look at\n")
