"""Whatever stops an export, nothing half-made is left, and what was there before stays."""

import contextlib
import ctypes
import os
import signal
import subprocess
from functools import partial
from typing import Any

import pytest
import soundfile
from disks import limit_files
from parts import need
from running import children_of, is_alive, listening, run, start, wait_until
from sounds import noise

from voice_guide.errors import OutputError
from voice_guide.pace.pace import Pace
from voice_guide.scripting.model import Rest, Script, Section
from voice_guide.session import open_session
from voice_guide.settings import Settings

pytestmark = pytest.mark.usefixtures("folder")

QUICK = ("one-minute-pause", "--voice", "none", "--sample-rate", "16000")
LONG = ("seen-and-safe", "--voice", "none", "--minutes", "15")
OLDER = b"an older session"


@pytest.fixture
def older(folder):
    """A file that was there before."""
    path = folder / "a.wav"
    path.write_bytes(OLDER)
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def refused(done, code=1):
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


def test_an_existing_file_is_kept_unless_it_may_be_replaced(older):
    message = refused(run("export", *QUICK, "-o", "a.wav"))
    assert message.startswith("Error: a.wav already exists and is kept.")
    assert "--overwrite" in message
    assert older.read_bytes() == OLDER
    run("export", *QUICK, "-o", "a.wav", "--overwrite", check=True)
    assert older.read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("my.md", ["-o", "a.wav", "--transcript", "my.md"]),
        ("my.md", ["-o", "a.wav", "--plan", "sub/../my.md"]),
        ("my.md", ["-o", "a.wav", "--report", "linked.md"]),
        ("my.md", ["-o", "a.wav", "--plan", "part.md"]),
        ("my.md", ["-o", "bed.wav", "--bed", "bed.wav"]),
        ("my.md", ["-o", "a.wav", "--cover", "c.png", "--picture", "c.png"]),
        ("my.zip", ["-o", "a.wav", "--bundle", "my.zip"]),
        ("my.md", ["-o", "mine/hello.wav", "--voice", "recorded:mine"]),
        ("my.md", ["-o", "a.wav", "--plan", "mine/lines.json", "--voice", "recorded:mine,auto"]),
    ],
)
def test_what_a_session_is_made_from_is_never_replaced(folder, guide, script, options):
    (folder / "sub").mkdir()
    (folder / "part.md").write_text("Rest.\n")
    (folder / "my.md").write_text("Hello.\n\n[practice part]\n")
    (folder / "linked.md").symlink_to("my.md")
    (folder / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(25))
    soundfile.write(folder / "bed.wav", noise(-30, 3, 48000), 48000)
    (folder / "mine").mkdir()
    soundfile.write(folder / "mine" / "hello.wav", noise(-30, 1, 48000), 48000)
    (folder / "mine" / "lines.json").write_text("{}")
    quick = ("--overwrite",) if "--voice" in options else ("--voice", "none", "--overwrite")
    if script == "my.zip":
        assert guide("export", "my.md", "-o", "b.wav", "--bundle", "my.zip", *quick)[0] == 0
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    why = "it is one of your own recordings, or belongs to them"
    why = why if "--voice" in options else "it is what this is made from"
    code, _, err = guide("export", script, *options, *quick)
    assert (code, f"{why}. Give another name." in err) == (2, True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_name_that_is_written_in_two_ways_is_one_file(folder, guide):
    code, _, err = guide("export", *QUICK, "-o", "a.wav", "--plan", str(folder / "a.wav"))
    assert (code, "would be two files at once" in err) == (2, True)


def test_an_existing_plan_is_kept_too_and_nothing_is_made(folder):
    (folder / "plan.json").write_bytes(OLDER)
    message = refused(run("export", *QUICK, "-o", "a.wav", "--plan", "plan.json"))
    assert message.startswith("Error: plan.json already exists")
    assert names(folder) == ["plan.json"]
    assert (folder / "plan.json").read_bytes() == OLDER


def test_a_file_that_appears_meanwhile_is_kept(folder):
    script = Script("short", (Section("short", (Rest(3, 3),)),))
    session = open_session(script, Settings(voice="none", pace=Pace.parse("2-3")))

    def meanwhile(done, of):
        (folder / "a.wav").write_bytes(OLDER)

    with pytest.raises(OutputError, match=r"a\.wav already exists"):
        session.export("a.wav", progress=meanwhile)
    assert names(folder) == ["a.wav"]
    assert (folder / "a.wav").read_bytes() == OLDER


@pytest.mark.parametrize("option", ["-o", "--plan"])
def test_a_folder_that_is_missing_is_named(folder, option):
    message = refused(run("export", *QUICK, option, "nosuch/a.wav"))
    assert message == "Error: can't write nosuch/a.wav: there is no folder nosuch. Make it first.\n"
    assert names(folder) == []


def test_a_folder_is_no_target(folder):
    (folder / "a.wav").mkdir()
    message = refused(run("export", *QUICK, "-o", "a.wav", "--overwrite"))
    assert message == "Error: can't write a.wav: it is a folder. Give a file in it.\n"
    assert names(folder) == ["a.wav"]


def test_a_file_is_no_folder(older):
    message = refused(run("export", *QUICK, "-o", "a.wav/b.wav"))
    assert message.startswith("Error: can't write a.wav/b.wav: there is no folder a.wav")
    assert older.read_bytes() == OLDER


def without_privileges():
    """Let file permissions hold for root, too: drop the capabilities that override them."""
    if os.geteuid() == 0:
        drop, override, read_search = 24, 1, 2  # PR_CAPBSET_DROP and two of capability.h
        for capability in (override, read_search):
            assert ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0) == 0


@pytest.mark.parametrize(
    ("mode", "target"),
    [(0o500, "locked/a.wav"), (0o600, "locked/a.wav"), (0o000, "locked/in/a.wav")],
)
def test_a_folder_that_may_not_be_written_is_named(folder, mode, target):
    locked = folder / "locked"
    locked.mkdir()
    locked.chmod(mode)
    try:
        message = refused(run("export", *QUICK, "-o", target, preexec_fn=without_privileges))
    finally:
        locked.chmod(0o700)
    assert message.startswith(f"Error: can't write {target}: ")
    assert "you may not write to the folder" in message or "Permission denied" in message
    assert names(locked) == []


@pytest.mark.parametrize(
    ("name", "subtype"),
    [
        ("a.wav", "16"),
        ("a.wav", "float"),
        ("a.flac", "24"),
        *((f"a.{kind}", "") for kind in ("ogg", "opus", "mp3", "m4a")),
    ],
)
@pytest.mark.parametrize("size", [40_960, 204_800])
def test_a_full_disk_leaves_nothing_and_keeps_the_older_file(disk, name, subtype, size):
    need(modules=["av"] if name == "a.m4a" else [])
    small = disk(size)
    options = ("--subtype", subtype) if subtype else ()
    target = small.folder / name
    target.write_bytes(OLDER)
    done = run("export", *QUICK, "-o", target, "--overwrite", *options, **small.limits)
    assert refused(done).startswith(f"Error: can't write {target}: {small.reason}")
    assert names(small.folder) == [name]
    assert target.read_bytes() == OLDER


def test_a_limit_on_file_sizes_is_told_as_such(folder, older):
    """As a quota would: the reason is the system's own, not the library's."""
    limit = partial(limit_files, 99_999)
    done = run("export", *QUICK, "-o", "a.wav", "--overwrite", preexec_fn=limit)
    assert refused(done) == "Error: can't write a.wav: File too large.\n"
    assert names(folder) == ["a.wav"]
    assert older.read_bytes() == OLDER


def test_a_disk_that_fills_up_in_the_middle(disk):
    """There is room enough at the start; another file takes it while the session is mixed."""
    small = disk(64_000_000)
    target = small.folder / "a.wav"
    target.write_bytes(OLDER)
    if not small.mounted:  # the process may then write less than it could see at the start
        small.size = 20_000_000
    options = (*LONG, "--sample-rate", "16000", "-o", target, "--overwrite")
    process = start("export", *options, **small.limits)
    parts = ".voice-guide-*.part"
    wait_until(lambda: any(path.stat().st_size for path in small.folder.glob(parts)))
    if small.mounted:
        with contextlib.suppress(OSError), open(small.folder / "filler", "wb", 0) as filler:
            while filler.write(bytes(1 << 20)):
                pass
    _, message = process.communicate(timeout=60)
    assert process.returncode == 1
    assert message == f"Error: can't write {target}: {small.reason}.\n"
    assert set(names(small.folder)) <= {"a.wav", "filler"}
    assert target.read_bytes() == OLDER


@pytest.mark.parametrize("kind", ["vtt", "srt", "lrc", "ass", "md"])
def test_what_goes_beside_and_does_not_fit_keeps_all_from_being_made(disk, folder, kind):
    """The sound would have room on its own disk; what goes beside it is on a small one."""
    small = disk(4096)
    target = small.folder / "a.wav"
    target.write_bytes(bytes(3000))
    beside = ("--transcript", small.folder / "a.md") if kind == "md" else ("--captions", kind)
    done = run("export", *LONG, "-o", target, "--overwrite", *beside, **small.limits)
    assert "can't write" in refused(done)
    assert names(small.folder) == ["a.wav"]
    assert target.read_bytes() == bytes(3000)


@pytest.mark.parametrize("kind", ["page.html", "picture.png", "report.json", "stems"])
def test_what_is_made_beside_on_a_full_disk_is_named_and_nothing_is_left(disk, folder, kind):
    """Stems lie where the sound does, which is small enough for this disk without them."""
    need(modules=["matplotlib"] if kind == "picture.png" else [])
    small = disk(5_000_000 if kind == "stems" else 2048)
    if not small.mounted:
        pytest.skip("a limit on files would stop the sound as well: this takes the right to mount")
    sound, path, option = folder / "a.wav", small.folder / kind, f"--{kind.partition('.')[0]}"
    if kind == "stems":
        sound, path, beside = small.folder / "a.wav", small.folder / "a.tone.wav", [option]
    else:
        path.write_bytes(OLDER)
        beside = [option, path]
    done = run("export", *QUICK, "-o", sound, *beside, "--overwrite", **small.limits)
    message = refused(done)
    assert message.startswith(f"Error: can't write {path}: {small.reason}")
    assert names(folder) == [small.folder.name]
    assert names(small.folder) == ([] if kind == "stems" else [kind])


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("transcript_file", "t.md"),
        ("page_file", "p.html"),
        ("picture_file", "p.png"),
        ("report_file", "r.json"),
        ("captions", "a.ass"),
        ("stems", "a.voice.wav"),
    ],
)
def test_what_is_there_already_is_kept_whatever_it_is(folder, option, name):
    need(modules=["matplotlib"] if option == "picture_file" else [])
    (folder / name).write_bytes(OLDER)
    script = Script("short", (Section("short", (Rest(1, 1),)),))
    session = open_session(script, Settings(voice="none"))
    how: dict[str, Any] = {option: {"captions": "ass", "stems": True}.get(option, name)}
    with pytest.raises(OutputError, match=f"{name} already exists"):
        session.export("a.wav", **how)
    assert names(folder) == [name]
    assert (folder / name).read_bytes() == OLDER


def test_a_plan_that_can_not_be_written_is_named(disk):
    small = disk(4096)
    plan = small.folder / "plan.json"
    plan.write_bytes(OLDER)
    options = (*QUICK, "--minutes", "9", "-o", "-", "--plan", plan, "--overwrite")
    streams = {"capture_output": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    done = run("export", *options, **streams, **small.limits)
    assert done.returncode == 1
    assert done.stderr == f"Error: can't write {plan}: {small.reason}.\n"
    assert plan.read_bytes() == OLDER
    assert names(small.folder) == ["plan.json"]


def test_standard_output_on_a_full_disk_is_told():
    with open("/dev/full", "wb") as full:
        done = run("export", *QUICK, "-o", "-", capture_output=False, stdout=full, stderr=-1)
    assert done.returncode == 1
    assert done.stderr == "Error: standard output can't be written: No space left on device.\n"


def test_a_cache_that_can_not_be_written_stops_nothing(folder, monkeypatch):
    (folder / "cache").write_text("a file is in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    run("export", "one-minute-pause", "-o", "a.wav", check=True)
    assert (folder / "a.wav").stat().st_size > 10_000_000


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("suffix", [".wav", ".ogg", ".m4a"])
def test_an_interrupted_export_leaves_nothing_and_keeps_the_older_file(folder, name, suffix):
    need(modules=["av"] if suffix == ".m4a" else [])
    target, number = folder / f"a{suffix}", getattr(signal, name)
    target.write_bytes(OLDER)
    process = start("export", *LONG, "-o", target, "--overwrite", preexec_fn=listening)
    wait_until(
        lambda: any(path.stat().st_size > 100_000 for path in folder.glob(".voice-guide-*.part"))
    )
    process.send_signal(number)
    out, message = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert out == ""
    assert message.strip() == ("Interrupted." if name == "SIGINT" else "")
    assert names(folder) == [target.name]
    assert target.read_bytes() == OLDER


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interruption_of_the_speech_ends_every_process(folder, monkeypatch, name):
    """Ctrl-C reaches the whole group of processes; the signal to end only the first."""
    for variable, sub in (("XDG_CACHE_HOME", "cache"), ("TMPDIR", "temp")):
        (folder / sub).mkdir()
        monkeypatch.setenv(variable, str(folder / sub))
    paragraphs = [f"Breathe out, for the {number}th time." for number in range(1500)]
    (folder / "long.md").write_text("\n\n".join(paragraphs))
    process = start("export", "long.md", start_new_session=True, preexec_fn=listening)
    wait_until(lambda: len(list((folder / "cache").rglob("*.clip"))) > 5)
    workers = children_of(process.pid)
    assert workers
    if name == "SIGINT":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.terminate()
    _, message = process.communicate(timeout=20)
    assert process.returncode == 128 + getattr(signal, name)
    assert "Traceback" not in message
    assert not any(map(is_alive, workers))
    assert names(folder) == ["cache", "long.md", "temp"]
    assert names(folder / "temp") == []
    assert not list((folder / "cache").rglob("*.part"))


def test_a_failing_voice_is_told_and_leaves_nothing(folder):
    (folder / "foreign.md").write_text("---\nlanguage: ja\n---\n\n息を吐く。\n", "utf-8")
    (folder / "foreign.wav").write_bytes(OLDER)
    message = refused(run("export", "foreign.md", "--overwrite"))
    for part in ("foreign.md:5:1: ", "'息を吐く。'", "'espeak'", "Chinese", "--voice none"):
        assert part in message
    assert names(folder) == ["foreign.md", "foreign.wav"]
    assert (folder / "foreign.wav").read_bytes() == OLDER


def test_nothing_is_left_in_the_temporary_folder(folder, monkeypatch):
    for variable, sub in (("XDG_CACHE_HOME", "cache"), ("TMPDIR", "temp")):
        (folder / sub).mkdir()
        monkeypatch.setenv(variable, str(folder / sub))
    run("export", "one-minute-pause", "--tone", "none", check=True)
    assert list((folder / "cache").rglob("*.clip"))
    assert names(folder / "temp") == []
