"""Texts that others wrote: what a terminal would obey in them is made visible."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voice_guide
from voice_guide.texts import plain, visible

OBEYED = ["\x1b", "\x9b", "\x9d", "\x07", "\r", "\x00", "\x7f", "\u202e", "\u2066", "\u200f"]


@pytest.mark.parametrize("sign", [*OBEYED, "\u2028", "\U000e0041", "\udce9"])
def test_what_a_terminal_obeys_is_written_out(sign):
    (number,) = re.findall(r"^a\\[xuU]([0-9a-f]{2,8})b$", visible(f"a{sign}b"))
    assert int(number, 16) == ord(sign)


@given(st.text(st.characters(), max_size=30))
def test_nothing_that_can_not_be_seen_is_left_but_rows_and_tabs(text):
    shown = visible(text)
    assert not {unicodedata.category(letter) for letter in shown} & {"Cs", "Zl", "Zp"}
    assert {letter for letter in shown if unicodedata.category(letter) == "Cc"} <= {"\n", "\t"}
    assert visible(shown) == shown


@pytest.mark.parametrize("text", ["Om śānti 🧘🏽‍♀️", "می‌خواهم", "שלום", "ゆっくり\t息\n", "e\u0301"])
def test_what_people_write_stays(text):
    assert visible(text) == text


@given(st.text(st.characters(), max_size=30))
def test_a_plain_text_is_one_row_of_what_can_be_written(text):
    row = plain(text)
    assert row.encode().decode() == row
    assert row == row.strip()
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", row)


def test_there_is_one_way_to_the_screen():
    folder = Path(voice_guide.__file__).parent
    others = [path for path in folder.rglob("*.py") if path.name != "echo.py"]
    found = [
        path
        for path in others
        if re.search(r"click\.(s?echo|confirm|prompt)|\bprint\(", path.read_text())
    ]
    assert not found
