"""Sound files that tests make themselves, and the tools that they are compared with."""

import re
import subprocess

import numpy as np
import soundfile

RATE = 48000


def sine(dbfs, seconds, hertz=1000.0, rate=RATE, degrees=0.0):
    """A sine of a peak level, (frames,)."""
    times = np.arange(round(seconds * rate)) / rate
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * times + np.radians(degrees))


def silence(seconds, rate=RATE):
    return np.zeros(round(seconds * rate))


def noise(dbfs, seconds, rate=RATE, seed=1):
    """White noise of an RMS level, (frames,)."""
    values = np.random.default_rng(seed).standard_normal(round(seconds * rate))
    return 10 ** (dbfs / 20) * values


def write(path, samples, rate=RATE, subtype="FLOAT", channels=2):
    """Write samples (frames,) to as many channels, or (frames, channels) as they are."""
    samples = np.asarray(samples, np.float64)
    if samples.ndim == 1:
        samples = np.repeat(samples[:, None], channels, axis=1)
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def breaths(seconds, inhale, count, rate=RATE, loud=-20.0):
    """A tone that swells for the inhale, dips at the turn and dies away with the exhale."""
    drawn = np.sin(np.linspace(0, np.pi, round(inhale * rate))) ** 2
    let_go = np.sin(np.linspace(0, np.pi, round((seconds - inhale) * rate))) ** 2
    turn = drawn.size
    one = np.concatenate([drawn, let_go])
    one[: turn // 2] = np.maximum(one[: turn // 2], 0.02)
    middle = slice(turn // 2, turn + let_go.size // 2)
    one[middle] = np.maximum(one[middle], 0.3)
    one[turn + let_go.size // 2 :] = np.maximum(one[turn + let_go.size // 2 :], 0.02)
    level = np.tile(one, count)
    return level * sine(loud, len(level) / rate, 440, rate)[: len(level)]


def by_ffmpeg(path):
    """What ffmpeg's ebur128 says: integrated LUFS, highest short-term and momentary, dBTP."""
    done = subprocess.run(
        f"ffmpeg -hide_banner -nostats -i {path} -f null "
        "-af ebur128=metadata=1:peak=true,ametadata=mode=print:file=- -".split(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    def values(key):
        found = re.findall(rf"lavfi\.r128\.{key}=(-?[\d.]+|-inf|nan)", done.stdout)
        return [float(value) for value in found]

    peak = re.findall(r"Peak:\s+(-?[\d.]+|-inf) dBFS", done.stderr)
    return values("I")[-1], max(values("S")), max(values("M")), float(peak[-1])
