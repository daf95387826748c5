"""The page of a session in real browsers: played by keys alone, read by a checker, offline."""

import socket

import pytest
from browsers import Chromium, Firefox, axe
from running import wait_until

from voice_guide.session import open_session

KINDS = [Chromium, Firefox]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    session = open_session("stay-present", voice="espeak", tone="pad")
    session.speak()
    session.export(folder / "s.mp3", page_file=folder / "s.html")
    return (folder / "s.html").as_uri()


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.__name__)
def browser(request, tmp_path_factory):
    browser = request.param(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.__name__)
def dark_and_still(request, tmp_path_factory):
    """A browser of somebody who wants dark colours and less motion."""
    wishes = {"colour": "dark", "motion": "reduce"}
    browser = request.param(tmp_path_factory.mktemp("browser"), **wishes)
    if isinstance(browser, Chromium):
        browser.wish(**{"color-scheme": "dark", "reduced-motion": "reduce"})
    yield browser
    browser.close()


class Seen:
    """The page as somebody sees it, and what they press."""

    def __init__(self, browser, page):
        self._browser = browser
        self.press, self.run = browser.press, browser.run
        browser.open(page)

    def text(self, name):
        return self.run(f"document.getElementById({name!r}).innerText")

    def texts(self, selector):
        return self.run(f"[...document.querySelectorAll({selector!r})].map(e => e.innerText)")

    @property
    def second(self):
        minutes, seconds = self.text("time").split(" of ")[0].split(":")
        return 60 * int(minutes) + int(seconds)

    @property
    def size(self):
        return self.run("document.getElementById('shape').getAttribute('style')")

    def check(self):
        """What a checker of accessibility finds."""
        self.run(f"(() => {{ {axe()} }})()")
        found = self.run("axe.run()")
        assert found["violations"] == []
        assert len(found["passes"]) > 20


@pytest.fixture
def seen(browser, page):
    yield Seen(browser, page)
    browser.open("about:blank")


def test_keys_alone_play_it_jump_about_and_pause_it(seen):
    seen.press(" ")
    wait_until(lambda: seen.second >= 1)
    assert seen.text("play") == "Pause"
    assert seen.text("phase") == "Breathe in"
    size = seen.size
    wait_until(lambda: seen.size != size)
    seen.press("n")
    wait_until(lambda: 40 <= seen.second < 50)
    current = seen.texts("[aria-current=true]")
    assert [text.partition("\n")[0] for text in current] == ["A one-minute pause"]
    seen.press("right")
    wait_until(lambda: 50 <= seen.second < 60)
    wait_until(lambda: seen.text("now") == "Let your jaw unclench.")
    assert seen.texts("li.said")[0].startswith("0:50")
    seen.press("k")
    wait_until(lambda: seen.text("play") == "Play")


def test_it_asks_for_nothing_but_itself(browser, page, seen):
    seen.press(" ")
    wait_until(lambda: seen.second >= 1)
    # Its sound, and the empty icon that keeps browsers from asking for another.
    assert {url.partition(":")[0] for url in browser.asked() if url != page} <= {"blob", "data"}
    assert browser.complaints() == []


def test_whatever_it_asked_for_would_be_known(browser):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        elsewhere = f"http://127.0.0.1:{nobody.getsockname()[1]}/a.png"
    browser.open(f"data:text/html,<img src={elsewhere}>")
    wait_until(lambda: elsewhere in browser.asked())


def test_a_checker_of_accessibility_finds_nothing(seen):
    seen.check()


def test_on_a_narrow_screen_nothing_is_cut_off(browser, seen):
    browser.widen(360)
    assert seen.run("innerWidth") <= 500
    root = "document.documentElement"
    assert seen.run(f"{root}.scrollWidth - {root}.clientWidth") <= 0


def test_it_keeps_still_and_dark_for_those_who_wish_it(dark_and_still, page):
    seen = Seen(dark_and_still, page)
    seen.press(" ")
    wait_until(lambda: seen.second >= 1)
    assert "transform" not in (seen.size or "")
    assert seen.text("phase") == "Breathe in"
    colours = seen.run("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, colours.removeprefix("rgb(").removesuffix(")").split(","))) < 60
    seen.check()
