"""The benchmarks ask for their parts before they measure anything."""

import os
import subprocess
import sys
from pathlib import Path

SPEED = Path(__file__).parent / "benchmarks" / "speed.py"


def test_rows_whose_parts_are_missing_are_told_and_left_out(tmp_path):
    """With an empty path there are no programs; nothing is left to be measured."""
    words = ("sox, a bed", "ffmpeg, a bed", "on one core", "first sound", "CPU of a minute")
    done = subprocess.run(
        [sys.executable, SPEED, *words],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = done.stdout.splitlines()
    assert len(rows) == 8
    assert all("left out, as this needs " in row for row in rows)
    for part in ("sox", "ffmpeg", "taskset", "pulseaudio and pactl and parec"):
        assert f"{part}: " in done.stdout
