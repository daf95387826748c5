"""What a writer may write, what it means, and how each slip is named where it stands."""

import contextlib
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_guide.errors import ScriptError
from voice_guide.pace import Pace
from voice_guide.parse import parse
from voice_guide.script import Bell, Count, Include, Line, Pause, Rest, Section


def items(text):
    return list(parse(text, "mine.md").items())


def problems(text):
    with pytest.raises(ScriptError) as error:
        parse(text, "mine.md")
    return error.value.problems


def the_problem(text):
    (problem,) = problems(text)
    return problem


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
            Pause(10),
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


def test_an_anchor_within_a_sentence_is_only_a_word():
    text = "Breathe in: now.\n\nInside: quiet."
    assert items(text) == [Line("Breathe in: now."), Line("Inside: quiet.")]


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("[1 breath]", Rest(1, 1)),
        ("[ 3 - 8  Breaths ]", Rest(3, 8)),
        ("[1000 breaths]", Rest(1000, 1000)),
        ("[Count]", Count(1)),
        ("[count  3 breaths]", Count(3)),
        ("[1 second]", Pause(1)),
        ("[0.25 seconds]", Pause(0.25)),
        ("[600 seconds]", Pause(600)),
        ("  [BELL]  ", Bell()),
        ("[bell] <!-- soft -->", Bell()),
    ],
)
def test_directions_are_forgiving_about_case_and_spaces(written, item):
    assert items(written) == [item]


def test_comments_are_not_heard_and_move_nothing():
    assert items("<!-- a\n\n[oops] -->One <!-- not --> two.") == [Line("One two.")]
    (problem,) = problems("<!-- a\nb --> [oops]")
    assert (problem.line, problem.column) == (2, 7)


def test_a_section_without_anything_in_it_is_left_out():
    assert [s.title for s in parse("## A\n\n## B\n\nHello.", "mine.md").sections] == ["B"]


def test_the_place_of_a_line_is_kept_for_later_warnings():
    (line,) = parse("\n  in: Hello.", "mine.md").lines()
    assert str(line.place.problem("late")) == "mine.md:2:3: late\n      in: Hello.\n      ^"


HEAD = "---\n{}\n---\nHello."

SLIPS = [
    # front matter
    (HEAD.format("tilte: A"), 2, 1, "unknown front-matter key 'tilte'", "Did you mean 'title'?"),
    (HEAD.format("title: A\n  \nhold: no"), 4, 1, "title, about, language", "'holds'?"),
    (HEAD.format("title: A\ntitle: B"), 3, 1, "title is given twice", ""),
    (HEAD.format("title:"), 2, 7, "title is empty", ""),
    (HEAD.format("about: [a, b]"), 2, 1, "about takes one plain value", ""),
    (HEAD.format("pace: 4-x"), 2, 7, "'4-x' is not a pace", "such as 4-6"),
    (HEAD.format("pace: 0-6"), 2, 7, "0-6 is out of range", "1 to 30 s"),
    (HEAD.format("pace: bxo"), 2, 7, "'bxo' is not a pace", "Did you mean box?"),
    (HEAD.format("holds: maybe"), 2, 8, "holds is yes or no, not 'maybe'", ""),
    (HEAD.format("language: English!"), 2, 11, "a code such as en or en-GB", "'English!'"),
    (HEAD.format("just words"), 2, 1, "must be KEY: VALUE rows", "title, about"),
    (HEAD.format("- title"), 2, 1, "must be KEY: VALUE rows", ""),
    (HEAD.format("title: A: B"), 2, 9, "the front matter is not YAML", ""),
    (HEAD.format("title: 'A"), 2, 10, "the front matter is not YAML", ""),
    (HEAD.format("? [a, b]\n: c"), 2, 3, "a key is one word", "title, about"),
    ("---\ntitle: A\n\nHello.", 1, 1, "the front matter has no end", "a line of ---"),
    # directions
    ("Hi.\n\n  [2 breths]", 3, 3, "unknown direction [2 breths]", "Did you mean [2 breaths]?"),
    ("[3-8 braeths]", 1, 1, "unknown direction", "Did you mean [3-8 breaths]?"),
    ("[10 secs]", 1, 1, "unknown direction", "Did you mean [10 seconds]?"),
    ("[Bel]", 1, 1, "[3-8 breaths], [10 seconds], [bell], [practice NAME], [count]", "[bell]?"),
    ("[practise numbness]", 1, 1, "unknown direction", "Did you mean [practice numbness]?"),
    ("[practice]", 1, 1, "unknown direction", "Did you mean [practice NAME]?"),
    ("[]", 1, 1, "unknown direction []", "allowed are"),
    ("[cuont 3 breaths]", 1, 1, "unknown direction", "Did you mean [count 3 breaths]?"),
    ("[count 0 breaths]", 1, 1, "a rest takes 1 to 1000 breaths", ""),
    ("[ramp 4-8]", 1, 1, "unknown direction", "Did you mean [ramp to 4-8 over 2 minutes]?"),
    ("[ramp to 4-x over 2 minutes]", 1, 1, "'4-x' is not a pace", "4-6"),
    ("[ramp to 4-8 over 0 minutes]", 1, 1, "more than 0 and at most 120 minutes", ""),
    ("[-2 breaths]", 1, 1, "unknown direction", ""),
    ("[bell", 1, 1, "a direction ends with ]", ""),
    (" [bell] softly", 1, 8, "a direction stands alone on its line", ""),
    ("[0 breaths]", 1, 1, "a rest takes 1 to 1000 breaths", ""),
    ("[8-3 breaths]", 1, 1, "[8-3 breaths]", "the smaller number first"),
    ("[1-1001 breaths]", 1, 1, "a rest takes 1 to 1000 breaths", ""),
    ("[0 seconds]", 1, 1, "more than 0 and at most 600", ""),
    ("[600.1 seconds]", 1, 1, "more than 0 and at most 600", ""),
    # everything else
    ("Hi.\n<!-- a\n\nb", 2, 1, "the comment has no end", "close it with -->"),
    ("Hi. <!-- a --> <!-- b", 1, 16, "the comment has no end", ""),
    ("<!-->", 1, 1, "the comment has no end", ""),
    ("# A", 1, 1, "a section starts with '## ' and its title", ""),
    ("##A", 1, 1, "a section starts with '## ' and its title", ""),
    (" ##", 1, 2, "a section starts with '## ' and its title", ""),
    ("Hi.\n\nin: ...", 3, 1, "nothing here can be spoken", ""),
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
        assert told[1] == f"    {source}"
        assert told[2].index("^") == 4 + column - 1


def test_all_slips_of_a_file_are_told_at_once_in_its_order():
    found = problems("---\npace: 4\nholds: 3\nfoo: 1\n---\n[bel]\n\n# A\n[0 breaths]\n<!-- open")
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


@pytest.mark.parametrize("mark", ["<!-- ", "[", "---\n", "{", "&a ", "* ", "## ", "in:"])
def test_a_file_of_nothing_but_marks_is_read_without_delay(mark):
    # A search that starts anew at every mark would take hours for these.
    text = mark * 40_000
    for written in (text, f"---\n{text}\n---\n"):
        with contextlib.suppress(ScriptError):
            parse(written, "mine.md")


def test_the_head_can_make_nothing_but_text():
    script = parse(HEAD.format("title: !!python/object/apply:os.getcwd here"), "mine.md")
    assert script.title == "here"


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
        said, found = list(parse(text, "mine.md").items()), ()
    except ScriptError as error:
        said, found = [], error.problems
    assert bool(said) != bool(found)
    rows = text.split("\n")
    for problem in found:
        assert 1 <= problem.line <= len(rows)
        assert 1 <= problem.column <= len(rows[problem.line - 1]) + 1


WORDS = st.from_regex(r"[a-zäé][a-zäé',.]{0,8}( [a-zäé][a-zäé',.]{0,8}){0,5}", fullmatch=True)
NOTES = st.sampled_from(["", "<!-- a note\n[bel] -->\n"])
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
LINES = st.builds(Line, WORDS, st.sampled_from([None, "in", "out", "hold"]))
RESTS = st.tuples(st.integers(1, 1000), st.integers(1, 1000)).map(lambda pair: Rest(*sorted(pair)))
PAUSES = st.integers(1, 60_000).map(lambda hundredths: Pause(hundredths / 100))
INCLUDES = NAMES.map(lambda name: Include(name, None))
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
        case Pause(seconds):
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
