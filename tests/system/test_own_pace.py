"""A listener's own pace, as they would measure it: at a terminal, by a microphone, by trying."""

import os
import re
import signal
import subprocess
import time

import numpy as np
import pexpect
import pytest
import soundfile
from breathers import RATE, breathing
from parts import need
from rig import ended
from running import COMMAND, children_of, run

from voice_guide.pace.pace import Pace
from voice_guide.pace.saved import resolve

TAPS = "There is nothing to do right."
"""The end of what ``tap`` says first."""

SILENT = ("--voice", "none")


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """The file of the saved paces; processes and this one share it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return tmp_path / "settings" / "voice-guide" / "paces.toml"


def settings():
    return {"XDG_CONFIG_HOME": os.environ["XDG_CONFIG_HOME"]}


def at_terminal(env, *arguments):
    command, *options = [*COMMAND, "pace"]
    options += arguments
    return pexpect.spawn(
        command, options, env=env, encoding="utf-8", timeout=30, dimensions=(24, 200)
    )


def tap(listener, inhale, exhale, breaths, jitter=0.05, missing=(), double=(), seed=1):
    """Tap like a person; times count from now."""
    rng = np.random.default_rng(seed)
    listener.expect_exact(TAPS)
    begin = time.monotonic() + 0.3
    cycle = inhale + exhale
    for turn in range(2 * breaths + 1):
        at = turn // 2 * cycle + turn % 2 * inhale
        at += jitter * inhale * np.clip(rng.standard_normal(), -2, 2)
        time.sleep(max(begin + at - time.monotonic(), 0))
        if turn not in missing:
            listener.send(" ")
        if turn in double:
            time.sleep(0.15)
            listener.send(" ")


def test_taps_are_answered_by_signs_and_the_pace_is_said_kept_and_led_on_from(alsa):
    with alsa.hearing(speed=4) as heard:
        listener = at_terminal(
            {**alsa.env, **settings()}, "tap", "--breaths", "5", "--save", "own", "--pace", "5-7"
        )
        tap(listener, 1.1, 1.5, breaths=5, missing={5}, double={8})
        code, wrote = ended(listener)
    own = resolve("own")
    assert resolve("mine") == own
    assert float(own.cycle) == pytest.approx(2.6, rel=0.02)
    assert float(own.inhale) == pytest.approx(1.1, rel=0.1)
    assert f"voice-guide play --ramp {own}:5m --pace 5-7" in wrote
    assert code == 0
    assert "without sound" not in wrote
    sound = heard()[:, 0]
    windows = sound[: len(sound) // 3840 * 3840].reshape(-1, 3840) * np.hanning(3840)
    powers = np.abs(np.fft.rfft(windows)) ** 2
    hertz = np.fft.rfftfreq(3840, 1 / 48000)
    for note in (523, 659):  # the signs' two notes, each 0.16 s long
        pure = powers[:, np.abs(hertz - note) < 30].sum(axis=1) > 0.9 * powers.sum(axis=1)
        assert np.count_nonzero(pure & (powers.sum(axis=1) > 1)) >= 10
    last_sign = np.flatnonzero(pure)[-1] * 3840
    assert np.count_nonzero(np.abs(sound[last_sign + 48000 // 2 :]) > 0.01) > 48000  # the answer


def test_without_a_device_it_goes_on_and_enter_ends_it_early(deaf, kept):
    listener = at_terminal(deaf, "tap")
    listener.expect("Continuing without sound: ")
    tap(listener, 1.0, 1.2, breaths=1, jitter=0)
    listener.send("\r")
    code, wrote = ended(listener)
    assert code == 1
    assert "3 taps: that is too few" in wrote
    assert not kept.exists()


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM"])
def test_leaving_a_tap_keeps_nothing_and_restores_the_terminal(deaf, kept, how):
    command = " ".join([*COMMAND, "pace", "tap"])
    shell = pexpect.spawn(
        "sh",
        ["-c", f"trap : INT; stty -a; echo BEGIN; {command}; echo RC=$?; stty -a"],
        env=deaf,
        encoding="utf-8",
        timeout=30,
        dimensions=(24, 200),
    )
    shell.expect("BEGIN")
    before = shell.before.split()
    shell.expect_exact(TAPS)
    shell.expect("Breaths")
    shell.send("  ")
    if how == "Ctrl-C":
        shell.send("\x03")
    else:
        os.kill(children_of(shell.pid)[0], signal.SIGTERM)
    _, wrote = ended(shell)
    code, _, after = wrote.rpartition("RC=")[2].partition("\n")
    assert int(code) == (130 if how == "Ctrl-C" else 128 + signal.SIGTERM)
    assert after.split() == before
    assert not kept.exists()


@pytest.mark.parametrize("command", ["tap", "find"])
def test_without_a_terminal_it_says_what_to_do(command):
    done = run("pace", command, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "there is no terminal" in done.stderr
    assert "run this in one" in done.stderr


# By the microphone


@pytest.fixture
def heard(pulse, tmp_path):
    """Listens while a recording is played into the microphone; gives the finished command."""

    def heard(sound, seconds, *arguments):
        recording = tmp_path / "played.wav"
        soundfile.write(recording, sound, RATE)
        player = subprocess.Popen(["paplay", recording], env=pulse.env)
        try:
            return run(
                "pace", "listen", "--seconds", str(seconds), *arguments,
                env={**pulse.env, **settings()},
            )  # fmt: skip
        finally:
            player.kill()
            player.wait()

    return heard


def test_a_microphone_gives_the_pace(heard):
    sound, _ = breathing(20, seconds=24, vary=0.01)
    done = heard(sound, 15, *SILENT, "--save", "own")
    assert done.returncode == 0, done.stderr
    assert float(resolve("mine").cycle) == pytest.approx(3, abs=0.15)  # phases of whole tenths
    assert resolve("own") == resolve("mine")


def test_a_silent_microphone_is_told(heard, kept):
    done = heard(np.zeros(RATE), 60, *SILENT)
    assert done.returncode == 1
    assert "muted" in done.stderr
    assert not kept.exists()


def test_a_machine_without_a_microphone_is_told(deaf):
    need(libraries=["portaudio"])
    done = run("pace", "listen", env=deaf)
    assert done.returncode == 1
    assert "there is no microphone" in done.stderr
    assert "pace listen FILE" in done.stderr


def test_a_microphone_that_is_not_there_is_answered_with_those_that_are(pulse):
    done = run("pace", "listen", "--device", "nothing", *SILENT, env=pulse.env)
    assert done.returncode == 1
    assert re.search(r"'nothing' is not a microphone.*'", done.stderr)


# By trying


def test_the_pace_that_is_rated_highest_is_kept(alsa):
    with alsa.hearing():
        listener = at_terminal(
            {**alsa.env, **settings()}, "find", "--minutes", "0.1", "--save", "own"
        )
        for rate, rating in (("6.5", "3"), ("6", "4"), ("5.5", "5"), ("5", "5"), ("4.5", "2")):
            listener.expect_exact(f"  {rate} breaths a minute · breath 1")
            listener.send(rating)
        code, wrote = ended(listener)
    assert code == 0
    assert "Best for you: 5 breaths a minute, 4.8-7.2." in wrote
    assert resolve("mine") == resolve("own") == Pace.parse("4.8-7.2")


@pytest.mark.parametrize(("key", "expected"), [("q", 0), ("\x03", 130)])
def test_leaving_the_search_says_the_ratings_and_keeps_what_was(alsa, kept, key, expected):
    kept.parent.mkdir(parents=True)
    kept.write_text('mine = "3-4"\n')
    with alsa.hearing():
        listener = at_terminal({**alsa.env, **settings()}, "find", "--minutes", "0.1")
        listener.expect_exact("  6.5 breaths a minute · breath 1")
        listener.send("4")
        listener.expect_exact("  6 breaths a minute · breath 1")
        listener.send(key)
        code, wrote = ended(listener)
    assert code == expected
    assert "6.5 a minute: 4. Nothing was saved." in wrote
    assert kept.read_text() == 'mine = "3-4"\n'
