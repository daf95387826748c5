"""Letters in pictures: from whatever fonts have them, broken and placed where they fit."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import module

from voice_guide.lettering import Measure, Room, fonts_for

Figure = module("matplotlib.figure").Figure
font_manager = module("matplotlib.font_manager")
FontBuilder = module("fontTools.fontBuilder").FontBuilder  # matplotlib brings it
TTGlyphPen = module("fontTools.pens.ttGlyphPen").TTGlyphPen


def font_with(letters, path):
    """A font in which each letter is a square."""
    builder = FontBuilder(1000, isTTF=True)
    names = {letter: f"u{ord(letter)}" for letter in letters}
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(letter): name for letter, name in names.items()})
    pen = TTGlyphPen(None)
    for number, corner in enumerate([(100, 0), (900, 0), (900, 800), (100, 800)]):
        (pen.lineTo if number else pen.moveTo)(corner)
    pen.closePath()
    square = pen.glyph()
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return str(path)


JAPANESE = "---\ntitle: 静かな\nlanguage: ja\n---\n## 着\n\nゆっくり息を吐いて。\n"


@pytest.fixture
def fonts(monkeypatch, tmp_path):
    """Let only fonts of the test be installed."""
    made = [str(tmp_path / "damaged.ttf")]
    (tmp_path / "damaged.ttf").write_bytes(b"no font")
    monkeypatch.setattr("voice_guide.lettering._installed_fonts", lambda: made)
    known = list(font_manager.fontManager.ttflist)
    yield made
    font_manager.fontManager.ttflist[:] = known


def test_letters_come_from_whatever_fonts_have_them(fonts, folder, guide, recwarn):
    kana, kanji = "ゆっくりをいてかな", "静着息吐。"
    fonts += [font_with(kana, folder / "Kana.ttf"), font_with(kanji, folder / "Kanji.ttf")]
    fonts.append(font_with("ゆ", folder / "Less.ttf"))
    assert fonts_for("Hello ゆっくり") == (["DejaVu Sans", "Kana"], "")
    assert fonts_for("ゆっくり静Ж") == (["DejaVu Sans", "Kana", "Kanji"], "")
    (folder / "ja.md").write_text(JAPANESE, "utf-8")
    code, out, err = guide("show", "ja.md", "--voice", "none", "--png", "x.png")
    assert (code, out, err) == (0, "x.png: 静かな, 0:13\n", "")
    assert [str(each.message) for each in recwarn if "Glyph" in str(each.message)] == []


def test_letters_that_no_font_has_are_told_in_one_sentence(fonts, folder):
    (folder / "ja.md").write_text(JAPANESE, "utf-8")
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "PATH": ""}
    code = (
        "import voice_guide.lettering as l, voice_guide.cli as c\n"
        "l._installed_fonts = lambda: []\nc.main()"
    )
    command = [sys.executable, "-c", code, "show", "ja.md", "--voice", "none", "--png"]
    done = subprocess.run(
        [*command, "x.png"], capture_output=True, text=True, env=environment, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    told, made = done.stdout.splitlines()
    assert told.startswith("No font on this computer has all the letters in the picture (Chinese")
    assert "characters and Japanese letters: " in told
    assert made == "x.png: 静かな, 0:13"
    machine = subprocess.run([*command, "y.png", "--json"], capture_output=True, env=environment)
    assert json.loads(machine.stdout)["title"] == "静かな"
    assert b"No font" in machine.stderr


def test_the_picture_of_a_sound_file_has_its_letters_too_or_tells(fonts, folder, guide, recwarn):
    (folder / "ja.md").write_text("---\nlanguage: ja\n---\nいきを はく $1 $2\n", "utf-8")
    assert (
        guide("export", "ja.md", "--voice", "espeak", "-o", "$息$.wav", "--plan", "p.json")[0] == 0
    )
    code, _, err = guide("analyse", "$息$.wav", "--plan", "p.json", "--png", "x.png")
    assert (code, err.startswith("No font on this computer has all")) == (0, True)
    assert "いきくはを" in err
    fonts.append(font_with("いきをはく息", folder / "Kana.ttf"))
    code, _, err = guide("analyse", "$息$.wav", "--plan", "p.json", "--png", "y.png")
    assert (code, err) == (0, "")
    assert [str(each.message) for each in recwarn if "Glyph" in str(each.message)] == []
    assert (folder / "x.png").read_bytes() != (folder / "y.png").read_bytes()


WORDS = st.text(st.sampled_from("ab wi漢字、。 -"), max_size=60)


@settings(deadline=None, max_examples=25)
@given(WORDS, st.floats(0.2, 3))
def test_words_are_broken_where_they_may_be_and_none_is_lost(words, inches):
    measure = Measure(Figure(dpi=110), ["DejaVu Sans"], 8.5)
    lines = measure.wrapped(words, inches).split("\n")
    assert "".join("".join(lines).split()) == "".join(words.split())
    for line in lines:
        assert measure(line) <= inches or " " not in line.strip()
    if " " not in words:
        assert not any(line.startswith(("、", "。")) for line in lines[1:])


LABELS = st.lists(
    st.tuples(st.floats(-5, 70), st.floats(-1, 2), st.floats(0.1, 40), st.integers(1, 4)),
    max_size=15,
)


@given(LABELS, st.booleans())
def test_labels_have_the_nearest_free_place(labels, upwards):
    room = Room(0.0, 60.0, 0.28)
    boxes = []
    for x, y, width, lines in labels:
        left, top = room.put(x, y, width, lines, upwards)
        assert left >= 0
        assert left + width <= 60 + 1e-9
        assert top >= y if upwards else top <= y
        box = (left, left + width, top - lines * 0.28, top)
        for other in boxes:
            assert (
                box[0] >= other[1]
                or box[1] <= other[0]
                or box[2] >= other[3] - 1e-6
                or box[3] <= other[2] + 1e-6
            )
        boxes.append(box)
