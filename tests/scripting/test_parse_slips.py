"""How each slip of a writer is named where it stands; no file is too odd to be told about."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_guide.errors import SHOWN, ScriptError
from voice_guide.scripting.parse import parse


def problems(text):
    with pytest.raises(ScriptError) as error:
        parse(text, "mine.md")
    return error.value.problems


def the_problem(text):
    (problem,) = problems(text)
    return problem


HEAD = "---\n{}\n---\nHello."

SLIPS = [
    # front matter
    (HEAD.format("tilte: A"), 2, 1, "unknown key 'tilte' in the head", "Did you mean title?"),
    (HEAD.format("title: A\n  \nhold: no"), 4, 1, "title, about, language", "Did you mean holds?"),
    (HEAD.format("title: A\ntitle: B"), 3, 1, "title is given twice", ""),
    (HEAD.format("title:"), 2, 7, "title is empty", ""),
    (HEAD.format("pace: [a, b]"), 2, 1, "pace has to have one plain value", ""),
    (HEAD.format("pace: 4-x"), 2, 7, "'4-x' is not a pace", "such as 4-6"),
    (HEAD.format("pace: 0-6"), 2, 7, "0-6 is out of range", "1 to 30 s"),
    (HEAD.format("pace: bxo"), 2, 7, "'bxo' is not a pace", "Did you mean box?"),
    (HEAD.format("holds: maybe"), 2, 8, "holds has to be yes or no, not 'maybe'", ""),
    (HEAD.format("language: English!"), 2, 11, "a code such as en or en-GB", "'English!'"),
    (HEAD.format("just words"), 2, 1, "a row of the head has to be KEY: VALUE", "title, about"),
    (HEAD.format("- title"), 2, 1, "has to be rows of KEY: VALUE", ""),
    (HEAD.format("about: Hi\n" * 1200), 1113, 1, "the head can have at most 10000 letters", ""),
    (HEAD.format("pace:4-6"), 2, 5, "a space is missing after the colon", "write  pace: 4-6"),
    (HEAD.format("title:A\nabout: B"), 2, 6, "a space is missing", "write  title: A"),
    (HEAD.format("title: A\n  pace: 4-6"), 3, 3, "at the left edge", "write  pace: 4-6"),
    (HEAD.format("TITLE:A"), 2, 6, "a space is missing", "write  title: A"),
    (HEAD.format("title = A"), 2, 1, "a colon is missing", "write  title: A"),
    (HEAD.format("title: A\nabout it"), 3, 1, "a colon is missing", "write  about: it"),
    (
        HEAD.format("title: A\nhello there"),
        3,
        1,
        "a row of the head has to be KEY: VALUE",
        "title, about",
    ),
    (HEAD.format("title: A\nabout B c"), 3, 1, "a colon is missing", "write  about: B c"),
    ("+++\ntitle = 1\n+++\nHi.", 1, 1, "between two lines of ---", "title: Rest"),
    (HEAD.format("? [a, b]\n: c"), 2, 3, "a key is one word", "title, about"),
    ("---\ntitle: A\n\nHello.", 1, 1, "the head has no end", "a line of ---"),
    # directions
    ("Hi.\n\n  [2 breths]", 3, 3, "unknown direction [2 breths]", "Did you mean [2 breaths]?"),
    ("[3-8 braeths]", 1, 1, "unknown direction", "Did you mean [3-8 breaths]?"),
    (
        "[inhale 4 seconds]",
        1,
        1,
        "unknown direction",
        "the pace sets how long a breath takes: write  pace: 4-6",
    ),
    ("[breathe in]", 1, 1, "unknown direction", "write  in: WORDS"),
    ("[Bel]", 1, 1, "[3-8 breaths], [10 seconds], [bell], [practice NAME], [count]", "[bell]?"),
    ("[practise numbness]", 1, 1, "unknown direction", "Did you mean [practice numbness]?"),
    ("[practice]", 1, 1, "unknown direction", "Did you mean [practice NAME]?"),
    ("[]", 1, 1, "unknown direction []", ": use "),
    ("[cuont 3 breaths]", 1, 1, "unknown direction", "Did you mean [count 3 breaths]?"),
    ("[count 0 breaths]", 1, 1, "a rest lasts 1 to 1000 breaths", ""),
    ("[ramp 4-8]", 1, 1, "unknown direction", "Did you mean [ramp to 4-8 over 2 minutes]?"),
    ("[ramp to 4-x over 2 minutes]", 1, 1, "'4-x' is not a pace", "4-6"),
    ("[ramp to 4-8 over 0 minutes]", 1, 1, "more than 0 and at most 120 minutes", ""),
    ("[bell", 1, 1, "a direction ends with ]", ""),
    ("[0 breaths]", 1, 1, "a rest lasts 1 to 1000 breaths", ""),
    ("[8-3 breaths]", 1, 1, "[8-3 breaths]", "the smaller number first"),
    ("[1-1001 breaths]", 1, 1, "a rest lasts 1 to 1000 breaths", ""),
    ("[0 seconds]", 1, 1, "more than 0 and at most 600", ""),
    ("[600.1 seconds]", 1, 1, "more than 0 and at most 600", ""),
    # everything else
    ("Hi.\n<!-- a\n\nb", 2, 1, "the comment has no end", "close it with -->"),
    ("Hi. <!-- a --> <!-- b", 1, 16, "the comment has no end", ""),
    ("<!-- a\nb --> [oops]", 2, 7, "unknown direction", ""),
    ("<!-->", 1, 1, "the comment has no end", ""),
    ("#A", 1, 1, "a section starts with '## ' and its title", ""),
    ("# A", 1, 1, "the script says nothing", ""),
    ("Rest. [2 breths] Go.", 1, 7, "unknown direction [2 breths]", "Did you mean [2 breaths]?"),
    (" ##", 1, 2, "a section starts with '## ' and its title", ""),
    ("Hi.\n\nin: ...", 3, 1, "nothing here can be spoken", ""),
    ("Hi.\n\n in: out: Go.", 3, 2, "out: comes too late", "put in:, out: or hold: first"),
    ("inner: in: I am here.", 1, 1, "in: comes too late", "then inner:"),
    ("(inner: I am here.)", 1, 1, "inner: comes too late", "then the words"),
    ("Hi " + "a" * 301 + ".", 1, 4, "301 letters; it can have at most 300", ""),
    ("Hi.\n\n" + "so it is " * 556, 3, 1, "5003 letters; it can have at most 5000", "empty lines"),
    ("", 1, 1, "the script says nothing", "write a line"),
    ("---\ntitle: A\n---\n<!-- a -->", 1, 1, "the script says nothing", ""),
]


@pytest.mark.parametrize(("text", "line", "column", "says", "helps"), SLIPS)
def test_a_slip_is_named_at_its_place_with_help(text, line, column, says, helps):
    problem = the_problem(text)
    assert (problem.path, problem.line, problem.column) == ("mine.md", line, column)
    assert says in problem.message
    assert helps in problem.message
    source = text.split("\n")[line - 1].rstrip()
    assert problem.source == source
    told = str(problem).split("\n")
    assert told[0].startswith(f"mine.md:{line}:{column}: ")
    if source:
        assert told[1] == f"    {source if len(source) <= SHOWN else source[:SHOWN] + '…'}"
        assert told[2].index("^") == 4 + column - 1


def test_of_a_long_row_the_part_is_shown_where_the_slip_is():
    text = "Breathe and go. " * 300
    said, shown, mark = str(the_problem(text[:2000] + "[bel]" + text[:2000])).split("\n")
    assert said.startswith("mine.md:1:2001: unknown direction [bel]")
    assert len(shown) <= 4 + 202
    assert shown[4] == shown[-1] == "…"
    assert shown[mark.index("^") :].startswith("[bel]")
    (word,) = problems("a" * 1000 + ".")
    assert str(word).split("\n")[1:] == [f"    {'a' * 200}…", "    ^"]


def test_the_mark_stands_below_wide_letters_too():
    _, shown, mark = str(the_problem("息を吐く [bel]")).split("\n")
    columns = sum(1 + (ord(letter) > 0x2FFF) for letter in shown[: shown.index("[")])
    assert mark.index("^") == columns == 4 + 8 + 1


def test_all_slips_of_a_file_are_told_at_once_in_its_order():
    found = problems("---\npace: 4\nholds: 3\nfoo: 1\n---\n[bel]\n\n#A\n[0 breaths]\n<!-- open")
    assert [(p.line, p.column) for p in found] == [
        (2, 7),
        (3, 8),
        (4, 1),
        (6, 1),
        (8, 1),
        (9, 1),
        (10, 1),
    ]


def test_a_number_of_thousands_of_digits_is_out_of_range_like_any_other():
    assert "1 to 1000" in the_problem(f"[1-{'9' * 5000} breaths]").message
    assert "at most 600" in the_problem(f"[{'9' * 5000} seconds]").message


def test_keys_that_repeat_each_other_are_not_written_out():
    # Each row doubles the one before: written out, the last would fill the memory.
    rows = ["k0: &k0 [x]", *(f"k{n}: &k{n} [*k{n - 1}, *k{n - 1}]" for n in range(1, 60))]
    found = problems(HEAD.format("\n".join([*rows, "? [*k59]\n: x"])))
    assert len(found) == 61
    assert len(str(ScriptError(found))) < 20_000


@pytest.mark.parametrize(
    "mark",
    [
        *(
            "<!-- ",
            "[",
            "---\n",
            "{",
            "&a ",
            "* ",
            "## ",
            "in:",
            "*a ",
            "_a ",
            "`",
            "~~a ",
            "# a",
            " ",
        ),
        *("(", "<break ", "|-", "> ", "1. a ", "a\n", "*a b\n\n", "… ", "[5s] "),
    ],
)
def test_a_file_of_nothing_but_marks_is_read_without_delay(mark):
    # A search that starts anew at every mark would take hours for these.
    text = (mark * 40_000)[:100_000]
    for written in (text, f"---\n{text}\n---\n"):
        with contextlib.suppress(ScriptError):
            parse(written, "mine.md")


@pytest.mark.parametrize("key", ["title", "pace", "inner"])
def test_no_head_can_run_a_program(key, monkeypatch):
    called = []
    with monkeypatch.context() as patch:
        patch.setattr("os.getppid", lambda: called.append(True))
        row = f"{key}: !!python/object/apply:os.getppid []"
        with contextlib.suppress(ScriptError):
            assert parse(HEAD.format(row), "mine.md").title == row.partition(" ")[2]
    assert not called


@pytest.mark.parametrize(
    "value", ["!!python/object/apply:os.getcwd []", "!!python/name:os.getcwd x"]
)
def test_the_head_can_make_nothing_but_text(value):
    assert parse(f"---\ntitle: {value}\n---\n\nHello.", "mine.md").title == value
    for key in ("pace", "inner", "holds", "language"):
        assert the_problem(HEAD.format(f"{key}: {value}")).message.startswith(key)


PIECES = st.sampled_from(
    [
        *("---\n", "title: ", "pace: ", "holds: ", "language: ", "&a ", "*a", "!!", "? ", "{", "}"),
        *("in: ", "out:", "hold: ", "[", "]", "[bell]", "[practice ", "[2 breaths]", " seconds]"),
        *("<!--", "-->", "## ", "#", "\n", "\n\n", " ", "\t", "|", "'", '"', "9", "٣"),
        *("\r", "\x00", "\x85", "\u2028", "\ufeff"),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.text() | st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
def test_any_text_is_a_script_or_a_list_of_problems_with_places_in_it(text):
    try:
        said, found = list(parse(text, "mine.md").items()), []
    except ScriptError as error:
        said, found = [], list(error.problems)
    assert bool(said) != bool(found)
    rows = text.split("\n")
    for problem in found:
        assert 1 <= problem.line <= len(rows)
        assert 1 <= problem.column <= len(rows[problem.line - 1]) + 1
