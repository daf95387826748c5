"""The promises of SECURITY.md, one test for each, in the same order."""

import gc
import inspect
import json
import os
import re
import socket
import stat
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

import bundling
import numpy as np
import pytest
import soundfile
from parts import need
from visiting import Studio

from voice_guide import config as config_module
from voice_guide import limits
from voice_guide.errors import BundleError, ScriptError, VoiceError, VoiceGuideError
from voice_guide.files import private_folder, replacing
from voice_guide.live import resume
from voice_guide.scripting.loading import load
from voice_guide.scripting.parse import parse
from voice_guide.session import open_session
from voice_guide.settings import Settings
from voice_guide.voices import recorded
from voice_guide.voices.cache import ClipCache, key_of

SECURITY = Path(__file__).parents[1] / "SECURITY.md"
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e"


def test_each_promise_has_its_test_in_the_same_order():
    promised = re.findall(
        r"^\d+\. \*\*(.+?)\*\*", SECURITY.read_text(encoding="utf-8"), re.MULTILINE
    )
    here = inspect.getmembers(sys.modules[__name__], inspect.isfunction)
    tests = [function for name, function in here if name.startswith("test_") and function.__doc__]
    tests.sort(key=lambda function: inspect.getsourcelines(function)[1])
    assert [function.__doc__ for function in tests] == promised


@pytest.fixture
def config(folders):
    path = folders / "config" / "voice-guide" / "config.toml"
    private_folder(path.parent)
    return path


def spoken(text, voice="espeak"):
    session = open_session(parse(text, "mine.md"), Settings(voice=voice, sample_rate=16000))
    session.speak()
    return session.clips


def test_no_program(config, folders):
    """A script runs no program."""
    ran = folders / "ran"
    program = json.dumps(["touch", str(ran), "{text_file}"])
    config.write_text(f"[voices.mine]\ncommand = {program}\n")
    head = "---\nvoice: command:mine\ninner: command:mine\n---\n\n"
    clips = spoken(f"{head}Out.\n\ninner: In.\n\n[voice command:mine]\n\nOn.", "auto,espeak")
    assert clips.spoken_by
    assert len(clips.notes) == 1
    assert not ran.exists()


def test_no_file_outside(folders):
    """A script reads no file outside its folder."""
    (folders / "secret.md").write_text("The secret.")
    (folders / "theirs").mkdir()
    theirs = folders / "theirs" / "mine.md"
    (folders / "theirs" / "out.md").symlink_to(folders / "secret.md")
    for name in ("../secret", "/etc/passwd", str(folders / "secret"), "out"):
        theirs.write_text(f"Hello.\n\n[practice {name}]\n")
        with pytest.raises(ScriptError) as caught:
            load(str(theirs))
        assert "The secret" not in str(caught.value)
    (folders / "secret.png").write_bytes(b"secret")
    (folders / "theirs" / "out.png").symlink_to(folders / "secret.png")
    for cover in ("../secret.png", "/etc/secret.png", str(folders / "secret.png"), "out.png"):
        theirs.write_text(f"---\ncover: {cover}\n---\n\nHello.\n")
        with pytest.raises(ScriptError):
            load(str(theirs))
    (folders / "theirs" / "in.md").symlink_to(theirs)
    (folders / "link.md").symlink_to(theirs)
    (folders / "theirs" / "part.md").write_text("A part.")
    (folders / "part.md").symlink_to(folders / "theirs" / "part.md")
    theirs.write_text("[practice part]\n")
    assert load("link.md").texts() == ["A part."], (
        "one's own scripts may all be links to one folder"
    )


def test_no_folder(folders):
    """A script chooses no folder and no model."""
    places = ["/dev", "~", "..", "./here", "here", "C:\\here", "..\\here"]
    (folders / "here").mkdir()
    for place in places:
        for kind in ("recorded", "neural", "espeak"):
            text = f"[voice {kind}:{place}]\n\nOut."
            session = open_session(parse(text, "mine.md"), Settings(voice="espeak"))
            (told,) = session.clips.notes
            assert told.endswith(f"so 'espeak' speaks the lines for {f'{kind}:{place}'!r}.")


def test_no_time(written):
    """No file takes the computer's time or memory."""
    for text in (
        "Word " * (limits.MAX_LINE_LETTERS // 5 + 1),
        "[1000 breaths]\n" * 500,
        "[x]\n" * 50_000,
        "*a " * 300_000,
        "# a" + " " * 500_000 + "b",
        "\n" * 1_000_000,
        "---\n" + "a: b\n" * 200_000 + "---\nHello.",
        "---\ntitle: " + "[" * 9000 + "\n---\n" + "Hello.",
        f"Hello.\n\n[1-{'9' * 5000} breaths]",
        f"Hello.\n\n[practice {'a' * 260}]",
        "#" * (limits.MAX_BYTES + 1),
    ):
        told = ""
        try:
            load(written(mine=text))
        except ScriptError as error:
            told = str(error)
        assert len(told) < 100_000


def test_no_codes(guide, folders):
    """No file writes to the terminal."""
    title = json.dumps(HOSTILE)
    (folders / "mine.md").write_text(
        f"---\ntitle: {title}\n---\n\n## {HOSTILE}\n\nHello {HOSTILE}."
    )
    (folders / "wrong.md").write_text(
        f"---\nlanguage: {title}\n---\n\n[{HOSTILE}]\n\n[voice {HOSTILE}]"
    )
    (folders / "takes").mkdir()
    (folders / "takes" / "lines.json").write_text(json.dumps({f"Hello {HOSTILE}": "a.wav"}))
    (folders / "takes" / "a.wav").write_bytes(b"no sound")
    (folders / f"{HOSTILE.replace('/', '')}.md").write_text("[x]")
    silent = ("--voice", "none")
    for command in (
        ("check", "mine.md", *silent),
        ("show", "mine.md", *silent),
        ("show", "mine.md", "--json", *silent),
        ("check", "wrong.md", *silent),
        ("check", f"{HOSTILE}.md", *silent),
        ("voices", "try", "recorded:takes", "-o", "a.wav"),
        ("analyse", f"{HOSTILE}.md"),
        ("show", f"{HOSTILE}"),
        ("export", "mine.md", *silent, "-o", f"{HOSTILE}.wav"),
        ("analyse", "takes/a.wav", "--plan", "mine.md"),
    ):
        _, out, err = guide(*command)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out + err), command
        assert out + err


def test_no_pipes(config, guide, folders):
    """What is no regular file is not read."""
    os.mkfifo("pipe.wav")
    (folders / "takes").mkdir()
    os.mkfifo(folders / "takes" / "lines.json")
    (folders / "out.wav").symlink_to("/dev/zero")
    for name in ("pipe.wav", "out.wav"):
        assert guide("analyse", name)[0] == 2
        assert guide("export", "one-minute-pause", "--voice", "none", "--bed", name)[0] == 2
    with pytest.raises(VoiceError, match="not a regular file"):
        recorded.read_index(folders / "takes")
    os.mkfifo(config)
    assert "not a regular file" in guide("list")[2]


def test_nothing_startles(folders):
    """Nothing startles."""
    for name, value in (("nan", np.nan), ("endless", np.inf), ("huge", 1e30)):
        bed = folders / f"{name}.wav"
        samples = np.full((48000 * 3, 2), 0.01, np.float32)
        samples[48000] = value
        soundfile.write(bed, samples, 48000, "FLOAT")
        with pytest.raises(VoiceGuideError, match=r"not numbers|full scale"):
            open_session(load("one-minute-pause"), Settings(voice="none", bed=str(bed)))
    cache = ClipCache(folders / "clips")
    key = key_of(text="Out.")
    cache.put(key, np.array([0.1, np.nan], np.float32))
    assert ClipCache(folders / "clips").get(key) is None


def test_no_engine(config, folders):
    """Speech is made in processes of their own."""
    crash = json.dumps(
        [sys.executable, "-c", "import os; os.abort()", "{text_file}", "; touch ran"]
    )
    config.write_text(f"[voices.mine]\ncommand = {crash}\n")
    session = open_session(parse("Out.", "mine.md"), Settings(voice="command:mine", fallback=True))
    session.speak()
    assert session.clips.spoken_by == ["espeak"]
    assert not (folders / "ran").exists()


@pytest.mark.skipif(os.name == "nt", reason="there are no such permissions")
def test_yours_alone(folders, monkeypatch):
    """What is yours is yours alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(folders / "state"))
    secret = folders / "secret"
    secret.write_text("secret")
    before = os.umask(0)
    try:
        config_module.remember("pace", "4-7")
        resume.keep(resume.Bookmark("numbness", 1, {}))
        cache, key = ClipCache(config_module.cache_folder()), key_of(text="Out.")
        cache.put(key, np.ones(3, np.float32))
        private_folder(folders / "takes")
        recorded.keep(folders / "takes", "Out.", np.zeros(100, np.float32), 48000)
    finally:
        os.umask(before)
    made = [path for path in folders.rglob("*") if path != secret]
    assert len([path for path in made if path.is_file()]) >= 5
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    (clip,) = config_module.cache_folder().rglob("*.clip")
    clip.rename(folders / "moved")
    clip.symlink_to(folders / "moved")
    assert cache.get(key) is None
    cache.put(key, np.ones(3, np.float32))
    assert not clip.is_symlink()
    with replacing(folders / "a.txt") as first, replacing(folders / "a.txt") as second:
        assert first.name != second.name
        assert re.search(r"[0-9a-f]{16}", first.name)


def test_never_half(config, folders):
    """What you have is never half replaced."""
    kept = folders / "dotfiles.toml"
    kept.write_text('# mine\n[voices.voice]\ncommand = ["say", "{text_file}"]\n')
    kept.chmod(0o640)
    config.symlink_to(kept)
    config_module.remember("voice", "espeak")
    assert config.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert set(tomllib.loads(kept.read_text())) == {"voice", "voices"}

    def write_half():
        with replacing(kept) as part:
            part.write_text("half of i")
            raise OSError(28, "No space left on device")

    with pytest.raises(VoiceGuideError):
        write_half()
    assert "[voices.voice]" in kept.read_text()
    assert not list(folders.glob(".*part*"))


def test_archives(folders, monkeypatch):
    """An archive stays in its folder."""
    from voice_guide.voices import unpack as module

    small = 100_000
    monkeypatch.setattr(module, "SMALL_ARCHIVE_BYTES", small)
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    bomb = tarfile.TarInfo("zeros")
    bomb.size = 2_000_000
    for number, member in enumerate(
        [tarfile.TarInfo("../out"), tarfile.TarInfo("/out"), link, bomb]
    ):
        archive, into = folders / f"{number}.tar.gz", folders / f"{number}"
        into.mkdir()
        with tarfile.open(archive, "w:gz") as tar:
            tar.addfile(member, BytesIO(bytes(member.size)))
        with pytest.raises(VoiceError):
            module.unpack(archive, into)
        assert not (folders / "out").exists()
        assert sum(path.lstat().st_size for path in into.iterdir()) <= small


def test_bundles(folders, monkeypatch):
    """A bundle is looked at before it is used."""
    monkeypatch.setattr(tempfile, "tempdir", str(folders))
    secret = folders / "secret.wav"
    secret.write_bytes(bundling.wav(bundling.tone(3)))
    link = zipfile.ZipInfo("bed.wav")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    clip, bed = {"clips/00002.wav": bundling.wav([np.nan])}, {"bed.wav": secret.read_bytes()}
    asked = bundling.SETTINGS
    for inside, index in (
        ({"../out": b""}, {}),
        ({link: bytes(str(secret), "ascii")}, {"bed": "bed.wav"}),
        ({"plan.json": bytes(10**8)}, {}),
        (clip, {}),
        ({}, {"settings": asked | {"bed": str(secret)}}),
        ({}, {"settings": asked | {"voice": "command:mine"}}),
    ):
        files = bundling.files(bundling.listed(**index)) | inside
        (folders / "s.zip").write_bytes(bundling.zipped(files, zipfile.ZIP_DEFLATED))
        with pytest.raises(BundleError):
            open_session(folders / "s.zip").speak()
        assert {path.name for path in folders.iterdir()} == {"secret.wav", "s.zip"}
    files = bundling.files(bundling.listed(bed="bed.wav")) | bed
    (folders / "s.zip").write_bytes(bundling.zipped(files))
    session = open_session(folders / "s.zip")
    (unpacked,) = folders.glob("voice-guide-*.*")
    assert os.name == "nt" or stat.S_IMODE(unpacked.stat().st_mode) == 0o600
    del session
    gc.collect()
    assert not unpacked.exists()


def test_the_studio(folders):
    """Only its own page uses the studio."""
    need(modules=["starlette", "uvicorn"])
    (folders / "data" / "voice-guide" / "scripts").mkdir(parents=True)
    (folders / "secret.md").write_text("The secret.")
    link = folders / "data" / "voice-guide" / "scripts" / "out.md"
    link.symlink_to(folders / "secret.md")
    studio = Studio()
    try:
        with socket.create_server(("127.0.0.2", studio.port)):  # it is on no other address
            pass
        assert studio.ask("GET", "api/scripts")[0] == 200
        assert studio.ask("GET", "api/scripts", token=studio.token[::-1])[0] == 404
        assert studio.ask("GET", "api/scripts", Host="example.com")[0] == 403
        for strange in ({"Origin": "http://example.com"}, {"Sec_Fetch_Site": "cross-site"}):
            assert studio.ask("POST", "api/plan", b"{}", **strange)[0] == 403
        for body in (b"{", b"[" * 100_000, b" " * (limits.MOST_STUDIO_BYTES + 1)):
            assert studio.ask("POST", "api/plan", body)[0] in (400, 413)
        for name in ("out", "..%2f..%2f..%2fsecret", "%2e%2e"):
            status, _, read = studio.ask("GET", f"api/scripts/{name}")
            assert status in (404, 422)
            assert b"The secret" not in read
        for name in ("out", "..%2fa", "arrival"):
            asked = {"text": "Hello.", "version": None}
            assert studio.ask("PUT", f"api/scripts/{name}", asked)[0] in (404, 409, 422)
        assert (folders / "secret.md").read_text() == "The secret."
        assert load("arrival").title == "Arriving"
    finally:
        assert studio.end()[0] == 130


def test_nothing_leaves(guide, folders, monkeypatch):
    """Nothing leaves your computer."""
    called = []
    monkeypatch.setattr(socket.socket, "connect", lambda *where: called.append(where))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where: called.append(where))
    for command in (
        ("list",),
        ("check", "one-minute-pause", "--voice", "none"),
        ("export", "one-minute-pause", "--voice", "none", "-o", "a.wav"),
        ("analyse", "a.wav"),
        ("pace", "list"),
        ("cache",),
    ):
        assert guide(*command)[0] == 0
    assert not called
    from voice_guide.errors import DownloadError
    from voice_guide.voices.fetch import read

    with pytest.raises(DownloadError, match="not encrypted"):
        read("http://example.org/voice.onnx", 1000)
