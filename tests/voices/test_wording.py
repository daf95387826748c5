"""Words as they are said: for each sign what a person would say, the same for every voice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phrases import LANGUAGES, phrases

from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.voices.wording import said
from voice_guide.voices.wordings import WORDINGS

ENGLISH = [
    ("Try the 4-7-8 breath now.", "Try the 4 7 8 breath now."),
    ("Rest for 5-10 minutes.", "Rest for 5 to 10 minutes."),
    ("Rest for 5 – 10 minutes.", "Rest for 5 to 10 minutes."),
    ("They are here 24/7.", "They are here 24 7."),
    ("Fill your lungs about 1/2 way.", "Fill your lungs about a half way."),
    ("Take ½ a breath.", "Take half a breath."),
    ("Take 1/2 a breath.", "Take half a breath."),
    ("½ a breath, 1½ a day", "half a breath, 1 and a half a day"),
    ("Wait 1½ minutes.", "Wait 1 and a half minutes."),
    ("Wait 1 1/2 minutes.", "Wait 1 and a half minutes."),
    ("Count to 2 ½ now.", "Count to 2 and a half now."),
    ("About ¾ full.", "About three quarters full."),
    ("9/10 people", "9 out of 10 people"),
    ("You and/or a friend.", "You and or a friend."),
    ("he/she", "he or she"),
    ("It costs $5, or $1.", "It costs 5 dollars, or 1 dollar."),
    ("5 € or £5", "5 euros or 5 pounds"),
    ("1% of it, 20 %", "1 percent of it, 20 percent"),
    ("20°C & 68 °F", "20 degrees Celsius and 68 degrees Fahrenheit"),
    ("turn 90°", "turn 90 degrees"),
    ("At 3:30, or 7:00", "At 3 30, or 7 o'clock"),
    ("It is 2026-11-27.", "It is November 27, 2026."),
    ("Rest, e.g. now, i.e. here, etc.", "Rest, for example now, that is here, et cetera"),
    ("Dr. Smith and Mrs. Jones", "Doctor Smith and Missus Jones"),
    ("Part II, Step IV", "Part 2, Step 4"),
    ("The part I love, in the 90s", "The part I love, in the 90s"),
    ("5 min, 1 min, 30 s, 2 hrs", "5 minutes, 1 minute, 30 seconds, 2 hours"),
    ("-5, 2x, #3, 2 + 3 = 5", "minus 5, 2 times, number 3, 2 plus 3 equals 5"),
    ("See https://example.org/a?b=1.", "See a link."),
    ("Write to me@example.org, please.", "Write to a link, please."),
    ("Rest 🙂 now ❤️ 1️⃣", "Rest now 1"),
    ("BREATHE IN AND OUT", "Breathe In And Out"),
    ("Rest NOW, and STAY.", "Rest Now, and Stay."),
    ("the US and TV", "the US and TV"),
    ("Breathe in — and let go.", "Breathe in, and let go."),
    ("Breathe in—and let go.", "Breathe in, and let go."),
    ("Let go - slowly.", "Let go, slowly."),
    ("Stay here...now.", "Stay here, now."),
    ("Stay… Rest…", "Stay. Rest…"),
    ("Stay (if you like) here.", "Stay, if you like, here."),
    ("Stay (softly).", "Stay, softly."),
    ("a well-known re-start", "a well-known re-start"),
    ("It’s ‘here’", "It's 'here'"),
    ("ab\u00adso\u00adlute\u00adly", "absolutely"),
    ("10 more breaths", "10 more breaths"),
    ("*stay* _here_", "stay here"),
    ("4.5 seconds", "4.5 seconds"),
]
OTHERS = [
    (
        "de",
        "Bleib 5–10 Min. hier, z. B. um 7:30 Uhr.",
        "Bleib 5 bis 10 Minuten hier, zum Beispiel um 7 Uhr 30",
    ),
    ("de-AT", "1½ Minuten, 50 % davon", "eineinhalb Minuten, 50 Prozent davon"),
    ("de", "Du und/oder ich, 3/4 voll", "Du und oder ich, drei Viertel voll"),
    ("de", "Teil II kostet 5 €.", "Teil 2 kostet 5 Euro."),
    ("fr", "Restez 5-10 min, p. ex. à 7:30.", "Restez 5 à 10 minutes, par exemple à 7 heures 30."),
    ("fr", "1½ & 50 %", "1 et demi et 50 pour cent"),
    ("es", "Quédate 5-10 min, p. ej. aquí.", "Quédate 5 a 10 minutos, por ejemplo aquí."),
    ("es", "¡1/2 & 20°C!", "¡medio y 20 grados Celsius!"),
    ("it", "Resta 5-10 min, ad es. qui.", "Resta 5 a 10 minuti, ad esempio qui."),
    ("it", "Parte III, 3/4", "Parte 3, tre quarti"),
    ("ja", "4-7-8 🙂", "4-7-8"),
]


@pytest.mark.parametrize(("written", "words"), ENGLISH)
def test_signs_are_said_as_a_person_would_say_them(written, words):
    assert said(written, "en") == words


@pytest.mark.parametrize(("language", "written", "words"), OTHERS)
def test_each_language_has_its_own_words(language, written, words):
    assert said(written, language) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_of_all_kinds_have_the_words_that_a_person_would_say(language):
    """Which of them a recogniser hears is measured by ``tests/benchmarks/proof.py``."""
    table = phrases(language)
    assert len(set(table)) == len(table) >= 300
    assert [row for row in table if said(row[0], language) != row[1]] == []


@pytest.mark.parametrize("name", names())
def test_the_bundled_scripts_are_said_as_they_are_written(name):
    for text in load(name).texts():
        assert said(text, "en") == text.replace("’", "'")


SIGNS = st.sampled_from(list("0123456789 /-–—.,:;()[]%°½¾$€&#x+=…!?'’🙂aBI"))


@settings(max_examples=150, deadline=None)
@given(st.text(SIGNS, max_size=20), st.sampled_from([*WORDINGS, "ja"]))
def test_what_is_said_once_stays_and_no_letter_is_lost(text, language):
    words = said(text, language)
    assert sum(map(str.isdigit, words)) >= sum(map(str.isdigit, text)) or language != "ja"
    assert words == " ".join(words.split())
    assert all(letter.lower() in words.lower() for letter in text if letter in "aB")


def test_every_language_says_all_the_signs_that_another_does():
    english = WORDINGS["en"]
    for wording in WORDINGS.values():
        assert wording.signs.keys() == english.signs.keys()
        assert wording.money.keys() == english.money.keys()
        assert len(wording.months.split()) == 12
