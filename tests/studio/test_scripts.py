"""Scripts in the studio: read from two folders, written into one, and nothing else on the disk."""

import json
import os
from urllib.parse import quote

import pytest

from voice_guide.scripting.library import bundled_folder, names
from voice_guide.scripting.loading import load

HELLO = "---\ntitle: Hello there\n---\n\nHello.\n"


@pytest.fixture
def own(data):
    """The folder of the listener's own scripts."""
    folder = data / "voice-guide" / "scripts"
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    for path in folder.iterdir():
        path.unlink()


def test_all_that_come_with_voice_guide_can_be_read(studio):
    status, listed = studio.get("api/scripts")
    assert status == 200
    assert [script["name"] for script in listed if not script["own"]] == names()
    for name in names():
        _, script = studio.get(f"api/scripts/{name}")
        assert script["text"] == (bundled_folder() / f"{name}.md").read_text("utf-8")
        assert (script["title"], script["own"]) == (load(name).title, False)


def test_one_of_ones_own_is_kept_changed_and_listed(studio, own):
    path = "api/scripts/My%20evening"
    status, made = studio.post(path, "PUT", text=HELLO, version=None)
    assert (status, made["name"]) == (200, "My evening")
    assert (own / "My evening.md").read_text("utf-8") == HELLO
    assert (own / "My evening.md").stat().st_mode & 0o777 == 0o600
    _, script = studio.get(path)
    assert script == {
        **{"name": "My evening", "title": "Hello there", "own": True, "text": HELLO},
        "version": made["version"],
    }
    listed = studio.get("api/scripts")[1]
    assert {"name": "My evening", "title": "Hello there", "own": True} in listed
    changed = HELLO + "\nÜber.\n"
    assert studio.post(path, "PUT", text=changed, version=made["version"])[0] == 200
    assert (own / "My evening.md").read_text("utf-8") == changed
    status, answer = studio.post("api/plan", source={"name": "My evening"}, settings={})
    assert (status, answer["plan"]["title"]) == (200, "Hello there")


def test_what_changed_meanwhile_is_not_written_over(studio, own):
    _, made = studio.post("api/scripts/mine", "PUT", text=HELLO, version=None)
    (own / "mine.md").write_text("Changed in another editor.\n")
    for version in (made["version"], None, "0" * 32):
        status, answer = studio.post("api/scripts/mine", "PUT", text=HELLO, version=version)
        assert (status, bool(answer["error"])) == (409, True)
    (own / "mine.md").unlink()
    gone = studio.post("api/scripts/mine", "PUT", text=HELLO, version=made["version"])
    assert gone[0] == 409
    assert not list(own.iterdir())


def test_none_that_comes_with_voice_guide_is_written_over(studio, own):
    before = (bundled_folder() / "arrival.md").read_bytes()
    version = studio.get("api/scripts/arrival")[1]["version"]
    for name in ("arrival", "ARRIVAL", "Stay-Present"):
        for known in (version, None):
            assert studio.post(f"api/scripts/{name}", "PUT", text=HELLO, version=known)[0] == 409
    assert (bundled_folder() / "arrival.md").read_bytes() == before
    assert not list(own.iterdir())


NAMES = [
    *("..", ".", "../mine", "..\\mine", "/etc/passwd", "a/b", "C:\\a", "a:b", "~", "$HOME"),
    *(
        "",
        " ",
        "a ",
        " a",
        ".hidden",
        "a.md",
        "a\0b",
        "a\nb",
        "con",
        "LPT1",
        "a" * 61,
        "-",
        "e\u0301",
    ),
    *("a\u202eb", "README.md", "..%2fmine", "\ud800"),
]


def test_no_name_leads_out_of_the_folders(studio, own, data):
    (data / "voice-guide" / "mine.md").write_text("Secret.\n")
    for name in NAMES:
        way = quote(name.encode(errors="surrogatepass"), safe="")
        for status, answer in (
            studio.get(f"api/scripts/{way}"),
            studio.post(f"api/scripts/{way}", "PUT", text=HELLO, version=None),
            studio.post("api/plan", source={"name": name}, settings={}) if name else (404, {}),
        ):
            assert status in (400, 404, 405, 422), (name, answer)
            assert "Secret" not in json.dumps(answer)
    assert not list(own.iterdir())
    assert sorted(os.listdir(data / "voice-guide")) == ["mine.md", "scripts"]


def test_no_link_leads_out_of_the_folders(studio, own, data):
    (data / "secret.md").write_text("Secret.\n")
    (own / "out.md").symlink_to(data / "secret.md")
    (own / "nowhere.md").symlink_to(data / "new.md")
    (own / "within.md").write_text(HELLO)
    (own / "beside.md").symlink_to("within.md")
    (own / "including.md").write_text("Hello.\n\n[practice out]\n")
    os.mkfifo(own / "pipe.md")
    for name in ("out", "nowhere", "pipe"):
        assert studio.get(f"api/scripts/{name}")[0] in (404, 422)
        assert studio.post("api/plan", source={"name": name}, settings={})[0] in (404, 422)
        assert studio.post(f"api/scripts/{name}", "PUT", text=HELLO, version=None)[0] in (404, 409)
    status, answer = studio.post("api/plan", source={"name": "including"}, settings={})
    assert (status, answer["plan"], answer["findings"][0]["line"]) == (200, None, 3)
    listed = {script["name"] for script in studio.get("api/scripts")[1] if script["own"]}
    assert listed == {"within", "beside", "including"}
    assert (data / "secret.md").read_text() == "Secret.\n"
    assert not (data / "new.md").exists()


def test_a_text_that_is_not_saved_includes_what_lies_beside_it_and_no_more(studio, own, data):
    (own / "part.md").write_text("A part.\n")
    (data / "voice-guide" / "mine.md").write_text("Secret.\n")
    source = {"text": "Hello.\n\n[practice part]\n\n[practice arrival]\n"}
    _, answer = studio.post("api/plan", source=source, settings={"voice": "none"})
    said = [line["text"] for line in answer["plan"]["lines"]]
    assert said[:2] == ["Hello.", "A part."]
    assert set(load("arrival").texts()) <= set(said)
    for text in ("[practice ../mine]", f"[practice {data}/voice-guide/mine]"):
        _, answer = studio.post("api/plan", source={"text": text}, settings={"voice": "none"})
        assert answer["plan"] is None
        assert "Secret" not in json.dumps(answer)


def test_what_is_no_text_is_not_kept(studio, own):
    for asked in ({}, {"text": 1}, {"text": HELLO, "version": 1}, {"text": "a\ud800"}):
        assert studio.post("api/scripts/mine", "PUT", **asked)[0] == 400
    assert not list(own.iterdir())


def test_a_script_that_is_not_finished_can_be_kept(studio, own):
    assert studio.post("api/scripts/mine", "PUT", text="[x", version=None)[0] == 200
    assert studio.get("api/scripts/mine")[1]["title"] == "Mine"
    (own / "bytes.md").write_bytes(b"\xff\xfe")
    assert studio.get("api/scripts/bytes")[0] == 422
