"""Files are written whole or not at all, whichever command writes them."""

import json
import os
import signal

import numpy as np
import pytest
import soundfile
from parts import needs
from running import listening, run, start, wait_until
from speaking import spoken

from voice_guide.errors import OutputError
from voice_guide.files import replacing

OLDER = b"an older file"
LINE, TAKE = "Now let it go.", "now-let-it-go.wav"


@pytest.mark.parametrize(
    ("stopped_by", "told"),
    [
        (OSError(28, "No space left on device"), OutputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_what_stops_a_file_leaves_nothing_of_it_and_keeps_the_older(tmp_path, stopped_by, told):
    target = tmp_path / "a.txt"
    target.write_bytes(OLDER)

    def write_half():
        with replacing(target) as part:
            part.write_bytes(b"half of i")
            raise stopped_by

    with pytest.raises(told):
        write_half()
    assert target.read_bytes() == OLDER
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "command",
    [
        ("export", "one-minute-pause", "--voice", "none", "-o", "pipe.wav"),
        ("import", "mine.txt", "-o", "pipe.wav"),
        ("new", "mine", "-o", "pipe.wav"),
    ],
)
def test_a_pipe_or_a_device_is_not_replaced_by_a_file(folders, command):
    pipe = folders / "pipe.wav"
    os.mkfifo(pipe)
    (folders / "mine.txt").write_text("Rest.")
    done = run(*command, "--overwrite", cwd=folders)
    assert done.returncode == 1
    assert "can't write pipe.wav: it is a device or a pipe. Give a file." in done.stderr
    assert pipe.is_fifo()
    with pytest.raises(OutputError), replacing(pipe) as part:
        part.write_bytes(OLDER)
    assert pipe.is_fifo()


@pytest.fixture
def take(folders):
    """A recording of a line, in a folder of such, and a script of it."""
    ((clip, rate),) = spoken("espeak", LINE)
    path = folders / "mine" / TAKE
    path.parent.mkdir()
    soundfile.write(path, np.float32(0.4 / np.abs(clip).max()) * clip, rate)
    (folders / "mine.md").write_text(f"---\npace: 2-3\n---\n\n{LINE}\n")
    return path


PICTURE = ("--png", "disk/a.png", "--overwrite")
DRAWN = needs(modules=["matplotlib"])
HEARD = ("-o", "disk/a.wav", "--overwrite")
SMALL, LARGER = 8192, 204_800
"""Bytes: less than any of these files, and more than the recording that is read."""


@pytest.mark.usefixtures("take")
@pytest.mark.parametrize(
    ("size", "arguments", "name"),
    [
        (SMALL, ("record", "mine.md", "--into", "disk", "--again", "--from", "mine"), TAKE),
        (LARGER, ("voices", "try", "recorded:mine", "--text", LINE, *HEARD), "a.wav"),
        pytest.param(SMALL, ("show", "mine.md", "--voice", "none", *PICTURE), "a.png", marks=DRAWN),
        pytest.param(SMALL, ("analyse", f"mine/{TAKE}", *PICTURE), "a.png", marks=DRAWN),
        (SMALL, ("voices", "set", "recorded:mine"), "voice-guide/config.toml"),
        (SMALL, ("pace", "save", "evening", "4-7"), "voice-guide/paces.toml"),
    ],
    ids=["record", "voices try", "show", "analyse", "voices set", "pace save"],
)
def test_a_full_disk_is_told_with_the_file_and_leaves_nothing(
    disk, monkeypatch, size, arguments, name
):
    small = disk(size)
    older = small.folder / name
    older.parent.mkdir(exist_ok=True)
    older.write_bytes(b"#" * (size - 1) + b"\n")
    before = older.read_bytes()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(small.folder))
    done = run(*arguments, **small.limits)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    *_, message = done.stderr.splitlines()
    assert message.startswith("Error: can't write ")
    assert f"{name}: {small.reason}" in message
    assert older.read_bytes() == before
    assert [path for path in small.folder.rglob("*") if path.is_file()] == [older]


def test_ctrl_c_keeps_what_is_recorded_and_leaves_nothing_half_done(folders, take):
    lines = [f"Now let {number} go." for number in range(1000)]
    (folders / "mine.md").write_text("\n\n".join(lines))
    (folders / "takes").mkdir()
    for number in range(len(lines)):
        (folders / "takes" / f"{number + 1}.wav").symlink_to(take)
    into = folders / "into"
    process = start("record", "mine.md", "--into", into, "--from", "takes", preexec_fn=listening)
    wait_until(lambda: len(list(into.glob("now*.wav"))) > 2)
    process.send_signal(signal.SIGINT)
    out, message = process.communicate(timeout=20)
    assert process.returncode == 130
    assert message.strip() == "Interrupted."
    kept = {path.name for path in into.iterdir()} - {"lines.json"}
    indexed = set(json.loads((into / "lines.json").read_text()).values())
    assert indexed <= kept
    assert len(kept - indexed) <= 1, "one may be whole and not entered yet: it is found by its name"
    assert f"{len(kept)} of 1000 lines recorded" in out
    assert len({soundfile.info(into / name).frames for name in kept}) == 1
