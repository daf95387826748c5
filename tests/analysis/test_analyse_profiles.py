"""What publishers ask is told apart from what doesn't do, one criterion at a time."""

import numpy as np
import pytest
from running import run
from sounds import RATE, noise, silence, sine, write

from voice_guide.analysis import PROFILES, analyse, judge
from voice_guide.cli.types import PROFILES as OFFERED


def failed(profile, analysis):
    return {criterion.name for criterion in judge(profile, analysis) if not criterion.passed}


def at(seconds):
    return round(seconds * RATE)


def test_the_command_offers_every_profile():
    assert tuple(PROFILES) == OFFERED


@pytest.mark.parametrize(
    ("profile", "lufs"), [("podcast", -16), ("broadcast", -23)], ids=["podcast", "broadcast"]
)
def test_loudness_profiles(tmp_path, profile, lufs):
    """A stereo sine of 1 kHz at a peak of L dBFS has L LUFS (EBU Tech 3341)."""
    margin = {"podcast": 1, "broadcast": 0.5}[profile]
    for off, passes in ((0, True), (margin - 0.1, True), (margin + 0.1, False)):
        for sign in (-1, 1):
            path = write(tmp_path / "a.wav", sine(lufs + sign * off, 5))
            done = run("analyse", path, "--profile", profile)
            assert done.returncode == (0 if passes else 1)
            assert ("✗ integrated loudness" in done.stdout) == (not passes)


ACX = {
    "as asked": (0, (), lambda x: x),
    "too loud": (4, {"RMS"}, lambda x: x),
    "too quiet": (-4, {"RMS"}, lambda x: x),
    "peak": (0, {"sample peak"}, lambda x: np.where(np.arange(x.size) == 3 * RATE, 0.8, x)),
    "noise": (0, {"noise floor"}, lambda x: x + noise(-56, x.size / RATE, seed=4)),
    "no head": (0, {"head"}, lambda x: x[at(0.6) :]),
    "long head": (0, {"head"}, lambda x: np.concatenate([silence(1), x])),
    "short tail": (0, {"tail"}, lambda x: x[: -at(1.5)]),
    "long tail": (0, {"tail"}, lambda x: np.concatenate([x, silence(4)])),
}


@pytest.mark.parametrize("name", ACX)
def test_each_criterion_of_acx(tmp_path, name):
    gain, expected, change = ACX[name]
    book = np.concatenate([silence(0.7), sine(-16 + gain, 30, 300), silence(2)])
    path = write(tmp_path / "a.wav", change(book), channels=1)
    assert failed("acx", analyse(path)) == set(expected)
