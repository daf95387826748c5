"""Who comes into the studio: its own page, and nobody else, whatever they send."""

import json
import socket
from typing import Any

import pytest
from running import run, wait_until
from visiting import Listener

from voice_guide.limits import (
    MAX_BYTES,
    MOST_STREAM_FRAMES,
    MOST_STREAMS,
    MOST_STUDIO_BYTES,
    MOST_STUDIO_CONNECTIONS,
)

PAUSE = {"name": "one-minute-pause"}
SILENT = {"voice": "none", "sample_rate": 16000}


def told(answer):
    status, _, body = answer
    return status, json.loads(body)["error"]


@pytest.mark.parametrize(
    "host",
    ["example.com", "127.0.0.1", "localhost", "127.0.0.1:1", "[::1]:{port}", "0.0.0.0:{port}", ""],
)
def test_another_host_is_refused(studio, host):
    status, why = told(studio.ask("GET", "", Host=host.format(port=studio.port)))
    assert (status, why) == (403, "this address is for 127.0.0.1 only.")


def test_its_own_address_is_let_in_by_either_name(studio):
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{studio.port}"
        assert studio.ask("GET", "", Host=host)[0] == 200
        assert studio.ask("GET", "", Host=host, Origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://example.com"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "anything"},
    ],
)
def test_another_page_is_refused(studio, headers):
    given = {name: value.format(port=studio.port) for name, value in headers.items()}
    for method, path in (("GET", ""), ("GET", "api/scripts"), ("POST", "api/alive")):
        status, why = told(studio.ask(method, path, b"{}", **given))
        assert (status, why) == (403, "another page can't use the studio.")


@pytest.mark.parametrize("token", [None, "another"])
def test_whoever_is_refused_hears_it_whatever_they_send(studio, token):
    given = {} if token else {"Origin": "http://example.com"}
    for _ in range(5):
        status, _ = told(
            studio.ask("POST", "api/alive", bytes(MOST_STUDIO_BYTES), token=token, **given)
        )
        assert status == (404 if token else 403)


def test_the_address_bar_may_open_the_page_and_change_nothing(studio):
    assert studio.ask("GET", "", Sec_Fetch_Site="none")[0] == 200
    assert studio.ask("GET", "api/scripts", Sec_Fetch_Site="same-origin")[0] == 200
    assert studio.ask("POST", "api/alive", {"page": "a"}, Sec_Fetch_Site="none")[0] == 403


def test_without_its_last_stroke_the_address_leads_to_the_page(studio):
    head = f"GET /{studio.token} HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n"
    answer = studio.sent(f"{head}Connection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 303 ")
    assert f"location: /{studio.token}/\r\n".encode() in answer


def test_two_hosts_or_two_origins_are_refused(studio):
    host = f"127.0.0.1:{studio.port}"
    head = f"GET /{studio.token}/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    assert b" 200 " in studio.sent(f"{head}\r\n".encode())[:20]
    for more in (f"Origin: http://{host}\r\nOrigin: http://{host}", f"Host: {host}"):
        assert studio.sent(f"{head}{more}\r\n\r\n".encode())[:13] in (
            b"HTTP/1.1 403 ",
            b"HTTP/1.1 400 ",
        )


def test_without_the_token_there_is_nothing(studio):
    half, longer = studio.token[:-1], f"{studio.token}a"
    for token in ("", half, longer, "a" * 43, studio.token.swapcase(), "%00", "..", "é"):
        way = f"/{token}/".encode("latin-1")
        head = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
        answer = studio.sent(head % (way, studio.port))
        assert answer[:13] in (b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")
        assert studio.token.encode() not in answer


def test_it_listens_on_this_computer_only(studio):
    with socket.create_server(("127.0.0.2", studio.port)):  # else, the address were taken
        pass
    asked = run("studio", "--no-open", "--host", "example.com")
    assert (asked.returncode, "No such option" in asked.stderr) == (2, True)


def test_each_answer_keeps_the_browser_from_everything_else(studio):
    for path, status in (("", 200), ("api/scripts", 200), ("nothing", 404)):
        got, headers, _ = studio.ask("GET", path)
        assert got == status
        policy = headers["Content-Security-Policy"].split("; ")
        assert policy[0] == "default-src 'none'"
        assert {"script-src 'self'", "frame-ancestors 'none'", "form-action 'none'"} <= set(policy)
        assert not any("unsafe" in each or "http" in each or "*" in each for each in policy)
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Server" not in headers


HUGE = "9" * 5000

MALFORMED = [
    *(b"", b"{", b"[]", b"null", b"\xff", b"\x00", b'"a"', b"[" * 100_000, b"1e999"),
    b'{"a": %s}' % HUGE.encode(),
]

SAID: list[Any] = [
    *(
        {"source": each}
        for each in (None, [], {}, {"name": ""}, {"name": 1}, {"text": {}}, {"name": ["a"]})
    ),
    *({"source": PAUSE, "settings": each} for each in (None, [], "", 1)),
    {"source": PAUSE, "settings": {"pace": ["4-6"]}},
    {"source": PAUSE, "settings": {"pace": "4-6" * 1000}},
    {"source": PAUSE, "settings": {"bed": "/etc/passwd"}},
    {"source": PAUSE, "settings": {"__class__": 1}},
    {"source": PAUSE, "settings": {"own_words": {}}},
]

IMPOSSIBLE = [
    *({"pace": pace} for pace in ("0-0", "nan-4", -1, "4-6-", "\ud800", HUGE[:200])),
    *({"minutes": minutes} for minutes in ("1e999", -5, "NaN", True, float("inf"), 1e308, 0)),
    *({"rate": rate} for rate in (10**30, 1e308, 150.5, "fast")),
    *({name: float("nan")} for name in ("tone_level", "voice_level", "loudness", "duck", "vary")),
    *({"voice": name} for name in ("command:rm", "recorded:/etc", "neural:../..", "none,auto", "")),
    *({"sample_rate": rate} for rate in (0, 1, 1e9)),
    {"tone": "siren"},
    {"breaths": 2.5},
    {"ramp": "3-4:999m"},
    {"minutes": 5, "breaths": 5},
]


@pytest.mark.parametrize("path", ["plan", "sound", "export", "paces", "command", "alive", "gone"])
def test_what_is_malformed_is_refused_in_words(studio, path):
    for body in MALFORMED:
        status, why = told(studio.ask("POST", f"api/{path}", body))
        assert (status, bool(why)) == (400, True), body[:40]


@pytest.mark.parametrize("path", ["plan", "sound", "export", "command"])
def test_what_is_no_source_and_no_setting_is_refused(studio, path):
    for asked in SAID:
        status, answer = studio.post(f"api/{path}", **{**asked, "suffix": ".wav"})
        assert (status, bool(answer["error"])) == (400, True), asked


def test_what_can_not_be_is_refused_with_what_can(studio):
    for settings in IMPOSSIBLE:
        status, answer = studio.post("api/plan", source=PAUSE, settings=settings)
        assert status == 422, (settings, answer)
        assert answer["error"]
        assert "Traceback" not in answer["error"]


@pytest.mark.parametrize("at", [-1, "nan", float("nan"), float("inf"), 1e300, "0", [], {}])
def test_a_place_that_is_none_is_refused(studio, at):
    asked = {"source": PAUSE, "settings": SILENT, "at": at}
    assert studio.post("api/sound", **asked)[0] == 400


def test_frames_that_are_none_are_refused(studio):
    page = Listener(studio, PAUSE, **SILENT)
    for frames in ("", "0", "-1", "1e3", "٣", "nan", HUGE, MOST_STREAM_FRAMES + 1):
        path = f"api/sound/{page.id}?frames={frames}"
        sent = f"GET /{studio.token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n"
        answer = studio.sent(f"{sent}Connection: close\r\n\r\n".encode())
        assert answer[:13] in (b"HTTP/1.1 400 ",), frames
    assert len(page.pull(MOST_STREAM_FRAMES)) == MOST_STREAM_FRAMES
    page.leave()


@pytest.mark.parametrize(
    "asked", [{}, {"do": "__class__"}, {"do": "close"}, {"do": 1}, {"settings": 1}]
)
def test_what_no_key_does_is_refused(studio, asked):
    page = Listener(studio, PAUSE, **SILENT)
    assert page.ask(**asked)[0] == 400
    page.leave()


def test_no_method_and_no_path_but_those_that_there_are(studio):
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"):
        status, _, _ = studio.ask(method, "api/plan", b"{}")
        assert 400 <= status < 500
    for path in (
        *("page/..%2f..%2fapp.py", "page/../app.py", "page/%2e%2e", "page//etc/passwd"),
        *("page/index.html%00.js", "page/index.html/", "page/", "api", "api/scripts/"),
        *("api/sound/nothing?frames=1", "api/export/nothing", "api/export/nothing/file"),
    ):
        assert studio.ask("GET", path)[0] == 404, path


def test_what_is_no_request_is_refused(studio):
    for data in (
        *(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"A" * 200_000),
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
    ):
        assert studio.sent(data)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 403", b"HTTP/1.1 431", b"")


def test_a_body_of_100_mb_is_refused_before_it_is_read(studio):
    before = memory_of(studio)
    head = f"POST /{studio.token}/api/plan HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n"
    told = f"{head}Content-Length: 100000000\r\n\r\n".encode()
    assert studio.sent(told + bytes(100_000))[:13] == b"HTTP/1.1 413 "
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer = studio.sent(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 1600)
    assert answer[:13] in (b"HTTP/1.1 413 ", b"")  # or the connection is cut
    assert memory_of(studio) - before < 3 * MOST_STUDIO_BYTES
    assert studio.get("api/scripts")[0] == 200


def test_a_script_is_as_large_as_one_may_be_and_no_larger(studio):
    for text, status in (("<" * (MAX_BYTES + 1), 413), ("é" * (MAX_BYTES // 2 + 1), 413)):
        got, answer = studio.post("api/scripts/large", "PUT", text=text, version=None)
        assert (got, bool(answer["error"])) == (status, True)


def memory_of(studio):
    """Bytes of a server that are in memory."""
    with open(f"/proc/{studio.process.pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_of_50_streams_at_once_only_so_many_open_and_those_sound(studio):
    pages, refused = [], set()
    for _ in range(50):
        status, answer = studio.post("api/sound", source=PAUSE, settings=SILENT)
        if status == 200:
            pages.append(answer["id"])
        else:
            refused.add((status, answer["error"]))
    assert len(pages) == MOST_STREAMS
    assert {status for status, _ in refused} == {429}
    for page in pages:
        assert len(studio.ask("GET", f"api/sound/{page}?frames=4000")[2]) == 4000 * 8
        studio.ask("DELETE", f"api/sound/{page}")
    assert studio.ask("GET", f"api/sound/{pages[0]}?frames=4000")[0] == 404


def test_slow_readers_and_silent_callers_keep_nobody_waiting(studio):
    """All of a browser's connections, many times over, and none of them takes what it asked for."""
    page, slow = Listener(studio, PAUSE, **SILENT), Listener(studio, PAUSE, **SILENT)
    ask = f"GET /{studio.token}/api/sound/{slow.id}?frames=96000 HTTP/1.1\r\n"
    ask += f"Host: 127.0.0.1:{studio.port}\r\n\r\n"
    half = f"POST /{studio.token}/api/plan HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n"
    opened = []
    try:
        for data in (
            [ask * 20] * 20 + [f"{half}Content-Length: 99\r\n\r\n{{"] * 20 + ["", "GET /"] * 20
        ):
            opened.append(socket.create_connection(("127.0.0.1", studio.port), timeout=60))
            opened[-1].sendall(data.encode())
        heard = page.seconds(10)
        assert len(heard) == 10 * 16000
        assert studio.post("api/plan", source=PAUSE, settings=SILENT)[0] == 200
    finally:
        for connection in opened:
            connection.close()
    slow.leave()
    page.leave()


def test_of_more_connections_than_there_may_be_the_page_comes_back_when_they_go(studio):
    opened = []
    for _ in range(MOST_STUDIO_CONNECTIONS + 10):
        opened.append(socket.create_connection(("127.0.0.1", studio.port), timeout=60))
    assert studio.ask("GET", "")[0] == 503
    for connection in opened:
        connection.close()
    wait_until(lambda: studio.ask("GET", "")[0] == 200)
