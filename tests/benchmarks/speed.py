"""How fast it is, and how much memory it takes, beside programs that do a part of the work.

    python tests/benchmarks/speed.py             the whole table
    python tests/benchmarks/speed.py help list   the rows with one of these words

Each row runs two commands in turn (A B A B ...), whole processes, and gives the median seconds of
both, their CPU time and peak memory by the operating system's account (Windows has none), and the
median of the pairwise ratios, of seconds and of CPU time. A slow or busy machine changes the
seconds; the ratios hold. It needs sox, ffmpeg, pydub, and PulseAudio with its tools; what is
missing is told first, and its rows are left out.

How playing goes while all cores are busy: ``pytest tests/benchmarks/test_player.py -s``.
"""

import contextlib
import ctypes.util
import importlib.util
import math
import os
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from voice_guide.voices.processes import AT_ONCE

if TYPE_CHECKING:
    from pulse import Pulse

RUNS = 5
PYTHON = sys.executable
GUIDE = (PYTHON, "-m", "voice_guide")
MINUTES = 10
PLAYING = ("PortAudio", "pulseaudio", "pactl", "parec")
PARTS = {
    "sox": ("sox",),
    "ffmpeg": ("ffmpeg",),
    "picture": ("matplotlib",),
    "pydub": ("pydub",),
    "one core": ("taskset",),
    "first sound": PLAYING,
    "CPU of a minute": PLAYING,
    "PyAV": ("av",),
    "hibari": ("hibari",),
}
"""What the rows with these words need beside Voice Guide: programs, modules and PortAudio."""

STYLES = ("breath", "pad", "bowl", "ocean", "chord", "none")

FLOOR = """
import numpy as np, soundfile
block = np.random.default_rng(0).integers(-3000, 3000, (32768, 2), np.int16)
with soundfile.SoundFile({target!r}, "w", 48000, 2, "PCM_16") as sound:
    for at in range(0, {frames}, len(block)):
        sound.write(block[: {frames} - at])
"""
"""The least that a program in Python can do: load the two libraries and write finished 16-bit
samples, of which nothing is made or converted."""

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

PLAYER = """
import soundfile, sounddevice
with (
    soundfile.SoundFile({source!r}) as sound,
    sounddevice.OutputStream(samplerate=48000, channels=2, latency=0.2) as stream,
):
    for block in sound.blocks(2400, dtype="float32"):
        stream.write(block)
"""
"""The least that plays a ready file."""

ENGINE = """
from voice_guide.engines.espeak import speak
from voice_guide.scripting.loading import load
from voice_guide.voices.espeak import Espeak
properties = Espeak("en", None)._properties
for text in dict.fromkeys(line.text for line in load("stay-present").lines()):
    speak({{"text": text, "properties": properties}}, {target!r})
"""
"""The speech engine alone: all lines in one process, one after the other."""

NATURAL_ENGINE = """
import subprocess, sys
ALONE = '''
import sys
from voice_guide.engines.hibari import speak
from voice_guide.scripting.loading import load
from voice_guide.voices.hibari import Hibari
request = Hibari("en", None)._request
texts = list(dict.fromkeys(line.text for line in load("stay-present").lines()))
for text in texts[int(sys.argv[1]) :: int(sys.argv[2])]:
    speak({{"text": text, **request}}, sys.argv[3])
'''
parts = [
    subprocess.Popen([sys.executable, "-c", ALONE, str(one), "{cores}", f"{target}.{{one}}"])
    for one in range({cores})
]
sys.exit(sum(part.wait() for part in parts))
"""
"""hibari alone, on all cores: each has its share of the lines in a process of its own."""

ENCODERS = (
    ("mp3", "-c:a libmp3lame -b:a 128k"),
    ("opus", "-c:a libopus -b:a 96k"),
    ("ogg", "-c:a libvorbis -b:a 128k"),
    ("flac", "-c:a flac"),
    ("m4a", "-c:a aac -b:a 160k"),
)
"""Each at the bit rate that is usual here."""


class Measured(NamedTuple):
    """Seconds, of a clock and of CPU time, and peak memory in MB."""

    seconds: float
    cpu: float = math.nan
    peak: float = math.nan


def run(command: Sequence[str], environment: dict[str, str]) -> Measured:
    """Run a command to its end."""
    began = time.monotonic()
    if sys.platform == "win32":
        status = subprocess.run(command, env=with_ours(environment), capture_output=True).returncode
        cpu = peak = math.nan
    else:
        status, cpu, peak = ended(start(command, environment))
    if status:
        raise SystemExit(f"failed: {shlex.join(command)[:300]}")
    return Measured(time.monotonic() - began, cpu, peak)


def with_ours(environment: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "VOICE_GUIDE_VOICE": "espeak", **environment}


def start(command: Sequence[str], environment: dict[str, str]) -> int:
    return os.posix_spawnp(
        command[0],
        list(command),
        with_ours(environment),
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)],
    )


def ended(child: int) -> tuple[int, float, float]:
    """Wait for a process; return its exit code, its CPU seconds and its peak memory in MB."""
    _, status, usage = os.wait4(child, 0)
    megabyte = 2**20 if sys.platform == "darwin" else 2**10
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / megabyte
    return os.waitstatus_to_exitcode(status), cpu, peak


def first_sound(command: Sequence[str], environment: dict[str, str]) -> Measured:
    """Seconds from the start of a player to the first frame that is not silent.

    The recorder tells them in steps of up to 0.05 s.
    """
    import rig
    from pulse import until

    with tempfile.TemporaryDirectory() as folder, sound_server(folder) as pulse:
        path = Path(folder, "heard.raw")
        with pulse.recording(path):
            recording = rig.Recording(path)
            before = recording.frames
            child = start(command, {**pulse.env, **environment})
            until(lambda: recording.seconds > 0.3, 60)
            os.kill(child, signal.SIGTERM)
            _, _, peak = ended(child)
        heard = recording.all()[before:].any(axis=1).argmax() / rig.RATE
        return Measured(heard, peak=peak)


def of_a_minute(command: Sequence[str], environment: dict[str, str]) -> Measured:
    """CPU seconds of a player in a minute of playing, from when the sound server knows of it."""
    from pulse import until

    with tempfile.TemporaryDirectory() as folder, sound_server(folder) as pulse:
        child = start(command, {**pulse.env, **environment})
        until(pulse.playing, 60)
        used = cpu_seconds(child)
        time.sleep(60)
        used = cpu_seconds(child) - used
        os.kill(child, signal.SIGTERM)
        return Measured(used, peak=ended(child)[2])


@contextlib.contextmanager
def sound_server(folder: str) -> Iterator["Pulse"]:
    from pulse import Pulse

    server = Pulse(Path(folder, "pulse"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Row:
    name: str
    ours: Sequence[str]
    theirs: Sequence[str]
    beside: str  # what the other command is
    cold: int = 0  # 1: ours begins with an empty cache; 2: both do
    how: Callable[[Sequence[str], dict[str, str]], Measured] = run
    runs: int = RUNS
    minutes: float | None = None
    measured: list[tuple[Measured, Measured]] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"{self.name} {self.beside}"


def missing(title: str) -> list[str]:
    """The parts that a row needs and this computer lacks."""
    needed = [part for words, parts in PARTS.items() if words in title for part in parts]
    return [part for part in needed if not is_there(part)]


def is_there(part: str) -> bool:
    if part == "PortAudio":
        return bool(ctypes.util.find_library("portaudio"))
    return bool(shutil.which(part) or importlib.util.find_spec(part))


def prepare(folder: Path) -> None:
    """Make the files that other programs work on."""

    def export(to: str, *options: str) -> list[str]:
        out = ["-o", str(folder / to), "--minutes", str(MINUTES), "--overwrite"]
        return [*GUIDE, "export", "stay-present", *out, *options]

    plan = str(folder / "plan.json")
    run(export("words.wav", "--tone", "none", "--plan", plan), kept(folder))
    run(export("bed.wav", "--voice", "none"), kept(folder))


def rows(folder: Path) -> Iterator[Row]:
    """Every row; nothing is measured, or made beside two scripts."""

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
    overlay = [PYTHON, "-c", PYDUB.format(folder=str(folder))]
    yield Row("10 minutes", export(*ten), overlay, "pydub, clips on a bed", runs=3)

    for ending, how in ENCODERS:
        ready_file = f"ffmpeg -y -v error -i {folder}/bed.wav -vn {how} {folder}/ffmpeg.{ending}"
        beside = "ffmpeg from a ready WAV; ours is rendered, too"
        with_av = " by PyAV" if ending in ("opus", "m4a") else ""
        yield Row(
            f"{ending}{with_av}", export(*ten, to=f"ours.{ending}"), ready_file.split(), beside
        )

    script = folder / "long.md"
    script.write_text("Feel the floor.\n\n" + "[1-1000 breaths]\n\n" * 4)
    for minutes in (1, 10, 60, 480):
        long = export("--minutes", str(minutes), name=str(script))
        runs = 1 if minutes > 100 else RUNS
        yield Row(
            f"long, {minutes} minutes", long, floor(minutes), ready, runs=runs, minutes=minutes
        )

    yield Row("first export", export(), export(), "with its speech in the cache", cold=1)
    natural = ["--voice", "hibari"]
    beside = "with espeak"
    yield Row("export, hibari", export(*natural), export(), beside)
    yield Row("first export, hibari", export(*natural), export(), beside, cold=2)
    speech = [PYTHON, "-c", SPEECH]
    engine = [PYTHON, "-c", ENGINE.format(target=str(folder / "line.wav"))]
    yield Row("first export", export(), engine, "the engine alone", cold=1)
    yield Row("speech", speech, engine, "the engine alone", cold=1)
    alone = NATURAL_ENGINE.format(target=str(folder / "line.wav"), cores=AT_ONCE)
    speech_of = [*speech[:2], SPEECH.replace("espeak", "hibari")]
    yield Row("speech, hibari", speech_of, [PYTHON, "-c", alone], "the engine on all cores", cold=1)
    yield Row("speech", speech, ["taskset", "-c", "0", *speech], "on one core", cold=2)

    play = [*GUIDE, "play"]
    player = [PYTHON, "-c", PLAYER.format(source=str(folder / "bed.wav"))]
    ready = "playing a ready file"
    yield Row("first sound", play, player, ready, how=first_sound)
    yield Row("first sound, cold", play, player, ready, cold=1, how=first_sound)
    yield Row("first sound, hibari", [*play, *natural], play, beside, how=first_sound)
    yield Row("first sound, cold, hibari", [*play, *natural], play, beside, cold=2, how=first_sound)
    yield Row("CPU of a minute", play, player, ready, how=of_a_minute, runs=2)

    click = [PYTHON, "-c", "import click"]
    yield Row("help", [*GUIDE, "--help"], click, "python -c 'import click'", runs=15)
    yield Row("list", [*GUIDE, "list"], click, "python -c 'import click'", runs=15)
    huge = folder / "huge.md"
    note = "<!-- " + "A note to whoever reads this. " * 16 + "-->"
    huge.write_text(f"Let your feet find the floor.\n\n[2 breaths]\n\n{note}\n\n" * 1950)
    yield Row("check, 1 MiB", [*GUIDE, "check", str(huge)], click, "python -c 'import click'")
    bed = str(folder / "bed.wav")
    ebur128 = f"ffmpeg -nostats -i {bed} -af ebur128=peak=true -f null -".split()
    yield Row("analyse", [*GUIDE, "analyse", bed], ebur128, "ffmpeg's ebur128 with true peak")
    picture = [*GUIDE, "show", str(script), "--minutes", "239", "--png", str(folder / "plan.png")]
    drawn = [*picture, "--overwrite"]
    yield Row("picture, 4 hours", drawn, click, "python -c 'import click'", runs=1)


SPEECH = """
from voice_guide.scripting.loading import load
from voice_guide.session import open_session
from voice_guide.settings import Settings
open_session(load("stay-present"), Settings(voice="espeak")).speak()
"""


def measure(row: Row, folder: Path) -> None:
    for turn in range(row.runs + 1):  # the first fills the caches, and does not count
        caches = [{"XDG_CACHE_HOME": tempfile.mkdtemp(dir=folder)} for _ in range(row.cold)]
        ours, theirs = [*caches, kept(folder), kept(folder)][:2]
        both = row.how(row.ours, ours), row.how(row.theirs, theirs)
        if turn:
            row.measured.append(both)


def kept(folder: Path) -> dict[str, str]:
    """An environment with a cache that all rows share."""
    return {"XDG_CACHE_HOME": str(folder / "cache")}


def show(row: Row) -> None:
    sides = [
        Measured(*(statistics.median(values) for values in zip(*side, strict=True)))
        for side in zip(*row.measured, strict=True)
    ]
    seconds, cpu = (
        statistics.median(ours[what] / theirs[what] for ours, theirs in row.measured)
        for what in (0, 1)
    )
    shown = "  ".join(f"{s:6.2f} s {c:6.2f} CPU {peak:4.0f} MB" for s, c, peak in sides)
    a_minute = f"{1000 * sides[0].seconds / row.minutes:6.1f} ms a minute" if row.minutes else ""
    print(f"{row.name:22} {shown} {seconds:6.2f}x {cpu:6.2f}x  {row.beside} {a_minute}", flush=True)


def main(words: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        asked = [
            row for row in rows(folder) if not words or any(word in row.title for word in words)
        ]
        left_out = [row for row in asked if missing(row.title)]
        for row in left_out:
            lacking = " and ".join(missing(row.title))
            print(f"{row.name:22} left out, as this needs {lacking}: {row.beside}", flush=True)
        left = [row for row in asked if row not in left_out]
        on_files = ("pydub", "ready WAV", "playing a ready file", "ebur128")
        if any(words in row.title for row in left for words in on_files):
            prepare(folder)
        for row in left:
            measure(row, folder)
            show(row)


if __name__ == "__main__":
    main(sys.argv[1:])
