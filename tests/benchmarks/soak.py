"""Listens for half an hour while somebody presses keys at random on a busy computer.

    python tests/benchmarks/soak.py [--minutes 30] [--load 2] [--seed 1] [--keep FILE]

``play`` runs on a PulseAudio server of its own without a sound card (apt-get install pulseaudio
pulseaudio-utils libasound2-plugins libportaudio2), other processes keep the cores busy, and what
leaves the sink is recorded. Then:

- no click: a jump, seen above what voices and tones contain, except where the sound broke up;
- no break that isn't told: ``play`` says at its end how often the sound broke up;
- no traceback, no exit code but 0, and no hang: the line on the screen goes on, and q ends it.

The recording is searched by NumPy alone, nothing of Voice Guide's own analysis; that the search
would find a click is made sure of by putting some in. It ends with 1 if anything was found.
"""

import argparse
import contextlib
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pexpect

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from pulse import Pulse  # noqa: E402

RATE = 48000
KEYS = {
    **{"space": " ", "slower": "\x1b[B", "faster": "\x1b[A", "again": "\x1b[D", "next": "\x1b[C"},
    **{"exhale -": "[", "exhale +": "]", "softer": "-", "louder": "+", "tone": "t", "words": "m"},
    **{"pace": "p", "help": "?", "unknown": "z"},
}
WAIT_SECONDS = (0.05, 8.0)
HANG_SECONDS = 60.0
"""The line on the screen moves with each breath, and none is as long as this; nor is an end."""

CHUNK = 60 * RATE
AROUND = 480
"""Frames on each side that a jump is compared with: 10 ms."""

HIGH_HZ, TAPS = 15000, 64
"""Voices are sampled at 24 kHz at most, so nothing of theirs is above 12 kHz."""

LEAST = 0.0005
"""What is smaller up there, of full scale, isn't heard as a click."""

TIMES = 16.0
"""How much larger than the median around it a jump is; noise has 7 at most."""

BREAK_FRAMES = 3
"""So many frames of exact silence in a row beside a jump, and the sound has broken up there."""

BESIDE = 100
"""Frames on each side in which the silence of a break is looked for."""


class Listener:
    """Somebody at a terminal, who starts again when a session is over."""

    def __init__(self, env: dict[str, str], seed: int) -> None:
        self._env = env
        self._random = random.Random(seed)
        self.pressed: Counter[str] = Counter()
        self.faults: list[str] = []
        self.underflows = self.sessions = 0

    def listen(self, until: float) -> None:
        while time.monotonic() < until and len(self.faults) < 5:
            self._session(until)

    def _session(self, until: float) -> None:
        self.sessions += 1
        command = ["-m", "voice_guide", "play", "stay-present", "--minutes", "38"]
        player = pexpect.spawn(
            sys.executable, command, env=self._env, encoding="utf-8", dimensions=(24, 100)
        )
        player.delaybeforesend = None
        leave_at = min(until, time.monotonic() + self._random.uniform(200, 900))
        wrote, wrote_at, press_at = "", time.monotonic(), 0.0
        ends = False
        while True:
            try:
                wrote += player.read_nonblocking(4096, 0.2)
                wrote_at = time.monotonic()
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                break
            now = time.monotonic()
            if now - wrote_at > HANG_SECONDS or (ends and now > leave_at + HANG_SECONDS):
                self.faults.append("q did not end it" if ends else "the screen stood still")
                player.kill(9)
                break
            if now > leave_at and not ends:
                player.send("q")
                ends = True
            elif now > press_at and not ends:
                paused = "paused" in wrote[-200:].rpartition("\x1b[2K")[2]
                name = self._random.choice(["space"] if paused else list(KEYS))
                self.pressed[name] += 1
                player.send(KEYS[name])
                press_at = now + self._random.uniform(*WAIT_SECONDS)
        player.close()
        if player.exitstatus != 0 or "Traceback" in wrote:
            self.faults.append(f"it ended with {player.exitstatus}: {wrote[-600:]!r}")
        told = re.search(r"broke up (\d+) times?", wrote)
        self.underflows += int(told[1]) if told else 0
        keys = sum(self.pressed.values())
        print(f"{self.sessions}: {keys} keys, {self.underflows} underflows told", flush=True)


def jumps(sound: np.ndarray) -> list[int]:
    """The frames of one channel at which it jumps: speech and tones have little so high up."""
    high = np.abs(np.convolve(sound, _high_pass(), "same"))
    whole = high[: len(high) // AROUND * AROUND].reshape(-1, AROUND)
    usual = np.pad(np.median(whole, axis=1), 1)
    # The most of what is usual before, here and after: a pause beside it changes nothing.
    usual = np.maximum(np.maximum(usual[:-2], usual[2:]), usual[1:-1])
    found: list[int] = []
    for at in np.flatnonzero(whole > np.maximum(LEAST, TIMES * usual)[:, None]):
        if not found or at - found[-1] > AROUND:
            found.append(int(at))
    return found


def _high_pass() -> np.ndarray:
    at = np.arange(-TAPS, TAPS + 1)
    low = np.sinc(2 * HIGH_HZ / RATE * at) * 2 * HIGH_HZ / RATE
    taps: np.ndarray = (np.where(at == 0, 1.0, 0.0) - low) * np.blackman(len(at))
    return taps


def search(sound: np.ndarray) -> tuple[list[int], list[int]]:
    """The frames of clicks, and of breaks, in what was recorded, float32 (frames, 2)."""
    clicks, breaks = [], []
    for begin in range(0, len(sound), CHUNK):
        part = np.asarray(sound[max(begin - AROUND, 0) : begin + CHUNK + AROUND])
        for at in sorted({at for channel in part.T for at in jumps(channel)}):
            where = max(begin - AROUND, 0) + at
            if not begin <= where < begin + CHUNK:
                continue  # it belongs to the chunk beside
            silent = ~part[max(at - BESIDE, 0) : at + BESIDE].any(axis=1)
            in_a_row = np.convolve(silent, np.ones(BREAK_FRAMES), "valid")
            (breaks if in_a_row.max() == BREAK_FRAMES else clicks).append(where)
    return clicks, breaks


def would_find(sound: np.ndarray, seed: int) -> str:
    """Put ten clicks into a loud minute, and say how many of them are found."""
    minute = np.array(sound[: 10 * CHUNK][-CHUNK:])
    chance = np.random.default_rng(seed)
    loud = np.flatnonzero(np.abs(minute[:, 0]) > 0.01)
    places = np.sort(chance.choice(loud, 10))
    before = set(search(minute)[0])
    for at in places:
        minute[at:, :] += np.float32(0.01)
    after = [at for at in search(minute)[0] if at not in before]
    found = sum(any(abs(at - one) < AROUND for one in after) for at in places)
    return f"{found} of 10 clicks of 0.01 that were put in were found"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--load", type=int, default=2, help="processes that keep cores busy")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the recording here (raw float32 stereo)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        pulse = Pulse(folder / "pulse", eager=True)
        stack.callback(pulse.stop)
        pulse.start()
        env = {**pulse.env, "TERM": "xterm"}
        for kind in ("STATE", "CONFIG", "CACHE"):
            env[f"XDG_{kind}_HOME"] = str(folder / kind.lower())
        listener = Listener(env, asked.seed)
        raw = asked.keep or folder / "heard.raw"
        with pulse.recording(raw):
            for _ in range(asked.load):
                busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
                stack.callback(busy.wait)
                stack.callback(busy.kill)
            listener.listen(time.monotonic() + 60 * asked.minutes)
        sound = np.memmap(raw, np.float32, "r").reshape(-1, 2)
        clicks, breaks = search(sound)
        silent = 1 - np.count_nonzero(sound[::RATE, 0]) / len(sound[::RATE])
        print(f"{len(sound) / RATE / 60:.1f} minutes were recorded, {silent:.0%} of them silent")
        print(would_find(sound, asked.seed))
        del sound
    print(", ".join(f"{name} {count}" for name, count in sorted(listener.pressed.items())))
    print(
        f"{listener.sessions} sessions, {sum(listener.pressed.values())} keys; "
        f"{len(clicks)} clicks, {len(breaks)} breaks heard, {listener.underflows} underflows told, "
        f"{len(listener.faults)} faults"
    )
    for at in clicks:
        print(f"a click at {at / RATE:.4f} s")
    for at in breaks:
        print(f"a break at {at / RATE:.4f} s")
    print("\n".join(listener.faults))
    return 1 if clicks or listener.faults or len(breaks) > 2 * listener.underflows else 0


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.exit(main())
