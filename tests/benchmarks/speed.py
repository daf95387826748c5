"""How fast it is, and how much memory it takes, beside programs that do a part of the work.

    python tests/benchmarks/speed.py             the whole table
    python tests/benchmarks/speed.py help list   the rows with one of these words

Each row runs two commands in turn (A B A B ...), whole processes, and gives the median of both,
the median of the pairwise ratios, and the peak memory by the operating system's account. A slow
or busy machine changes the seconds; the ratios hold. It needs sox, ffmpeg and pydub.

First sound, and the share of a core that the player takes, are measured by
``pytest tests/benchmarks/test_player.py -s``.
"""

import os
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RUNS = 5
PYTHON = sys.executable
GUIDE = (PYTHON, "-m", "voice_guide")
MINUTES = 10
STYLES = ("breath", "pad", "bowl", "ocean", "chord", "none")

FLOOR = """
import numpy as np, soundfile
block = np.random.default_rng(0).uniform(-0.1, 0.1, (32768, 2)).astype(np.float32)
with soundfile.SoundFile({target!r}, "w", 48000, 2, "PCM_16") as sound:
    for at in range(0, {frames}, len(block)):
        sound.write(block[: {frames} - at])
"""
"""The least that a program in Python can do: load the two libraries and write what is ready."""

PYDUB = """
import json
from pydub import AudioSegment
plan = json.load(open("{folder}/plan.json"))
words, bed = (AudioSegment.from_wav("{folder}/" + name) for name in ("words.wav", "bed.wav"))
for line in plan["lines"]:
    start, end = (line[at] * 1000 // plan["sample_rate"] for at in ("start", "end"))
    bed = bed.overlay(words[start:end], position=start)
bed.export("{folder}/pydub.wav", format="wav")
"""

ENGINE = """
from voice_guide.engines.espeak import speak
from voice_guide.library import load
from voice_guide.voices.espeak import Espeak
properties = Espeak("en", None)._properties
for text in dict.fromkeys(line.text for line in load("stay-present").lines()):
    speak({{"text": text, "properties": properties}}, {target!r})
"""
"""The speech engine alone: all lines in one process, one after the other."""


@dataclass
class Row:
    name: str
    ours: Sequence[str]
    theirs: Sequence[str]
    beside: str  # what the other command is
    cold: bool = False
    one_core: bool = False  # the other command may use one core only
    runs: int = RUNS
    minutes: float | None = None
    seconds: list[tuple[float, float]] = field(default_factory=list)
    peak: tuple[float, float] = (0, 0)


def rows(folder: Path) -> Iterator[Row]:
    """Every row, made when it is its turn."""

    def export(*options: str, name: str = "stay-present", to: str = "ours.wav") -> list[str]:
        return [*GUIDE, "export", name, "-o", str(folder / to), "--overwrite", *options]

    def floor(minutes: float = MINUTES) -> list[str]:
        frames = round(minutes * 60 * 48000)
        return [PYTHON, "-c", FLOOR.format(target=str(folder / "floor.wav"), frames=frames)]

    ten, ready = ["--minutes", str(MINUTES)], "writing ready samples"
    for style in STYLES:
        yield Row(f"10 minutes, {style}", export(*ten, "--tone", style), floor(), ready)
    yield Row("10 minutes, ramp", export(*ten, "--ramp", "3-4:9m"), floor(), ready)
    yield Row("10 minutes, vary", export(*ten, "--vary", "5%"), floor(), ready)

    seconds = MINUTES * 60
    sox = f"sox -q -n -r 48000 -c 2 -b 16 {folder}/sox.wav synth {seconds} pinknoise tremolo 0.1 60"
    yield Row("10 minutes", export(*ten), sox.split(), "sox, a bed only")
    noise = f"anoisesrc=c=pink:r=48000:d={seconds},tremolo=f=0.1:d=0.6"
    ffmpeg = f"ffmpeg -y -v error -f lavfi -i {noise} -ac 2 {folder}/ffmpeg.wav"
    yield Row("10 minutes", export(*ten), ffmpeg.split(), "ffmpeg, a bed only")
    run(export(*ten, "--tone", "none", "--plan", str(folder / "plan.json"), to="words.wav"))
    run(export(*ten, "--voice", "none", to="bed.wav"))
    overlay = [PYTHON, "-c", PYDUB.format(folder=str(folder))]
    yield Row("10 minutes", export(*ten), overlay, "pydub, clips on a bed", runs=3)

    script = folder / "long.md"
    script.write_text("Feel the floor.\n\n" + "[1-1000 breaths]\n\n" * 4)
    for minutes in (1, 10, 60, 480):
        long = export("--minutes", str(minutes), name=str(script))
        runs = 1 if minutes > 100 else RUNS
        yield Row(
            f"long, {minutes} minutes", long, floor(minutes), ready, runs=runs, minutes=minutes
        )

    yield Row("first export", export(), export(), "with its speech in the cache", cold=True)
    speech = [PYTHON, "-c", SPEECH]
    engine = [PYTHON, "-c", ENGINE.format(target=str(folder / "line.wav"))]
    yield Row("speech", speech, engine, "the engine alone", cold=True)
    yield Row("speech", speech, speech, "on one core", cold=True, one_core=True)

    click = [PYTHON, "-c", "import click"]
    yield Row("help", [*GUIDE, "--help"], click, "python -c 'import click'", runs=15)
    yield Row("list", [*GUIDE, "list"], click, "python -c 'import click'", runs=15)
    huge = folder / "huge.md"
    huge.write_text(("Let your feet find the floor. " * 10 + "\n\n") * (2**20 // 302))
    yield Row("check, 1 MiB", [*GUIDE, "check", str(huge)], click, "python -c 'import click'")


SPEECH = """
from voice_guide.library import load
from voice_guide.session import open_session
from voice_guide.settings import Settings
open_session(load("stay-present"), Settings(voice="espeak")).speak()
"""


def run(command: Sequence[str], environment: dict[str, str] | None = None, one_core: bool = False):
    """Run a command to its end; return wall seconds and peak memory in MB."""
    if one_core and shutil.which("taskset"):
        command = ["taskset", "-c", "0", *command]
    began = time.monotonic()
    child = os.posix_spawnp(
        command[0],
        list(command),
        {**os.environ, "VOICE_GUIDE_VOICE": "espeak", **(environment or {})},
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)],
    )
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - began
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"failed: {shlex.join(command)[:300]}")
    return seconds, usage.ru_maxrss / 1024


def measure(row: Row, folder: Path) -> None:
    for turn in range(row.runs + 1):  # the first fills the caches, and does not count
        caches = [{}, {}]
        if row.cold:
            caches = [{"XDG_CACHE_HOME": tempfile.mkdtemp(dir=folder)} for _ in range(2)]
        if row.cold and not row.one_core:
            caches[1] = {}
        ours = run(row.ours, caches[0])
        theirs = run(row.theirs, caches[1], row.one_core)
        if turn:
            row.seconds.append((ours[0], theirs[0]))
            row.peak = max(row.peak[0], ours[1]), max(row.peak[1], theirs[1])


def show(row: Row) -> None:
    ours, theirs = (statistics.median(side) for side in zip(*row.seconds, strict=True))
    ratio = statistics.median(a / b for a, b in row.seconds)
    a_minute = f"{1000 * ours / row.minutes:6.1f} ms a minute" if row.minutes else ""
    both = [
        f"{seconds:7.2f} s {peak:5.0f} MB"
        for seconds, peak in zip((ours, theirs), row.peak, strict=True)
    ]
    print(f"{row.name:22} {'  '.join(both)} {ratio:6.2f}x  {row.beside} {a_minute}", flush=True)


def main(words: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for row in rows(folder):
            if not words or any(word in f"{row.name} {row.beside}" for word in words):
                measure(row, folder)
                show(row)


if __name__ == "__main__":
    main(sys.argv[1:])
