"""The page beside a session: whole in one file, asking nothing of anywhere, and safe to open."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np
import pytest
import soundfile

from voice_guide.errors import OutputError, RequestError
from voice_guide.output import page as page_module
from voice_guide.session import open_session

HOSTILE = "</script><script>alert(1)</script>\"'&{{SOUND}}"
SCRIPT = f"""---
title: {HOSTILE}
language: de
pace: 2-3
---

## {HOSTILE}

Komm an. {HOSTILE}

## Ende

Lass los.
"""


@dataclass
class Element:
    tag: str = ""
    attributes: dict[str, str | None] = field(default_factory=dict)
    text: str = ""


class Page(HTMLParser):
    """What a browser would find: each element with its attributes, and the text inside it."""

    def __init__(self, text):
        super().__init__()
        self.elements = [Element()]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.elements.append(Element())  # for what comes after it

    def handle_data(self, data):
        self.elements[-1].text += data

    def all(self, tag):
        return [element for element in self.elements if element.tag == tag]

    def by_id(self, name):
        return next(each.text for each in self.elements if each.attributes.get("id") == name)


@pytest.fixture(scope="module")
def session():
    return open_session(SCRIPT, voice="espeak", tone="none")


@pytest.fixture(scope="module")
def made(session, tmp_path_factory):
    """The folder of an MP3 with its page, and the page."""
    folder = tmp_path_factory.mktemp("page")
    session.speak()
    session.export(folder / "s.mp3", page_file=folder / "s.html")
    return folder, Page((folder / "s.html").read_text("utf-8"))


def test_it_holds_the_file_itself(made):
    folder, page = made
    assert base64.b64decode(page.by_id("sound")) == (folder / "s.mp3").read_bytes()


def test_of_a_wav_it_holds_an_mp3_that_sounds_the_same(session, tmp_path):
    session.speak()
    session.export(tmp_path / "s.wav", page_file=tmp_path / "s.html")
    page = Page((tmp_path / "s.html").read_text("utf-8"))
    (tmp_path / "held.mp3").write_bytes(base64.b64decode(page.by_id("sound")))
    whole, _ = soundfile.read(tmp_path / "s.wav")
    held, _ = soundfile.read(tmp_path / "held.mp3")
    assert len(held) == len(whole)
    assert np.corrcoef(held[:, 0], whole[:, 0])[0, 1] > 0.99
    assert sorted(path.name for path in tmp_path.iterdir()) == ["held.mp3", "s.html", "s.wav"]


def test_nothing_in_it_leads_elsewhere_and_its_policy_allows_nothing_else(made):
    folder, page = made
    without_sound = (folder / "s.html").read_text("utf-8").replace(page.by_id("sound"), "")
    assert "http:" not in without_sound
    assert "https:" not in without_sound
    for attributes in (element.attributes for element in page.elements):
        assert "src" not in attributes
        assert attributes.get("href", "data:,") == "data:,"
    (policy,) = [
        meta.attributes["content"]
        for meta in page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; media-src blob:; img-src data:; ")
    assert "unsafe" not in policy
    scripts = [script.text for script in page.all("script") if not script.attributes]
    styles = [style.text for style in page.all("style")]
    for (text,), kind in ((scripts, "script"), (styles, "style")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_what_a_script_says_is_text_in_it_and_no_markup(made, session):
    _, page = made
    assert page.by_id("plan")
    plan = json.loads(page.by_id("plan"))
    assert plan["title"] == HOSTILE
    assert plan["chapters"][0][1] == HOSTILE
    assert plan["lines"][0][2].endswith(HOSTILE)
    assert [title.text for title in page.all("title")] == [HOSTILE]
    assert len(page.all("script")) == 3


def test_it_tells_when_each_breath_line_and_chapter_is(made, session):
    _, page = made
    told, plan = json.loads(page.by_id("plan")), session.plan().to_json()
    rate = plan["sample_rate"]
    assert told["seconds"] == pytest.approx(plan["frames"] / rate, abs=1e-3)
    starts = [breath["start"] / rate for breath in plan["breaths"]]
    assert [breath[0] for breath in told["breaths"]] == pytest.approx(starts, abs=1e-3)
    ends = [line["end"] / rate for line in plan["lines"]]
    assert [line[1] for line in told["lines"]] == pytest.approx(ends, abs=1e-3)
    begins = [section["start"] / rate for section in plan["sections"]]
    assert [chapter[0] for chapter in told["chapters"]] == pytest.approx(begins, abs=1e-3)
    shown = [item.attributes for item in page.all("li")]
    assert shown == [{"class": "line"}] * len(plan["lines"])
    assert {part.attributes["lang"] for part in page.all("ul")} == {"de"}


def test_without_its_sound_it_is_small(made):
    folder, page = made
    assert (folder / "s.html").stat().st_size - len(page.by_id("sound")) < 60_000


def test_the_same_session_gives_the_same_page(session, made, tmp_path):
    folder, _ = made
    session.export(tmp_path / "s.mp3", page_file=tmp_path / "s.html")
    assert (tmp_path / "s.html").read_bytes() == (folder / "s.html").read_bytes()


@pytest.mark.parametrize(
    ("target", "page", "told"),
    [("s.mp3", "s.txt", "end its name in .html"), ("s.html", "s.html", "its ending chooses")],
)
def test_what_is_no_page_is_refused_first(session, tmp_path, target, page, told):
    with pytest.raises(RequestError, match=told):
        session.export(tmp_path / target, page_file=tmp_path / page)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_there_is_kept(session, tmp_path):
    (tmp_path / "s.html").write_text("mine")
    with pytest.raises(OutputError, match=r"s\.html"):
        session.export(tmp_path / "s.mp3", page_file=tmp_path / "s.html")
    assert [path.name for path in tmp_path.iterdir()] == ["s.html"]


@pytest.mark.parametrize("suffix", [".mp3", ".wav"])
def test_more_sound_than_browsers_hold_is_refused_before_any_is_made(
    session, tmp_path, monkeypatch, suffix
):
    monkeypatch.setattr(page_module, "MOST_PAGE_BYTES", 10_000)
    done = []
    with pytest.raises(RequestError, match=r"a page holds up to 0\.01 MB"):
        session.export(
            tmp_path / f"s{suffix}",
            page_file=tmp_path / "s.html",
            progress=lambda *frames: done.append(frames),
        )
    assert not done
    assert list(tmp_path.iterdir()) == []
