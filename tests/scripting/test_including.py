"""Scripts put together from others: what is included, what that inherits, and no circles."""

import time

import pytest

from voice_guide.errors import PaceError, ScriptError
from voice_guide.limits import MAX_DEPTH
from voice_guide.pace.pace import Pace
from voice_guide.scripting.library import names
from voice_guide.scripting.loading import load


def problems(path):
    with pytest.raises(ScriptError) as error:
        load(path)
    return error.value.problems


def said(script):
    return [line.text for line in script.lines()]


def test_a_practice_brings_its_sections_and_what_follows_goes_on(written):
    session = load(
        written(
            session="---\ntitle: All\npace: 5-7\n---\n"
            "Before.\n\n[practice part]\n\nAfter.\n\n## Last\n\nEnd.",
            part="---\ntitle: Part\npace: 3-4\n---\nOne.\n\n## Two\n\nTwo.",
        )
    )
    assert [(s.title, [i.text for i in s.items]) for s in session.sections] == [
        ("All", ["Before."]),
        ("Part", ["One."]),
        ("Two", ["Two."]),
        ("All", ["After."]),
        ("Last", ["End."]),
    ]
    assert session.pace == Pace.parse("5-7"), "a session's pace governs what it includes"


def test_a_practice_is_looked_for_beside_the_script_and_then_among_the_bundled(written):
    script = load(written(mine="[practice numbness]\n[practice noticing]", numbness="My own."))
    assert said(script) == ["My own.", *said(load("noticing"))]


def test_a_practice_looks_beside_itself_too(written, tmp_path):
    mine = written(mine="[practice part]", part="[practice inner]", inner="Deep.")
    assert said(load(mine)) == ["Deep."]


def test_an_unknown_practice_is_named_where_it_is_asked_for_with_the_nearest(written):
    (problem,) = problems(written(mine="Hi.\n\n  [practice numness]"))
    assert (problem.line, problem.column) == (3, 3)
    assert "no practice 'numness'. Did you mean numbness?" in problem.message
    assert problem.source == "  [practice numness]"


def test_errors_are_named_in_the_file_that_has_them_all_at_once_and_once(written, tmp_path):
    found = problems(
        written(
            mine="[practice good]\n[practice bad]\n[practice bad]\n[practice gone-away]",
            good="Hi.\n\n[practice bad]",
            bad="Hi.\n\n[bel]\n\n[0 breaths]",
        )
    )
    assert [(p.path, p.line) for p in found] == [
        (str(tmp_path / "bad.md"), 3),
        (str(tmp_path / "bad.md"), 5),
        (str(tmp_path / "mine.md"), 4),
    ]


@pytest.mark.parametrize("steps", [0, 1, 2, 7])
def test_a_script_that_includes_itself_is_refused_whatever_the_detour(written, tmp_path, steps):
    scripts = {f"step{n}": f"Hi.\n\n[practice step{n + 1}]" for n in range(steps)}
    (problem,) = problems(written(**scripts, **{f"step{steps}": "Hi.\n\n[practice step0]"}))
    assert (problem.path, problem.line) == (str(tmp_path / f"step{steps}.md"), 3)
    way = " → ".join([*(f"step{n}" for n in range(steps + 1)), "step0"])
    assert problem.message == f"a script can't include itself: {way}"


def test_a_circle_that_the_script_only_leads_to_is_found(written):
    (problem,) = problems(written(mine="[practice a]", a="[practice b]", b="Hi.\n\n[practice a]"))
    assert "can't include itself: mine → a → b → a" in problem.message


@pytest.mark.parametrize("last", ["Hi.", "[practice step0]"])
def test_a_very_long_row_of_scripts_is_refused_not_crashed_on(written, last):
    row = {f"step{n}": f"[practice step{n + 1}]" for n in range(400)}
    (problem,) = problems(written(**row, step400=last))
    assert f"more than {MAX_DEPTH} scripts" in problem.message
    assert problem.line == 1


def test_a_row_as_long_as_allowed_is_fine(written):
    row = {f"step{n}": f"[practice step{n + 1}]" for n in range(MAX_DEPTH - 1)}
    assert said(load(written(**row, **{f"step{MAX_DEPTH - 1}": "Hi."}))) == ["Hi."]


@pytest.mark.parametrize("last", ["Hi.", "[bel]", "[practice gone-away]", "[practice step0]"])
def test_scripts_that_double_are_refused_in_no_time(written, last):
    doubling = {f"step{n}": f"[practice step{n + 1}]\n" * 2 for n in range(40)}
    begun = time.process_time()
    assert problems(written(**doubling, step40=last))
    assert time.process_time() - begun < 5, "read one by one, these would take centuries"


def test_the_same_practice_may_come_more_than_once(written):
    assert said(load(written(mine="[practice part]\n\nAnd.\n\n[practice part]", part="Hi."))) == [
        "Hi.",
        "And.",
        "Hi.",
    ]


def test_many_scripts_in_one_are_refused_before_they_fill_the_memory(written):
    mine = written(mine="[practice part]\n" * 5_000, part="Hi.\n\n" * 15_000)
    (problem,) = problems(mine)
    assert "has more than" in problem.message


# holds


def test_no_holds_is_inherited_from_any_practice_at_any_depth(written):
    mine = written(
        mine="Hi.\n\n[practice a]", a="Hi.\n\n[practice b]", b="---\nholds: no\n---\nHi."
    )
    script = load(mine)
    assert not script.holds
    for pace, nearest in [("4-7-8", "4-8"), ("4-4-4-4", "4-4"), ("4.5-0-6-1", "4.5-6")]:
        with pytest.raises(PaceError) as error:
            script.check_pace(Pace.parse(pace))
        assert pace in str(error.value)
        assert str(error.value).endswith(f"the nearest pace without holds is {nearest}.")
    script.check_pace(Pace.parse("4-0-6-0"))


def test_holds_are_allowed_where_no_part_forbids_them(written):
    script = load(written(mine="[practice a]", a="---\nholds: yes\n---\nHi."))
    script.check_pace(Pace.parse("4-7-8"))


def test_bundled_scripts_hold_no_breath_exactly_where_numbness_is_in_them():
    assert {name for name in names() if not load(name).holds} == {"numbness", "stay-present"}
