"""``list``, ``show`` and ``check``: scripts, before they are heard."""

import json
import os
import re
import sys

import numpy as np
import pytest
from parts import need
from running import run, words

from voice_guide.scripting import library, loading

pytestmark = pytest.mark.usefixtures("folder")

SILENT = ("--voice", "none")
PAUSE = "one-minute-pause"


def test_list_names_every_script_what_it_is_for_and_how_long_it_is(guide):
    code, out, _ = guide("list")
    assert code == 0
    for name in library.names():
        row = next(row for row in out.splitlines() if row.split()[:1] == [name])
        assert loading.load(name).about in row
        assert re.search(r"~ ?\d+:\d\d ", row)
    assert out.index("Sessions") < out.index("stay-present") < out.index("Practices")


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (("--minutes", "15"), "~15:03"),
        (("--breaths", "90"), "~15:03"),
        (("--minutes", "1"), "at least  "),
        (("--minutes", "600"), "at most "),
    ],
)
def test_list_goes_by_the_length_that_is_asked_for(guide, length, said):
    code, out, _ = guide("list", *length)
    (row,) = [row for row in out.splitlines() if row.split()[:1] == ["stay-present"]]
    assert (code, said in row) == (0, True)


def test_list_goes_by_the_pace_even_where_holds_are_forbidden(guide):
    slow = guide("list", "--pace", "10-10")[1]
    assert guide("list", "--pace", "box")[0] == 0
    assert slow != guide("list")[1]


def test_the_table_of_show_is_the_plan(guide):
    options = (PAUSE, *SILENT, "--pace", "5-5")
    plan = json.loads(guide("show", *options, "--json")[1])
    rows = guide("show", *options)[1].splitlines()
    assert plan["frames"] == (60 + 3) * plan["sample_rate"]
    assert rows[0] == "A one-minute pause: 1:03, 6 breaths at 5-5"
    for line in plan["lines"]:
        minutes, seconds = divmod(line["start"] / plan["sample_rate"], 60)
        at = f"{minutes:.0f}:{seconds:04.1f}"
        assert f"{at} {line['breath'] + 1} {line['anchor']} {line['text']}" in map(words, rows)
    assert sum(row.startswith("  ") for row in rows) == len(plan["lines"]) + len(plan["bells"])


def test_the_json_of_show_is_whole_numbers_of_frames(guide):
    options = (PAUSE, *SILENT, "--sample-rate", "44100", "--pace", "5.5-5.5")
    plan = json.loads(guide("show", *options, "--json")[1])
    assert (plan["schema"], plan["sample_rate"], plan["pace"]) == (1, 44100, "5.5-5.5")
    phases = ("inhale", "hold_in", "exhale", "hold_out")
    for number, breath in enumerate(plan["breaths"]):
        assert all(type(value) is int for value in breath.values())
        assert breath["start"] == number * 11 * 44100
        assert sum(breath[phase] for phase in phases) == 11 * 44100
    assert [line["text"] for line in plan["lines"]] == [
        line.text for line in loading.load(PAUSE).lines()
    ]
    assert plan["frames"] == len(plan["breaths"]) * 11 * 44100 + 3 * 44100


def test_show_draws_a_picture(guide, folder):
    need(modules=["matplotlib"])
    from matplotlib import image

    code, out, _ = guide("show", PAUSE, *SILENT, "--png", "plan.png")
    assert code == 0
    assert out.startswith("plan.png: A one-minute pause")
    assert (folder / "plan.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    pixels = image.imread("plan.png")
    assert min(pixels.shape[:2]) > 200
    assert np.std(pixels[..., :3]) > 0.05
    assert os.listdir(folder) == ["plan.png"]


def test_a_picture_without_matplotlib_says_what_to_install(guide, monkeypatch, folder):
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    code, _, err = guide("show", PAUSE, *SILENT, "--png", "plan.png")
    assert code == 1
    assert "pip install 'voice-guide[picture]'" in err
    assert os.listdir(folder) == []


def test_a_picture_is_a_png_and_goes_where_it_can(guide, folder):
    assert guide("show", PAUSE, *SILENT, "--png", "a.xyz")[0] == 2
    code, _, err = guide("show", PAUSE, *SILENT, "--png", "nosuch/a.png")
    assert (code, "there is no folder nosuch" in err) == (1, True)
    (folder / "a.png").write_text("older")
    code, _, err = guide("show", PAUSE, *SILENT, "--png", "a.png")
    assert (code, "is kept" in err) == (1, True)
    assert (folder / "a.png").read_text() == "older"


def test_check_warns_of_words_that_do_not_fit_their_breath(guide, folder):
    long = "in: " + "many words that do not fit into the time of one breath " * 2
    (folder / "my.md").write_text(f"Hello.\n\n{long}\n\nout: fits\n")
    code, out, _ = guide("check", "my.md", *SILENT)
    assert code == 0
    expected = r"my\.md:3:1: warning: takes 9\.\d s, but its phase is only 4 s\n    in: many"
    assert re.match(expected, out)
    assert out.endswith("my.md: My: no errors, 1 to look at\n")
    assert out.count("warning") == 1


def test_check_looks_at_every_file_and_fails_if_one_has_errors(guide, folder):
    (folder / "bad.md").write_text("[bel]\n")
    code, out, _ = guide("check", "bad.md", PAUSE, *SILENT)
    assert code == 1
    assert "bad.md:1:1:" in out
    assert f"{PAUSE}: A one-minute pause: no errors\n" in out


def test_the_bundled_scripts_have_nothing_to_look_at():
    done = run("check", *library.names())
    assert done.returncode == 0
    assert done.stdout.count(": no errors") == len(library.names())
    assert "to look at" not in done.stdout


# a length in breaths


@pytest.mark.parametrize("options", [(), ("--pace", "3-7"), ("--ramp", "3-4:1m"), ("--vary", "9%")])
def test_a_session_has_as_many_breaths_as_are_asked_for(guide, options):
    for breaths in (9, 20, 31):
        asked = (PAUSE, *SILENT, *options, "--breaths", str(breaths))
        plan = json.loads(guide("show", *asked, "--json")[1])
        assert len(plan["breaths"]) == breaths
        assert f", {breaths} breaths " in guide("show", *asked)[1].splitlines()[0]


def test_breaths_beyond_what_a_script_allows_are_answered_with_those_it_does(guide):
    code, _, err = guide("show", PAUSE, *SILENT, "--breaths", "500")
    assert code == 2
    for possible in re.search(r"the shortest has (\d+), the longest (\d+)\.", err).groups():
        assert guide("show", PAUSE, *SILENT, "--breaths", possible)[0] == 0


def test_one_length_is_asked_for_and_the_nearer_wish_counts(guide, monkeypatch, folders):
    code, _, err = guide("show", PAUSE, *SILENT, "--breaths", "9", "--minutes", "2")
    assert (code, "give only one of them" in err) == (2, True)
    monkeypatch.setenv("VOICE_GUIDE_MINUTES", "3")
    assert ", 9 breaths" in guide("show", PAUSE, *SILENT, "--breaths", "9")[1]
    config = folders / "config" / "voice-guide" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("breaths = 8\n")
    assert ", 18 breaths" in guide("show", PAUSE, *SILENT)[1]
    monkeypatch.delenv("VOICE_GUIDE_MINUTES")
    assert ", 8 breaths" in guide("show", PAUSE, *SILENT)[1]
    config.write_text("breaths = 8\nminutes = 2\n")
    code, _, err = guide("show", PAUSE, *SILENT)
    assert (code, f"{config}: " in err, "give only one of them" in err) == (1, True, True)
