"""Hints for a writer: what is long, hard, harsh or a promise, and how it could be said instead."""

import re

import pytest

from voice_guide.plan.advice import MOST_WORDS, style
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load
from voice_guide.scripting.parse import parse

pytestmark = pytest.mark.usefixtures("folder")

LONG = " ".join(["and so"] * 13) + "."


def hints(text, head=""):
    return [
        hint.message.removeprefix("hint: ") for hint in style(parse(f"{head}{text}\n", "my.md"))
    ]


@pytest.mark.parametrize(
    ("words", "harsh", "gentler"),
    [
        ("You must sit still.", "You must", "You could"),
        ("Your breath should be slow.", "Your breath should", "Your breath could"),
        ("You really have to let go.", "You really have to", "You really could"),
        ("Rest, and don’t move.", "don’t move", "there is no need to move"),
        ("Do not open your eyes.", "Do not open", "there is no need to open"),
        ("Never hold your breath.", "Never hold", "there is no need to hold"),
        ("Stop thinking.", "Stop thinking", "for now, thinking can rest"),
        ("Now calm down.", "calm down", "if you like, … in your own time"),
    ],
)
def test_an_order_is_pointed_out_with_a_gentler_form(words, harsh, gentler):
    (hint,) = hints(words)
    assert hint.startswith(f"“{harsh}” sounds like an order: ")
    assert hint.endswith(f"; perhaps “{gentler}”")


@pytest.mark.parametrize(
    ("words", "promised", "gentler"),
    [
        ("You will feel calm.", "You will feel", "You may feel"),
        ("Soon you’ll be asleep.", "you’ll be asleep", "you may be asleep"),
        ("You are going to relax now.", "You are going to relax", "You may relax"),
        ("This breath will soothe you.", "This breath will soothe you", "This breath may soothe"),
        ("All will be well.", "All will be well", "for now, this is enough"),
    ],
)
def test_a_promise_is_pointed_out_with_a_gentler_form(words, promised, gentler):
    (hint,) = hints(words)
    assert hint.startswith(f"“{promised}” promises: ")
    assert hint.endswith(f"; perhaps “{gentler}”")


def test_what_nobody_can_know_of_a_listener_is_pointed_out():
    (hint,) = hints("And now you feel heavy.")
    assert hint.startswith("“you feel” tells what is felt: ")


def test_words_that_only_helpers_know_are_pointed_out_with_a_plain_one():
    assert [hint.rpartition("perhaps ")[2] for hint in hints("Utilise your diaphragm.")] == [
        *("“use”", "“under your ribs”")
    ]


def test_a_sentence_that_is_hard_to_follow_is_pointed_out_in_any_language():
    for head in ("", "---\nlanguage: de\n---\n"):
        (hint,) = hints(LONG, head)
        assert hint.startswith(f"a sentence of {MOST_WORDS + 1} words is hard to follow by ear")
    assert hints(LONG.replace("and so.", "and.")) == []


@pytest.mark.parametrize(
    "words",
    [
        *("Feel the floor.", "Breathe in.", "Let go.", "Notice what you feel.", "Sit down."),
        *("You don't have to earn love.", "Nothing has to be decided.", "Stop at any time."),
        *("There is nothing you should do.", "Stay as long as you need to.", "If you must, move."),
        *(
            "Do you have to hold this?",
            "All you need to do is rest.",
            "You are allowed to be seen.",
        ),
        *("In a moment you will hear a bell.", "This will end soon.", "Never mind the noise."),
        *("You may feel warm.", "Whatever you feel is welcome.", "When you feel ready, come back."),
        *("I don't have to disappear.", "And there you can stop.", "It should not matter."),
    ],
)
def test_an_invitation_is_no_order_and_an_announcement_no_promise(words):
    assert hints(words) == []


@pytest.mark.parametrize("name", names())
def test_the_practices_that_come_along_need_no_hint(name):
    assert list(style(load(name))) == []


def test_orders_and_promises_are_looked_for_in_english_only():
    assert hints("You must. You will feel calm.", "---\nlanguage: de\n---\n") == []
    assert len(hints("You must. You will feel calm.", "---\nlanguage: en-GB\n---\n")) == 2


def test_a_hint_stands_where_its_words_do():
    (hint,) = style(parse("Hello.\n\n  in: Now you must go.\n", "my.md"))
    assert (hint.line, hint.column, hint.source) == (3, 11, "  in: Now you must go.")


@pytest.mark.parametrize(
    "text",
    [
        "You must. <!-- check: ok -->",
        "<!-- check: ok -->\nYou must.\nAnd you must.",
        "Rest.\n\n<!--check:OK-->\nYou must.",
        "You\nmust. <!-- check: ok -->",
        "---\ntitle: A\n---\n\n<!-- check: ok -->\n\nYou must.\n\nYou must.",
    ],
)
def test_whoever_has_looked_at_a_line_hears_no_more_of_it(text):
    assert hints(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Rest. <!-- check: ok -->\n\nYou must.",
        "in: Rest. <!-- check: ok -->\nout: You must.",
        "Rest.\n\n<!-- check: ok -->\n\nYou must.",
        "<!-- check: ok -->\nRest.\n\nYou must.",
        "<!-- checked: ok -->\n\nYou must.",
    ],
)
def test_other_lines_are_still_looked_at(text):
    assert len(hints(text)) == 1


def test_check_tells_hints_and_is_content(guide, folder):
    (folder / "my.md").write_text("You must rest.\n\n" + "So it is said here. " * 13)
    code, out, _ = guide("check", "my.md", "--voice", "none")
    assert code == 0
    assert out.startswith("my.md:1:1: hint: “You must” sounds like an order: ")
    assert re.search(r"my\.md:3:1: hint: this takes 2\d s, more than 2 breaths", out)
    assert "perhaps an empty line after “… is said here.”" in out
    assert out.endswith("my.md: My: no errors, 2 hints (<!-- check: ok --> silences a line)\n")
    (folder / "my.md").write_text(f"<!-- check: ok -->\n\n{(folder / 'my.md').read_text()}")
    assert guide("check", "my.md", "--voice", "none")[1] == "my.md: My: no errors\n"
