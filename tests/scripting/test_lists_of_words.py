"""A list of words in a script's head: how it is read, and which words of a line it is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_guide.errors import ScriptError
from voice_guide.limits import MAX_LETTERS_IN_ALL, MAX_LISTED_LETTERS
from voice_guide.plan.check import remarks
from voice_guide.scripting.loading import load
from voice_guide.scripting.parse import parse
from voice_guide.scripting.words import fault, for_language, listed, replaced


def script(rows, body="Lead."):
    return parse(f"---\ntitle: A\nwords:\n{rows}\n---\n{body}\n", "mine.md")


def entries(script):
    return [(word.written, word.said) for word in script.words]


def changed(text, **words):
    """A text with each word of a list in its place, in <>."""
    known = tuple(listed(written.replace("_", " "), said) for written, said in words.items())
    return replaced(text, known, lambda word, written: f"<{word.said}>")


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ("  lead: leed", [("lead", "leed")]),
        ("  lead: /liːd/  # the verb", [("lead", "/liːd/")]),
        (
            "\tlead:  leed\n\n  # names\n  Siobhán: shi-vawn",
            [("lead", "leed"), ("Siobhán", "shi-vawn")],
        ),
        ("  Thich Nhat Hanh: tick nyat hawn", [("Thich Nhat Hanh", "tick nyat hawn")]),
        ("  'don’t': dough nt", [("don't", "dough nt")]),
        ('  "3:30": half past three', [("3:30", "half past three")]),
        ("  24/7: all day", [("24/7", "all day")]),
        ("  “qi”: ‘chee’\n  lead： leed", [("qi", "chee"), ("lead", "leed")]),
        ("  title: tie tull\n  voice: voyss", [("title", "tie tull"), ("voice", "voyss")]),
        ("  &: and then\n  ॐ: ohm", [("&", "and then"), ("ॐ", "ohm")]),
        ("  - lead: leed\n- qi: chee", [("lead", "leed"), ("qi", "chee")]),
        ("  lead: /'li:d/", [("lead", "/ˈliːd/")]),  # as it is typed
    ],
)
def test_a_row_is_a_word_and_how_it_is_said(rows, read):
    assert entries(script(rows)) == read


def test_the_list_may_stand_in_braces():
    made = parse("---\nwords: {lead: leed, qi: /tʃiː/}\n---\nLead.", "mine.md")
    assert entries(made) == [("lead", "leed"), ("qi", "/tʃiː/")]


def test_a_head_without_dashes_may_have_a_list():
    made = parse("title: A\nwords:\n  lead: leed\nlanguage: en\n\nLead.", "mine.md")
    assert (made.title, entries(made)) == ("A", [("lead", "leed")])
    assert made.texts() == ["Lead."]


SLIPS = [
    ("  lead = leed", 4, 3, "write  lead: leed"),
    ("  lead:leed", 4, 3, "write  lead: leed"),
    ("  lead → leed", 4, 3, "write  lead: leed"),
    ("  lead", 4, 3, "a row of its own, indented"),
    ("  lead:", 4, 3, "write another spelling, or its sounds, as /liːd/"),
    ("  lead: /liːd", 4, 3, "between two strokes"),
    ("  lead: /li7d/", 4, 3, "'7', which is no sign of the phonetic alphabet"),
    ("  lead: ˈliːd", 4, 3, "no 'ˈ'; sounds stand between two strokes"),
    ("  lead: [[l'i:d]]", 4, 3, "no '['"),
    ("  lead: <break/>", 4, 3, "no '<'"),
    ("  lead: a|b", 4, 3, "no '|'"),
    ("  lead: ...", 4, 3, "can't be spoken"),
    ("  lead: leed\n  lead: led", 5, 3, "lead is given twice"),
    (f"  lead: {'ee' * MAX_LISTED_LETTERS}", 4, 3, f"at most {MAX_LISTED_LETTERS}"),
    (f"  {'ee' * MAX_LISTED_LETTERS}: e", 4, 3, f"at most {MAX_LISTED_LETTERS}"),
    ("  lead: leed\nwords:\n  qi: chee", 5, 1, "words is given twice"),
    ("", 3, 1, "words is empty: write each word in a row of its own"),
]


@pytest.mark.parametrize(("rows", "line", "column", "says"), SLIPS)
def test_a_slip_is_named_at_its_place(rows, line, column, says):
    with pytest.raises(ScriptError) as caught:
        script(rows)
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == (line, column)
    assert says in problem.message


def test_its_key_is_named_where_it_is_misspelt():
    with pytest.raises(
        ScriptError, match=r"mine.md:2:1: unknown key 'wrods'.*Did you mean words\?"
    ):
        parse("---\nwrods:\n  lead: leed\n---\nLead.", "mine.md")


@pytest.mark.parametrize(
    ("text", "words", "result"),
    [
        ("Lead, LEAD, lead: misleading leads.", {"lead": "x"}, "<x>, <x>, <x>: misleading leads."),
        ("Reading is reading, READING.", {"Reading": "x"}, "<x> is reading, <x>."),
        ("US for us.", {"US": "x", "us": "y"}, "<x> for <y>."),
        ("Lead’s end, leads' end.", {"lead": "x"}, "<x>'s end, leads' end."),
        ("don’t do what Don can't.", {"don": "x"}, "don't do what <x> can't."),
        ("lead-in, re-lead", {"lead": "x"}, "<x>-in, re-<x>"),
        ("l'yoga, d’yoga, rock'yoga", {"yoga": "x"}, "l'<x>, d'<x>, rock'yoga"),
        ("Thich Nhat Hanh, and Hanh", {"Hanh": "x", "Thich_Nhat_Hanh": "y"}, "<y>, and <x>"),
        ("a cafe\u0301", {"café": "x"}, "a <x>"),
        ("2 of 2.4, 4-2-3, 12, 4:2", {"2": "x"}, "<x> of 2.4, 4-<x>-3, 12, 4:2"),
        ("坐禅中", {"禅": "x"}, "坐<x>中"),  # words without spaces
        ("नमस्ते नम", {"नम": "x"}, "नमस्ते <x>"),  # the vowel after it belongs to the word
        ("this & that", {"&": "x"}, "this <x> that"),
    ],
)
def test_it_is_for_whole_words_in_any_case_the_longest_first(text, words, result):
    assert changed(text, **words) == result


@given(st.text(max_size=60), st.text(min_size=1, max_size=8), st.text(max_size=8))
def test_whatever_is_written_something_is_said_or_refused(text, written, said):
    if not fault(written, said):
        made = replaced(text, (listed(written, said),), lambda word, found: found)
        assert len(made) <= 4 * len(text)


def test_a_practice_knows_its_own_words_best_and_has_those_of_its_session(written):
    path = written(
        mine="---\nwords:\n  qi: chee\n  lead: leed\n---\nThe qi.\n\n[practice theirs]\n\nA lead.",
        theirs="---\nwords:\n  lead: led\n---\nLead the qi.",
    )
    lines = {
        line.text: {word.written: word.said for word in line.words} for line in load(path).lines()
    }
    assert lines["The qi."] == {"qi": "chee"}
    assert lines["Lead the qi."] == {"lead": "led", "qi": "chee"}
    assert lines["A lead."] == {"lead": "leed"}


def test_what_is_spoken_counts_and_not_what_is_written():
    many = "e " * 1200
    body = "\n\n".join(many for _ in range(MAX_LETTERS_IN_ALL // (100 * 1200) + 1))
    with pytest.raises(ScriptError, match="letters of speech"):
        load_text(f"---\nwords:\n  e: {'la' * 50}\n---\n{body}")


def load_text(text):
    from voice_guide.scripting.loading import read

    return read(text + "\n")


def test_check_names_words_that_no_line_has(written):
    made = script("  Siobahn: shi-vawn\n  rest: west", "Siobhan is here. Rest.")
    (warning,) = remarks(made)
    assert str(warning).startswith(
        "mine.md:4:3: warning: no line has this word. Did you mean Siobhan?"
    )


def test_a_word_that_only_a_practice_has_is_used(written):
    path = written(mine="---\nwords:\n  qi: chee\n---\nHi.\n\n[practice theirs]", theirs="The qi.")
    assert list(remarks(load(path))) == []


def test_the_list_of_a_region_goes_before_that_of_its_language_and_of_any():
    lists = {
        "": (listed("qi", "any"), listed("om", "any")),
        "de": (listed("qi", "de"), listed("ja", "de")),
        "de-at": (listed("qi", "at"),),
    }
    said = {word.written: word.said for word in for_language(lists, "de-AT")}
    assert said == {"qi": "at", "om": "any", "ja": "de"}
    assert {word.said for word in for_language(lists, "fr")} == {"any"}
