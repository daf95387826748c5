"""How the player does under load, and how soon it sounds. Prints a table; asserts no times.

pytest tests/benchmarks/test_player.py -s
PLAYER_MINUTES=1 pytest tests/benchmarks/test_player.py -s     for a quick look
"""

import os
import re
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "system"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from parts import need
from pulse import Pulse, until
from rig import RATE, Recording
from running import COMMAND

MINUTES = float(os.environ.get("PLAYER_MINUTES", "10"))
RUNS = 5


@pytest.fixture
def pulse(tmp_path):
    need("pulseaudio", "pactl", "parec")
    server = Pulse(tmp_path / "pulse")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def busy():
    """Keep every core busy."""
    load = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    yield
    for process in load:
        process.kill()
        process.wait()


def table(title, rows):
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:44} {value}")


def cpu_seconds(pid):
    """User and system time of a process, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def played(pulse, minutes):
    """Play that long; return wall seconds, CPU seconds after the start, and what was reported."""
    player = subprocess.Popen(
        [*COMMAND, "play", "stay-present", "--minutes", str(max(minutes + 0.5, 10))],
        env=pulse.env,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(pulse.playing, 60)
    began, used = time.monotonic(), cpu_seconds(player.pid)
    with pytest.raises(subprocess.TimeoutExpired):  # it plays on
        player.wait(minutes * 60)
    seconds, used = time.monotonic() - began, cpu_seconds(player.pid) - used
    player.send_signal(signal.SIGINT)  # it ends with the breath
    _, wrote = player.communicate(timeout=60)
    return seconds, used, wrote


def underflows(wrote):
    found = re.search(r"broke off (\d+) times", wrote)
    return int(found[1]) if found else 0


def test_ten_minutes_while_all_cores_are_busy(pulse, busy):
    seconds, used, wrote = played(pulse, MINUTES)
    table(
        f"{seconds / 60:.1f} minutes with {os.cpu_count()} cores busy",
        [
            ("underflows", underflows(wrote)),
            ("the player's share of a core", f"{100 * used / seconds:.2f} %"),
        ],
    )


def test_the_share_of_a_core_when_nothing_else_runs(pulse):
    seconds, used, wrote = played(pulse, min(MINUTES, 2))
    table(
        f"{seconds / 60:.1f} minutes, nothing else running",
        [
            ("underflows", underflows(wrote)),
            ("the player's share of a core", f"{100 * used / seconds:.2f} %"),
        ],
    )
    assert used > 0


def first_sound(pulse, folder, cache):
    """Seconds from the start of the process to the first frame that is not silent."""
    path = folder / "start.raw"
    env = {**pulse.env, "XDG_CACHE_HOME": str(cache)}
    with pulse.recording(path):
        recording = Recording(path)
        frames, began = recording.frames, time.monotonic()
        player = subprocess.Popen([*COMMAND, "play"], env=env, stdin=subprocess.DEVNULL)
        until(lambda: recording.seconds > 0.3, 60)
        player.terminate()
        player.wait()
        elapsed = time.monotonic() - began
    heard = recording.all()[frames:].any(axis=1).argmax() / RATE
    assert heard < elapsed
    return heard


def test_how_soon_it_sounds(pulse, tmp_path):
    """The recorder is up to 50 ms behind; the cold cache is an empty folder each time."""
    cold = [first_sound(pulse, tmp_path, tmp_path / f"cold{n}") for n in range(RUNS)]
    warm_cache = tmp_path / "warm"
    env = {**pulse.env, "XDG_CACHE_HOME": str(warm_cache)}
    subprocess.run(
        [*COMMAND, "export", "-o", str(tmp_path / "x.flac")], env=env, check=True, timeout=300
    )
    warm = [first_sound(pulse, tmp_path, warm_cache) for _ in range(RUNS)]
    table(
        f"from the start of the process to the first sound, median of {RUNS}",
        [
            (
                "warm cache",
                f"{statistics.median(warm):.2f} s  ({min(warm):.2f} to {max(warm):.2f})",
            ),
            (
                "cold cache",
                f"{statistics.median(cold):.2f} s  ({min(cold):.2f} to {max(cold):.2f})",
            ),
        ],
    )
