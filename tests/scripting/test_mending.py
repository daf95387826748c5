"""What has one right form is written so; nothing else is touched, and nothing is said otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_guide.errors import ScriptError
from voice_guide.scripting.mending import mended
from voice_guide.scripting.parse import parse


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("Stay. (pause)\n\n…\n", "Stay. [5 seconds]\n\n[1 breath]\n"),
        ("  [20 minutes]", "  [600 seconds] [600 seconds]"),
        ("- Hi [gong x2] you", "- Hi [bell] [bell] you"),
        ("> [PAUSE:3]", "> [3 seconds]"),
        ("Pause for a minute.", "[60 seconds]"),
        ("One,\nTwo,\nThree,\nFour.", "One,\n\nTwo,\n\nThree,\n\nFour."),
        ("Exhale : and go", "out: and go"),
        ("Hi.\n\n  // slower", "Hi.\n\n  <!-- slower -->"),
        ("[2 breths] <!-- (pause) -->", "[2 breaths] <!-- (pause) -->"),
        ("Hi.\n\n[2 breaths", "Hi.\n\n[2 breaths]"),
        ("[practise numbness]", "[practice numbness]"),
        ("---\ntitel: A\npace:4-6\n---\nHi.", "---\ntitle: A\npace: 4-6\n---\nHi."),
        ("---\ntitle = A\n  pace: 4-6\n---\nHi.", "---\ntitle: A\npace: 4-6\n---\nHi."),
    ],
)
def test_what_has_one_right_form_is_written_so(written, right):
    assert mended(written, "my.md") == right
    assert parse(right, "my.md").notes == ()


@pytest.mark.parametrize(
    "text",
    [
        *("[soft bell music]", "[sing]", "[]", "[inhale 4 seconds]", "[bell at the end, later]"),
        *("Stay (if you like).", "Inhale: 4 seconds", "| (pause) | a |\n|---|---|", "#A"),
        "---\nfoo: bar\n---\nHi.",
        "---\ntitle: A\ntitel: B\n---\nHi.",
        "---\npace: 4-x\n---\nHi.",
    ],
)
def test_what_could_mean_several_things_stays(text):
    assert mended(text, "my.md") == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_ends_of_rows_and_the_mark_of_an_editor_stay(end, mark):
    written = mark + end.join(["One,", "Two,", "Three,", "Four.", "", "(pause)\t", "", ""])
    right = ["One,", "", "Two,", "", "Three,", "", "Four.", "", "[5 seconds]\t", "", ""]
    assert mended(written, "my.md") == mark + end.join(right)


ROWS = st.sampled_from(
    [
        *("(pause)", "…", "[2 breths]", "[gong x3]", "Inhale: come,", "out: go.", "[20 minutes]"),
        *(
            "One,",
            "Two. [1 min] Three,",
            "Pause 5 seconds",
            "2. It is",
            "- a",
            "> (pause) b",
            "##A",
        ),
        *(
            "// a note",
            "/// a > b",
            "[",
            "[bel",
            "<!--",
            "-->",
            "| (pause) | b |",
            "---",
            "titel: A",
        ),
        *(
            "pace:4-6",
            "title = B",
            "",
            "",
            "So\u00ad",
            "<p>",
            "{pause}",
            "*Go",
            "inner: Hi.",
            "\tHi",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROWS | st.text(max_size=6), max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_script_says_the_same_and_has_nothing_left_to_mend(rows, end):
    text = end.join(rows)
    once = mended(text, "my.md")
    assert mended(once, "my.md") == once
    try:
        before = parse(text.replace("\r\n", "\n").replace("\r", "\n"), "my.md")
    except ScriptError:
        return
    after = parse(once.replace("\r\n", "\n").replace("\r", "\n"), "my.md")
    assert after.sections == before.sections
