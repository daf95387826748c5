"""Limits: one table in the documentation, one place in the code; past one, it is told at once."""

import json
import re
from pathlib import Path

import pytest

from voice_guide import limits
from voice_guide.analysis.planned import read_plan
from voice_guide.errors import AudioError, RequestError, ScriptError, VoiceError
from voice_guide.limits import MAX_DEPTH, MAX_ITEMS, MAX_LETTERS_IN_ALL, MOST_PROBLEMS
from voice_guide.scripting.loading import load
from voice_guide.scripting.parse import parse
from voice_guide.voices.recorded import INDEX, read_index

DOCS = Path(__file__).parents[1] / "docs" / "limits.md"

UNITS = {
    **{"KiB": 2**10, "MiB": 2**20, "MB": 10**6, "minutes": 60, "hours": 3600},
    **dict.fromkeys(["", "s", "Hz", "letters", "breaths"], 1),
}


def test_the_table_has_every_limit_as_it_is_in_the_code():
    rows = re.findall(r"\| ([\d.,]+) ?(\w*) \| `(\w+)` \|", DOCS.read_text(encoding="utf-8"))
    assert sorted(name for _, _, name in rows) == sorted(limits.__all__)
    for number, unit, name in rows:
        in_its_name = name.endswith(f"_{unit.upper()}")  # LONGEST_RAMP_MINUTES counts in minutes
        factor = 1 if in_its_name else UNITS[unit]
        assert float(number.replace(",", "")) * factor == getattr(limits, name), name


# A script past one costs no more than it takes to find that out: the figures count work, not time


def problems_of(text):
    with pytest.raises(ScriptError) as caught:
        parse(text, "mine.md")
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "[x]\n" * 50_000,
        "---\n" + "a: b\n" * 2000 + "---\nHello.",
        "in: out: Hello.\n\n" * 10_000,
    ],
)
def test_only_so_many_problems_of_a_script_are_looked_for(text, monkeypatch):
    error = problems_of(text)
    assert len(error.problems) == MOST_PROBLEMS
    assert str(error).endswith("There are more; correct these first.")
    assert len(str(error)) < 1000 * MOST_PROBLEMS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello.\n\n" + "[bell]\n" * 2 * MAX_ITEMS, f"over {MAX_ITEMS} lines, rests and bells"),
        ("Word " * 900 + "\n\n", f"over {MAX_LETTERS_IN_ALL} letters of speech"),
        ("<b></b>" * 1000 + "\n\n", "letters with their marks"),
        ("\n" * 1000, "rows"),
    ],
)
def test_reading_stops_where_the_session_becomes_too_long(text, said, monkeypatch):
    looked_at = []

    def unmarked(text):
        looked_at.append(text)
        return text

    monkeypatch.setattr("voice_guide.scripting.parse.unmarked", unmarked)
    (*_, problem) = problems_of(text if "bell" in said else text * 200).problems
    assert said in problem.message
    assert len(looked_at) < MAX_LETTERS_IN_ALL / 2000


def test_a_practice_that_is_not_there_is_not_looked_for_without_end(written, monkeypatch):
    asked = []

    def nearest(name, *_, **__):
        asked.append(name)
        return []

    monkeypatch.setattr("voice_guide.scripting.library.nearest", nearest)
    with pytest.raises(ScriptError):
        load(written(mine="Hello.\n\n" + "[practice nothing-here]\n" * 10_000))
    assert len(asked) == MOST_PROBLEMS + 1


def test_a_chain_of_scripts_that_each_have_problems_tells_only_so_many(written):
    path = written(
        mine="\n".join(f"[practice part{number}]" for number in range(MAX_DEPTH)),
        **{f"part{number}": "[x]\n" * 90 for number in range(MAX_DEPTH)},
    )
    with pytest.raises(ScriptError) as caught:
        load(path)
    assert len(caught.value.problems) == MOST_PROBLEMS


# Lists


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a": ' * 200_000,
        "9" * 6000,
        " " * (limits.MOST_INDEX_BYTES + 1),
        json.dumps({str(number): "a.wav" for number in range(limits.MOST_RECORDED_LINES + 1)}),
        json.dumps({"Out.": "a" * 300}),
        json.dumps({"Out.": "a\0b"}),
        json.dumps({"Out.": "../a.wav"}),
    ],
)
def test_a_list_of_lines_that_can_not_be_one_is_told(tmp_path, text):
    (tmp_path / INDEX).write_text(text)
    with pytest.raises(VoiceError, match=INDEX) as caught:
        read_index(tmp_path)
    assert len(str(caught.value)) < 1000


def test_a_plan_that_is_too_large_is_not_read(tmp_path):
    plan = tmp_path / "a.json"
    with plan.open("wb") as file:
        file.truncate(limits.MOST_PLAN_BYTES + 1)
    with pytest.raises(RequestError, match="larger than"):
        read_plan(plan)


def test_a_plan_of_too_many_breaths_is_not_laid_against_the_sound(tmp_path):
    plan = tmp_path / "a.json"
    many = [0] * (limits.MOST_PLANNED + 1)
    plan.write_text(json.dumps({"schema": 1, "breaths": many, "lines": [], "bells": []}))
    with pytest.raises(AudioError, match="plans 20001 breaths"):
        read_plan(plan)
