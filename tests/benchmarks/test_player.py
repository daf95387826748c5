"""How the player does while every core is busy. Prints a table; asserts no times.

pytest tests/benchmarks/test_player.py -s
PLAYER_MINUTES=1 pytest tests/benchmarks/test_player.py -s     for a quick look
"""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from benchmarks.speed import GUIDE, cpu_seconds, sound_server
from pulse import until

MINUTES = float(os.environ.get("PLAYER_MINUTES", "10"))


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


def test_ten_minutes_while_all_cores_are_busy(tmp_path, busy):
    with sound_server(tmp_path) as pulse:
        player = subprocess.Popen(
            [*GUIDE, "play", "stay-present", "--minutes", str(max(MINUTES + 0.5, 10))],
            env=pulse.env,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        until(pulse.playing, 60)
        began, used = time.monotonic(), cpu_seconds(player.pid)
        with pytest.raises(subprocess.TimeoutExpired):  # it plays on
            player.wait(MINUTES * 60)
        seconds, used = time.monotonic() - began, cpu_seconds(player.pid) - used
        player.send_signal(signal.SIGINT)  # it ends with the breath
        _, wrote = player.communicate(timeout=60)
    broken = re.search(r"broke up (\d+) time", wrote)
    print(f"\n{seconds / 60:.1f} minutes with {os.cpu_count()} cores busy")
    print(f"  underflows                    {broken[1] if broken else 0}")
    print(f"  the player's share of a core  {100 * used / seconds:.2f} %")
