"""Voices that are downloaded, from a server on this computer that does what servers do."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path

import pytest
import tiny_model
from parts import need

import voice_guide
from voice_guide.errors import DownloadError
from voice_guide.voices import fetch as fetching
from voice_guide.voices.fetch import fetch

BODY = bytes(range(256)) * 2000
"""512 kB."""

SHA256 = ("sha256", hashlib.sha256(BODY).hexdigest())


class Server(ThreadingHTTPServer):
    """Serves files by path, and misbehaves as it is told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.files = {}
        self.deeds = []  # what to do with the next requests; then it behaves
        self.asked = []  # each path, and the Range
        self.over = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = True
        server = self.server
        start = self.headers.get("Range")
        server.asked.append((self.path, start))
        deed = server.deeds.pop(0) if server.deeds else "behave"
        body = server.files.get(self.path)
        if deed.startswith("redirect "):
            self.send_response(302)
            self.send_header("Location", deed.partition(" ")[2])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if deed.isdecimal() or body is None:
            self.send_error(int(deed) if deed.isdecimal() else 404)
            return
        begin = int(start[6:-1]) if start and deed != "forget" else 0
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        if deed != "endless":
            self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        if deed == "silence":
            self.wfile.flush()
            server.over.wait(20)
        elif deed == "cut":
            self.wfile.write(body[begin : begin + 100_000])
        else:
            self.wfile.write(body[begin:])
        while deed == "endless":
            try:
                self.wfile.write(bytes(1 << 16))
            except OSError:
                return

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.over.set()
        running.shutdown()


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
    found = [path.name for path in package.rglob("*.py") if asks.search(path.read_text("utf-8"))]
    assert found == ["fetch.py"]


# The command


PIPER = "/rhasspy/piper-voices/resolve/main"
NAME = "en_US-tiny-low"


@pytest.fixture
def piper(server, folders, monkeypatch):
    """Piper's hub, with one voice."""
    need(modules=["onnx", "sherpa_onnx"])
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    model = tiny_model.write_piper(folders / "hub", NAME)
    card = folders / "hub" / "MODEL_CARD"
    card.write_text("# Model card\n\n## Dataset\n\n* License: CC0\n")
    place = "en/en_US/tiny/low"
    files = {}
    for path in (model, model.with_name(f"{model.name}.json"), card):
        data = path.read_bytes()
        files[f"{place}/{path.name}"] = {
            "size_bytes": len(data),
            "md5_digest": hashlib.md5(data).hexdigest(),  # noqa: S324 - as Piper's index has it
        }
        server.files[f"{PIPER}/{place}/{path.name}"] = data
    index = {
        NAME: {
            "key": NAME,
            "quality": "low",
            "language": {"code": "en_US", "name_english": "English"},
            "files": files,
        }
    }
    server.files[f"{PIPER}/voices.json"] = json.dumps(index).encode()
    return folders / "data" / "voice-guide" / "voices"


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_voice_of_pipers_is_got_and_speaks(guide, piper, server):
    code, out, err = guide("voices", "get", f"piper:{NAME}", "--as", "tiny")
    assert (code, err) == (0, "")
    assert f"from {server.url}{PIPER}/en/en_US/tiny/low" in out
    assert "Licence: CC0" in out
    assert "neural:tiny is installed" in out
    assert names(piper) == ["tiny"]
    assert names(piper / "tiny") == ["MODEL_CARD", f"{NAME}.onnx", f"{NAME}.onnx.json"]
    assert guide("voices", "try", "neural:tiny", "-o", "a.wav")[0] == 0


def test_a_download_that_was_cut_is_no_voice_and_goes_on(guide, piper, server, monkeypatch):
    monkeypatch.setattr(fetching, "TRIES", 1)
    server.deeds = ["behave", "behave", "503"]
    code, _, err = guide("voices", "get", NAME)
    assert code == 1
    assert "503" in err
    assert not (piper / NAME).exists()
    assert guide("voices", "get", NAME)[0] == 0
    assert names(piper) == [NAME]


def test_a_voice_that_is_whole_and_does_not_speak_is_not_kept(guide, piper, server):
    path = f"{PIPER}/en/en_US/tiny/low/{NAME}.onnx.json"
    config = json.loads(server.files[path])
    config["phoneme_type"] = "pinyin"
    data = json.dumps(config).encode()
    index = json.loads(server.files[f"{PIPER}/voices.json"])
    index[NAME]["files"][path.removeprefix(f"{PIPER}/")] = {
        "size_bytes": len(data),
        "md5_digest": hashlib.md5(data).hexdigest(),  # noqa: S324 - as Piper's index has it
    }
    server.files[path] = data
    server.files[f"{PIPER}/voices.json"] = json.dumps(index).encode()
    code, _, err = guide("voices", "get", NAME)
    assert code == 2
    assert "pinyin" in err
    assert names(piper) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("piper:en", f"there are {NAME}"),
        ("en_US-tiny-lou", f"there are {NAME}"),
        ("espeak:f2", "only hibari's and Piper's voices"),
        (f"piper:../{NAME}", "there is no voice"),
    ],
)
def test_a_voice_that_is_not_offered_is_told_with_what_is(guide, piper, name, reason):
    code, _, err = guide("voices", "get", name)
    assert code == 2
    assert reason in err
    assert names(piper) == []


@pytest.mark.parametrize("index", [b"{", b"[]", b"<html>", b"x" * 9_000_000])
def test_an_index_that_is_none_is_told(guide, piper, server, index):
    server.files[f"{PIPER}/voices.json"] = index
    code, _, err = guide("voices", "get", NAME)
    assert code == 1
    assert "voices.json" in err


@pytest.mark.parametrize(
    "files",
    [
        {},
        None,
        {"a/../../x.onnx": {"size_bytes": 1, "md5_digest": "0"}},
        {f"{NAME}.onnx": {"size_bytes": 1, "md5_digest": "0"}},
        {
            f"{NAME}.onnx": {"size_bytes": 10**12, "md5_digest": "0"},
            f"{NAME}.onnx.json": {"size_bytes": 1, "md5_digest": "0"},
        },
    ],
)
def test_an_entry_that_can_not_be_right_is_told(guide, piper, server, files):
    index = json.loads(server.files[f"{PIPER}/voices.json"])
    index[NAME]["files"] = files
    server.files[f"{PIPER}/voices.json"] = json.dumps(index).encode()
    code, _, err = guide("voices", "get", NAME)
    assert code == 1
    assert "voices.json" in err
    assert names(piper) == []


def test_a_voice_of_hibaris_is_got_where_hibari_finds_it(guide, folders, server, monkeypatch):
    need(modules=["hibari"])
    from hibari import voices as hibari

    monkeypatch.setenv("HF_ENDPOINT", server.url)
    registry = distribution("hibari-tts").locate_file("hibari/assets/voices.json")
    voice = json.loads(registry.read_text())["emma"]
    server.files[f"/maureesewilliams/hibari/resolve/main/voices/{voice['file']}"] = b"wrong"
    code, out, err = guide("voices", "get", "hibari:emma")
    assert code == 1
    assert "British English, female. 7.9 MB from" in out
    assert "Apache-2.0" in out
    assert "has 5 bytes but should have" in err
    with pytest.raises(FileNotFoundError) as missing:
        hibari.voice_path("emma", download_missing=False)
    place = missing.value.args[0]
    content = b"the model"
    of_tests = {**hibari.VOICES["emma"], "bytes": len(content)}
    of_tests["sha256"] = hashlib.sha256(content).hexdigest()
    server.files[f"/maureesewilliams/hibari/resolve/main/voices/{voice['file']}"] = content
    from voice_guide.voices import registries

    real = registries._hibari

    def with_another_model():
        module = real()
        module.VOICES["emma"] = of_tests
        return module

    monkeypatch.setattr(registries, "_hibari", with_another_model)
    assert guide("voices", "get", "hibari:emma")[0] == 0
    assert hibari.voice_path("emma", download_missing=False) == place
    with open(place, "rb") as file:
        assert file.read() == content
    assert guide("voices", "remove", "hibari:emma", "--yes")[0] == 0
    with pytest.raises(FileNotFoundError):
        hibari.voice_path("emma", download_missing=False)
