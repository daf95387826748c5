"""Scripts as people paste and type them, each with what its writer expects to be heard."""

import re
from pathlib import Path

import pytest

from voice_guide.scripting.importing import read, text_of
from voice_guide.scripting.loading import load
from voice_guide.scripting.mending import mended
from voice_guide.scripting.model import Bell, Line, Rest, TimedRest
from voice_guide.units import counted

FOLDER = Path(__file__).parents[1] / "corpus"
CASES = [
    pytest.param(*case, id=case[0].partition(" | ")[0])
    for path in sorted(FOLDER.glob("*.txt"))
    for case in re.findall(
        r"^=== (.+)\n((?:(?!--- (?:heard|mended)$).*\n)*)--- (heard|mended)\n"
        r"((?:(?!=== |--- told$).*\n?)*)(?:--- told\n((?:(?!=== ).*\n?)*))?",
        path.read_text("utf-8"),
        re.MULTILINE,
    )
]


def in_words(item):
    match item:
        case Line(text, anchor):
            said = f"({text})" if item.optional else text
            return f"{anchor}: {said}" if anchor else said
        case Rest(low, high):
            return f"[{counted(low if low == high else f'{low}-{high}', 'breath')}]"
        case TimedRest(seconds):
            return f"[{counted(seconds, 'second')}]"
        case Bell():
            return "[bell]"


def heard(script, expected):
    """What is heard of a script; its head and its headings as far as they are expected."""
    rows = [
        f"{key}: {getattr(script, key)}" for key in ("title", "pace") if f"\n{key}: " in expected
    ]
    for section in script.sections:
        rows += [f"## {section.title}"] if "## " in expected else []
        rows += map(in_words, section.items)
    return rows


def data_of(text, options):
    text = text.strip("\n") + "\n" if "bom" not in options else text
    text = text.replace("\n", "\r\n") if "crlf" in options else text
    for encoding in ("cp1252", "utf-16"):
        if encoding in options:
            return text.encode(encoding)
    return text.encode("utf-8-sig" if "bom" in options else "utf-8")


def test_there_are_sixty_and_no_two_alike():
    texts = [case.values[1] for case in CASES]
    assert len(set(texts)) == len(CASES) >= 60


@pytest.mark.parametrize(("name", "text", "how", "expected", "told"), CASES)
def test_a_script_is_heard_as_its_writer_expects(tmp_path, name, text, how, expected, told):
    path = tmp_path / "theirs.md"
    _, _, options = name.partition(" | ")
    path.write_bytes(data_of(text, options.split()))
    notes: tuple[tuple[int, str], ...] = ()
    if "import" in options.split():
        made = read(text_of(str(path)), str(path))
        path.write_text(made.text, "utf-8")
        notes = made.notes
    elif how == "mended":
        path.write_text(mended(path.read_text("utf-8"), str(path)), "utf-8")
    assert heard(load(str(path)), f"\n{expected}") == expected.strip("\n").split("\n")
    for words in filter(None, told.split("\n")):
        assert any(words in note for _, note in notes), (words, notes)
