"""Calls into the sound library: in their order, in time, and never in anybody's way."""

import threading

import pytest
from running import wait_until

from voice_guide.errors import DeviceError
from voice_guide.live import calls


def fail():
    raise ValueError("no such device")


def test_what_a_call_returns_or_raises_comes_back():
    assert calls.in_time(lambda: 3) == 3
    with pytest.raises(ValueError, match="no such device"):
        calls.in_time(fail)


def test_a_call_may_make_another():
    assert calls.in_time(lambda: calls.in_time(lambda: 3)) == 3


def test_one_that_does_not_come_back_is_told_and_not_waited_for_twice():
    answers = threading.Event()
    with pytest.raises(DeviceError, match=r"has not answered for 0\.05 s"):
        calls.in_time(answers.wait, 0.05)
    assert calls.stuck()
    with pytest.raises(DeviceError):
        calls.in_time(lambda: 3, 0.05)
    answers.set()
    wait_until(lambda: not calls.stuck())
    assert calls.in_time(lambda: 3) == 3
