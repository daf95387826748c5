"""Ends real commands by SIGKILL at random moments, and looks at what is left each time.

    python tests/benchmarks/kills.py [--kills 1000] [--seed 1] [--lanes 2]

Every kill is of one of the commands in ``kinds``, in a home of its own, at a moment drawn over how
long it takes undisturbed (half of them in its last third, where files change); what ends before
its moment is not counted. Then:

- nothing is broken: each file is as it was before, or as the command makes it;
- nothing is half: settings and paces are valid, every clip and every recording is whole;
- nothing stays: its processes end, and after the next command that writes (``pace save``), no
  part, no temporary folder and no journal is left.

It prints a row for each command, every finding, and ends with 1 if there is one. 1,000 kills take
less than 20 minutes on two cores.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

GUIDE = [sys.executable, "-m", "voice_guide"]
LINES = ("Let it go.", "Notice the floor.", "Breathe out slowly.")
SCRIPT = "---\npace: 2-3\n---\n\n" + "\n\n".join(LINES) + "\n"
HANGS = """
[voices.hangs]
seconds = 600
command = ["sh", "-c", "sleep 600; true", "{text_file}"]
"""
GONE_SECONDS = 30.0
"""How long a process may take to notice that its session is gone: first it loads a large model."""

TURNS = 10
"""After so many kills of a command, how long it takes is measured anew."""

SET = "espeak,recorded:{}"


class Home:
    """A folder for all that a listener has, with a listener's files in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = ("config", "data", "cache", "state", "tmp")
        for name in names:
            (folder / name).mkdir(parents=True)
        self.config = folder / "config" / "voice-guide" / "config.toml"
        self.paces = self.config.with_name("paces.toml")
        self.voices = folder / "data" / "voice-guide" / "voices"
        self.work = folder / "work"
        self.env = {
            **{name: text for name, text in os.environ.items() if "VOICE_GUIDE" not in name},
            **{f"XDG_{name.upper()}_HOME": str(folder / name) for name in names[:-1]},
            "TMPDIR": str(folder / "tmp"),
            "HOME": str(folder),
        }
        self.work.mkdir()
        (self.work / "s.md").write_text(SCRIPT)
        self.config.parent.mkdir()
        self.set_up()
        self.run("pace", "save", "evening", "4-7")
        self.takes = self.work / "takes"
        self.takes.mkdir()
        self.clip = self._a_clip()

    def set_up(self) -> None:
        self.config.write_text(f'voice = "espeak"\n# a listener\'s own row\n{HANGS}')

    def _a_clip(self) -> bytes:
        """Speech of a line, as a file; every take is a copy of it."""
        out = self.work / "clip.wav"
        self.run("voices", "try", "espeak", "--text", LINES[0], "-o", out)
        for number in range(1, len(LINES) + 1):
            shutil.copy(out, self.takes / f"{number}.wav")
        return out.read_bytes()

    def start(self, *arguments: object) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*GUIDE, *map(str, arguments)],
            cwd=self.work,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *arguments: object) -> None:
        if code := self.start(*arguments).wait(120):
            raise RuntimeError(f"{arguments} ended with {code}")

    def leftovers(self) -> list[str]:
        """Whatever was made on the way to something else."""
        names = [path for path in self.folder.rglob("*") if self._on_the_way(path)]
        return [str(path.relative_to(self.folder)) for path in names]

    def remove(self, what: str) -> None:
        path = self.folder / what
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _on_the_way(self, path: Path) -> bool:
        running = self.folder / "state" / "voice-guide" / "running"
        return ".part" in path.name or path.parent in (self.folder / "tmp", running)

    def processes(self) -> list[str]:
        """The commands that still run with this home."""
        mark = f"TMPDIR={self.env['TMPDIR']}".encode()
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (each / "environ").read_bytes():
                    found.append((each / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found


@dataclass
class Kind:
    """A command that is killed, what comes before it, and what has to hold afterwards."""

    name: str
    before: Callable[[Home], None]
    arguments: tuple[str, ...]
    look: Callable[[Home], list[str]]
    known: dict[str, bytes] = field(default_factory=dict)  # what it makes, undisturbed


OLD = b"an older file"


def _target(name: str) -> Callable[[Home], None]:
    def before(home: Home) -> None:
        (home.work / name).write_bytes(OLD)

    return before


def _cold(name: str) -> Callable[[Home], None]:
    def before(home: Home) -> None:
        (home.work / name).write_bytes(OLD)
        shutil.rmtree(home.folder / "cache" / "voice-guide", ignore_errors=True)

    return before


def _is_old_or(name: str, made: dict[str, bytes]) -> Callable[[Home], list[str]]:
    def look(home: Home) -> list[str]:
        data = (home.work / name).read_bytes()
        if data in (OLD, made.get(name, data)):
            return _clips(home)
        return [f"{name} is neither the older file nor the new one ({len(data)} bytes)"]

    return look


def _clips(home: Home) -> list[str]:
    """Every clip that is kept has the check sum that it begins with."""
    wrong = []
    for path in home.folder.glob("cache/voice-guide/clips/??/*.clip"):
        data = path.read_bytes()
        if len(data) < 12 or zlib.crc32(data[4:]).to_bytes(4, "little") != data[:4]:
            wrong.append(f"{path.name} is a broken clip")
    return wrong


def _toml(path: Path, has: dict[str, tuple[str | None, ...]]) -> list[str]:
    try:
        rows = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        return [f"{path.name}: {error}"]
    wrong = {key: rows.get(key) for key, allowed in has.items() if rows.get(key) not in allowed}
    return [f"{path.name}: {wrong}"] if wrong else []


def _settings(home: Home) -> list[str]:
    wrong = _toml(home.config, {"voice": ("espeak", SET.format(home.takes))})
    if "a listener's own row" not in home.config.read_text():
        wrong.append("config.toml has lost a row")
    if "hangs" not in tomllib.loads(home.config.read_text()).get("voices", {}):
        wrong.append("config.toml has lost a table")
    return wrong


def _evening(home: Home) -> list[str]:
    return _toml(home.paces, {"evening": ("4-7",), "killed": (None, "5-7")})


def _no_killed(home: Home) -> None:
    home.run("pace", "save", "killed", "5-7")


def _recordings(home: Home) -> list[str]:
    folder = home.work / "mine"
    if not folder.exists():
        return []
    wrong = []
    index = folder / "lines.json"
    names = json.loads(index.read_text()) if index.exists() else {}
    if not set(names.values()) <= {path.name for path in folder.iterdir()}:
        wrong.append(f"lines.json names what isn't there: {names}")
    lengths = set()
    for path in folder.glob("[!.]*.wav"):
        try:
            samples, _ = soundfile.read(path)
            lengths.add(len(samples))
            if not np.abs(samples).max() > 0.01:
                wrong.append(f"{path.name} is silent")
        except soundfile.LibsndfileError as error:
            wrong.append(f"{path.name}: {error}")
    if len(lengths) > 1:
        wrong.append(f"takes of one clip have several lengths: {lengths}")
    return wrong


def _no_recordings(home: Home) -> None:
    shutil.rmtree(home.work / "mine", ignore_errors=True)


def _no_voice(home: Home) -> None:
    shutil.rmtree(home.voices / "mine", ignore_errors=True)


def _a_voice(home: Home) -> None:
    if not (home.voices / "mine").exists():
        shutil.copytree(home.takes, home.voices / "mine")


def _voice_whole(home: Home) -> list[str]:
    folder = home.voices / "mine"
    if not folder.exists():
        return []
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    whole = {path.name: path.read_bytes() for path in home.takes.iterdir()}
    return [] if files == whole else [f"the voice is half: {sorted(files)}"]


def _nothing(_home: Home) -> None:
    pass


def _no_half(home: Home) -> list[str]:
    return [] if not (home.work / "h.wav").exists() else ["a voice that hangs made a file"]


def kinds() -> list[Kind]:
    made: dict[str, bytes] = {}

    def export(name: str, before: Callable[[Home], None]) -> Kind:
        arguments = ("export", "s.md", "--voice", "espeak", "-o", name, "--overwrite")
        return Kind(f"export {name}", before, arguments, _is_old_or(name, made), made)

    record = ("record", "s.md", "--into", "mine", "--from", "takes")
    hang = ("export", "s.md", "--voice", "command:hangs", "-o", "h.wav")
    return [
        export("a.flac", _target("a.flac")),
        export("a.mp3", _target("a.mp3")),
        export("cold.wav", _cold("cold.wav")),
        Kind("export, a voice that hangs", _nothing, hang, _no_half),
        Kind("record", _no_recordings, record, _recordings),
        Kind("record again", _nothing, (*record, "--again"), _recordings),
        Kind("voices add", _no_voice, ("voices", "add", "takes", "--as", "mine"), _voice_whole),
        Kind("voices remove", _a_voice, ("voices", "remove", "mine"), _voice_whole),
        Kind("voices set", Home.set_up, ("voices", "set", SET.format("takes")), _settings),
        Kind("cache clear", _cold("cold.wav"), ("cache", "--clear"), _clips),
        Kind("pace save", _nothing, ("pace", "save", "killed", "5-7"), _evening),
        Kind("pace remove", _no_killed, ("pace", "remove", "killed"), _evening),
    ]


class Lane(threading.Thread):
    """Kills of its own share of commands, in its own home."""

    def __init__(self, folder: Path, kinds: list[Kind], kills: int, seed: int) -> None:
        super().__init__()
        self.home = Home(folder)
        self.findings: list[str] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self._kinds = kinds
        self._kills = kills
        self._random = random.Random(seed)

    def run(self) -> None:
        durations: dict[str, float] = {}
        for number in range(self._kills):
            turn, place = divmod(number, len(self._kinds))
            kind = self._kinds[place]
            if turn % TURNS == 0:
                self._undisturbed(kind)  # once, so that nothing is read for the first time
                durations[kind.name] = self._undisturbed(kind)
            while not self._kill(kind, self._share() * durations[kind.name]):
                durations[kind.name] *= 0.95  # it has ended before: it is faster than it was
            if (number + 1) % 50 == 0:
                print(f"{self.name}: {number + 1} kills", file=sys.stderr, flush=True)

    def _share(self) -> float:
        return self._random.uniform(0.66 if self._random.random() < 0.5 else 0, 1)

    def _undisturbed(self, kind: Kind) -> float:
        """How long it takes; what it makes is kept to compare with."""
        kind.before(self.home)
        began = time.monotonic()
        process = self.home.start(*kind.arguments)
        try:
            process.wait(3 if "hangs" in kind.name else 120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for name in kind.arguments:
            if (path := self.home.work / name).suffix in (
                ".flac",
                ".mp3",
                ".wav",
            ) and path.exists():
                kind.known.setdefault(name, path.read_bytes())
        return time.monotonic() - began

    def _kill(self, kind: Kind, seconds: float) -> bool:
        """Kill it, and look at what is left; return False if it had ended before."""
        kind.before(self.home)
        process = self.home.start(*kind.arguments)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        killed = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.counts[kind.name, "killed" if killed else "had ended"] += 1
        if self.home.leftovers():
            self.counts[kind.name, "left something"] += 1
        told = f"{kind.name}, after {seconds:.3f} s"
        self.findings += [
            f"{told}: {what}" for what in (*kind.look(self.home), *_settings(self.home))
        ]
        deadline = time.monotonic() + GONE_SECONDS
        while (alive := self.home.processes()) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.findings += [f"{told}: still runs: {command}" for command in alive]
        try:
            self.home.run("pace", "save", "evening", "4-7")
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            self.findings.append(f"{told}: the next command: {error}")
        for what in self.home.leftovers():  # each is told once
            self.findings.append(f"{told}: {what} was not swept")
            self.home.remove(what)
        return killed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--lanes", type=int, default=2, help="homes that are used side by side")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    all_kinds = kinds()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        lanes = [
            Lane(
                Path(folder, str(n)),
                all_kinds[n :: asked.lanes],
                asked.kills // asked.lanes,
                asked.seed + n,
            )
            for n in range(asked.lanes)
        ]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
    counts = sum((lane.counts for lane in lanes), Counter[tuple[str, str]]())
    findings = [finding for lane in lanes for finding in lane.findings]
    columns = ("killed", "had ended", "left something")
    print(f"{'command':28}" + "".join(f"{column:>16}" for column in columns))
    for kind in all_kinds:
        print(f"{kind.name:28}" + "".join(f"{counts[kind.name, c]:16}" for c in columns))
    total = sum(counts[kind.name, "killed"] for kind in all_kinds)
    minutes = (time.monotonic() - began) / 60
    print(f"{total} kills in {minutes:.1f} minutes, {len(findings)} findings")
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
