"""Stopped by Ctrl-Z, and going on with fg: the sound, the keys and the terminal."""

import os
import shlex
import signal
import termios

import numpy as np
import pytest
from listening import kink
from pulse import until
from rig import BLOCK, RATE, SIGN, model, when_it_parted
from running import COMMAND, children_of, run

TONE = ("--tone", "pad", "--voice", "none")
"""Smooth, so that the least click is found."""

PROMPT = "READY> "

PAUSED = SIGN + BLOCK
"""Frames until a pause that was asked for is complete, its sign included."""


@pytest.fixture
def shell(rig):
    person = rig.shell_with_jobs()
    yield person
    person.sendline("kill %1 2>/dev/null; exit")
    person.close(force=True)


@pytest.fixture
def long(tmp_path):
    """A script that lasts as long as it takes."""
    script = tmp_path / "long.md"
    script.write_text("[30 breaths]\n")
    return script


def settings_of(shell):
    shell.sendline("stty -a | tr '\\n' ' '; echo")
    shell.expect("speed .*\r\n")
    settings = shell.after
    shell.expect(PROMPT)
    return settings.partition("\r")[0]


def to_front(shell):
    """Let it go on, until it listens to keys: unlike the shell, it leaves Enter as it comes."""

    def listening():
        incoming, _, _, local = termios.tcgetattr(shell.child_fd)[:4]
        return incoming & termios.ICRNL and not local & termios.ICANON

    shell.sendline("fg")
    until(listening)


def play(shell, *arguments):
    shell.sendline(shlex.join([*COMMAND, "play", *map(str, arguments)]))


def test_it_pauses_softly_and_goes_on_where_it_was(rig, shell, short, exported):
    expected = exported(short, *TONE)
    with rig.recording() as recording:
        play(shell, short, *TONE)
        recording.until_heard(2)
        shell.send("\x1a")
        shell.expect("Stopped")
        shell.expect(PROMPT)
        recording.until_silent()
        shell.sendline("fg")
        shell.expect(PROMPT)
        assert "broke up" not in shell.before
    heard = recording.sound()
    stopped = when_it_parted(heard, expected)
    went_on = stopped + 40 * BLOCK  # in the model; how long it was stopped changes nothing
    whole = model(short, (stopped, "pause"), (went_on, "resume"), tone="pad", voice="none")
    silent = stopped + PAUSED
    assert np.array_equal(heard[:silent], whole[:silent])
    again = [silent + np.flatnonzero(sound[silent:].any(axis=1))[0] for sound in (heard, whole)]
    rest = whole[again[1] :]
    assert len(rest) > 4 * RATE
    assert np.array_equal(heard[again[0] :][: len(rest)], rest)
    assert kink(heard) <= 1.2 * kink(expected)


def test_the_terminal_is_the_shells_while_it_is_stopped_and_the_keys_work_afterwards(
    rig, shell, long
):
    before = settings_of(shell)
    with rig.recording() as recording:
        play(shell, long, *TONE)
        recording.until_heard(1)
        shell.send("\x1a")
        shell.expect("Stopped")
        shell.expect(PROMPT)
        assert settings_of(shell) == before
        to_front(shell)
        shell.send(" ")
        shell.expect("paused")
        shell.send("qq")
        shell.expect(PROMPT)
    assert settings_of(shell) == before


def test_in_the_background_it_plays_on_and_in_front_its_keys_work_again(rig, shell, long):
    with rig.recording() as recording:
        play(shell, long, *TONE)
        recording.until_heard(1)
        shell.send("\x1a")
        shell.expect("Stopped")
        recording.until_silent()
        shell.sendline("bg")
        heard = recording.frames
        recording.until_heard(recording.seconds + 1)
        assert recording.all()[heard:].any()
        to_front(shell)
        shell.send(" ")
        shell.expect("paused")
        shell.send("qq")
        shell.expect(PROMPT)


def test_a_stop_that_nothing_can_hold_up_leaves_the_keys_working(rig, shell, long):
    with rig.recording() as recording:
        play(shell, long, *TONE)
        recording.until_heard(1)
        (player,) = children_of(shell.pid)
        os.kill(player, signal.SIGSTOP)
        shell.expect("Stopped")
        to_front(shell)
        shell.send(" ")
        shell.expect("paused")
        shell.send("qq")
        shell.expect(PROMPT)


# a script from standard input, and the keys from the terminal itself


@pytest.mark.parametrize("source", ["-", "/dev/stdin"])
def test_a_script_from_a_pipe_is_played_with_the_keys_of_the_terminal(rig, shell, long, source):
    before = settings_of(shell)
    with rig.recording() as recording:
        shell.sendline(f"cat {long} | {shlex.join([*COMMAND, 'play', source, *TONE])}")
        recording.until_heard(1)
        shell.send(" ")
        shell.expect("paused")
        shell.send("qq")
        shell.expect(PROMPT)
    assert settings_of(shell) == before


def test_without_a_terminal_it_is_said_that_there_are_no_keys(rig, short):
    with rig.recording():
        done = run(
            *("play", "-", *TONE),
            input=short.read_text(),
            env=rig.env,
            start_new_session=True,
        )
    assert done.returncode == 0
    assert "There is no terminal for the keys" in done.stderr
