"""Files that are downloaded: whole, checked, and by nothing else in the program."""

import hashlib
import re
from pathlib import Path

import pytest

import voice_guide
from voice_guide.errors import DownloadError
from voice_guide.voices import fetch as fetching
from voice_guide.voices.fetch import fetch

BODY = bytes(range(256)) * 2000
"""512 kB."""

SHA256 = ("sha256", hashlib.sha256(BODY).hexdigest())


@pytest.fixture
def target(tmp_path, server):
    server.files["/voice"] = BODY
    return tmp_path / "voices" / "voice.onnx"


def get(server, target, **options):
    options = {"size": len(BODY), "digest": SHA256, **options}
    fetch(f"{server.url}/voice", target, **options)


def test_a_file_is_got_checked_and_not_asked_for_again(server, target):
    told = []
    get(server, target, tell=told.append)
    assert target.read_bytes() == BODY
    assert told == sorted(told)
    assert told[-1] == len(BODY)
    get(server, target)
    assert len(server.asked) == 1


def test_what_is_cut_goes_on_where_it_was_cut(server, target):
    server.deeds = ["cut", "cut"]
    get(server, target)
    assert target.read_bytes() == BODY
    ranges = [start for _, start in server.asked]
    assert ranges == [None, "bytes=100000-", "bytes=200000-"]


def test_what_stays_cut_is_kept_for_the_next_time(server, target):
    server.deeds = ["cut"] * fetching.TRIES
    with pytest.raises(
        DownloadError, match=r"400000 of 512000 bytes are kept: run the same command"
    ):
        get(server, target)
    assert not target.exists()
    get(server, target)
    assert target.read_bytes() == BODY
    assert server.asked[-1] == ("/voice", "bytes=400000-")


def test_a_server_that_can_not_go_on_is_asked_for_the_whole(server, target):
    server.deeds = ["cut", "forget"]
    get(server, target)
    assert target.read_bytes() == BODY


def test_a_server_that_has_trouble_is_asked_again(server, target):
    server.deeds = ["503"]
    get(server, target)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    ("digest", "size", "reason"),
    [
        (("sha256", "0" * 64), len(BODY), "is not the file it should be"),
        (("md5", "0" * 32), len(BODY), "is not the file it should be"),
        (SHA256, len(BODY) - 1, "has 512000 bytes but should have 511999"),
        (SHA256, len(BODY) + 1, "has 512000 bytes but should have 512001"),
    ],
)
def test_a_file_that_is_another_is_refused_and_not_kept(server, target, digest, size, reason):
    with pytest.raises(DownloadError, match=reason):
        get(server, target, digest=digest, size=size)
    assert list(target.parent.iterdir()) == []


def test_a_body_that_does_not_end_is_left(server, target):
    server.deeds = ["endless"]
    with pytest.raises(DownloadError, match="goes on after the 512000 bytes"):
        get(server, target)
    assert list(target.parent.iterdir()) == []


def test_a_server_that_falls_silent_is_left(server, target, monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", 0.2)
    server.deeds = ["silence"] * fetching.TRIES
    with pytest.raises(DownloadError, match=r"sent nothing for 0\.2 s"):
        get(server, target)


def test_a_server_that_is_not_there_is_told(server, target):
    with pytest.raises(DownloadError, match="Connection refused"):
        fetch("http://127.0.0.1:1/voice", target, len(BODY), SHA256)


def test_a_file_that_is_not_there_is_told(server, target):
    with pytest.raises(DownloadError, match="there is no such file"):
        fetch(f"{server.url}/nosuch", target, len(BODY), SHA256)
    assert len(server.asked) == 1


@pytest.mark.parametrize("place", ["http://example.org/voice", "file:///etc/passwd", "ftp://a/b"])
def test_nothing_is_got_without_encryption(server, target, place):
    server.deeds = [f"redirect {place}"]
    with pytest.raises(DownloadError, match=r"is not encrypted|not allowed"):
        get(server, target)
    with pytest.raises(DownloadError, match="is not encrypted"):
        fetch(place, target, len(BODY), SHA256)
    assert not target.exists()


def test_a_redirection_is_followed_with_the_range(server, target):
    server.files["/elsewhere"] = BODY
    server.deeds = ["cut", f"redirect {server.url}/elsewhere"]
    get(server, target)
    assert target.read_bytes() == BODY
    assert server.asked[-1] == ("/elsewhere", "bytes=100000-")


def test_nothing_else_in_the_program_knows_how_to_use_the_network():
    package = Path(voice_guide.__file__).parent
    asks = re.compile(r"^\s*(?:import|from) (?:urllib\.request|http\b|socket\b|requests)", re.M)
    found = {path.name for path in package.rglob("*.py") if asks.search(path.read_text("utf-8"))}
    assert found == {"fetch.py", "server.py"}  # the studio's server listens on this computer alone
