"""How words are spelt for a model: sentence by sentence, with the marks that it was taught."""

import unicodedata

import pytest

from voice_guide.engines import skipped
from voice_guide.engines.phonemes import AS_WRITTEN, apart, fitted, phonemes, sentences, unsaid


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Breathe in.", ["."]),
        ("Breathe in", [""]),
        ("In, and out; rest: now!", [",;:!"]),
        ("In. Out? Rest!", [".", "?", "!"]),
        ("In… and out", [".", ""]),
        ("In—and out.", [",."]),
        ("In - and out.", [",."]),
        ("“In.” And ‘out’.", [".", "."]),
        ("At 3.5 breaths.", ["."]),
    ],
)
def test_marks_are_kept_and_end_sentences(text, marks):
    found = sentences(text, "en-us")
    assert ["".join(c for c in each if c in ".,;:!?") for each in found] == marks


def test_words_are_spelt_as_espeak_does_and_decomposed():
    assert phonemes("breath", "en-us") == "bɹˈɛθ"
    assert "\u0303" in phonemes("bon", "fr-fr")
    for voice in ("en-us", "fr", "pt-br"):
        said = phonemes("Confiance et bonté", voice)
        assert said == unicodedata.normalize("NFD", said)


def test_where_there_is_nothing_to_say_there_is_no_sentence():
    assert sentences("...", "en-us") == []
    assert sentences("", "en-us") == []


def test_letters_stand_for_themselves_where_a_model_was_taught_them():
    assert sentences("Hé, ça va.", AS_WRITTEN) == [unicodedata.normalize("NFD", "hé, ça va.")]


def test_a_word_is_lost_without_a_sound_that_is_known():
    known = frozenset(phonemes("Let your feet find the floor", "en-us"))
    assert unsaid("Let your feet find the floor.", "en-us", known) == []
    assert unsaid("мир", "ru", frozenset(phonemes("мир", "ru"))) == []
    assert unsaid("Let go", "en-us", frozenset("ɡˈ")) == ["Let"]


def test_a_sign_goes_with_its_letter_as_the_model_was_taught():
    (spelt,) = sentences("Ich.", "de")
    letter_and_sign = "c\u0327"
    assert letter_and_sign in spelt
    piper, kokoro = {*spelt}, {*spelt, "ç"} - {"\u0327"}
    assert fitted(spelt, piper) == spelt
    assert fitted(spelt, kokoro) == spelt.replace(letter_and_sign, "ç")
    assert fitted(spelt, {"c"}) == spelt, "better without the sign than without the sound"


def test_sentences_are_found_without_a_space_where_a_script_has_none():
    assert apart("你好。请呼吸。") == ["你好。", "请呼吸。"]
    assert apart("In 3.5 breaths. And out. Rest") == ["In 3.5 breaths.", "And out.", "Rest"]


@pytest.mark.parametrize(
    ("messages", "text", "lost"),
    [
        (
            ["a.h:Tokenize:99 OOV word skipped: 'wibbletron'"],
            "Say Wibbletron, now.",
            ["Wibbletron,"],
        ),
        (["OOV wibbletron. Ignore it!"], "a wibbletron", ["wibbletron"]),
        (["OOV character skipped: 'п'", "OOV character skipped: 'р'"], "пр in", ["пр"]),
        (["Skip unknown character. Unicode codepoint: \\U+0970."], "॰a ॰", []),
        (["Skip unknown character. Unicode codepoint: \\U+043f."], "п in", ["п"]),
        (["Skip OOV: naïve from naïve"], "naïve", ["naïve"]),
        (["OOV ,. Ignore it!", "anything else"], "in, out", []),
        (["OOV word skipped: 'altered'"], "in", ["altered"]),
    ],
)
def test_what_sherpa_tells_is_traced_to_the_words(messages, text, lost):
    assert skipped.words(messages, text) == lost
