"""What a writer may write, and what it means."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_guide.pace.pace import Pace
from voice_guide.scripting.model import (
    Bell,
    Count,
    Include,
    Line,
    Place,
    Rest,
    Section,
    TimedRest,
)
from voice_guide.scripting.parse import parse


def items(text):
    return list(parse(text, "mine.md").items())


def test_the_example_of_the_format_reads_as_it_says():
    script = parse(
        dedent("""\
            ---
            title: A one-minute pause
            about: For the moment when you feel yourself pulling away.
            language: en-GB
            pace: 4-6
            holds: no
            ---

            ## Arrive

            Let your feet find the floor.

            in: Breathing in
            out: and slowly out.
            hold: and rest.

            [2 breaths]
            [3-8 breaths]
            [10 seconds]

            ## Stay

            [bell]
            [practice scared-part]
        """),
        "mine.md",
    )
    assert script.title == "A one-minute pause"
    assert script.about == "For the moment when you feel yourself pulling away."
    assert script.language == "en-GB"
    assert script.pace == Pace.parse("4-6")
    assert script.holds is False
    arrive, stay = script.sections
    assert arrive == Section(
        "Arrive",
        (
            Line("Let your feet find the floor."),
            Line("Breathing in", "in"),
            Line("and slowly out.", "out"),
            Line("and rest.", "hold"),
            Rest(2, 2),
            Rest(3, 8),
            TimedRest(10),
        ),
    )
    assert stay.title == "Stay"
    assert stay.items[0] == Bell()
    assert isinstance(stay.items[1], Include)
    assert stay.items[1].name == "scared-part"


def test_without_a_head_a_script_breathes_slowly_in_english():
    script = parse("Hello.", "mine.md", default_title="Mine")
    assert (script.title, script.language, str(script.pace)) == ("Mine", "en", "4-6")
    assert script.holds
    assert script.sections == (Section("Mine", (Line("Hello."),)),)


@pytest.mark.parametrize("word", ["yes", "True", "no", "false"])
def test_holds_takes_the_words_of_yaml(word):
    script = parse(f"---\nholds: {word}\n---\nHello.", "mine.md")
    assert script.holds is (word in ("yes", "True"))


def test_a_paragraph_is_one_line_however_it_is_wrapped():
    one, four = Line("One and two and three."), Line("Four.")
    assert items("One  and\n\ttwo\nand three.\n\nFour.") == [one, four]


def test_an_anchor_starts_a_line_of_its_own_in_any_case():
    assert items("First\nin: second\nOUT:third\n Hold:  fourth\nand on.") == [
        Line("First"),
        Line("second", "in"),
        Line("third", "out"),
        Line("fourth and on.", "hold"),
    ]


@pytest.mark.parametrize("colon", [":", " : ", " :", "\u00a0: ", "：", " ： "])
def test_an_anchor_may_have_a_space_before_its_colon_or_a_wide_one(colon):
    words = "drawing it in"
    assert items(f"in{colon}{words}\n\nOut{colon}inner{colon}{words}") == [
        Line(words, "in"),
        Line(words, "out", inner=True),
    ]


def test_an_anchor_within_a_sentence_is_only_a_word():
    text = "Breathe in: now.\n\nInside: quiet."
    assert items(text) == [Line("Breathe in: now."), Line("Inside: quiet.")]


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("[1 breath]", Rest(1, 1)),
        ("[2 breath]", Rest(2, 2)),
        ("[ 3 - 8  Breaths ]", Rest(3, 8)),
        ("[1000 breaths]", Rest(1000, 1000)),
        ("[3–8 breaths]", Rest(3, 8)),
        ("[3 — 8 breaths]", Rest(3, 8)),
        ("[Count]", Count(1)),
        ("[count  3 breaths]", Count(3)),
        ("[1 second]", TimedRest(1)),
        ("[0.25 seconds]", TimedRest(0.25)),
        ("[600 seconds]", TimedRest(600)),
        ("  [BELL]  ", Bell()),
        ("[bell] <!-- soft -->", Bell()),
    ],
)
def test_directions_are_forgiving_about_case_and_spaces(written, item):
    assert items(written) == [item]


@pytest.mark.parametrize(
    "head",
    [
        "\n\n---\n{}\n---\n",
        " ---\n{}\n---\n",
        "----\n{}\n----\n",
        "\ufeff\n---\n{}\n--- \n",
        "---\n\n{}\n\n-----\n",
    ],
)
def test_a_head_is_a_head_however_its_dashes_stand(head):
    script = parse(head.format("title: Late head\npace: 5-5\nholds: no") + "Rest here.", "mine.md")
    assert (script.title, str(script.pace), script.holds) == ("Late head", "5-5", False)
    assert list(script.items()) == [Line("Rest here.")]
    (line,) = script.lines()
    assert line.place.line == head.count("\n") + 3


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ('title: "Safe place: a start"', "Safe place: a start"),
        ("title: 'It''s #3'", "It's #3"),
        ("title: Session#3 - a:b", "Session#3 - a:b"),
        ("title: “Stay”", "“Stay”"),
        ("title: Mine\npace: 4-6 # calm", "Mine"),
        ("title: >\n  Over\n  two: rows", "Over two: rows"),
        ("title: 4-7-8", "4-7-8"),
        ("title:\tyes", "yes"),
    ],
)
def test_a_title_is_taken_as_it_is_written(row, title):
    assert parse(f"---\n{row}\n---\nHi.", "mine.md").title == title


@pytest.mark.parametrize(
    "text",
    [
        "See [this rest](https://a.b).",
        "See [rest](https://a.b).",
        "So it is.[3] And on.",
        "Go [x].",
    ],
)
def test_brackets_that_hold_no_direction_are_no_slip(text):
    assert len(items(text)) == 1


def test_comments_are_not_heard_and_move_nothing():
    assert items("<!-- a\n\n[oops] -->One <!-- not --> two.") == [Line("One two.")]


def test_a_section_without_anything_in_it_is_left_out():
    assert [s.title for s in parse("## A\n\n## B\n\nHello.", "mine.md").sections] == ["B"]


def test_the_place_of_a_line_is_kept_for_later_warnings():
    (line,) = parse("\n  in: Hello.", "mine.md").lines()
    assert str(line.place.problem("late")) == "mine.md:2:3: late\n      in: Hello.\n      ^"


WORDS = st.from_regex(r"[a-zäé][a-zäé',.]{0,8}( [a-zäé][a-zäé',.]{0,8}){0,5}", fullmatch=True)
NOTES = st.sampled_from(["", "<!-- a note\n[bel] -->\n"])
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
LINES = st.builds(Line, WORDS, st.sampled_from([None, "in", "out", "hold"]))
RESTS = st.lists(st.integers(1, 1000), min_size=2, max_size=2).map(
    lambda two: Rest(min(two), max(two))
)
PAUSES = st.integers(1, 60_000).map(lambda hundredths: TimedRest(hundredths / 100))
INCLUDES = NAMES.map(lambda name: Include(name, Place("mine.md", 1)))
ITEMS = LINES | RESTS | PAUSES | INCLUDES | st.just(Bell())
SECTIONS = st.builds(Section, WORDS, st.lists(ITEMS, min_size=1, max_size=8).map(tuple))


def written(item):
    """Put an item the way a writer would."""
    match item:
        case Line(text, None):
            return text
        case Line(text, anchor):
            return f"{anchor}: {text}"
        case Rest(low, high):
            return f"[{low} breaths]" if low == high else f"[{low}-{high} breaths]"
        case TimedRest(seconds):
            return f"[{seconds} seconds]"
        case Bell():
            return "[bell]"
        case Include(name):
            return f"[practice {name}]"


@settings(max_examples=100, deadline=None)
@given(st.lists(SECTIONS, min_size=1, max_size=4), WORDS, st.booleans(), NOTES)
def test_a_script_that_is_written_out_reads_back_the_same(sections, title, holds, note):
    text = f"---\ntitle: '{title.replace(chr(39), chr(39) * 2)}'\nholds: {holds}\npace: 5-7\n---\n"
    for section in sections:
        text += f"\n## {section.title}\n\n"
        text += "".join(f"{written(item)}\n\n{note}" for item in section.items)
    script = parse(text, "mine.md")
    assert script.sections == tuple(sections)
    assert (script.title, script.holds, script.pace) == (title, holds, Pace.parse("5-7"))
