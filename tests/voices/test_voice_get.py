"""``voices get``: hibari's voices and Piper's, from a server on this computer."""

import hashlib
import json
import math
from importlib.metadata import distribution

import pytest
import tiny_model
from parts import need

from voice_guide.voices import fetch as fetching

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
        ("en_US-tiny-lou", f"Did you mean {NAME}?"),
        ("espeak:f2", "only hibari's and Piper's voices"),
        (f"piper:../{NAME}", "there is no voice"),
    ],
)
def test_a_voice_that_is_not_offered_is_told_with_what_is(guide, piper, name, reason):
    code, _, err = guide("voices", "get", name)
    assert code == 2
    assert reason in err
    assert names(piper) == []


@pytest.mark.parametrize("index", [b"{", b"[]", b"<html>", b"[" * 99_000, b"x" * 9_000_000])
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
        {f"{NAME}.onnx": {"size_bytes": math.inf, "md5_digest": "0"}},
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
