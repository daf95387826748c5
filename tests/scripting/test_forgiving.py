"""What people plainly mean is understood, in whatever form they write it; ``check`` says how."""

import contextlib
import sys

import pytest

from voice_guide.errors import ScriptError
from voice_guide.scripting.model import Bell, Line, Rest, TimedRest
from voice_guide.scripting.parse import parse


def items(text):
    return list(parse(text, "mine.md").items())


def notes(text):
    return [str(note).split("\n")[0] for note in parse(text, "mine.md").notes]


def said(text):
    return [line.text for line in parse(text, "mine.md").lines()]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[10 secs]", [TimedRest(10)]),
        ("[silence 1 min]", [TimedRest(60)]),
        ("[silence 1 minute]", [TimedRest(60)]),
        ("[pause 5 seconds]", [TimedRest(5)]),
        ("[5s]", [TimedRest(5)]),
        ("[1:30]", [TimedRest(90)]),
        ("[2–3 minutes]", [TimedRest(120)]),
        ("[1 min 30 s]", [TimedRest(90)]),
        ("[half a minute]", [TimedRest(30)]),
        ("[1½ minutes]", [TimedRest(90)]),
        ("(pause 1 1/2 minutes)", [TimedRest(90)]),
        ("Pause for two and a half minutes.", [TimedRest(150)]),
        ("Pause for a minute and a half.", [TimedRest(90)]),
        ("Pause for ½ a minute.", [TimedRest(30)]),
        ("[20 minutes]", [TimedRest(600), TimedRest(600)]),
        ("[PAUSE:3]", [TimedRest(3)]),
        ("[pause:4s]", [TimedRest(4)]),
        ("[pause]", [TimedRest(5)]),
        ("[three breaths]", [Rest(3, 3)]),
        ("[breathe x3]", [Rest(3, 3)]),
        ("[3 to 8 breaths]", [Rest(3, 8)]),
        ("[a breath]", [Rest(1, 1)]),
        ("[gong]", [Bell()]),
        ("[Bell sounds three times]", [Bell(), Bell(), Bell()]),
        ("(pause)", [TimedRest(5)]),
        ("(Pause.)", [TimedRest(5)]),
        ("(long pause – 20 seconds)", [TimedRest(20)]),
        ("(beat)", [TimedRest(5)]),
        ("*Pause for 1 min.*", [TimedRest(60)]),
        ("Pause for a few seconds.", [TimedRest(3)]),
        ("Pause 5 seconds", [TimedRest(5)]),
        ("Silence: 1:30", [TimedRest(90)]),
        ("Rest for 3 breaths.", [Rest(3, 3)]),
        ("5 s", [TimedRest(5)]),
        ("Gong", [Bell()]),
        ("(singing bowl)", [Bell()]),
        ("…", [Rest(1, 1)]),
        ("...", [Rest(1, 1)]),
        ('<break time="1500ms"/>', [TimedRest(1.5)]),
        ('<break time="3s"/>', [TimedRest(3)]),
    ],
)
def test_a_rest_or_a_bell_is_understood_in_all_its_forms(written, meant):
    assert items(f"Hello.\n\n{written}\n\nGo.") == [Line("Hello."), *meant, Line("Go.")]
    (note,) = notes(f"Hello.\n\n  {written}")
    assert note.startswith("mine.md:3:3: read as [")
    again = note.partition("read as ")[2].replace(" and ", "\n")
    assert items(again) == meant, "the form that is told can be read"
    assert notes(again) == []


@pytest.mark.parametrize("written", ["{} min", "pause {}", "{} breaths", "{} bells", "1:{}"])
def test_every_digit_and_number_is_read_or_refused(written):
    """Some are digits and no numbers, as in 5²."""
    for sign in filter(str.isnumeric, map(chr, range(sys.maxunicode + 1))):
        with contextlib.suppress(ScriptError):
            assert items(f"Hello.\n\n[{written.format(sign)}]\n\n{written.format(sign)}")


def test_directions_may_stand_among_the_words():
    text = "Let it drop. [2 breaths] In ... [pause 5 seconds] and\n out. (pause) Stay.[bell]"
    assert items(text) == [
        Line("Let it drop."),
        Rest(2, 2),
        Line("In ..."),
        TimedRest(5),
        Line("and out."),
        TimedRest(5),
        Line("Stay."),
        Bell(),
    ]


@pytest.mark.parametrize(
    "words",
    [
        *("3. 2. 1. And rest.", "Give it ten seconds.", "Pause and feel the floor.", "Rest.", "3"),
        *("The first part (2-3 minutes) is soft.", "Let the bell fade.", "Take 5 for yourself."),
        *("Stay (if you like) here.", "Go [softly] on.", "in the quiet"),
    ],
)
def test_words_that_people_say_stay_words(words):
    assert items(words) == [Line(words)]
    assert notes(words) == []


def test_words_after_a_direction_have_no_anchor_of_those_before():
    assert items("in: Breathing in [pause] and out.") == [
        Line("Breathing in", "in"),
        TimedRest(5),
        Line("and out."),
    ]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("Let it go (pause).", ["Let it go."]),
        ("Let it go [pause], and rest [bell]; then on.", ["Let it go,", "and rest;", "then on."]),
        ("Is it so? [pause]. Stay.", ["Is it so?", "Stay."]),
        ("[bell]. Stay [2 breaths] ... and rest.", ["Stay", "... and rest."]),
    ],
)
def test_a_mark_after_a_direction_belongs_to_the_words_before_it(written, lines):
    assert said(written) == lines


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("Inhale: let it come", Line("let it come", "in")),
        ("EXHALE : and go", Line("and go", "out")),
        ("Out-breath: inner: I am here.", Line("I am here.", "out", inner=True)),
        ("Einatmen: die Luft kommt", Line("die Luft kommt", "in")),
        ("Expirez : il repart", Line("il repart", "out")),
    ],
)
def test_the_name_of_a_phase_puts_words_on_it_and_check_says_so(written, line):
    assert items(f"Hello.\n{written}") == [Line("Hello."), line]
    assert notes(written) == [f"mine.md:1:1: read as {line.anchor}:"]
    assert notes(f"{line.anchor}: words") == []


def test_words_before_a_change_of_voice_keep_the_voice_they_had():
    before, after = items("Hello. [voice espeak] And go.")
    assert (before.text, before.voice, after.text, after.voice) == (
        *("Hello.", ""),
        *("And go.", "espeak"),
    )


def test_a_transcript_with_a_phrase_in_each_row_is_a_line_for_each():
    rows = ["Come and take a seat,", "Upright or lying,", "Whatever you like.", "Let go."]
    assert said("\n".join(rows)) == rows
    assert notes("\n".join(rows)) == ["mine.md:1:1: read as 4 lines, one for each row"]
    wrapped = "Come and take a seat, upright\nor lying, whatever you\nlike for today. And let\ngo."
    assert len(said(wrapped)) == 1


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Rest your *hands* now.", "Rest your hands now."),
        ("Rest your **hands** now.", "Rest your hands now."),
        ("Rest your ***hands* now**.", "Rest your hands now."),
        ("Rest your _hands_ now.", "Rest your hands now."),
        ("Follow [this breath](https://example.org/b) now.", "Follow this breath now."),
        ("Follow [this\nbreath](https://example.org/b) now.", "Follow this breath now."),
        ("Follow [this breath][1] now.\n\n[1]: https://a.b", "Follow this breath now."),
        ("Stay ![a shore](shore.png) here.", "Stay here."),
        ("So it is.[^1] Rest.\n\n[^1]: Somebody, somewhere", "So it is. Rest."),
        ("Warm &amp; soft&nbsp;hands", "Warm & soft hands"),
        ("Warm<br>and <b>soft</b>", "Warm and soft"),
        ("Rest here,\\\nand there.", "Rest here, and there."),
        ("Rest here,  \nand there.", "Rest here, and there."),
        ("\\*Stay\\*", "*Stay*"),
        ("2 * 3 and 4 * 5", "2 * 3 and 4 * 5"),
        ("a_name_with_underscores", "a_name_with_underscores"),
        ("> Rest here\n> and there.", "Rest here and there."),
        ("Rest ~~your arms~~ your hands.", "Rest your hands."),
        ("```\nRest.\n```", "Rest."),
        ("ab\u00adso\u00adlute\u00adly soft\u200bly", "absolutely softly"),
        ("cafe\u0301", "café"),
        ("Rest\u00a0your\u2009hands", "Rest your hands"),
    ],
)
def test_markdown_is_taken_off_and_its_words_are_kept(written, words):
    assert said(written) == [words]


def test_each_point_of_a_list_is_a_line():
    text = "Soften\n- your *jaw*\n- [ ] your belly,\n  and hips\n* your hands\n\n1. One\n2) Two"
    assert said(text) == ["Soften", "your jaw", "your belly, and hips", "your hands", "One", "Two"]
    assert said("It was\n2. That is all.") == ["It was 2. That is all."]
    assert said("3. 2. 1. And rest.") == ["3. 2. 1. And rest."]


def test_each_row_of_a_table_is_a_line():
    assert said("| now | then |\n|----|:---:|\n| rest | go |") == ["now, then", "rest, go"]


def test_headings_of_any_level_start_a_section_and_the_first_is_the_title():
    script = parse("# My *own* rest\n\nOne.\n\n### Two ###\n\nB.\n\nThree\n---\nC.", "mine.md")
    assert script.title == "My own rest"
    assert [section.title for section in script.sections] == ["My own rest", "Two", "Three"]
    assert said("Rest here.\n---\nStay.\n\n***\n\nGo.") == ["Rest here.", "Stay.", "Go."]


def test_marks_that_hold_no_words_are_not_said():
    for mark in ("---", "* * *", "___", "[^1]: A note", "[a]: https://a.b"):
        assert said(f"One.\n\n{mark}\n\nTwo.") == ["One.", "Two."]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("title: Safe place: a start", "Safe place: a start"),
        ("title: 4-7-8: calm", "4-7-8: calm"),
        ("title: Where to:", "Where to:"),
        ("title: Session #3", "Session #3"),
        ("title: !Stay here", "!Stay here"),
        ("title: *Stay* here", "*Stay* here"),
        ("title: @home", "@home"),
        ("title: 'Tis time", "'Tis time"),
        ('title: "Stay" and rest', '"Stay" and rest'),
        ('title: "Stay: rest"', "Stay: rest"),
        ("title: [a, b]", "[a, b]"),
        ("title: One\n  two: three\n\n  four", "One two: three four"),
        ("Title: A", "A"),
        ("TITLE : A", "A"),
    ],
)
def test_a_title_may_have_any_sign_in_it(written, title):
    assert parse(f"---\n{written}\npace: 5-5\n---\nHi.", "mine.md").title == title


def test_a_head_needs_no_dashes_where_it_can_be_nothing_else():
    script = parse("Title: Mine\npace: 5 – 5\nLanguage: Greek\n\nHi.", "mine.md")
    assert (script.title, str(script.pace), script.language) == ("Mine", "5-5", "el")
    assert said("Title: Mine\npace: 5-5\n\nHi.") == ["Hi."]
    assert said("Pace: that is yours\nand no other.") == ["Pace: that is yours and no other."]


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        *(("\u200b---", "---"), ("\u00a0---", "---"), ("—", "—"), ("—-", "–––"), ("---", "...")),
        *(("===", "==="), ("***", "***"), ("\\---", "\\---"), ("```yaml", "```")),
        *(("```\n---", "---\n```"), ("", "")),
    ],
)
def test_a_head_is_one_whatever_became_of_its_dashes(opens, closes):
    script = parse(f"{opens}\ntitle: Late head\npace: “5-5”\n{closes}\nRest here.", "mine.md")
    assert (script.title, str(script.pace), script.texts()) == ("Late head", "5-5", ["Rest here."])


def test_dashes_around_words_make_no_head_of_them():
    assert said("***\nHello there.\n\n***\nMore.") == ["Hello there.", "More."]
    assert said("Pace: slow\nand steady.") == ["Pace: slow and steady."]


def test_a_picture_has_no_words():
    assert said("Hi.\n\n![a](b.png) ![c][d]\n\nGo.") == ["Hi.", "Go."]
