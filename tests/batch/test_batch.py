"""A catalogue is made on all cores, as the same bytes; whatever happens, the next run goes on."""

import contextlib
import json
import os
import signal
from pathlib import Path

import pytest
from catalogues import CATALOGUE, FILES, SCRIPT
from running import children_of, is_alive, listening, start, wait_until

from voice_guide.cli.batch import _cores

LONG = """
[defaults]
voice = "none"
name = "out/{session}-{seed}.wav"
[[export]]
session = "stay-present"
minutes = 38
seed = [1, 2, 3, 4]
"""


def test_files_are_the_same_bytes_as_of_export_and_all_are_there(finished, alone):
    home, done = finished
    assert done.returncode == 0, done.stderr
    assert done.stdout == "9 exports: 9 made, 0 up to date\n"
    assert home.made() == alone
    assert len(alone) == FILES
    assert not home.left()


def test_what_is_up_to_date_is_left_as_it_is(finished):
    home, _ = finished
    before = home.times()
    assert home.batch().stdout == "9 exports: 0 made, 9 up to date\n"
    assert home.times() == before


def test_a_catalogue_may_move_and_its_files_be_copied(finished):
    home, _ = finished
    home.folder = home.folder.rename(home.folder.with_name("elsewhere"))
    for path in (home.folder / "out").iterdir():
        os.utime(path)
    assert {row["state"] for row in home.rows("--dry-run")[1]} == {"skip"}


def _script(home):
    (home.folder / "b.md").write_text(SCRIPT.replace("Notice", "Sense"))


def _option(home):
    (home.folder / "c.toml").write_text(CATALOGUE.replace('"bowl"', '"bowl"\nnight = true'))


def _gone(home):
    (home.folder / "out" / "plan.json").unlink()


def _note(home):
    text = (home.folder / "a.md").read_text()
    (home.folder / "a.md").write_text(f"{text}\n<!-- a note -->\n")


@pytest.mark.parametrize(
    ("change", "many", "why"),
    [
        (_script, 4, "its script has changed"),
        (_option, 1, "its options have changed"),
        (_gone, 1, "out/plan.json is gone"),
        (_note, 0, None),
    ],
)
def test_what_has_changed_is_made_again_and_the_dry_run_says_why(finished, change, many, why):
    home, _ = finished
    change(home)
    due = [row for row in home.rows("--dry-run")[1] if row["state"] == "make"]
    assert [row["why"] for row in due] == [why] * many


def test_another_voice_or_version_makes_it_again(finished):
    home, _ = finished
    path = home.folder / "c.made"
    rows = [json.loads(row) for row in path.read_text().splitlines()]
    made = [row for row in rows if "made" in row]
    made[0]["stamp"]["voice"] = made[1]["stamp"]["version"] = "another"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    due = [row["why"] for row in home.rows("--dry-run")[1] if row["state"] == "make"]
    assert sorted(due) == ["another version of Voice Guide made it", "its voice has changed"]


def test_the_dry_run_is_a_table_and_makes_nothing(home):
    done = home.batch("--dry-run")
    *rows, total = done.stdout.splitlines()
    assert rows[0].split() == ["out/a-2-3-none.opus", "make:", "it", "is", "new"]
    assert total == "9 exports: 9 to make, 0 up to date"
    assert home.made() == {}
    assert not (home.folder / "c.made").exists()


def test_a_file_that_was_changed_since_is_kept(finished):
    home, _ = finished
    mine = home.folder / "out" / "a.mp3"
    mine.write_bytes(b"with my own tags")
    done = home.batch()
    assert (done.returncode, done.stdout) == (0, "9 exports: 0 made, 8 up to date, 1 kept\n")
    assert "out/a.mp3 was changed since it was made; --overwrite makes it again" in done.stderr
    assert mine.read_bytes() == b"with my own tags"


def test_a_file_of_somebody_else_is_kept_and_nothing_is_made(home):
    theirs = home.folder / "out" / "a-2-2-pad.vtt"
    theirs.write_text("theirs")
    done = home.batch()
    assert done.returncode == 1
    assert "out/a-2-2-pad.vtt\nMove them, give other names, or add --overwrite." in done.stderr
    assert home.made() == {theirs.name: b"theirs"}


def test_one_failure_stops_nothing_else_and_comes_with_its_command(home, alone):
    (home.folder / "b.md").write_text(f"{SCRIPT}\n[1000 breaths]\n")
    text = CATALOGUE.replace('["a.md", "b.md"]', '"a.md"')
    (home.folder / "c.toml").write_text(
        f'{text}\n[[export]]\nsession = "b.md"\npace = "2-3"\ntone = "none"\nminutes = 1\n'
    )
    done = home.batch()
    assert done.returncode == 1
    assert done.stdout == "6 exports: 5 made, 0 up to date, 1 failed\n"
    assert "Failed: out/b-2-3-none.opus: 'B' can't last 1 minute at 2-3" in done.stderr
    assert "alone: voice-guide export b.md -o out/b-2-3-none.opus" in done.stderr
    assert home.made().items() <= alone.items()
    code, rows = home.rows()
    assert code == 1
    assert [row["state"] for row in rows] == ["skip"] * 5 + ["failed"]


def test_each_line_is_spoken_once_by_each_voice(home, noting):
    asked = noting()
    (home.folder / "c.toml").write_text(CATALOGUE.replace('"espeak"', '"command:noting"'))
    done = home.batch()
    assert done.returncode == 0, done.stderr
    said = asked.read_text().splitlines()
    assert sorted(said) == ["Feel the floor.", "Let it go.", "Notice the floor."]


# Whatever ends it


@pytest.fixture
def long(home, tmp_path, monkeypatch):
    """A batch of long files that runs."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (home.folder / "c.toml").write_text(LONG)
    process = start("batch", "c.toml", "--jobs", "2", cwd=home.folder, preexec_fn=listening)
    wait_until(home.left)
    yield process
    with contextlib.suppress(OSError):
        process.kill()
    process.communicate()


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_ends_all_of_it_and_leaves_nothing_half(long, home, sent, code):
    children = children_of(long.pid)
    long.send_signal(sent)
    _, err = long.communicate(timeout=20)
    assert long.returncode == code
    assert "Traceback" not in err
    wait_until(lambda: not any(map(is_alive, children)))
    assert not home.left()


def test_ctrl_c_reaches_all_processes_of_a_terminal_and_only_one_speaks(home, tmp_path):
    (home.folder / "c.toml").write_text(LONG)
    process = start(
        *["batch", "c.toml", "--jobs", "2"],
        cwd=home.folder,
        preexec_fn=listening,
        start_new_session=True,
    )
    wait_until(home.left)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.strip()) == (130, "Interrupted.")
    assert not home.left()


def test_two_at_once_don_t_get_into_each_others_way(long, home):
    done = home.batch()
    assert done.returncode == 1
    assert "another voice-guide is making this catalogue just now" in done.stderr
    assert home.left()


def test_a_process_that_is_killed_loses_only_its_own_work_which_is_done_again(home, alone):
    process = start("batch", "c.toml", "--jobs", "2", cwd=home.folder)

    def workers():
        return [pid for pid in children_of(process.pid) if b"spawn_main" in _command(pid)]

    wait_until(lambda: len(workers()) == 2)
    os.kill(workers()[0], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "9 exports: 9 made, 0 up to date\n"), err
    assert home.made() == alone
    assert not home.left()


def _command(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def test_after_kills_at_any_moment_the_next_goes_on_and_redoes_nothing(
    home, alone, tmp_path, monkeypatch
):
    """More of them, and over all of its time: tests/benchmarks/batch.py --kills 30."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    finished = {}
    for many in (1, 5):
        process = start("batch", "c.toml", "--jobs", "2", cwd=home.folder)
        wait_until(lambda many=many: len(_rows(home)) >= many)
        process.kill()
        process.communicate()
        assert finished.items() <= home.times().items()
        finished = {name: home.times()[name] for row in _rows(home) for name in row}
    assert home.batch().returncode == 0
    assert finished.items() <= home.times().items()
    assert home.made() == alone
    assert not home.left()


def _rows(home):
    """The files of each export that is finished."""
    with contextlib.suppress(OSError):
        rows = (home.folder / "c.made").read_bytes().split(b"\n")[:-1]
        made = [json.loads(row).get("files") for row in rows]
        return [[Path(name).name for name in files] for files in made if files]
    return []


def test_a_row_that_is_cut_off_counts_for_nothing(finished, alone):
    home, _ = finished
    path = home.folder / "c.made"
    path.write_bytes(path.read_bytes()[:-20])
    done = home.batch()
    assert done.stdout == "9 exports: 1 made, 8 up to date\n", done.stderr
    assert home.batch("--dry-run").stdout.endswith("9 exports: 0 to make, 9 up to date\n")
    assert home.made() == alone


def test_a_disk_that_fills_up_fails_what_has_no_room_and_leaves_nothing_half(home, disk):
    small = disk(10_000_000)
    if not small.mounted:
        pytest.skip("several files fill a disk only where one can be mounted")
    text = LONG.replace("stay-present", "one-minute-pause").replace("38", "2\nsample_rate = 16000")
    (home.folder / "c.toml").write_text(text.replace("out/", f"{small.folder}/"))
    done = home.batch("--jobs", "1", **small.limits)
    assert done.returncode == 1
    assert small.reason in done.stderr
    assert "Traceback" not in done.stderr
    whole = [path.name for path in small.folder.iterdir()]
    assert whole == ["one-minute-pause-1.wav"]
    made = len(whole)
    assert done.stdout == f"4 exports: {made} made, 0 up to date, {4 - made} failed\n"


def test_all_cores_are_those_that_it_may_use():
    assert 1 <= _cores() <= (os.cpu_count() or 1)
