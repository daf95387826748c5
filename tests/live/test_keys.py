"""Presses from a terminal, whole and in order; the terminal is left as it was found."""

import contextlib
import os
import pty
import sys
import termios
import threading
import time
from types import SimpleNamespace

import pytest

from voice_guide.live.keys import keys


@pytest.fixture
def terminal(monkeypatch):
    """A terminal as standard input; its other end, to type at."""
    typing, handle = pty.openpty()
    with os.fdopen(handle, "r", closefd=True) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield typing
    with contextlib.suppress(OSError):
        os.close(typing)


def settings_of(handle):
    return termios.tcgetattr(handle)


@pytest.mark.parametrize(
    ("typed", "presses"),
    [
        (b" \x1b[C+", ["space", "right", "+"]),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        (b"\x1bOA\x1bOB\x1bOC\x1bOD", ["up", "down", "right", "left"]),
        (b"[]-+tm?q", list("[]-+tm?q")),
        (b"=_", ["+", "-"]),
        (b"TMQ", ["t", "m", "q"]),  # with closed eyes nobody sees Caps Lock
        (b"\x1b", ["\x1b"]),
        (b"\x1bq", ["\x1b", "q"]),
        (b"\x1b[5~\x1b[1;5Cq", ["\x1b[5~", "\x1b[1;5c", "q"]),
    ],
)
def test_presses_that_arrive_in_one_read(terminal, typed, presses):
    with keys() as pressed:
        os.write(terminal, typed)
        assert pressed.read(1) == presses


def test_an_arrow_that_arrives_in_two_reads_is_no_bracket(terminal):
    with keys() as pressed:
        os.write(terminal, b"\x1b")
        later = threading.Timer(0.02, os.write, (terminal, b"[Dq"))
        later.start()
        assert pressed.read(1) == ["left", "q"]
        later.join()


def test_what_is_no_text_does_no_harm(terminal):
    with keys() as pressed:
        os.write(terminal, "é\x00".encode() + b"\xffq")
        assert pressed.read(1)[-1] == "q"


def test_without_a_press_it_waits_that_long(terminal):
    with keys() as pressed:
        began = time.monotonic()
        assert pressed.read(0.1) == []
        assert 0.1 <= time.monotonic() - began < 0.5


def test_presses_are_not_shown_and_ctrl_c_stays_an_interrupt(terminal):
    with keys():
        during = settings_of(sys.stdin)[3]
        assert not during & termios.ECHO
        assert not during & termios.ICANON
        assert during & termios.ISIG


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, SystemExit, ValueError])
def test_the_terminal_is_put_back(terminal, error):
    before = settings_of(sys.stdin)
    with contextlib.suppress(KeyboardInterrupt, SystemExit, ValueError), keys():
        assert settings_of(sys.stdin) != before
        if error:
            raise error
    assert settings_of(sys.stdin) == before


def test_a_terminal_that_goes_away_is_the_end_of_the_keys_not_of_the_session(terminal):
    with keys() as pressed:
        os.close(terminal)
        assert pressed.read(0.1) == []
        began = time.monotonic()
        assert pressed.read(0.1) == []
        assert time.monotonic() - began >= 0.1


def test_in_the_background_the_terminal_is_left_alone(terminal, monkeypatch):
    monkeypatch.setattr("os.tcgetpgrp", lambda _handle: os.getpgrp() + 1)
    before = settings_of(sys.stdin)
    with keys() as pressed:
        os.write(terminal, b"q\n")
        assert settings_of(sys.stdin) == before
        assert pressed.read(0) == []


@pytest.mark.parametrize("stdin", ["pipe", "nothing"])
def test_without_a_terminal_there_are_no_keys(monkeypatch, stdin):
    if stdin == "nothing":
        monkeypatch.setattr(sys, "stdin", None)
        with keys() as pressed:
            assert pressed.read(0) == []
        return
    end, typing = os.pipe()
    os.write(typing, b"q")
    with os.fdopen(end) as pipe:
        monkeypatch.setattr(sys, "stdin", pipe)
        with keys() as pressed:
            assert pressed.read(0) == []
    os.close(typing)


def test_on_windows_they_have_the_same_names(terminal, monkeypatch):
    typed = list(" T\xe0H\xe0;q\r")
    console = SimpleNamespace(kbhit=lambda: bool(typed), getwch=lambda: typed.pop(0))
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    monkeypatch.setattr(sys, "platform", "win32")
    with keys() as pressed:
        presses = [press for _ in range(7) for press in pressed.read(0)]
    assert presses == ["space", "t", "up", "", "q", "enter"]
