"""How much faster a catalogue is than its exports in turn, and what kills leave of it.

    python tests/benchmarks/batch.py                  24 exports in turn, and in one command
    python tests/benchmarks/batch.py --runs 3         the same, three times, and the medians
    python tests/benchmarks/batch.py --few            six of them, and no cluster
    python tests/benchmarks/batch.py --kills 30       ends batch at random moments, looks, goes on

The 24 are both bundled sessions at three paces, two lengths and two tones, of the listener's own
voice, with all speech in the cache. On a busy machine only the CPU seconds (user and system) say
something; they are of whole processes with all their children, by the operating system's account.
"""

import argparse
import contextlib
import filecmp
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GUIDE = [sys.executable, "-m", "voice_guide"]
CATALOGUE = """
[defaults]
voice = "{voice}"
name = "out/{{session}}-{{pace}}-{{minutes}}-{{tone}}.opus"

[[export]]
session = ["stay-present", "seen-and-safe"]
pace = ["4-6", "5-5", "4-7"]
minutes = [10, 15]
tone = ["breath", "pad"]
"""
FEW = CATALOGUE.replace(', "seen-and-safe"', "").replace("[10, 15]", "10")
SHORT = """
[defaults]
voice = "espeak"
sample_rate = 16000
name = "out/{session}-{pace}-{tone}.opus"
captions = "vtt"

[[export]]
session = "one-minute-pause"
pace = ["4-6", "5-5", "4-7"]
tone = ["breath", "pad", "bowl", "none"]
"""
LOOK_SECONDS = 0.05


@dataclass
class Cost:
    """Of a command and all that it started: seconds, CPU seconds, MB of its largest process."""

    seconds: float
    cpu: float
    megabytes: float


class Home:
    """A folder with a catalogue, and a cache, settings and state of its own."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder = folder
        (folder / "out").mkdir(parents=True)
        (folder / "c.toml").write_text(text)
        kinds = ("CACHE", "CONFIG", "STATE")
        own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in kinds}
        self.env = {name: text for name, text in os.environ.items() if "VOICE_GUIDE" not in name}
        self.env |= own | {"TMPDIR": str(folder)}

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*GUIDE, *arguments],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def cost(self, *arguments: str) -> Cost:
        began, process = time.monotonic(), self.start(*arguments)
        peaks: dict[int, float] = {}
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, peaks, over))
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        over.set()
        watch.join()
        if process.returncode:
            raise RuntimeError(f"{arguments} ended with {process.returncode}")
        seconds = time.monotonic() - began
        return Cost(seconds, used.ru_utime + used.ru_stime, max(peaks.values(), default=0))

    def rows(self) -> list[dict[str, list[str]]]:
        told = subprocess.run(
            [*GUIDE, "batch", "c.toml", "--dry-run", "--json"],
            cwd=self.folder,
            env=self.env,
            check=True,
            capture_output=True,
        )
        rows: list[dict[str, list[str]]] = json.loads(told.stdout)["exports"]
        return rows

    def clear(self) -> None:
        for path in (self.folder / "out").iterdir():
            path.unlink()
        (self.folder / "c.made").unlink(missing_ok=True)


def _watch(pid: int, peaks: dict[int, float], over: threading.Event) -> None:
    """Note the most memory of each process that another has started."""
    while not over.wait(LOOK_SECONDS):
        for child in [pid, *_children(pid)]:
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{child}/status").read_text()
                peaks[child] = int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _children(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from _children(int(child))


def compare(runs: int, voice: str, few: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"), (FEW if few else CATALOGUE).format(voice=voice))
        commands = [row["command"][1:] for row in home.rows()]
        for command in (commands[0], commands[-1]):  # all speech into the cache
            home.cost(*command)
        alone = Path(folder, "alone")
        ways = {
            "batch": ["batch", "c.toml"],
            "batch --scheduler local": ["batch", "c.toml", "--scheduler", "local"],
        }
        if few:
            ways.popitem()
        costs: dict[str, list[Cost]] = {name: [] for name in ("in turn", *ways)}
        for _ in range(runs):
            home.clear()
            each = [home.cost(*command) for command in commands]
            costs["in turn"].append(
                Cost(
                    sum(cost.seconds for cost in each),
                    sum(cost.cpu for cost in each),
                    max(cost.megabytes for cost in each),
                )
            )
            if not alone.exists():
                shutil.copytree(home.folder / "out", alone)
            for name, arguments in ways.items():
                home.clear()
                costs[name].append(home.cost(*arguments))
                _, other, gone = filecmp.cmpfiles(
                    alone, home.folder / "out", os.listdir(alone), shallow=False
                )
                if other or gone:
                    raise SystemExit(f"{name} made other files: {other}, and not these: {gone}")
        load = os.getloadavg()[0]
        print(f"{len(commands)} exports with {voice}, {runs} runs, all files the same bytes.")
        print(f"{os.cpu_count()} cores, and a load of {load:.1f} in the last minute.")
        print("| | seconds | of in turn | CPU seconds | of in turn | MB, largest process |")
        print("|---|---|---|---|---|---|")
        base = costs["in turn"]
        for name, found in costs.items():
            ratio = statistics.median(
                a.seconds / b.seconds for a, b in zip(found, base, strict=True)
            )
            work = statistics.median(a.cpu / b.cpu for a, b in zip(found, base, strict=True))
            seconds = statistics.median(cost.seconds for cost in found)
            cpu = statistics.median(cost.cpu for cost in found)
            most = statistics.median(cost.megabytes for cost in found)
            print(f"| {name} | {seconds:.1f} | {ratio:.0%} | {cpu:.1f} | {work:.0%} | {most:.0f} |")


def kill(many: int, seed: int) -> None:
    """End a batch by SIGKILL, again and again, and see that it goes on as if nothing was."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"), SHORT)
        whole = home.cost("batch", "c.toml")
        known = _files(home)
        killed = runs = 0
        while killed < many:
            home.clear()
            done: dict[str, int] = {}
            while True:
                process = home.start("batch", "c.toml")
                runs += 1
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(chance.uniform(0, whole.seconds))
                process.send_signal(signal.SIGKILL)
                ended = process.wait()
                if ended not in (0, -signal.SIGKILL):
                    raise SystemExit(f"batch ended with {ended}")
                now = {path.name: path.stat().st_mtime_ns for path in _whole(home)}
                if any(now.get(name) != when for name, when in done.items()):
                    raise SystemExit("what was finished was made again")
                done = {name: now[name] for name in _finished(home)}
                if ended == 0:
                    break
                killed += 1
                if killed >= many:
                    home.cost("batch", "c.toml")
                    break
            made = _files(home)
            if made != known:
                wrong = {n for n in made.keys() | known.keys() if made.get(n) != known.get(n)}
                raise SystemExit(f"other files than undisturbed: {sorted(wrong)}")
        print(f"{killed} kills in {runs} runs: nothing was made again, nothing half was left.")


def _files(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home.folder / "out").iterdir()}


def _whole(home: Home) -> Iterator[Path]:
    return (path for path in (home.folder / "out").iterdir() if path.name[0] != ".")


def _finished(home: Home) -> Iterator[str]:
    with contextlib.suppress(FileNotFoundError):
        for row in (home.folder / "c.made").read_bytes().split(b"\n")[:-1]:
            yield from (Path(name).name for name in json.loads(row).get("files", ()))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--voice", default="auto")
    parser.add_argument("--few", action="store_true")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.kills:
        kill(asked.kills, asked.seed)
    else:
        compare(asked.runs, asked.voice, asked.few)
    return 0


if __name__ == "__main__":
    sys.exit(main())
