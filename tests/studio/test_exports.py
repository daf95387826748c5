"""Exports from the studio: the same bytes as `export` writes, beside what is heard."""

import pytest
from running import is_alive, run, wait_until
from visiting import Listener, Studio

from voice_guide.limits import MOST_STUDIO_EXPORTS

PAUSE, PRESENT = {"name": "one-minute-pause"}, {"name": "stay-present"}
SETTINGS = {"voice": "espeak", "sample_rate": 16000}
OPTIONS = ("--voice", "espeak", "--sample-rate", "16000")


def ordered(studio, **asked):
    status, told = studio.post("api/export", **{"settings": SETTINGS, "source": PAUSE, **asked})
    assert status == 200, told
    return told["id"]


def ready(studio, name):
    def ended():
        _, told = studio.get(f"api/export/{name}")
        return told if told["state"] in ("ready", "failed") else None

    told = wait_until(ended, seconds=60)
    assert told["state"] == "ready", told
    assert told["done"] == told["of"] > 0
    return told["files"]


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ({"suffix": ".wav", "captions": ["vtt", "srt"]}, ["--captions", "vtt,srt"]),
        ({"suffix": ".mp3", "quality": "low"}, ["--quality", "low"]),
        ({"suffix": ".flac", "settings": {**SETTINGS, "pace": "3-5"}}, ["--pace", "3-5"]),
    ],
)
def test_it_has_the_bytes_of_export(studio, tmp_path, asked, options):
    made = tmp_path / f"one-minute-pause{asked['suffix']}"
    run("export", "one-minute-pause", *OPTIONS, *options, "-o", made, check=True)
    name = ordered(studio, **asked)
    files = ready(studio, name)
    assert sorted(files) == sorted(path.name for path in tmp_path.iterdir())
    assert files[0] == made.name
    for file in files:
        status, _, body = studio.ask("GET", f"api/export/{name}/file/{file}")
        assert (status, body) == (200, (tmp_path / file).read_bytes())
    _, headers, body = studio.ask("GET", f"api/export/{name}/file")
    assert body == made.read_bytes()
    assert headers["Content-Disposition"] == f'attachment; filename="{made.name}"'
    studio.ask("DELETE", f"api/export/{name}")
    assert studio.get(f"api/export/{name}")[0] == 404
    assert studio.ask("GET", f"api/export/{name}/file")[0] == 404


def test_a_text_that_is_not_saved_can_be_taken_along(studio, tmp_path):
    name = ordered(studio, source={"text": "Hello.\n"}, suffix=".wav")
    assert ready(studio, name) == ["session.wav"]
    made = tmp_path / "a.wav"
    run("export", "-", *OPTIONS, "-o", made, input="Hello.\n", check=True)
    assert studio.ask("GET", f"api/export/{name}/file")[2] == made.read_bytes()


def test_no_other_file_can_be_fetched(studio):
    name = ordered(studio, suffix=".wav")
    ready(studio, name)
    for which in ("..", "../..", "%2e%2e%2fsecret", "%2fetc%2fpasswd", "a.wav", ""):
        assert studio.ask("GET", f"api/export/{name}/file/{which}")[0] == 404
    for other in ("0" * 32, "..", "%2e%2e", f"{name}%2f.."):
        assert studio.ask("GET", f"api/export/{other}/file")[0] == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"suffix": None}, 400),
        ({"suffix": ".exe"}, 422),
        ({"suffix": "/../../a.wav"}, 422),
        ({"suffix": ".wav/../../a"}, 422),
        ({"suffix": ".wav", "captions": ["../vtt"]}, 400),
        ({"suffix": ".wav", "captions": "vtt"}, 400),
        ({"suffix": ".wav", "captions": [{}]}, 400),
        ({"suffix": ".wav", "quality": "low"}, 422),
        ({"suffix": ".mp3", "quality": "best"}, 400),
        ({"suffix": ".wav", "source": {"text": "[x"}}, 422),
        ({"suffix": ".opus", "settings": {"sample_rate": 44100}}, 422),
    ],
)
def test_what_can_not_be_made_is_told_at_once(studio, asked, status):
    given = {"source": PAUSE, "settings": SETTINGS, **asked}
    got, answer = studio.post("api/export", **given)
    assert (got, bool(answer["error"])) == (status, True)


def test_what_goes_wrong_later_is_told_as_well(studio):
    name = ordered(studio, settings={**SETTINGS, "minutes": 59}, suffix=".wav")
    told = wait_until(lambda: (t := studio.get(f"api/export/{name}")[1])["error"] and t)
    assert told["state"] == "failed"
    assert "can't last 59 minutes" in told["error"]


def test_a_page_is_heard_while_exports_are_made(studio):
    names = [ordered(studio, source=PRESENT, suffix=".wav") for _ in range(3)]
    page = Listener(studio, PAUSE, **SETTINGS)
    assert len(page.seconds(20, block=0.25)) == 20 * 16000
    assert any(studio.get(f"api/export/{name}")[1]["state"] != "ready" for name in names)
    for name in names:
        studio.ask("DELETE", f"api/export/{name}")
    page.leave()


def test_only_so_many_are_kept(studio):
    names = [ordered(studio, source=PRESENT, suffix=".wav") for _ in range(MOST_STUDIO_EXPORTS)]
    status, answer = studio.post("api/export", source=PAUSE, settings=SETTINGS, suffix=".wav")
    assert (status, bool(answer["error"])) == (429, True)
    for name in names:
        studio.ask("DELETE", f"api/export/{name}")
    ready(studio, ordered(studio, suffix=".wav"))


def test_nothing_is_left_of_an_export_when_the_studio_ends(tmp_path):
    running = Studio(TMPDIR=str(tmp_path))
    ordered(running, source=PRESENT, suffix=".wav")
    (pid,) = wait_until(lambda: exporting(running))
    code, _, err = running.end()
    assert (code, err.strip()) == (130, "Interrupted.")
    wait_until(lambda: not is_alive(pid))
    assert not list(tmp_path.iterdir())


def exporting(studio):
    from running import children_of

    return children_of(studio.process.pid)
