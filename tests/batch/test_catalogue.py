"""A catalogue's lists multiply into exports; its mistakes are told at once, each at its place."""

import json
import re

import bundling
import click
import pytest

from voice_guide.batch.places import Places
from voice_guide.cli.export import export_command

ONE = '[[export]]\nsession = "one-minute-pause"\nname = "a.wav"\nvoice = "none"\n'


@pytest.fixture
def listed(folder, guide):
    """Gives what a catalogue would make, as its dry run tells it."""

    def listed(text, *options):
        (folder / "c.toml").write_text(text)
        code, out, err = guide("batch", "c.toml", "--dry-run", "--json", *options)
        assert code == 0, err
        return json.loads(out)["exports"]

    return listed


@pytest.fixture
def mistakes(folder, guide):
    """Gives the mistakes of a catalogue: row, column and message of each."""

    def mistakes(text):
        (folder / "c.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        code, out, err = guide("batch", "c.toml")
        assert (code, out) == (1, "")
        assert not (folder / "c.made").exists()
        told = re.findall(r"c\.toml:(\d+):(\d+): (.*)", err)
        return [(int(row), int(column), message) for row, column, message in told]

    return mistakes


def test_lists_multiply(listed):
    rows = listed(
        """
        [defaults]
        voice = "none"
        name = "{session}-{pace}-{minutes}.opus"

        [[export]]
        session = "one-minute-pause"
        pace = ["4-6", "5-5"]
        minutes = [1, 1.5]

        [[export]]
        session = ["noticing", "one-minute-pause"]
        name = "{session}.wav"
        """
    )
    assert [row["file"] for row in rows] == [
        "one-minute-pause-4-6-1.opus",
        "one-minute-pause-4-6-1.5.opus",
        "one-minute-pause-5-5-1.opus",
        "one-minute-pause-5-5-1.5.opus",
        "noticing.wav",
        "one-minute-pause.wav",
    ]
    assert {row["state"] for row in rows} == {"make"}


def test_each_comes_with_the_command_that_makes_it_alone(listed):
    (row,) = listed(
        ONE + 'minutes = 1.5\ncaptions-breath = true\ncaptions = "vtt"\ncount = false\n'
    )
    assert row["command"] == [
        *["voice-guide", "export", "one-minute-pause", "-o", "a.wav", "--voice", "none"],
        *["--minutes", "1.5", "--captions-breath", "--captions", "vtt", "--no-count"],
        "--overwrite",
    ]
    assert row["files"] == ["a.wav", "a.vtt"]


def test_a_table_has_its_own_instead_of_the_defaults(listed):
    (row,) = listed(f'[defaults]\nvoice = "espeak"\nminutes = 7\n\n{ONE}breaths = 5\n')
    assert row["command"][-5:-1] == ["--voice", "none", "--breaths", "5"]


def test_fields_are_filled_in_wherever_a_text_is(listed):
    (row,) = listed(
        '[[export]]\nsession = "one-minute-pause"\nname = "{session}.mp3"\nvoice = "none"\n'
        'pace = "4-6"\ntitle = "{{At}} {pace}"\npage = "{name}-page.html"\n'
    )
    assert row["files"] == ["one-minute-pause.mp3", "one-minute-pause-page.html"]
    assert "{At} 4-6" in row["command"]


def test_files_are_sought_from_the_catalogues_folder(folder, guide):
    home = folder / "lists"
    (home / "out").mkdir(parents=True)
    (home / "mine.md").write_text("Hello.\n")
    (home / "c.toml").write_text(
        '[[export]]\nsession = "mine.md"\nname = "out/{session}.wav"\nplan = "p.json"\n'
    )
    code, out, err = guide("batch", "lists/c.toml", "--dry-run", "--json")
    assert code == 0, err
    (row,) = json.loads(out)["exports"]
    assert row["files"] == ["lists/out/mine.wav", "lists/p.json"]
    assert row["command"][2] == "lists/mine.md"


def test_every_option_of_export_may_be_in_a_catalogue(mistakes):
    names = {
        max(each.opts, key=len)[2:] for each in export_command.params if each.opts[0][0] == "-"
    }
    names -= {"output", "overwrite"}  # which the catalogue's name and the command are for
    text = ONE.replace("voice =", "rest =") + "".join(f"{name} = []\n" for name in sorted(names))
    told = [message for _, _, message in mistakes(text)]
    assert [message for message in told if "there is no option" in message] == [
        message for message in told if "'rest'" in message
    ]
    assert len(told) == len(names) + 1


def test_what_an_option_may_be_is_what_export_says(mistakes, guide):
    """Each wrong value is told in the words of the command line."""
    wrong = {"pace": "44", "tone": "pda", "minutes": "-1", "subtype": "8", "sample_rate": "1"}
    for name, value in wrong.items():
        ((row, _, told),) = mistakes(f'{ONE}{name} = "{value}"\n')
        _, _, err = guide("export", f"--{name.replace('_', '-')}", value)
        said = " ".join(err.split()).rpartition(": ")[0] or err
        assert row == 5
        assert told.partition(". Did you mean")[0].rstrip(".")[:25] in " ".join(err.split()), said


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[[exports]]\nx = 1\n", (1, 1), "Did you mean export?"),
        ("", (1, 1), "there is nothing to make"),
        ("[export]\nsession = 1\n", (1, 1), "in two brackets"),
        ("export = 3\n", (1, 1), "in two brackets"),
        ('[[export]]\nname = "a.wav"\n', (1, 1), "has no session"),
        ('[[export]]\nsession = "one-minute-pause"\n', (1, 1), "has no name"),
        (f"{ONE}paces = '4-6'\n", (5, 1), "Did you mean pace?"),
        (f"{ONE}tone = ['pad', 'pda']\n", (5, 16), "Did you mean pad?"),
        (f"{ONE}pace = [\n  '4-6',\n  '4-',  # oh\n]\n", (7, 3), "'4-'"),
        (f"{ONE}night = 'yes'\n", (5, 9), "give true or false"),
        (f"{ONE}tone = true\n", (5, 8), "true can't be that"),
        (f"{ONE}output = 'b.wav'\n", (5, 1), "the file is named by name"),
        (f"{ONE}overwrite = true\n", (5, 1), "--overwrite is given to voice-guide batch"),
        (f"{ONE}captions = 'vt'\n", (5, 12), "Did you mean vtt?"),
        (f"{ONE}date = 2026-13-01\n", (5, 1), "is not TOML"),
        (f"{ONE}date = '28.11.2026'\n", (5, 8), "28.11.2026"),
        (f"{ONE}minutes = 5\nbreaths = 5\n", (6, 11), "give only one of them"),
        (f"{ONE}profile = 'acx'\n", (5, 11), "--voice none doesn't go with"),
        (f"{ONE}plan = 'no/p.json'\n", (5, 8), "there is no folder no"),
        (ONE.replace("a.wav", "a.txt"), (3, 8), "a.txt"),
        (ONE.replace("a.wav", "{pace}.wav"), (3, 8), "{pace} stands for nothing here"),
        (ONE.replace("a.wav", "{a.wav"), (3, 8), "a brace without its other"),
        (ONE.replace("one-minute-pause", "one-minute-pose"), (2, 11), "one-minute-pause"),
        (ONE.replace('"one-minute-pause"', "5"), (2, 11), "write it in quotes"),
        (ONE.replace("one-minute-pause", "-"), (2, 11), "no standard input"),
        (f"{ONE}tone = ['pad', 'bowl']\n", (3, 8), "put {tone} into its name"),
        (f"{ONE}{ONE}", (7, 8), "by export 1 of this catalogue"),
        (f"{ONE}plan = 'a.wav'\n", (5, 8), "would be two files at once"),
        (ONE + "breaths = [" + "1," * 500 + "]\nseed = [" + "1," * 500 + "]\n", (1, 1), "exports"),
        ("a" + ".a" * 101 + " = 1\n", (1, 1), "more than 100 dots"),
        (b"\xff\xfe", (1, 1), "is not UTF-8 text"),
        (b"a = 1" + b"\n" * 300_000, (1, 1), "larger than"),
        ("[" * 5000, (1, 1), "is not TOML"),
        (f"{ONE}voice = 'none'\n", (5, 15), "is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place_what_is_allowed_and_the_nearest(
    mistakes, text, place, message
):
    (first, *others) = mistakes(text)
    assert message in first[2], first
    if "is not TOML" not in message:
        assert first[:2] == place
    assert not others


def test_two_hundred_mistakes_are_told_at_once_each_in_its_row(mistakes):
    rows, wrong = [], []
    for number in range(100):
        rows += ["[[export]]", 'session = "one-minute-pause"', f'name = "{number}.wav"']
        rows += ['tune = "pad"', 'pace = ["4-6", "4_7"]', ""]
        wrong += [len(rows) - 2, len(rows) - 1]
    told = mistakes("\n".join(rows))
    assert [row for row, _, _ in told] == wrong
    assert all("Did you mean tone?" in message for _, _, message in told[::2])


def test_the_mistakes_of_a_script_are_told_once_in_the_script(folder, guide):
    (folder / "mine.md").write_text("Hello.\n\n[breths 3]\n")
    (folder / "c.toml").write_text(
        '[[export]]\nsession = "mine.md"\nname = "{pace}.wav"\npace = ["4-6", "4-7"]\n'
    )
    code, _, err = guide("batch", "c.toml")
    assert code == 1
    assert err.count("mine.md:3:1: ") == 1


def test_a_voice_that_is_not_there_is_told_before_anything_is_made(mistakes):
    ((row, column, message),) = mistakes(ONE.replace('"none"', '"recorded:/nowhere"'))
    assert (row, column) == (4, 9)
    assert "/nowhere" in message


def test_a_catalogue_that_is_not_there_is_told_as_such(folder, guide):
    code, _, err = guide("batch", "nope.toml")
    assert (code, err) == (2, "Error: there is no catalogue 'nope.toml'.\n")


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "2000"])
def test_jobs_that_can_not_be_are_refused(folder, guide, jobs):
    code, _, err = guide("batch", "c.toml", "--jobs", jobs)
    assert code == 2
    assert "give 1 to 1024" in err or "whole number" in err


def test_a_bundle_is_for_export_itself(folder, mistakes):
    (folder / "s.zip").write_bytes(bundling.small())
    ((_, _, message),) = mistakes(ONE.replace("one-minute-pause", "s.zip"))
    assert "a bundle is one session as it is" in message


def test_places_are_found_in_whatever_way_toml_is_written():
    text = (
        '"x" = """\n[[export]]\n"""\n[[export]]\n[[ export ]]\n"a" = [\'b]\', {c = [1]}, "d\\""]\n'
    )
    places = Places("c.toml", text)
    found = places.problem("", "export", 1, "a", 2)
    assert (found.line, found.column) == (6, 25)
    assert places.problem("", "export", 1).line == 5


def test_export_still_declares_what_it_makes_as_options():
    assert all(isinstance(each, click.Option) for each in export_command.params[1:])
