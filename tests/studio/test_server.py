"""The studio as a command: its address, its end, and what it leaves behind."""

import http.client
import json
import os
import re
import signal
import socket
import threading

import pytest
from parts import need
from running import run, start, wait_until
from visiting import Listener, Studio

from voice_guide.studio.presence import ALIVE_SECONDS, GONE_SECONDS, MOST_PAGES, Presence

PAUSE = {"name": "one-minute-pause"}
SETTINGS = {"voice": "none", "sample_rate": 16000}


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def presence(clock):
    return Presence(clock)


def test_before_the_first_page_it_waits_for_ever(presence, clock):
    clock.now += 1e9
    assert not presence.over()
    presence.gone("never seen")
    clock.now += 1e9
    assert not presence.over()


def test_a_while_after_the_last_page_it_is_over(presence, clock):
    presence.alive("a")
    presence.alive("b")
    presence.gone("a")
    clock.now += GONE_SECONDS + 1
    assert not presence.over()
    presence.gone("b")
    clock.now += GONE_SECONDS - 1
    assert not presence.over()
    clock.now += 2
    assert presence.over()


def test_a_page_that_is_loaded_anew_does_not_end_it(presence, clock):
    presence.alive("a")
    presence.gone("a")
    clock.now += 3
    presence.alive("b")
    clock.now += GONE_SECONDS + 1
    assert not presence.over()


def test_a_page_that_was_killed_counts_for_a_while(presence, clock):
    presence.alive("a")
    clock.now += ALIVE_SECONDS
    assert not presence.over()
    clock.now += GONE_SECONDS + 1
    assert presence.over()


def test_it_remembers_only_so_many_pages(presence):
    for number in range(3 * MOST_PAGES):
        presence.alive(str(number))
    assert len(presence._until) == MOST_PAGES


def test_ctrl_c_ends_it_at_once_whatever_goes_on(tmp_path):
    """Somebody hears a session, somebody reads nothing of what they asked for, and one is made."""
    running = Studio(TMPDIR=str(tmp_path))
    page = Listener(running, PAUSE, **SETTINGS)
    page.seconds(1)
    running.post("api/export", source={"name": "stay-present"}, settings=SETTINGS, suffix=".wav")
    kept = http.client.HTTPConnection("127.0.0.1", running.port)
    kept.request("GET", f"/{running.token}/")
    kept.getresponse().read()
    slow = socket.create_connection(("127.0.0.1", running.port))
    slow.sendall(f"GET /{running.token}/api/sound/{page.id}?frames=96000 HTTP/1.1\r\n".encode())
    code, _, err = running.end()
    assert (code, err.strip()) == (130, "Interrupted.")
    assert not list(tmp_path.iterdir())
    slow.close()


def test_a_signal_from_the_system_ends_it_as_well(tmp_path):
    running = Studio(TMPDIR=str(tmp_path))
    running.process.send_signal(signal.SIGTERM)
    _, err = running.process.communicate(timeout=30)
    assert (running.process.returncode, err) == (128 + signal.SIGTERM, "")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def within(monkeypatch):
    """The server itself in a thread, where a while is short; gives its port and token."""
    need(modules=["starlette", "uvicorn"])
    from voice_guide.studio import presence, server

    monkeypatch.setattr(presence, "GONE_SECONDS", 0.1)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(server, "STUDIO_SECONDS", 0.2)
    told = []
    thread = threading.Thread(target=server.serve, args=(0, lambda *these: told.append(these)))
    thread.start()
    (address, _), *_ = wait_until(lambda: told)
    port, token = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/(.+)/", address).groups()
    yield int(port), token
    for what in ("alive", "gone"):
        connection = http.client.HTTPConnection("127.0.0.1", int(port))
        connection.request("POST", f"/{token}/api/{what}", json.dumps({"page": "a"}))
        assert connection.getresponse().status == 200
        connection.close()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_it_ends_by_itself_when_its_last_page_is_gone(within):
    with socket.create_connection(("127.0.0.1", within[0])):
        pass  # as the end of the fixture tells


def test_whoever_keeps_a_connection_and_asks_for_nothing_is_hung_up_on(within):
    port, token = within
    whole = f"GET /{token}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    for sent in ("", "GET /", f"{whole}GET /"):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(sent.encode())
            while connection.recv(65536):
                pass


def test_a_port_that_is_taken_is_told(studio):
    asked = run("studio", "--no-open", "--port", str(studio.port))
    assert asked.returncode == 2
    assert f"port {studio.port} can't be used (Address already in use)" in asked.stderr
    assert "--port" in asked.stderr


def test_it_takes_the_port_that_is_asked_for():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    running = Studio("--port", str(port))
    assert running.port == port
    assert running.ask("GET", "")[0] == 200
    assert running.end()[0] == 130


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_is_none_is_refused(port):
    asked = run("studio", "--no-open", "--port", port)
    assert asked.returncode == 2
    assert "1 to 65535" in asked.stderr


def test_the_browser_is_opened_once_without_the_token(tmp_path):
    """Everybody on this computer can see how a program was started."""
    need(modules=["starlette", "uvicorn"])
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" >> {seen}\n')
    browser.chmod(0o700)
    process = start("studio", env={**os.environ, "BROWSER": str(browser), "DISPLAY": ":7"})
    told = process.stdout.readline()
    try:
        port, token = re.search(r"http://127\.0\.0\.1:(\d+)/([\w-]+)/", told).groups()
        (address,) = wait_until(lambda: seen.exists() and seen.read_text().split())
        assert token not in address
        way = address.removeprefix(f"http://127.0.0.1:{port}")
        answers = []
        for _ in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", int(port))
            connection.request("GET", way)
            answer = connection.getresponse()
            answers.append((answer.status, answer.headers["Location"]))
            connection.close()
        assert answers == [(303, f"/{token}/"), (404, None)]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_without_a_screen_no_browser_is_opened(tmp_path):
    need(modules=["starlette", "uvicorn"])
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" >> {seen}\n')
    browser.chmod(0o700)
    environment = {**os.environ, "BROWSER": str(browser)}
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    process = start("studio", env=environment)
    told = [process.stdout.readline(), process.stdout.readline()]
    process.terminate()
    process.communicate(timeout=30)
    assert told[1] == "Ctrl-C ends it, and so does closing its last page.\n"
    assert not seen.exists()


def test_without_its_parts_it_says_how_to_get_them(monkeypatch, guide):
    monkeypatch.setitem(__import__("sys").modules, "uvicorn", None)
    monkeypatch.delitem(__import__("sys").modules, "voice_guide.studio.server", raising=False)
    code, _, err = guide("studio", "--no-open")
    assert code == 2
    assert "pip install 'voice-guide[studio]'" in err


def test_nothing_of_the_token_is_told_but_in_the_address():
    running = Studio()
    for way in ("", "nothing", "api/plan", "api/scripts/%2e%2e", "page/x"):
        running.ask("GET", way)
        running.ask("POST", way, b"{")
    running.sent(f"GET /{running.token}/ HTTP/9.9\r\n\r\n".encode())
    code, out, err = running.end()
    assert code == 130
    assert running.token not in out + err
