"""``import``: texts of any kind become practices that can be read, and what was done is told."""

import json

import pytest
from documents import word_document
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import needs

from voice_guide.errors import ScriptError, VoiceGuideError
from voice_guide.scripting.importing import read, text_of
from voice_guide.scripting.model import Bell, Line, Rest
from voice_guide.scripting.parse import parse


def practice(text, **options):
    made = read(text, "theirs.txt", **options)
    return parse(made.text, "mine.md"), [f"{line}: {note}" for line, note in made.notes]


def items(text, **options):
    return list(practice(text, **options)[0].items())


def test_pauses_of_a_chat_become_breaths_and_each_is_told():
    text = "Good evening.\n\n[PAUSE:3]\n\nLet go. [pause:24s] Rest.\n(long pause – 60 seconds)"
    script, notes = practice(text)
    assert list(script.items()) == [
        *(Line("Good evening."), Rest(1, 1)),
        *(Line("Let go."), Rest(2, 2)),
        *(Line("Rest."), Rest(6, 6)),
    ]
    assert notes == [
        "3: 3 s of rest, made 1 breath",
        "5: 24 s of rest, made 2 breaths",
        "6: 60 s of rest, made 6 breaths",
    ]


def test_rests_are_counted_in_the_breaths_of_the_pace():
    assert items("Stay.\n\n[1 minute]", pace="5-5")[1] == Rest(6, 6)
    script, _ = practice("Stay.\n\n[1 minute]", pace="3-7-10")
    assert (str(script.pace), list(script.items())[1]) == ("3-7-10", Rest(3, 3))
    assert practice("---\npace: 2-4\n---\nStay.\n\n[1 minute]")[0].pace.phases[0] == 2


def test_speakers_times_and_quotes_are_left_out_and_told():
    text = "Guide: Welcome.\n00:30 “Sit as you like.”\nGuide: And rest.\nSay: it is good."
    script, notes = practice(text)
    assert script.texts() == ["Welcome.", "Sit as you like.", "And rest. Say: it is good."]
    assert notes == [
        "1: left out: who speaks (Guide)",
        "2: left out: the times at the beginning of rows",
    ]


def test_bold_rows_and_rows_with_minutes_are_headings():
    text = "**Arrive**\n\nOne.\n\nSoft Body (5 minutes):\nTwo.\n\nSay to yourself:\nThree."
    script, _ = practice(text)
    assert [section.title for section in script.sections] == ["Arrive", "Soft Body"]
    assert script.texts() == ["One.", "Two.", "Say to yourself: Three."]


def test_a_long_paragraph_becomes_a_line_for_each_sentence():
    text = (
        "Let your shoulders drop. " * 4
        + "Rest. And now let your breath come and go by itself. " * 3
    )
    script, notes = practice(text)
    assert " ".join(script.texts()) in " ".join(text.split())
    assert max(map(len, script.texts())) < 100
    assert any("a long paragraph, made into" in note for note in notes)


def test_what_can_not_be_read_is_left_out_and_told():
    script, notes = practice("Hello.\n\n[soft music]\n\nGo on. [2 breths] Rest.")
    assert script.texts() == ["Hello.", "Go on. Rest."]
    assert notes == ["3: left out: [soft music]", "5: left out: Go on. [2 breths] Rest."]


SSML = """<?xml version="1.0"?>
<speak version="1.1" xml:lang="en">
<p><s>Welcome to a short rest.</s> <s>Let <emphasis>go</emphasis>.</s></p>
<break time="20s"/>
<prosody rate="slow">Your hands <break time="300ms"/> are warm.</prosody>
<break strength="x-strong"/>
The <sub alias="World Wide Web">WWW</sub> is far &amp; away.
</speak>"""


def test_ssml_keeps_its_words_and_its_breaks():
    script, notes = practice(SSML)
    assert list(script.items()) == [
        *(Line("Welcome to a short rest."), Line("Let go."), Rest(2, 2)),
        *(Line("Your hands are warm."), Rest(1, 1)),
        Line("The World Wide Web is far & away."),
    ]
    assert "5: left out: the voice's rate=slow; this voice is slow by itself" in notes


def test_sounds_of_words_become_a_list():
    made = read(
        '<speak>Let <phoneme alphabet="ipa" ph="ˈliːd">lead</phoneme> the '
        '<phoneme ph="q7">qi</phoneme>.</speak>',
        "a.ssml",
    )
    assert [(w.written, w.said) for w in parse(made.text, "mine.md").words] == [("lead", "/ˈliːd/")]
    assert {told for _, told in made.notes} == {
        "left out: the sounds /q7/ of 'qi'",
        "put into the list of words: lead: /ˈliːd/",
    }


def test_a_list_of_words_is_kept():
    made = read("---\nwords:\n  don’t: dough nt\n  qi: /tʃiː/\n---\nDon’t, qi.", "a.md")
    words = parse(made.text, "mine.md").words
    assert [(w.written, w.said) for w in words] == [("don't", "dough nt"), ("qi", "/tʃiː/")]


def test_a_page_keeps_its_words_headings_and_lists():
    page = """<!DOCTYPE html><html><head><title>A rest</title><style>p {}</style></head><body>
    <h1>Arrive</h1><p>Let your <b>feet</b> find&nbsp;the floor.<br>And stay.</p>
    <script>alert(1)</script><ul><li>your jaw</li><li>your hands</li></ul><p>[bell]</p></body>"""
    script, _ = practice(page)
    assert (script.title, script.sections[0].title) == ("A rest", "Arrive")
    assert list(script.items()) == [
        Line("Let your feet find the floor. And stay."),
        *(Line("your jaw"), Line("your hands"), Bell()),
    ]


@pytest.mark.parametrize(
    ("section", "heard"),
    [
        ("<![CDATA[ Rest & <be>. ]]>", "Let go. Rest & <be>. Stay."),
        ("<![CDATA[Rest.", "Let go. Rest. Stay."),
        ("<![if !IE]>Rest.<![endif]>", "Let go. Rest. Stay."),
        ("<![y Rest.>", "Let go. Stay."),
        ("<![Í>", "Let go. Stay."),
        ("<![>", "Let go. Stay."),
    ],
)
@pytest.mark.parametrize("tag", ["speak", "div"])
def test_marked_sections_are_their_words_and_no_fault(tag, section, heard):
    assert items(f"<{tag}>Let go. {section} Stay.</{tag}>") == [Line(heard)]


SRT = """1
00:00:01,000 --> 00:00:04,000
<i>Let your feet</i>
find the floor.

2
00:00:25,500 --> 00:00:27,000
And rest.

3
00:00:28,000 --> 00:00:30,000
Good.
"""


@pytest.mark.parametrize("text", [SRT, "WEBVTT\n\nNOTE a b\n\n" + SRT.replace(",", ".")])
def test_the_times_of_captions_become_rests(text):
    assert items(text) == [
        *(Line("Let your feet find the floor."), Rest(2, 2)),
        *(Line("And rest."), Line("Good.")),
    ]


@pytest.mark.parametrize(
    ("program", "pace", "breaths"),
    [
        ({"ratio": [1, 0, 3, 0], "unit": 3, "cycle": 35}, "3-9", 35),
        ({"inhale": 4, "hold": 7, "exhale": 8, "rounds": 4}, "4-7-8", 4),
        ([4, 4, 4, 4], "4-4-4-4", 12),
        ({"steps": [{"type": "inhale", "ms": 4000}, {"type": "exhale", "ms": 6000}]}, "4-6", 12),
        (
            {
                "phases": [
                    {"name": "Breathe in", "duration": 4},
                    {"name": "Hold", "duration": 2},
                    {"name": "Breathe out", "duration": 6},
                    {"name": "Rest", "duration": 1},
                ],
                "cycles": 9,
            },
            "4-2-6-1",
            9,
        ),
    ],
)
def test_a_breathing_program_becomes_a_pace_and_its_rounds(program, pace, breaths):
    script, _ = practice(json.dumps(program))
    assert (str(script.pace), list(script.items())) == (pace, [Rest(breaths, breaths)])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1}', "has no inhale and exhale in seconds"),
        ('{"a": }', "is not JSON: Expecting value"),
        ("[" * 100_000 + "]" * 100_000, "is not JSON"),
        ("[31, 31]", "theirs:1:1: 31-31 is out of range.* Choose another with --pace"),
        ("<speak></speak>", "has no words to be said"),
        ("", "has no words to be said"),
    ],
)
def test_what_has_nothing_to_say_is_refused(text, says):
    with pytest.raises(ScriptError, match=says):
        read(text, "theirs")


def test_a_pace_that_is_given_stands_for_one_that_is_out_of_range():
    assert str(parse(read("[31, 31]", "theirs", pace="4-6").text, "mine.md").pace) == "4-6"


def test_brackets_that_mean_nothing_are_no_words_of_a_practice():
    assert items("Let go.[pause][") == [Line("Let go."), Rest(1, 1)]
    assert items("a \\[pause\\] b") == [Line("a [pause] b")]


PIECES = st.sampled_from(
    [
        *("Let go.", "[pause]", "[", "]", "(pause 5 s)", "**A**", "<p>", "</p>", "<speak>", "{"),
        *("## B", "#", "---", "title: A", "00:00:01,000 --> 00:00:02,000", "1.", "- ", "|", "`"),
        *("Guide: ", "“", "”", "\\", "<break time='9s'/>", "\n", "\n\n", " ", "…", "WEBVTT\n"),
        *("in: ", "}", "<![", "<![CDATA[", "]]>", "pause ² min", "[4, 7, 80]"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join))
def test_whatever_comes_in_is_a_practice_that_can_be_read_or_is_refused(text):
    try:
        made = read(text, "theirs")
    except VoiceGuideError as error:
        refused = str(error)
    else:
        refused = ""
        assert list(parse(made.text, "mine.md").items())
        lines = len(text.splitlines()) + 1
        assert all(1 <= line <= lines for line, _ in made.notes)
    assert not refused or refused.startswith("theirs:")


@needs(modules=["mammoth"])
def test_a_word_document_is_read(tmp_path):
    path = tmp_path / "rest.docx"
    path.write_bytes(word_document("Let your hands rest.\n(pause 20 seconds)\nAnd go."))
    assert items(text_of(str(path))) == [Line("Let your hands rest."), Rest(2, 2), Line("And go.")]


@needs(modules=["mammoth"])
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (word_document("Rest.")[:200], "is a damaged document"),
        (
            word_document("Rest.").replace(b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\x94"),
            "damaged document",
        ),
        (word_document("a" * 11_000_000), "is too large when it is unpacked"),
    ],
)
def test_a_document_that_is_damaged_or_grows_is_refused(tmp_path, data, says):
    path = tmp_path / "rest.docx"
    path.write_bytes(data)
    with pytest.raises(ScriptError, match=says):
        text_of(str(path))


@pytest.mark.parametrize(
    ("begins", "says"),
    [
        (b"RIFF....WAVE", "is a WAV sound file"),
        (b"%PDF-", "is a PDF document"),
        (b"PK\3\4" + bytes(26) + b"voice-guide.json", "is a bundle"),
        (b"a ", "larger than 1024 KiB: split it"),
        ("\ufeffa ".encode("utf-16-le"), "larger than 1024 KiB: split it"),
    ],
)
def test_what_is_no_text_is_named_however_large_it_is(tmp_path, begins, says):
    path = tmp_path / "theirs"
    path.write_bytes(begins + b" a" * 600_000)
    with pytest.raises(ScriptError, match=says):
        text_of(str(path))


@pytest.mark.parametrize("where", [(), ("-o", "./theirs.md")])
def test_a_text_never_becomes_a_practice_in_its_own_place(guide, folder, where):
    (folder / "theirs.md").write_text("Welcome.\n", "utf-8")
    code, _, err = guide("import", "theirs.md", *where, "--overwrite")
    assert (code, "can't write theirs.md: it is what this is made from." in err) == (2, True)
    assert (folder / "theirs.md").read_text("utf-8") == "Welcome.\n"


def test_the_command_makes_a_practice_tells_what_it_did_and_replaces_nothing(guide, folder):
    (folder / "theirs.txt").write_text("Welcome.\r\n\r\n(pause)\r\n", "utf-8")
    code, out, err = guide("import", "theirs.txt")
    assert (code, err) == (0, "theirs.txt:3: 5 s of rest, made 1 breath\n")
    assert out.startswith("theirs.md: a practice, made from text.")
    assert guide("check", "theirs.md", "--voice", "none")[0] == 0
    assert guide("import", "theirs.txt")[0] == 1
    code, out, _ = guide("import", "theirs.txt", "-o", "-", "--title", "Mine: a rest")
    assert (code, out.split("\n")[1]) == (0, 'title: "Mine: a rest"')
    assert guide("import", "nothing.txt")[0] == 2
    (folder / "a.png").write_bytes(b"\x89PNG....")
    assert "is a picture" in guide("import", "a.png")[2]
